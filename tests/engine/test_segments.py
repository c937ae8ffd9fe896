"""Where groups concentrate: what was planted is found under its best name, and nothing where nothing was planted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence

import duckdb
import pytest

from reconcile.engine.classifying import segments
from reconcile.engine.classifying.asked import Segment
from reconcile.engine.classifying.segments import Asked, Column, Found

Row = dict[str, str | None]
Fails = Callable[[Row], float]
LABEL = "never_sent|differs||status"


class World:
    """Exports and classified mismatches as tables of a connection of their own."""

    def __init__(
        self, left: Sequence[Row], right: Sequence[Row] | None = None, keys: Sequence[str] | None = None
    ) -> None:
        self.connection = duckdb.connect()
        self.columns: list[Column] = []
        self.asked: list[Asked] = []
        self.keys = list(keys or (f"K{number:05}" for number in range(len(left))))
        self._lay("left", left, self.keys)
        self._lay("right", left if right is None else right, self.keys if right is None else self.keys[: len(right)])
        self.connection.execute("CREATE TABLE classified (identity TEXT, kind TEXT, key TEXT, label TEXT)")

    def _lay(self, side: str, rows: Sequence[Row], keys: Sequence[str]) -> None:
        names = list(rows[0]) if rows else []
        cells = "".join(f", c{place} VARCHAR" for place in range(len(names)))
        self.connection.execute(
            f"CREATE TABLE now_{side} (row_number BIGINT, shown_key VARCHAR, repeats BOOLEAN{cells})"
        )
        self.connection.execute(f"CREATE VIEW now_{side}_cells AS FROM now_{side}")
        self.columns += [Column(side, place, name) for place, name in enumerate(names)]
        if rows:
            columns = [[row[name] for row in rows] for name in names]
            repeats = [keys.count(key) > 1 for key in keys] if len(set(keys)) < len(keys) else [False] * len(keys)
            self._insert(f"now_{side}", [list(range(len(rows))), list(keys), repeats, *columns])

    def _insert(self, table: str, columns: Sequence[Sequence[object]]) -> None:
        values = ", ".join("UNNEST(?)" for _ in columns)
        self.connection.execute(f"INSERT INTO {table} SELECT {values}", list(map(list, columns)))

    def group(self, keys: Iterable[str], kind: str = "differs", label: str = LABEL, but: tuple[str, ...] = ()) -> World:
        """Mismatches of these records; ``but`` names columns that are not to be looked at."""
        found = list(keys)
        if found:
            identities = [f"{random.Random(kind + label + key).getrandbits(128):032x}" for key in found]
            self._insert("classified", [identities, [kind] * len(found), found, [label] * len(found)])
        out = tuple((column.side, column.place) for column in self.columns if column.name in but)
        self.asked.append(Asked(label, kind, len(found), out))
        return self

    def all(self) -> Mapping[str, Found]:
        return segments.find(self.connection, self.asked, self.columns)

    def found(self, label: str = LABEL) -> Found:
        return self.all()[label]

    def keys_of(self, found: Found) -> list[str]:
        rows = self.connection.execute("SELECT identity, key FROM classified").fetchall()
        return [dict(rows)[identity] for identity in found.typical]


def people(count: int, seed: int = 1, more: int = 0) -> list[Row]:
    """Records of a small company; ``more`` further columns that say nothing."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for number in range(count):
        branch = chance.choice(BRANCHES)
        row: Row = {
            "id": f"P{number}",
            "branch": branch,
            "city": branch.split()[0],
            "via": chance.choices(["form", "import", "api", ""], [6, 2, 1, 1])[0],
            "grade": chance.choice("ABCDEF"),
            "hired": chance.choice(["agency", "direct", "transfer"]),
        }
        rows.append(row | {f"other {place}": chance.choice("pqrstu") for place in range(more)})
    return rows


BRANCHES = [f"{city} {number}" for city in ("Leeds", "York", "Hull", "Bath") for number in range(3)]


def failing(rows: Sequence[Row], fails: Fails, seed: int = 2) -> list[str]:
    """Keys of the records that fail, each with the probability ``fails`` gives it."""
    chance = random.Random(seed)
    return [f"K{number:05}" for number, row in enumerate(rows) if chance.random() < fails(row)]


def alike(rate: float) -> Fails:
    """Every record fails as easily."""
    return lambda _row: rate


