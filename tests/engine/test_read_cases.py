"""Literal cases: bytes in; columns, rows, rejected lines and what was recognised out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from reconcile.engine.errors import EngineError, QuotesNeverClose
from reconcile.engine.limits import Limits
from reconcile.engine.reading import records
from reconcile.engine.spec import ReadOptions
from tests.engine.reading import RECOGNISED, Reading, reader


@dataclass(frozen=True, slots=True)
class Case:
    """``rejected``: (line, reason) pairs; None in ``rows`` is an empty cell."""

    what: str
    content: bytes | str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str | None, ...]]
    rejected: tuple[tuple[int, str], ...] = ()
    delimiter: str = ","
    encoding: str = "UTF-8"
    preamble: int = 0
    blank: int = 0
    options: ReadOptions = RECOGNISED


AB = ("a", "b")
ONE = [("1", "x")]
OPEN = "a quote opens here and is not closed as it should be"
AFTER = "a value in quotes is followed by more text before the next delimiter"

CYRILLIC = "имя,город\nЮлия Дьякова,Минск\nЖюль Щукин,Днепр\n"
CASES = (
    Case("plain", "a,b\n1,x\n", AB, ONE),
    Case("no line end at the end", "a,b\n1,x", AB, ONE),
    Case("CRLF", "a,b\r\n1,x\r\n", AB, ONE),
    Case("CR alone", "a,b\r1,x\r", AB, ONE),
    Case("mixed line ends", "a,b\r\n1,x\n2,y\r3,z\n", AB, [("1", "x"), ("2", "y"), ("3", "z")]),
    Case("blank lines in the middle and at the end", "a,b\n1,x\n\n2,y\n\n\n", AB, [*ONE, ("2", "y")], blank=3),
    Case("a byte order mark", "\ufeffa,b\n1,x\n", AB, ONE),
    Case("only a header", "a,b\n", AB, []),
    Case("one column", "name\nAnna\nBen\n", ("name",), [("Anna",), ("Ben",)]),
    Case("one column with an empty value in quotes", 'name\nAnna\n""\n', ("name",), [("Anna",), (None,)]),
    Case("a line end inside quotes", 'a,b\n1,"x\ny"\n2,z\n', AB, [("1", "x\ny"), ("2", "z")]),
    Case("doubled quotes", 'a,b\n1,"x ""y"""\n', AB, [("1", 'x "y"')]),
    Case("a quote that never closes costs one line", 'a,b\n1,"x\n2,y\n3,z\n', AB, [("2", "y"),
         ("3", "z")], ((2, OPEN),)),
    Case("text after a closing quote", 'a,b\n1,"x"y\n2,z\n', AB, [("2", "z")], ((2, AFTER),)),
    Case("a lone quote inside a value", 'a,b\n1,5" pipe\n', AB, [("1", '5" pipe')]),
    Case("spaces around quotes", 'a, "b"\n1 , "x, y" \n', AB, [("1 ", "x, y")]),
    Case("spaces without quotes stay", "a,b\n 1 , x\n", AB, [(" 1 ", " x")]),
    Case("single quotes", "a,b\n1,'x, y'\n2,'z'\n", AB, [("1", "x, y"), ("2", "z")]),
    Case("an apostrophe is no quote", "a,b\n1,it's\n2,l'eau\n", AB, [("1", "it's"), ("2", "l'eau")]),
    Case("quotes escaped by a backslash", 'a,b\n1,"x \\"y\\", z"\n2,"w"\n', AB, [("1", 'x "y", z'), ("2", "w")]),
    Case("a backslash at the end of a value", "a,b\n1,C:\\\n2,D:\\\n", AB, [("1", "C:\\"), ("2", "D:\\")]),
    Case("semicolons and decimal commas", "a;b\n1;2,50\n2;1.000,00\n",
         AB, [("1", "2,50"), ("2", "1.000,00")], delimiter=";"),
    Case("tabs and commas inside", "a\tb\n1\tx, y\n2\tz, w\n", AB, [("1", "x, y"), ("2", "z, w")], delimiter="\t"),
    Case("pipes", "a|b\n1|x\n", AB, ONE, delimiter="|"),
    Case("a line that names the delimiter", "sep=;\na;b\n1;x,y\n", AB, [("1", "x,y")], delimiter=";", preamble=1),
    Case("one column of decimal commas", "foo\n12,5\n145,00\n", ("foo",), [("12,5",), ("145,00",)], delimiter="\t"),
    Case("one column of times", "time\n05:40\n21:30\n", ("time",), [("05:40",), ("21:30",)]),
    Case("thousands in quotes", 'n\n"1,000"\n"2,000"\n', ("n",), [("1,000",), ("2,000",)]),
    Case("too few and too many values", "a,b\n1\n2,x\n3,y,z\n", AB, [("2", "x")], (
        (2, "it has 1 value, the header has 2"), (4, "it has 3 values, the header has 2"),
    )),
    Case("empty values beyond the header", "a,b\n1,x,,\n2,y\n", AB, [("1", "x"), ("2", "y")]),
    Case("a delimiter ends every line", "a,b,\n1,x,\n2,y,\n", AB, [("1", "x"), ("2", "y")]),
    Case("a title above the header", "Report of May\n\na,b,c\n1,2,x\n3,4,y\n", ("a", "b", "c"),
         [("1", "2", "x"), ("3", "4", "y")], preamble=2),
    Case("comments above and between", "# exported\na;b\n1;x\n# half\n2;y\n", AB, [*ONE, ("2", "y")],
         ((4, "it has 1 value, the header has 2"),), delimiter=";", preamble=1),
    Case("the header again", "a,b\n1,x\na,b\n2,y\n", AB, [*ONE, ("2", "y")], ((3, "it is the header again"),)),
    Case("a name twice, a name missing", "a,a,\n1,x,y\n", ("a", "a (2)", "Column 3"), [("1", "x", "y")]),
    Case("no header", "1,x,2.5\n2,y,3.5\n",
         ("Column 1", "Column 2", "Column 3"), [("1", "x", "2.5"), ("2", "y", "3.5")]),
    Case("no header, one column of words", "T\nF\nT\n", ("Column 1",), [("T",), ("F",), ("T",)]),
    Case("no header, first line shorter", "1,2\n1,2,3\n4,5,6\n", ("Column 1", "Column 2", "Column 3"),
         [("1", "2", "3"), ("4", "5", "6")], ((1, "it has 2 values, the rows have 3"),)),
    Case("a name that is a value too", "a,b,c\n1,b,c\n2,b,c\n", ("a", "b", "c"), [("1", "b", "c"), ("2", "b", "c")]),
    Case("years are names over words", "name,2023,2024\nAnna,1,2\nBen,3,4\n", ("name", "2023", "2024"),
         [("Anna", "1", "2"), ("Ben", "3", "4")]),
    Case("header asked for", "1,2\n3,4\n", ("1", "2"), [("3", "4")], options=ReadOptions(header=True)),
    Case("header denied", "a,b\nc,d\n",
         ("Column 1", "Column 2"), [("a", "b"), ("c", "d")], options=ReadOptions(header=False)),
    Case("delimiter asked for", "a b,c\n1 x,y\n",
         ("a", "b,c"), [("1", "x,y")], delimiter=" ", options=ReadOptions(delimiter=" ")),
    Case("no quotes asked for", 'a,b\n"1,x"\n', AB, [('"1', 'x"')], options=ReadOptions(quote="")),
    Case("a NUL byte", "a,b\n1,x\n2,y\0\n", AB, ONE, ((3, "it holds a NUL byte"),)),
    Case("Ctrl-Z at the end", "a,b\n1,x\n\x1a", AB, ONE, ((3, "it has 1 value, the header has 2"),)),
    Case("UTF-16 with a mark", "a,b\n1,ä\n".encode("utf-16"), AB, [("1", "ä")], encoding="UTF-16"),
    Case("UTF-16 big end first, with a mark", b"\xfe\xff" + "a,b\n1,ä\n".encode("utf-16-be"),
         AB, [("1", "ä")], encoding="UTF-16"),
    Case("UTF-16 without a mark", "alpha,beta\n1,ä\n".encode("utf-16-le"),
         ("alpha", "beta"), [("1", "ä")], encoding="UTF-16"),
    Case("UTF-16 of odd length", "a,b\n1,x\n".encode("utf-16") + b"\0",
         AB, ONE, ((3, "it holds bytes that are not UTF-16"),),
         encoding="UTF-16"),
    Case("UTF-32", "a,b\n1,ä\n".encode("utf-32"), AB, [("1", "ä")], encoding="utf-32"),
    Case("a replacement character is a character", "a,b\n1,\ufffd\n".encode("utf-16"),
         AB, [("1", "\ufffd")], encoding="UTF-16"),
    Case("UTF-8 but for a byte", "a,b\n1,ä\n2,öüßéèê\n3,áàâñç\n".encode() + b"4,\xe4\n", AB,
         [("1", "ä"), ("2", "öüßéèê"), ("3", "áàâñç")], ((5, "it holds bytes that are not UTF-8"),)),
    Case("Windows-1252", "name,city\nJosé,Málaga\nZoë,Köln\n".encode("cp1252"), ("name", "city"),
         [("José", "Málaga"), ("Zoë", "Köln")], encoding="Windows-1252"),
    Case("Windows-1251", CYRILLIC.encode("cp1251"), ("имя", "город"),
         [tuple(line.split(",")) for line in CYRILLIC.splitlines()[1:]], encoding="Windows-1251"),
    Case("GB18030",
         "姓名,城市\n张伟,北京市朝阳区\n李娜,上海市浦东新区\n王芳,广州市天河区\n".encode("gb18030"),
         ("姓名", "城市"),
         [("张伟", "北京市朝阳区"), ("李娜", "上海市浦东新区"), ("王芳", "广州市天河区")], encoding="gb18030"),
    Case("Shift-JIS", "名前,住所\n山田太郎,東京都千代田区\n鈴木花子,大阪府大阪市\nタナカ,カナです\n".encode("cp932"),
         ("名前", "住所"),
         [("山田太郎", "東京都千代田区"), ("鈴木花子", "大阪府大阪市"), ("タナカ", "カナです")],
         encoding="cp932"),
    Case("encoding asked for", "a,b\n1,ą\n".encode("cp1250"), AB, [("1", "ą")], encoding="Windows-1250",
         options=ReadOptions(encoding="cp1250")),
    Case("names that are SQL, HTML and formulas", "\"a'); DROP\",<b>,=1+1\nx,y,z\n",
         ("a'); DROP", "<b>", "=1+1"), [("x", "y", "z")]),
    Case("an empty value in quotes", 'a,b\n1,""\n', AB, [("1", None)]),
    Case("a line of spaces", "a,b\n1,x\n   \n", AB, ONE, blank=1),
    Case("line ends of another kind inside quotes", 'a,b\n1,"x\r\ny"\n2,"z\rw"\n', AB, [("1", "x\r\ny"),
         ("2", "z\rw")]),
    Case("the first value starts with a mark", 'a,b\r"\ufeffx",1\r', AB, [("\ufeffx", "1")]),
)  # fmt: skip


