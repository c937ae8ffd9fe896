"""Transformations that make two values differ though they say the same: what they are, in SQL and in words (§6).

A detail is words joined by "+": ``upper``, ``lower``, ``case``, ``accents``, ``punctuation``, ``leading``,
``trailing``, ``outer``, ``doubled``, ``space``, ``zeros``; or one of ``notation``, ``rounding``, ``sign``, ``time``,
of a number with a sign beside it (a currency, a percent sign) after ``punctuation`` or ``percent``; or a constant:
``days:+1``, ``minutes:-60``, ``factor:100`` (the right value is the left one shifted, or times it).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from reconcile.engine import sql
from reconcile.engine.classifying.exports import SIDES
from reconcile.engine.classifying.readings import Reading, by_field

_SPACES = " \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_PUNCTUATION = (
    "!\"#%&'()*,-./:;?@[\\]_{}~`^|+\N{ACUTE ACCENT}\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
    "\N{RIGHT DOUBLE QUOTATION MARK}\N{HORIZONTAL ELLIPSIS}\N{MIDDLE DOT}\N{BULLET}"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)
GENERAL = {
    "upper": "case", "lower": "case",
    "leading": "space", "trailing": "space", "outer": "space", "doubled": "space",
}  # fmt: skip
_SAID = {
    "case": "upper and lower case", "upper": "upper case", "lower": "lower case", "accents": "accents",
    "punctuation": "punctuation", "space": "space", "leading": "a leading space", "trailing": "a trailing space",
    "outer": "space at the ends", "doubled": "repeated space", "zeros": "leading zeros",
    "notation": "the same value written in another way", "rounding": "rounding", "sign": "the opposite sign",
    "percent": "a percentage for a share",
    "time": "the time of day left out",
}  # fmt: skip
_WHOLE_NUMBER = "^[0-9]+$"
_MARKS = (
    "%$\N{CENT SIGN}\N{POUND SIGN}\N{CURRENCY SIGN}\N{YEN SIGN}\N{EURO SIGN}\N{WON SIGN}\N{INDIAN RUPEE SIGN}"
    "\N{RUBLE SIGN}\N{TURKISH LIRA SIGN}\N{HRYVNIA SIGN}\N{DONG SIGN}\N{NEW SHEQEL SIGN}\N{NAIRA SIGN}\N{PESO SIGN}"
)
_MARKED_NUMBER = r"^[\s\x{A0}%\p{Sc}]*([-+]?[0-9]{1,15}(?:\.[0-9]+)?)[\s\x{A0}%\p{Sc}]*$"
_DECIMALS = 9  # that are read of a number
# Letters that upper case writes as others, and what LOWER and STRIP_ACCENTS leave of those.
_RECASED = (
    ("ß", "ss"),
    ("\N{LATIN SMALL LETTER DOTLESS I}", "i"),
    ("\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK SMALL LETTER SIGMA}"),
)
_CENTS = 100
_SHORT = 4  # decimals of a factor that somebody chose
_TELLING = 10  # how many times as far apart such factors lie as values rounded to cents can tell


def general(detail: str) -> str:
    """The detail without what may change from record to record: what a group is known by across runs."""
    words = [GENERAL.get(word, word) for word in detail.split("+")] if ":" not in detail else [detail]
    return "+".join(dict.fromkeys(words))


def in_words(detail: str) -> str:
    """A detail for people: "one day later", "times 100", "upper case and a trailing space"; of the right value."""
    kind, _, constant = detail.partition(":")
    if constant:
        return _factor_said(Decimal(constant)) if kind == "factor" else _shift_said(kind, int(constant))
    said = [_SAID.get(word, word) for word in detail.split("+") if word]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)


def _shift_said(unit: str, count: int) -> str:
    if unit == "minutes" and count % 60 == 0:
        unit, count = "hours", count // 60
    number = {1: "one", 2: "two", 3: "three"}.get(abs(count), f"{abs(count):,}")
    return f"{number} {unit[:-1] if abs(count) == 1 else unit} {'later' if count > 0 else 'earlier'}"


def _factor_said(factor: Decimal) -> str:
    part = round(1 / factor, 7)  # what is known of a ratio has nine digits
    if abs(factor) < 1 and len(_plain(part)) <= len(_plain(factor)):
        return f"divided by {_plain(part)}"
    return f"times {_plain(factor)}"


def _plain(number: Decimal) -> str:
    """A number as people write it, nine digits at most."""
    text = f"{round(number, 9):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def alike(reading: Reading, left: str, right: str) -> str:
    """The detail when two differing values are the same but for how they are written; NULL otherwise."""
    filled = f"{left} IS NULL OR {right} IS NULL OR {left} = '' OR {right} = ''"
    ways = [_texts(left, right)]
    if reading.number:
        ways = [_numbers("plain_left", "plain_right"), *([] if _compared(reading) else ways)]
    elif reading.date:
        ways = [_dates("moment_left", "moment_right"), *([] if _compared(reading) else ways)]
    tried = ways[0] if len(ways) == 1 else f"COALESCE({', '.join(ways)})"
    return f"(CASE WHEN {filled} THEN NULL ELSE {tried} END)"


def step_forms(rows: str, readings: Sequence[Reading]) -> str:
    """Rows with what their values are read as: plain (numbers in text), number, moment, of each side.

    Of words only those are numbers that have a sign beside one.
    """
    left, right = sql.name("left"), sql.name("right")
    numbers = {
        one.place: one.numbers(left, right) if one.number else _marked_numbers(left, right)
        for one in readings
        if not one.date
    }
    moments = {one.place: one.moments(left, right) for one in readings if one.date}
    cells = []
    for side, name in enumerate(SIDES):
        plain = by_field({place: forms[side] for place, forms in numbers.items()}, "CAST(NULL AS VARCHAR)")
        moment = by_field({place: forms[side] for place, forms in moments.items()}, "CAST(NULL AS TIMESTAMP)")
        cells += [f"{plain} AS plain_{name}", f"{moment} AS moment_{name}"]
    forms = f"SELECT *, {', '.join(cells)} FROM ({rows}) AS cells"  # noqa: S608 - steps of ours
    decimals = ", ".join(f"TRY_CAST(plain_{side} AS DECIMAL(38, 9)) AS number_{side}" for side in SIDES)
    return f"SELECT *, {decimals} FROM ({forms}) AS forms"  # noqa: S608 - steps of ours


def _compared(reading: Reading) -> bool:
    """Whether the values are compared as what they are read as; if not, their texts may differ in the old ways too."""
    return reading.comparison in (reading.number, reading.date)


def _without(cell: str, characters: str) -> str:
    """A cell without some characters; an expression finds them seven times as fast as TRANSLATE does."""
    return f"REGEXP_REPLACE({cell}, {sql.text(f'[{re.escape(characters)}]+')}, '', 'g')"


def _texts(left: str, right: str) -> str:
    plain = [f"LOWER(STRIP_ACCENTS({cell}))" for cell in (left, right)]
    bare = [_without(cell, _SPACES + _PUNCTUATION) for cell in plain]
    numeric = " AND ".join(f"TRY_CAST({cell} AS DOUBLE) IS NOT NULL" for cell in (left, right))
    zeros = " AND ".join(f"REGEXP_MATCHES({cell}, {sql.text(_WHOLE_NUMBER)})" for cell in (left, right))
    words = ", ".join((_case(left, right), _accents(left, right), _punctuation(*plain), _space(*plain)))
    return (
        f"(CASE WHEN LTRIM({left}, '0') = LTRIM({right}, '0') AND {zeros} THEN 'zeros' "
        f"WHEN {bare[0]} <> {bare[1]} THEN {_otherwise_alike(left, right)} "
        f"WHEN {bare[0]} = '' OR ({numeric}) THEN NULL ELSE NULLIF(CONCAT_WS('+', {words}), '') END)"
    )


def _otherwise_alike(left: str, right: str) -> str:
    """Of texts with other letters or digits: numbers with a sign beside them, and letters that are written as two.

    Short on purpose: all of an expression takes memory, even what is never asked.
    """
    cased = [_without(_recased(f"STRIP_ACCENTS({cell})"), _SPACES + _PUNCTUATION) for cell in (left, right)]
    special = " OR ".join(f"CONTAINS({cell}, {sql.text(letter)})" for cell in (left, right) for letter, _ in _RECASED)
    letters = f"WHEN {cased[0]} = {cased[1]} THEN 'accents' WHEN LOWER({cased[0]}) = LOWER({cased[1]}) THEN 'case'"
    return (
        f"(CASE WHEN number_left IS NOT NULL AND number_right IS NOT NULL THEN {_marked(left, right)} "
        f"WHEN {special} THEN CASE {letters} END END)"
    )


def _recased(cell: str) -> str:
    """A cell whose letters survive upper case and back."""
    for letter, others in _RECASED:
        cell = f"REPLACE({cell}, {sql.text(letter)}, {sql.text(others)})"
    return cell


def _may_be_marked(left: str, right: str) -> str:
    """Whether both may be numbers, one of them with a sign beside it; most texts end or begin with a letter."""
    ends = [f"{end}({cell}, 1)" for cell in (left, right) for end in ("LEFT", "RIGHT")]
    letters = " OR ".join(f"{end} BETWEEN 'A' AND 'z'" for end in ends)
    marks = " OR ".join(f"({end} <> '' AND CONTAINS({sql.text(_MARKS)}, {end}))" for end in ends)
    return f"(CASE WHEN {letters} THEN FALSE ELSE {marks} END)"


def _marked_numbers(left: str, right: str) -> tuple[str, str]:
    """Two cells as plain numbers in text where one of them at least has a sign beside it, NULL where they are none."""
    one, two = (f"NULLIF(REGEXP_EXTRACT({cell}, {sql.text(_MARKED_NUMBER)}, 1), '')" for cell in (left, right))
    marked = _may_be_marked(left, right)
    return f"(CASE WHEN {marked} THEN {one} END)", f"(CASE WHEN {marked} THEN {two} END)"


def _marked(left: str, right: str) -> str:
    """How numbers with a sign beside them are the same, NULL where they are not."""
    a, b = "number_left", "number_right"
    places = _places("plain_left"), _places("plain_right")
    fewer = [f"GREATEST({cell} - 2, 0)" for cell in places]
    percent = [f"CONTAINS({cell}, '%')" for cell in (left, right)]
    of_right = _same_numbers(a, f"({b} * 100)", places[0], fewer[1])
    of_left = _same_numbers(f"({a} * 100)", b, fewer[0], places[1])
    return (
        f"COALESCE('punctuation+' || {_same_numbers(a, b, *places)}, "
        f"CASE WHEN {percent[0]} AND NOT {percent[1]} THEN {_percent(of_right)} "
        f"WHEN {percent[1]} AND NOT {percent[0]} THEN {_percent(of_left)} END)"
    )


def _percent(same: str) -> str:
    return f"'percent' || (CASE {same} WHEN 'notation' THEN '' WHEN 'rounding' THEN '+rounding' END)"


def _case(left: str, right: str) -> str:
    bare = [_without(f"STRIP_ACCENTS({cell})", _SPACES + _PUNCTUATION) for cell in (left, right)]
    upper = [f"{cell} = UPPER({cell})" for cell in bare]
    lower = [f"{cell} = LOWER({cell})" for cell in bare]
    return (
        f"CASE WHEN {bare[0]} = {bare[1]} THEN NULL "
        f"WHEN ({upper[0]} AND {lower[1]}) OR ({lower[0]} AND {upper[1]}) THEN 'case' "
        f"WHEN {upper[0]} OR {upper[1]} THEN 'upper' WHEN {lower[0]} OR {lower[1]} THEN 'lower' ELSE 'case' END"
    )


def _accents(left: str, right: str) -> str:
    bare = [_without(f"LOWER({cell})", _SPACES + _PUNCTUATION) for cell in (left, right)]
    return f"CASE WHEN {bare[0]} <> {bare[1]} THEN 'accents' END"


def _punctuation(left: str, right: str) -> str:
    bare = [_without(cell, _SPACES) for cell in (left, right)]
    return f"CASE WHEN {bare[0]} <> {bare[1]} THEN 'punctuation' END"


def _space(left: str, right: str) -> str:
    a, b = (_without(cell, _PUNCTUATION) for cell in (left, right))
    ends = {
        "trailing": [f"RTRIM({cell}, {sql.text(_SPACES)})" for cell in (a, b)],
        "leading": [f"LTRIM({cell}, {sql.text(_SPACES)})" for cell in (a, b)],
        "outer": [f"TRIM({cell}, {sql.text(_SPACES)})" for cell in (a, b)],
        "doubled": [f"REGEXP_REPLACE({cell}, '[\\s\N{NO-BREAK SPACE}]+', ' ', 'g')" for cell in (a, b)],
    }
    tried = " ".join(f"WHEN {ours} = {theirs} THEN {sql.text(word)}" for word, (ours, theirs) in ends.items())
    return f"CASE WHEN {a} = {b} THEN NULL {tried} ELSE 'space' END"


def _numbers(left: str, right: str) -> str:
    """Of two plain numbers: the same in another notation, the opposite, or one rounded or cut off to the other."""
    a, b = "number_left", "number_right"
    same = _same_numbers(a, b, _places(left), _places(right))
    return f"(CASE WHEN {a} = -{b} AND {a} <> 0 THEN 'sign' ELSE {same} END)"


def _places(cell: str) -> str:
    return f"LENGTH(REGEXP_EXTRACT({cell}, '\\.([0-9]*)', 1))"


def _same_numbers(a: str, b: str, a_places: str, b_places: str) -> str:
    """``notation`` where two numbers are the same, ``rounding`` where one is the other with fewer decimals, or NULL.

    Numbers that are the same but for decimals beyond those that are read are rounded.
    """
    apart = f"CAST(ABS({a} - {b}) AS DOUBLE) * POW(10, LEAST({a_places}, {b_places}))"
    finer = f"(ABS({a}) - ABS({b})) * ({a_places} - {b_places}) >= 0"  # the one with more decimals is the greater
    return (
        f"(CASE WHEN {a} = {b} THEN CASE WHEN GREATEST({a_places}, {b_places}) > {_DECIMALS} THEN 'rounding' "
        f"ELSE 'notation' END WHEN ABS({a} - {b}) >= 1 THEN NULL WHEN {a_places} <> {b_places} AND "
        f"({apart} <= 0.5000001 OR ({apart} < 0.9999999 AND {finer})) THEN 'rounding' END)"
    )


def _dates(left: str, right: str) -> str:
    """Of two moments: the same written in another way, or one without its time of day."""
    midnight = " OR ".join(f"{cell} = CAST(CAST({cell} AS DATE) AS TIMESTAMP)" for cell in (left, right))
    return (
        f"(CASE WHEN {left} = {right} THEN 'notation' "
        f"WHEN CAST({left} AS DATE) = CAST({right} AS DATE) AND ({midnight}) THEN 'time' END)"
    )


def constant(reading: Reading) -> str:
    """What turns the left value into the right one: ``days:``, ``minutes:`` or ``factor:`` and a number, or NULL.

    ``rounding`` is to whole numbers, whatever zeros are written; one alone may be a change.
    """
    if reading.number:
        a, b = "CAST(number_left AS DOUBLE)", "CAST(number_right AS DOUBLE)"
        whole = f"ABS({a} - {b}) <= 0.5 AND ({a} = ROUND({b}) OR {b} = ROUND({a}))"
        return (
            f"(CASE WHEN {whole} THEN 'rounding' "
            f"WHEN {a} <> 0 AND {b} <> 0 AND {a} <> {b} THEN 'factor:' || CAST({_factor(a, b)} AS VARCHAR) END)"
        )
    if reading.date:
        seconds = "DATEDIFF('second', moment_left, moment_right)"
        signed = "CASE WHEN {0} > 0 THEN '+' ELSE '' END || CAST({0} AS VARCHAR)"
        days, minutes = (signed.format(f"(CAST({seconds} AS BIGINT) // {size})") for size in (86_400, 60))
        return (
            f"(CASE WHEN {seconds} = 0 THEN NULL WHEN {seconds} % 86400 = 0 THEN 'days:' || {days} "
            f"WHEN {seconds} % 60 = 0 THEN 'minutes:' || {minutes} END)"
        )
    return "CAST(NULL AS VARCHAR)"


def _factor(a: str, b: str) -> str:
    """What the left number is multiplied with, as it was chosen where the right one was rounded to cents since.

    Of factors with few decimals the shortest that gives the right number to the cent, or the left one as a divisor;
    only one that large numbers like these would hardly meet by chance. Else the ratio as it is.
    """
    half = 0.500001 / _CENTS
    cents = " AND ".join(f"ABS({x} * {_CENTS} - ROUND({x} * {_CENTS})) < 1e-6" for x in (a, b))
    tried = []
    for places in range(_SHORT + 1):
        apart = _TELLING * 10**places / _CENTS
        times, part = f"ROUND({b} / {a}, {places})", f"ROUND({a} / {b}, {places})"
        tried.append(f"WHEN ABS({a}) >= {apart} AND ABS({a} * {times} - {b}) <= {half} THEN {times}")
        divided = f"{part} <> 0 AND ABS({a} / {part} - {b}) <= {half}"
        tried.append(f"WHEN ABS({b}) >= {apart} AND {divided} THEN ROUND(1 / {part}, 9)")
    ratio = f"ROUND({b} / {a}, 9)"
    return f"(CASE WHEN {cents} THEN (CASE {' '.join(tried)} ELSE {ratio} END) ELSE {ratio} END)"


def shown_constant(detail: str) -> str:
    """A constant as a detail has it: ``factor:100.0`` without its needless digits."""
    kind, _, number = detail.partition(":")
    return f"factor:{_plain(Decimal(number)).replace(',', '')}" if kind == "factor" else detail