def said(segment: Segment) -> list[tuple[str, str, str]]:
    return [(condition.side, condition.column, condition.value) for condition in segment.conditions]


def test_one_value_is_found_with_its_figures() -> None:
    rows = people(2000)
    keys = failing(rows, lambda row: 0.3 if row["via"] == "import" else 0.01)
    (segment,) = World(rows).group(keys).found().segments
    inside = [key for key in keys if rows[int(key[1:])]["via"] == "import"]
    assert said(segment) == [("left", "via", "import")]
    assert (segment.inside, segment.group, segment.population) == (len(inside), len(keys), 2000)
    assert segment.records == sum(row["via"] == "import" for row in rows)
    assert segment.chance < 1e-20
    assert segment.rate > 15 * segment.rate_elsewhere


def test_two_values_are_found_where_only_both_together_fail() -> None:
    rows = people(3000)
    keys = failing(rows, lambda row: 0.3 if (row["grade"], row["hired"]) == ("C", "agency") else 0.004)
    assert said(World(rows).group(keys).found().segments[0]) == [("left", "grade", "C"), ("left", "hired", "agency")]


def test_two_values_are_found_though_neither_alone_tells_anything() -> None:
    """Grade A of agencies and every other grade of the rest fail: alone, each value fails as often as any other."""
    rows: list[Row] = [{"shift": shift, "door": door} for shift in "DN" for door in "EW" for _ in range(500)]
    keys = failing(rows, lambda row: 0.2 if (row["shift"], row["door"]) in (("D", "E"), ("N", "W")) else 0.002)
    found = World(rows).group(keys).found().segments
    assert {tuple(value for _, _, value in said(segment)) for segment in found} == {("D", "E"), ("N", "W")}


def test_a_pair_is_not_claimed_where_one_value_says_it_all() -> None:
    rows = people(1500)
    world = World(rows)
    for seed in range(20):
        world.group(failing(rows, lambda row: 0.4 if row["grade"] == "C" else 0.01, seed), label=str(seed))
    assert all([said(one) for one in found.segments] == [[("left", "grade", "C")]] for found in world.all().values())


@pytest.mark.parametrize(("column", "value"), [("city", "York"), ("branch", "York 1")])
def test_of_columns_that_say_nearly_the_same_the_most_telling_is_named_alone(column: str, value: str) -> None:
    rows = people(2500)
    keys = failing(rows, lambda row: 0.3 if row[column] == value else 0.005)
    assert [said(one) for one in World(rows).group(keys).found().segments] == [[("left", column, value)]]


def test_of_few_mismatches_both_values_are_named_where_both_are_needed() -> None:
    """Eleven records, all of one door; that the other door's never failed says it as surely as eleven can."""
    rows = people(3000, more=20)
    both = [number for number, row in enumerate(rows) if (row["grade"], row["hired"]) == ("C", "agency")]
    keys = [f"K{number:05}" for number in [*random.Random(4).sample(both, 10), 17]]
    assert said(World(rows).group(keys).found().segments[0]) == [("left", "grade", "C"), ("left", "hired", "agency")]


def test_a_column_of_rare_values_hides_nothing() -> None:
    """Each of 190 shops is too small for chance to bring five of twelve into it: they are no trials."""
    rows = [row | {"shop": f"S{n % 190}", "till": f"T{n * 7 % 190}"} for n, row in enumerate(people(2400))]
    ours = [number for number, row in enumerate(rows) if row["hired"] == "transfer"]
    others = [number for number, row in enumerate(rows) if row["hired"] != "transfer"]
    keys = [f"K{number:05}" for number in [*random.Random(6).sample(ours, 10), *random.Random(7).sample(others, 2)]]
    assert [said(one) for one in World(rows).group(keys).found().segments] == [[("left", "hired", "transfer")]]


def test_the_segment_that_accounts_for_most_comes_first() -> None:
    """The smaller one fails more surely, so it is found first; what a group is named by is the larger part of it."""
    rows = people(6000)
    keys = failing(rows, lambda row: 0.5 if row["branch"] == "Hull 1" else 0.2 if row["grade"] == "E" else 0.002)
    found = World(rows).group(keys).found().segments
    assert [said(one) for one in found] == [[("left", "branch", "Hull 1")], [("left", "grade", "E")]]
    wider = failing(rows, lambda row: 0.34 if row["branch"] == "Hull 1" else 0.2 if row["grade"] == "E" else 0.002)
    found = World(rows).group(wider).found().segments
    assert [said(one) for one in found] == [[("left", "grade", "E")], [("left", "branch", "Hull 1")]]


