"""Which of our columns each column of a sheet is, as far as its head and what stands in it tell.

A head counts by its words; what stands below decides between those that fit, and alone where no head does: names of
teams, of people, of systems. Each of ours is suggested once, the best pair first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ownership.naming import Names, after_system, found, one_line, split
from reconcile.configuration.sheet.targets import NEVER, PART_WORDS, WORDS, of_system

EXACT, WITHIN, CONTENT, LEAST = 100, 60, 50, 40
LOOKED_AT = 200
MOSTLY = 0.5
MORE_WORDS = 2
GENERIC = frozenset({"the", "our", "their", "source", "target", "left", "right", "export", "data", "each", "which", ""})
# What stands in a column of ours, where names do; of a content nothing else explains, the first is suggested.
HOLDS = {
    "owner": "teams",
    "approver": "people",
    "deputy": "people",
    "settled_by": "records",
    "first_appears_in": "records",
    "editors": "editors",
}

Pair = tuple[int, int, str]


def suggest(header: Sequence[str], rows: Sequence[Sequence[str]], names: Names) -> list[str]:
    """Return for each column of a sheet the key of the target it seems to be, nothing where none fits."""
    kinds = [_kind([row[place] for row in rows[:LOOKED_AT] if place < len(row)], names) for place in range(len(header))]
    pairs: list[Pair] = []
    for place, (head, kind) in enumerate(zip(header, kinds, strict=True)):
        if plain(head) not in NEVER:
            pairs += [(-score, place, key) for key, score in _scores(head, kind, names) if score >= LEAST]
    return _best(sorted(pairs), len(header))


def plain(head: str) -> str:
    """Return a head as its words: lower case, one space between, no punctuation."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", head)
    return " ".join(re.sub(r"[\W_]+", " ", spaced.casefold()).split())


def _best(pairs: Iterable[Pair], count: int) -> list[str]:
    chosen: dict[int, str] = {}
    for _, place, key in pairs:
        if place not in chosen and key not in chosen.values():
            chosen[place] = key
    return [chosen.get(place, "") for place in range(count)]


def _scores(head: str, kind: str, names: Names) -> Iterator[tuple[str, int]]:
    words = plain(head)
    of_one = _of_system(words, head, kind, names)
    if of_one:
        yield of_one, EXACT + 1
        return
    for key, known in WORDS.items():
        likeness = max(0, *(_likeness(words, one) - place for place, one in enumerate(known)))
        yield key, likeness + _fit(key, kind)


def _likeness(words: str, known: str) -> int:
    if words == known:
        return EXACT
    longer = words.count(" ") - known.count(" ")
    return WITHIN if f" {known} " in f" {words} " and len(known) > 3 and longer <= MORE_WORDS else 0


def _fit(key: str, kind: str) -> int:
    """What stands below speaks for a target, or against it."""
    wanted = HOLDS.get(key)
    if not kind or wanted is None:
        return 0 if not kind or key in {"because", "means", "conditions", "subject"} else -EXACT
    if kind == wanted:
        return CONTENT - list(HOLDS).index(key)
    return 0 if {kind, wanted} == {"teams", "editors"} else -EXACT


def _kind(values: Iterable[str], names: Names) -> str:
    """What most of the values are: teams, people, records (or systems alone), editors by system; nothing known."""
    said = [one_line(value) for value in values if value.strip()]
    if not said:
        return ""
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("teams", lambda one: found(names.teams, one) is not None),
        ("people", lambda one: one.lower() in names.people or one.casefold() in people),
        ("editors", lambda one: _is_editors(one, names)),
        ("records", lambda one: found(names.systems, one) is not None or after_system(one, names) is not None),
    )
    people = {one_line(person.name).casefold() for person in names.people.values()}
    for kind, test in tests:
        if sum(map(test, said)) > MOSTLY * len(said):
            return kind
    return ""


def _is_editors(text: str, names: Names) -> bool:
    """Names systems with teams: ``CRM: Sales; Billing: Finance``."""
    placed = after_system(split(text, ";\n")[0], names)
    if placed is None:
        return False
    return any(found(names.teams, one) is not None for one in split(placed[1], ",")) or placed[1] == "nobody"


def _of_system(words: str, head: str, kind: str, names: Names) -> str:
    """The part of a system's use that a head names, as in "CRM column" or "Editors in Billing"."""
    systems = {plain(system.name): system.name for system in names.systems.values()}
    if words in systems:
        return of_system("editors" if kind == "teams" else "column", systems[words])
    for part, known in PART_WORDS.items():
        for one in sorted(known, key=len, reverse=True):
            rest = _rest(words, one)
            if rest in systems:
                return of_system(part, systems[rest])
            if rest not in GENERIC and words.startswith(f"{one} in ") and one in {"column", "meaning", "editors"}:
                return of_system(part, _spelled(rest, head))
    return ""


def _spelled(words: str, head: str) -> str:
    """``words`` as they are spelled in ``head``."""
    there = re.search(r"[\W_]+".join(map(re.escape, words.split())), head, re.IGNORECASE)
    return there[0] if there else words


def _rest(words: str, part: str) -> str:
    """What is left of ``words`` beside ``part``: "crm" of "crm column", "column in crm", "column crm"."""
    for begin in (f"{part} in ", f"{part} of ", f"{part} "):
        if words.startswith(begin):
            return words.removeprefix(begin).removeprefix("the ")
    for end in (f" {part}", f" {part} name"):
        if words.endswith(end):
            return words.removesuffix(end)
    return ""
