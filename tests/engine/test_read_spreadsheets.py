"""Spreadsheets: which sheet, what a cell says, and what only looks like one or would not fit into memory."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from reconcile import engine
from reconcile.engine.errors import EngineError, TooMuchMemory
from reconcile.engine.limits import MB, Limits
from reconcile.engine.spec import ReadOptions
from tests.engine.reading import Reading, reader

Fill = Callable[[Any], None]
MANIFEST = """<?xml version="1.0"?><m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>"""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook(path: Path, fill: Fill, **options: object) -> Path:
    with xlsxwriter.Workbook(path, options) as book:
        fill(book)
    return path


def sheet(*rows: list[object], name: str = "Data") -> Fill:
    def fill(book: Any) -> None:
        made = book.add_worksheet(name)
        for number, row in enumerate(rows):
            made.write_row(number, 0, row)

    return fill


def read(path: Path, options: ReadOptions | None = None, limits: Limits | None = None) -> Reading:
    with reader(path) as here:
        return here.read(path, options or ReadOptions(), limits or Limits())


def with_sheet(path: Path, xml: bytes, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """The same workbook with other bytes for one part."""
    workbook(path, sheet(["a", "b"], [1, 2]))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()} | {part: xml}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def rows_xml(rows: str) -> bytes:
    start = '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return f"{start}<sheetData>{rows}</sheetData></worksheet>".encode()


@pytest.mark.parametrize("since_1904", [False, True])
def test_cells_say_what_the_sheet_shows(since_1904: bool, tmp_path: Path) -> None:  # noqa: FBT001
    moment = dt.datetime(2024, 2, 29, 13, 5, 6)  # noqa: DTZ001 - spreadsheets know no zone

    def fill(book: Any) -> None:
        made, form = book.add_worksheet(), book.add_format
        made.write_row(0, 0, ["n", "day", "moment", "time", "long", "yes", "share", "binary", "digits", "tiny", "text"])
        made.write_number(1, 0, 7)
        made.write_datetime(1, 1, moment.date(), form({"num_format": "dd/mm/yyyy"}))
        made.write_datetime(1, 2, moment, form({"num_format": "dd/mm/yyyy hh:mm:ss"}))
        made.write_datetime(1, 3, moment.time(), form({"num_format": "hh:mm:ss"}))
        made.write_datetime(1, 4, dt.timedelta(hours=30, minutes=5), form({"num_format": "[h]:mm:ss"}))
        made.write_boolean(1, 5, True)  # noqa: FBT003 - its signature
        made.write_number(1, 6, 0.125, form({"num_format": "0.0%"}))
        made.write_number(1, 7, 0.1 + 0.2)
        made.write_number(1, 8, 123456789012345)
        made.write_number(1, 9, -1e-7)
        made.write_string(1, 10, '007\n"x", y ')

    found = read(workbook(tmp_path / "a.xlsx", fill, date_1904=since_1904))
    assert found.rows == [
        ("7", "2024-02-29", "2024-02-29 13:05:06", "13:05:06", "30:05:00", "TRUE", "0.125", "0.3", "123456789012345",
         "-0.0000001", '007\n"x", y '),
    ]  # fmt: skip


def test_the_first_visible_sheet_with_rows_is_read_and_the_others_named(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("empty")
        book.add_worksheet("secret").write_row(0, 0, ["hidden"])
        sheet(["a"], [1], name="shown")(book)
        sheet(["b"], [2], name="other")(book)
        book.get_worksheet_by_name("secret").hide()

    path = workbook(tmp_path / "many.xlsx", fill)
    found = read(path)
    assert (found.export.sheet, found.export.columns) == ("shown", ("a",))
    assert found.export.notes == ("Sheet shown was read; the file also has: other.",)
    assert read(path, ReadOptions(sheet="other")).rows == [("2",)]
    assert read(path, ReadOptions(sheet="secret")).export.columns == ("hidden",)
    with pytest.raises(EngineError, match=r"many.xlsx has no sheet named May. It has: empty, secret, shown, other"):
        read(path, ReadOptions(sheet="May"))
    with pytest.raises(EngineError, match=r"many.xlsx has no column with a name or a value"):
        read(path, ReadOptions(sheet="empty"))


def test_what_stands_around_the_table_is_told_from_it(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        made = book.add_worksheet()
        made.merge_range(0, 1, 0, 3, "Quarterly report", book.add_format())
        for number, row in enumerate(
            (["id", "name", "n"], [1, "x", 2], [2, "y", 3], ["id", "name", "n"], [], [3, "z", 4])
        ):
            made.write_row(3 + number, 1, row)
        for number in range(60):
            made.write_blank(number, 40, None, book.add_format({"bold": True}))

    found = read(workbook(tmp_path / "a.xlsx", fill))
    assert found.export.columns[-3:] == ("id", "name", "n")
    assert [row[-3:] for row in found.rows] == [("1", "x", "2"), ("2", "y", "3"), ("3", "z", "4")]
    assert [(line, reason) for line, _, reason, _ in found.rejected] == [("7", "it is the header again")]
    assert found.export.balance.preamble == 3
    assert "1 merged area: only the first cell of each has a value." in found.export.notes
    assert found.export.balance.holds


def test_cells_with_errors_are_said(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        made = book.add_worksheet()
        made.write_row(0, 0, ["a", "b"])
        made.write_formula(1, 0, "=1/0", None, "#DIV/0!")
        made.write_string(1, 1, "x")

    found = read(workbook(tmp_path / "a.xlsx", fill))
    assert found.rows == [(None, "x")]
    assert found.export.notes == ("1 cell of the file with an error such as #DIV/0! read as empty.",)


@pytest.mark.parametrize(
    "name", ["export", "export.xls", "export.csv", "export.xlsb", "export.ods", "x" * 200 + ".pdf"]
)
def test_a_workbook_is_known_by_its_bytes(name: str, tmp_path: Path) -> None:
    made = workbook(tmp_path / "made.xlsx", sheet(["a", "b"], [1, 2]))
    shutil.move(made, tmp_path / name)
    assert read(tmp_path / name).rows == [("1", "2")]


def test_text_that_calls_itself_a_workbook_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text("a\tb\n1\tx\n")
    assert read(tmp_path / "a.xls").rows == [("1", "x")]


def _flagged(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        (_flagged, "protected with a password"),
        (lambda _: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "protected with a password"),
        (lambda _: OLE + bytes(2_000), "damaged or cut off"),
        (lambda path: path.read_bytes()[:-40], "damaged or cut off"),
        (lambda path: path.read_bytes()[:900], "damaged or cut off"),
        (lambda path: path.read_bytes().replace(b"xl/workbook.xml", b"xl/workbxxx.xml"), "damaged or cut off"),
        (lambda _: b"<html><table><tr><td>a</td></tr></table></html>", "is a web page"),
        (
            lambda _: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML document",
        ),
        (lambda _: b"\x09\x04\x06\x00\x00\x00\x10\x00", "a version before Excel 5"),
    ],
    ids=range(9),
)
def test_what_cannot_be_opened_is_refused(broken: Callable[[Path], bytes], sentence: str, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", sheet(["a", "b"], [1, 2]))
    path.write_bytes(broken(path))
    with pytest.raises(EngineError, match=r"^a.xlsx") as refused:
        read(path)
    assert sentence in str(refused.value)


def test_macros_are_carried_past(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsm", sheet(["a", "b"], [1, 2]))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", OLE + b"Sub AutoOpen()" * 99)
    assert read(path).rows == [("1", "2")]


def _bomb_of_cells(path: Path) -> Path:
    return with_sheet(path, rows_xml("<row>" + "<c><v>1</v></c>" * 200 + "</row>") + b" " * (60 * MB))


def _bomb_of_strings(path: Path) -> Path:
    return with_sheet(path, b"<sst>" + b"<si><t>aaaaaaaa</t></si>" * 3_000_000 + b"</sst>", "xl/sharedStrings.xml")


def _lying_directory(path: Path) -> Path:
    with_sheet(path, rows_xml("<row><c><v>1</v></c></row>" * 3_000_000))
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        name = content[place + 46 : place + 80]
        if name.startswith(b"xl/worksheets/sheet1.xml"):
            content[place + 24 : place + 28] = (1_000).to_bytes(4, "little")
        place = content.find(b"PK\x01\x02", place + 4)
    path.write_bytes(content)
    return path


def _far_corners(path: Path) -> Path:
    return with_sheet(
        path, rows_xml('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>')
    )


def _one_far_cell(path: Path) -> Path:
    return with_sheet(path, rows_xml('<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'))


def _deep(path: Path) -> Path:
    return with_sheet(path, rows_xml("<x>" * 400_000 + "</x>" * 400_000))


def _laughs(path: Path) -> Path:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "lol">{entities}]>'
    return with_sheet(path, (head + "<sst><si><t>&l11;</t></si></sst>").encode(), "xl/sharedStrings.xml")


def _many_parts(path: Path) -> Path:
    workbook(path, sheet(["a", "b"], [1, 2]))
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(10_001):
            archive.writestr(f"xl/media/{number}", b"")
    return path


def _repeated_in_ods(path: Path) -> Path:
    cell = '<table:table-cell table:number-columns-repeated="1000" office:value-type="float" office:value="1"/>'
    return ods(path, f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>')


def ods(path: Path, rows: str) -> Path:
    names = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    table = f"<table:table table:name='S'>{rows}</table:table>"
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", f"<office:document-content{names}>{body}</office:document-content>")
    return path


REFUSALS = {"UnpacksTooLarge", "FileIsCorrupt", "FileIsEmpty", "TooMuchMemory", "NoColumns"}
BOMBS = (
    _bomb_of_cells, _bomb_of_strings, _lying_directory, _far_corners, _one_far_cell, _deep, _laughs, _many_parts,
    _repeated_in_ods,
)  # fmt: skip


@pytest.mark.parametrize("made", BOMBS, ids=lambda made: made.__name__.strip("_"))
def test_a_bomb_ends_in_a_refusal_or_the_right_rows(made: Callable[[Path], Path], tmp_path: Path) -> None:
    path = made(tmp_path / "bomb.xlsx")
    assert path.stat().st_size < 20 * MB
    outcome = _outcome(path)
    if isinstance(outcome, EngineError):
        assert (type(outcome).__name__ in REFUSALS, "bomb.xlsx" in str(outcome)) == (True, True), str(outcome)
    else:
        assert (outcome.balance.holds, outcome.balance.lines < 10) == (True, True)


def _outcome(path: Path) -> engine.Export | EngineError:
    try:
        return engine.read(path, limits=Limits(wall_seconds=60))
    except EngineError as refused:
        return refused


def test_repeated_empty_cells_of_ods_make_no_rows_and_no_columns(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    empty = '<table:table-cell table:number-columns-repeated="16380"/>'
    rows = "".join(
        f"<table:table-row>{''.join(map(cell.format, row))}{empty}</table:table-row>" for row in ("ab", "xy")
    )
    tail = f'<table:table-row table:number-rows-repeated="1000000">{empty}</table:table-row>'
    found = read(ods(tmp_path / "a.ods", rows + tail))
    assert (found.export.columns, found.rows) == (("a", "b"), [("x", "y")])


def test_a_workbook_larger_than_its_memory_is_refused(tmp_path: Path) -> None:
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="20000"><c r="ZZ20000"><v>2</v></c></row>'
    path = with_sheet(tmp_path / "a.xlsx", rows_xml(corners))
    with pytest.raises(TooMuchMemory, match=r"Reading a.xlsx needs more than the 1 MB of memory allowed"):
        engine.read(path, limits=Limits(memory=MB))


def test_nothing_is_left_of_a_workbook_given_as_bytes(tmp_path: Path) -> None:
    made = io.BytesIO(workbook(tmp_path / "a.xlsx", sheet(["a"], [1])).read_bytes())
    (tmp_path / "b.zip").write_bytes(_zipped(made.getvalue()))
    assert read(tmp_path / "b.zip").rows == [("1",)]


def _zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inside.xlsx", content)
    return out.getvalue()
