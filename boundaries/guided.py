"""Timing or ownership: a few questions about one disagreement, and what their answers say it is. Pure.

The questions and where each answer leads are tables; `ask` only follows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boundaries.definitions import ENDINGS
from ownership.wording import listed

YES, NO, UNKNOWN = "yes", "no", "unknown"
ANSWERS = ((YES, "Yes"), (NO, "No"), (UNKNOWN, "I do not know"))


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its key in the answers, the text, and the answers as value and words."""

    key: str
    text: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Ending:
    """What it is: ``kind`` is one of ENDINGS; why we think so; what that implies; what to do next."""

    kind: str
    because: str
    implies: str
    next_step: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question: its text, what yes and no say in half a sentence, and what would tell where nobody knows."""

    text: str
    yes: str
    no: str
    would_tell: str


TIMING, OWNERSHIP, DEFINITION, MISSED = ENDINGS
FIRST = "both"

_QUESTIONS = {
    "both": _Asked(
        "Is the record there in both systems?",
        "the record is in both systems",
        "the record is in one system only",
        "Looking for its number in both systems would tell whether it is there.",
    ),
    "later": _Asked(
        "Did the other system catch up by itself later, or is the change younger than the expected lag?",
        "the other system catches up by itself",
        "the other system did not catch up within the expected lag",
        "The dates of the last change in both systems would tell whether it is only late.",
    ),
    "word": _Asked(
        "Do both sides mean the same by the word?",
        "both sides mean the same by the word",
        "the two sides mean different things by the word",
        "Asking one person of each side what the word means there would tell whether they mean the same.",
    ),
    "edited": _Asked(
        "Did somebody change the value on the side that does not own it?",
        "somebody changed the value on the side that does not own it",
        "nobody changed the value on the side that does not own it",
        "The history of the record would tell who changed the value last, and where.",
    ),
    "may": _Asked(
        "May people on both sides edit the value?",
        "people on both sides may edit the value",
        "only one side may edit the value",
        "The rights of the people in both systems would tell who may edit the value.",
    ),
    "told": _Asked(
        "When the value changed, did anything tell the other system?",
        "the other system was told of the change and still holds the old value",
        "nothing told the other system of the change",
        "The log of the transfer, or the mail that was meant to go out, would tell whether the other system was told.",
    ),
    "came": _Asked(
        "Did the record arrive by itself later, or is it younger than the expected lag?",
        "the record arrives by itself later",
        "the record did not arrive within the expected lag",
        "The date on which the record was made would tell whether it is only late.",
    ),
    "counts": _Asked(
        "Should the other system have such a record, by its own meaning of it?",
        "the other system should have such a record",
        "by its own meaning the other system should not have such a record",
        "Asking the other side which records it keeps would tell whether this one belongs there.",
    ),
    "removed": _Asked(
        "Did somebody remove or merge the record where it is missing?",
        "somebody removed or merged the record where it is missing",
        "nobody removed the record where it is missing",
        "The history of the system in which it is missing would tell whether it was removed there.",
    ),
    "sent": _Asked(
        "When the record was made, did anything tell the other system?",
        "the other system was told of the record and did not take it",
        "nothing told the other system of the record",
        "The log of the transfer, or the mail that was meant to go out, would tell whether the other system was told.",
    ),
}

# Where each answer leads: another question, or an ending.
_LEADS = {
    ("both", YES): "later",
    ("both", NO): "came",
    ("both", UNKNOWN): "later",
    ("later", YES): TIMING,
    ("later", NO): "word",
    ("later", UNKNOWN): "word",
    ("word", YES): "edited",
    ("word", NO): DEFINITION,
    ("word", UNKNOWN): "edited",
    ("edited", YES): OWNERSHIP,
    ("edited", NO): "told",
    ("edited", UNKNOWN): "may",
    ("may", YES): OWNERSHIP,
    ("may", NO): "told",
    ("may", UNKNOWN): "told",
    ("told", YES): MISSED,
    ("told", NO): MISSED,
    ("told", UNKNOWN): MISSED,
    ("came", YES): TIMING,
    ("came", NO): "counts",
    ("came", UNKNOWN): "counts",
    ("counts", YES): "removed",
    ("counts", NO): DEFINITION,
    ("counts", UNKNOWN): "removed",
    ("removed", YES): OWNERSHIP,
    ("removed", NO): "sent",
    ("removed", UNKNOWN): "sent",
    ("sent", YES): MISSED,
    ("sent", NO): MISSED,
    ("sent", UNKNOWN): MISSED,
}

_IMPLIES = {
    TIMING: "A sync tool would make it quicker and settle nothing: nobody is wrong, and the difference goes by itself.",
    OWNERSHIP: "A sync tool would not help: it would carry the argument from one system to the other faster."
    " Who may change it is a rule, and the rule is missing or not kept.",
    DEFINITION: "A sync tool would not help: both sides are right by their own meaning, and a copy would make one of"
    " them wrong.",
    MISSED: "A sync tool helps only once it is clear which event tells the other system. Until then mending records by"
    " hand repeats every week.",
}

_NEXT = {
    TIMING: "Write the expected lag on the hand-off, so that a check leaves the difference alone until then.",
    OWNERSHIP: "Name one team that owns the field, and let only that team change it.",
    DEFINITION: "Write down what the word means on either side, then rename one of the two or convert between them.",
    MISSED: "Find the first hand-off that should have carried it, and give it a trigger that nobody has to remember.",
}
_NEXT_WHERE_TOLD = "Follow what was sent from one system to the other, and mend the first place where it stops."


def ask(answers: Mapping[str, str]) -> Question | Ending:
    """Return the next question after ``answers`` (unknown ones are left alone), or what they end with."""
    path: list[tuple[str, str]] = []
    at = FIRST
    while at in _QUESTIONS:
        given = answers.get(at, "")
        if (at, given) not in _LEADS:
            return Question(at, _QUESTIONS[at].text, ANSWERS)
        path.append((at, given))
        at = _LEADS[at, given]
    return Ending(at, _because(path), _IMPLIES[at], _next_step(at, path))


def _because(path: list[tuple[str, str]]) -> str:
    """What decides it, what else is known, and what nobody knows: past that, an ending is only the likeliest."""
    known = [_QUESTIONS[key].yes if given == YES else _QUESTIONS[key].no for key, given in path if given != UNKNOWN]
    *others, decides = known or ["nothing is known for sure, and what was never sent is what differs most often"]
    told = f"{decides[0].upper()}{decides[1:]}."
    if others:
        told += f" What else is known: {listed(others)}."
    return told if len(known) == len(path) else f"{told} This is the likeliest, not certain: {_open_ends(path)}"


def _open_ends(path: list[tuple[str, str]]) -> str:
    unknown = [key for key, given in path if given == UNKNOWN]
    questions = "one question is" if len(unknown) == 1 else f"{len(unknown)} questions are"
    return f"{questions} open. {_QUESTIONS[unknown[0]].would_tell}"


def _next_step(kind: str, path: list[tuple[str, str]]) -> str:
    return _NEXT_WHERE_TOLD if path[-1] in {("told", YES), ("sent", YES)} else _NEXT[kind]