def test_a_second_cause_of_trouble_is_found_outside_the_first() -> None:
    rows = people(3000)
    keys = failing(rows, lambda row: 0.5 if row["via"] == "import" else 0.4 if row["grade"] == "E" else 0.003)
    found = World(rows).group(keys).found().segments
    assert [said(one) for one in found] == [[("left", "via", "import")], [("left", "grade", "E")]]


def test_what_only_one_export_knows_is_found_there() -> None:
    left = people(1500)
    right: list[Row] = [{"id": row["id"], "channel": random.Random(n).choice("wxyz")} for n, row in enumerate(left)]
    keys = [f"K{n:05}" for n, row in enumerate(right) if row["channel"] == "x" and n % 4 == 0]
    assert said(World(left, right).group(keys).found().segments[0]) == [("right", "channel", "x")]


@pytest.mark.parametrize("kind", ["only_left", "duplicate_left"])
def test_records_of_one_side_are_looked_at_on_that_side_alone(kind: str) -> None:
    left = people(1000)
    keys = failing(left, lambda row: 0.5 if row["hired"] == "agency" else 0.01)
    world = World(left, people(400, seed=9)).group(keys, kind)
    (segment,) = world.found().segments
    assert said(segment) == [("left", "hired", "agency")]
    assert segment.population == 1000


def test_of_a_key_that_repeats_the_last_row_stands_for_it() -> None:
    rows = people(600)
    keys = [f"K{number:05}" for number in range(600)]
    again = [dict(row, via="import") for row in rows[:40]]
    world = World([*rows, *again], rows, [*keys, *keys[:40]]).group(keys[:40], "duplicate_left")
    segment = world.found().segments[0]
    assert said(segment) == [("left", "via", "import")]
    assert (segment.inside, segment.population) == (40, 640)


def test_the_compared_columns_are_not_what_a_wrong_value_is_blamed_on() -> None:
    rows = people(1000)
    keys = failing(rows, lambda row: 0.5 if row["grade"] == "F" else 0)
    assert World(rows).group(keys, but=("grade",)).found().segments == ()


def test_groups_of_one_run_are_told_apart() -> None:
    rows = people(2000)
    world = World(rows)
    world.group(failing(rows, lambda row: 0.3 if row["via"] == "import" else 0.01, 3), label="a")
    world.group(failing(rows, lambda row: 0.3 if row["hired"] == "transfer" else 0.01, 4), label="b")
    world.group(failing(rows, lambda _: 0.1, 5), label="c")
    assert [[said(one)[0][1] for one in world.found(label).segments] for label in "abc"] == [["via"], ["hired"], []]


def test_nothing_is_claimed_where_nothing_was_planted() -> None:
    """Of 200 groups at most a few may claim anything; the test is corrected for two."""
    claims = 0
    for world_seed in range(10):
        rows = people(400, world_seed, more=4)
        world = World(rows)
        for seed in range(20):
            rate = (0.03, 0.1, 0.4, 0.8)[seed % 4]
            world.group(failing(rows, alike(rate), 100 * world_seed + seed), label=str(seed))
        claims += sum(bool(found.segments) for found in world.all().values())
    assert claims <= 4


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_handful_claims_nothing(count: int) -> None:
    rows = people(500)
    keys = [f"K{number:05}" for number, row in enumerate(rows) if row["branch"] == "Hull 2"][:count]
    found = World(rows).group(keys).found()
    assert found.segments == ()
    assert len(found.typical) == count


def test_a_group_of_every_record_claims_nothing() -> None:
    rows = people(300)
    assert World(rows).group(failing(rows, lambda _: 1)).found().segments == ()


def test_a_group_that_is_most_of_the_records_may_concentrate() -> None:
    rows = people(600)
    keys = failing(rows, lambda row: 0.95 if row["hired"] != "direct" else 0.05)
    assert [said(one)[0][2] for one in World(rows).group(keys).found().segments[:1]] != ["direct"]


