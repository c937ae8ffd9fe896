"""What the engine suggests, as what a check compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from reconcile.checks.comparing import NAME_CHARACTERS, ComparedField, Comparing
from reconcile.checks.queries.columns import shown_name
from reconcile.checks.services.naming import unlike
from reconcile.engine.suggesting.suggestions import PairSuggestion, Suggestion


def comparing_of(found: Suggestion) -> Comparing:
    """The first key unless a person has to look at it first, and every pair that is sure enough or of one name."""
    key = found.keys[0] if found.keys and not found.keys[0].weak else None
    names: set[str] = set()
    fields = tuple(_named(pair, names) for pair in found.pairs if pair.good or pair.by_name)
    return Comparing(key=key.pairs if key else (), key_fold=key.fold if key else False, fields=fields)


def field_of(pair: PairSuggestion, taken: Iterable[str]) -> ComparedField:
    """The field of a suggested pair, under a name that is not ``taken``. What ``auto`` comes to is left to it."""
    return _named(pair, set(taken))


def _named(pair: PairSuggestion, taken: set[str]) -> ComparedField:
    name = field_name(pair.left, taken)
    taken.add(name)
    if pair.automatic:
        return ComparedField(name, pair.left, pair.right)
    return ComparedField(name, pair.left, pair.right, pair.comparison, pair.argument, pair.mapping)


def field_name(column: str, taken: Iterable[str]) -> str:
    """What a field is called whose left column this is: its name on one line, cut, with a number where it is taken."""
    return unlike(shown_name(column, NAME_CHARACTERS), set(taken), NAME_CHARACTERS)


def to_json(found: Suggestion) -> dict[str, Any]:
    """JSON-ready data that any database keeps; ``Suggestion.from_json`` is its inverse but for NUL characters."""
    return {name: storable(value) for name, value in asdict(found).items()}


def storable(data: Any) -> Any:
    """JSON-ready data with NUL characters, which PostgreSQL keeps in no text, shown as their picture."""
    if isinstance(data, str):
        return data.replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()
    if isinstance(data, dict):
        return {name: storable(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [storable(value) for value in data]
    return data
