"""Near copies of one-sided records: what is one, what only looks like one, and laws that hold for both."""

from __future__ import annotations

import json
import random

import pytest

from reconcile.engine.classifying.near_copies import Columns
from tests.engine import near_worlds
from tests.engine.near_worlds import PEOPLE, Row, World

COMPANIES = ("name", "tax number", "street", "town", "phone", "web")
REGISTER: list[Row] = [
    ("C1", "Acme Trading Ltd", "DE811", "Harbour Road 12", "Hull", "01482 330011", "acme.example"),
    ("C2", "Borealis Foods", "DE822", "Mill Lane 4", "Leeds", "0113 4960001", "borealis.example"),
    ("C3", "Cobalt Engineering", "DE833", "Station Street 88", "York", "01904 110022", "cobalt.example"),
    ("C4", "Dunmore & Sons", "DE844", "Castle Hill 1", "Hull", "01482 990077", "dunmore.example"),
    ("C5", "Elmwood Dairy", "DE855", "Farm Close 9", "Ripon", "01765 220033", "elmwood.example"),
    ("C6", "Fairlight Marine", "DE866", "Quay 3", "Whitby", "01947 550011", "fairlight.example"),
    ("C7", "Gorse Hill Quarry", "DE877", "Moor Road 77", "Skipton", "01756 440022", "gorse.example"),
    ("C8", "Hartley Textiles", "DE888", "Weaver Street 15", "Leeds", "0113 4960077", "hartley.example"),
]

COPIES: list[tuple[str, Row]] = [
    ("everything the same", ("X", *REGISTER[0][1:])),
    ("two letters swapped", ("X", "Amce Trading Ltd", *REGISTER[0][2:])),
    ("capitals and punctuation", ("X", "ACME TRADING, LTD.", "de-811", "harbour road 12", *REGISTER[0][4:])),
    ("a suffix dropped", ("X", "Acme Trading", *REGISTER[0][2:])),
    ("a mark behind the name", ("X", "Acme Trading Ltd (new)", *REGISTER[0][2:])),
    ("another web address", ("X", "Acme Tradng Ltd", *REGISTER[0][2:6], "acme-trading.example")),
    ("half of it empty", ("X", "Acme Trading Ltd", None, None, "Hull", "01482 330011", "acme.example")),
]
NO_COPIES: list[tuple[str, Row]] = [
    ("nothing in common", ("X", "Ivory Press", "DE899", "Book Row 6", "Derby", "01332 880011", "ivory.example")),
    ("a town alone", ("X", "Ivory Press", "DE899", "Book Row 6", "Hull", "01332 880011", "ivory.example")),
    ("neighbours with one telephone", ("X", "Ivory Press", "DE899", *REGISTER[0][3:6], "ivory.example")),
    ("a branch elsewhere", ("X", "Acme Trading Ltd", "DE899", "Park Way 2", "Derby", "01332 880011", "acme.example")),
    ("a name alone", ("X", "Acme Trading Ltd", None, None, None, None, None)),
    ("nothing at all", ("X", None, "", None, None, None, None)),
]


@pytest.mark.parametrize("row", [row for _, row in COPIES], ids=[said for said, _ in COPIES])
def test_a_record_entered_again_is_a_copy_of_the_matched_one(row: Row) -> None:
    found = World(COMPANIES, [*REGISTER, row], REGISTER).found()
    assert {identity: answer[:3] for identity, answer in found.items()} == {"left X": ("copy", "left", "C1")}


@pytest.mark.parametrize("row", [row for _, row in NO_COPIES], ids=[said for said, _ in NO_COPIES])
def test_another_record_is_no_copy(row: Row) -> None:
    assert World(COMPANIES, [*REGISTER, row], REGISTER).found() == {}


def test_the_columns_in_which_both_agree_are_named() -> None:
    row = ("X", "Amce Trading Ltd", "DE899", *REGISTER[0][3:])
    found = World(COMPANIES, [*REGISTER, row], REGISTER).found()
    assert set(json.loads(found["left X"][3])) == {"name", "street", "town", "phone", "web"}


