"""Rows that a comparison paired, beside each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine.errors import ColumnMissing

LEFT = "id,part,a,b\n3,x,1,l3\n1,x,1,l1\n2,x,,l2\n4,x,1,l4\n5,x,1,l5\n5,x,1,l5 again\n,,1,none\n"
RIGHT = "part,id,A,c\nx,1,1,r1\nx,2,2,r2\nx,3,2,r3\nx,5,9,r5\n,,9,none\n"
BY_ID = (("id", "id"),)
BY_BOTH = (("id", "id"), ("part", "part"))


class Exports:
    """Two kept exports, and what comparing them by a key found."""

    def __init__(self, folder: Path, left: str = LEFT, right: str = RIGHT) -> None:
        self._folder = folder
        self.left, self.right = self._kept("left", left), self._kept("right", right)

    def _kept(self, name: str, text: str) -> engine.Kept:
        file, copy = self._folder / f"{name}.csv", self._folder / f"{name}.parquet"
        file.write_text(text)
        return engine.Kept(copy, engine.read(file, keep=copy))

    def compared(self, key: tuple[tuple[str, str], ...] = BY_ID, *, differing: bool = True) -> list[engine.Pair]:
        rows_file = self._folder / "rows.parquet"
        spec = engine.CompareSpec(key=key, maps=(("a", "A"),), by_name=False)
        engine.compare(spec, self.left, self.right, rows_file=rows_file)
        columns = (["a", "b"], ["A", "c"])
        batches = engine.pairs(self.left, self.right, key, columns, rows_file, differing=differing, batch=1)
        return [pair for batch in batches for pair in batch]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    return Exports(tmp_path_factory.mktemp("paired"))


THREE = engine.Pair("3", True, ("1", "l3"), ("2", "r3"))  # noqa: FBT003 - by place, as rows come
TWO = engine.Pair("2", True, (None, "l2"), ("2", "r2"))  # noqa: FBT003
ONE = engine.Pair("1", False, ("1", "l1"), ("1", "r1"))  # noqa: FBT003


def test_pairs_that_differ_come_in_the_order_of_the_left_export(exports: Exports) -> None:
    assert exports.compared() == [THREE, TWO]


def test_all_pairs_say_whether_they_differ_and_repeated_or_empty_keys_are_none(exports: Exports) -> None:
    assert exports.compared(differing=False) == [THREE, ONE, TWO]


def test_a_key_of_several_columns_is_written_as_in_a_rows_file(exports: Exports) -> None:
    found = exports.compared(BY_BOTH, differing=False)
    assert [(pair.key, pair.differs) for pair in found] == [
        ('["3","x"]', True),
        ('["1","x"]', False),
        ('["2","x"]', True),
    ]


def test_a_column_that_is_not_there_is_named(exports: Exports, tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing, match=r"Column `gone` is not in right\.csv"):
        list(engine.pairs(exports.left, exports.right, BY_ID, (["a"], ["gone"]), tmp_path / "rows.parquet"))
