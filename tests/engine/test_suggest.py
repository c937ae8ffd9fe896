# ruff: noqa: E501 - tables read as tables
"""What ``suggest`` says of small pairs of files written down here."""

import csv
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from reconcile import engine
from reconcile.engine.errors import EngineError, FileIsEmpty, NoKeyFound
from reconcile.engine.suggesting import suggester
from reconcile.engine.suggesting.suggestions import PairSuggestion, Suggestion
from tests.engine.suggest_worlds import suggested

Rows = Sequence[Sequence[object]]
CITIES = ["Graz", "Lyon", "Porto", "Gent", "Bergen"]


def suggest(folder: Path, left: Rows, right: Rows) -> Suggestion:
    """Suggest for two tables whose first rows are the headers."""
    for name, rows in (("left.csv", left), ("right.csv", right)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return suggested(folder / "left.csv", folder / "right.csv", folder / "work")


def accounts(count: int = 40, *, seed: int = 1) -> list[list[object]]:
    """Return rows of id, amount, city."""
    rng = random.Random(seed)
    return [[f"A{n:04d}", f"{rng.uniform(1, 900):.2f}", rng.choice(CITIES)] for n in range(count)]


def key(found: Suggestion) -> list[tuple[str, str]]:
    return list(found.keys[0].pairs)


def pair(found: Suggestion, left: str) -> PairSuggestion:
    return next(one for one in found.pairs if one.left == left)


def test_columns_of_other_names_are_paired_by_their_values(tmp_path: Path) -> None:
    rows = accounts()
    found = suggest(
        tmp_path, [["id", "amount", "city"], *rows], [["Ort", "Ref", "Betrag"], *([c, a, b] for a, b, c in rows[::-1])]
    )
    assert key(found) == [("id", "Ref")]
    assert {(one.left, one.right) for one in found.pairs} == {("amount", "Betrag"), ("city", "Ort")}
    assert found.keys[0].reason == "unique on both sides, 100 % of left keys found on the right"


def test_keys_that_differ_in_case_are_folded_and_the_reason_says_so(tmp_path: Path) -> None:
    rows = accounts()
    found = suggest(
        tmp_path,
        [["id", "amount", "city"], *rows],
        [["id", "amount", "city"], *([str(a).lower(), b, c] for a, b, c in rows)],
    )
    assert found.keys[0].fold
    assert "case" in found.keys[0].reason


def test_a_few_repeated_and_empty_keys_do_not_hide_the_key(tmp_path: Path) -> None:
    rows = accounts(100)
    left: Rows = [*rows, rows[0], ["", "1.00", "Graz"]]
    found = suggest(tmp_path, [["id", "amount", "city"], *left], [["id", "amount", "city"], *rows])
    assert key(found) == [("id", "id")]
    assert found.keys[0].reason.startswith("unique on the right, on 97 % of rows on the left")


def test_row_numbers_lose_to_a_key_under_which_the_rest_agrees(tmp_path: Path) -> None:
    rows = accounts()
    numbered = [[n, a, b, c] for n, (a, b, c) in enumerate(rows, 1)]
    turned = [[n, a, b, c] for n, (a, b, c) in enumerate(rows[::-1], 1)]
    found = suggest(tmp_path, [["no", "ref", "amount", "city"], *numbered], [["no", "ref", "amount", "city"], *turned])
    assert key(found) == [("ref", "ref")]


def test_row_numbers_alone_are_only_a_weak_key_that_compare_does_not_take(tmp_path: Path) -> None:
    right = [[n, row[1], row[2]] for n, row in enumerate(accounts(60, seed=5), 1)]
    found = suggest(
        tmp_path,
        [["no", "amount", "city"], *([n, *row[1:]] for n, row in enumerate(accounts(60), 1))],
        [["no", "amount", "city"], *right],
    )
    assert found.keys[0].weak
    assert "seem to number their rows" in found.keys[0].reason
    with pytest.raises(NoKeyFound):
        suggester.complete(engine.CompareSpec(), found)


@pytest.mark.parametrize("parts", [2, 3])
def test_columns_identify_together_where_none_does_alone(tmp_path: Path, parts: int) -> None:
    sizes = {2: (10, 6, 1), 3: (6, 5, 4)}[parts]
    rng = random.Random(2)
    rows = [
        [f"S{a}", f"K{b}", f"T{c}", rng.randint(1, 9)]
        for a in range(sizes[0])
        for b in range(sizes[1])
        for c in range(sizes[2])
    ]
    found = suggest(
        tmp_path,
        [["store", "item", "till", "sold"], *rows],
        [["till", "sold", "item", "store"], *([r[2], r[3], r[1], r[0]] for r in rows)],
    )
    assert set(key(found)) == {(name, name) for name in ["store", "item", "till"][:parts]}


def test_an_identifier_is_preferred_to_a_mail_address_an_amount_and_a_time(tmp_path: Path) -> None:
    rows = [[f"{n}@x.example", f"{n}.{n:02d}", f"2024-01-01 10:{n:02d}:00", 7000 + n] for n in range(50)]
    header = ["mail", "amount", "changed", "customer_id"]
    assert key(suggest(tmp_path, [header, *rows], [header, *rows])) == [("customer_id", "customer_id")]


def test_constants_are_not_paired_for_being_constant(tmp_path: Path) -> None:
    rows = accounts()
    found = suggest(
        tmp_path,
        [["id", "amount", "kind"], *([a, b, "x"] for a, b, _ in rows)],
        [["id", "amount", "origin"], *([a, b, "x"] for a, b, _ in rows)],
    )
    assert found.unpaired_left == ("kind",)
    assert found.unpaired_right == ("origin",)


def test_empty_columns_are_not_paired_for_being_empty(tmp_path: Path) -> None:
    rows = accounts()
    found = suggest(
        tmp_path,
        [["id", "amount", "note"], *([a, b, ""] for a, b, _ in rows)],
        [["id", "amount", "tags"], *([a, b, ""] for a, b, _ in rows)],
    )
    assert (found.unpaired_left, found.unpaired_right) == (("note",), ("tags",))


@pytest.mark.parametrize(
    ("left", "right", "comparison"),
    [
        (["1.50", "2.00", "3.25", "10.00"], ["1.5", "2", "3.25", "10"], "number"),
        (["2024-01-31", "2024-02-13", "2024-03-25", "2024-04-30"], ["31.01.2024", "13.02.2024", "25.03.2024", "30.04.2024"], "date"),
        (["yes", "no", "no", "yes"], ["Y", "N", "N", "Y"], "boolean"),
        (["open", "shut", "held", "lost"], ["10", "20", "30", "40"], "mapped"),
        (["São Luís", "Gent", "Ulm", "Oslo"], ["sao  luis", "GENT", "ulm", "oslo"], "text"),
    ],
)  # fmt: skip
def test_the_comparison_follows_the_values(tmp_path: Path, left: list[str], right: list[str], comparison: str) -> None:
    ours = [[f"A{n}", left[n % 4], n % 7] for n in range(60)]
    theirs = [[f"A{n}", right[n % 4], n % 7] for n in range(60)]
    found = suggest(tmp_path, [["id", "value", "n"], *ours], [["id", "value", "n"], *theirs])
    assert pair(found, "value").comparison == comparison


def test_words_that_differ_without_a_pattern_compare_as_they_are(tmp_path: Path) -> None:
    rows = accounts(80)
    other = [[a, b, CITIES[n % 5] if n % 4 == 0 else c] for n, (a, b, c) in enumerate(rows)]
    found = suggest(tmp_path, [["id", "amount", "city"], *rows], [["id", "amount", "city"], *other])
    assert pair(found, "city").comparison == "exact"


def test_a_date_whose_day_and_month_look_alike_is_told_by_the_other_side(tmp_path: Path) -> None:
    days = [(n % 12 + 1, n % 11 + 1) for n in range(60)]
    found = suggest(
        tmp_path,
        [["id", "due"], *([f"A{n}", f"2024-{m:02d}-{d:02d}"] for n, (d, m) in enumerate(days))],
        [["id", "due"], *([f"A{n}", f"{d:02d}/{m:02d}/2024"] for n, (d, m) in enumerate(days))],
    )
    assert (pair(found, "due").comparison, pair(found, "due").argument) == ("date", "%Y-%m-%d|%d/%m/%Y")


def test_completing_takes_the_key_and_leaves_what_was_asked_alone(tmp_path: Path) -> None:
    rows = accounts()
    found = suggest(tmp_path, [["id", "amount", "city"], *rows], [["Ref", "Betrag", "Ort"], *rows])
    spec, sentences = suggester.complete(engine.CompareSpec(ignore=("city",)), found)
    assert (spec.key, spec.maps) == ((("id", "Ref"),), (("amount", "Betrag"),))
    assert sentences[0] == "Key: id = Ref (unique on both sides, 100 % of left keys found on the right)."
    assert len(sentences) == 2


def test_completing_maps_no_column_twice(tmp_path: Path) -> None:
    rows = accounts()
    found = suggest(tmp_path, [["id", "amount", "city"], *rows], [["Ref", "Betrag", "Ort"], *rows])
    spec, _ = suggester.complete(engine.CompareSpec(map_texts=("amount=Ort",)), found)
    assert spec.maps == ()


def test_compare_without_a_key_uses_the_suggestion_and_says_so(tmp_path: Path) -> None:
    rows = accounts()
    suggest(tmp_path, [["id", "amount", "city"], *rows], [["Ref", "Betrag", "Ort"], *rows[1:]])
    done = engine.compare(engine.CompareSpec(), tmp_path / "left.csv", tmp_path / "right.csv")
    assert (done.matched, done.left_side.only, done.differing_cells) == (39, 1, 0)
    assert done.suggested[0].startswith("Key: id = Ref (unique on both sides")


def test_files_without_a_common_value_have_no_key(tmp_path: Path) -> None:
    found = suggest(tmp_path, [["id", "city"], ["a", "x"], ["b", "y"]], [["id", "city"], ["c", "z"], ["d", "w"]])
    assert found.keys == ()
    assert [(one.left, one.right) for one in found.pairs] == [("id", "id"), ("city", "city")]


def test_a_file_without_rows_has_no_key(tmp_path: Path) -> None:
    assert suggest(tmp_path, [["id", "city"]], [["id", "city"], ["1", "Ulm"]]).keys == ()


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileIsEmpty):
        suggest(tmp_path, [], [["id"], ["1"]])


