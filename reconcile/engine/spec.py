"""What is asked for: how to read a file, and what to compare with what. Plain frozen data, JSON both ways."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from reconcile.engine.errors import ArgumentNotUnderstood, ComparisonUnknown

COMPARISONS = ("auto", "exact", "number", "date", "text", "mapped", "boolean")
EXPECTED_ARGUMENT = {
    "number": "a tolerance such as 0.01 or 1%",
    "date": "a tolerance in days such as 2, and formats such as %d/%m/%Y, separated by |",
    "text": "any of case, space, outer, accents, separated by +",
    "mapped": "no argument; give the words with --values",
}


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read one file; None means: recognise it."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field compares: a comparison of §5 and its argument.

    ``mapping`` holds left word -> right word and serves ``mapped`` alone. ``argument`` is the text after the second
    colon of ``COL:COMPARISON:ARG``; each comparison reads its own.
    """

    comparison: str = "auto"
    argument: str = ""
    mapping: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.comparison not in COMPARISONS:
            raise ComparisonUnknown(comparison=self.comparison, comparisons=list(COMPARISONS))
        if self.argument and self.comparison in ("auto", "exact", "boolean", "mapped"):
            raise ArgumentNotUnderstood(argument=self.argument, expected=f"{self.comparison} takes no argument")


@dataclass(frozen=True, slots=True)
class CompareSpec:
    """What to compare.

    ``key``: (left column, right column) pairs; empty means: suggest one. ``maps``: further (left, right) pairs of
    columns with different names. ``pairs`` and ``rules`` name fields by their left column. Columns are otherwise
    paired by name, unless ``by_name`` is False: then only ``maps`` are compared. ``names``: what a field is called in
    the result, by left column; otherwise it has that column's name. ``texts`` are pairs still written ``LEFT=RIGHT``:
    column names may hold the sign themselves, so they are only split once the columns are known.
    """

    key: tuple[tuple[str, str], ...] = ()
    maps: tuple[tuple[str, str], ...] = ()
    ignore: tuple[str, ...] = ()
    rules: dict[str, Rule] = field(default_factory=dict)
    strict: bool = False
    key_fold: bool = False
    distinguish_null: bool = False
    by_name: bool = True
    names: dict[str, str] = field(default_factory=dict)
    key_texts: tuple[str, ...] = ()
    map_texts: tuple[str, ...] = ()
    rule_texts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data; ``from_json`` is its inverse."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> CompareSpec:
        """The spec that ``to_json`` described."""
        known = dict(data)
        for name in ("key", "maps"):
            known[name] = tuple((left, right) for left, right in known[name])
        for name in ("ignore", "key_texts", "map_texts", "rule_texts"):
            known[name] = tuple(known[name])
        known["rules"] = {
            name: Rule(rule["comparison"], rule["argument"], tuple((a, b) for a, b in rule["mapping"]))
            for name, rule in data["rules"].items()
        }
        return CompareSpec(**known)
