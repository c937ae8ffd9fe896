"""Going back to an earlier version, removing a field, bringing it back."""

from dataclasses import replace
from typing import Any

import pytest

from ownership.definitions import Definition
from ownership.models import Field, FieldVersion, Person, RuleState
from ownership.queries import registry, versions
from ownership.services import agreeing
from ownership.services.defining import Refused, Wanted, define
from ownership.services.editing import NeedsReason
from ownership.services.restoring import restore
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

STATUS = build.STATUS
CHANGED = replace(STATUS, subject="account", rule=replace(STATUS.rule, owner="Sales", conditions=()))


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def field(company: build.Company) -> Field:
    made = build.field(person=company.finn)
    define([Wanted(made, CHANGED)], person=company.dana, reason="Sales answers for it.")
    return whole(made)


def whole(field: Field) -> Field:
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


def now(field: Field) -> Definition:
    return registry.definition(whole(field))


def agreed(field: Field, company: build.Company) -> Field:
    field = agreeing.propose(whole(field), person=company.finn)
    if field.in_force is None:
        agreeing.answer(field, team=company.sales, answer="agrees", person=company.dana)
    return whole(field)


def post(person: Person, field: Field, part: str, **said: Any) -> Any:
    return signed_in(person).post(f"/ownership/fields/{field.pk}/{part}/", said, follow=True)


def test_a_field_goes_back_and_that_is_a_version_too(company: build.Company, field: Field) -> None:
    restore(field, number=1, person=company.finn, reason="It was right.")
    assert now(field) == STATUS
    last = versions.versions(field)[0].row
    assert (last.number, last.by, last.reason) == (3, company.finn, "It was right.")


def test_a_rule_in_force_stays_and_a_draft_begins(company: build.Company, field: Field) -> None:
    field = agreed(field, company)
    with pytest.raises(NeedsReason, match="The teams agreed on billing status"):
        restore(field, number=1, person=company.finn)
    field = restore(field, number=1, person=company.finn, reason="It was right.")
    assert field.in_force
    assert field.working
    assert registry.rule_definition(field.in_force) == CHANGED.rule
    assert (field.working.number, field.working.state) == (2, RuleState.DRAFT)


def test_what_is_there_no_more_is_refused_and_nothing_changes(company: build.Company, field: Field) -> None:
    company.finance.name = "Accounting"
    company.finance.save()
    before = now(field)
    with pytest.raises(Refused, match="There is no team Finance"):
        restore(field, number=1, person=company.finn)
    with pytest.raises(Refused, match="billing status has no change 9"):
        restore(field, number=9, person=company.finn)
    assert now(field) == before


def test_the_page_lists_versions_and_compares_two(company: build.Company, field: Field) -> None:
    text = signed_in(company.mira).get(f"/ownership/fields/{field.pk}/history/?from=2&to=1").content.decode()
    assert "Between change 1 and change 2: 3 differences" in text
    assert "Sales answers for it." in text
    assert "Restore this version" not in text


@pytest.mark.parametrize("asked", ["from=1&to=1", "from=x&to=2", "from=1", "from=99&to=1", "before=0", "from=²&to=1"])
def test_odd_addresses_of_the_history_are_no_faults(company: build.Company, field: Field, asked: str) -> None:
    response = signed_in(company.mira).get(f"/ownership/fields/{field.pk}/history/?{asked}")
    assert response.status_code == 200
    assert "Between change" not in response.content.decode()


def test_restoring_from_the_page(company: build.Company, field: Field) -> None:
    response = post(company.finn, field, "restore", number="1", reason="It was right.")
    assert "billing status is as it was after change 1." in response.content.decode()
    assert now(field) == STATUS


def test_restoring_without_the_reason_it_takes_asks_for_it(company: build.Company, field: Field) -> None:
    field = agreed(field, company)
    response = post(company.finn, field, "restore", number="1", reason=" ")
    assert response.status_code == 422
    assert "The teams agreed on billing status. Say why it changes." in response.content.decode()


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "99999999999", "7"])
def test_a_version_there_is_not_is_refused(company: build.Company, field: Field, number: str) -> None:
    assert post(company.finn, field, "restore", number=number).status_code == 422
    assert FieldVersion.objects.filter(field=field).count() == 2


def test_only_who_edits_it_goes_back(company: build.Company, field: Field) -> None:
    assert post(company.mira, field, "restore", number="1").status_code == 403
    assert now(field) == CHANGED


def test_a_removed_field_is_brought_back_from_its_history(company: build.Company, field: Field) -> None:
    text = post(company.finn, field, "remove").content.decode()
    assert f'billing status is removed. <a href="/ownership/fields/{field.pk}/history/">Bring it back</a>' in text
    page = signed_in(company.finn).get(f"/ownership/fields/{field.pk}/history/").content.decode()
    assert "It was removed from the table" in page
    assert "Restore this version" not in page
    listed = signed_in(company.finn).get("/ownership/fields/removed/").content.decode()
    assert "1 field was taken out of the table." in listed
    assert "billing status is back in the table." in post(company.finn, field, "bring-back").content.decode()
    assert now(field) == CHANGED


def test_a_field_with_a_rule_in_force_is_removed_for_a_reason(company: build.Company, field: Field) -> None:
    field = agreed(field, company)
    assert post(company.finn, field, "remove").status_code == 422
    assert whole(field).removed_at is None
    post(company.finn, field, "remove", reason="Nobody compares it.")
    assert whole(field).removed_at is not None
    assert versions.versions(field)[0].row.reason == "Nobody compares it."


def test_only_who_edits_it_removes_and_brings_back(company: build.Company, field: Field) -> None:
    assert post(company.mira, field, "remove").status_code == 403
    post(company.finn, field, "remove")
    assert post(company.mira, field, "bring-back").status_code == 403
    assert "Bring back<span" not in signed_in(company.mira).get("/ownership/fields/removed/").content.decode()


def test_a_name_that_is_taken_by_now_keeps_it_out(company: build.Company, field: Field) -> None:
    post(company.finn, field, "remove")
    build.field(STATUS)
    text = post(company.finn, field, "bring-back").content.decode()
    assert "There is another field called billing status by now." in text
    assert whole(field).removed_at is not None


def test_bringing_back_what_is_there_changes_nothing(company: build.Company, field: Field) -> None:
    assert "billing status is in the table." in post(company.finn, field, "bring-back").content.decode()
    assert FieldVersion.objects.filter(field=field).count() == 2


def test_without_any_removed_field_the_page_says_so(company: build.Company) -> None:
    assert "No field was removed" in signed_in(company.mira).get("/ownership/fields/removed/").content.decode()


@pytest.mark.parametrize("number", ["99999999", "99999999999999999999"])
def test_fields_there_are_not_are_not_found(company: build.Company, number: str) -> None:
    for part in ("", "history/", "conditions/", "about/", "uses/", "remove/"):
        assert signed_in(company.finn).get(f"/ownership/fields/{number}/{part}").status_code == 404