def read(
    content: bytes | str, folder: Path, options: ReadOptions = RECOGNISED, limits: Limits | None = None
) -> Reading:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with reader(path) as here:
        return here.read(path, options, limits or Limits())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.what)
def test_a_file_is_read_as_a_person_would(case: Case, tmp_path: Path) -> None:
    found = read(case.content, tmp_path, case.options)
    export = found.export
    assert export.columns == case.columns
    assert found.rows == list(case.rows)
    assert [(int(line), reason) for line, _, reason, _ in found.rejected] == list(case.rejected)
    assert (export.delimiter, export.encoding) == (case.delimiter, case.encoding)
    assert (export.balance.preamble, export.balance.blank) == (case.preamble, case.blank)
    assert export.balance.holds


SMALL = Limits(columns=4_000, cell_characters=1_000, line_bytes=2_000)
REFUSED = (
    ("nothing", "", "export.csv has no lines."),
    ("only line ends", "\n\n\n", "export.csv has no column with a name or a value."),
    ("only delimiters", ",,\n,,\n", "export.csv has no column with a name or a value."),
    ("a PDF", b"%PDF-1.7\n...", "export.csv is a PDF document, not a table."),
    ("a picture", b"\x89PNG\r\n\x1a\n\0\0", "export.csv is a picture, not a table."),
    ("a web page", "<!DOCTYPE html><html><body>Sign in", "export.csv is a web page, not a table."),
    ("XML", '<?xml version="1.0"?>\n<rows><row/></rows>', "export.csv is an XML document, not a table."),
    ("a program", b"\x7fELF\x02\x01", "export.csv is a program, not a table."),
    ("bytes of no text", b"a,b\n" + bytes(range(1, 9)) * 9, "export.csv, line 2: there are bytes here that no text"),
    ("zeros", bytes(5_000), "export.csv, line 1: there are bytes here that no text"),
    (
        "a header wider than every row",
        "a,b,c\n1,x\n2,y\n",
        "line 1: the header names 3 columns, but the lines below it have 2",
    ),
    (
        "no row that fits",
        'a,b\n1,"x"y\n',
        "none of its 1 lines below the header can be read; line 2: a value in quotes",
    ),
    (
        "4,001 columns",
        ",".join(f"c{n}" for n in range(4_001)),
        "has 4,001 columns; the most that can be compared are 4,000",
    ),
)


