"""Three recent exceptions, each as one plain sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from boundaries import reading_steps
from boundaries.definitions import Map
from boundaries.facts import Facts

NEEDED = 3
LEAST_WORDS, MOST_WORDS = 4, 30

_WORD = re.compile(r"\w[\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
# "Amount differs" can be traced by nobody. A record's number, a system or a circumstance can.
_CIRCUMSTANCE = re.compile(
    r"\d|\b(?:after|although|as|because|before|but|despite|during|for|if|since|still|though|twice|until|when|where|while"
    r"|without|yet)\b",
    re.IGNORECASE,
)


def look(said: Map, facts: Facts) -> tuple[list[str], list[str]]:
    """Return the exceptions that are clear, and what is missing to have three."""
    systems = (said.source, said.target, *facts.systems)
    sentences = list(dict.fromkeys(" ".join(one.sentence.split()) for one in said.observed))
    clear: dict[str, str] = {}
    missing = []
    for sentence in sentences:
        wrong = _unclear(sentence, systems)
        if wrong:
            missing.append(f"“{_short(sentence)}” is unclear: {wrong}")
        else:
            clear.setdefault(sentence.casefold().rstrip("."), sentence)
    if len(clear) >= NEEDED:
        # Three are enough: what else people noted need not be told better.
        return list(clear.values()), []
    return list(clear.values()), [_needed(len(clear)), *missing]


def _needed(clear: int) -> str:
    if not clear:
        return "Three exceptions are needed, each as one plain sentence."
    if clear == NEEDED - 1:
        return "One more exception is needed, as one plain sentence."
    return f"{NEEDED - clear} more exceptions are needed, each as one plain sentence."


def _unclear(sentence: str, systems: Sequence[str]) -> str:
    if not sentence.isascii() and not reading_steps.is_latin(sentence):
        # Of a language that is not read here only the length can be told.
        return "" if len(sentence) >= 10 else "say more."
    words = len(_WORD.findall(sentence))
    if sentence.endswith("?"):
        return "it asks, and should tell."
    if words > MOST_WORDS:
        return f"it has {words:,} words, and at most {MOST_WORDS} are read at a glance."
    if not reading_steps.is_one_sentence(sentence):
        return "say it in one sentence."
    named = any(system.strip() and system.strip().casefold() in sentence.casefold() for system in systems)
    if words < LEAST_WORDS or not (named or _CIRCUMSTANCE.search(sentence)):
        return "say which record, what differs where, and after what."
    return ""


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= 80 else f"{sentence[:79].rstrip()}…"