def test_a_copy_on_the_right_is_found_there() -> None:
    found = World(COMPANIES, REGISTER, [*REGISTER, ("X", "Amce Trading Ltd", *REGISTER[0][2:])]).found()
    assert {identity: answer[:3] for identity, answer in found.items()} == {"right X": ("copy", "right", "C1")}


def test_of_two_one_sided_records_the_first_is_the_original() -> None:
    twice = [("X1", "Ivory Press", *NO_COPIES[0][1][2:]), ("X2", "Ivroy Press", *NO_COPIES[0][1][2:])]
    found = World(COMPANIES, [*REGISTER, *twice], REGISTER).found()
    assert {identity: answer[:3] for identity, answer in found.items()} == {"left X2": ("copy", "left", "X1")}


def test_one_record_under_two_keys_is_said_of_both() -> None:
    left, right = ("0815", "Ivory Press", *NO_COPIES[0][1][2:]), ("8015", "Ivory Press Ltd", *NO_COPIES[0][1][2:])
    found = World(COMPANIES, [*REGISTER, left], [*REGISTER, right]).found()
    assert {identity: answer[:3] for identity, answer in found.items()} == {
        "left 0815": ("two keys", "right", "8015"),
        "right 8015": ("two keys", "left", "0815"),
    }


def test_two_systems_may_write_numbers_and_days_in_their_own_way() -> None:
    columns = ("name", "day", "amount")
    ours = [(f"K{n}", f"Firm {word}", f"2024-{n:02}-{n + 10}", f"{1000 + n}.50") for n, word in enumerate(_WORDS, 1)]
    theirs = [(key, name, f"{day[8:]}.{day[5:7]}.{day[:4]}", f"1.{amount[1:4]},5") for key, name, day, amount in ours]
    theirs[-1] = ("Z", *theirs[-1][1:])
    found = World(columns, list(ours), list(theirs)).found()
    assert found["left K12"][:3] == ("two keys", "right", "Z")
    assert set(json.loads(found["left K12"][3])) == {"name", "day", "amount"}


_WORDS = ["alder", "birch", "cedar", "damson", "elder", "fig", "gorse", "hazel", "ivy", "juniper", "kapok", "larch"]


def test_lines_of_one_order_are_no_copies() -> None:
    columns = ("order", "customer", "day", "town", "phone", "product", "quantity", "price")
    chance = random.Random(5)
    rows: list[Row] = []
    for order in range(60):
        head = (f"O{order:04}", f"Firm {order}", f"2024-03-{order % 28 + 1:02}", f"Town {order % 9}", f"0{order}55512")
        for line in range(chance.randint(2, 5)):
            cells = (f"Part {chance.randint(1, 40)}", str(chance.randint(1, 9)), f"{chance.randint(1, 999)}.00")
            rows.append((f"{order}-{line}", *head, *cells))
    missing = {row[0] for row in chance.sample(rows, 15)}
    assert World(columns, rows, [row for row in rows if row[0] not in missing]).found() == {}


