"""The forms of the editor by what they do."""

from boundaries.forms.about import AboutForm, ConfirmForm
from boundaries.forms.editing import EditForm
from boundaries.forms.handoffs import (
    AddHandoffForm,
    CaseForm,
    FieldForm,
    HandoffForm,
    RemoveCaseForm,
    RemoveFieldForm,
    RemoveHandoffForm,
)
from boundaries.forms.steps import AddStepForm, MoveForm, RemoveStepForm, StepForm

FORMS: dict[str, type[EditForm]] = {
    "about": AboutForm,
    "confirm": ConfirmForm,
    "add_step": AddStepForm,
    "step": StepForm,
    "move": MoveForm,
    "remove": RemoveStepForm,
    "add_handoff": AddHandoffForm,
    "handoff": HandoffForm,
    "remove_handoff": RemoveHandoffForm,
    "field": FieldForm,
    "remove_field": RemoveFieldForm,
    "case": CaseForm,
    "remove_case": RemoveCaseForm,
}
