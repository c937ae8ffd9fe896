"""A kept export stands for its original in everything: cell by cell, in comparing, in suggesting, in looking up."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import engine
from reconcile.engine import keeping
from reconcile.engine.errors import ColumnMissing, FileIsCorrupt, FileMissing, OutputNotWritable
from reconcile.engine.limits import Limits
from reconcile.engine.results import Comparison
from reconcile.engine.workplace import Workplace
from tests.engine import driving, oracle
from tests.engine.generated import Case, cases
from tests.engine.oracle import Table
from tests.engine.test_compare_oracle import files
from tests.engine.test_pairs import PAIRS, expected

USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
ID = (("id", "id"),)


def _quiet(step: str, done: int, total: int) -> None:
    """Progress nobody asked for."""


def keep(path: Path, options: engine.ReadOptions | None = None, folder: Path | None = None) -> engine.Kept:
    """What ``engine.read`` keeps of a file, made in this process."""
    work = (folder or path.parent) / f"{path.name}.work"
    work.mkdir(exist_ok=True)
    out = work / "kept.parquet"
    given = (path, path.name, options or engine.ReadOptions())
    with Workplace([given], work, Limits(), ordered=True) as place:
        return engine.Kept(out, place.keep(out, _quiet))


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="")
    return path


def cells(kept: engine.Kept) -> list[tuple[str | None, ...]]:
    return [row for batch in engine.rows(kept.path) for row in batch]


def bare(found: Comparison) -> Comparison:
    """A comparison without what depends on the clock or the folder."""
    sides = [replace(side, rejected_file=None) for side in (found.left, found.right)]
    return replace(found, left=sides[0], right=sides[1], seconds=0, peak_memory=0, rows_file=None)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> driving.Bench:
    return driving.Bench(tmp_path_factory.mktemp("kept"))


def check(bench: driving.Bench, case: Case, kind: str) -> None:
    """Kept copies give what their files give, and that is what the oracle says."""
    left, right = files(case, bench.folder, ".jsonl" if kind == ".jsonl" else ".csv")
    if kind == ".parquet":
        left, right = _as_parquet(case.left, left), _as_parquet(case.right, right)
    spec = driving.spec(case.question)
    options = [driving.PLAIN if path.suffix == ".csv" else engine.ReadOptions() for path in (left, right)]
    sides = [keep(path, chosen) for path, chosen in zip((left, right), options, strict=True)]
    found, rows_file = bench.compare(spec, sides[0], sides[1], ".parquet")
    original, original_rows = bench.compare(spec, left, right, ".parquet")
    assert bare(found) == bare(original)
    assert [*engine.rows(rows_file)] == [*engine.rows(original_rows)]
    driving.assert_agrees(found, rows_file, oracle.compare(case.question, case.left, case.right))


EVERY_CASE = given(case=cases(), kind=st.sampled_from([".csv", ".jsonl", ".parquet"]))


@settings(USUAL, max_examples=20)
@EVERY_CASE
def test_small_pairs_come_out_from_kept_copies_as_from_their_files(bench: driving.Bench, case: Case, kind: str) -> None:
    check(bench, case, kind)


@pytest.mark.slow
@settings(USUAL, max_examples=200, derandomize=False)
@EVERY_CASE
def test_hundreds_of_small_pairs_come_out_from_kept_copies_as_from_their_files(
    bench: driving.Bench, case: Case, kind: str
) -> None:
    check(bench, case, kind)


def _as_parquet(table: Table, path: Path) -> Path:
    """The table as Parquet of text columns."""
    made = path.with_suffix(".parquet")
    columns = ", ".join('"' + name.replace('"', '""') + '" VARCHAR' for name in table.columns)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE made ({columns})")
        if table.rows:
            places = ", ".join("?" * len(table.columns))
            connection.executemany(f"INSERT INTO made VALUES ({places})", table.rows)  # noqa: S608 - only places
        connection.execute(f"COPY made TO '{made}' (FORMAT parquet)")
    return made


@pytest.mark.shared
@pytest.mark.parametrize("name", PAIRS)
def test_real_exports_come_out_from_kept_copies_as_from_their_files(
    name: str, shared_data: Path, tmp_path: Path
) -> None:
    known = expected(shared_data)[name]
    there = {left: right for right, left in known["colmap"].items()}
    spec = engine.CompareSpec(
        key=tuple((column, there.get(column, column)) for column in known["key"]),
        maps=tuple((left, right) for left, right in there.items() if left not in known["key"]),
        ignore=tuple(known["ignore"]),
    )
    originals = [shared_data / "pairs" / name / f"{side}.csv" for side in ("left", "right")]
    kept = []
    for path in originals:
        out = tmp_path / f"{path.stem}.parquet"
        kept.append(engine.Kept(out, engine.read(path, keep=out)))
    found = engine.compare(spec, *kept, rows_file=tmp_path / "kept.parquet")
    original = engine.compare(spec, *originals, rows_file=tmp_path / "originals.parquet")
    assert bare(found) == bare(original)
    assert [*engine.rows(tmp_path / "kept.parquet")] == [*engine.rows(tmp_path / "originals.parquet")]
    assert engine.suggest(*kept) == engine.suggest(*originals)


def test_rows_and_cells_are_kept_as_they_are_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = 'Id,id,ID\nb,,""\na,"two\nlines","say ""hi"""\nb, x ,NULL\n'
    kept = keep(written(tmp_path / "a.csv", text))
    assert kept.export.columns == ("Id", "id", "ID")
    assert cells(kept) == [("b", None, None), ("a", "two\nlines", 'say "hi"'), ("b", " x ", "NULL")]


