"""Fields of a check taken over into the registry: what is offered, what is added, what is never overwritten."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Rule, Use
from ownership.models import Field, FieldVersion
from ownership.queries import registry
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check
from reconcile.checks.services.seeding import field_name, seedable
from tests import build
from tests.build import STATUS
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

COMPARED = (
    ComparedField("billing_status", "billing_status", "Status"),
    ComparedField("VAT_id", "VAT_id", "vat"),
    ComparedField("startDate", "startDate", "Start date"),
)
LEFT = "id,billing_status,VAT_id,startDate,region,Discount,notes\n1,a,b,c,d,e,f\n"
RIGHT = "id,Status,vat,Start date,Region,margin,booked_by\n1,a,b,c,d,e,f\n"


@pytest.fixture
def company(db: None) -> build.Company:  # noqa: ARG001
    return build.company()


@pytest.fixture
def check(company: build.Company) -> Check:
    made = build.check(comparing=Comparing(key=(("id", "id"),), fields=COMPARED), owner=company.sales)
    made.records = "customers"
    made.save()
    build.run_done(check=made, left_text=LEFT, right_text=RIGHT)
    return made


@pytest.fixture
def as_dana(company: build.Company) -> Client:
    return signed_in(company.dana)


def address(check: Check) -> str:
    return f"/checks/{check.pk}/fields-to-ownership/"


def ids(company: build.Company, check: Check) -> dict[str, str]:
    return {one.name: one.id for one in seedable(check, company.dana)}


def offered(check: Check, company: build.Company) -> list[tuple[str, str, str, bool]]:
    """Return (name, left, right, whether it can be ticked) of everything listed."""
    return [(one.name, *one.columns, one.may_be_taken) for one in seedable(check, company.dana)]


def taking(company: build.Company, check: Check, *names: str, **more: str) -> dict[str, str]:
    """Return what the form sends when these are ticked."""
    known = ids(company, check)
    return {f"take-{known[name]}": "on" for name in names} | {f"name-{known[name]}": name for name in names} | more


def said(response: object) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("billing_status", "billing status"),
        ("billingStatus", "billing status"),
        ("BILLING_STATUS", "billing status"),
        ("Start date", "start date"),
        ("VAT_id", "VAT id"),
        ("Status", "status"),
        ("VAT", "VAT"),
        ("Straße-Nr.", "straße nr"),
        ("%", "%"),
        (" ", ""),
        ("a" * 500, "a" * 200),
    ],
)
def test_a_column_gives_a_name_as_people_write_it(column: str, name: str) -> None:
    assert field_name(column) == name


def test_compared_fields_come_first_then_columns_called_alike(check: Check, company: build.Company) -> None:
    assert offered(check, company) == [
        ("billing status", "billing_status", "Status", True),
        ("VAT id", "VAT_id", "vat", True),
        ("start date", "startDate", "Start date", True),
        ("region", "region", "Region", True),
    ]


def test_what_is_ticked_becomes_fields_with_their_uses(as_dana: Client, check: Check, company: build.Company) -> None:
    given = taking(company, check, "billing status", "VAT id", subject="customer")
    given[f"name-{ids(company, check)['VAT id']}"] = " VAT number "
    response = as_dana.post(address(check), given, follow=True)
    assert "2 fields are new in the registry." in said(response)
    assert '<a href="/ownership/">Look at the table</a>' in said(response)
    made = {field.name: registry.definition(field) for field in registry.whole()}
    assert made == {
        "billing status": Definition(
            "billing status", "customer", uses=(Use("CRM", "billing_status"), Use("Billing", "Status"))
        ),
        "VAT number": Definition("VAT number", "customer", uses=(Use("CRM", "VAT_id"), Use("Billing", "vat"))),
    }
    version = FieldVersion.objects.filter(field__name="VAT number").get()
    assert (version.by, version.reason) == (company.dana, "Taken over from the check Customers.")


def test_what_is_in_the_registry_is_shown_and_not_offered_again(
    as_dana: Client, check: Check, company: build.Company
) -> None:
    build.field()
    assert offered(check, company)[0] == ("billing status", "billing_status", "Status", False)
    assert "In the registry" in said(as_dana.get(address(check)))


def test_a_column_that_a_field_lacks_is_added_to_it_and_the_rest_stays(
    as_dana: Client, check: Check, company: build.Company
) -> None:
    field = build.field(replace(STATUS, uses=(STATUS.uses[0], Use("Billing", "", "as posted", ("Sales",)))))
    as_dana.post(address(check), taking(company, check, "billing status", subject="order"))
    now = registry.definition(registry.whole().get(pk=field.pk))
    assert now.uses == (STATUS.uses[0], Use("Billing", "Status", "as posted", ("Sales",)))
    assert (now.subject, now.rule) == (STATUS.subject, STATUS.rule)


def test_a_field_known_by_its_column_is_found_whatever_it_is_called(check: Check, company: build.Company) -> None:
    build.field(Definition("tax number", uses=(Use("Billing", "vat"),)))
    found = {one.columns: one for one in seedable(check, company.dana)}["VAT_id", "vat"]
    assert (found.name, found.adds) == ("tax number", (0,))


def test_a_column_called_like_a_field_that_lacks_it_is_offered(check: Check, company: build.Company) -> None:
    build.field(Definition("margin", uses=(Use("CRM", "gm"),)))
    build.field(Definition("discount"))
    found = {one.name: (one.columns, one.adds) for one in seedable(check, company.dana) if not one.compared}
    assert found == {
        "region": (("region", "Region"), ()),
        "discount": (("Discount", ""), (0,)),
        "margin": (("", "margin"), (1,)),
    }


def test_another_column_in_that_system_is_never_overwritten(
    as_dana: Client, check: Check, company: build.Company
) -> None:
    field = build.field(Definition("start date", uses=(Use("Billing", "begins"),)))
    page = said(as_dana.get(address(check)))
    assert "In Billing, start date is in the column begins already." in page
    response = as_dana.post(address(check), taking(company, check, "start date"))
    assert response.status_code == 422
    assert registry.definition(registry.whole().get(pk=field.pk)).uses == (Use("Billing", "begins"),)


def test_two_fields_that_hold_the_two_columns_are_named(as_dana: Client, check: Check) -> None:
    build.field(Definition("one", uses=(Use("CRM", "VAT_id"),)))
    build.field(Definition("two", uses=(Use("Billing", "vat"),)))
    assert "Two fields hold these columns: one and two." in said(as_dana.get(address(check)))


def test_whoever_may_not_edit_a_field_adds_no_column_to_it(
    as_dana: Client, check: Check, company: build.Company
) -> None:
    build.field(replace(STATUS, uses=(Use("Billing", "Status", "", ("Finance",)),), rule=Rule(owner="Finance")))
    assert "Its columns are named by the lead of Finance." in said(as_dana.get(address(check)))
    response = as_dana.post(address(check), taking(company, check, "billing status", "VAT id"))
    assert response.status_code == 422
    assert Field.objects.count() == 1
    as_finn = signed_in(company.finn)
    assert as_finn.post(address(check), taking(company, check, "billing status", "VAT id")).status_code == 302
    assert Field.objects.count() == 2


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"VAT id": "status"}, "There is a field called status already."),
        (
            {"VAT id": "start date", "start date": "Start date"},
            "Start date is there twice: give each field its own name.",
        ),
        ({"VAT id": " "}, "A field needs a name, such as billing status."),
        ({"VAT id": "x" * 300}, "Field: at most 200 characters."),
        ({}, "Tick at least one field that is not in the registry yet."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    as_dana: Client, check: Check, company: build.Company, names: dict[str, str], sentence: str
) -> None:
    build.field(Definition("status"))
    known = ids(company, check)
    given = {f"take-{known[one]}": "on" for one in names} | {f"name-{known[one]}": name for one, name in names.items()}
    response = as_dana.post(address(check), given | {"subject": "typed before"})
    assert response.status_code == 422
    assert sentence in said(response)
    assert 'value="typed before"' in said(response)
    assert Field.objects.count() == 1


def test_a_name_with_a_character_no_database_takes_is_no_fault(
    as_dana: Client, check: Check, company: build.Company
) -> None:
    given = taking(company, check, "VAT id", subject="cust\0omer")
    given[f"name-{ids(company, check)['VAT id']}"] = "VAT\0 number"
    assert as_dana.post(address(check), given).status_code == 302
    assert Field.objects.get().name == "VAT number"


def test_unknown_ticks_are_no_fault(as_dana: Client, check: Check) -> None:
    assert as_dana.post(address(check), {"take-x": "on", "take-": "on"}).status_code == 422


def test_the_subject_is_what_the_records_are(as_dana: Client, check: Check) -> None:
    assert 'name="subject" value="customer"' in said(as_dana.get(address(check)))


def test_a_check_that_was_never_run_offers_what_it_compares(company: build.Company) -> None:
    never = build.check(name="Orders", comparing=Comparing(key=(("id", "id"),), fields=COMPARED[:1]))
    assert offered(never, company) == [("billing status", "billing_status", "Status", True)]


def test_a_check_without_fields_says_so(as_dana: Client) -> None:
    keys_only = build.check(name="Keys", comparing=Comparing(key=(("id", "id"),)))
    assert "It compares keys alone so far." in said(as_dana.get(address(keys_only)))


def test_odd_column_names_are_no_fault(as_dana: Client) -> None:
    odd = tuple(
        ComparedField(f"field {place}", name, name)
        for place, name in enumerate(["<b>x</b>", "\u202eevil", "x" * 600, " "])
    )
    check = build.check(name="Odd", comparing=Comparing(key=(("id", "id"),), fields=odd))
    page = as_dana.get(address(check)).content.decode()
    assert "<b>x</b>" not in page


def test_many_fields_take_no_more_queries_than_few(as_dana: Client, company: build.Company) -> None:
    counts = []
    for number, size in enumerate((3, 60)):
        names = [f"column{number}x{place}" for place in range(size)]
        check = build.check(name=f"Check {number}", comparing=build.fields(*names))
        for name in names[: size // 2]:
            build.field(Definition(field_name(name), uses=(Use("CRM", name, editors=("Finance",)),)))
        as_dana.get(address(check))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert as_dana.get(address(check)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert company.finance


def test_only_leads_may(check: Check, company: build.Company) -> None:
    response = signed_in(company.mira).get(address(check))
    assert response.status_code == 403
    assert "leads of teams" in said(response)
    assert signed_in(company.mira).post(address(check), {}).status_code == 403


def test_the_page_of_a_check_leads_there(as_dana: Client, check: Check) -> None:
    assert f'href="{address(check)}"' in said(as_dana.get(f"/checks/{check.pk}/"))
    assert as_dana.get("/checks/999999/fields-to-ownership/").status_code == 404
