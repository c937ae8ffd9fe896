"""Cells that two people changed: nothing is overwritten that its author has not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ownership import cells
from ownership.definitions import Definition
from ownership.models import Field, FieldVersion
from ownership.services.batch_rows import Row, Sheet
from ownership.services.batches import Change

# Of a field that was edited more often, older versions are not looked through.
VERSIONS_READ = 100


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that somebody else changed meanwhile: what each wrote, what stood there before, who and when."""

    field: int
    column: str
    yours: str
    theirs: str
    was: str
    who: str
    when: str


class Conflicts(Exception):
    """Cells that others changed meanwhile, and their fields as they are. Nothing was changed."""

    def __init__(self, conflicts: list[Conflict], fields: list[Field]) -> None:
        super().__init__(f"{len(conflicts)} cells changed meanwhile")
        self.conflicts = conflicts
        self.fields = fields


def check_conflicts(sheet: Sheet) -> None:
    """Raise Conflicts with every cell that says something else by now than whoever changes it last saw there."""
    found = [
        (row.there, row, change)
        for row in sheet.rows.values()
        if row.there is not None
        for change in row.changes
        if change.was is not None and _is_conflict(sheet, row, change)
    ]
    if not found:
        return
    versions = _versions([one.pk for one, *_ in found])
    conflicts = [_conflict(sheet, one, row, change, versions[one.pk]) for one, row, change in found]
    raise Conflicts(conflicts, list({one.pk: one for one, *_ in found}.values()))


def _conflict(sheet: Sheet, one: Field, row: Row, change: Change, versions: list[FieldVersion]) -> Conflict:
    column = change.column
    by = _changed_by(sheet, column, versions)
    return Conflict(
        field=one.pk,
        column=column,
        yours=change.text,
        theirs=sheet.text(row.before, column),
        was=change.was or "",
        who=by.by_name if by and by.by_name else "somebody",
        when=by.at.isoformat() if by else "",
    )


def _versions(ids: list[int]) -> dict[int, list[FieldVersion]]:
    """The versions of those fields, newest first."""
    found: dict[int, list[FieldVersion]] = {one: [] for one in ids}
    for version in FieldVersion.objects.filter(field__in=ids).order_by("field_id", "-number").iterator():
        if len(found[version.field_id]) < VERSIONS_READ:
            found[version.field_id].append(version)
    return found


def _changed_by(sheet: Sheet, column: str, versions: list[FieldVersion]) -> FieldVersion | None:
    """The latest version in which the column says something else than in the one before."""
    texts = (sheet.text(Definition.from_json(one.data), column) for one in versions)
    newer: tuple[FieldVersion, str] | None = None
    for version, text in zip(versions, texts, strict=False):
        if newer is not None and newer[1] != text:
            return newer[0]
        newer = (version, text)
    return newer[0] if newer else None


def _is_conflict(sheet: Sheet, row: Row, change: Change) -> bool:
    """Whether somebody wrote something else there meanwhile; the same in other words is no conflict."""
    present = sheet.text(row.before, change.column)
    if present in (change.was, change.text.strip()):
        return False
    return not any(_means_present(sheet, row, change.column, text) for text in (change.was or "", change.text))


def _means_present(sheet: Sheet, row: Row, column: str, text: str) -> bool:
    try:
        said = cells.with_text(row.before, column, text, replace(sheet.known, creates=True))
    except cells.Unclear:
        return False
    return said.like(row.before)
