"""Adding, saying and removing a hand-off, the fields on it and its awkward cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from boundaries import operations
from boundaries.cases import ASKED, cases_of
from boundaries.definitions import STANDARD_CASES, Carried, Case, Handoff, Map
from boundaries.forms.editing import (
    LONGEST_NAME,
    LONGEST_TEAM,
    NOT_WHOLE,
    EditForm,
    Texts,
    choice,
    figure,
    key,
    number_text,
    text,
)
from boundaries.queries.offered import Uses

HOW_WORDS = {
    "kept": "stays as it is",
    "renamed": "is renamed",
    "split": "is split",
    "merged": "is merged",
    "converted": "is converted",
    "meaning": "changes meaning",
}
CASE_WORDS = {**ASKED, "other": "something else"}


def handoff_texts(one: Handoff) -> Texts:
    """Return what the form of a hand-off shows."""
    return {"trigger": one.trigger, "lag_days": number_text(one.lag_days), "owner": one.owner}


def field_texts(one: Carried) -> Texts:
    """Return what the form of a carried field shows."""
    return {
        "field": one.field,
        "how": one.how,
        "before": ", ".join(one.before),
        "after": ", ".join(one.after),
        "note": one.note,
    }


def case_texts(one: Case) -> Texts:
    """Return what the form of an awkward case shows."""
    never = "1" if one.never else ""
    return {"kind": one.kind, "when": one.when, "then": one.then, "decides": one.decides, "never": never}


class AboutOneHandoff(EditForm):
    """A form about a hand-off that is there."""

    source = key("From")
    target = key("To")

    @property
    def place(self) -> str:
        return f"handoff {self.given('source')} {self.given('target')}"

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of the two steps."""
        return self.cleaned_data["source"], self.cleaned_data["target"]

    def there(self, said: Map) -> Handoff | None:
        """Return the hand-off, None where it is gone."""
        return said.handoff(self.given("source"), self.given("target"))


class HandoffForm(AboutOneHandoff):
    """What is said of a hand-off itself."""

    said = ("trigger", "lag_days", "owner")

    trigger = text("When")
    lag_days = figure("Within, in days")
    owner = text("Owner", LONGEST_TEAM)

    @property
    def row(self) -> str:
        # Who owns it is asked in a form of its own, among what is folded.
        alone = "owner" in self.data and not {"trigger", "lag_days"} & set(self.data)
        return f"owner {self.given('source')} {self.given('target')}" if alone else self.place

    @property
    def inside(self) -> str:
        return self.place if self.row != self.place else ""

    def texts(self, said: Map) -> Texts:
        there = self.there(said)
        return handoff_texts(there) if there else {}

    def change(self, said: Map) -> Map:
        return operations.change_handoff(said, *self.ends, **self.posted(*self.said))


class AddHandoffForm(AboutOneHandoff):
    """One more way on from a step; ``target`` is the number of the other as the page shows it, or its id."""

    said = ("target",)

    target = text("To step")

    @property
    def row(self) -> str:
        return f"add_handoff {self.given('source')}"

    @property
    def place(self) -> str:
        return f"handoff {self.given('source')} {getattr(self, 'found', self.given('target'))}"

    def clean_target(self) -> str:
        target = str(self.cleaned_data["target"]).strip()
        if not target:
            message = "Write the number of the step it hands over to."
            raise ValidationError(message)
        return target

    def change(self, said: Map) -> Map:
        source, target = self.ends
        if said.step(target) is None:
            steps = said.steps
            number = int(target) if target.isascii() and target.isdecimal() and len(target) < 4 else 0
            if not 0 < number <= len(steps):
                message = f"There is no step {target[:20]}. Write a number from 1 to {len(steps)}."
                raise operations.Missing(message, f"step {source}")
            target = steps[number - 1].id
        self.found = target
        return operations.add_handoff(said, source, target)


class RemoveHandoffForm(AboutOneHandoff):
    """Taking a hand-off away."""

    takes_away = True

    @property
    def inside(self) -> str:
        return self.place

    def change(self, said: Map) -> Map:
        return operations.remove_handoff(said, *self.ends)


