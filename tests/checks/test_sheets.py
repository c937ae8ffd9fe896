"""CSV and XLSX that a spreadsheet opens without running any of it."""

import csv
import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from reconcile.checks import sheets


def read_csv(rows: list[sheets.Row]) -> list[list[str]]:
    text = b"".join(sheets.csv_pieces(["A"], rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def read_xlsx(folder: Path, rows: list[sheets.Row], **options: tuple[int, ...]) -> list[list[object]]:
    path = folder / "made.xlsx"
    sheets.write_xlsx(path, "Sheet", ["A"], rows, **options)
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)[1:]  # type: ignore[return-value]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1+1",
        "\rA",
        " =1+1",
        '"=1+1',
        "'=1+1",
        "\N{NO-BREAK SPACE}=1+1",
        "\N{ZERO WIDTH NO-BREAK SPACE}=1+1",
        "\N{FULLWIDTH EQUALS SIGN}1+1",
        "=HYPERLINK(\"http://example.com\")",
        "-2+3+cmd|' /C calc'!A0",
        "+49 170 1234567",
        "-",
        "--5",
    ],
)  # fmt: skip
def test_what_looks_like_a_formula_gets_an_apostrophe_in_csv(text: str) -> None:
    assert read_csv([[text]]) == [[f"'{text}"]]


@pytest.mark.parametrize(
    "text", ["-5.2", "+5", "-1,234.50", "1e5", "-5%", "007", "2026-11-20", "a=b", "", "C-0001", "x@example.com"]
)
def test_numbers_and_plain_text_stay_in_csv(text: str) -> None:
    assert read_csv([[text]]) == [[text]]


def test_csv_keeps_line_breaks_quotes_and_any_letter() -> None:
    assert read_csv([['a\r\nb "c", d', "é \N{GRINNING FACE}"], [None, 3]]) == [
        ['a\r\nb "c", d', "é \N{GRINNING FACE}"],
        ["", "3"],
    ]


def test_half_a_letter_does_not_stop_the_csv() -> None:
    assert read_csv([["a\ud800b"]]) == [["a?b"]]


@pytest.mark.parametrize(
    ("text", "cell"), [("-5.2", -5.2), ("0", 0.0), ("42", 42.0), ("123456789012345", 123456789012345.0)]
)
def test_a_number_that_a_spreadsheet_keeps_exactly_is_a_number(tmp_path: Path, text: str, cell: float) -> None:
    assert read_xlsx(tmp_path, [[text]]) == [[cell]]


@pytest.mark.parametrize(
    "text", ["007", "12345678901234567890", "1.50", "1e5", "+5", "-0", "2026-11-20", "=1+1", "1,000", ".5"]
)
def test_what_only_looks_like_a_number_stays_text(tmp_path: Path, text: str) -> None:
    assert read_xlsx(tmp_path, [[text]]) == [[text]]


def test_a_column_of_texts_has_no_numbers(tmp_path: Path) -> None:
    assert read_xlsx(tmp_path, [["42", "42"]], texts=(0,)) == [["42", 42.0]]


def test_formulas_and_addresses_are_only_text_in_xlsx(tmp_path: Path) -> None:
    assert read_xlsx(tmp_path, [["=1+1", "http://example.com", "_x0041_"]]) == [
        ["=1+1", "http://example.com", "_x0041_"]
    ]


def test_characters_that_xml_cannot_hold_are_shown_as_signs(tmp_path: Path) -> None:
    assert read_xlsx(tmp_path, [["a\x00b\x1fc\ufffe\ud800"]]) == [
        ["a\N{SYMBOL FOR NULL}b\N{SYMBOL FOR UNIT SEPARATOR}c\ufffd\ufffd"]
    ]


@pytest.mark.parametrize("letter", ["x", "\N{GRINNING FACE}"])
def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path, letter: str) -> None:
    [[cell]] = read_xlsx(tmp_path, [[letter * 40_000]])
    assert isinstance(cell, str)
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith(" … cut, 40,000 characters")


def test_what_does_not_fit_on_a_sheet_goes_on_on_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_OF_SHEET", 3)
    path = tmp_path / "made.xlsx"
    sheets.write_xlsx(path, "Found", ["A"], [[number] for number in range(5)])
    book = CalamineWorkbook.from_path(str(path))
    assert {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names} == {
        "Found": [["A"], [0.0], [1.0]],
        "Found 2": [["A"], [2.0], [3.0]],
        "Found 3": [["A"], [4.0]],
    }


def test_rows_that_just_fill_a_sheet_open_no_empty_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_OF_SHEET", 3)
    path = tmp_path / "made.xlsx"
    sheets.write_xlsx(path, "Found", ["A"], [[1], [2]])
    assert CalamineWorkbook.from_path(str(path)).sheet_names == ["Found"]
