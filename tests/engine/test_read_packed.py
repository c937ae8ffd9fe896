"""JSON lines, Parquet, gzip and ZIP: what is right in them is read, what is wrong with them is said."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reconcile.engine.errors import EngineError
from reconcile.engine.limits import MB, Limits
from tests.engine.reading import Reading, reader

CSV = b"id,name\n1,x\n2,y\n"


def read(content: bytes, folder: Path, limits: Limits | None = None, name: str = "export.bin") -> Reading:
    path = folder / name
    path.write_bytes(content)
    with reader(path) as here:
        return here.read(path, limits=limits or Limits())


def refusal(content: bytes, folder: Path, limits: Limits | None = None) -> str:
    with pytest.raises(EngineError) as refused:
        read(content, folder, limits)
    assert str(refused.value).startswith("export.bin")
    return str(refused.value)


def packed(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CSV),
        gzip.compress(CSV[:9]) + gzip.compress(CSV[9:]),
        packed(("export.csv", CSV)),
        packed(("deep/folder/", b""), ("deep/folder/export.csv", CSV), ("__MACOSX/deep/._export.csv", b"\0\5")),
        packed(("../../../etc/passwd", CSV)),
        packed(("/absolute.csv", CSV)),
        packed(("C:\\windows\\x\n'\".csv", CSV)),
        packed(("x" * 3_000 + ".csv", CSV)),
    ],
    ids=["gzip", "gzip of two members", "zip", "zip with folders", "path up", "path absolute", "path odd", "path long"],
)
def test_one_file_in_an_archive_is_read(content: bytes, tmp_path: Path) -> None:
    assert sorted(read(content, tmp_path).rows) == [("1", "x"), ("2", "y")]


def _encrypted(content: bytes) -> bytes:
    """The flag that says so, in both headers."""
    changed = bytearray(content)
    changed[6] |= 1
    changed[changed.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (gzip.compress(CSV * 999)[:-20], "damaged or cut off"),
        (gzip.compress(CSV)[:5], "damaged or cut off"),
        (gzip.compress(CSV) + b"rubbish", "damaged or cut off"),
        (gzip.compress(gzip.compress(CSV)), "an archive inside an archive"),
        (gzip.compress(b""), "has no lines"),
        (packed(("a.csv", CSV))[:-30], "does not end like one"),
        (packed(("a.csv", CSV), ("b.csv", CSV)), "holds 2 files"),
        (packed(), "holds 0 files"),
        (packed(("a.zip", packed(("a.csv", CSV)))), "an archive inside an archive"),
        (_encrypted(packed(("a.csv", CSV))), "protected with a password"),
        (b"PK\x03\x04" + b"\0" * 500, "does not end like one"),
    ],
    ids=range(11),
)
def test_an_archive_that_is_not_one_file_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    assert sentence in refusal(content, tmp_path)


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: packed(("a.csv", content))], ids=["gzip", "zip"])
def test_a_bomb_is_cut_off_at_the_limit(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    assert "unpacks to more than 5 MB" in refusal(pack(b"a,b\n" * 5_000_000), tmp_path, Limits(unpacked=5 * MB))
    assert not [path for path in tmp_path.rglob("*") if path.stat().st_size > 6 * MB]


def test_json_lines_keep_what_is_written(tmp_path: Path) -> None:
    found = read(
        b'{"id": 1.10, "big": 12345678901234567890123, "t": true}\r\n\n'
        b'{"id": "007", "n": null, "deep": {"a": [1, 2.50]}, "empty": ""}\n',
        tmp_path,
    )
    assert found.export.columns == ("id", "big", "t", "n", "deep", "empty")
    assert found.rows == [
        ("1.10", "12345678901234567890123", "true", None, None, None),
        ("007", None, None, None, '{"a":[1,2.50]}', None),
    ]
    assert (found.export.balance.lines, found.export.balance.blank) == (3, 1)


@pytest.mark.parametrize(
    "line",
    [
        b"[1, 2]", b"7", b'{"id": 2', b'{"id": "\xff"}', b'{"id": "\\ud800"}', b'{"id": "\\u0000"}', b'{"id": "a\0"}',
        b'{"a":' * 3_000 + b"1" + b"}" * 3_000,
    ],
    ids=range(8),
)  # fmt: skip
def test_a_line_that_is_no_object_is_kept_as_rejected(line: bytes, tmp_path: Path) -> None:
    found = read(b'{"id": 1}\n' + line + b'\n{"id": 3}\n', tmp_path)
    assert found.rows == [("1",), ("3",)]
    assert [(where, reason) for where, _, reason, _ in found.rejected] == [("2", "it is not a JSON object")]


def test_the_same_name_twice_in_one_object_is_rejected(tmp_path: Path) -> None:
    found = read(b'{"id": 1, "a": 2}\n{"id": 2, "a": 3, "a": 4}\n', tmp_path)
    assert found.rows == [("1", "2")]
    assert found.rejected[0][2] == "it names a value twice"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{\n "id": 1\n}\n', "one JSON document"),
        (b'[{"id": 1}, {"id": 2}]', "one JSON document"),
        (b"{}\n{}\n", "has no column"),
        (b'{"id": 1,}\n', "line 1: it is not a JSON object"),
    ],
)
def test_json_that_is_not_lines_of_objects_is_refused(content: bytes, sentence: str, tmp_path: Path) -> None:
    assert sentence in refusal(content, tmp_path)


def parquet(folder: Path, select: str) -> bytes:
    path = folder / "made.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


def test_parquet_cells_are_texts(tmp_path: Path) -> None:
    content = parquet(
        tmp_path,
        """SELECT 1.10::DECIMAL(9,2) AS "dec", DATE '2024-02-29' AS "da""te", NULL::INT AS "n", [1, NULL] AS "list",
        {'a': 'x'} AS "deep", TIMESTAMP '2024-02-29 12:00:00' AS "a;b",
        true AS "ü", 'x' AS "X", 'y' AS " x ", '' AS "e" """,
    )
    found = read(content, tmp_path)
    assert found.export.columns == ("dec", 'da"te', "n", "list", "deep", "a;b", "ü", "X", "x", "e")
    assert found.rows == [
        ("1.10", "2024-02-29", None, "[1, NULL]", "{'a': x}", "2024-02-29 12:00:00", "true", "x", "y", None)
    ]
    assert found.export.balance.rows == 1


def test_parquet_with_a_glob_in_its_name_is_that_file(tmp_path: Path) -> None:
    content = parquet(tmp_path, "SELECT 1 AS a")
    (tmp_path / "k=1").mkdir()
    assert read(content, tmp_path / "k=1", name="[m]*?.parquet").export.columns == ("a",)


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    content = parquet(tmp_path, "SELECT i AS a, repeat('x', 50) || i AS b FROM range(50000) t(i)")
    for broken in (content[:-4], content[: len(content) // 2], b"PAR1" + b"\0" * 100 + b"PAR1", b"PAR1"):
        assert "damaged or cut off" in refusal(broken, tmp_path)
