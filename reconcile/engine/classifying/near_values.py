"""Two cells of one column in SQL: what is compared of them, when they are nearly the same, by what they can be found.

A cell is a SQL expression of type VARCHAR. Texts are compared without case, accents, space and punctuation; numbers
and dates as they are, or without their format where two systems write them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

Kind = Literal["number", "date", "code", "address", "words", "text"]

_DATE = r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$"
_NUMBER = r"^[-+]?[0-9][0-9.,]*\s?%?$"
SHAPES = (
    f"REGEXP_MATCHES(v, '{_DATE}')",
    f"REGEXP_MATCHES(v, '{_NUMBER}')",
    r"REGEXP_MATCHES(v, '\d')",
    "v LIKE '%@%' OR v LIKE '%/%/%'",
    r"LENGTH(REGEXP_REPLACE(v, '\PL', '', 'g')) < 0.3 * LENGTH(v)",
)
_ALWAYS, _MOSTLY, _SELDOM = 0.95, 0.5, 0.1
_LONG_NAME, _MANY_WORDS = 40, 5


def kind_of(shape: Sequence[float], length: float, words: float) -> Kind:
    """What a column holds, by the shares of its cells that have the shapes of ``SHAPES``, mean letters and words."""
    date, number, digits, address, few_letters = shape
    if date >= _ALWAYS:
        return "date"
    if number >= _ALWAYS:
        return "number"
    if address >= _MOSTLY:
        return "address"
    if few_letters >= _MOSTLY or (digits >= _MOSTLY and words < 1.3):
        return "code"
    if digits < _SELDOM and address < _SELDOM and length <= _LONG_NAME and words <= _MANY_WORDS:
        return "words"
    return "text"


def plain(cell: str) -> str:
    """Without case and accents; the longer way is taken for cells with letters beyond ASCII alone."""
    return f"CASE WHEN STRLEN({cell}) = LENGTH({cell}) THEN LOWER({cell}) ELSE STRIP_ACCENTS(LOWER({cell})) END"


def _replaced(text: str, characters: str, by: str) -> str:
    for character in characters:
        text = f"REPLACE({text}, '{character * (2 if character == chr(39) else 1)}', '{by}')"
    return text


def bare(plain_cell: str) -> str:
    """A plain cell without space and punctuation."""
    return _replaced(plain_cell, " -.,/'()", "")


def squeezed(cell: str) -> str:
    """Without case, accents, space and punctuation."""
    return bare(f"({plain(cell)})")


def parted(plain_cell: str) -> str:
    """The words of a plain cell."""
    return f"LIST_FILTER(STRING_SPLIT({_replaced(plain_cell, '-.,/()', ' ')}, ' '), lambda w: w <> '')"


def words(cell: str) -> str:
    """The words of a cell, without case and accents."""
    return parted(f"({plain(cell)})")


def compared(kind: Kind, cell: str, *, across: bool) -> str:
    """What has to be the same of two cells that agree; ``across``: of cells of two systems."""
    if kind == "number":
        return _number(cell) if across else f"TRIM({cell})"
    if kind == "date":
        groups = f"LIST_TRANSFORM(REGEXP_EXTRACT_ALL({cell}, '\\d+')[1:3], lambda d: LTRIM(d, '0'))"
        return f"ARRAY_TO_STRING(LIST_SORT({groups}), ' ')" if across else f"TRIM({cell})"
    return squeezed(cell)


def _number(cell: str) -> str:
    """Digits without grouping and outer zeros: a comma or point before one or two last digits is decimal."""
    digits = f"LTRIM(REGEXP_REPLACE(REGEXP_REPLACE({cell}, '[.,]\\d{{1,2}}\\D*$', ''), '\\D', '', 'g'), '0')"
    decimals = f"RTRIM(REGEXP_EXTRACT({cell}, '[.,](\\d{{1,2}})\\D*$', 1), '0')"
    return f"CASE WHEN {cell} LIKE '-%' THEN '-' ELSE '' END || {digits} || '.' || {decimals}"


def nearly(kind: Kind, one: str, two: str, words_of: tuple[str, str], frequent: str) -> str:
    """Whether two cells that do not agree look like the same written twice.

    ``one`` and ``two`` are squeezed, ``words_of`` lists of their words, ``frequent`` one of words that say little.
    Digits have to be the same where both have some; then few letters differ, or one has all words of the other, or
    only frequent words differ.
    """
    if kind in ("number", "date"):
        return "FALSE"
    if kind == "code":
        alike = f"STRLEN({one}) = STRLEN({two}) AND STRLEN({one}) >= 6 AND LEFT({one}, 1) = LEFT({two}, 1)"
        # Two digits in the wrong order; one other digit is a neighbour's number.
        turned = f"CASE WHEN HAMMING({one}, {two}) = 2 THEN DAMERAU_LEVENSHTEIN({one}, {two}) = 1 ELSE FALSE END"
        return f"CASE WHEN {alike} THEN {turned} ELSE FALSE END"
    digits = [f"REGEXP_REPLACE({cell}, '[^0-9]', '', 'g')" for cell in (one, two)]
    same_digits = f"({digits[0]} = {digits[1]} OR {digits[0]} = '' OR {digits[1]} = '')"
    shortest = f"LEAST(LENGTH({one}), LENGTH({two}))"
    # Cases, not AND: they are asked for one after another, the costly one last.
    like = f"LEFT({one}, 1) = LEFT({two}, 1) AND {shortest} >= 4 AND ABS(LENGTH({one}) - LENGTH({two})) <= 3"
    few_letters = (
        f"CASE WHEN {like} THEN CASE WHEN JARO_WINKLER_SIMILARITY({one}, {two}) >= 0.85 "
        f"THEN DAMERAU_LEVENSHTEIN({one}, {two}) <= LEAST(3, 1 + {shortest} // 8) ELSE FALSE END ELSE FALSE END"
    )
    if kind == "address":
        return f"CASE WHEN {like} THEN CASE WHEN {same_digits} THEN {few_letters} ELSE FALSE END ELSE FALSE END"
    left, right = words_of
    shares = (
        f"(CONTAINS({two}, {left}[1]) OR CONTAINS({one}, {right}[1]) OR JARO_WINKLER_SIMILARITY({one}, {two}) >= 0.75)"
    )
    alike = f"CASE WHEN {few_letters} THEN TRUE WHEN {shares} THEN {_same_words(left, right, frequent)} ELSE FALSE END"
    return f"CASE WHEN {same_digits} THEN {alike} ELSE FALSE END"


def _same_words(left: str, right: str, frequent: str) -> str:
    """Whether all words of one, or all but frequent ones of both, are in the other; a letter may be an initial."""
    mine, theirs = _left_over(left, right), _left_over(right, left)
    rare = [
        f"LEN(LIST_FILTER({left_over}, lambda w: NOT LIST_CONTAINS({frequent}, w)))" for left_over in (mine, theirs)
    ]
    shared = f"LIST_FILTER({left}, lambda w: NOT LIST_CONTAINS({mine}, w) AND NOT LIST_CONTAINS({frequent}, w))"
    letters = f"COALESCE(LIST_SUM(LIST_TRANSFORM({shared}, lambda w: LENGTH(w))), 0)"
    return f"({letters} >= 4 AND LEAST({rare[0]}, {rare[1]}) = 0)"


def _left_over(words_of: str, others: str) -> str:
    same = (
        "o = w OR (LEAST(LENGTH(o), LENGTH(w)) = 1 AND o[1] = w[1]) OR (LEAST(LENGTH(o), LENGTH(w)) >= 4 AND "
        "ABS(LENGTH(o) - LENGTH(w)) <= 1 AND DAMERAU_LEVENSHTEIN(o, w) <= 1)"
    )
    return f"LIST_FILTER({words_of}, lambda w: LEN(LIST_FILTER({others}, lambda o: {same})) = 0)"


Code = Callable[[str], str]


def _first_words(cell: str) -> str:
    first, second = (f"LEFT(SPLIT_PART({plain(cell)}, ' ', {place}), 3)" for place in (1, 2))
    return f"LEAST({first}, {second}) || GREATEST({first}, {second})"


def _beginning(cell: str) -> str:
    return f"LEFT({plain(cell)}, 3)"


def _end(cell: str) -> str:
    return f"RIGHT({plain(cell)}, 4)"


codes: tuple[Code, ...] = (_first_words,)
"""What survives a misspelling of a text and is rare by itself: beginnings of two words in order of the alphabet."""
ends: tuple[Code, ...] = (_beginning, _end)
"""What survives one and is rare only beside another value."""
