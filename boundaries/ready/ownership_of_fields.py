"""Who owns each field: as every team agreed, or as all of them answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from boundaries.definitions import Map
from boundaries.facts import Facts, FieldFacts
from ownership.wording import listed


def look(said: Map, facts: Facts, compared: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what speaks for one owner of every field that is carried or compared, and what is missing."""
    evidence: list[str] = []
    missing: list[str] = []
    names = _once([*(carried.field for one in said.handoffs for carried in one.fields), *compared])
    for name in names:
        known = facts.field(name)
        if known is None:
            missing.append(f"{name} is not in the registry, so nobody owns it.")
            continue
        holds, sentence = _field(known)
        (evidence if holds else missing).append(sentence)
    if not names:
        missing.append("No field is on the map yet: say which fields the hand-offs carry.")
    return evidence, missing


def _once(names: Iterable[str]) -> list[str]:
    spelled: dict[str, str] = {}
    for name in names:
        if name.strip():
            spelled.setdefault(name.strip().casefold(), name.strip())
    return list(spelled.values())


def _field(known: FieldFacts) -> tuple[bool, str]:
    """Whether one team owns the field for all, and the sentence that says so or why not."""
    if known.state == "agreed" and known.owner:
        return True, f"{known.owner} owns {known.name}: agreed."
    if known.asked:
        return False, f"Who owns {known.name} is being asked just now."
    if known.claims:
        return _claimed(known)
    if known.state == "disputed":
        return False, f"The teams dispute who owns {known.name}: nobody owns it."
    if known.owner:
        return False, f"{known.owner} is named as the owner of {known.name}, and not every team has agreed."
    return False, f"{known.name} has no owner."


def _claimed(known: FieldFacts) -> tuple[bool, str]:
    teams, answers = listed(team for team, _ in known.claims), {answer.casefold() for _, answer in known.claims}
    if len(answers) > 1:
        return False, f"{teams} give different answers on {known.name}: nobody owns it."
    owner = known.claims[0][1]
    if not owner:
        return False, f"{known.name} has no owner: {teams} {'says' if len(known.claims) == 1 else 'say'} so."
    if known.state == "disputed":
        return False, f"The teams dispute who owns {known.name}: nobody owns it."
    if len(known.claims) == 1:
        return False, f"Only {teams} answered who owns {known.name}."
    return True, f"{owner} owns {known.name}: {teams} say so."
