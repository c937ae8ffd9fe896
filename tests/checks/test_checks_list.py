"""The list of checks, and the page of one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.models import Person, Role
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from reconcile.checks.queries.columns import identity
from reconcile.checks.services import checks, drafts
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

LEFT = "id,a\n1,x\n2,y\n3,z\n4,v\n"
FIRST = "id,a\n1,x\n2,y\n3,Z\n5,w\n"
SECOND = "id,a\n1,x\n2,Y\n3,z\n"


def words(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def ran_twice(name: str = "Customers") -> Check:
    """Return a check with two runs."""
    check = build.check(name=name)
    build.run_done(check=check, left_text=LEFT, right_text=FIRST)
    build.run_done(check=check, left_text=LEFT, right_text=SECOND)
    return check


def test_a_check_shows_what_its_last_run_found(as_dana: Client) -> None:
    check = ran_twice()
    page = words(as_dana, "/checks/")
    assert f'<a href="/checks/{check.pk}/"><bdi>Customers</bdi></a>' in page
    assert "66.7 %" in page
    assert '<td class="number">2</td>' in page
    assert "From 3 to 2, at most 3." in page


def test_a_check_that_was_never_run_is_listed_too(as_dana: Client) -> None:
    build.check(name="Never run")
    assert "<bdi>Never run</bdi>" in words(as_dana, "/checks/")


def test_without_any_check_a_lead_is_asked_for_two_exports_and_others_are_told(as_dana: Client) -> None:
    assert 'href="/checks/new/"' in words(as_dana, "/checks/")
    viewer = signed_in(build.person(email="finn@example.com"))
    assert "No checks yet" in words(viewer, "/checks/")
    assert 'href="/checks/new/"' not in words(viewer, "/checks/")


@pytest.mark.parametrize(
    ("narrowed", "found"), [("?q=invoices", "Invoices"), ("?q=billing+inv", "Invoices"), ("?cadence=daily", "Daily")]
)
def test_checks_are_searched_and_filtered(as_dana: Client, narrowed: str, found: str) -> None:
    build.check(name="Customers")
    build.check(name="Invoices")
    Check.objects.filter(pk=build.check(name="Daily").pk).update(cadence="daily")
    page = words(as_dana, f"/checks/{narrowed}")
    assert f"<bdi>{found}</bdi></a>" in page
    assert "1 check" in page


def test_a_longer_list_takes_no_more_queries(as_dana: Client) -> None:
    ran_twice()

    def taken() -> int:
        with CaptureQueriesContext(connection) as queries:
            as_dana.get("/checks/")
        return len(queries)

    before = taken()
    for number in range(3):
        ran_twice(name=f"Another {number}")
    assert taken() == before


def test_the_page_of_a_check_has_sentence_runs_and_chart(as_dana: Client) -> None:
    check = ran_twice()
    page = words(as_dana, f"/checks/{check.pk}/")
    assert "CRM and Billing agree on 66.7 % of 3 records" in page
    assert "Mismatches of each run" in page
    assert "3 in run 1, 2 in run 2." in page
    first, second = check.runs.order_by("number")
    assert f'<a href="/runs/{second.pk}/">Run 2</a>' in page
    assert f'<a href="/runs/{first.pk}/">Run 1</a>' in page
    assert f'href="/checks/{check.pk}/run/"' in page


def test_a_run_under_way_stands_on_top_and_no_other_is_offered(as_dana: Client) -> None:
    check = build.check()
    run = build.run_queued(check=check, left_text=LEFT, right_text=FIRST)
    page = words(as_dana, f"/checks/{check.pk}/")
    assert f'A run is under way. <a href="/runs/{run.pk}/">Look at it</a>' in page
    assert f'href="/checks/{check.pk}/run/"' not in page


def test_whoever_may_not_run_a_check_is_not_offered_to() -> None:
    check = build.check()
    for role in (Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR):
        client = signed_in(build.person(email=f"{role}@example.com", role=role))
        page = words(client, f"/checks/{check.pk}/")
        assert f"/checks/{check.pk}/run/" not in page
        assert f"/checks/{check.pk}/edit/" not in page
        assert client.post(f"/checks/{check.pk}/run/").status_code == 403


def test_a_check_of_another_team_is_not_run_or_edited(as_dana: Client) -> None:
    other = build.team(name="Finance", lead=build.person(email="lee@example.com", role=Role.LEAD))
    check = build.check(owner=other)
    assert as_dana.get(f"/checks/{check.pk}/run/").status_code == 403
    assert as_dana.get(f"/checks/{check.pk}/edit/").status_code == 403


@pytest.mark.parametrize("address", ["/checks/99/", "/checks/99/run/", "/checks/99/edit/", f"/checks/{10**30}/"])
def test_a_check_that_is_not_there_is_not_there(as_dana: Client, address: str) -> None:
    assert as_dana.get(address).status_code == 404


def test_the_history_tells_what_is_compared_field_by_field(as_dana: Client, dana: Person) -> None:
    check = ran_twice()
    draft = drafts.start_edit(person=dana, check=check)
    drafts.change_field(draft=draft, field_id=identity("a"), compare="text", argument="case")
    drafts.set_key(draft=draft, pairs=(("id", "id"),), fold=True)
    draft.refresh_from_db()
    about = checks.About(check.name, "CRM", "Billing", "records", None, "weekly")
    checks.save_edit(draft=draft, about=about, person=dana)
    page = words(as_dana, f"/checks/{check.pk}/")
    assert "a with a, exactly" in page
    assert "a with a, as text (case)" in page


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eright to left\u202c",
    '=HYPERLINK("http://example.com")',
    "W" * 200,
    "'; DROP TABLE checks_check; --",
    "{{ 7*7 }} {% now %}",
)


def test_names_made_to_break_pages_break_none(as_dana: Client) -> None:
    for number, name in enumerate(HOSTILE):
        comparing = Comparing(key=(("id", "id"),), fields=(ComparedField(name, "a", "a", "exact"),))
        check = build.check(name=name, comparing=comparing, left=f"{number}{name}"[:100], right=f"R{name}"[:100])
        build.run_done(check=check, left_text=LEFT, right_text=FIRST)
        for address in ("/checks/", f"/checks/{check.pk}/", f"/checks/{check.pk}/run/", f"/checks/{check.pk}/edit/"):
            answer = as_dana.get(address)
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()
            assert "<img src=x" not in answer.content.decode()
