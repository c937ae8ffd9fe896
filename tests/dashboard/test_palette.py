"""The palette: where a text leads, for whom."""

import pytest
from django.test import Client

from boundaries.services.defining import remove as remove_boundary
from ownership.models import Person
from reconcile.dashboard.queries import found
from tests import build

pytestmark = pytest.mark.django_db

LEFT = "id,a\n1,open\n2,open\n"
RIGHT = "id,a\n1,paid\n2,open\n"


def labels(person: Person, text: str) -> list[str]:
    return [one.label for one in found(person, text)]


def test_pages_are_found_by_their_name_and_by_what_people_call_them(dana: Person) -> None:
    assert labels(dana, "passw") == ["Change password"]
    assert labels(dana, "LOG out") == ["Sign out"]
    assert labels(dana, "exports received") == ["Snapshots"]


def test_only_pages_a_person_may_see_are_found(dana: Person, ada: Person) -> None:
    assert labels(ada, "people") == ["People", "Administration"]
    assert labels(dana, "people") == ["People"]
    assert "New check" in labels(dana, "new")
    assert labels(build.person(), "new") == []


def test_checks_runs_and_snapshots_are_found(dana: Person) -> None:
    check = build.check(name="CRM against Billing")
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    assert "CRM against Billing" in labels(dana, "billing crm")
    for text in ("1", "run 1", "#1", "Run #1"):
        assert "Run 1 of CRM against Billing" in labels(dana, text)
    assert {one.kind for one in found(dana, ".csv")} == {"Snapshot"}


def test_fields_teams_systems_and_people_are_found_by_their_names() -> None:
    there = build.company()
    build.field()
    for text, kind, label in (
        ("STATUS bill", "Field", "billing status"),
        ("customer status", "Field", "billing status"),
        ("finan", "Team", "Finance"),
        ("crm", "System", "CRM"),
        ("posted billing", "Record type", "posted invoice"),
        ("okafor", "Person", "Finn Okafor"),
        ("mira@example", "Person", "Mira Lind"),
    ):
        assert (kind, label) in [(one.kind, one.label) for one in found(there.dana, text)], text
    assert {one.kind for one in found(there.dana, "")} == {"Page"}


def test_boundaries_are_found_by_their_names_and_systems_removed_ones_are_not() -> None:
    there = build.company()
    made = build.boundary()
    for text in ("sales bill", "crm billing"):
        found_here = [one for one in found(there.dana, text) if one.kind == "Boundary"]
        assert [(one.label, one.address, one.hint) for one in found_here] == [
            ("sales to billing", "/boundaries/sales-to-billing/", "CRM → Billing")
        ]
    assert "Boundaries" in labels(there.mira, "hand-offs")
    assert "Draw a boundary" in labels(there.dana, "draw")
    assert labels(there.mira, "draw") == []
    remove_boundary(made, person=there.dana, reason="")
    assert "Boundary" not in {one.kind for one in found(there.dana, "sales bill")}


def test_removed_fields_are_not_found_and_who_left_is_marked() -> None:
    there = build.company()
    made = build.field()
    made.removed_at = made.created_at
    made.save()
    Person.objects.filter(pk=there.finn.pk).update(is_active=False)
    assert labels(there.dana, "billing status") == []
    (finn,) = found(there.dana, "okafor")
    assert finn.hint == "has left"


def test_the_ways_to_ownership_are_found(dana: Person) -> None:
    assert "Ownership" in labels(dana, "source of truth")
    assert "One page" in labels(dana, "print")
    assert "Sheet check" in labels(dana, "sheet")
    assert "What waits for my answer" in labels(dana, "claims")
    assert labels(build.person(), "claims") == []


@pytest.mark.parametrize("text", ["\x00", "9" * 4_000, "run", "#", "%", "'\"<b>", "\u202e", "²", "x" * 10_000])
def test_odd_texts_are_answered(as_dana: Client, text: str) -> None:
    for headers in ({}, {"X-Palette": "true"}):
        assert as_dana.get("/find/", {"q": text}, headers=headers).status_code == 200


def test_the_palette_gets_the_list_alone_and_a_browser_without_scripts_a_page(as_dana: Client) -> None:
    alone = as_dana.get("/find/?q=home", headers={"X-Palette": "true"}).content.decode()
    assert alone.strip().startswith('<a role="option"')
    assert "<h1>" in as_dana.get("/find/?q=home").content.decode()


def test_what_was_searched_for_stays_words(as_dana: Client) -> None:
    page = as_dana.get("/find/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page
