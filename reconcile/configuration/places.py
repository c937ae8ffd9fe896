"""A place in the file: its value, and the path by which a refusal calls it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from reconcile.configuration.refusals import refuse

LONGEST_SHOWN = 60
QUOTES = "Within { } a text with a comma in it stands in quotes."


@dataclass(frozen=True)
class Place:
    """``value`` is what stands there: dict, list, str or None."""

    path: str
    value: Any

    def refuse(self, sentence: str) -> NoReturn:
        """Raise Refused about this place; ``sentence`` goes on after its path."""
        refuse(sentence, self.path or "the file")

    def keys(self, known: Collection[str]) -> dict[str, Place]:
        """What is said under each of the ``known`` keys. Raises Refused for others."""
        if not isinstance(self.value, dict):
            self.refuse(f"write keys and values here: {', '.join(known)}.")
        for key in self.value:
            if key not in known:
                # What follows a comma within { } is a key without a value.
                hint = f" {QUOTES}" if self.value[key] is None and " " in key else ""
                self._inside(key).refuse(f"there is no such key; there are {', '.join(known)}.{hint}")
        return {key: self._inside(key) for key in known if key in self.value}

    def items(self) -> Iterator[Place]:
        """The places of a list; none where nothing is written. Raises Refused when it is no list."""
        if self.value is None:
            return
        if not isinstance(self.value, list):
            self.refuse("write a list here.")
        for number, value in enumerate(self.value):
            yield Place(f"{self.path}[{number}]", value)

    def text(self, longest: int) -> str:
        """A text that says something. Raises Refused."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("write a text here.")
        if len(self.value) > longest:
            self.refuse(f"this has {len(self.value):,} characters; at most {longest:,} are taken.")
        return self.value

    def text_or_nothing(self, longest: int) -> str | None:
        """A text, or None where nothing is written. Raises Refused."""
        return None if self.value is None else self.text(longest)

    def one_of(self, choices: Collection[str]) -> str:
        """One of the words in ``choices``. Raises Refused."""
        if self.value not in choices:
            self.refuse(f"write one of {', '.join(choices)}.")
        return str(self.value)

    def number(self, *, most: float) -> float | None:
        """A number from 0 to ``most``, None where nothing is written. Raises Refused."""
        if self.value is None:
            return None
        if not isinstance(self.value, str) or not re.fullmatch(r"\d{1,12}(\.\d{1,30})?([eE][-+]?\d{1,3})?", self.value):
            self.refuse("write a number here, such as 3 or 0.3.")
        found = float(self.value)
        if found > most:
            self.refuse(f"{self.value} is too much; at most {most:,.0f} is taken.")
        return found

    def truth(self) -> bool:
        """``true`` or ``false``. Raises Refused."""
        return self.one_of(("true", "false")) == "true"

    def _inside(self, key: str) -> Place:
        name = key if len(key) <= LONGEST_SHOWN else f"{key[:LONGEST_SHOWN]}…"
        return Place(f"{self.path}.{name}" if self.path else name, self.value[key])
