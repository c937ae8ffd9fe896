"""What people say about a pattern: its name, the event, how it is split, what it is merged into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from reconcile import engine
from reconcile.checks.queries.columns import labels

NAME_CHARACTERS = 200
EVENT_CHARACTERS = 500
VALUE_CHARACTERS = 1_000
SIDES = ("left", "right")
# What stands between side and place in the value of a choice of columns: "left:3".
BETWEEN = ":"


class NameForm(forms.Form):
    """What a pattern is called."""

    name = forms.CharField(
        label="Name",
        max_length=NAME_CHARACTERS,
        required=False,
        help_text="Left empty, it is named after its cause, its field and where it concentrates.",
        error_messages={"max_length": f"A name has at most {NAME_CHARACTERS} characters."},
    )

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())


class EventForm(forms.Form):
    """What event should update both systems."""

    event = forms.CharField(
        label="In one sentence",
        max_length=EVENT_CHARACTERS,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Name the moment and who knows of it: “When the customer signs, Sales posts the order, and Billing "
        "and the CRM both take the start date from it.”",
        error_messages={"max_length": f"One sentence of at most {EVENT_CHARACTERS} characters is enough."},
    )

    def clean_event(self) -> str:
        return " ".join(str(self.cleaned_data["event"]).split())


class MergeForm(forms.Form):
    """Which other pattern of the check a pattern is counted with from now on."""

    into = forms.TypedChoiceField(
        label="Merge it into",
        coerce=int,
        help_text="Both are then one pattern in every later run. It can be taken out again.",
        error_messages={
            "required": "Choose the pattern it belongs to.",
            "invalid_choice": "There is no such pattern of this check any more. Choose another.",
        },
    )

    def __init__(self, *args: Any, others: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - for the types
        field.choices = [("", "choose a pattern"), *others]


class SplitForm(forms.Form):
    """By which columns and values a pattern is split, and what the new one is called.

    ``columns`` are those of each side that may be asked, ``systems`` what the sides are called.
    """

    column = forms.ChoiceField(
        label="Column",
        error_messages={
            "required": "Choose the column that tells the records apart.",
            "invalid_choice": "Neither export has this column. Choose one from the list.",
        },
    )
    value = forms.CharField(
        label="Value",
        strip=False,
        required=False,
        max_length=VALUE_CHARACTERS,
        help_text="Exactly as the export has it; left empty it stands for no value.",
    )
    and_column = forms.ChoiceField(
        label="Another column",
        required=False,
        error_messages={"invalid_choice": "Neither export has this column. Choose one from the list."},
    )
    and_value = forms.CharField(label="Its value", strip=False, required=False, max_length=VALUE_CHARACTERS)
    name = forms.CharField(
        label="Name of the new pattern",
        required=False,
        max_length=NAME_CHARACTERS,
        help_text="Left empty, it is named after the conditions.",
        error_messages={"max_length": f"A name has at most {NAME_CHARACTERS} characters."},
    )

    def __init__(
        self, *args: Any, columns: Mapping[str, Sequence[str]], systems: tuple[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._columns = columns
        groups = [
            (
                system,
                [(f"{side}{BETWEEN}{place}", label) for place, label in enumerate(labels(columns[side]))],
            )
            for side, system in zip(SIDES, systems, strict=True)
        ]
        for name, nothing in (("column", "choose a column"), ("and_column", "no other column")):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the types
            field.choices = [("", nothing), *groups]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("and_column") and cleaned.get("and_column") == cleaned.get("column"):
            self.add_error("and_column", "This column is asked already. Choose another, or none.")
        return cleaned

    @property
    def conditions(self) -> list[engine.SegmentCondition]:
        """What is asked, once the form is sound."""
        pairs = [(self.cleaned_data[column], self.cleaned_data[value]) for column, value in
                 (("column", "value"), ("and_column", "and_value"))]  # fmt: skip
        return [self._condition(column, value) for column, value in pairs if column]

    def _condition(self, given: str, value: str) -> engine.SegmentCondition:
        side, _, place = given.partition(BETWEEN)
        return engine.SegmentCondition(side, self._columns[side][int(place)], value)


def posted(
    conditions: Sequence[engine.SegmentCondition], columns: Mapping[str, Sequence[str]], name: str = ""
) -> list[tuple[str, str]] | None:
    """Return ``conditions`` as a ``SplitForm`` takes them; None where a column is not among ``columns``."""
    if any(one.column not in columns[one.side] for one in conditions):
        return None
    pairs = [("name", name)] if name else []
    for prefix, one in zip(("", "and_"), conditions, strict=False):
        place = columns[one.side].index(one.column)
        pairs += [(f"{prefix}column", f"{one.side}{BETWEEN}{place}"), (f"{prefix}value", one.value)]
    return pairs
