"""Whether a batch of cells may be: rights, names, reasons. Each check either passes or raises."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from ownership.definitions import Definition
from ownership.models import Field
from ownership.permissions import who_edits
from ownership.services.batch_rows import Refusals, Row, Sheet
from ownership.wording import plural


class NeedsReason(Exception):
    """Fields the teams agreed on: why they change has to be said. Nothing was changed."""

    def __init__(self, fields: list[Field]) -> None:
        self.fields = fields
        changes = "it changes" if len(fields) == 1 else "they change"
        self.sentence = f"The teams agreed on {_listed([one.name for one in fields])}. Say why {changes}."
        super().__init__(self.sentence)


def check_rights(sheet: Sheet) -> None:
    """Raise PermissionDenied with who may; otherwise mark the rows that are only suggested."""
    for row in sheet.rows.values():
        if row.there is None:
            if not sheet.rights.adds:
                message = "Fields are added by the leads of teams."
                raise PermissionDenied(message)
            continue
        row.edits = sheet.rights.edits(row.there) or _takes_back(sheet, row)
        if not row.edits and not sheet.rights.suggests(row.there):
            raise PermissionDenied(who_edits(row.there))
    for one in (*sheet.removed, *sheet.gone):
        if not sheet.rights.edits(one) and not _is_own_last(sheet, one):
            raise PermissionDenied(who_edits(one))


def _takes_back(sheet: Sheet, row: Row) -> bool:
    """Whoever gave a field away in their last change may take just that back, and nothing else."""
    if row.there is None or not _is_own_last(sheet, row.there):
        return False
    before = sheet.last[row.there.pk].number - 1
    return all(change.version == before for change in row.changes)


def _is_own_last(sheet: Sheet, one: Field) -> bool:
    last = sheet.last.get(one.pk)
    wanted = sheet.batch.versions.get(one.pk)
    return bool(sheet.batch.undoes and last is not None and last.by_id == sheet.person.pk and last.number == wanted)


def check_names(sheet: Sheet) -> None:
    """Each field has a name of its own, here and in the table; approver and deputy are two people."""
    rows = list(sheet.rows.values())
    ids = [row.there.pk for row in rows if row.there]
    taken = {name.casefold() for name in _names_but(ids)} if any(_is_renamed(row) for row in rows) else set()
    refusals, seen = [], set()
    for row in rows:
        name = row.after.name.casefold()
        if not name:
            refusals.append(row.refusal("name", "A field needs a name, such as billing status."))
        elif name in taken and _is_renamed(row):
            refusals.append(row.refusal("name", f"There is a field called {row.after.name} already.", row.after.name))
        elif name in seen:
            refusals.append(row.refusal("name", f"Two rows are called {row.after.name}.", row.after.name))
        seen.add(name)
        if row.after.rule.approver and row.after.rule.approver == row.after.rule.deputy:
            column = "approver" if row.changes[-1].column == "approver" else "deputy"
            text = sheet.text(row.after, column)
            refusals.append(row.refusal(column, "The deputy is somebody else than the approver.", text))
    if refusals:
        raise Refusals(refusals)


def _is_renamed(row: Row) -> bool:
    return row.there is None or row.after.name.casefold() != row.before.name.casefold()


def _names_but(ids: Sequence[int]) -> list[str]:
    return list(Field.objects.filter(removed_at=None).exclude(pk__in=ids).values_list("name", flat=True))


def check_reason(sheet: Sheet) -> None:
    """Raise NeedsReason where what teams agreed on changes without a word why."""
    if sheet.reason:
        return
    agreed = [row.there for row in sheet.rows.values() if row.there and row.edits and _changes_agreed(row.there, row)]
    agreed += [one for one in sheet.removed if one.in_force]
    if agreed:
        raise NeedsReason(agreed)


def _changes_agreed(there: Field, row: Row) -> bool:
    """Whether this begins the next version of a rule in force; what is worked on already needs no further reason."""
    if there.in_force is None or there.working is not None:
        return False
    return row.before.rule != row.after.rule or _editors(row.before) != _editors(row.after)


def _editors(definition: Definition) -> set[tuple[str, tuple[str, ...]]]:
    return {(use.system.casefold(), use.editors) for use in definition.uses}


def _listed(names: Sequence[str]) -> str:
    if len(names) > 4:
        return f"{', '.join(names[:3])} and {plural(len(names) - 3, 'other field', 'other fields')}"
    return " and ".join([*([", ".join(names[:-1])] if names[:-1] else []), *names[-1:]])
