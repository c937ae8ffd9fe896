"""The list of boundaries, and beginning a new one."""

import csv
import re
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boundaries.definitions import Map
from boundaries.models import Boundary
from boundaries.queries import maps
from boundaries.services.defining import remove
from ownership.models import SavedView, System
from tests import build
from tests.boundaries.worlds import EMPTY, STORY
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def dana(company: build.Company) -> Client:
    return signed_in(company.dana)


@pytest.fixture
def three(company: build.Company) -> list[Boundary]:
    """Sales to billing as in the story, an empty one from Billing to the warehouse, one of Finance that is drawn."""
    return [
        build.boundary(STORY, person=company.dana),
        build.boundary(Map("refunds", "Billing", "Warehouse")),
        build.boundary(replace(STORY, name="renewals", owner="Finance"), person=company.finn),
    ]


def listed(client: Client, query: str = "") -> list[list[str]]:
    """Return the cells of each row in words."""
    response = client.get(f"/boundaries/{query}")
    assert response.status_code == 200
    body = response.content.decode()
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body[body.index("<tbody>") :] if "<tbody>" in body else "", re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def names(client: Client, query: str = "") -> list[str]:
    return [row[0] for row in listed(client, query)]


@pytest.mark.usefixtures("three")
def test_each_boundary_says_how_far_it_is(dana: Client) -> None:
    refunds, renewals, story = listed(dana)
    assert story[:7] == ["sales to billing", "CRM → to Billing", "Sales", "4", "3 h 30 min", "5 of 5", "4"]
    assert re.fullmatch(r"[0-4] of 5", story[7])
    assert story[8].endswith("by Dana Reyes")
    assert renewals[2] == "Finance"
    assert refunds[:5] == ["refunds", "Billing → to Warehouse", "—", "0", "0 min"]


@pytest.mark.usefixtures("three")
def test_the_list_is_searched_filtered_and_sorted(dana: Client, company: build.Company) -> None:
    assert names(dana, "?q=ware") == ["refunds"]
    assert names(dana, f"?system={company.billing.pk}") == ["refunds", "renewals", "sales to billing"]
    assert names(dana, f"?system={company.crm.pk}") == ["renewals", "sales to billing"]
    assert names(dana, f"?owner={company.finance.pk}") == ["renewals"]
    assert names(dana, "?ready=no") == ["refunds", "renewals", "sales to billing"]
    assert names(dana, "?ready=yes") == []
    assert names(dana, "?sort=-step_count")[-1] == "refunds"
    assert names(dana, "?sort=minutes_by_hand")[0] == "refunds"
    assert names(dana, "?sort=-changed_at")[0] == "renewals"
    assert names(dana, "?sort=ways")[-1] != "sales to billing"


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    "query", ["?system=99999", "?owner=x", "?ready=perhaps", "?sort=things", "?page=-1", "?after=99", "?q=%00"]
)
def test_what_makes_no_sense_in_the_address_is_left_out(dana: Client, query: str) -> None:
    assert len(names(dana, query)) == 3


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("address", ["/boundaries/", "/boundaries/?ready=no", "/boundaries/removed/"])
def test_thirty_boundaries_take_as_many_queries_as_three(
    dana: Client, three: list[Boundary], company: build.Company, address: str
) -> None:
    remove(three[0], person=company.dana, reason="")
    before = queries_of(dana, address)
    for number in range(30):
        made = build.boundary(replace(STORY, name=f"boundary {number}"))
        if number % 2:
            remove(made, person=company.dana, reason="")
    assert queries_of(dana, address) <= before


def test_a_removed_one_is_not_in_the_list(dana: Client, three: list[Boundary], company: build.Company) -> None:
    remove(three[0], person=company.dana, reason="It is one with another now.")
    assert names(dana) == ["refunds", "renewals"]
    page = dana.get("/boundaries/removed/").content.decode()
    assert "It is one with another now." in page
    assert "sales to billing" in page


def test_a_view_can_be_kept(dana: Client) -> None:
    build.boundary(STORY)
    kept = {"listing": "boundaries", "query": "ready=no", "name": "To do", "back": "/boundaries/"}
    dana.post("/ownership/views/", kept)
    assert SavedView.objects.get().listing == "boundaries"
    assert "To do" in dana.get("/boundaries/").content.decode()


