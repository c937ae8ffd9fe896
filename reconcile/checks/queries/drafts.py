"""A draft as its page shows it: key, compared fields, what is left, and why it was suggested so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from ownership.models import Person, System
from ownership.parts import Masked
from reconcile.checks.comparing import ComparedField
from reconcile.checks.masking import Masking
from reconcile.checks.models import Draft
from reconcile.checks.queries.columns import identity, labels, shown_name
from reconcile.checks.queries.edits import EditRow, filled, guessed_in, rows
from reconcile.checks.queries.masking import of_draft
from reconcile.engine.suggesting.suggestions import KeySuggestion, PairSuggestion, Suggestion
from reconcile.exports.models import Snapshot

FIELDS_A_PAGE = 100
CHOSEN_FROM = 60
PERHAPS_SHOWN = 12
COMES_TO = {"exact": "exact text", "number": "numbers", "date": "dates", "text": "text", "boolean": "yes or no"}


def draft_of(person: Person, draft_id: UUID) -> Draft:
    """The draft of ``person``; those of others are not there. Raises Draft.DoesNotExist."""
    drafts = Draft.objects.select_related("left", "right", "owner", "check_edited", "check_edited__owner")
    return drafts.get(person=person, pk=draft_id)


def open_drafts(person: Person) -> QuerySet[Draft]:
    """The new checks that ``person`` has begun and not finished, latest first."""
    drafts = Draft.objects.filter(person=person, check_edited=None, discarded_at=None)
    return drafts.select_related("left", "right").order_by("-changed_at")


def system_names() -> list[str]:
    """Every system there is, by name."""
    return list(System.objects.values_list("name", flat=True))


@dataclass(frozen=True, slots=True)
class Row:
    """One compared field: ``left`` and ``right`` are its columns as people read them, ``why`` it was suggested.

    ``masked`` stands for its values, and for the words of its table, where whoever makes the check may not see them.

    ``id`` is its name in addresses, ``place`` on the page: that stays when another left column is chosen, so that
    whoever works by keyboard stays where he is.
    """

    id: str
    field: ComparedField
    left: str
    right: str
    left_missing: bool
    right_missing: bool
    why: str
    comes_to: str
    place: str
    masked: Masked | None = None

    @property
    def short(self) -> str:
        """The field's name for labels that only a screen reader reads."""
        return shown_name(self.field.name, 60)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One pair of the key, by the labels of its columns; empty where none is chosen yet."""

    place: int
    left: str
    right: str

    @property
    def left_id(self) -> str:
        return f"key-left-{self.place}"

    @property
    def right_id(self) -> str:
        return f"key-right-{self.place}"

    @property
    def wanted(self) -> bool:
        """Whether choosing it is the next thing to do."""
        return not self.place and not self.left and not self.right


@dataclass(frozen=True, slots=True)
class Candidate:
    """A key to choose instead: its place among those suggested."""

    number: int
    pairs: str
    reason: str
    fold: bool


@dataclass(frozen=True, slots=True)
class Perhaps:
    """A pair that was suggested, but not surely enough to be compared unasked."""

    left: str
    right: str
    reason: str


class Editor:
    """What the editor of a draft shows to whose it is. Takes a draft whose snapshots are both ready."""

    def __init__(self, draft: Draft, page: int = 1) -> None:
        self.draft = draft
        self.comparing = draft.comparing
        self._page = max(page, 1)

    @cached_property
    def suggestion(self) -> Suggestion | None:
        return Suggestion.from_json(self.draft.suggestion) if self.draft.suggestion else None

    @cached_property
    def masking(self) -> Masking:
        """What is masked for the person whose draft it is, also in a file of one's own."""
        return of_draft(self.draft, self.draft.person)

    @cached_property
    def columns(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The columns of both exports by their own names."""
        return _columns(self.draft.left), _columns(self.draft.right)

    @cached_property
    def labels(self) -> tuple[dict[str, str], dict[str, str]]:
        """Column to label on both sides."""
        left, right = (dict(zip(columns, labels(columns), strict=True)) for columns in self.columns)
        return left, right

    @property
    def left_choices(self) -> Sequence[str]:
        """Labels of the left columns for a list to choose from, none where they are too many for one."""
        return tuple(self.labels[0].values()) if len(self.columns[0]) <= CHOSEN_FROM else ()

    @property
    def right_choices(self) -> Sequence[str]:
        return tuple(self.labels[1].values()) if len(self.columns[1]) <= CHOSEN_FROM else ()

    @property
    def left_column(self) -> str:
        """What a column of the left export is called beside a control."""
        return f"Column of {shown_name(self.draft.left_system or 'the left export', 30)}"

    @property
    def right_column(self) -> str:
        return f"Column of {shown_name(self.draft.right_system or 'the right export', 30)}"

    def label(self, side: int, column: str) -> str:
        """How people read a column, whether the export has it or not."""
        return self.labels[side].get(column) or shown_name(column)

    # --- The key -------------------------------------------------------------------------------------------------

    @property
    def key(self) -> list[KeyRow]:
        pairs = self.comparing.key or (("", ""),)
        return [
            KeyRow(place, self._chosen(0, left), self._chosen(1, right)) for place, (left, right) in enumerate(pairs)
        ]

    def _chosen(self, side: int, column: str) -> str:
        return self.label(side, column) if column else ""

    @property
    def key_missing(self) -> list[str]:
        """Sentences on columns of the key that the exports do not have."""
        return [
            f"The {('left', 'right')[side]} export has no column {shown_name(pair[side])}."
            for pair in self.comparing.key
            for side in (0, 1)
            if pair[side] and pair[side] not in self.labels[side]
        ]

    @property
    def key_reason(self) -> str:
        """Why the key was suggested, if it is one that was."""
        found = self.suggestion.keys if self.suggestion else ()
        same = (key.reason for key in found if key.pairs == self.comparing.key and key.fold == self.comparing.key_fold)
        return next(same, "")

    @property
    def key_found(self) -> bool:
        """Whether a key was suggested that a person need not look at first."""
        return bool(self.suggestion and self.suggestion.keys and not self.suggestion.keys[0].weak)

    @property
    def candidates(self) -> list[Candidate]:
        """The other keys that were found."""
        keys = self.suggestion.keys if self.suggestion else ()
        return [
            Candidate(number, self._shown(key), key.reason, key.fold)
            for number, key in enumerate(keys)
            if key.pairs != self.comparing.key
        ]

    def _shown(self, key: KeySuggestion) -> str:
        pairs = [(self.label(0, left), self.label(1, right)) for left, right in key.pairs]
        return " + ".join(left if left == right else f"{left} = {right}" for left, right in pairs)

    # --- What tells of edits -------------------------------------------------------------------------------------

    @property
    def edits(self) -> list[EditRow]:
        return rows(self.comparing.left_edits, self.comparing.right_edits, self.label)

    @property
    def edits_chosen(self) -> int:
        """How many columns of both sides are chosen to tell of edits."""
        return sum(bool(row.left) + bool(row.right) for row in self.edits)

    @property
    def edits_guessed(self) -> list[str]:
        """Columns that seem to tell of edits where none is chosen, in words: "created at in opened_on of CRM"."""
        guessed = guessed_in(self.draft)
        left = filled(self.comparing.left_edits, guessed[0])
        right = filled(self.comparing.right_edits, guessed[1])
        systems = self.draft.left_system or "the left export", self.draft.right_system or "the right export"
        return [
            f"{row.words} in {column} of {systems[side]}"
            for now, row in zip(self.edits, rows(left, right, self.label), strict=True)
            for side, column in enumerate((row.left, row.right))
            if column and column != (now.left, now.right)[side]
        ]

    @property
    def edits_missing(self) -> list[str]:
        """Sentences on columns chosen to tell of edits that the exports do not have."""
        return [
            f"The {('left', 'right')[side]} export has no column {shown_name(column)}."
            for side, chosen in enumerate((self.comparing.left_edits, self.comparing.right_edits))
            for column in dict.fromkeys(filter(None, asdict(chosen).values()))
            if column not in self.labels[side]
        ]

    # --- The fields ----------------------------------------------------------------------------------------------

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], PairSuggestion]:
        return {(pair.left, pair.right): pair for pair in self.suggestion.pairs} if self.suggestion else {}

    @property
    def count(self) -> int:
        return len(self.comparing.fields)

    @property
    def rows(self) -> list[Row]:
        """The fields of this page."""
        first = (self.page - 1) * FIELDS_A_PAGE
        return [self.row(field) for field in self.comparing.fields[first : first + FIELDS_A_PAGE]]

    @property
    def page(self) -> int:
        return min(self._page, self.pages)

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // FIELDS_A_PAGE))

    @property
    def page_numbers(self) -> Sequence[int]:
        return range(1, self.pages + 1) if self.pages > 1 else ()

    def row(self, field: ComparedField, place: str = "") -> Row:
        """One field as it is shown, in its own place of the page or in ``place``."""
        pair = self._pairs.get((field.left, field.right))
        masked = self.masking.of_field(field)
        # Why a comparison suits may quote values: the words that stand against each other.
        reasons = (pair.reason, "" if masked else pair.comparison_reason) if pair else ()
        why = "; ".join(filter(None, reasons))
        return Row(
            identity(field.left),
            field,
            self.label(0, field.left),
            self.label(1, field.right),
            field.left not in self.labels[0],
            field.right not in self.labels[1],
            why,
            COMES_TO.get(pair.comparison, "") if pair and pair.automatic else "",
            place or identity(field.left),
            masked,
        )

    def field(self, field_id: str) -> ComparedField | None:
        """The compared field that addresses call so."""
        return next((field for field in self.comparing.fields if identity(field.left) == field_id), None)

    @cached_property
    def unpaired(self) -> tuple[list[str], list[str]]:
        """Labels of the columns on both sides that are neither key nor compared."""
        taken = [
            {pair[side] for pair in self.comparing.key}
            | {(field.left, field.right)[side] for field in self.comparing.fields}
            for side in (0, 1)
        ]
        left, right = (
            [label for column, label in self.labels[side].items() if column not in taken[side]] for side in (0, 1)
        )
        return left, right

    @property
    def unpaired_sides(self) -> list[tuple[str, list[str]]]:
        """The same with the system they are in."""
        names = self.draft.left_system or "the left export", self.draft.right_system or "the right export"
        return [(shown_name(name, 30), columns) for name, columns in zip(names, self.unpaired, strict=True)]

    @property
    def perhaps(self) -> list[Perhaps]:
        """Suggested pairs whose columns are both free, best first."""
        left, right = (set(side) for side in self.unpaired)
        free = [
            pair
            for pair in self._pairs.values()
            if self.label(0, pair.left) in left and self.label(1, pair.right) in right
        ]
        free.sort(key=lambda pair: -pair.confidence)
        shown = free[:PERHAPS_SHOWN]
        return [Perhaps(self.label(0, pair.left), self.label(1, pair.right), pair.reason) for pair in shown]


def _columns(snapshot: Snapshot | None) -> tuple[str, ...]:
    return snapshot.export.columns if snapshot is not None and snapshot.understood else ()
