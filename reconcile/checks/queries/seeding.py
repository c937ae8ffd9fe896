"""What of a check can become fields of the registry: its compared fields, and columns of its last exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ownership.models import Field, FieldUse
from ownership.queries import registry
from reconcile.checks.models import Check
from reconcile.checks.queries.checks import last_done
from reconcile.checks.queries.columns import identity, shown_name

MOST = 300


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two columns, or one, that may become a field or the uses of one.

    ``field`` is the one that is there already, by its name or by a column it has; ``adds`` the sides (0 left, 1 right)
    whose column it would get; ``problem`` says why it gets none. Without a ``field`` it would be a new one, ``name``.
    """

    id: str
    name: str
    columns: tuple[str, str]
    compared: bool
    field: Field | None = None
    adds: tuple[int, ...] = ()
    problem: str = ""

    @property
    def may_be_taken(self) -> bool:
        """Whether ticking it changes anything."""
        return not self.problem and (self.field is None or bool(self.adds))

    @property
    def shown(self) -> tuple[str, str]:
        """Its columns as people read them."""
        return (shown_name(self.columns[0]), shown_name(self.columns[1]))


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may become of a check's fields: ``compared``, and of its ``others``; ``more`` are not listed."""

    compared: Sequence[Candidate]
    others: Sequence[Candidate]
    more: int = 0

    def __iter__(self) -> Iterator[Candidate]:
        yield from self.compared
        yield from self.others


class _Registry:
    """The fields there are, by their names and by the columns they have in the two systems of a check."""

    def __init__(self, check: Check) -> None:
        self._systems = (check.left_system, check.right_system)
        self.names: dict[str, Field] = {}
        self.columns: dict[tuple[int, str], Field] = {}
        for field in registry.whole().order_by("pk"):
            self.names.setdefault(field.name.casefold(), field)
            for side in (0, 1):
                use = self.use(field, side)
                if use is not None and use.column:
                    self.columns.setdefault((side, use.column), field)

    def use(self, field: Field, side: int) -> FieldUse | None:
        return next((use for use in field.uses.all() if use.system_id == self._systems[side].pk), None)

    def weigh(self, name: str, columns: tuple[str, str], *, compared: bool) -> Candidate:
        """What becomes of two columns, one of which may be empty, under a name."""
        number = identity(chr(0).join(columns))
        held = [self.columns.get((side, column)) for side, column in enumerate(columns) if column]
        owners = {one.pk: one for one in held if one is not None}
        if len(owners) > 1:
            both = " and ".join(one.name for one in owners.values())
            return Candidate(
                number, name, columns, compared, held[0], problem=f"Two fields hold these columns: {both}."
            )
        field = next(iter(owners.values()), None) or self.names.get(name.casefold())
        if field is None:
            return Candidate(number, name, columns, compared)
        adds, problem = self._missing(field, columns)
        return Candidate(number, field.name, columns, compared, field, adds, problem)

    def _missing(self, field: Field, columns: tuple[str, str]) -> tuple[tuple[int, ...], str]:
        adds = []
        for side, column in enumerate(columns):
            use = self.use(field, side)
            if not column or (use is not None and use.column == column):
                continue
            if use is not None and use.column:
                system = self._systems[side].name
                return (), f"In {system}, {field.name} is in the column {shown_name(use.column)} already."
            adds.append(side)
        return tuple(adds), ""


def candidates(check: Check, name_of: Callable[[str], str]) -> Candidates:
    """Return what of ``check`` can become fields of the registry.

    Compared fields in their order; then columns of its last two exports that nobody compares: those called alike on
    both sides, and those called like a field that lacks its column there. ``name_of`` makes a name of a column. The
    number of queries does not grow with any of this.
    """
    known = _Registry(check)
    compared = [known.weigh(name_of(one.name), (one.left, one.right), compared=True) for one in check.comparing.fields]
    others = [known.weigh(name, columns, compared=False) for name, columns in _others(check, name_of, known.names)]
    others = [one for one in others if one.may_be_taken]
    more = max(len(compared) - MOST, 0) + max(len(others) - max(MOST - len(compared), 0), 0)
    return Candidates(compared[:MOST], others[: max(MOST - len(compared), 0)], more)


def _others(
    check: Check, name_of: Callable[[str], str], known: Mapping[str, Field]
) -> Iterator[tuple[str, tuple[str, str]]]:
    run = last_done(check)
    if run is None:
        return
    pairs = [*check.comparing.key, *((one.left, one.right) for one in check.comparing.fields)]
    left, right = (
        _by_name(run_side.columns, {pair[side] for pair in pairs}, name_of)
        for side, run_side in enumerate((run.left.export, run.right.export))
    )
    for name in left | right:
        if name in left and name in right:
            yield name, (left[name], right[name])
        elif name.casefold() in known:
            yield name, (left.get(name, ""), right.get(name, ""))


def _by_name(columns: Iterable[str], taken: set[str], name_of: Callable[[str], str]) -> dict[str, str]:
    """Columns that are not taken by what they would be called; the first of several."""
    found: dict[str, str] = {}
    for column in columns:
        if column not in taken and (name := name_of(column)):
            found.setdefault(name, column)
    return found
