"""Which record wins, and the conditions under which another one does: rows in order, saved as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from ownership import cells, naming
from ownership.conditions import oddities
from ownership.definitions import OPERATORS, WITHOUT_VALUE, Definition, Record, When
from ownership.forms.fields import LONGEST_TEXT, KeptForm, text
from ownership.models import Operator
from ownership.models.fields import COLUMN_CHARACTERS
from ownership.services.defining import Known

MOST_CONDITIONS = 100
ROW = ("sentence", "system", "column", "operator", "value", "wins")
RECORD, DEPENDS = "record", "depends"


class ConditionForm(forms.Form):
    """One condition: when, the test, which record wins. One row of several, so its names are not numbered."""

    sentence = text("When", LONGEST_TEXT)
    system = text("System", 100)
    column = text("Column", COLUMN_CHARACTERS, offered="columns")
    operator = forms.ChoiceField(
        label="Comparison",
        choices=Operator.choices,
        required=False,
        error_messages={"invalid_choice": "Choose a comparison from the list."},
    )
    value = text("Value", LONGEST_TEXT)
    wins = text("Then wins", 500, offered="record-types")

    @property
    def is_empty(self) -> bool:
        """Whether nobody wrote anything into it."""
        return not any(self.data.get(name, "").strip() for name in ROW if name != "operator")

    def draft(self) -> When:
        """Return the condition as it stands, whatever names it has."""
        said = {name: str(self[name].value() or "") for name in ROW}
        system, _, kind = naming.clean(said["wins"]).partition(":")
        operator = said["operator"] if said["operator"] in OPERATORS else OPERATORS[0]
        return When(
            sentence=naming.clean(said["sentence"]),
            system=naming.clean(said["system"]),
            column=naming.clean(said["column"]),
            operator=operator,
            value=_value(operator, said["value"]),
            settled_by=Record(naming.unquoted(system), naming.unquoted(kind)) if said["wins"].strip() else None,
        )

    def when(self, names: Known, was: When | None) -> When:
        """Return the condition, names as they are spelled; what is as in ``was`` stays to the letter.

        Raises naming.Unclear.
        """
        said = self.cleaned_data
        operator = said["operator"] or "equals"
        record = naming.record(naming.clean(said["wins"]), names) if said["wins"].strip() else None
        found = When(
            sentence=naming.clean(said["sentence"]),
            system=naming.system(said["system"], names) if said["system"].strip() else "",
            column=naming.clean(said["column"]),
            operator=operator,
            value=_value(operator, said["value"]),
            settled_by=record,
        )
        return was if was is not None and _alike(found, was) else found


class ConditionsForm(KeptForm):
    """What settles a dispute: one record unless a condition holds, or the conditions alone."""

    settles = forms.ChoiceField(
        label="Which record wins",
        choices=((RECORD, "One record, unless a condition holds"), (DEPENDS, "It depends: only the conditions decide")),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Say whether one record wins or it depends."),
    )
    settled_by = text("The record that wins", 500, hint="Such as Billing: posted invoice", offered="record-types")
    because = text("Because", LONGEST_TEXT, hint=cells.BY_KEY["because"].hint, lines=2)

    def __init__(self, data: QueryDict | None = None, *, definition: Definition, **kwargs: Any) -> None:
        rule = definition.rule
        kwargs["initial"] = {
            "settles": DEPENDS if rule.depends else RECORD,
            "settled_by": naming.record_text(rule.settled_by),
            "because": rule.because,
        } | kwargs.get("initial", {})
        super().__init__(data, **kwargs)
        self.rows = [_row(one) for one in rule.conditions] if data is None else list(_posted(data))
        self.definition = definition

    def clean(self) -> dict[str, Any]:
        if len(self.rows) > MOST_CONDITIONS:
            self.add_error(None, f"A rule has at most {MOST_CONDITIONS} conditions.")
            return self.cleaned_data
        self._read()
        try:
            self.reason_why = self._because()
        except naming.Unclear as unclear:
            self.add_error("because", unclear.sentence)
        if any(row.errors for row in self.rows):
            self.add_error(None, "Some conditions cannot be taken as they are written. They are marked below.")
        return self.cleaned_data

    def _because(self) -> str:
        """Why that record wins; what was not touched stays to the letter. Raises naming.Unclear."""
        said, was = self.cleaned_data.get("because", ""), self.definition.rule.because
        if naming.clean(said) == naming.clean(was):
            return was
        return cells.with_text(self.definition, "because", said, self.names()).rule.because

    def _read(self) -> None:
        self.conditions: list[When] = []
        self.winner: Record | None = None
        before = {_key(one): one for one in self.definition.rule.conditions}
        for row in self.rows:
            if row.is_empty or not row.is_valid():
                continue
            try:
                self.conditions.append(row.when(self.names(), before.get(_key_of(row.cleaned_data))))
            except naming.Unclear as unclear:
                row.add_error(_where(row, self.names()), unclear.sentence)
        said = naming.clean(self.cleaned_data.get("settled_by", ""))
        if said and self.cleaned_data.get("settles") == RECORD:
            try:
                self.winner = naming.record(said, self.names())
            except naming.Unclear as unclear:
                self.add_error("settled_by", unclear.sentence)

    @property
    def depends(self) -> bool:
        """Whether the conditions alone decide, as far as it is said."""
        return bool(self["settles"].value() == DEPENDS)

    def odd(self) -> dict[int, list[str]]:
        """Return what is odd about the rows as they stand, by place from 0; nothing is said of unfinished names."""
        drafts = [row.draft() for row in self.rows]
        said: dict[int, list[str]] = {}
        for one in oddities(drafts, None if self.depends else getattr(self, "winner", self.definition.rule.settled_by)):
            row = self.rows[one.index]
            if not (row.is_bound and (row.is_empty or row.errors)):
                said.setdefault(one.index, []).append(one.sentence)
        return said

    def change(self, definition: Definition) -> Definition:
        """Return ``definition`` with the conditions and what settles a dispute as the form says."""
        rule = definition.rule
        same = naming.clean(self.cleaned_data["because"]) == naming.clean(rule.because)
        because = rule.because if same else self.reason_why
        depends = self.cleaned_data["settles"] == DEPENDS
        changed = {"depends": depends, "settled_by": self.winner, "because": because}
        return replace(definition, rule=replace(rule, conditions=tuple(self.conditions), **changed))


def _row(one: When) -> ConditionForm:
    return ConditionForm(initial=_texts(one))


def _texts(one: When) -> dict[str, str]:
    """A condition as its row shows it."""
    values = one.value if isinstance(one.value, tuple) else None
    value = "\n".join(naming.bare(text) for text in values) if values is not None else str(one.value)
    return {
        "sentence": one.sentence,
        "system": one.system,
        "column": one.column,
        "operator": one.operator,
        "value": value,
        "wins": naming.record_text(one.settled_by),
    }


def _posted(data: QueryDict) -> Iterator[ConditionForm]:
    lists = [data.getlist(f"condition_{name}") for name in ROW]
    for said in zip(*lists, strict=False):
        texts = dict(zip(ROW, said, strict=True))
        yield ConditionForm(texts, initial=texts)


def _value(operator: str, said: str) -> str | tuple[str, ...]:
    if operator in WITHOUT_VALUE:
        return ""
    if operator != "in":
        return naming.clean(said)
    lines = naming.clean(said).split("\n")
    return tuple(naming.unquoted(line) for line in lines if line.strip())


def _alike(one: When, other: When) -> bool:
    return _key(one) == _key(other)


def _key(one: When) -> tuple[str, ...]:
    return _key_of(_texts(one))


def _key_of(texts: Mapping[str, str]) -> tuple[str, ...]:
    value = "" if texts["operator"] in WITHOUT_VALUE else texts["value"]
    said = (*(texts[name] for name in ROW if name != "value"), value)
    return tuple(naming.clean(text or "") for text in said)


def _where(row: ConditionForm, names: Known) -> str:
    """Which of the two names of a row cannot be taken."""
    said = row.cleaned_data["system"].strip()
    return "system" if said and naming.found(names.systems, said) is None else "wins"


def moved(rows: list[ConditionForm], do: str) -> list[ConditionForm]:
    """Return ``rows`` as a button of a page without scripts wants them: "add", "up:2", "down:0", "remove:1"."""
    what, _, place = do.partition(":")
    if what == "add":
        return [*rows, ConditionForm(initial=dict.fromkeys(ROW, "") | {"operator": OPERATORS[0]})]
    if not (place.isascii() and place.isdecimal() and int(place) < len(rows)):
        return rows
    at = int(place)
    kept = [*rows[:at], *rows[at + 1 :]]
    if what in {"up", "down"}:
        kept.insert(max(at + (-1 if what == "up" else 1), 0), rows[at])
    return kept if what in {"up", "down", "remove"} else rows