def test_null_and_empty_stay_apart_where_the_file_tells_them_apart(tmp_path: Path) -> None:
    kept = keep(written(tmp_path / "a.jsonl", '{"id":"1","a":null,"b":""}\n{"id":"2","a":"","b":null}\n'))
    assert cells(kept) == [("1", None, ""), ("2", "", None)]


def test_many_rows_stay_in_order_though_several_threads_read_them(tmp_path: Path) -> None:
    kept = keep(written(tmp_path / "a.csv", "id,text\n" + "".join(f"{row},{row % 7}\n" for row in range(200_000))))
    ids = [row[0] for batch in engine.rows(kept.path, ["c0"]) for row in batch]
    assert ids == [str(row) for row in range(200_000)]


DOUBTFUL = {
    "ragged": "id,a\n1,x\n2\n3,z\n",
    "a quote inside": 'id,a\n1,x\n2,a"b\n3,z\n',
    "a quote that never closes": 'id,a\n1,"x\n2,y\n3,z\n',
    "other line ends": "id,a\r1,x\r2,y\r3,z\r",
    "no header": "1,x\n2,y\n3,z\n",
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_is_understood_of_a_file_does_not_depend_on_keeping_it(text: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", text)
    export = engine.read(path, keep=tmp_path / "a.parquet")
    assert export == engine.read(path)
    assert len(cells(engine.Kept(tmp_path / "a.parquet", export))) == export.balance.rows


def test_a_packed_file_is_kept_unpacked_under_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"id,a\n1,x\n"))
    kept = engine.Kept(tmp_path / "a.parquet", engine.read(path, keep=tmp_path / "a.parquet"))
    path.unlink()
    assert cells(kept) == [("1", "x")]
    assert kept.export.file == "a.csv.gz"


def test_a_copy_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "kept"
    out.mkdir()
    with pytest.raises(FileIsCorrupt):
        engine.read(written(tmp_path / "a.parquet", "PAR1 and no more"), keep=out / "a.parquet")
    assert list(out.iterdir()) == []
    with pytest.raises(OutputNotWritable, match="its folder is not there"):
        engine.read(written(tmp_path / "a.csv", "id,a\n1,x\n"), keep=tmp_path / "nowhere" / "a.parquet")
    engine.read(tmp_path / "a.csv", keep=out / "a.parquet")
    assert [path.name for path in out.iterdir()] == ["a.parquet"]


def test_a_copy_that_is_gone_or_damaged_is_refused_by_the_name_of_its_export(tmp_path: Path) -> None:
    one, other = (keep(written(tmp_path / name, "id,a\n1,x\n2,y\n")) for name in ("crm.csv", "billing.csv"))
    content = other.path.read_bytes()
    for damaged in (content[:100], content[:-40] + b"0" * 40, content[:8] + b"\xff" * 60 + content[68:]):
        other.path.write_bytes(damaged)
        with pytest.raises(FileIsCorrupt, match=r"billing\.csv is damaged"):
            engine.compare(engine.CompareSpec(key=ID), one, other)
    other.path.unlink()
    with pytest.raises(FileMissing, match=r"billing\.csv is not there"):
        engine.compare(engine.CompareSpec(key=ID), one, other)


def test_one_side_can_be_kept_and_the_other_a_file(tmp_path: Path) -> None:
    left, right = (written(tmp_path / f"{name}.csv", f"id,a\n1,{name}\n") for name in ("left", "right"))
    found = engine.compare(engine.CompareSpec(key=ID), keep(left), right)
    assert bare(found) == bare(engine.compare(engine.CompareSpec(key=ID), left, right))


def test_an_export_can_be_written_down_as_json_and_comes_back_the_same(tmp_path: Path) -> None:
    export = engine.read(written(tmp_path / "a.csv", "id,a\n1,x\n2\n"), folder=tmp_path / "work")
    assert export.rejected_file is not None
    assert engine.Export.from_json(json.loads(json.dumps(export.to_json()))) == export
    without = replace(export, rejected_file=None)
    assert engine.Export.from_json(json.loads(json.dumps(without.to_json()))) == without


def test_a_kept_side_names_its_export_unchanged(tmp_path: Path) -> None:
    kept = keep(written(tmp_path / "a.csv", "id,a\n1,x\n2\n"))
    found = engine.compare(engine.CompareSpec(key=ID), kept, kept)
    assert (found.left, found.right) == (kept.export, kept.export)
    assert kept.export.rejected_file is not None


