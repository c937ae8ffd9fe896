"""Teams and systems that a sheet names and nobody has added yet: an administrator may have them made with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ownership.cells import DEPENDS
from ownership.history import save_with_reason
from ownership.models import System, Team
from ownership.naming import NOBODY, after_system, found, one_line, split, unquoted
from ownership.services.defining import Known
from reconcile.configuration.sheet.targets import system_part

LONGEST = 100
MOST = 50
TEAM, SYSTEM = "team", "system"


@dataclass(frozen=True, slots=True)
class Missing:
    """A team or a system that is not there: what it is, its name, how many cells name it."""

    kind: str
    name: str
    times: int

    @property
    def key(self) -> str:
        """How a form calls it."""
        return f"{self.kind} {self.name}"


def missing(texts: Iterable[tuple[str, str]], known: Known) -> list[Missing]:
    """Return what cells (key of the target, text) name and is not there, most often named first; at most 50."""
    counted: Counter[tuple[str, str]] = Counter()
    spelled: dict[tuple[str, str], str] = {}
    for key, text in texts:
        for kind, name in _named(key, text, known):
            if name and len(name) <= LONGEST and name.casefold() not in NOBODY:
                counted[kind, name.casefold()] += 1
                spelled.setdefault((kind, name.casefold()), name)
    return [Missing(kind, spelled[kind, name], times) for (kind, name), times in counted.most_common(MOST)]


def with_added(known: Known, keys: Iterable[str], *, may_add: bool) -> Known:
    """Return ``known`` with the teams and systems that were ticked, as if they were there already."""
    if not may_add:
        return known
    teams, systems = dict(known.teams), dict(known.systems)
    for kind, name in _keys(keys):
        if kind == TEAM:
            teams.setdefault(name.casefold(), Team(name=name))
        else:
            systems.setdefault(name.casefold(), System(name=name))
    return replace(known, teams=teams, systems=systems)


def add(known: Known, keys: Iterable[str], *, reason: str) -> None:
    """Make the teams and systems that were ticked and are not there."""
    for kind, name in _keys(keys):
        there = known.teams if kind == TEAM else known.systems
        if name.casefold() not in there:
            save_with_reason(Team(name=name) if kind == TEAM else System(name=name), reason=reason)


def _keys(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key in keys:
        kind, _, name = str(key).partition(" ")
        if kind in {TEAM, SYSTEM} and name.strip() and len(name) <= LONGEST:
            yield kind, one_line(name)


def _named(key: str, text: str, known: Known) -> Iterator[tuple[str, str]]:
    placed = system_part(key)
    if placed is not None:
        if found(known.systems, placed[1]) is None:
            yield SYSTEM, placed[1]
        if placed[0] == "editors":
            yield from _teams(text, known)
    elif key == "owner":
        yield from _teams(text, known, several=False)
    elif key == "editors":
        for part in split(text, ";\n"):
            yield from _editors(part, known)
    elif key in {"settled_by", "first_appears_in"} and one_line(text).casefold() not in DEPENDS:
        yield from _system(text, known)


def _editors(part: str, known: Known) -> Iterator[tuple[str, str]]:
    placed = after_system(part, known)
    rest = placed[1] if placed else part.partition(":")[2]
    if placed is None:
        yield from _system(part, known)
    yield from _teams(rest, known)


def _system(text: str, known: Known) -> Iterator[tuple[str, str]]:
    before, colon, _ = text.partition(":")
    if colon and after_system(text, known) is None and unquoted(before):
        yield SYSTEM, unquoted(before)


def _teams(text: str, known: Known, *, several: bool = True) -> Iterator[tuple[str, str]]:
    for one in split(text, ",;\n") if several else [text]:
        name = unquoted(one)
        if name and found(known.teams, name) is None:
            yield TEAM, name
