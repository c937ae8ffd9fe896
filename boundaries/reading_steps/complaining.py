"""What a sentence about a step may be asked to say better, kindly and only where it is sure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from boundaries.reading_steps import vocabulary as known
from boundaries.reading_steps.grammar import Parsed, is_latin

MOST_WORDS = 20

NOTHING = "Say who does what, such as “Finance creates the invoice.”"
NO_WHO = "Start with who does it, such as Finance: “Finance creates the invoice.”"
PASSIVE = "Say who does it: “Finance creates the invoice.” tells more than “The invoice is created.”"
NO_VERB = "Say what they do: “Finance creates the invoice.” has a who and a verb."
TWO_SENTENCES = "Write one sentence: what comes after it is a step of its own."
TWO_STEPS = "This sounds like two steps."
QUESTION = "This is a question. Write what happens today, such as “Finance creates the invoice.”"

# A full stop after them, or after a single letter, ends no sentence.
_SHORT = "".join(
    rf"(?<!\b{word})"
    for word in ("[a-z]", r"e\.g", r"i\.e", "mr", "mrs", "ms", "dr", "no", "nr", "st", "inc", "ltd", "co", "approx")
)
_TWO_SENTENCES = re.compile(rf"(?:\w{_SHORT}\.|[!?;])[”\")]*\s+\W*\w+\W+\w", re.IGNORECASE)
_TWO_STEPS = re.compile(
    r"\b(?:and then|and finally|and after (?:that|this)|after that|afterwards)\b|[,;] then\b", re.IGNORECASE
)
_ASKS = re.compile(r"(?:who|what|why|how|where|which)\b", re.IGNORECASE)
_VAGUE = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, known.VAGUE))})(?![\w-])|\?\?+|\.\.\.$|…$", re.IGNORECASE)
_INSIDE = frozenset({"in", "from", "of", "at"})


def is_one_sentence(text: str) -> bool:
    """Return whether no second sentence begins in ``text``, which is in one line."""
    return not _TWO_SENTENCES.search(text)


def complaints_about(parsed: Parsed) -> tuple[str, ...]:
    """Return what could be said better, none if the sentence is fine or cannot be judged."""
    if not parsed.words:
        return (NOTHING,)
    if not is_latin(parsed.text):
        return ()
    if parsed.text.endswith("?") or _ASKS.match(parsed.text):
        return (QUESTION,)
    grammar = _who_and_verb(parsed)
    return (*((grammar,) if grammar else ()), *_form(parsed))


def _form(parsed: Parsed) -> Iterator[str]:
    if not is_one_sentence(parsed.text):
        yield TWO_SENTENCES
    elif _TWO_STEPS.search(parsed.text) and parsed.words[0] not in {"if", "when", "once"}:
        yield TWO_STEPS
    if len(parsed.words) > MOST_WORDS:
        yield f"It has {len(parsed.words):,} words. At most {MOST_WORDS} are read at a glance."
    vague = _VAGUE.search(parsed.text)
    if vague:
        yield f"“{vague.group()}” leaves something open: say it in full."


def _who_and_verb(parsed: Parsed) -> str:
    if parsed.is_told_after:
        return ""
    first, second = parsed.words[0], parsed.words[1] if len(parsed.words) > 1 else ""
    if first in known.ANYBODY and second not in _INSIDE and not parsed.text.startswith("IT "):
        return f"“{parsed.text.split()[0]}” may be anybody. {NO_WHO}"
    if parsed.is_order or (first == "to" and second in known.VERBS):
        return NO_WHO
    if parsed.is_passive:
        return PASSIVE
    if parsed.verb is None and (len(parsed.words) == 1 or parsed.is_english):
        return NO_VERB
    return ""
