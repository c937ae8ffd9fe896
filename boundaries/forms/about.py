"""What is said of a boundary as a whole."""

from __future__ import annotations

from django import forms

from boundaries import operations
from boundaries.definitions import CONFIRMABLE, Map
from boundaries.forms.editing import LONGEST_NAME, LONGEST_TEAM, NOT_WHOLE, EditForm, Texts, figure, number_text, text

CONFIRM_WORDS = {
    "field_changes": "Every field that is renamed or split is on the map.",
    "touches": "Every manual touch is on the map, also inboxes and chats.",
    "no_other_edits": "Nobody edits these records in any other way.",
    "one_event": "The one event that triggers the boundary updates both sides.",
}
# The boxes, and what they are called in the data.
BOXES = {
    "name": "name",
    "from": "source",
    "to": "target",
    "owner": "owner",
    "trigger": "trigger",
    "rule": "rule",
    "records_per_week": "records_per_week",
    "minutes_available": "minutes_available",
    "disputes": "disputes",
}


def about_texts(said: Map) -> Texts:
    """Return what the form of a boundary shows."""
    values = {box: getattr(said, name) for box, name in BOXES.items()}
    return {box: value if isinstance(value, str) else number_text(value) for box, value in values.items()}


class AboutForm(EditForm):
    """The boundary: its name, systems, owner, event, rule, and how much work there is."""

    said = tuple(BOXES)

    name = text("Name", LONGEST_NAME)
    owner = text("Owner", LONGEST_TEAM)
    trigger = text("The event that triggers it")
    rule = text("The rule in one sentence")
    records_per_week = figure("Records a week")
    minutes_available = figure("Minutes available a week")
    disputes = text("How disputes end")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        # Words of Python cannot be attributes.
        self.fields["from"] = text("From", LONGEST_TEAM)
        self.fields["to"] = text("To", LONGEST_TEAM)

    @property
    def row(self) -> str:
        return "about"

    def texts(self, said: Map) -> Texts:
        return about_texts(said)

    def change(self, said: Map) -> Map:
        return operations.change_about(said, **{BOXES[box]: value for box, value in self.posted(*BOXES).items()})


class ConfirmForm(EditForm):
    """What people say of the map as a whole: the boxes that are ticked."""

    confirmed = forms.MultipleChoiceField(choices=list(CONFIRM_WORDS.items()), required=False)

    @property
    def row(self) -> str:
        return "confirm"

    def clean_confirmed(self) -> list[str]:
        return list(self.cleaned_data["confirmed"])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["confirmed"].error_messages.update(invalid_choice=NOT_WHOLE, invalid_list=NOT_WHOLE)

    def change(self, said: Map) -> Map:
        for one in CONFIRMABLE:
            said = operations.confirm(said, one, yes=one in self.cleaned_data["confirmed"])
        return said