def test_an_empty_list_says_what_will_be_here(dana: Client, company: build.Company) -> None:
    assert "Draw a boundary" in dana.get("/boundaries/").content.decode()
    seen = signed_in(company.mira).get("/boundaries/").content.decode()
    assert "No boundary is drawn yet" in seen
    assert "/boundaries/new/" not in seen


@pytest.mark.usefixtures("three")
def test_the_list_goes_out_as_it_is_filtered(dana: Client, company: build.Company) -> None:
    response = dana.get(f"/boundaries.csv?system={company.crm.pk}&sort=-name")
    assert response["Content-Disposition"] == 'attachment; filename="boundaries.csv"'
    head, story, renewals = csv.reader(b"".join(response).decode("utf-8-sig").splitlines())
    assert head[:4] == ["Boundary", "From", "To", "Owner"]
    assert story[:4] == ["sales to billing", "CRM", "Billing", "Sales"]
    assert story[6:10] == ["4", "210", "5", "4"]
    assert story[-1] == "Dana Reyes"
    assert renewals[0] == "renewals"
    maps_out = b"".join(dana.get("/boundaries.yaml?q=refunds")).decode()
    assert "name: refunds" in maps_out
    assert "sales to billing" not in maps_out
    assert dana.get("/boundaries.exe").status_code == 404


def test_a_name_that_looks_like_a_formula_goes_out_disarmed(dana: Client) -> None:
    build.boundary(replace(EMPTY, name="=1+1"))
    assert '"\'=1+1"' in b"".join(dana.get("/boundaries.csv")).decode()


# --- A new one -------------------------------------------------------------------------------------------------------

GOOD = {"name": " sales  to billing ", "source": "CRM", "target": "billing", "owner": ""}


def test_a_new_boundary_leads_to_its_map(dana: Client, company: build.Company) -> None:
    response = dana.post("/boundaries/new/", GOOD | {"owner": str(company.sales.pk)})
    assert response.status_code == 302
    assert response["Location"] == "/boundaries/sales-to-billing/edit/"
    made = maps.whole().get()
    assert maps.definition(made) == replace(EMPTY, owner="Sales")
    assert made.added_by == company.dana


def test_a_system_nobody_knows_is_added(dana: Client) -> None:
    dana.post("/boundaries/new/", GOOD | {"target": "Warehouse"})
    assert System.objects.filter(name="Warehouse").exists()


def test_ones_own_team_is_offered_as_the_owner_and_known_systems_as_one_types(
    dana: Client, company: build.Company
) -> None:
    page = dana.get("/boundaries/new/").content.decode()
    assert f'<option value="{company.sales.pk}" selected>Sales</option>' in page
    assert '<option value="CRM"></option>' in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": " "}, "A boundary needs a name, such as sales to billing."),
        ({"source": ""}, "A boundary is the line between two systems: name both."),
        ({"target": " "}, "A boundary is the line between two systems: name both."),
        ({"target": "crm"}, "A boundary is the line between two systems: name another one here."),
        ({"name": "x" * 201}, "Name: at most 200 characters."),
        ({"source": "x" * 101}, "From system: at most 100 characters."),
        ({"name": "a\x00b"}, "Name: one character cannot be kept. Write it anew."),
        ({"owner": "99999"}, "There is no such team any more."),
        ({"owner": "x"}, "There is no such team any more."),
        ({"name": "Taken"}, "There is a boundary called Taken already."),
    ],
)
def test_what_cannot_be_is_said_at_its_box_and_nothing_typed_is_lost(
    dana: Client, given: dict[str, str], sentence: str
) -> None:
    build.boundary(Map("taken", "CRM", "Billing"))
    response = dana.post("/boundaries/new/", GOOD | given)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    kept = (GOOD | given)["source" if "source" not in given else "target"]
    assert f'value="{kept}"' in page
    assert Boundary.objects.count() == 1


def test_names_that_are_addresses_get_another(dana: Client) -> None:
    response = dana.post("/boundaries/new/", GOOD | {"name": "new"})
    assert response["Location"] == "/boundaries/new-2/edit/"


def test_who_leads_no_team_begins_none(company: build.Company) -> None:
    mira = signed_in(company.mira)
    assert mira.get("/boundaries/new/").status_code == 403
    assert mira.post("/boundaries/new/", GOOD).status_code == 403
    assert not Boundary.objects.exists()