def test_that_a_value_is_missing_is_found_and_null_is_empty() -> None:
    rows = [row | {"via": None if row["via"] == "" and n % 2 else row["via"]} for n, row in enumerate(people(2000))]
    keys = failing(rows, lambda row: 0.03 if row["via"] else 0.6)
    (segment,) = World(rows).group(keys).found().segments
    assert said(segment) == [("left", "via", "")]
    assert segment.records == sum(not row["via"] for row in rows)


def test_of_a_column_with_many_values_only_that_it_is_empty_is_looked_at() -> None:
    rows = [row | {"tax number": "" if n % 7 == 0 else f"T{n}"} for n, row in enumerate(people(1400))]
    keys = failing(rows, lambda row: 0.02 if row["tax number"] else 0.5)
    assert [said(one) for one in World(rows).group(keys).found().segments] == [[("left", "tax number", "")]]


def test_weird_values_come_back_as_they_are() -> None:
    values = ["it's", 'say "no"', "a\\b", "ß ; DROP", "100 %", "\t", " ", "日本", "a,b\nc", "{x}", "$1", "?"]
    name = "col \"x'"
    rows: list[Row] = [{name: values[n % len(values)], "else": "ab"[n % 2]} for n in range(1200)]
    world = World(rows)
    for odd in values:
        world.group((f"K{n:05}" for n, row in enumerate(rows) if row[name] == odd and n % 5 != 1), label=odd)
    assert {odd: said(found.segments[0]) for odd, found in world.all().items()} == {
        odd: [("left", name, odd)] for odd in values
    }


def test_values_too_long_to_name_are_passed_over() -> None:
    rows: list[Row] = [{"text": "long " * 100 if n % 5 == 0 else "short", "else": "ab"[n % 2]} for n in range(500)]
    keys = [f"K{n:05}" for n in range(0, 500, 5)]
    assert all(len(one[2]) < 300 for found in World(rows).group(keys).found().segments for one in said(found))


def test_a_wide_file_is_looked_at_whole() -> None:
    rows = people(400, more=300)
    keys = failing(rows, lambda row: 0.8 if row["other 287"] == "q" else 0.02)
    assert said(World(rows, people(400)).group(keys).found().segments[0]) == [("left", "other 287", "q")]


def test_many_records_give_exact_figures() -> None:
    """More records, and more mismatches, than are looked at to find pairs."""
    rows: list[Row] = [{"a": "abcdef"[n % 6], "b": "uvwxyz"[n // 6 % 6], "c": str(n % 97)} for n in range(250_000)]
    failed = [n for n, row in enumerate(rows) if (row["a"], row["b"]) == ("c", "w") or n % 29 == 0]
    segment = World(rows, keys=[f"K{n}" for n in range(len(rows))]).group(f"K{n}" for n in failed).found().segments[0]
    both = [n for n, row in enumerate(rows) if (row["a"], row["b"]) == ("c", "w")]
    assert said(segment) == [("left", "a", "c"), ("left", "b", "w")]
    assert (segment.inside, segment.records, segment.group) == (len(both), len(both), len(failed))


def test_no_records_and_no_groups_are_no_trouble() -> None:
    assert segments.find(World([]).connection, [], []) == {}
    assert World([]).group([]).found() == Found((), ())


def test_typical_mismatches_are_from_where_the_group_concentrates() -> None:
    rows = people(2000)
    keys = failing(rows, lambda row: 0.3 if row["via"] == "import" else 0.05)
    world = World(rows).group(keys)
    found = world.found()
    assert len(set(found.typical)) == segments.TYPICAL
    assert {rows[int(key[1:])]["via"] for key in world.keys_of(found)} == {"import"}


def test_typical_mismatches_are_spread_and_the_same_every_time() -> None:
    rows = people(1000)
    world = World(rows).group(failing(rows, lambda _: 0.2))
    found = world.found()
    numbers = sorted(int(key[1:]) for key in world.keys_of(found))
    assert numbers[-1] - numbers[0] > 400
    assert world.found().typical == found.typical


def test_the_order_of_rows_changes_nothing() -> None:
    rows = people(1500)
    keys = failing(rows, lambda row: 0.3 if row["via"] == "import" or row["grade"] == "B" else 0.01)
    names = [f"K{number:05}" for number in range(len(rows))]
    turned = World(rows[::-1], rows[::-1], names[::-1]).group(keys)
    assert turned.found() == World(rows).group(keys).found()
