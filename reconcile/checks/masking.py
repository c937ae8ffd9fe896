"""What of one comparison is masked for a person: compared fields, columns of both exports, columns of the key.

A compared field is masked where its name or one of its columns is that of a field whose values the person may not see;
then both its columns are, for what one side holds mostly stands on the other too. So it is with columns of the key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

from ownership.parts import Masked
from ownership.queries.masking import NOTHING, Hidden
from reconcile.checks.comparing import ComparedField, Comparing

Cell = str | Masked | None
Systems = Collection[int | None]


class Masking:
    """``compared``: what is compared now, then what was before; ``systems``: the ids of those of each side.

    Earlier runs are shown with later ones, so what any of them compared under a name counts for that name.
    """

    def __init__(
        self, hidden: Hidden = NOTHING, compared: Sequence[Comparing] = (), systems: tuple[Systems, Systems] = ((), ())
    ) -> None:
        self.hidden = hidden
        self._compared = compared
        self._systems = systems

    def __bool__(self) -> bool:
        return bool(self.hidden)

    def of_field(self, field: ComparedField) -> Masked | None:
        """Return what stands for the values of a compared field, None where they are shown."""
        return self.hidden.of_field(field.name) or self._of_pair((field.left, field.right))

    def _of_pair(self, pair: tuple[str, str]) -> Masked | None:
        found = (self.hidden.of_column(name, systems) for name, systems in zip(pair, self._systems, strict=True))
        return next((masked for masked in found if masked), None)

    @cached_property
    def fields(self) -> dict[str, Masked]:
        """By name, what stands for the values of compared fields that are masked."""
        if not self:
            return {}
        every = (field for compared in self._compared for field in compared.fields)
        return {field.name: masked for field in every if (masked := self.of_field(field))}

    @cached_property
    def key(self) -> tuple[Masked | None, ...]:
        """For each column of the key what stands for its part, None for a part that is shown; empty: all is shown.

        Of keys that had another number of columns before, one masked column masks all parts.
        """
        if not self or not self._compared:
            return ()
        now, *before = [[self._of_pair(pair) for pair in compared.key] for compared in self._compared]
        for parts in before:
            if len(parts) == len(now):
                now = [one or other for one, other in zip(now, parts, strict=True)]
            elif masked := next(filter(None, parts), None):
                now = [one or masked for one in now]
        return tuple(now) if any(now) else ()

    @property
    def every(self) -> list[Masked]:
        """Everything that stands for values here, to say it once on a page."""
        return [*filter(None, self.key), *self.fields.values()]

    def columns(self, side: int, columns: Iterable[str]) -> dict[str, Masked]:
        """Return what stands for the values of those columns of a side (0 left, 1 right) that are masked."""
        if not self:
            return {}
        found = self.hidden.of_columns(columns, self._systems[side])
        now = self._compared[0] if self._compared else Comparing()
        pairs = [(pair, masked) for pair, masked in zip(now.key, self.key, strict=False) if masked]
        pairs += [((one.left, one.right), self.fields[one.name]) for one in now.fields if one.name in self.fields]
        return {pair[side]: masked for pair, masked in pairs} | found


SHOWN = Masking()


def key_words(key: str, *, composite: bool, masked: Sequence[Masked | None] = ()) -> str | Masked:
    """Return a key as people read it: the parts of a composite one beside each other, those that are ``masked`` so."""
    parts = _parts(key) if composite and key else [key]
    if not any(masked):
        return " · ".join(parts)
    if len(parts) != len(masked) or all(masked):
        return next(filter(None, masked))
    return " · ".join(str(stands or part) for part, stands in zip(parts, masked, strict=True))


def _parts(key: str) -> list[str]:
    try:
        found = json.loads(key)
    except ValueError:
        return [key]
    return [str(part) for part in found] if isinstance(found, list) else [key]
