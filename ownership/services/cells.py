"""Many cells edited at once: all of them or none, nobody's words overwritten unseen, everything taken back by one undo.

A cell of a field one may not edit becomes a suggestion to those who may, in the same transaction.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from ownership import cells
from ownership.definitions import Definition
from ownership.models import Field, FieldVersion, Person
from ownership.permissions import Rights
from ownership.queries import registry
from ownership.services import defining, suggestions
from ownership.services.batch_rows import Refusal, Refusals, Row, Sheet, read
from ownership.services.batches import Batch, Change
from ownership.services.conflicts import Conflict, Conflicts, check_conflicts
from ownership.services.edit_checks import NeedsReason, check_names, check_reason, check_rights
from ownership.services.way_back import Outcome, outcome

__all__ = ["Conflict", "Conflicts", "NeedsReason", "Outcome", "Refusal", "Refusals", "change_cells"]


@transaction.atomic
def change_cells(batch: Batch, *, person: Person, rights: Rights) -> Outcome:
    """Do all that ``batch`` asks, in one transaction, and return what was done with the way back.

    Raises PermissionDenied with who may, Conflicts, Refusals, NeedsReason; then nothing was changed.
    """
    sheet = read(batch, person, rights)
    check_rights(sheet)
    check_conflicts(sheet)
    _apply(sheet)
    check_names(sheet)
    check_reason(sheet)
    suggested = _suggest(sheet)
    done = _define(sheet)
    back = _bring_back(sheet)
    _remove(sheet)
    withdrawn = suggestions.withdraw(batch.withdraw, person=person)
    return outcome(sheet, done, back, suggested, withdrawn)


def _apply(sheet: Sheet) -> None:
    refusals = []
    restored = _versions_named(sheet)
    for row in sheet.rows.values():
        for change in row.changes:
            try:
                row.after = _changed(sheet, row, change, restored)
            except cells.Unclear as refused:
                refusals.append(row.refusal(change.column, refused.sentence, change.text, refused.new))
    if refusals:
        raise Refusals(refusals)
    sheet.rows = {key: row for key, row in sheet.rows.items() if not row.is_blank}


def _changed(sheet: Sheet, row: Row, change: Change, restored: dict[tuple[int, int], Definition]) -> Definition:
    if change.is_new and change.column == "name" and not change.text.strip():
        return row.after
    if row.there is not None and change.version is not None:
        old = restored.get((row.there.pk, change.version))
        if old is not None and sheet.text(old, change.column) == change.text:
            return cells.from_other(row.after, change.column, old)
    return cells.with_text(row.after, change.column, change.text, sheet.known)


def _versions_named(sheet: Sheet) -> dict[tuple[int, int], Definition]:
    """The versions of fields that changes take a column from."""
    wanted = {(one.field, one.version) for one in sheet.batch.changes if one.version is not None}
    if not wanted:
        return {}
    rows = FieldVersion.objects.filter(
        field__in={field for field, _ in wanted if isinstance(field, int)}, number__in={number for _, number in wanted}
    )
    return {
        (one.field_id, one.number): Definition.from_json(one.data)
        for one in rows.iterator()
        if (one.field_id, one.number) in wanted
    }


def _suggest(sheet: Sheet) -> dict[int, list[int]]:
    """Keep what is only suggested; ids of the suggestions by field."""
    kept = {}
    for row in sheet.rows.values():
        if row.there is not None and not row.edits:
            columns = dict.fromkeys(change.column for change in row.changes)
            texts = [(one, sheet.text(row.after, one), sheet.text(row.before, one)) for one in columns]
            made = suggestions.keep(row.there, texts, person=sheet.person, why=sheet.reason)
            kept[row.there.pk] = [one.pk for one in made]
    return kept


def _define(sheet: Sheet) -> list[tuple[Row, Field]]:
    rows = [row for row in sheet.rows.values() if row.edits]
    wanted = [defining.Wanted(row.there, row.after) for row in rows]
    try:
        with transaction.atomic():
            fields = defining.define(wanted, person=sheet.person, reason=sheet.reason, known=sheet.known)
    except defining.Refused as refused:
        about = next((row for row in rows if any(one.column == refused.column for one in row.changes)), rows[0])
        raise Refusals([about.refusal(refused.column, refused.sentence)]) from refused
    except IntegrityError as clash:
        sentence = "Somebody else added the same just now. Try it once more."
        raise Refusals([rows[0].refusal("name", sentence)]) from clash
    return list(zip(rows, fields, strict=True))


def _bring_back(sheet: Sheet) -> list[Field]:
    for one in sheet.gone:
        try:
            defining.bring_back(one, person=sheet.person, reason=sheet.reason)
        except defining.Refused as refused:
            raise Refusals([Refusal(one.pk, str(one.pk), refused.column, one.name, refused.sentence)]) from refused
    return list(registry.whole(Field.objects.filter(pk__in=[one.pk for one in sheet.gone]))) if sheet.gone else []


def _remove(sheet: Sheet) -> None:
    changed = [one for one in sheet.removed if _was_changed(sheet, one)]
    if changed:
        sentence = "{name} was changed by {who} meanwhile. It is removed on its own page."
        raise Refusals(
            [
                Refusal(one.pk, str(one.pk), "name", one.name, sentence.format(name=one.name, who=_who(sheet, one)))
                for one in changed
            ]
        )
    if sheet.removed:
        defining.remove_all(sheet.removed, person=sheet.person, reason=sheet.reason)


def _who(sheet: Sheet, one: Field) -> str:
    return sheet.last[one.pk].by_name or "somebody"


def _was_changed(sheet: Sheet, one: Field) -> bool:
    """Whether a field that an undo removes says something else by now than when it was added."""
    number = sheet.batch.versions.get(one.pk)
    if number is None or number == sheet.last[one.pk].number:
        return False
    then = FieldVersion.objects.filter(field=one, number=number).first()
    return then is None or not Definition.from_json(then.data).like(registry.definition(one))
