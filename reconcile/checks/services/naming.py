"""What file names and key columns say about systems and records. Only ever a suggestion."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

SYSTEM_CHARACTERS = 100
RECORDS_CHARACTERS = 60
_NOISE = {
    "all", "backup", "complete", "copy", "csv", "daily", "data", "dump", "export", "exported", "exports", "extract",
    "file", "final", "from", "full", "latest", "list", "master", "monthly", "new", "of", "old", "out", "output",
    "report", "sample", "snapshot", "table", "the", "today", "utf", "weekly", "xlsx",
}  # fmt: skip
_ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".json", ".jsonl", ".ndjson", ".parquet",
            ".gz", ".zip", ".zst", ".bz2", ".xz"}  # fmt: skip
_IDENTITY = {"id", "ids", "no", "nr", "num", "number", "key", "code", "uuid", "guid", "ref", "reference", "pk"}
_IN_CAPITALS = 3
_SHORTEST_RECORD = 3


def systems(left_file: str, right_file: str, known: Iterable[str]) -> tuple[str, str]:
    """What both systems are called: the words of each file name that the other lacks, in a known system's spelling.

    "crm_customers_2026-11-20.csv" against "billing_customers.csv" gives CRM and Billing.
    """
    spelled = {name.casefold(): name for name in known}
    ours, theirs = _words(left_file), _words(right_file)
    names = [
        _system([word for word in words if word not in others] or words, spelled)
        for words, others in ((ours, theirs), (theirs, ours))
    ]
    if names[0].casefold() == names[1].casefold():
        return "Left", "Right"
    return names[0] or "Left", names[1] or "Right"


def records(left_file: str, right_file: str, key: Iterable[str]) -> str:
    """What records are called: a plural word of both file names, else what the key speaks of, else "records"."""
    others = _words(right_file)
    shared = [word for word in _words(left_file) if word in others and word.isalpha() and word.endswith("s")]
    if shared:
        return shared[-1][:RECORDS_CHARACTERS]
    for column in key:
        words = [word for word in _words(column) if word.isalpha()]
        if len(words) > 1 and words[-1] in _IDENTITY and len(words[-2]) >= _SHORTEST_RECORD:
            return _plural(words[-2])[:RECORDS_CHARACTERS]
    return "records"


def _words(name: str) -> list[str]:
    """The words of a name in lower case, without endings, dates, numbers and what every export is called."""
    stem = _without_endings(name)
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem)
    words = [re.sub(r"\d+$", "", word) for word in re.split(r"[\W_]+", apart.lower())]
    return [word for word in words if word and word not in _NOISE and not word.isdigit() and len(word) > 1]


def _without_endings(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return _without_endings(stem) if stem and f"{dot}{ending}".lower() in _ENDINGS else name


def _system(words: list[str], spelled: dict[str, str]) -> str:
    whole = " ".join(words)
    for name in (whole, *words):
        if name in spelled:
            return spelled[name]
    return " ".join(word.upper() if len(word) <= _IN_CAPITALS else word.capitalize() for word in words)[
        :SYSTEM_CHARACTERS
    ].strip()


def _plural(word: str) -> str:
    if word.endswith("s"):
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("x", "ch", "sh")) else f"{word}s"


def unlike(name: str, taken: Container[str], most: int) -> str:
    """``name`` cut to ``most`` characters, with a number behind it when it is ``taken`` already."""
    plain = name[:most].strip() or "unnamed"
    tried, number = plain, 1
    while tried in taken:
        number += 1
        ending = f" {number}"
        tried = plain[: most - len(ending)] + ending
    return tried
