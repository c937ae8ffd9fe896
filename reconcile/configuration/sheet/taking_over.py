"""A sheet put into the table: all rows that are clear in one transaction, each by the way every edit goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from ownership.models import Field, Person, SheetImport
from ownership.permissions import Rights
from ownership.services import defining, suggestions
from reconcile.configuration.sheet import unknown
from reconcile.configuration.sheet.looking import CHANGED, NEW, SUGGESTED, UNCLEAR, Look, Row, look, outcome

WHY = "What is unclear"


class NotTaken(Exception):
    """Why a sheet is not taken over; nothing was changed."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@transaction.atomic
def pair(sheet: SheetImport, *, columns: Sequence[str], record: str, add: Sequence[str]) -> SheetImport:
    """Keep which of ours each column is, what a record is called where only a system is named, and what to add."""
    sheet.pairing = {**sheet.pairing, "columns": list(columns), "record": record, "add": list(add)}
    sheet.save(update_fields=["pairing"])
    return sheet


def take_over(sheet: SheetImport, *, person: Person, seen: str) -> SheetImport:
    """Put the clear rows of ``sheet`` into the table and return it. ``seen``: the fingerprint of what was shown.

    Raises NotTaken when that would do something else by now, or when it was taken over already.
    """
    try:
        with transaction.atomic():
            return _take_over(sheet, person, seen)
    except defining.Refused as refused:
        message = f"This cannot be taken over: {refused.sentence} Look at it again."
        raise NotTaken(message) from refused
    except IntegrityError as clash:
        message = "Somebody else added the same just now. Look at it again."
        raise NotTaken(message) from clash


def _take_over(sheet: SheetImport, person: Person, seen: str) -> SheetImport:
    sheet = SheetImport.objects.select_for_update().get(pk=sheet.pk)
    if sheet.applied_at is not None:
        _not_taken("This sheet was taken over already.")
    rights = Rights(person)
    found = look(sheet, rights)
    if found.problem:
        _not_taken(found.problem)
    if found.fingerprint != seen:
        _not_taken("The table changed since this was shown, so nothing was taken over. Look at it again.")
    reason = reason_of(sheet)
    if person.is_administrator:
        unknown.add(defining.Known.now(), sheet.pairing.get("add", ()), reason=reason)
    fields = _define(found, person, reason)
    for row in found.rows:
        if row.state == SUGGESTED and row.there is not None:
            texts = [(one.key, one.new, one.old) for one in row.changes]
            suggestions.keep(row.there, texts, person=person, why=reason)
    sheet.applied_at, sheet.outcome = timezone.now(), outcome(found, fields)
    sheet.save(update_fields=["applied_at", "outcome"])
    return sheet


def _define(found: Look, person: Person, reason: str) -> list[Field]:
    wanted = [
        defining.Wanted(row.there, row.after)
        for row in found.rows
        if row.state in {NEW, CHANGED} and row.after is not None
    ]
    return defining.define(wanted, person=person, reason=reason)


def _not_taken(sentence: str) -> None:
    raise NotTaken(sentence)


def reason_of(sheet: SheetImport) -> str:
    """Return what the history says of what came from ``sheet``."""
    return f"From {sheet.file_name}."


def unclear_rows(sheet: SheetImport, found: Look | None) -> Iterator[list[str]]:
    """Give the rows that were left out, or that ``found`` would leave out, each with what is unclear in it."""
    why: Mapping[int, str] = (
        {row.number: _said(row) for row in found.rows if row.state == UNCLEAR}
        if found is not None
        else {one["number"]: " ".join(one["why"]) for one in sheet.outcome.get("unclear", ())}
    )
    for number, row in enumerate(sheet.rows, start=1):
        if number in why:
            yield [*row, why[number]]


def _said(row: Row) -> str:
    return " ".join(f"{one.label}: {one.sentence}" for one in row.problems)
