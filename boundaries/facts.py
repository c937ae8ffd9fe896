"""What the registry knows of the names on a map, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Stored:
    """How one system stores a field: its column, what the word means there, which teams may edit it there."""

    system: str
    column: str = ""
    means: str = ""
    editors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """A field of the registry. ``url`` is its page.

    ``owner`` is the team that owns it by the version in force, or else the one people work on; ``state`` that version's
    state, empty without one. ``claims`` are the last answers to who owns it: team, then the team it names, empty for
    nobody; ``asked`` says that the teams are being asked just now.
    """

    name: str
    url: str = ""
    means: str = ""
    owner: str = ""
    state: str = ""
    claims: tuple[tuple[str, str], ...] = ()
    asked: bool = False
    uses: tuple[Stored, ...] = ()

    def use_in(self, system: str) -> Stored | None:
        """Return how ``system`` stores the field, None if it does not."""
        return next((one for one in self.uses if one.system.casefold() == system.casefold()), None)


@dataclass(frozen=True, slots=True)
class Facts:
    """Fields by their names in lower case, and the names of all teams and systems there are."""

    fields: dict[str, FieldFacts] = field(default_factory=dict)
    teams: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()

    def field(self, name: str) -> FieldFacts | None:
        """Return what the registry knows of a field, None if it has none of that name."""
        return self.fields.get(name.strip().casefold())

    def is_team(self, name: str) -> bool:
        """Return whether a lane is a team of the app."""
        return name.strip().casefold() in {team.casefold() for team in self.teams}
