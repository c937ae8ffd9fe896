"""What a sheet would do to the table: each row new, changed, as it is, suggested to whoever may, or unclear and why."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ownership import cells
from ownership.cells import BY_KEY, Unclear
from ownership.definitions import Definition
from ownership.models import Field, SheetImport
from ownership.naming import clean, one_line, shortened
from ownership.permissions import Rights, who_edits
from ownership.queries import registry
from ownership.services.defining import Known
from reconcile.configuration.sheet import unknown
from reconcile.configuration.sheet.cells_of_use import text_of_use, with_use
from reconcile.configuration.sheet.targets import SENSITIVE, label_of, system_part

NEW, CHANGED, UNCHANGED, SUGGESTED, UNCLEAR = "new", "changed", "unchanged", "suggested", "unclear"
STATES = (NEW, CHANGED, SUGGESTED, UNCLEAR, UNCHANGED)


@dataclass(frozen=True, slots=True)
class Change:
    """One cell: the key and label of its column, what stood there, what stands in the sheet."""

    key: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell that cannot be taken, and the sentence why and what to do."""

    label: str
    text: str
    sentence: str


@dataclass
class Row:
    """One row of the sheet. ``number``: its place below the header, from 1; ``after``: what the field shall be."""

    number: int
    name: str
    state: str
    there: Field | None = None
    after: Definition | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Look:
    """All rows, and what could be said once for all of them.

    ``problem``: why nothing can be taken as the columns are paired. ``names``: teams and systems that are not there.
    ``alone``: how many cells name a system without a record. ``records``: record types that would be new.
    """

    rows: list[Row]
    problem: str
    names: list[unknown.Missing]
    alone: int
    records: list[str]

    @property
    def counts(self) -> Counter[str]:
        """How many rows there are of each state."""
        return Counter(row.state for row in self.rows)

    @property
    def taken(self) -> list[Row]:
        """The rows that would be taken over: new and changed fields, and suggestions."""
        return [] if self.problem else [row for row in self.rows if row.state in {NEW, CHANGED, SUGGESTED}]

    @property
    def fingerprint(self) -> str:
        """Something that is the same as long as taking over does the same."""
        said = [
            (
                row.number,
                row.state,
                row.there.pk if row.there else None,
                [(one.key, one.old, one.new) for one in row.changes],
            )
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def look(sheet: SheetImport, rights: Rights, known: Known | None = None) -> Look:
    """Return what taking over ``sheet``, paired as it is, would do. A number of queries that does not grow with it."""
    known = known or Known.now()
    added = unknown.with_added(known, sheet.pairing.get("add", ()), may_add=rights.person.is_administrator)
    looking = _Looking(sheet, rights, added)
    rows = [looking.row(number, texts) for number, texts in enumerate(sheet.rows, start=1)]
    _apart(rows)
    return Look(
        rows=rows,
        problem=_problem(looking.columns),
        names=unknown.missing(looking.texts(), known),
        alone=looking.alone,
        records=looking.new_records(rows),
    )


def _problem(columns: Sequence[str]) -> str:
    if "name" not in columns:
        return "Say which column names the fields: each row is one field."
    twice = [key for key, count in Counter(filter(None, columns)).items() if count > 1]
    return f"Two columns are paired with {label_of(twice[0])}. Leave one of them out." if twice else ""


def _apart(rows: Sequence[Row]) -> None:
    """Of rows that name the same field the first counts; the others say so."""
    first: dict[str, Row] = {}
    for row in rows:
        known = row.name.casefold()
        if known and known in first:
            sentence = f"Row {first[known].number} is about {shortened(row.name)} too. Keep one of the two."
            row.state, row.problems = UNCLEAR, [Problem(BY_KEY["name"].label, row.name, sentence), *row.problems]
        elif known:
            first[known] = row


class _Looking:
    """Everything a row is held against, read once."""

    def __init__(self, sheet: SheetImport, rights: Rights, known: Known) -> None:
        self._sheet, self._rights, self._known = sheet, rights, known
        self.columns: list[str] = list(sheet.pairing.get("columns", ()))
        self._record = str(sheet.pairing.get("record", ""))
        self._people = cells.labels(known.people.values())
        self._fields = {one.name.casefold(): one for one in registry.whole()}
        self._refused: dict[tuple[str, str], str] = {}
        self.alone = 0

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every cell that counts: the key of its column, and its text."""
        for row in self._sheet.rows:
            yield from self._paired(row)

    def _paired(self, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
        for key, text in zip(self.columns, texts, strict=False):
            if key and text.strip():
                yield key, text

    def row(self, number: int, texts: Sequence[str]) -> Row:
        """Return what one row would do."""
        said = dict(self._paired(texts))
        name = one_line(clean(said.get("name", "")))
        if not name:
            sentence = "This row names no field. Write its name, such as billing status."
            return Row(number, "", UNCLEAR, problems=[Problem(BY_KEY["name"].label, "", sentence)])
        there = self._fields.get(name.casefold())
        before = registry.definition(there) if there else Definition(name)
        row = Row(number, name, UNCHANGED, there)
        after = self._read(row, before, said)
        if after.rule.approver and after.rule.approver == after.rule.deputy:
            label = BY_KEY["deputy"].label
            row.problems.append(
                Problem(label, said.get("deputy", ""), "The deputy is somebody else than the approver.")
            )
        self._decide(row, before, after)
        return row

    def _read(self, row: Row, before: Definition, said: dict[str, str]) -> Definition:
        after = before
        for key, text in said.items():
            old = self._text(before, key)
            if row.there is not None and clean(text) == clean(old):
                continue
            try:
                after = self._with(after, key, text)
            except Unclear as refused:
                row.problems.append(Problem(label_of(key), text, refused.sentence))
        return after

    def _with(self, definition: Definition, key: str, text: str) -> Definition:
        refused = self._refused.get((key, text))
        if refused is not None:
            raise Unclear(refused, key)
        try:
            if key == SENSITIVE or system_part(key):
                return with_use(definition, key, text, self._known)
            if key in {"settled_by", "first_appears_in"}:
                text = self._with_record(text)
            return cells.with_text(definition, key, text, self._known)
        except Unclear as unclear:
            self._refused[key, text] = unclear.sentence
            raise

    def _with_record(self, text: str) -> str:
        """Where only a system is named, its record is called as the person said."""
        if one_line(text).casefold() not in self._known.systems:
            return text
        self.alone += 1
        return f"{one_line(text)}: {self._record}" if self._record else text

    def _text(self, definition: Definition, key: str) -> str:
        if key == SENSITIVE or system_part(key):
            return text_of_use(definition, key)
        return cells.text_of(definition, key, self._people)

    def _decide(self, row: Row, before: Definition, after: Definition) -> None:
        keys = [key for key in dict.fromkeys(self.columns) if key]
        empty = Definition("")
        for key in keys:
            old, new = self._text(before if row.there else empty, key), self._text(after, key)
            if old != new:
                row.changes.append(Change(key, label_of(key), old, new))
        row.after = after
        if row.problems:
            row.state = UNCLEAR
        elif row.there is None:
            row.state = NEW
        elif row.changes and not before.like(after):
            row.state = CHANGED if self._rights.edits(row.there) else self._suggested(row)

    def _suggested(self, row: Row) -> str:
        """Of a field one may not edit, what stands in cells of the table is suggested to those who may."""
        kept = [one for one in row.changes if one.key in BY_KEY]
        left_out = [one.label for one in row.changes if one.key not in BY_KEY]
        row.changes = kept
        who = who_edits(row.there) if row.there else ""
        row.note = f"{who} {'Not suggested: ' + ', '.join(left_out) + '.' if left_out else ''}".strip()
        return SUGGESTED if kept else UNCHANGED

    def new_records(self, rows: Sequence[Row]) -> list[str]:
        """Record types that would be made, as cells spell them."""
        found: dict[str, str] = {}
        for row in rows:
            if row.state in {NEW, CHANGED} and row.after is not None:
                rule = row.after.rule
                for one in (rule.first_appears_in, rule.settled_by, *(when.settled_by for when in rule.conditions)):
                    if one and (one.system.casefold(), one.record_type.casefold()) not in self._known.record_types:
                        found.setdefault(str(one).casefold(), str(one))
        return list(found.values())


def outcome(look: Look, fields: Sequence[Field]) -> dict[str, Any]:
    """Return what is remembered of a sheet that was taken over into ``fields``."""
    unclear = [
        {"number": row.number, "why": [f"{one.label}: {one.sentence}" for one in row.problems]}
        for row in look.rows
        if row.state == UNCLEAR
    ]
    return {"counts": dict(look.counts), "unclear": unclear, "fields": [field.pk for field in fields]}