@pytest.mark.parametrize(("content", "sentence"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_what_is_no_table_is_refused_in_a_sentence(content: bytes | str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError) as refused:
        read(content, tmp_path)
    assert sentence in str(refused.value)
    assert "export.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (ReadOptions(delimiter="||"), "`||` is not understood: a delimiter is one character"),
        (ReadOptions(delimiter=""), "a delimiter is one character"),
        (ReadOptions(delimiter="\n"), "a delimiter is one character"),
        (ReadOptions(quote="<<"), "a quote is one character"),
        (ReadOptions(encoding="klingon"), "export.csv, line 1: the text is not klingon"),
        (ReadOptions(encoding="hex"), "the text is not hex"),
        (ReadOptions(encoding="rot13"), "the text is not rot13"),
        (ReadOptions(encoding="idna"), "the text is not idna"),
        (ReadOptions(sheet="May"), "export.csv is not a spreadsheet, so it has no sheet May."),
    ],
)
def test_options_that_make_no_sense_are_refused(options: ReadOptions, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r".") as refused:
        read("a,b\n1,x\n", tmp_path, options)
    assert sentence in str(refused.value)


def test_a_line_and_a_value_too_long_cost_themselves_alone(tmp_path: Path) -> None:
    content = f'a,b\n1,{"x" * 1_500}\n2,{"y" * 3_000}\n3,"{"z" * 1_500}"\n4,w\n'
    found = read(content, tmp_path, limits=SMALL)
    assert found.rows == [("4", "w")]
    assert [(line, reason) for line, _, reason, _ in found.rejected] == [
        ("2", "a value is longer than can be read"),
        ("3", "the line is longer than can be read"),
        ("4", "a value is longer than can be read"),
    ]


