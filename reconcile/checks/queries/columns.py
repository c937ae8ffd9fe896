"""Columns of exports as people choose among them: one line each, never two alike, whatever an export calls them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

LABEL_CHARACTERS = 80
IDENTITY_CHARACTERS = 16


def labels(columns: Sequence[str]) -> tuple[str, ...]:
    """One label a column, in order: its name on one line, cut, with its place where two would look alike."""
    shown = [shown_name(column) for column in columns]
    alike = [name != column for name, column in zip(shown, columns, strict=True)]
    while True:
        made = [_placed(name, place) if alike[place] else name for place, name in enumerate(shown)]
        times = Counter(name.casefold() for name in made)
        repeated = [place for place, name in enumerate(made) if times[name.casefold()] > 1 and not alike[place]]
        if not repeated:
            return tuple(made)
        for place in repeated:
            alike[place] = True


def _placed(name: str, place: int) -> str:
    return f"{name} (column {place + 1:,})"


def shown_name(column: str, most: int = LABEL_CHARACTERS) -> str:
    """A column's name on one line of at most ``most`` characters; what cannot be seen is shown as a sign."""
    line = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in column[: most + 1])
    return line if len(line) <= most else line[: most - 1] + "…"


def column_of(label: str, columns: Sequence[str]) -> str | None:
    """The column meant by a ``label``, or by its name in any case where only one has it; None when none is meant."""
    known = dict(zip(labels(columns), columns, strict=True))
    if label in known:
        return known[label]
    if label in columns:
        return label
    wanted = label.strip().casefold()
    alike = [
        column for shown, column in known.items() if wanted in (shown.strip().casefold(), column.strip().casefold())
    ]
    return alike[0] if len(alike) == 1 else None


def identity(left: str) -> str:
    """What addresses call a compared field: short, and made of its left column, which only one field may have."""
    return hashlib.sha256(left.encode(errors="surrogatepass")).hexdigest()[:IDENTITY_CHARACTERS]