def test_two_lists_of_keys_are_a_key(tmp_path: Path) -> None:
    found = suggest(tmp_path, [["ref"], *([f"K{n}"] for n in range(9))], [["code"], *([f"K{n}"] for n in range(3, 12))])
    assert key(found) == [("ref", "code")]
    assert found.pairs == ()


def test_one_record_on_each_side_is_enough(tmp_path: Path) -> None:
    found = suggest(tmp_path, [["id", "city"], ["A1", "Ulm"]], [["id", "city"], ["A1", "Ulm"]])
    assert key(found) == [("id", "id")]


@pytest.mark.parametrize(
    "name", ['say "x"', "<script>alert(1)</script>", "a=b=c", "n" * 10_000, "'; DROP TABLE t; --", "c0", "=1+1"]
)
def test_names_are_data(tmp_path: Path, name: str) -> None:
    rows = [[f"A{n}", n % 13, CITIES[n % 5]] for n in range(40)]
    found = suggest(tmp_path, [[name, "qty", "city"], *rows], [["ref", name, "city"], *rows])
    assert key(found) == [(name, "ref")]
    spec, sentences = suggester.complete(engine.CompareSpec(), found)
    assert spec.key == ((name, "ref"),)
    assert all(len(sentence) < 400 for sentence in sentences)


