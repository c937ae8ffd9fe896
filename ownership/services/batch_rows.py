"""What a batch of cells is about, read once: rows as they are and as they shall be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Max

from ownership import cells
from ownership.definitions import Definition
from ownership.models import Field, FieldVersion, Person
from ownership.permissions import Rights
from ownership.queries import registry
from ownership.services import defining
from ownership.services.batches import Batch, Change

UNDONE = "Taken back."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell that cannot be taken, and the sentence why. ``new``: a record that would have to be made, as its text."""

    field: int | None
    key: str
    column: str
    text: str
    sentence: str
    new: str = ""


class Refusals(Exception):
    """Cells that cannot be taken. Nothing was changed."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(refusals[0].sentence)
        self.refusals = refusals


@dataclass
class Row:
    """A row of the table: what it is, what it shall be, and the changes that say so."""

    key: int | str
    there: Field | None
    before: Definition
    after: Definition
    changes: list[Change] = field(default_factory=list)
    edits: bool = True

    def refusal(self, column: str, sentence: str, text: str = "", new: str = "") -> Refusal:
        return Refusal(self.there.pk if self.there else None, str(self.key), column, text, sentence, new)

    @property
    def is_blank(self) -> bool:
        """A new row in which nothing is written."""
        return self.there is None and self.after == Definition("")


@dataclass
class Sheet:
    """What a batch is about, read once."""

    batch: Batch
    person: Person
    rights: Rights
    known: defining.Known
    people: dict[str, str]
    rows: dict[int | str, Row]
    removed: list[Field]
    gone: list[Field]
    last: dict[int, FieldVersion]

    @property
    def reason(self) -> str:
        return self.batch.reason or (UNDONE if self.batch.undoes else "")

    def text(self, definition: Definition, column: str) -> str:
        return cells.text_of(definition, column, self.people)


def read(batch: Batch, person: Person, rights: Rights) -> Sheet:
    """Return what ``batch`` is about, each field locked. Raises Refusals for fields that are not there (any more)."""
    ids = {one.field for one in batch.changes if isinstance(one.field, int)} | {*batch.remove, *batch.bring_back}
    there = {one.pk: one for one in registry.whole(Field.objects.filter(pk__in=ids).select_for_update(of=("self",)))}
    known = defining.Known.now(creates=batch.create, reason=batch.reason)
    sheet = Sheet(
        batch=batch,
        person=person,
        rights=rights,
        known=known,
        people=cells.labels(known.people.values()),
        rows={},
        removed=[there[one] for one in batch.remove if one in there and there[one].removed_at is None],
        gone=[there[one] for one in batch.bring_back if one in there and there[one].removed_at is not None],
        last=last_versions(list(there)),
    )
    others = {*batch.remove, *batch.bring_back} - set(there)
    missing = [Refusal(one, str(one), "name", "", "This field is not there.") for one in sorted(others)]
    for change in batch.changes:
        row = sheet.rows.get(change.field) or _row(change, there)
        if row is None:
            missing.append(Refusal(None, str(change.field), change.column, change.text, _missing(change, there)))
            continue
        sheet.rows[change.field] = row
        row.changes.append(change)
    if missing:
        raise Refusals(missing)
    return sheet


def _row(change: Change, there: dict[int, Field]) -> Row | None:
    if isinstance(change.field, str):
        return Row(change.field, None, Definition(""), Definition(""))
    one = there.get(change.field)
    if one is None or one.removed_at is not None:
        return None
    definition = registry.definition(one)
    return Row(change.field, one, definition, definition)


def _missing(change: Change, there: dict[int, Field]) -> str:
    one = there.get(change.field) if isinstance(change.field, int) else None
    if one is None:
        return "This field is not there."
    last = FieldVersion.objects.filter(field=one).order_by("-number").first()
    return f"{one.name} was removed{f' by {last.by_name}' if last and last.by_name else ''}."


def last_versions(ids: Sequence[int]) -> dict[int, FieldVersion]:
    """Return the newest version of each field by its id, without what it says."""
    newest = FieldVersion.objects.filter(field__in=ids).values("field").annotate(newest=Max("pk")).values("newest")
    return {one.field_id: one for one in FieldVersion.objects.filter(pk__in=newest).defer("data")}