@pytest.mark.parametrize("households", [1, 30])
def test_people_of_one_household_are_no_copies(households: int) -> None:
    chance = random.Random(7)
    rows = near_worlds.people(chance, 300)
    both = [near_worlds.family(chance, rows[place], f"F{place}") for place in range(households)]
    new = [near_worlds.family(chance, rows[place], f"N{place}") for place in range(100, 100 + max(households // 6, 1))]
    assert World(PEOPLE, [*rows, *both, *new], [*rows, *both]).found() == {}


def test_branches_of_one_company_are_no_copies() -> None:
    chance = random.Random(9)
    rows: list[Row] = []
    for company in range(80):
        for branch in range(chance.randint(1, 4)):
            town = chance.choice(near_worlds.TOWNS.split())
            rows.append(
                (
                    f"{company}-{branch}",
                    f"{_WORDS[company % 12].title()} {_WORDS[company // 12].title()} Ltd",
                    f"DE{800_000 + company}",
                    f"Road {chance.randint(1, 400)}",
                    town,
                    f"0{chance.randint(100, 999)} {chance.randint(100_000, 999_999)}",
                    f"firm{company}.example",
                )
            )
    missing = {row[0] for row in chance.sample(rows, 12)}
    assert World(COMPANIES, rows, [row for row in rows if row[0] not in missing]).found() == {}


@pytest.mark.parametrize("seed", range(3))
def test_planted_copies_are_found_and_little_else(seed: int) -> None:
    chance = random.Random(seed)
    rows = near_worlds.people(chance, 600)
    new = near_worlds.people(chance, 60, first=5000)
    originals = chance.sample(rows, 40)
    copies = [near_worlds.copied(chance, row, f"X{place}") for place, row in enumerate(originals)]
    left = [*rows, *new, *copies]
    truth = {(f"left X{place}", row[0]) for place, row in enumerate(originals)}
    found = {(identity, answer[2]) for identity, answer in World(PEOPLE, left, rows).found().items()}
    assert len(found & truth) >= 0.95 * len(truth)
    assert len(found & truth) >= 0.97 * len(found)


@pytest.mark.parametrize("seed", range(2))
def test_records_under_two_keys_are_found_on_both_sides(seed: int) -> None:
    chance = random.Random(seed)
    rows, ours, theirs = (
        near_worlds.people(chance, count, first=first) for count, first in ((400, 0), (30, 1000), (30, 2000))
    )
    again = [near_worlds.copied(chance, row, f"X{place}") for place, row in enumerate(ours[:20])]
    found = World(PEOPLE, [*rows, *ours], [*rows, *theirs, *again]).found()
    pairs = {(identity, answer[2]) for identity, answer in found.items() if answer[0] == "two keys"}
    truth = {(f"left {row[0]}", f"X{place}") for place, row in enumerate(ours[:20])}
    truth |= {(f"right X{place}", str(row[0])) for place, row in enumerate(ours[:20])}
    assert len(pairs & truth) >= 0.95 * len(truth)
    assert pairs <= truth


def test_the_order_of_rows_does_not_matter() -> None:
    chance = random.Random(3)
    rows = near_worlds.people(chance, 300)
    copies = [near_worlds.copied(chance, row, f"X{place}") for place, row in enumerate(rows[:15])]
    left = [*rows, *copies]
    before = World(PEOPLE, left, rows).found()
    assert World(PEOPLE, chance.sample(left, len(left)), chance.sample(rows, len(rows))).found() == before


def test_where_nothing_is_one_sided_nothing_is_found() -> None:
    assert World(COMPANIES, REGISTER, REGISTER).found() == {}
    assert World(COMPANIES, [], []).found() == {}
    assert World(COMPANIES, REGISTER, []).found() == {}


def test_rows_whose_key_repeats_are_neither_looked_for_nor_found() -> None:
    again = ("C1", *REGISTER[0][1:])
    row = ("X", "Amce Trading Ltd", *REGISTER[0][2:])
    assert World(COMPANIES, [*REGISTER, again, row], REGISTER, repeats={"C1"}).found() == {}


def test_no_columns_find_nothing() -> None:
    row = ("X", "Amce Trading Ltd", *REGISTER[0][2:])
    assert World(COMPANIES, [*REGISTER, row], REGISTER).found(search=Columns([], [], [])) == {}


def test_a_very_wide_file_is_looked_at_by_its_most_telling_columns() -> None:
    chance = random.Random(11)
    columns = (*PEOPLE, *(f"more {number}" for number in range(200)))
    more = tuple("" if number % 2 else "same" for number in range(200))
    rows = [(*row, *more) for row in near_worlds.people(chance, 120)]
    copy = (*near_worlds.copied(chance, rows[5][:8], "X"), *more)
    found = World(columns, [*rows, copy], rows).found()
    assert {identity: answer[2] for identity, answer in found.items()} == {"left X": "K00005"}
