"""How alike two columns are: their names, and their values on records that stand side by side.

Everything here is evidence for a suggestion, never a comparison: readings are loose on purpose.
"""

from __future__ import annotations

import difflib
import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

_LONGEST_NAME = 200
_MOST_WORDS = 12
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_SYNONYMS = (
    frozenset({"id", "identifier", "key", "uid"}),
    frozenset({"no", "nr", "number", "num", "nbr"}),
    frozenset({"zip", "postcode", "postal", "plz"}),
    frozenset({"mail", "email"}),
    frozenset({"tel", "phone", "telephone"}),
    frozenset({"client", "customer"}),
    frozenset({"state", "status"}),
    frozenset({"begin", "start", "from"}),
    frozenset({"end", "until", "to"}),
)
_IDENTIFYING = frozenset(
    {"id", "ids", "identifier", "key", "no", "nr", "num", "nbr", "number", "code", "ref", "reference", "uuid", "guid"}
    | {"uid", "index", "sku", "isbn", "ean", "iban", "serial", "oid", "pk"}
)
_NUMBER = re.compile(r"[^\d\s.,+-]{0,4}\s*([+-]?)\s*[^\d\s.,+-]{0,4}\s*(\d[\d.,' \u00a0]*)\s*(?:[^\d]{0,12})")
_COMMA = re.compile(r",\d{1,2}\s*$|,\d{4,}\s*$|\d\.\d{3},\d")
_POINT = re.compile(r"\.\d{1,2}\s*$|\.\d{4,}\s*$|\d,\d{3}\.\d")
_DAY = re.compile(
    r"\s*(?:((?:19|20)\d{2}(?=\d{4}\b)|\d{4}(?=\D))[-/.]?(\d{2}|\d(?=\D))[-/.]?(\d{1,2})"
    r"|(\d{1,2})[-/. ](\d{1,2}|[A-Za-z]{3,9})[-/., ]+(\d{4}|\d{2})"
    r"|([A-Za-z]{3,9}) (\d{1,2}),? (\d{4}))(?:[T ]\d{1,2}:\d{2}\S*.{0,6})?\s*"
)
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: place for place, name in enumerate(_MONTH_NAMES, 1)}
_MOSTLY = 0.8
_LONGEST_NUMBER = 15
_SMALL_VOCABULARY = 40
_TIMES_EACH = 4

# Names


@lru_cache(maxsize=20_000)
def words(name: str) -> tuple[str, ...]:
    """The words of a column's name, in lower case without accents; camel case and digits are cut apart."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKD", name[:_LONGEST_NAME]) if not unicodedata.combining(char)
    )
    return tuple(word.lower() for word in _WORD.findall(plain))[:_MOST_WORDS]


def identifying(name: str) -> bool:
    """Whether a name says that its column identifies something."""
    found = words(name)
    return any(word in _IDENTIFYING or (len(word) > 3 and word.endswith(("id", "nr"))) for word in found)


@lru_cache(maxsize=200_000)
def of_names(left: str, right: str) -> float:
    """How alike two names are, 0 to 1; 1 only when they are the same."""
    if left == right:
        return 1.0
    ours, theirs = words(left), words(right)
    if not ours or not theirs:
        return 0.0
    if "".join(ours) == "".join(theirs):
        return 0.97
    found = sum(max(_of_words(a, b) for b in theirs) for a in ours)
    back = sum(max(_of_words(a, b) for a in ours) for b in theirs)
    spread = 0.95 * (found + back) / (len(ours) + len(theirs))
    return max(spread, 0.9 * _of_words("".join(ours), "".join(theirs)), _as_initials(ours, theirs))


@lru_cache(maxsize=200_000)
def _of_words(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if any(one in same and other in same for same in _SYNONYMS):
        return 0.9
    short, long = sorted((one, other), key=len)
    if len(short) >= 2 and short[0] == long[0] and _shortens(short, long):
        return 0.8
    ratio = difflib.SequenceMatcher(None, one, other).ratio()
    return ratio if ratio >= _MOSTLY else 0.0


def _shortens(short: str, long: str) -> bool:
    """Whether the letters of ``short`` stand in ``long`` in the same order, as in qty for quantity."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _as_initials(ours: tuple[str, ...], theirs: tuple[str, ...]) -> float:
    for one, other in ((ours, theirs), (theirs, ours)):
        if len(one) == 1 and len(other) >= 2 and one[0] == "".join(word[0] for word in other):
            return 0.7
    return 0.0


