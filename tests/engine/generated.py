"""Pairs of small tables in which everything that can go wrong between two exports happens often."""

from __future__ import annotations

import string
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.engine.oracle import Asked, Cell, Question, Row, Table

NUMBERS = (
    "0", "-0", "0.0", "1", "1.0", "+1", "01", "1.00", "-1", "0.1", "0.10", ".1", "0.3", "0.30000000000000004", "5.",
    "1e2", "100", "1E2", "1e-2", "0.01", "100.5", "101", "99", "1,000", "1000", "1.000", "1,000.5", "1000.5", "7",
    "007",
    "1234567890123456789012345678901234567890", "1234567890123456789012345678901234567891", "12345678901234567890.5",
    "1e25", "10000000000000000000000000", "3.0000000000000000000001", "3", "1e99", "123456789012.25", "-3", " 3 ",
)  # fmt: skip
COMMAS = ("1,5", "1,50", "1.000", "1000", "1.234,5", "1234,5", "0,125", "12", "12,0", "-1,5", "1.234.567", "1234567")
GROUPED = ("1,000", "1000", "12.50", "12.5", "1,234,567", "1234567", "1,000.25", "1000.25", "7", "0")
DATES = ("2024-01-31", "2024-02-01", "2024-2-1", "2023-12-31", "2024-02-29", "2024-03-01")
POINTED = ("31.01.2024", "01.02.2024", "1.2.2024", "29.02.2024", "01.03.2024", "05.06.24")
SLASHED = ("01/02/2024", "02/01/2024", "13/02/2024", "02/13/2024", "05/05/2024")
TIMES = ("2024-01-31 10:00:00", "2024-01-31 00:00:00", "2024-02-01 00:00:00", "31 Jan 2024", "1 feb 2024")
WORDS = ("yes", "Yes", "no", "N", "y", "1", "0", "true", " x ", "off", "maybe", "open", "Open", "closed")
TEXTS = (
    "Ann", "ann", "ANN ", " Ann", "A nn", "A  nn", "Ánn", "ánn", "A\u00a0nn", "straße", "漢字", "💩", 'say "hi"', "a,b",
    "two\nlines", "a\\b", "'; DROP TABLE narrow; --", "tab\there", "NULL", "nan", "=1+1", "c0",
)  # fmt: skip
KEYS = ("1", "2", "3", "01", "a", "A", " a", "a ", "É", "é", "b,c", 'q"q', "x\ny", "", "", "007", "7", "c0", "left")
NAMES = (
    "value",
    "key",
    "left",
    "right",
    "field",
    "kind",
    "c0",
    "l0",
    "j0",
    "a=b",
    "a:date",
    'x"; DROP TABLE narrow; --',
    "ü, n",
)
ANY = st.sampled_from((*NUMBERS, *COMMAS, *DATES, *POINTED, *SLASHED, *TIMES, *WORDS, *TEXTS)) | st.text(
    string.ascii_letters + string.digits + "éÉß漢 ,;'\"%_|", max_size=6
)


@dataclass(frozen=True)
class Case:
    question: Question
    left: Table
    right: Table


