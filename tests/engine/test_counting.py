"""How many mismatches of a group meet conditions on their records: what a split would set apart."""

import json
from pathlib import Path

import duckdb
import pytest

from reconcile import engine

VIA = engine.SegmentCondition("left", "via", "import")
Sides = dict[str, tuple[engine.Kept, list[str]]]


def kept(folder: Path, name: str, text: str) -> engine.Kept:
    source = folder / f"{name}.csv"
    source.write_text(text)
    export = engine.read(source, folder=folder, keep=folder / f"{name}.parquet")
    return engine.Kept(folder / f"{name}.parquet", export)


def causes(folder: Path, rows: list[tuple[str, str]]) -> Path:
    """Return a causes file with these keys and labels."""
    path = folder / "causes.parquet"
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE found (key VARCHAR, label VARCHAR)")
        connection.executemany("INSERT INTO found VALUES (?, ?)", rows)
        connection.execute(f"COPY found TO '{path}' (FORMAT parquet)")
    return path


def sides(folder: Path, left: str, right: str, key: list[str]) -> Sides:
    return {"left": (kept(folder, "left", left), key), "right": (kept(folder, "right", right), key)}


LEFT = "id,part,via,note\nA,1,import,\nB,1,import,x\nC,1,hand,\nC,2,import,\n"
RIGHT = "id,part,channel\na ,1,batch\nB,1,batch\n"


def test_only_mismatches_of_the_labels_whose_records_meet_every_condition_count(tmp_path: Path) -> None:
    found = causes(tmp_path, [("A", "one"), ("B", "one"), ("B", "two"), ("D", "one")])
    both = sides(tmp_path, LEFT, RIGHT, ["id"])
    assert engine.meeting(found, ["one"], [VIA], both) == 2
    assert engine.meeting(found, ["one", "two"], [VIA], both) == 3
    nothing = engine.SegmentCondition("left", "note", "")
    assert engine.meeting(found, ["one", "two"], [VIA, nothing], both) == 1
    batch = engine.SegmentCondition("right", "channel", "batch")
    assert engine.meeting(found, ["one"], [VIA, batch], both) == 1


def test_a_key_of_several_columns_is_met_whole(tmp_path: Path) -> None:
    keys = [json.dumps(parts, separators=(",", ":")) for parts in (["A", "1"], ["C", "1"], ["C", "2"])]
    found = causes(tmp_path, [(key, "one") for key in keys])
    both = sides(tmp_path, LEFT, RIGHT, ["id", "part"])
    assert engine.meeting(found, ["one"], [VIA], both) == 2
    assert engine.meeting(found, ["one"], [VIA], both, fold=True) == 2


def test_with_keys_that_are_folded_case_and_outer_space_are_set_aside(tmp_path: Path) -> None:
    found = causes(tmp_path, [("A", "one"), ("B", "one")])
    both = sides(tmp_path, LEFT, RIGHT, ["id"])
    batch = engine.SegmentCondition("right", "channel", "batch")
    assert engine.meeting(found, ["one"], [batch], both) == 1
    assert engine.meeting(found, ["one"], [batch], both, fold=True) == 2


def test_a_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    found = causes(tmp_path, [("A", "one")])
    with pytest.raises(engine.EngineError, match="nowhere"):
        engine.meeting(
            found, ["one"], [engine.SegmentCondition("left", "nowhere", "")], sides(tmp_path, LEFT, RIGHT, ["id"])
        )
