"""Rows by the names people use for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from ownership.models import Field, System, Team

Named = TypeVar("Named", Team, System, Field)


def by_name(rows: Iterable[Named]) -> dict[str, Named]:
    """Return ``rows`` by their names and by these in lower case; what is spelled so goes before what is not."""
    every = list(rows)
    return {one.name.casefold(): one for one in every} | {one.name: one for one in every}


def called(name: str, rows: Mapping[str, Named]) -> Named | None:
    """Return the one of ``rows`` (out of ``by_name``) of that name: exactly so, else whatever its case."""
    name = name.strip()
    return rows.get(name) or rows.get(name.casefold())
