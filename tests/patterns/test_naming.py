"""What patterns are called, as a table: cause, kind, field, detail, owner and where, and the name that comes of it."""

from datetime import date

import pytest

from ownership.models import System
from reconcile import engine
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Cadence, Check
from reconcile.patterns.models import Cause, Pattern
from reconcile.patterns.queries.naming import VALUE_CHARACTERS, condition_in_words, name_of, sentence
from reconcile.patterns.queries.patterns import PatternShown


def check(owner: str = "", cadence: Cadence = Cadence.WEEKLY) -> Check:
    fields = ("start_date", "City", "billing_status", "amount")
    return Check(
        name="Customers",
        records="customers",
        left_system=System(name="CRM"),
        right_system=System(name="Billing"),
        comparing_data=Comparing(
            fields=tuple(ComparedField(name, name, name, owner=owner) for name in fields)
        ).to_json(),
        cadence=cadence,
    )


def segment(*said: tuple[str, str]) -> engine.Segment:
    conditions = tuple(engine.SegmentCondition("left", column, value) for column, value in said)
    return engine.Segment(conditions, 10, 20, 12, 100, 0.0001)


@pytest.mark.parametrize(
    ("cause", "kind", "field", "detail", "owner", "name"),
    [
        ("timing", "differs", "City", "", "left", "City changed in CRM and is on its way to Billing"),
        ("timing", "differs", "City", "", "", "City changed lately and is on its way"),
        ("timing", "only_right", "", "", "", "New customers in Billing on their way to CRM"),
        ("never_sent", "differs", "City", "", "left", "City changed in CRM and was not sent to Billing"),
        ("never_sent", "differs", "City", "", "right", "City changed in Billing and was not sent to CRM"),
        ("non_owner_edit", "differs", "City", "", "left", "City edited in Billing although CRM owns it"),
        ("both_edited", "differs", "City", "", "left", "City edited in both CRM and Billing"),
        ("missing_event", "only_left", "", "", "", "Customers in CRM that never reached Billing"),
        ("missing_event", "only_right", "", "", "", "Customers in Billing that never reached CRM"),
        ("removed", "only_left", "", "", "", "Customers in CRM that were removed from Billing"),
        ("duplicate", "duplicate_left", "", "repeated", "", "Customers whose key is more than once in CRM"),
        ("duplicate", "only_right", "", "copy", "", "Customers in Billing that are copies of others"),
        ("duplicate", "only_left", "", "two keys", "", "Customers in CRM that Billing has under another key"),
        ("meaning", "differs", "billing_status", "", "", "Billing status uses two vocabularies"),
        ("format", "differs", "start_date", "days:+1", "", "Start date arrives one day late"),
        ("format", "differs", "start_date", "days:-2", "left", "Start date arrives two days early"),
        ("format", "differs", "start_date", "days:+1", "right", "Start date arrives one day early"),
        ("format", "differs", "start_date", "days:+31", "", "Start date arrives 31 days late"),
        ("format", "differs", "amount", "factor:100", "", "Amount arrives 100 times too large"),
        ("format", "differs", "amount", "factor:0.001", "", "Amount arrives 1,000 times too small"),
        ("format", "differs", "amount", "factor:100", "right", "Amount arrives 100 times too small"),
        ("format", "differs", "amount", "sign", "", "Amount arrives with the other sign"),
        ("format", "differs", "amount", "rounding", "", "Amount is rounded"),
        ("format", "differs", "City", "case", "", "City differs only in upper and lower case"),
        ("format", "differs", "City", "upper+trailing", "", "City differs only in upper case and a trailing space"),
        ("format", "differs", "City", "accents", "", "City differs only in accents"),
        ("format", "differs", "amount", "notation", "", "Amount is the same value written in another way"),
        ("format", "differs", "start_date", "time", "", "Start date differs only in the time of day"),
        ("format", "differs", "start_date", "minutes:+60", "", "Start date arrives one hour late"),
        ("format", "differs", "start_date", "minutes:-90", "", "Start date arrives 90 minutes early"),
        ("format", "differs", "City", "", "", "City is written otherwise"),
        ("unexplained", "differs", "City", "", "left", "City differs for no reason that is known"),
        ("unexplained", "only_left", "", "", "", "Customers only in CRM for no reason that is known"),
    ],
)
def test_a_pattern_is_called_by_its_cause_and_field(  # noqa: PLR0913, PLR0917 - a table
    cause: str, kind: str, field: str, detail: str, owner: str, name: str
) -> None:
    pattern = Pattern(cause=cause, kind=kind, field=field, detail=detail)
    assert name_of(pattern, None, check(owner)) == name


def test_every_cause_has_a_name_for_every_kind() -> None:
    kinds = ("differs", "only_left", "only_right", "duplicate_left", "duplicate_right")
    for cause in Cause:
        assert {bool(name_of(Pattern(cause=cause, kind=kind, field="City"), None, check())) for kind in kinds} == {True}


def test_where_it_concentrates_ends_the_name() -> None:
    pattern = Pattern(cause="format", kind="differs", field="start_date", detail="days:+1")
    where = segment(("created_via", "import"), ("region", ""))

    assert name_of(pattern, segment(("created_via", "import")), check()) == (
        "Start date arrives one day late where created via is import"
    )
    assert name_of(pattern, where, check()) == (
        "Start date arrives one day late where created via is import and region is empty"
    )


def test_a_name_given_by_people_is_the_name() -> None:
    pattern = Pattern(cause="meaning", kind="differs", field="City", name="Old town names")
    assert name_of(pattern, segment(("region", "north")), check()) == "Old town names"


def test_a_split_is_called_by_its_conditions() -> None:
    conditions = [{"side": "left", "column": "region", "value": "north"}]
    pattern = Pattern(cause="meaning", kind="differs", field="City", conditions=conditions)
    assert name_of(pattern, segment(("size", "large")), check()) == "City uses two vocabularies where region is north"


def test_a_long_value_is_cut() -> None:
    words = condition_in_words(engine.SegmentCondition("left", "note", "x" * 100))
    assert words == f"note is {'x' * (VALUE_CHARACTERS - 1)}\N{HORIZONTAL ELLIPSIS}"


def shown(count: int, running: int, change: str, cadence: Cadence = Cadence.WEEKLY) -> PatternShown:
    pattern = Pattern(cause="format", kind="differs", field="start_date", detail="days:+1")
    pattern.check_compared = check(cadence=cadence)
    day = date(2026, 3, 6)
    name = name_of(pattern, None, pattern.check_compared)
    return PatternShown(pattern, name, count, change, running, [(1, day, count)], [], 0.5, day, day)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (shown(219, 8, "steady"), "Start date arrives one day late: 219 customers, 8 weeks running"),
        (shown(1, 2, "shrinking"), "Start date arrives one day late: 1 record, 2 weeks running"),
        (shown(1207, 1, "new"), "Start date arrives one day late: 1,207 customers, for the first week"),
        (shown(12, 1, "returned"), "Start date arrives one day late: 12 customers"),
        (shown(12, 3, "steady", Cadence.WHEN_NEEDED), "Start date arrives one day late: 12 customers, 3 runs running"),
        (shown(0, 0, "gone"), "Start date arrives one day late: gone"),
    ],
)
def test_a_pattern_is_one_sentence(told: PatternShown, said: str) -> None:
    assert sentence(told) == said
