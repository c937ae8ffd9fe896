"""``auto`` looks at both columns whole, and one cell anywhere can turn a guess down."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine import sampling
from reconcile.engine.results import Comparison
from tests.engine import driving
from tests.engine.oracle import Row, Table

NEITHER = "not every value is a number or a date written in one way"
KEY = (("id", "id"),)


@pytest.fixture
def bench(tmp_path: Path) -> driving.Bench:
    return driving.Bench(tmp_path)


def compared(
    bench: driving.Bench, left: list[Row], right: list[Row], rule: engine.Rule | None = None
) -> tuple[Comparison, list[str]]:
    """Two tables of id and value; the ids whose values differ."""
    files = [
        driving.write(Table(["id", "value"], rows), bench.folder / f"{side}.csv")
        for side, rows in (("left", left), ("right", right))
    ]
    spec = engine.CompareSpec(key=KEY, rules={"value": rule} if rule else {})
    found, rows_file = bench.compare(spec, files[0], files[1])
    return found, sorted(key for kind, key, *_ in driving.rows(rows_file) if kind == "differs")


def columns(bench: driving.Bench, left: list[str], right: list[str]) -> tuple[str, str, int]:
    """How two columns without a rule are compared, why, and how many cells differ."""
    tables: list[list[Row]] = [[[str(place), value] for place, value in enumerate(side)] for side in (left, right)]
    found, _ = compared(bench, tables[0], tables[1])
    return found.fields[0].comparison, found.fields[0].reason, found.fields[0].differing


@pytest.mark.parametrize(
    ("left", "right", "comparison", "differing"),
    [
        (["1", "2.50", ""], ["1.0", "2.5", ""], "number", 0),
        (["0.1", "0.30000000000000004"], ["0.10", "0.3"], "number", 1),
        (["123456789012345678901234567890123"], ["123456789012345678901234567890124"], "number", 1),
        (["123456789012345678901234567890123.0"], ["123456789012345678901234567890123"], "number", 0),
        (["1e3", "-0", "5E-1"], ["1000", "0", "0.5"], "number", 0),
        (["1,000", "12.50"], ["1000", "12.5"], "number", 0),
        (["1.234,5", "7"], ["1234.5", "7.0"], "number", 0),
        (["007", "8"], ["7", "8"], "exact", 1),
        (["4111111111111111"], ["4111111111111112"], "number", 1),
        (["2024-01-31"], ["31.01.2024"], "date", 0),
        (["2024-01-31 00:00:00"], ["2024-01-31"], "date", 0),
        (["2024-01-31 00:00:01"], ["2024-01-31"], "date", 1),
        (["4 May 2024"], ["04.05.2024", ""], "date", 0),
        (["05.01.24", "06.02.2024"], ["05.01.24", "06.02.2024"], "exact", 0),
        (["", ""], ["", ""], "exact", 0),
        (["", ""], ["1", "2"], "number", 2),
        (["yes"], ["Yes"], "exact", 1),
        ([" 1"], ["1"], "exact", 1),
    ],
)  # fmt: skip
def test_what_fits_every_value_is_chosen(
    bench: driving.Bench, left: list[str], right: list[str], comparison: str, differing: int
) -> None:
    chosen, _, count = columns(bench, left, right)
    assert (driving.kind(chosen), count) == (comparison, differing)


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        (["01/02/2024"], ["02/01/2024"], "they look like dates, but day and month cannot be told apart"),
        (["05/05/2024"], ["05/05/2024"], "they look like dates, but day and month cannot be told apart"),
        (["1,234"], ["1234"], "they look like numbers, but a comma could group thousands or mark decimals"),
        (["12", "abc"], ["12", "13"], NEITHER),
    ],
)
def test_what_cannot_be_told_stays_text_and_a_sentence_says_so(
    bench: driving.Bench, left: list[str], right: list[str], sentence: str
) -> None:
    assert columns(bench, left, right)[:2] == ("exact text", sentence)


def test_the_same_text_is_two_dates_where_the_sides_write_day_and_month_in_turn(bench: driving.Bench) -> None:
    assert columns(bench, ["13/01/2024", "02/01/2024"], ["01/13/2024", "02/01/2024"])[2] == 1


def test_the_same_text_is_two_numbers_where_one_side_has_a_decimal_comma(bench: driving.Bench) -> None:
    assert columns(bench, ["1.234", "2,5"], ["1.234", "2.5"])[2] == 1


ROWS: list[Row] = [[str(number), f"{number}.0"] for number in range(4_000)]


@pytest.fixture
def _sample_of_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are small here, so what the sample sees is made smaller still: the first few kilobytes."""
    monkeypatch.setattr(sampling, "_WHOLE_UP_TO", 0)
    monkeypatch.setattr(sampling, "_PLACES", 1)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([*ROWS[:1000], ["2000", "x"], *ROWS[1000:2000], *ROWS[2001:]], [["2000", "x"]]),
        ([*ROWS[:2000], ["only", "x"], *ROWS[2000:]], []),
        ([*ROWS[:2000], ["2001", "x"], *ROWS[2000:]], []),
        ([*ROWS[:2000], ["again", "7"], ["again", "x"], *ROWS[2000:]], [["again", "8"], ["again", "9"]]),
    ],
    ids=["equal cells", "a one-sided row", "a repeated key", "a key repeated on both sides"],
)
@pytest.mark.usefixtures("_sample_of_the_head")
def test_one_cell_beyond_the_sample_turns_a_guess_down(bench: driving.Bench, left: list[Row], right: list[Row]) -> None:
    found, differing = compared(bench, left, [[key, str(value).removesuffix(".0")] for key, value in ROWS[:5]] + right)
    assert (found.fields[0].comparison, found.fields[0].reason) == ("exact text", NEITHER)
    assert differing == ["0", "1", "2", "3", "4"]


