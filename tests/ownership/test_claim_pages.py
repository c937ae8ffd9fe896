"""The pages on which teams are asked who owns a field, and answer: what they say, refuse and take."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ownership.models import Claim, ClaimRound, Field
from ownership.permissions import Rights
from ownership.services import claiming
from ownership.views.agreement import panel
from tests import build
from tests.conftest import signed_in
from tests.ownership.test_agreeing import said, whole
from tests.ownership.test_claiming import both

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> build.Company:
    return build.company()


@pytest.fixture
def field(made: build.Company) -> Field:
    return build.field(person=made.dana)


@pytest.fixture
def asked(made: build.Company, field: Field) -> ClaimRound:
    return claiming.ask(field, person=made.dana)


def test_from_page_to_page_it_becomes_disputed(made: build.Company, field: Field) -> None:
    dana, finn = signed_in(made.dana), signed_in(made.finn)
    until = timezone.localdate() + timedelta(days=3)
    answered = dana.post(f"/ownership/fields/{field.pk}/ask/", {"until": until})
    assert answered.headers["Location"] == f"/ownership/fields/{field.pk}/"
    assert said(dana) == f"billing status: asked who owns it. Finance and Sales have yet to answer, until {until}."
    address = f"/ownership/claims/{ClaimRound.objects.get().pk}/"
    data = {"team": made.sales.pk, "owner": made.sales.pk, "why": "We sell it.", "back": "waiting"}
    answered = dana.post(address, data)
    assert answered.headers["Location"] == "/ownership/waiting/"
    assert said(dana) == f"billing status: Sales has answered. Finance has yet to answer, until {until}."
    finn.post(address, {"team": made.finance.pk, "owner": "nobody", "why": "Who knows."})
    assert said(finn) == (
        "billing status: Finance says nobody, as far as they know and Sales says Sales. So nobody owns it."
    )


ODD_CLAIMS = [
    {},
    {"owner": "nobody"},
    {"owner": "x", "why": "x"},
    {"owner": "9" * 30, "why": "x"},
    {"owner": "nobody", "why": "x" * 2001},
    {"owner": "nobody", "why": "\0"},
    {"owner": "nobody", "why": "x", "team": "none"},
]


@pytest.mark.parametrize("data", ODD_CLAIMS)
def test_odd_claims_are_refused_in_words(made: build.Company, asked: ClaimRound, data: dict[str, str]) -> None:
    given = {"team": str(made.sales.pk), **data}
    answered = signed_in(made.dana).post(f"/ownership/claims/{asked.pk}/", given)
    assert answered.status_code == 422
    assert not Claim.objects.exclude(answered_at=None).exists()


@pytest.mark.parametrize(
    "data", [{}, {"until": "soon"}, {"until": "2026-99-99"}, {"until": "2026-05-31", "teams": "x"}]
)
def test_odd_asking_is_refused_in_words(made: build.Company, field: Field, data: dict[str, str]) -> None:
    answered = signed_in(made.dana).post(f"/ownership/fields/{field.pk}/ask/", data)
    assert answered.status_code == 422
    assert not ClaimRound.objects.exists()


def test_a_day_that_is_over_is_refused(made: build.Company, field: Field) -> None:
    answered = signed_in(made.dana).post(f"/ownership/fields/{field.pk}/ask/", {"until": date(2020, 1, 1)})
    assert answered.status_code == 409
    assert "between tomorrow and a year from now" in answered.content.decode()


def test_a_round_that_is_not_there_is_not_found(made: build.Company) -> None:
    for number in (7, 10**20):
        assert signed_in(made.dana).post(f"/ownership/claims/{number}/").status_code == 404


def test_the_panel_takes_as_many_queries_for_many_rounds_as_for_one(made: build.Company, field: Field) -> None:
    def queries() -> int:
        fresh, rights = whole(field), Rights(made.dana)
        with CaptureQueriesContext(connection) as found:
            panel(fresh, rights, made.dana)
        return len(found)

    both(claiming.ask(field, person=made.dana), made, made.sales, made.finance)
    few = queries()
    for number in range(5):
        build.team(name=f"Team {number}")
        both(claiming.ask(field, person=made.dana), made, made.sales, made.finance)
    assert queries() == few
