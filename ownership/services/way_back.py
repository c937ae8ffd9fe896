"""What a batch of cells did, in a sentence, and the body that takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ownership.models import Field
from ownership.queries import registry
from ownership.services.batch_rows import Row, Sheet, last_versions
from ownership.wording import plural


@dataclass(frozen=True)
class Outcome:
    """What was done: the fields touched, as they are now, the body that takes it back, and a sentence."""

    fields: list[Field]
    keys: dict[int, str]
    undo: dict[str, Any]
    said: str
    suggested: int = 0
    removed: tuple[int, ...] = ()


def outcome(
    sheet: Sheet,
    done: list[tuple[Row, Field]],
    back: list[Field],
    suggested: dict[int, list[int]],
    withdrawn: list[int],
) -> Outcome:
    """Return what was done: ``done``, rows with their fields; ``back``, those brought back; suggestions by field."""
    changed = [(row, one, _differing(sheet, row, one)) for row, one in done if row.there is not None]
    added = [(row, one) for row, one in done if row.there is None]
    others = Field.objects.filter(pk__in=[*suggested, *withdrawn], removed_at=None)
    fields = [*(one for _, one in done), *back, *(registry.whole(others) if suggested or withdrawn else ())]
    kept = [one for ids in suggested.values() for one in ids]
    undo = {
        "changes": [_way_back(sheet, one, *cell) for _, one, differing in changed for cell in differing],
        "remove": [one.pk for _, one in added] + [one.pk for one in back],
        "bring_back": [one.pk for one in sheet.removed],
        "withdraw": kept,
        "versions": {str(one.pk): number for one, number in _versions_now(fields, sheet.removed)},
        "undoes": True,
        "create": True,
    }
    return Outcome(
        fields=fields,
        keys={one.pk: str(row.key) for row, one in added},
        undo=undo,
        said=_said(sum(len(one) for *_, one in changed), sum(1 for *_, one in changed if one), len(added), sheet, kept),
        suggested=len(kept),
        removed=tuple(one.pk for one in sheet.removed),
    )


def _differing(sheet: Sheet, row: Row, now: Field) -> list[tuple[str, str, str]]:
    """The columns that say something else now: column, text before, text now."""
    after = registry.definition(now)
    columns = dict.fromkeys(change.column for change in row.changes)
    texts = ((one, sheet.text(row.before, one), sheet.text(after, one)) for one in columns)
    return [(column, old, new) for column, old, new in texts if old != new]


def _way_back(sheet: Sheet, one: Field, column: str, old: str, new: str) -> dict[str, Any]:
    last = sheet.last.get(one.pk)
    said = {"field": one.pk, "column": column, "text": old, "was": new}
    return said | ({"version": last.number} if last else {})


def _versions_now(fields: Sequence[Field], removed: Sequence[Field]) -> list[tuple[Field, int]]:
    newest = last_versions([one.pk for one in (*fields, *removed)])
    return [(one, newest[one.pk].number) for one in (*fields, *removed) if one.pk in newest]


def _said(cells_changed: int, fields_changed: int, added: int, sheet: Sheet, kept: list[int]) -> str:
    parts = []
    if cells_changed:
        of = plural(fields_changed, "field", "fields")
        parts.append(f"{plural(cells_changed, 'cell', 'cells')} of {of} changed")
    if added:
        parts.append(f"{plural(added, 'field', 'fields')} added")
    if sheet.gone:
        parts.append(f"{plural(len(sheet.gone), 'field', 'fields')} brought back")
    if sheet.removed:
        parts.append(f"{plural(len(sheet.removed), 'field', 'fields')} removed")
    if kept:
        parts.append(f"{plural(len(kept), 'suggestion', 'suggestions')} kept for those who edit the field")
    return f"{', '.join(parts)}." if parts else "Nothing changed."