@pytest.mark.usefixtures("_sample_of_the_head")
@pytest.mark.parametrize("side", [0, 1])
def test_a_decimal_comma_beyond_the_sample_counts_for_the_whole_column(bench: driving.Bench, side: int) -> None:
    plain: list[Row] = [[str(number), "1,234"] for number in range(4_000)]
    marked: list[Row] = [*plain[:2_000], ["comma", "1,5"], *plain[2_000:]]
    tables: list[list[Row]] = [marked, [["1", "1.234"], ["2", "1,234"], ["comma", "1.5"]]]
    found, differing = compared(bench, tables[side], tables[1 - side], engine.Rule("number"))
    assert found.fields[0].comparison == "number"
    assert differing == ["2"]


@pytest.mark.parametrize(
    ("left", "right", "tolerance", "same"),
    [
        ("100", "101", "1%", True),
        ("101", "100", "1%", True),
        ("100", "101.02", "1%", False),
        ("-100", "100", "200%", True),
        ("-100", "100", "199.9%", False),
        ("0", "0.0000001", "50%", False),
        ("0.1", "0.2", "0.1", True),
        ("0.1", "0.2000000000000001", "0.1", False),
        ("99999999999999999999.5", "99999999999999999999.6", "0.1", True),
        ("99999999999999999999.5", "99999999999999999999.7", "0.1", False),
        ("123456789012.25", "123456789012.26", "0.001%", True),
        ("12,5", "12.6", "0.1", True),
        ("7", "007", "0", True),
        ("7", "seven", "1000", False),
        ("1000000000000000000000000000000000000000", "1e39", "0", True),
    ],
)
def test_tolerances_are_exact_and_the_same_from_both_sides(
    bench: driving.Bench, left: str, right: str, tolerance: str, *, same: bool
) -> None:
    rule = engine.Rule("number", tolerance)
    for one, other in ((left, right), (right, left)):
        assert compared(bench, [["1", one]], [["1", other]], rule)[1] == ([] if same else ["1"])