def test_a_file_that_the_database_reads_differently_is_read_record_by_record(tmp_path: Path) -> None:
    rows = [f'A{n},{n % 7},"x{n}"' for n in range(40)]
    (tmp_path / "left.csv").write_text("id,n,t\n" + "\n".join(rows) + '\nA40,1,say "no"\n', encoding="utf-8")
    (tmp_path / "right.csv").write_text("id,n,t\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert key(suggested(tmp_path / "left.csv", tmp_path / "right.csv", tmp_path / "work")) == [("id", "id")]


def test_large_files_are_sampled_by_key_whatever_their_order(tmp_path: Path) -> None:
    rng = random.Random(3)
    rows = [[f"A{n:06d}", rng.randint(1, 50), rng.choice(CITIES), f"{rng.uniform(1, 9000):.2f}"] for n in range(60_000)]
    mixed = rng.sample(rows, len(rows))
    found = suggest(
        tmp_path,
        [["id", "qty", "city", "amount"], *rows],
        [["Summe", "Menge", "Ort", "Ref"], *([d, b, c, a] for a, b, c, d in mixed)],
    )
    assert key(found) == [("id", "Ref")]
    assert {(one.left, one.right) for one in found.pairs} == {("qty", "Menge"), ("city", "Ort"), ("amount", "Summe")}


def test_many_columns_take_no_more_than_they_need(tmp_path: Path) -> None:
    header = ["id", *(f"measure {n}" for n in range(400))]
    rows = [[f"A{n}", *(n * (place + 3) % 97 for place in range(400))] for n in range(60)]
    found = suggest(tmp_path, [header, *rows], [[name.upper() for name in header], *rows])
    assert key(found) == [("id", "ID")]
    assert sum(one.left.upper() == one.right for one in found.pairs) >= 0.95 * 400


def test_the_front_door_answers_from_a_child_process(tmp_path: Path) -> None:
    rows = accounts()
    inside = suggest(tmp_path, [["id", "amount", "city"], *rows], [["Ref", "Betrag", "Ort"], *rows])
    assert engine.suggest(tmp_path / "left.csv", tmp_path / "right.csv") == inside


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        engine.suggest(tmp_path / "none.csv", tmp_path / "none.csv")


def test_columns_that_always_identify_are_preferred_to_those_that_mostly_do(tmp_path: Path) -> None:
    rng = random.Random(4)
    rows = [[f"O{n // 4}", n % 4 + 1, f"S{rng.randint(1, 300)}", rng.randint(1, 99)] for n in range(4_000)]
    found = suggest(tmp_path, [["order", "line", "article", "count"], *rows], [["a", "b", "c", "d"], *rows[::-1]])
    assert set(key(found)) == {("order", "a"), ("line", "b")}
