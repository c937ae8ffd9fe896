"""What a sample says of each column: how full and varied it is, what kind of values it holds, how fit to identify."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.engine.reading.values import kind_of
from reconcile.engine.suggesting import likeness

VOCABULARY = 200
_LOOKED_AT = 400
_WHOLE = re.compile(r"\d{1,18}")
_DECIMAL = re.compile(r"[^\w\s.,+-]?\s?[+-]?\s?[^\w\s.,+-]?\d[\d,.' ]*[.,]\d+(?:\s?(?:%|[^\W\d_]{1,4}|[^\w\s]))?")
_CODE = re.compile(r"[\w.:/#-]+")
_MAIL = re.compile(r"\S+@\S+\.\S+")
_COMPACT_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_FORMS = {"date": _COMPACT_DATE, "whole number": _WHOLE, "number": _DECIMAL, "mail address": _MAIL}
_FITNESS = {
    "code": 1.0, "whole number": 0.95, "mail address": 0.8, "word": 0.75, "quantity": 0.7, "text": 0.65, "date": 0.45,
    "number": 0.35, "long text": 0.3, "empty": 0.0,
}  # fmt: skip
_FITNESS_AS_PART = _FITNESS | {
    "whole number": 0.85,
    "mail address": 0.6,
    "word": 0.9,
    "text": 0.5,
    "date": 0.9,
    "quantity": 0.5,
}
_LONG = 60
_LONGEST_SHAPE = 12
_MOSTLY = 0.9
_OUTER_SPACE = " \t\r\n\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Profile:
    """One column by its sample.

    ``filled``: share of rows with a value; ``distinct``: different values; ``varied``: share of filled rows whose value
    stands alone in being counted once; ``vocabulary``: folded values where there are few, else empty; ``folds``:
    whether folding changes a value; ``counts_rows``: the values are 1 to n, or n numbers in a row.
    """

    place: int
    name: str
    rows: int
    filled: float
    distinct: int
    varied: float
    kind: str
    vocabulary: frozenset[str]
    folds: bool
    counts_rows: bool

    @property
    def fitness(self) -> float:
        """How well such values identify a record, 0 to 1, apart from any uniqueness."""
        return _FITNESS[self._kind]

    @property
    def fitness_as_part(self) -> float:
        """The same for a column that identifies together with others."""
        return _FITNESS_AS_PART[self._kind]

    @property
    def _kind(self) -> str:
        """Numbers spread like quantities may identify all the same when the name says so."""
        return "whole number" if self.kind == "quantity" and self.named else self.kind

    @property
    def named(self) -> bool:
        """Whether its name says that it identifies something."""
        return likeness.identifying(self.name)

    @property
    def many(self) -> bool:
        """Whether there are too many values for a sample to know them all."""
        return self.distinct > VOCABULARY or (self.varied >= 0.6 and self.distinct > min(1, self.rows - 1))


def profiles(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Profile]:
    """The profile of every column from rows sampled all over a file."""
    return [_profile(place, name, [row[place] for row in rows]) for place, name in enumerate(names)]


def _profile(place: int, name: str, cells: list[str]) -> Profile:
    counts = Counter(cells)
    empty = counts.pop("", 0)
    filled = len(cells) - empty
    some = list(counts)[:: max(1, len(counts) // _LOOKED_AT)]
    kind = _kind(some)
    return Profile(
        place=place,
        name=name,
        rows=len(cells),
        filled=filled / len(cells) if cells else 0.0,
        distinct=len(counts),
        varied=len(counts) / filled if filled else 0.0,
        kind=kind,
        vocabulary=frozenset(map(_loose, counts)) if len(counts) <= VOCABULARY else frozenset(),
        folds=any(_loose(value) != value for value in counts),
        counts_rows=kind in ("whole number", "quantity") and _in_a_row(counts),
    )


def _loose(value: str) -> str:
    return value.strip(_OUTER_SPACE).lower()


def _kind(values: list[str]) -> str:
    if not values:
        return "empty"
    kinds = Counter(_kind_of(value) for value in values)
    kind, times = kinds.most_common(1)[0]
    enough = _MOSTLY * len(values)
    if kind == "whole number" and times >= enough:
        return "quantity" if _spread(values) else kind
    if kind in ("whole number", "number") and kinds["whole number"] + kinds["number"] >= enough:
        return "number"
    if kind not in ("text", "long text") and times >= enough:
        return kind
    coded = kinds["whole number"] + kinds["code"]
    if coded >= enough or (coded * 3 > len(values) and coded + kinds["word"] >= enough) or _of_one_shape(values):
        return "code"
    return "long text" if kinds["long text"] * 2 > len(values) else "text"


def _spread(values: list[str]) -> bool:
    """Numbers of different lengths with gaps between them: more likely measured than given out."""
    numbers = [int(value) for value in values if _WHOLE.fullmatch(value.strip())]
    return len({len(str(number)) for number in numbers}) > 1 and max(numbers) - min(numbers) > 2 * len(numbers)


def _of_one_shape(values: list[str]) -> bool:
    """Whether letters, digits and signs follow each other in the same order everywhere, as in B-AX 512."""
    shapes = Counter(
        re.sub(r"9+", "9", re.sub(r"[^\W\d_]{1,3}(?![^\W\d_])", "a", re.sub(r"\d", "9", value.strip())))
        for value in values
    )
    shape, times = shapes.most_common(1)[0]
    plain = {"a", "9"} <= set(shape) and not re.search(r"[^\W\d_]{3}", shape) and len(shape) <= _LONGEST_SHAPE
    return plain and times >= _MOSTLY * len(values)


def _kind_of(value: str) -> str:
    value = value.strip()
    if len(value) > _LONG:
        return "long text"
    for kind, form in _FORMS.items():
        if form.fullmatch(value):
            return kind
    if kind_of(value) == "date":
        return "date"
    if _CODE.fullmatch(value):
        return "code" if any(char.isdigit() for char in value) else "word"
    return "text"


def _in_a_row(counts: Counter[str]) -> bool:
    numbers = [int(value) for value in counts if _WHOLE.fullmatch(value.strip())]
    return len(numbers) > 2 and max(counts.values()) == 1 and max(numbers) - min(numbers) < 1.02 * len(numbers)
