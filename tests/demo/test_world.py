"""The demo company's world: the same every time, and wrong in exactly the ways it says."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reconcile import engine
from reconcile.demo import files, world

SUNDAY = date(2026, 11, 22)
CAUSES = {
    "timing", "never_sent", "non_owner_edit", "both_edited", "missing_event", "removed", "duplicate", "meaning",
    "format", "unexplained",
}  # fmt: skip


@pytest.fixture(scope="module")
def made() -> world.World:
    return world.make(today=SUNDAY)


def found(week: world.Week, folder: Path) -> tuple[engine.Comparison, set[tuple[str, str]]]:
    """What the engine finds in a week's pair: the comparison, and (key, field) of each mismatch."""
    crm, billing, out = folder / "crm.csv", folder / "billing.csv", folder / "out.jsonl"
    crm.write_bytes(week.crm.content)
    billing.write_bytes(week.billing.content)
    mapped = {"billing_status": engine.Rule("mapped", mapping=tuple(files.STATUS_WORDS.items()))}
    spec = engine.CompareSpec(
        key=((files.CRM_KEY, files.BILLING_KEY),),
        by_name=False,
        maps=tuple((files.CRM_COLUMNS[name], files.BILLING_COLUMNS[name]) for name in files.CRM_COLUMNS),
        names={column: name for name, column in files.CRM_COLUMNS.items()},
        rules=mapped if week.number >= 3 else {},
    )
    comparison = engine.compare(spec, crm, billing, rows_file=out)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    return comparison, {(line["key"], line["field"] or "*") for line in lines}


def test_the_same_day_and_seed_give_the_same_bytes(made: world.World) -> None:
    assert world.make(today=SUNDAY) == made


def test_another_seed_gives_other_customers() -> None:
    one, another = (world.make(today=SUNDAY, seed=seed, customers=60) for seed in (1, 2))
    assert one.weeks[0].crm.content != another.weeks[0].crm.content


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2026, 11, 22), date(2026, 11, 26)])
def test_the_last_week_ends_on_the_last_friday(today: date) -> None:
    weeks = world.make(today=today, customers=60).weeks
    assert weeks[-1].crm.as_of == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert weeks[0].crm.as_of == datetime(2026, 10, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize("number", range(1, 9))
def test_a_comparison_finds_what_was_planted_and_nothing_else(made: world.World, number: int, tmp_path: Path) -> None:
    _, mismatches = found(made.weeks[number - 1], tmp_path)
    assert mismatches == {(one.key, one.field) for one in made.truth if one.week == number}


def test_nothing_is_planted_twice_in_one_place(made: world.World) -> None:
    assert max(Counter((one.week, one.key, one.field) for one in made.truth).values()) == 1


def test_every_kind_of_failure_is_there_in_the_last_week(made: world.World) -> None:
    assert {one.cause for one in made.truth if one.week == 8} == CAUSES


def test_what_needs_an_earlier_week_to_be_told_is_not_in_the_first(made: world.World) -> None:
    first = {one.cause for one in made.truth if one.week == 1}
    assert not first & {"never_sent", "non_owner_edit", "both_edited", "removed"}


def test_a_change_that_is_only_late_arrives_within_a_week(made: world.World) -> None:
    late = {(one.key, one.field): one.week for one in made.truth if one.cause == "timing" and one.week < 8}
    again = {(one.key, one.field, one.week) for one in made.truth if one.cause == "timing"}
    assert late
    assert not [key for key, week in late.items() if (*key, week + 1) in again]


def test_changes_nobody_sent_grow_and_live_where_customers_were_imported(made: world.World) -> None:
    never = [[one.key for one in made.truth if one.cause == "never_sent" and one.week == week] for week in range(1, 9)]
    assert [len(keys) for keys in never[:5]] == sorted(len(keys) for keys in never[:5])
    lines = made.weeks[7].crm.content.decode().splitlines()
    imported = {line.split(",")[0] for line in lines if ",import," in line}
    assert len(imported) < 0.2 * len(lines)
    assert sum(key in imported for key in never[7]) > 0.5 * len(never[7])


def test_some_failures_come_back_after_they_were_put_right(made: world.World) -> None:
    seen: dict[tuple[str, str], set[int]] = {}
    for one in made.truth:
        if one.cause == "non_owner_edit":
            seen.setdefault((one.key, one.field), set()).add(one.week)
    assert [weeks for weeks in seen.values() if max(weeks) - min(weeks) + 1 > len(weeks)]


def test_a_few_thousand_customers_and_more_each_week(made: world.World, tmp_path: Path) -> None:
    first, _ = found(made.weeks[0], tmp_path)
    last, _ = found(made.weeks[7], tmp_path)
    assert 2950 < first.matched < 3050
    assert 3150 < last.matched < 3400


def test_billing_writes_another_dialect_and_once_the_foot_of_a_report(made: world.World, tmp_path: Path) -> None:
    comparison, _ = found(made.weeks[2], tmp_path)
    assert (comparison.left.encoding, comparison.left.delimiter) == ("UTF-8", ",")
    assert (comparison.right.encoding, comparison.right.delimiter) == ("Windows-1252", ";")
    assert (comparison.left.balance.rejected, comparison.right.balance.rejected) == (0, 2)


def test_one_export_broke_off_and_was_replaced_the_next_day(made: world.World) -> None:
    (week,) = (week for week in made.weeks if week.truncated)
    assert week.truncated is not None
    assert week.billing.content.startswith(week.truncated.content)
    assert len(week.truncated.content) < 0.5 * len(week.billing.content)
    assert (week.billing.as_of - week.truncated.as_of).days == 1


def test_names_are_of_many_countries(made: world.World) -> None:
    text = made.weeks[0].crm.content.decode()
    assert all(letter in text for letter in "äöüßéèçåøñãæ")
