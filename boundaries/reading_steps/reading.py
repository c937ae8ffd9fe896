"""A sentence about a step, read: names, the verb, the touch, and what people may be asked to say better.

Sentences are typed in a meeting while others talk: a wrong complaint costs more than a missing one. What is not
understood for sure, or is not English, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from boundaries.reading_steps import vocabulary as known
from boundaries.reading_steps.complaining import complaints_about
from boundaries.reading_steps.grammar import Parsed, parse
from boundaries.reading_steps.touching import touch_of


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood of a sentence, empty where it says nothing; ``complaints`` are kind sentences."""

    team: str = ""
    system: str = ""
    touch: str = ""
    complaints: tuple[str, ...] = ()


def read(sentence: str, *, teams: Sequence[str] = (), systems: Sequence[str] = ()) -> Read:
    """Return what ``sentence`` says; ``teams`` and ``systems`` are the names there are."""
    text = " ".join(sentence.split())
    parsed = parse(text, names=(*teams, *systems))
    team = _team(parsed, teams, systems)
    subject_system = _named(systems, parsed.subject) if not _named(teams, parsed.subject) else ""
    automatic = _is_automatic(parsed, subject_system)
    return Read(
        team=team,
        system=subject_system or _system(parsed, systems),
        touch="" if automatic else touch_of(text, parsed.words, parsed.verb),
        complaints=complaints_about(parsed),
    )


# --- Names -----------------------------------------------------------------------------------------------------------


def _team(parsed: Parsed, teams: Sequence[str], systems: Sequence[str]) -> str:
    found = _named(teams, parsed.subject) or _named(teams, parsed.agent)
    if found or not parsed.subject or _named(systems, parsed.subject) or _is_automatic(parsed, ""):
        return found
    return _guessed(re.sub(r"^(?:the|our|an?) ", "", parsed.subject, flags=re.IGNORECASE))


def _guessed(who: str) -> str:
    """The team of nobody known: "Operations", "Sales" of "sales rep", "Customer Success", or empty when unsure."""
    words = who.split()
    if not words or (words[0].casefold() in known.ANYBODY and words[0] != "IT"):
        return ""
    if words[0].casefold() in known.DEPARTMENTS:
        return words[0].upper() if len(words[0]) == 2 else _capital(words[0])
    if words[-1].casefold() in {"team", "department"} and len(words) > 1:
        return _capital(" ".join(words[:-1]))
    if len(words) == 1:
        is_role = words[0].casefold() in known.ROLES
        is_thing = words[0].casefold() in known.THINGS | known.ALSO_THINGS
        return _capital(words[0]) if is_role or (words[0][0].isupper() and not is_thing) else ""
    return who if len(words) <= 3 and all(word[0].isupper() for word in words) else ""


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _system(parsed: Parsed, systems: Sequence[str]) -> str:
    """Of several systems the one something is done in; the subject may be a team of the same name."""
    rest = parsed.text[parsed.text.find(parsed.subject) + len(parsed.subject) :]
    inside = re.compile(r"(?:in|into|to|onto|on|at|inside) (?:the |our )?$", re.IGNORECASE)
    places = _places(systems, rest)
    at = [name for start, name in places if inside.search(rest[:start])]
    if at:
        return at[0]
    return places[0][1] if places else ""


def _named(names: Sequence[str], text: str) -> str:
    places = _places(names, text)
    return places[0][1] if places else ""


def _places(names: Sequence[str], text: str) -> list[tuple[int, str]]:
    """Where names stand in ``text`` as whole words, whatever their case; of two at one place the longest."""
    taken: list[tuple[int, int, str]] = []
    folded = text.casefold()
    # Looked for in plain text first: a company has hundreds of names, and a sentence hardly ever more than one.
    there = {name.strip() for name in names if name.strip() and name.strip().casefold() in folded}
    for name in sorted(there, key=lambda one: (-len(one), one)):
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            if all(found.end() <= start or end <= found.start() for start, end, _ in taken):
                taken.append((found.start(), found.end(), name))
    return [(start, name) for start, _, name in sorted(taken)]


def _is_automatic(parsed: Parsed, system: str) -> bool:
    """Whether nobody does it: a job, a system by itself. A system administrator is somebody."""
    subject = parsed.subject.casefold().split()
    if system:
        return bool(subject) and subject[-1] not in known.ROLES
    by_itself = known.BY_ITSELF & {*subject, *(word for word in parsed.words if word == "automatically")}
    return bool(by_itself) or bool(subject and subject[-1] in known.AUTOMATIC)