# Values


def folded(text: str) -> str:
    """Text without case, accents, outer and repeated space."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(text.casefold().split())


class Reading:
    """Values of one column on records in order, read in one way; None: no value, or none that can be read so."""

    def __init__(self, values: Sequence[object]) -> None:
        self.values = values
        self.missing = {place for place, value in enumerate(values) if value is None}
        self.counts = Counter(value for value in values if value is not None)
        self.read = len(values) - len(self.missing)


class Cells:
    """The cells of one column on records in order (empty text: no value), and what they can be read as."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.places = {place for place, text in enumerate(texts) if text}

    @cached_property
    def plain(self) -> Reading:
        """Folded texts; None where there is no value."""
        return Reading([folded(text) if text else None for text in self.texts])

    @property
    def vocabulary(self) -> Counter[object]:
        return self.plain.counts

    @cached_property
    def comma(self) -> bool:
        """Whether numbers are written with a decimal comma."""
        return any(map(_COMMA.search, self.texts)) and not any(map(_POINT.search, self.texts))

    @cached_property
    def numbers(self) -> Reading | None:
        """Numbers, loosely (units and currencies set aside); None when most values are none."""
        return self._mostly(Reading([_number(text, comma=self.comma) for text in self.texts]))

    @cached_property
    def days(self) -> list[Reading]:
        """Days as (year, month, day): one reading, two where day and month look alike, none for other columns."""
        parts = [_DAY.fullmatch(text) if text else None for text in self.texts]
        if self._mostly(Reading(parts)) is None:
            return []
        readings = [
            Reading([_day(part, day_first=first) if part else None for part in parts]) for first in (True, False)
        ]
        most = max(reading.read for reading in readings)
        best = [reading for reading in readings if reading.read == most and self._mostly(reading)]
        return best[:1] if len(best) > 1 and best[0].values == best[1].values else best

    def _mostly(self, reading: Reading) -> Reading | None:
        return reading if self.places and reading.read >= _MOSTLY * len(self.places) else None


def _number(text: str, *, comma: bool) -> float | None:
    found = _NUMBER.fullmatch(text.strip()) if text else None
    if not found or sum(char.isdigit() for char in found[2]) > _LONGEST_NUMBER:
        return None
    digits = re.sub(r"[' \u00a0]", "", found[2])
    digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
    try:
        return round(float(found[1] + digits), 9)
    except ValueError:
        return None


