"""Mutated files of every kind: only refusals in a sentence, and what is parsed keeps its balance."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.engine.errors import EngineError
from tests.engine.reading import Reader, reader

CSV = 'id,name,note\r\n1,"Anna, B.",x\r\n2,Zoë,"two\r\nlines"\r\n3,"he said ""no""",\r\n'.encode()
JSON = '{"id": 1, "deep": {"a": [1, 2.50, null]}, "ü": "\\u00e9"}\n{"id": "007", "x": true}\n'.encode()


def _workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        made = book.add_worksheet()
        for number in range(5):
            made.write_row(number, 0, ["id", "name", 1.5, number])
    return out.getvalue()


def _parquet(folder: Path) -> bytes:
    made = duckdb.connect()
    made.execute("CREATE TABLE p AS SELECT i AS id, 'n' || i AS name FROM range(99) t(i)")
    made.table("p").write_parquet(str(folder / "p"))
    return (folder / "p").read_bytes()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", CSV)
    return out.getvalue()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    wide = CSV.decode().encode("utf-16")
    older = CSV.decode().encode("cp1252")
    parquet = _parquet(tmp_path_factory.mktemp("seeds"))
    return [CSV, wide, older, JSON, gzip.compress(CSV), _zip(), _workbook(), parquet]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, Path]]:
    path = tmp_path_factory.mktemp("fuzz") / "export.bin"
    with reader(path) as opened:
        yield opened, path


def holds(here: tuple[Reader, Path], content: bytes) -> None:
    """Parsed with its balance, or refused in one line that names the file; any other exception goes through."""
    opened, path = here
    path.write_bytes(content)
    try:
        found = opened.read(path)
    except EngineError as refused:
        said = str(refused)
        sound = "export.bin" in said and said.isprintable()
    else:
        sound = found.export.balance.holds and found.export.balance.rows == len(found.rows)
    assert sound, content


def mutated(dice: random.Random, content: bytes) -> bytes:
    """A few bytes changed, taken out, doubled, or the end cut off."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at, length = dice.randrange(len(data) + 1), dice.randint(1, 12)
        how = dice.randrange(5)
        if how == 0:
            data[at : at + 1] = bytes([dice.randrange(256)])
        elif how == 1:
            del data[at : at + length]
        elif how == 2:
            data[at:at] = data[at : at + length] * dice.randint(1, 40)
        elif how == 3:
            data[at:at] = dice.choice((b'"', b"\r", b"\n", b"\0", b"\xff", b",", b"\x80", b"\xef\xbb\xbf", b"'", b"\\"))
        elif dice.random() < 0.2:
            del data[at:]
    return bytes(data)


def _mutants(seeds: list[bytes], numbers: range) -> Iterator[bytes]:
    for number in numbers:
        dice = random.Random(number)
        yield mutated(dice, seeds[number % len(seeds)])


def test_mutated_files(seeds: list[bytes], here: tuple[Reader, Path]) -> None:
    for content in _mutants(seeds, range(250)):
        holds(here, content)


@pytest.mark.slow
def test_very_many_mutated_files(seeds: list[bytes], here: tuple[Reader, Path]) -> None:
    for content in _mutants(seeds, range(250, 8_000)):
        holds(here, content)


def _bounded(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


@_bounded(100)
@given(content=st.binary(max_size=200))
def test_any_bytes(here: tuple[Reader, Path], content: bytes) -> None:
    holds(here, content)


@_bounded(150)
@given(content=st.text(alphabet="ab1,;|\t\"'\\\r\n \0é\ufeff#", max_size=60))
def test_any_text_of_the_signs_that_matter(here: tuple[Reader, Path], content: str) -> None:
    holds(here, content.encode())