def test_a_large_file_and_its_copy_lead_to_the_same_guesses(tmp_path: Path) -> None:
    """Only a sample of them is looked at first; the copy remembers the sample of its original."""
    odd = {7: "1.234,5", 20_001: "x"}
    sides = []
    for name, step in (("left", 1), ("right", 7)):
        numbers = ((row * step % 25_013, odd.get(row, f"{row},5")) for row in range(25_000))
        lines = [f"{key};{number};2024-01-{key % 28 + 1:02};{str(key) * 20}\n" for key, number in numbers]
        sides.append(written(tmp_path / f"{name}.csv", "id;number;day;text\n" + "".join(lines)))
    kept = [keep(side) for side in sides]
    spec = engine.CompareSpec(key=ID)
    assert bare(engine.compare(spec, *kept)) == bare(engine.compare(spec, *sides))


def test_rows_kept_together_are_fewer_where_they_are_wide_or_long() -> None:
    groups = [keeping.row_group(*row) for row in ((16, 150), (100, 150), (16, 2_000), (4_000, 40_000), (1, 0))]
    assert groups == [61_440, 8_192, 6_144, 2_048, 61_440]


# Looking up


def people(tmp_path: Path) -> engine.Kept:
    lines = ["id,part,name", "1,a,Ann", "2,,Ben", " X ,é,Cem", "x,É,Dua", ",,Eva", "2,b,Fay", '"",,Gil']
    return keep(written(tmp_path / "people.csv", "\n".join(lines) + "\n"))


@pytest.mark.parametrize(
    ("columns", "key", "fold", "found"),
    [
        (["id"], "1", False, [(1, "Ann")]),
        (["id"], "2", False, [(2, "Ben"), (6, "Fay")]),
        (["id"], "x", False, [(4, "Dua")]),
        (["id"], "x", True, [(3, "Cem"), (4, "Dua")]),
        (["id"], " X ", True, [(3, "Cem"), (4, "Dua")]),
        (["id"], "", False, [(5, "Eva"), (7, "Gil")]),
        (["id"], "", True, [(5, "Eva"), (7, "Gil")]),
        (["id"], "3", False, []),
        (["id"], "c0", False, []),
        (["id", "part"], '["2","b"]', False, [(6, "Fay")]),
        (["id", "part"], '["2", ""]', False, [(2, "Ben")]),
        (["part", "id"], '["É", "X"]', True, [(3, "Cem"), (4, "Dua")]),
        (["id", "part"], "", False, [(5, "Eva"), (7, "Gil")]),
        (["id", "part"], '["",""]', False, [(5, "Eva"), (7, "Gil")]),
        (["id", "part"], '["1"]', False, []),
        (["id", "part"], "not JSON", False, []),
        (["name"], "'; DROP TABLE x; --", False, []),
    ],
)
def test_a_record_is_found_by_its_key(
    *,
    columns: Sequence[str],
    key: str,
    fold: bool,
    found: list[tuple[int, str]],
    tmp_path: Path,
) -> None:
    records = engine.records(people(tmp_path), columns, key, fold=fold)
    assert [(record.row, record.values[2]) for record in records] == found


def test_no_more_records_of_a_key_are_given_than_asked_for(tmp_path: Path) -> None:
    kept = keep(written(tmp_path / "a.csv", "id,a\n" + "".join(f"same,{row}\n" for row in range(300))))
    assert [record.values[1] for record in engine.records(kept, ["id"], "same", most=3)] == ["0", "1", "2"]
    assert len(engine.records(kept, ["id"], "same")) == 50


def test_first_rows_are_those_of_the_file(tmp_path: Path) -> None:
    kept = people(tmp_path)
    assert engine.first_rows(kept, 2) == (engine.Record(1, ("1", "a", "Ann")), engine.Record(2, ("2", None, "Ben")))
    assert len(engine.first_rows(kept)) == 5
    assert len(engine.first_rows(kept, 50)) == 7
    assert engine.first_rows(keep(written(tmp_path / "none.csv", "id,a\n"))) == ()


def test_columns_that_stay_unread_have_no_value_whatever_they_hold(tmp_path: Path) -> None:
    kept = people(tmp_path)
    name = kept.export.columns[2]
    assert [one.values[2] for one in engine.first_rows(kept, unread={name})] == [None] * 5
    assert engine.records(kept, ["id"], "1", unread={"id", name}) == (engine.Record(1, (None, "a", None)),)


def test_a_very_wide_record_is_found_whole(tmp_path: Path) -> None:
    names = [f"column {place}" for place in range(1_500)]
    rows = [[f"{row}.{place}" for place in range(1_500)] for row in range(30)]
    path = written(tmp_path / "wide.csv", "".join(",".join(line) + "\n" for line in (names, *rows)))
    kept = engine.Kept(tmp_path / "wide.parquet", engine.read(path, keep=tmp_path / "wide.parquet"))
    assert engine.records(kept, ["column 1400"], "7.1400") == (engine.Record(8, tuple(rows[7])),)
    assert engine.first_rows(kept, 1) == (engine.Record(1, tuple(rows[0])),)


def test_a_key_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match=r"Key column `nr` is not in people\.csv"):
        engine.records(people(tmp_path), ["nr"], "1")