def _asked() -> st.SearchStrategy[tuple[Asked, tuple[str, ...]]]:
    """How a field is compared, and what it mostly holds."""
    flags = st.sets(st.sampled_from(["case", "outer", "space", "accents"]), min_size=1).map(
        lambda some: "+".join(sorted(some))
    )
    tolerance = st.sampled_from(["", "0.01", "1", "0.5", "100", "1%", "0.5%", "50%", "0.000000001"])
    days = st.sampled_from(["0", "1", "2", "40"])
    formats = st.sampled_from(
        ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d/%m/%Y|%Y-%m-%d", "%Y-%m-%d|%d.%m.%Y|%d.%m.%y"]
    )
    words = st.lists(
        st.tuples(st.sampled_from((*WORDS, "")), st.sampled_from((*WORDS, ""))),
        unique_by=lambda pair: pair[0],
        max_size=5,
    )
    pools = st.sampled_from([NUMBERS, COMMAS, GROUPED, DATES, POINTED, SLASHED, TIMES, TEXTS, WORDS])
    return st.one_of(
        st.tuples(st.just(Asked()), pools),
        st.tuples(st.just(Asked()), pools),
        st.tuples(st.just(Asked("exact")), pools),
        st.tuples(tolerance.map(lambda given: Asked("number", given)), st.sampled_from([NUMBERS, COMMAS, GROUPED])),
        st.tuples(
            st.tuples(days, formats).map(lambda given: Asked("date", ",".join(given))),
            st.sampled_from([DATES, POINTED, SLASHED, DATES + POINTED + TIMES]),
        ),
        st.tuples((flags | st.just("")).map(lambda given: Asked("text", given)), st.just(TEXTS)),
        st.tuples(words.map(lambda given: Asked("mapped", mapping=tuple(given))), st.just(WORDS)),
        st.tuples(st.just(Asked("boolean")), st.just(WORDS)),
    )


@st.composite
def cases(draw: st.DrawFn, *, most_rows: int = 14) -> Case:
    """Two tables with the same key, fields in any order, and what is asked of them."""
    width = draw(st.sampled_from([1, 1, 1, 2, 2, 3]))
    fields = draw(st.lists(_asked(), min_size=0, max_size=5))
    names = draw(st.permutations(NAMES))[: width + len(fields)]
    theirs = [draw(st.sampled_from([name, name, f"{name} there"])) for name in names]
    apart = draw(st.booleans()) and draw(st.booleans())
    columns = [_values(pool, draw(st.sampled_from([0, 0, 1]))) for _, pool in fields]
    keys = [st.sampled_from(KEYS if draw(st.booleans()) else KEYS[:9]) for _ in range(width)]
    row = st.tuples(*keys, *columns).map(lambda cells: _empty_cells(list(cells), apart=apart))
    left_rows = draw(st.lists(row, max_size=most_rows))
    right_rows = [
        *_changed(draw, left_rows, columns, width, apart=apart),
        *draw(st.lists(row, max_size=most_rows // 2)),
    ]
    question = Question(
        key=list(zip(names[:width], theirs[:width], strict=True)),
        pairs=list(zip(names[width:], theirs[width:], strict=True)),
        asked={name: asked for name, (asked, _) in zip(names[width:], fields, strict=True)},
        key_fold=draw(st.booleans()) and draw(st.booleans()),
        distinguish_null=apart,
    )
    order = draw(st.permutations(range(len(theirs))))
    # A line that is the header again is rejected, which is another test's business.
    left = Table(list(names), [cells for cells in left_rows if cells != list(names)])
    others = [[cells[place] for place in order] for cells in right_rows if cells != theirs]
    return Case(question, left, Table([theirs[place] for place in order], others))


def _values(pool: tuple[str, ...], strange: int) -> st.SearchStrategy[str]:
    usual = st.sampled_from((*pool, *pool[:3], ""))
    return usual | ANY if strange else usual


def _empty_cells(cells: list[str], *, apart: bool) -> Row:
    """Empty texts; every other one NULL where that is told apart, all of them where it is not."""
    return [None if not cell and (not apart or place % 2) else cell for place, cell in enumerate(cells)]


def _changed(
    draw: st.DrawFn, rows: list[Row], columns: list[st.SearchStrategy[str]], width: int, *, apart: bool
) -> list[Row]:
    """Most of the rows, in another order, some cells changed, some null made empty."""
    kept: list[Row] = []
    for row in draw(st.permutations(rows)):
        change = draw(st.integers(0, 5))
        if change == 0:
            continue
        cells: list[Cell] = list(row)
        if change > 2 and columns:
            place = draw(st.integers(0, len(columns) - 1))
            cells[width + place] = draw(columns[place]) or (None if not apart or draw(st.booleans()) else "")
        kept.append(cells)
    return kept