class AboutOneRow(AboutOneHandoff):
    """A form about one of the rows of a hand-off; without an index, about a new one."""

    what = ""

    @property
    def inside(self) -> str:
        return self.place

    index = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=10_000,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NOT_WHOLE),
    )

    @property
    def row(self) -> str:
        # A standard case is the same row before and after it is written down.
        kind = self.given("kind") if self.given("kind") in STANDARD_CASES else ""
        number = kind or self.given("index") or self.given("kind") or "new"
        return f"{self.what} {self.given('source')} {self.given('target')} {number}"

    def index_given(self) -> int:
        """Return which row it is, -1 for a new one."""
        index: int | None = self.cleaned_data.get("index")
        return -1 if index is None else index


class FieldForm(AboutOneRow):
    """What becomes of a field on its way."""

    what = "field"
    said = ("field", "how", "before", "after", "note")

    field = text("Field", LONGEST_NAME)
    how = choice("What becomes of it", {"": "as the registry says", **HOW_WORDS})
    before = text("Called before")
    after = text("Called after")
    note = text("Note")

    def texts(self, said: Map) -> Texts:
        there, index = self.there(said), self.index_given()
        return field_texts(there.fields[index]) if there and 0 <= index < len(there.fields) else {}

    def clean_field(self) -> str:
        if not self.cleaned_data["field"].strip():
            message = "Name the field that is carried, such as start date."
            raise ValidationError(message)
        return str(self.cleaned_data["field"])

    def clean_before(self) -> tuple[str, ...]:
        return _names(self.cleaned_data["before"])

    def clean_after(self) -> tuple[str, ...]:
        return _names(self.cleaned_data["after"])

    def change(self, said: Map) -> Map:
        wanted = self.cleaned_data
        index = wanted["index"]
        carried = Carried(
            wanted["field"], wanted["how"] or "kept", wanted["before"], wanted["after"], note=wanted["note"]
        )
        if index is None:
            carried = _filled(carried, said, self.ends, self.uses, chosen=wanted["how"])
        return operations.set_field(said, *self.ends, index, carried)


def _filled(carried: Carried, said: Map, ends: tuple[str, str], uses: Uses, *, chosen: str) -> Carried:
    """A new field with the names the two systems have for it, where nobody wrote any."""
    known = uses.carried(said, ends, carried.field)
    if known is None or carried.before or carried.after:
        return carried
    return Carried(known.field, chosen or known.how, known.before, known.after, carried.note)


def _names(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(one.split()) for one in said.split(",") if one.strip()))


class RemoveFieldForm(AboutOneRow):
    """Taking a field off a hand-off."""

    what = "field"
    takes_away = True

    def change(self, said: Map) -> Map:
        return operations.remove_field(said, *self.ends, self.index_given())


class CaseForm(AboutOneRow):
    """What happens in an awkward case, and who decides."""

    what = "case"
    said = ("when", "then", "decides", "never")

    kind = choice("Case", CASE_WORDS)
    when = text("When")
    then = text("What happens")
    decides = text("Who decides", LONGEST_TEAM)
    never = forms.BooleanField(required=False)

    def texts(self, said: Map) -> Texts:
        there, index = self.there(said), self.index_given()
        cases = cases_of(said, there) if there else ()
        if index >= 0:
            return case_texts(cases[index]) if index < len(cases) else {}
        return next((case_texts(one) for one in cases if one.kind == self.given("kind") != "other"), {})

    def typed(self) -> Texts:
        return super().typed() | {"never": "1" if self.data.get("never") else ""}

    def clean(self) -> dict[str, Any]:
        wanted = super().clean()
        kind = wanted.get("kind") or "other"
        if not wanted.get("when") and "when" not in self.errors:
            wanted["when"] = ASKED.get(kind, "")
            if not wanted["when"]:
                self.add_error("when", "Say what the case is, such as: the contract ends early.")
        return wanted

    def change(self, said: Map) -> Map:
        wanted: Mapping[str, Any] = self.cleaned_data
        index = wanted["index"]
        kind = wanted["kind"] or "other"
        if index is None and kind != "other":
            index = self._asked_already(said, kind)
        case = Case(wanted["when"], wanted["then"], wanted["decides"], kind, never=wanted["never"])
        return operations.set_case(said, *self.ends, index, case)

    def _asked_already(self, said: Map, kind: str) -> int | None:
        """Where a standard case stands that somebody wrote down meanwhile: each is asked once."""
        there = self.there(said)
        return next((at for at, one in enumerate(there.cases) if one.kind == kind), None) if there else None


class RemoveCaseForm(AboutOneRow):
    """Taking an awkward case off a hand-off."""

    what = "case"
    takes_away = True

    def change(self, said: Map) -> Map:
        return operations.remove_case(said, *self.ends, self.index_given())