def test_4000_columns_are_read(tmp_path: Path) -> None:
    found = read("\n".join(",".join(f"{mark}{n}" for n in range(4_000)) for mark in "cx"), tmp_path)
    assert (len(found.export.columns), found.rows[0][-1]) == (4_000, "x3999")


def test_what_lies_far_down_is_seen(tmp_path: Path) -> None:
    """Beyond every sample: another width, another encoding, a NUL, the header again, an open quote."""
    good = "".join(f"{n},value {n}\n" for n in range(40_000))
    found = read(("a,b\n" + good).encode() + b'1\nx,\xe4\ny,\0\na,b\n"never,\nz,\xc3\xa4\n', tmp_path)
    assert found.export.balance.rejected == len(found.rejected) == 4
    assert {row[0] for row in found.rows} >= {"0", "39999", "z", "x"}
    assert found.export.encoding == "Windows-1252"


def test_many_quotes_left_open_end_in_a_refusal_and_not_in_hours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_REREAD", 20_000)
    stretch = '1,"never closed\n' + "2,y\n" * 1_000
    with pytest.raises(QuotesNeverClose, match=r"export.csv, line [\d,]+: a quote opens here that is never closed"):
        read("a,b\n" + stretch * 50, tmp_path, ReadOptions(quote='"'), SMALL)
