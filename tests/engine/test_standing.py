"""What is standing: every mismatch of a run once, and told apart from those of the run before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile import engine
from reconcile.engine import between_runs, database
from reconcile.engine.between_runs import BetweenRuns
from reconcile.engine.errors import FileIsCorrupt, FileMissing

Line = tuple[str, str, str, str | None, str | None]
Known = dict[tuple[str, str, str], tuple[str | None, str | None]]
SOME = st.sampled_from(["", "1", "12", "2 1", "*", "ü", "a\0b", "differs", '["a","b"]', "1 n1"])
VALUE = st.none() | st.sampled_from(["", "x", "X", "1", "NULL", "\\N", "two\nlines"])
DUPLICATES = ("duplicate_left", "duplicate_right")
USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)


def rows_file(lines: Sequence[Line], path: Path) -> Path:
    """A rows file of a comparison."""
    with duckdb.connect() as connection:
        connection.execute(
            'CREATE TABLE made (kind VARCHAR, "key" VARCHAR, field VARCHAR, "left" VARCHAR, "right" VARCHAR)'
        )
        if lines:
            connection.executemany("INSERT INTO made VALUES (?, ?, ?, ?, ?)", lines)
        connection.execute(f"COPY made TO '{path}' (FORMAT parquet)")
    return path


def all_rows(path: Path | None) -> list[tuple[str | None, ...]]:
    assert path is not None
    return [row for batch in engine.rows(path) for row in batch]


@st.composite
def runs(draw: st.DrawFn) -> list[Line]:
    """The mismatches of one run: differing fields and one-sided records once each, repeated keys with every row."""
    differing = draw(st.dictionaries(st.tuples(SOME, SOME), st.tuples(VALUE, VALUE), max_size=8))
    single = draw(st.sets(st.tuples(st.sampled_from(["only_left", "only_right"]), SOME), max_size=5))
    repeated = draw(st.dictionaries(st.tuples(st.sampled_from(DUPLICATES), SOME), st.integers(1, 3), max_size=4))
    lines: list[Line] = [("differs", key, field, *values) for (key, field), values in differing.items()]
    lines += [(kind, key, "*", None, None) for kind, key in single]
    lines += [(kind, key, "*", None, None) for (kind, key), times in repeated.items() for _ in range(times)]
    return draw(st.permutations(lines))


def known(lines: Sequence[Line]) -> Known:
    """The same state worked out apart: (kind, key, field) -> values."""
    state: Known = {}
    for (kind, key, field), times in Counter(line[:3] for line in lines).items():
        values = next((line[3], line[4]) for line in lines if line[:3] == (kind, key, field))
        if kind in DUPLICATES:
            values = (str(times), None) if kind == "duplicate_left" else (None, str(times))
        state[kind, key, field] = values
    return state


def told_apart(now: Known, before: Known) -> list[tuple[str | None, ...]]:
    """What changed from one state to another, in order."""
    found: list[tuple[str | None, ...]] = []
    for name in now.keys() | before.keys():
        if now.get(name) != before.get(name):
            change = "new" if name not in before else "gone" if name not in now else "changed"
            values = now[name] if name in now else before[name]
            found.append((between_runs.identity(name[0], name[2], name[1]), *name, *values, change))
    return sorted(found, key=_in_order)


def _in_order(row: tuple[str | None, ...]) -> list[bytes]:
    return [(cell or "").encode() for cell in row[1:4]]


def stood(state: Known) -> list[tuple[str | None, ...]]:
    rows = [
        (between_runs.identity(kind, field, key), kind, key, field, *values)
        for (kind, key, field), values in state.items()
    ]
    return sorted(rows, key=_in_order)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("standing")


@settings(USUAL, max_examples=30)
@given(earlier=runs(), later=runs())
def test_two_runs_are_told_apart_as_by_hand(folder: Path, earlier: list[Line], later: list[Line]) -> None:
    files = [rows_file(lines, folder / f"{name}.parquet") for name, lines in (("earlier", earlier), ("later", later))]
    places = [folder / name for name in ("first", "second")]
    for place in places:
        place.mkdir(exist_ok=True)
    with database.connect(600_000_000, folder, files) as connection:
        first = BetweenRuns(connection, places[0], lambda *_: None).run(files[0], None)
        second = BetweenRuns(connection, places[1], lambda *_: None).run(files[1], first["mismatches"])
    before, now = known(earlier), known(later)
    assert all_rows(first["mismatches"]) == stood(before)
    assert all_rows(second["mismatches"]) == stood(now)
    assert all_rows(second["changes"]) == told_apart(now, before)
    assert second["total"] == len(now)
    assert second["new"] + second["changed"] + second["unchanged"] == len(now)
    assert second["gone"] + second["changed"] + second["unchanged"] == len(before)
    assert {kind: count for kind, count in second["kinds"].items() if count} == Counter(name[0] for name in now)
    assert second["fields"] == Counter(field for kind, _, field in now if kind == "differs")


LINES: list[Line] = [
    ("differs", "1", "city", "Lagos", "Berlin"),
    ("differs", "1", "plan", "", "a"),
    ("only_left", "2", "*", None, None),
    ("duplicate_right", "3", "*", None, None),
    ("duplicate_right", "3", "*", None, None),
]


def test_what_stands_is_counted_by_kind_and_field(tmp_path: Path) -> None:
    found = engine.standing(rows_file(LINES, tmp_path / "rows.parquet"), None, folder=tmp_path / "run")
    assert found == engine.Standing(
        total=4, new=0, changed=0, gone=0, unchanged=0,
        kinds={"only_left": 1, "only_right": 0, "duplicate_left": 0, "duplicate_right": 1, "differs": 2},
        fields={"city": 1, "plan": 1}, mismatches=tmp_path / "run" / "mismatches.parquet", changes=None,
    )  # fmt: skip
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["mismatches.parquet"]
    assert [row[1:] for row in all_rows(found.mismatches)] == [
        ("differs", "1", "city", "Lagos", "Berlin"),
        ("differs", "1", "plan", "", "a"),
        ("duplicate_right", "3", "*", None, "2"),
        ("only_left", "2", "*", None, None),
    ]


def test_only_what_changed_is_listed_after_the_first_run(tmp_path: Path) -> None:
    first = engine.standing(rows_file(LINES, tmp_path / "first.parquet"), None, folder=tmp_path / "1")
    later: list[Line] = [
        ("differs", "1", "city", "Lagos", "Berlin"),
        ("differs", "1", "plan", None, "a"),
        ("differs", "9", "plan", "b", "a"),
        *[("duplicate_right", "3", "*", None, None)] * 3,
    ]
    found = engine.standing(rows_file(later, tmp_path / "later.parquet"), first.mismatches, folder=tmp_path / "2")
    assert (found.total, found.new, found.changed, found.gone, found.unchanged) == (4, 1, 2, 1, 1)
    assert [row[1:] for row in all_rows(found.changes)] == [
        ("differs", "1", "plan", None, "a", "changed"),
        ("differs", "9", "plan", "b", "a", "new"),
        ("duplicate_right", "3", "*", None, "3", "changed"),
        ("only_left", "2", "*", None, None, "gone"),
    ]


def test_the_same_run_again_changes_nothing_even_in_the_same_folder(tmp_path: Path) -> None:
    rows = rows_file(LINES, tmp_path / "rows.parquet")
    first = engine.standing(rows, None, folder=tmp_path / "run")
    again = engine.standing(rows, first.mismatches, folder=tmp_path / "run")
    assert (again.total, again.new, again.changed, again.gone, again.unchanged) == (4, 0, 0, 0, 4)
    assert all_rows(again.changes) == []


def test_an_identity_is_the_same_in_every_run_and_on_every_machine() -> None:
    assert between_runs.identity("differs", "city", "1") == "118d51f6cc2c84d3b37eab1e7cd6314b"
    assert between_runs.identity("differs", "1", "2 1") != between_runs.identity("differs", "1 2", "1")
    assert between_runs.identity("differs", "a", "bc") != between_runs.identity("differs", "ab", "c")


def test_mismatches_that_do_not_fit_into_memory_are_told_apart_all_the_same(tmp_path: Path) -> None:
    for name, word in (("first", "x"), ("later", "y")):
        cells = [f"'{word * 200}' || {some} AS {side}" for side, some in (('"left"', "i"), ('"right"', "HASH(i)"))]
        lines = f"SELECT 'differs' AS kind, 'key ' || i AS \"key\", 'field' AS field, {', '.join(cells)}"
        form = "FORMAT parquet, ROW_GROUP_SIZE 20480"
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({lines} FROM range(300000) AS t(i)) TO '{tmp_path}/{name}.parquet' ({form})")
    limits = engine.Limits(memory=300_000_000)
    first = engine.standing(tmp_path / "first.parquet", None, folder=tmp_path / "1", limits=limits)
    found = engine.standing(tmp_path / "later.parquet", first.mismatches, folder=tmp_path / "2", limits=limits)
    assert (found.total, found.changed, found.unchanged) == (300_000, 300_000, 0)


def test_a_file_that_is_missing_or_damaged_is_refused(tmp_path: Path) -> None:
    rows = rows_file(LINES, tmp_path / "rows.parquet")
    with pytest.raises(FileMissing):
        engine.standing(rows, tmp_path / "nothing.parquet", folder=tmp_path / "run")
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(rows.read_bytes()[:200])
    with pytest.raises(FileIsCorrupt, match=r"damaged\.parquet is damaged"):
        engine.standing(rows, damaged, folder=tmp_path / "run")
    assert list((tmp_path / "run").iterdir()) == []