def _day(found: re.Match[str], *, day_first: bool) -> tuple[int, int, int] | None:
    if found[1]:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found[7]:
        year, month, day = int(found[9]), _MONTHS.get(found[7][:3].lower(), 0), int(found[8])
    else:
        year = int(found[6]) + (0 if len(found[6]) == 4 else 2000 if int(found[6]) < 70 else 1900)
        day, month = int(found[4]), _MONTHS.get(found[5][:3].lower(), 0) if found[5].isalpha() else int(found[5])
        if not (day_first or found[5].isalpha()):
            day, month = month, day
    return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What matched records say of two columns.

    ``share`` of records with a value on both sides whose values agree as ``how``; ``strength`` is that share beyond
    what chance would give, 0 to 1; ``records``: how many had a value on both sides; ``telling``: whether these values
    could tell a right pair from a wrong one at all.
    """

    share: float
    strength: float
    records: int
    how: str
    telling: bool


NOTHING = Agreement(0.0, 0.0, 0, "", telling=False)
_FEW = 3
_SURE = 0.5
_TELLING_RECORDS = 20


def of_values(left: Cells, right: Cells) -> Agreement:
    """How far two columns agree, in the reading in which they agree most."""
    both = left.places & right.places
    if len(both) < 1:
        return NOTHING
    cover = len(both) / max(len(left.places), len(right.places))
    found = [_same(left.plain, right.plain, both, cover, "text")]
    if left.numbers and right.numbers:
        found.append(_same(left.numbers, right.numbers, both, cover, "number"))
        if found[-1].strength < _SURE:
            found.append(_in_proportion(left.numbers, right.numbers, both, cover))
            found.append(_rounded(left.numbers, right.numbers, both, cover))
    found += [_same(a, b, both, cover, "date") for a in left.days for b in right.days]
    best = max(found, key=lambda one: one.strength)
    if best.strength < _SURE and len(both) >= _TELLING_RECORDS:
        best = max(best, _one_to_one(left, right, both, cover), key=lambda one: one.strength)
    return best


def _same(ours: Reading, theirs: Reading, both: set[int], cover: float, how: str) -> Agreement:
    """Equal values beyond chance (Cohen's kappa on the values as categories)."""
    count = len(both)
    equal = sum(map(operator.eq, ours.values, theirs.values)) - len(ours.missing & theirs.missing)
    few, many = sorted((ours.counts, theirs.counts), key=len)
    chance = sum(times * many[value] for value, times in few.items()) / max(ours.read * theirs.read, 1)
    return _beyond(equal / count, chance, count, cover, how)


def _beyond(share: float, chance: float, count: int, cover: float, how: str) -> Agreement:
    telling = chance < 0.9 and count >= _FEW
    if chance >= 0.999:
        return Agreement(share, 0.0, count, how, telling=False)
    strength = max(0.0, (share - chance) / (1 - chance))
    return Agreement(share, strength * (0.75 + 0.25 * cover) * count / (count + 1), count, how, telling=telling)


def _in_proportion(ours: Reading, theirs: Reading, both: set[int], cover: float) -> Agreement:
    """Numbers in one fixed ratio other than 1, as in cents and euros."""
    ratios = [
        float(f"{theirs.values[place] / ours.values[place]:.6g}")  # type: ignore[operator]
        for place in both
        if ours.values[place] and theirs.values[place]
    ]
    if len(ratios) < 10 or len(ours.counts) < 5:
        return NOTHING
    ratio, times = Counter(ratios).most_common(1)[0]
    if ratio == 1:
        return NOTHING
    return _beyond(0.9 * times / len(both), 0.05, len(both), cover, f"number times {ratio:g}")


def _rounded(ours: Reading, theirs: Reading, both: set[int], cover: float) -> Agreement:
    """Numbers of which one side keeps fewer decimals."""
    digits = [
        max(len(f"{value:.9f}".rstrip("0").partition(".")[2]) for value in side.counts) for side in (ours, theirs)
    ]
    if digits[0] == digits[1]:
        return NOTHING
    fewer = min(digits)
    sides = [
        Reading([None if value is None else round(value, fewer) for value in side.values])  # type: ignore[call-overload]
        for side in (ours, theirs)
    ]
    return _same(sides[0], sides[1], both, cover, f"number rounded to {fewer} decimals")


def _one_to_one(left: Cells, right: Cells, both: set[int], cover: float) -> Agreement:
    """Small vocabularies in which each word on one side stands against one word on the other."""
    sizes = len(left.vocabulary), len(right.vocabulary)
    if not all(2 <= size <= _SMALL_VOCABULARY for size in sizes) or max(sizes) > 2 * min(sizes):
        return NOTHING
    if len(both) < _TIMES_EACH * max(sizes):
        return NOTHING
    pairs = Counter((left.plain.values[place], right.plain.values[place]) for place in both)
    used: tuple[set[object], set[object]] = (set(), set())
    mapped = 0
    for (ours, theirs), times in pairs.most_common():
        if ours not in used[0] and theirs not in used[1]:
            used[0].add(ours)
            used[1].add(theirs)
            mapped += times
    base = max(left.vocabulary.most_common(1)[0][1] / left.vocabulary.total(),
               right.vocabulary.most_common(1)[0][1] / right.vocabulary.total())  # fmt: skip
    found = _beyond(mapped / len(both), base, len(both), cover, "word for word")
    return Agreement(
        found.share, 0.85 * found.strength if found.strength > 0.6 else 0.0, found.records, found.how, telling=True
    )
