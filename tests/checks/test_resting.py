"""What causes rest on is settled when a run is asked for: owners by the registry, lags by the map, else the check's."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from boundaries.definitions import Map
from ownership.definitions import Rule
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from reconcile.checks.queries.resting import settled
from reconcile.checks.services.runs import start_run
from tests import build
from tests.boundaries.worlds import STORY

pytestmark = pytest.mark.django_db

STATUS = ComparedField("state of the bill", "billing_status", "Status")
START = ComparedField("begins", "start_date", "ServiceStart", owner="left")
PLAN = ComparedField("plan", "plan", "plan", owner="left")
COMPARED = Comparing(key=(("id", "id"),), fields=(STATUS, START, PLAN))


@pytest.fixture
def company() -> build.Company:
    there = build.company()
    build.field()
    return there


def checked(company: build.Company, said: Map | None = STORY, own: float | None = None) -> Check:
    check = build.check(comparing=COMPARED, owner=company.sales)
    check.boundary = build.boundary(said, person=company.dana) if said else None
    check.expected_lag_days = own
    check.save()
    return check


def lags_of(comparing: Comparing) -> dict[str, float | None]:
    return {field.name: field.lag_days for field in comparing.fields}


def test_a_field_has_the_lag_of_the_hand_off_that_carries_it_and_a_record_that_of_the_way(
    company: build.Company,
) -> None:
    found = settled(checked(company))
    assert lags_of(found) == {"state of the bill": 3.0, "begins": 3.0, "plan": None}
    assert found.fields[1].lag_from == "the hand-off from step 2 to step 3 of sales to billing"
    assert (found.lag_days, found.lag_from) == (4.0, "the hand-offs along steps 1, 2 and 3 of sales to billing")


def test_without_a_map_the_lag_of_the_check_is_that_of_records(company: build.Company) -> None:
    found = settled(checked(company, said=None, own=2.5))
    assert set(lags_of(found).values()) == {None}
    assert (found.lag_days, found.lag_from) == (2.5, "said with the check")


def test_where_nobody_says_how_long_it_takes_there_is_no_lag(company: build.Company) -> None:
    silent = replace(STORY, handoffs=tuple(replace(one, lag_days=None) for one in STORY.handoffs))
    found = settled(checked(company, silent))
    assert set(lags_of(found).values()) == {None}
    assert (found.lag_days, found.lag_from) == (None, "")


def test_where_part_of_the_way_says_no_lag_the_longer_lag_of_the_check_counts(company: build.Company) -> None:
    first, second, third = STORY.handoffs
    half = replace(STORY, handoffs=(replace(first, lag_days=None), second, third))
    check = checked(company, half, own=10.0)
    assert settled(check).lag_days == 10.0
    assert settled(check).lag_from == "said with the check"
    assert settled(check).fields[1].lag_days == 3.0
    check.expected_lag_days = 1.0
    assert settled(check).lag_days == 3.0


def test_a_removed_boundary_says_nothing(company: build.Company) -> None:
    check = checked(company, own=2.0)
    assert check.boundary is not None
    type(check.boundary).objects.update(removed_at="2026-11-20T00:00Z")
    found = settled(Check.objects.get(pk=check.pk))
    assert set(lags_of(found).values()) == {None}
    assert found.lag_days == 2.0


def test_the_owner_is_the_registrys_where_it_knows_the_field_else_the_checks(company: build.Company) -> None:
    found = settled(checked(company))
    assert [field.owner for field in found.fields] == ["right", "left", "left"]


def test_a_field_of_the_registry_that_nobody_owns_keeps_the_owner_of_the_check(company: build.Company) -> None:
    build.field(
        replace(
            build.STATUS, name="plan", rule=Rule(), uses=tuple(replace(u, column="plan") for u in build.STATUS.uses)
        )
    )
    assert settled(checked(company)).fields[2].owner == "left"


def test_a_run_keeps_what_its_causes_rest_on_whatever_the_map_says_later(company: build.Company) -> None:
    check = checked(company)
    left, right = (build.snapshot(text="id,billing_status\n1,a\n", file_name="x_2026-11-20.csv") for _ in range(2))
    run = start_run(check=check, left=left, right=right, person=None, ring_now=False).run
    assert run.comparing.lag_days == 4.0
    assert run.fingerprint == check.comparing.fingerprint
    assert run.comparing.classifying().fields["state of the bill"].owner == "right"
    assert run.comparing.classifying().fields["begins"].lag_days == 3.0


def test_settling_asks_the_same_number_of_questions_however_much_is_compared(company: build.Company) -> None:
    check = checked(company)
    with CaptureQueriesContext(connection) as few:
        settled(Check.objects.get(pk=check.pk))
    more = tuple(ComparedField(f"field {n}", f"c{n}", f"d{n}") for n in range(40))
    check.comparing_data = replace(COMPARED, fields=(*COMPARED.fields, *more)).to_json()
    check.save()
    with CaptureQueriesContext(connection) as many:
        settled(Check.objects.get(pk=check.pk))
    assert len(many) == len(few)
