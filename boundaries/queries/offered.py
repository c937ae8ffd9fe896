"""What the editor offers to choose from: the names there are, and fields that two systems call differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from boundaries.definitions import Carried, Map
from ownership.models import Field, FieldUse, System, Team

# Buttons for fields beside a hand-off: more are found by their names.
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all teams, systems and fields, in their order."""

    teams: tuple[str, ...]
    systems: tuple[str, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Uses:
    """How the systems of a map store the fields of the registry: field and system in lower case, then the column."""

    names: dict[str, str] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)

    def carried(self, said: Map, ends: tuple[str, str], name: str) -> Carried | None:
        """Return a field as it goes over the hand-off between two steps; None if one system does not store it."""
        key = name.strip().casefold()
        before, after = (self.columns.get((key, system)) for system in between(said, ends))
        if not before or not after:
            return None
        how = "kept" if before == after else "renamed"
        return Carried(self.names[key], how, (before,), (after,))

    def renames(self, said: Map, ends: tuple[str, str]) -> tuple[Carried, ...]:
        """Return the fields that are called differently on either side of a hand-off.

        Those it carries already are left out, and those that another one renames just so.
        """
        there = said.handoff(*ends)
        carried = {one.field.casefold() for one in there.fields} if there else set()
        renamed = {(one.field.casefold(), one.after) for way in said.handoffs for one in way.fields}
        found = (self.carried(said, ends, name) for key, name in self.names.items() if key not in carried)
        return tuple(
            one
            for one in found
            if one is not None and one.how == "renamed" and (one.field.casefold(), one.after) not in renamed
        )[:MOST_OFFERED]


def between(said: Map, ends: tuple[str, str]) -> tuple[str, str]:
    """Return the systems, in lower case, between which a hand-off leads.

    They are those of its two steps. A step without one, such as a mail or a spreadsheet, stands between the two systems
    of the boundary: what comes to it is from the first, what leaves it goes to the second.
    """
    source, target = (said.step(one) for one in ends)
    return (
        (source.system if source and source.system else said.source).casefold(),
        (target.system if target and target.system else said.target).casefold(),
    )


def names() -> Names:
    """Return the names of what there is. Three queries."""
    return Names(
        teams=tuple(Team.objects.order_by("name").values_list("name", flat=True)),
        systems=tuple(System.objects.order_by("name").values_list("name", flat=True)),
        fields=tuple(Field.objects.filter(removed_at=None).order_by("name").values_list("name", flat=True)),
    )


def uses(said: Map) -> Uses:
    """Return how the systems on ``said`` store the fields there are. One query."""
    wanted = {one.casefold() for one in (said.source, said.target, *(step.system for step in said.steps))}
    rows: Iterable[tuple[str, str, str]] = (
        FieldUse.objects.filter(field__removed_at=None)
        .exclude(column="")
        .order_by("field__name", "pk")
        .values_list("field__name", "system__name", "column")
    )
    found = Uses()
    for name, system, column in rows:
        if system.casefold() in wanted:
            found.names[name.casefold()] = name
            found.columns[name.casefold(), system.casefold()] = column
    return found
