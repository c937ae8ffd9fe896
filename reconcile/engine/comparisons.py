"""The comparisons of a field. Each is a small class that writes its own SQL and names itself.

All but ``mapped`` only ever call *more* texts the same than ``exact`` does. So the join asks whether the texts are the
same, and the comparison is asked only about those that are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from reconcile.engine import sql
from reconcile.engine.errors import ArgumentNotUnderstood
from reconcile.engine.spec import EXPECTED_ARGUMENT, Rule

_OUTER = " \t\r\n\N{NO-BREAK SPACE}"
_TRUE = ("true", "t", "yes", "y", "1", "on", "x")
_FALSE = ("false", "f", "no", "n", "0", "off")
_MOST_DIGITS = 37
_MOST_SCALE = 18

POINT = r"^[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,2})?$"
GROUPED = r"^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$"
COMMA = r"^[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?$"


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
        return "TRUE"

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
class Number(Exact):
    """Exact decimals, with an absolute tolerance or one in percent of the larger magnitude.

    ``scale`` digits after the point are kept, enough for every cell asked about (see ``needs``). The numbers become
    whole numbers of 10**-scale, so nothing is ever rounded. Cells of more digits than fit compare digit by digit,
    without a tolerance. A text that is no number differs from every other text. ``comma_left`` and ``comma_right``
    say that a side writes a decimal comma; otherwise a comma can only group thousands.
    """

    name: ClassVar[str] = "number"
    shown: str = "number"
    tolerance: Decimal = Decimal(0)
    percent: bool = False
    scale: int = 6
    comma_left: bool = False
    comma_right: bool = False

    def forms(self, left: str, right: str) -> tuple[str, str]:
        return self.plain(left, comma=self.comma_left), self.plain(right, comma=self.comma_right)

    def forms_differ(self, left: str, right: str) -> str:
        a, b = self._whole(left), self._whole(right)
        within = f"ABS({a} - {b}) <= {self._allowed_absolute()}"
        if self.percent:
            times, limit = self._allowed_percent()
            within = f"ABS({a} - {b}) * {times} <= {limit} * GREATEST(ABS({a}), ABS({b}))"
        same = f"COALESCE({_canonical(left)} = {_canonical(right)}, FALSE)"
        fits = f"{self._fits(left)} AND {self._fits(right)}"
        return f"NOT (CASE WHEN COALESCE({fits}, FALSE) THEN COALESCE({within}, FALSE) ELSE {same} END)"

    def plain(self, cell: str, *, comma: bool) -> str:
        """The number in plain form (point, no grouping), NULL when the cell holds none."""
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

    def needs(self, left: str, right: str) -> list[str]:
        """Aggregates over the cells asked about: most digits after the point; signs of a decimal comma on each side."""
        decimals = [_decimals(self.plain(cell, comma=False)) for cell in (left, right)]
        commas = [_decimals(self.plain(cell, comma=True)) for cell in (left, right)]
        return [
            *(f"MAX({digits})" for digits in (*decimals, *commas)),
            *(f"MAX(CASE WHEN {_surely_comma(cell)} THEN 1 ELSE 0 END)" for cell in (left, right)),
        ]

    def _whole(self, number: str) -> str:
        decimal = f"CAST(TRY_CAST({number} AS DECIMAL(38, {self.scale})) AS VARCHAR)"
        return f"TRY_CAST(REPLACE({decimal}, '.', '') AS HUGEINT)"

    def _fits(self, number: str) -> str:
        digits = _MOST_DIGITS - self.scale - (8 if self.percent else 0)
        return f"({_decimals(number)} <= {self.scale} AND {_integers(number)} <= {digits})"

    def _allowed_absolute(self) -> str:
        return f"CAST({sql.text(str(int(self.tolerance.scaleb(self.scale))))} AS HUGEINT)"

    def _allowed_percent(self) -> tuple[str, str]:
        digits = max(0, -int(self.tolerance.as_tuple().exponent))
        return (
            f"CAST({sql.text(str(10 ** (digits + 2)))} AS HUGEINT)",
            f"CAST({sql.text(str(int(self.tolerance.scaleb(digits))))} AS HUGEINT)",
        )


def _exponent(number: str) -> str:
    return f"COALESCE(TRY_CAST(REGEXP_EXTRACT({number}, '[eE]([+-]?[0-9]+)$', 1) AS INTEGER), 0)"


def _decimals(number: str) -> str:
    return f"(LENGTH(REGEXP_EXTRACT({number}, '\\.([0-9]+)', 1)) + GREATEST(0, -{_exponent(number)}))"


def _integers(number: str) -> str:
    return f"(LENGTH(REGEXP_EXTRACT({number}, '^[+-]?0*([0-9]*)', 1)) + GREATEST(0, {_exponent(number)}))"


def _canonical(number: str) -> str:
    """A plain number without sign of plus, leading zeros, trailing zeros; the same text means the same number."""
    bare = f"REGEXP_REPLACE(REGEXP_REPLACE({number}, '^[+]', ''), '^(-?)0+([0-9])', '\\1\\2')"
    short = f"REGEXP_REPLACE(REGEXP_REPLACE({bare}, '(\\.[0-9]*[1-9])0+$', '\\1'), '\\.0*$', '')"
    return f"(CASE WHEN {short} = '-0' THEN '0' ELSE {short} END)"


def _surely_comma(cell: str) -> str:
    bare = f"TRIM({cell}, {sql.text(_OUTER)})"
    return f"(REGEXP_MATCHES({bare}, {sql.text(COMMA)}) AND REGEXP_MATCHES({bare}, ',([0-9]{{1,2}}|[0-9]{{4,}})$'))"


@dataclass(frozen=True, slots=True)
class Date(Exact):
    """Points in time; with a tolerance of days, calendar days. A text that is no date differs from every other text."""

    name: ClassVar[str] = "date"
    shown: str = "date"
    days: int = 0
    left_formats: tuple[str, ...] = ()
    right_formats: tuple[str, ...] = ()

    def forms(self, left: str, right: str) -> tuple[str, str]:
        return self.moment(left, self.left_formats), self.moment(right, self.right_formats)

    def forms_differ(self, left: str, right: str) -> str:
        if not self.days:
            return f"COALESCE({left} <> {right}, TRUE)"
        return f"COALESCE(ABS(DATEDIFF('day', CAST({left} AS DATE), CAST({right} AS DATE))) > {self.days}, TRUE)"

    def moment(self, cell: str, formats: tuple[str, ...]) -> str:
        """A cell as a timestamp by the first format that fits, or NULL."""
        bare = f"TRIM({cell}, {sql.text(_OUTER)})"
        tried = [f"TRY_STRPTIME({bare}, {sql.text(form)})" for form in formats]
        return tried[0] if len(tried) == 1 else f"COALESCE({', '.join(tried)})"


def from_rule(rule: Rule) -> Exact:
    """The comparison a rule asks for, its argument read; ``auto`` is not one and is decided on the data first."""
    if rule.comparison == "number":
        return _number(rule.argument)
    if rule.comparison == "date":
        return _date(rule.argument)
    if rule.comparison == "text":
        return _text(rule.argument)
    return {"exact": Exact(), "mapped": Mapped(), "boolean": Boolean()}[rule.comparison]


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
