"""Every refusal is one plain sentence, and the same after it crossed from one process to another."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine import errors, mappings
from reconcile.engine.errors import EngineError

KEY = (("id", "id"),)
FACTS = {"line": 1234, "lines": 3, "count": 5000, "columns": ["id", "name"], "comparisons": ["auto"], "sheets": []}


def leaves(kind: type[EngineError]) -> list[type[EngineError]]:
    below = kind.__subclasses__()
    return [kind] if not below else [leaf for child in below for leaf in leaves(child)]


def made(kind: type[EngineError]) -> EngineError:
    """A refusal with a value for every fact its sentence speaks of."""
    names = {name for _, name, _, _ in string.Formatter().parse(kind.sentence) if name}
    return kind(**{name: FACTS.get(name, f"<{name}>") for name in names})


@pytest.mark.parametrize("kind", leaves(EngineError), ids=lambda kind: kind.__name__)
def test_a_refusal_is_a_sentence_and_crosses_json_both_ways(kind: type[EngineError]) -> None:
    error = made(kind)
    assert re.fullmatch(r"[A-Z<`][^{}\n]*[.]", str(error)), str(error)
    again = EngineError.from_json(json.loads(json.dumps(error.to_json())))
    assert (type(again), str(again), again.facts) == (kind, str(error), error.facts)


def test_names_in_sentences_are_cut_and_cleaned() -> None:
    error = errors.ColumnMissing(
        role="Key column", column="a\0b" + "x" * 500, file="l\n.csv", columns=list("abcdefghijklmnopqrstuvwxyz")
    )
    assert "\0" not in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 500
    assert "and 6 more" in str(error)


def files(folder: Path, left: str = "id,a,b\n1,2,3\n", right: str = "id,a,b\n1,2,3\n") -> tuple[Path, Path]:
    (folder / "left.csv").write_text(left)
    (folder / "right.csv").write_text(right)
    return folder / "left.csv", folder / "right.csv"


@pytest.mark.parametrize(
    ("spec", "kind", "sentence"),
    [
        ({"key": (("nr", "id"),)}, errors.ColumnMissing, "Key column `nr` is not in left.csv. It has: id, a, b."),
        ({"key": (("id", "nr"),)}, errors.ColumnMissing, "Key column `nr` is not in right.csv. It has: id, a, b."),
        ({"key_texts": ("id=nr",)}, errors.ColumnMissing, "Key column `nr` is not in right.csv."),
        ({"key": KEY, "maps": (("a", "z"),)}, errors.ColumnMissing, "Column `z` is not in right.csv."),
        ({"key": KEY, "ignore": ("z",)}, errors.ColumnMissing, "Ignored column `z` is not in left.csv or right.csv."),
        ({"key": KEY, "rule_texts": ("z:exact",)}, errors.ColumnMissing, "Compared column `z` is not in left.csv."),
        ({"key": KEY, "maps": (("a", "b"), ("a", "a"))}, errors.PairedTwice, "Column `a` is paired twice."),
        ({"key": (("id", "id"), ("id", "a"))}, errors.PairedTwice, "Column `id` is paired twice."),
        ({"key": KEY, "rule_texts": ("a:fuzzy",)}, errors.ComparisonUnknown, "`fuzzy` is not a comparison."),
        ({"key": KEY, "rule_texts": ("a",)}, errors.ArgumentNotUnderstood, "`a` is not understood"),
        ({"key": KEY, "rule_texts": ("a:number:much",)}, errors.ArgumentNotUnderstood, "`much` is not understood"),
        ({"key": KEY, "rule_texts": ("a:number:-1",)}, errors.ArgumentNotUnderstood, "`-1` is not understood"),
        ({"key": KEY, "rule_texts": ("a:number:5000%",)}, errors.ArgumentNotUnderstood, "`5000%` is not understood"),
        ({"key": KEY, "rule_texts": ("a:date:%Q",)}, errors.ArgumentNotUnderstood, "%Q is no part of a format"),
        ({"key": KEY, "rule_texts": ("a:date:soon",)}, errors.ArgumentNotUnderstood, "`soon` is not understood"),
        ({"key": KEY, "rule_texts": ("a:text:colour",)}, errors.ArgumentNotUnderstood, "`colour` is not understood"),
        ({"key": KEY, "rule_texts": ("a:exact:1",)}, errors.ArgumentNotUnderstood, "exact takes no argument"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(
    tmp_path: Path, spec: dict[str, object], kind: type[EngineError], sentence: str
) -> None:
    with pytest.raises(kind) as caught:
        engine.compare(engine.CompareSpec(**spec), *files(tmp_path))  # type: ignore[arg-type]
    assert sentence in str(caught.value)


def test_a_word_mapped_twice_is_refused_wherever_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("open,1\nopen,2\n")
    with pytest.raises(errors.WordMappedTwice, match="line 2: `open` is already mapped to `1`"):
        mappings.read_mapping(tmp_path / "words.csv")
    spec = engine.CompareSpec(key=KEY, rules={"a": engine.Rule("mapped", "", (("open", "1"), ("open", "2")))})
    with pytest.raises(errors.ArgumentNotUnderstood, match="map each left word once"):
        engine.compare(spec, *files(tmp_path))


def test_nothing_to_compare_names_what_there_is(tmp_path: Path) -> None:
    left, right = files(tmp_path, "id,a\n1,2\n", "id,b\n1,2\n")
    with pytest.raises(errors.NothingToCompare, match="left a; right b"):
        engine.compare(engine.CompareSpec(key=KEY), left, right)


def test_dates_that_could_be_read_both_ways_have_to_be_named(tmp_path: Path) -> None:
    left, right = files(tmp_path, "id,a\n1,01/02/2024\n", "id,a\n1,01/02/2024\n")
    with pytest.raises(errors.ArgumentNotUnderstood, match="a:date:%d/%m/%Y or a:date:%m/%d/%Y"):
        engine.compare(engine.CompareSpec(key=KEY, rule_texts=("a:date",)), left, right)


@pytest.mark.parametrize("name", ["rows.xlsx", "nowhere/rows.csv", "folder.csv"])
def test_a_result_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises((errors.OutputNotWritable, errors.ArgumentNotUnderstood)):
        engine.compare(engine.CompareSpec(key=KEY), *files(tmp_path), rows_file=tmp_path / name)


def test_two_fields_of_the_same_name_are_refused(tmp_path: Path) -> None:
    """A mismatch is known by the name of its field."""
    (tmp_path / "a.csv").write_text("id,city,town\n1,x,y\n")
    spec = engine.CompareSpec(key=KEY, names={"city": "town"})
    with pytest.raises(
        errors.ArgumentNotUnderstood, match="`town` is not understood: give each field a name of its own"
    ):
        engine.compare(spec, tmp_path / "a.csv", tmp_path / "a.csv")
