"""Every dirty file anybody kept as a test: parsed with the balance holding, or refused in a sentence."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine.errors import StoppedUnexpectedly, TooMuchMemory, TooSlow
from reconcile.engine.limits import MB
from tests.engine import dirty_table
from tests.engine.dirty_table import DIRTY
from tests.engine.reading import Reading, reader

pytestmark = pytest.mark.shared
NEEDS_LINE = {"NotText", "HeaderWidth", "NoRowFits", "LineNotJson", "EncodingUnknown", "QuotesNeverClose"}


def test_every_file_is_parsed_or_refused_and_the_document_says_so() -> None:
    found = list(dirty_table.outcomes())
    assert len(found) == 1_388
    for outcome in found:
        assert outcome.seconds < 20, outcome.path
        if outcome.reading:
            export = outcome.reading.export
            assert export.balance.holds, outcome.path
            assert export.balance.rows == len(outcome.reading.rows), outcome.path
            assert export.balance.rejected == sum(int(line[1]) for line in outcome.reading.rejected), outcome.path
        else:
            assert outcome.path.name in str(outcome.refused)
            assert type(outcome.refused).__name__ not in NEEDS_LINE or re.search(r"line [\d,]+", str(outcome.refused))
    assert dirty_table.table(found) == dirty_table.written(), "python -m tests.engine.dirty_table"


@pytest.mark.slow
def test_whatever_is_scanned_in_place_reads_alike_record_by_record() -> None:
    from tests.engine.test_read_two_ways import difference

    paths = [path for path in dirty_table.files() if "compression" not in path.parts]
    with reader(*paths) as here:
        assert [found for path in paths if (found := difference(here, path))] == []


def _in_child(path: Path) -> None:
    outcome = _outcome(path)
    assert not isinstance(outcome, StoppedUnexpectedly | TooMuchMemory | TooSlow), f"{path}: {outcome}"
    assert path.name in str(outcome) if isinstance(outcome, engine.EngineError) else outcome.balance.holds


def _outcome(path: Path) -> engine.Export | engine.EngineError:
    try:
        return engine.read(path)
    except engine.EngineError as refused:
        return refused


def test_a_few_files_in_the_real_child() -> None:
    for path in dirty_table.files()[::200]:
        _in_child(path)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_all_files_in_the_real_child(part: int) -> None:
    for path in dirty_table.files()[part::8]:
        _in_child(path)


COPIES = (
    ("csvkit/test.xlsx", "csvkit/testxlsx_converted.csv"),
    ("csvkit/test.xls", "csvkit/testxls_converted.csv"),
    ("csvkit/test_utf8.csv", "csvkit/test_utf8_bom.csv"),
    ("csvkit/test_utf16_big.csv", "csvkit/test_utf16_little.csv"),
    ("csvkit/sheets.xlsx", "csvkit/sheets.xls"),
    ("csvkit/dummy.xlsx", "csvkit/dummy.csv"),
    ("csvkit/dummy.xls", "csvkit/dummy.tsv"),
    ("csv-spectrum/csvs/simple.csv", "csv-spectrum/csvs/simple_crlf.csv"),
    ("csv-spectrum/csvs/empty.csv", "csv-spectrum/csvs/empty_crlf.csv"),
    ("csv-test-data/csv/simple-crlf.csv", "csv-test-data/csv/simple-lf.csv"),
    ("csv-test-data/csv/quotes-with-space.csv", "csv-test-data/csv/quotes-with-space.csv"),
    ("agate/test_utf16_big.csv", "agate/test_utf16_little.csv"),
    ("agate/test.csv", "agate/test_crlf.csv"),
    ("agate/test.csv", "agate/test_cr.csv"),
    ("readr/tests/testthat/fixtures/eol-cr.csv", "readr/tests/testthat/fixtures/eol-lf.csv"),
    ("readr/tests/testthat/fixtures/eol-crlf.csv", "readr/tests/testthat/fixtures/eol-lf.csv"),
    ("readr/tests/testthat/fixtures/basic-df.csv", "readr/tests/testthat/fixtures/basic-df-singlequote.csv"),
    ("frictionless/table.xlsx", "frictionless/table.xls"),
    ("frictionless/table.ods", "frictionless/table.csv"),
    ("frictionless/sheet2.xlsx", "frictionless/sheet2.xls"),
    ("datatable/utf16be.txt", "datatable/utf16le.txt"),
)


@pytest.mark.parametrize(("one", "other"), COPIES)
def test_a_file_and_its_copy_in_another_form_hold_the_same(one: str, other: str) -> None:
    left, right = _read(one), _read(other)
    assert [list(map(_value, row)) for row in left.rows] == [list(map(_value, row)) for row in right.rows]


def _read(name: str) -> Reading:
    with reader(DIRTY / name) as here:
        return here.read(DIRTY / name)


def _value(cell: str | None) -> str:
    """What is the same in another form: 1 and 1.0, True and TRUE, a day with or without its midnight."""
    text = (cell or "").lower().replace("t00:00:00", "").replace(" 00:00:00", "")
    return re.sub(r"(?<=\d)t(?=\d)", " ", re.sub(r"^(\d+)\.0$", r"\1", text))


ROWS = (
    ("frictionless/table.csv", 2),
    ("csv-test-data/csv/header-no-rows.csv", 0),
    ("csv-test-data/csv/one-column.csv", 1),
    ("csv-spectrum/csvs/newlines.csv", 3),
    ("csv-spectrum/csvs/quotes_and_newlines.csv", 2),
    ("csv-spectrum/csvs/json.csv", 1),
    ("readr/inst/extdata/mtcars.csv", 32),
    ("readr/inst/extdata/challenge.csv", 2_000),
    ("csvkit/iris.csv", 150),
    ("csvkit/realdata/ne_1033_data.xlsx", 1_036),
    ("datatable/russellCRLF.csv", 19),
    ("datatable/russellCRCRLF.csv", 19),
)


@pytest.mark.parametrize(("name", "rows"), ROWS)
def test_a_known_file_has_its_rows(name: str, rows: int) -> None:
    assert _read(name).export.balance.rows == rows


def test_python_reads_the_clean_ones_alike() -> None:
    """An independent reader, on files without anything to recognise: no line rejected, UTF-8, comma, a header."""
    paths = [path for path in dirty_table.files() if path.suffix == ".csv"]
    compared = 0
    with reader(*paths) as here:
        for path in paths[::3]:
            try:
                found = here.read(path)
            except engine.EngineError:
                continue
            export = found.export
            plain = export.quote == '"' and export.delimiter == "," and not export.notes and export.balance.rows
            spaced = re.search(rb' "|" |\\"', path.read_bytes())  # ours takes these for syntax
            if (
                plain
                and not spaced
                and not export.balance.rejected
                and not export.balance.preamble
                and export.encoding == "UTF-8"
            ):
                compared += 1
                assert sorted(found.rows, key=repr) == sorted(_by_python(path, len(export.columns)), key=repr), path
    assert compared > 100


def _by_python(path: Path, width: int) -> list[tuple[str | None, ...]]:
    csv.field_size_limit(2 * MB)
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = [row[:width] for row in csv.reader(opened) if len(row) > 1 or any(map(str.strip, row))]
    return [tuple(cell or None for cell in row) for row in rows[1:]]
