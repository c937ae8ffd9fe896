"""Keys that an export has no longer."""

from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine.errors import ColumnMissing


def kept(folder: Path, name: str, text: str) -> engine.Kept:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    copy = folder / f"{name}.parquet"
    return engine.Kept(copy, engine.read(path, keep=copy))


def found(folder: Path, before: str, now: str, *columns: str, fold: bool = False, most: int = 20) -> engine.LeftOut:
    sides = kept(folder, "before.csv", before), kept(folder, "now.csv", now)
    return engine.left_out(*sides, columns or ("id",), fold=fold, most=most)


def test_what_is_missing_is_counted_and_the_first_are_named_in_their_order(tmp_path: Path) -> None:
    before = "id,a\n" + "".join(f"{number},x\n" for number in range(30, 0, -1))
    left_out = found(tmp_path, before, "a,id\nx,7\nx,30\n", most=3)
    assert left_out == engine.LeftOut(28, ("29", "28", "27"))


def test_nothing_is_missing_where_only_the_order_is_another(tmp_path: Path) -> None:
    assert found(tmp_path, "id\n1\n2\n", "id\n2\n1\n3\n") == engine.LeftOut(0, ())


def test_a_key_that_repeats_is_missing_once_and_an_empty_one_never(tmp_path: Path) -> None:
    assert found(tmp_path, 'id,a\n1,x\n1,y\n"",z\n', "id,a\n2,x\n") == engine.LeftOut(1, ("1",))


def test_case_and_outer_space_are_set_aside_where_the_check_does(tmp_path: Path) -> None:
    before, now = 'id,a\n" A",x\nb,x\n', "id,a\na,x\n"
    assert found(tmp_path, before, now).count == 2
    assert found(tmp_path, before, now, fold=True) == engine.LeftOut(1, ("b",))


def test_a_composite_key_is_written_as_in_a_rows_file(tmp_path: Path) -> None:
    assert found(tmp_path, "id,a\n1,x\n1,y\n", "id,a\n1,x\n", "id", "a") == engine.LeftOut(1, ('["1","y"]',))


def test_a_key_column_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match="`id`"):
        found(tmp_path, "id,a\n1,x\n", "no,a\n1,x\n")
