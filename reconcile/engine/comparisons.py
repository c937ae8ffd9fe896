"""The comparisons of a field. Each is a small class that writes its own SQL and names itself.

Nearly always the same text means the same value. So the join asks whether the texts are the same, and the comparison is
asked only about those that are not. The exceptions say so in ``differs``: mapped words, and columns whose two sides
write the same text for different dates or numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import ClassVar

from reconcile.engine import sql
from reconcile.engine.errors import ArgumentNotUnderstood
from reconcile.engine.spec import EXPECTED_ARGUMENT, Rule

_OUTER = " \t\r\n\N{NO-BREAK SPACE}"
_TRUE = ("true", "t", "yes", "y", "1", "on", "x")
_FALSE = ("false", "f", "no", "n", "0", "off")
_MOST_DIGITS = 37
_FINE, _COARSE = 18, 6
_PERCENT_DIGITS = 8

POINT = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
GROUPED = r"^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?$"
COMMA = r"^[+-]?([0-9]+|[1-9][0-9]{0,2}(\.[0-9]{3})+)(,[0-9]+)?$"

_DIRECTIVES = {
    "%Y": "[1-9][0-9]{3}", "%y": "[0-9]{2}", "%m": "[0-9]{1,2}", "%d": "[0-9]{1,2}", "%H": "[0-9]{1,2}",
    "%M": "[0-9]{1,2}", "%S": "[0-9]{1,2}", "%f": "[0-9]{1,6}", "%b": "[A-Za-z]{3}", "%B": "[A-Za-z]{3,9}",
    "%I": "[0-9]{1,2}", "%p": "[AaPp][Mm]", "%j": "[0-9]{1,3}", "%a": "[A-Za-z]{3}", "%A": "[A-Za-z]{6,9}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exact:
    """The same text."""

    name: ClassVar[str] = "exact"
    shown: str = "exact text"

    def differs(self, left: str, right: str) -> str:
        return f"{left} IS DISTINCT FROM {right}"

    def forms(self, left: str, right: str) -> tuple[str, str]:
        return left, right

    def forms_differ(self, left: str, right: str) -> str:
        return f"{left} <> {right}"

    @property
    def relaxes(self) -> bool:
        """Whether texts that are not the same may yet be called the same."""
        return type(self) not in (Exact, Mapped)


@dataclass(frozen=True, slots=True)
class Mapped(Exact):
    """The right word that a left word is mapped to; words without a mapping compare as they are."""

    name: ClassVar[str] = "mapped"
    shown: str = "mapped words"


@dataclass(frozen=True, slots=True)
class Text(Exact):
    """Text with case, repeated space, outer space or accents set aside."""

    name: ClassVar[str] = "text"
    shown: str = "text"
    case: bool = True
    outer: bool = True
    space: bool = True
    accents: bool = True

    def forms(self, left: str, right: str) -> tuple[str, str]:
        return self._plain(left), self._plain(right)

    def forms_differ(self, left: str, right: str) -> str:
        return f"{left} <> {right}"

    def _plain(self, cell: str) -> str:
        plain = f"TRIM({cell}, {sql.text(_OUTER)})" if self.outer else cell
        if self.space:
            plain = f"TRIM(REGEXP_REPLACE({cell}, '[\\s\N{NO-BREAK SPACE}]+', ' ', 'g'))"
        if self.accents:
            plain = f"STRIP_ACCENTS({plain})"
        return f"LOWER({plain})" if self.case else plain


@dataclass(frozen=True, slots=True)
class Boolean(Exact):
    """Yes and no in their usual spellings; any other text compares as it is."""

    name: ClassVar[str] = "boolean"
    shown: str = "yes or no"

    def forms(self, left: str, right: str) -> tuple[str, str]:
        return self._truth(left), self._truth(right)

    def forms_differ(self, left: str, right: str) -> str:
        return f"COALESCE({left} <> {right}, TRUE)"

    def _truth(self, cell: str) -> str:
        word = f"LOWER(TRIM({cell}, {sql.text(_OUTER)}))"
        yes, no = (", ".join(sql.text(word) for word in words) for words in (_TRUE, _FALSE))
        return f"(CASE WHEN {word} IN ({yes}) THEN 1 WHEN {word} IN ({no}) THEN 0 END)"


@dataclass(frozen=True, slots=True)
class SameText(Exact):
    """Exact text for a column whose cells the join judged by a guess that was turned down since."""

    @property
    def relaxes(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Number(Exact):
    """Exact decimals, with an absolute tolerance or one in percent of the larger magnitude.

    The same number is recognised digit by digit, however long. With a tolerance, numbers are rounded to 18 decimals; to
    6, or those of the tolerance, when one has more than 19 digits before the point (in percent 11); with more than 31
    (in percent 23) only the same number is the same. A text that is no number differs from every other text.
    ``comma_left`` and ``comma_right`` say that a side writes a decimal comma; otherwise a comma only groups thousands.
    """

    name: ClassVar[str] = "number"
    shown: str = "number"
    tolerance: Decimal = Decimal(0)
    percent: bool = False
    comma_left: bool = False
    comma_right: bool = False

    def differs(self, left: str, right: str) -> str:
        if self.comma_left == self.comma_right:
            return f"{left} IS DISTINCT FROM {right}"
        return _differs_even_so(left, right, *(_canonical(form) for form in self._plain(left, right)))

    def forms(self, left: str, right: str) -> tuple[str, str]:
        return self._plain(left, right)

    def forms_differ(self, left: str, right: str) -> str:
        if not self.tolerance:
            return f"NOT COALESCE({_same_number(left, right)}, FALSE)"
        return f"NOT COALESCE({_same_number(left, right)} OR {self._within(left, right)}, FALSE)"

    def _plain(self, left: str, right: str) -> tuple[str, str]:
        return plain_number(left, comma=self.comma_left), plain_number(right, comma=self.comma_right)

    def _within(self, ours: str, theirs: str) -> str:
        coarse = max(_COARSE, -int(self.tolerance.as_tuple().exponent))
        spare = _PERCENT_DIGITS if self.percent else 0
        tried = " ".join(
            f"WHEN GREATEST({_integers(ours)}, {_integers(theirs)}) <= {_MOST_DIGITS - scale - spare} "
            f"THEN {self._near(_whole(ours, scale), _whole(theirs, scale), scale)}"
            for scale in (_FINE, coarse)
        )
        return f"(CASE {tried} ELSE FALSE END)"

    def _near(self, a: str, b: str, scale: int) -> str:
        if not self.percent:
            return f"ABS({a} - {b}) <= {_literal(self.tolerance.scaleb(scale))}"
        digits = max(0, -int(self.tolerance.as_tuple().exponent))
        limit = _literal(self.tolerance.scaleb(digits))
        return f"ABS({a} - {b}) * {10 ** (digits + 2)} <= {limit} * GREATEST(ABS({a}), ABS({b}))"


def plain_number(cell: str, *, comma: bool) -> str:
    """The number in a cell in plain form (point, no grouping), NULL when the cell holds none."""
    bare = f"TRIM({cell}, {sql.text(_OUTER)})"
    if comma:
        return (
            f"(CASE WHEN REGEXP_MATCHES({bare}, {sql.text(COMMA)}) "
            f"THEN REPLACE(REPLACE({bare}, '.', ''), ',', '.') END)"
        )
    return (
        f"(CASE WHEN REGEXP_MATCHES({bare}, {sql.text(POINT)}) THEN {bare} "
        f"WHEN REGEXP_MATCHES({bare}, {sql.text(GROUPED)}) THEN REPLACE({bare}, ',', '') END)"
    )


def surely_comma(cell: str) -> str:
    """Whether a cell holds a number that makes sense with a decimal comma alone; NULL for an empty one."""
    bare = f"TRIM({cell}, {sql.text(_OUTER)})"
    comma, point, grouped = (f"REGEXP_MATCHES({bare}, {sql.text(style)})" for style in (COMMA, POINT, GROUPED))
    return f"({comma} AND NOT {point} AND NOT {grouped})"


def _differs_even_so(left: str, right: str, left_form: str, right_form: str) -> str:
    """Whether texts are not the same, or are while what they stand for is not."""
    return f"({left} IS DISTINCT FROM {right} OR COALESCE({left_form} <> {right_form}, FALSE))"


def _literal(number: Decimal) -> str:
    return f"CAST({sql.text(str(int(number)))} AS DECIMAL(38, 0))"


def _whole(number: str, scale: int) -> str:
    decimal = f"CAST(TRY_CAST({number} AS DECIMAL(38, {scale})) AS VARCHAR)"
    return f"TRY_CAST(REPLACE({decimal}, '.', '') AS DECIMAL(38, 0))"


def _exponent(number: str) -> str:
    return f"COALESCE(TRY_CAST(REGEXP_EXTRACT({number}, '[eE]([+-]?[0-9]+)$', 1) AS INTEGER), 0)"


def _integers(number: str) -> str:
    return f"(LENGTH(REGEXP_EXTRACT({number}, '^[+-]?0*([0-9]*)', 1)) + GREATEST(0, {_exponent(number)}))"


def _same_number(left: str, right: str) -> str:
    """Whether two plain numbers are one: short ones as decimals, which is quick, any other digit by digit."""
    short = " AND ".join(
        f"LENGTH({number}) <= {_FINE} AND {number} NOT LIKE '%e%' AND {number} NOT LIKE '%E%'"
        for number in (left, right)
    )
    a, b = (f"TRY_CAST({number} AS DECIMAL(38, {_FINE}))" for number in (left, right))
    return f"(CASE WHEN {short} THEN {a} = {b} ELSE {_canonical(left)} = {_canonical(right)} END)"


def _canonical(number: str) -> str:
    """A plain number as sign, digits without zeros at either end, and power of ten; the same text, the same number."""
    fraction = f"LENGTH(REGEXP_EXTRACT({number}, '\\.([0-9]*)', 1))"
    digits = f"REGEXP_EXTRACT(REPLACE({number}, '.', ''), '^[+-]?0*([0-9]*)', 1)"
    short = f"REGEXP_REPLACE({digits}, '0+$', '')"
    power = f"CAST({_exponent(number)} - {fraction} + LENGTH({digits}) - LENGTH({short}) AS VARCHAR)"
    sign = f"CASE WHEN {number} LIKE '-%' THEN '-' ELSE '' END"
    return f"(CASE WHEN {short} = '' THEN '0' ELSE {sign} || {short} || 'e' || {power} END)"


@dataclass(frozen=True, slots=True)
class Date(Exact):
    """Points in time; with a tolerance of days, calendar days. A text that is no date differs from every other text."""

    name: ClassVar[str] = "date"
    shown: str = "date"
    days: int = 0
    left_formats: tuple[str, ...] = ()
    right_formats: tuple[str, ...] = ()

    def differs(self, left: str, right: str) -> str:
        if self.left_formats == self.right_formats:
            return f"{left} IS DISTINCT FROM {right}"
        return _differs_even_so(left, right, *self.forms(left, right))

    def forms(self, left: str, right: str) -> tuple[str, str]:
        return moment(left, self.left_formats), moment(right, self.right_formats)

    def forms_differ(self, left: str, right: str) -> str:
        if not self.days:
            return f"COALESCE({left} <> {right}, TRUE)"
        return f"COALESCE(ABS(DATEDIFF('day', CAST({left} AS DATE), CAST({right} AS DATE))) > {self.days}, TRUE)"


def moment(cell: str, formats: Sequence[str]) -> str:
    """A cell as a timestamp by the first format that fits, or NULL."""
    bare = f"TRIM({cell}, {sql.text(_OUTER)})"
    tried = [
        f"(CASE WHEN REGEXP_MATCHES({bare}, {sql.text(shape(form))}) THEN TRY_STRPTIME({bare}, {sql.text(form)}) END)"
        for form in formats
    ]
    return tried[0] if len(tried) == 1 else f"COALESCE({', '.join(tried)})"


@cache
def shape(form: str) -> str:
    """A regular expression for what a format writes: parsers alone take a year of two digits for one of four."""
    parts = re.split(r"(%.)", form)
    return "^" + "".join(_DIRECTIVES.get(part) or re.escape(part) for part in parts) + "$"


def from_rule(rule: Rule) -> Exact:
    """The comparison a rule asks for, its argument read; ``auto`` is not one and is decided on the data first."""
    if rule.comparison == "mapped":
        return _mapped(rule)
    if rule.comparison == "number":
        return _number(rule.argument)
    if rule.comparison == "date":
        return _date(rule.argument)
    if rule.comparison == "text":
        return _text(rule.argument)
    return {"exact": Exact(), "boolean": Boolean()}[rule.comparison]


def _mapped(rule: Rule) -> Mapped:
    seen: set[str] = set()
    for word, _ in rule.mapping:
        if word in seen:
            raise ArgumentNotUnderstood(argument=word, expected="map each left word once")
        seen.add(word)
    return Mapped()


def _number(argument: str) -> Number:
    found = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,12})?|\.\d{1,12})\s*(%?)\s*", argument or "0")
    if not found:
        raise ArgumentNotUnderstood(argument=argument, expected=EXPECTED_ARGUMENT["number"])
    tolerance, percent = Decimal(found[1]), bool(found[2])
    if percent and (tolerance > 1000 or -int(tolerance.as_tuple().exponent) > 3):
        raise ArgumentNotUnderstood(argument=argument, expected="percent up to 1000, with up to 3 decimals")
    shown = f"number within {argument.strip()}" if tolerance else "number"
    return Number(shown=shown, tolerance=tolerance, percent=percent)


def _date(argument: str) -> Date:
    days, _, formats = argument.partition(",") if re.match(r"\s*\d+\s*(,|$)", argument) else ("", "", argument)
    if (formats and "%" not in formats) or len(days.strip()) > 5:
        raise ArgumentNotUnderstood(argument=argument, expected=EXPECTED_ARGUMENT["date"])
    tried = tuple(form.strip() for form in formats.split("|") if form.strip())
    if unknown := [part for form in tried for part in re.findall(r"%.?", form) if part not in _DIRECTIVES]:
        expected = f"{unknown[0]} is no part of a format; there are {' '.join(_DIRECTIVES)}"
        raise ArgumentNotUnderstood(argument=argument, expected=expected)
    tolerance = int(days or 0)
    shown = f"date within {tolerance} day{'s' if tolerance > 1 else ''}" if tolerance else "date"
    return Date(shown=shown, days=tolerance, left_formats=tried, right_formats=tried)


def _text(argument: str) -> Text:
    words = {word.strip() for word in argument.split("+") if word.strip()} or {"case", "space", "accents"}
    if words - {"case", "space", "outer", "accents"}:
        raise ArgumentNotUnderstood(argument=argument, expected=EXPECTED_ARGUMENT["text"])
    ignored = [word for word in ("case", "outer", "space", "accents") if word in words]
    names = {"outer": "outer space", "space": "repeated and outer space"}
    shown = f"text without {', '.join(names.get(word, word) for word in ignored)}"
    return Text(shown, "case" in words, "outer" in words, "space" in words, "accents" in words)
