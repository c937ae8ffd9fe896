"""Whether a text is plain enough for somebody new: how long its sentences are, which words only experts know."""

from __future__ import annotations

import re

MOST_WORDS = 25

# Words of those who build systems, each as a whole word whatever its case. Words of the trade people work in are not
# here: who compares invoices knows what an invoice is.
JARGON = (
    "api",
    "boolean",
    "canonical",
    "crud",
    "dwh",
    "endpoint",
    "enum",
    "etl",
    "foreign key",
    "golden record",
    "idempotent",
    "json",
    "mdm",
    "middleware",
    "null",
    "payload",
    "primary key",
    "schema",
    "ssot",
    "sync",
    "synced",
    "synchronisation",
    "synchronization",
    "upsert",
    "webhook",
)

_SENTENCE_ENDS = re.compile(r"(?<=[.!?;:])\s+|\n+")
_WORD = re.compile(r"\w[\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_SPELLED = [r"\s+".join(map(re.escape, word.split())) for word in sorted(JARGON, key=len, reverse=True)]
_EXPERT = re.compile(rf"(?<![\w-])(?:{'|'.join(_SPELLED)})s?(?![\w-])", re.IGNORECASE)


def words_of_longest(text: str) -> int:
    """Return how many words the longest sentence of ``text`` has."""
    return max((len(_WORD.findall(sentence)) for sentence in _SENTENCE_ENDS.split(text)), default=0)


def jargon_in(text: str) -> list[str]:
    """Return the words of ``text`` that only experts know, as it spells them, each once, in their order."""
    found: dict[str, str] = {}
    for match in _EXPERT.finditer(text):
        found.setdefault(match.group().casefold(), match.group())
    return list(found.values())


def same(one: str, other: str) -> bool:
    """Return whether two definitions say the same but for case, space and a full stop."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")
