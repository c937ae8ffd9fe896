"""Teams, people, systems and record types: what their pages say, and what leads change there."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Record, Rule, Use
from ownership.history import save_with_reason
from ownership.models import OwnershipRule, Person, RecordType, Role, RuleState, System, Team
from ownership.queries import directory
from ownership.services import directory as services
from ownership.services.defining import Refused
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> build.Company:
    return build.company()


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def counts(*columns: str) -> list[tuple[object, ...]]:
    """What the list of teams counts, in order of names."""
    return [tuple(getattr(team, name) for name in columns) for team in directory.teams().order_by("name")]


def agreed(definition: Definition = build.STATUS) -> None:
    made = build.field(definition)
    OwnershipRule.objects.filter(field=made).update(state=RuleState.AGREED)


def posted_invoice() -> RecordType:
    return RecordType.objects.get(name="posted invoice")


def test_a_team_says_what_it_owns_edits_and_settles(there: build.Company) -> None:
    build.field()
    build.field(replace(build.STATUS, name="due date", uses=(Use("CRM", editors=("Finance",)),)))
    said = page(signed_in(there.dana), f"/ownership/teams/{there.finance.pk}/")
    assert "Finance owns 2 fields, edits 2 in 2 systems and settles 2 disputes." in said
    assert 'href="/ownership/people/' in said
    assert "Finn Okafor</a> leads it." in said


def test_a_team_without_fields_or_lead_says_so(there: build.Company) -> None:
    said = page(signed_in(there.dana), f"/ownership/teams/{build.team(name='Ops').pk}/")
    assert "Ops owns and edits no field yet. Nobody leads it yet, so nobody can answer for it." in said
    assert "No fields yet" in said


def test_what_counts_is_the_version_in_force_not_a_draft_over_it(there: build.Company) -> None:
    agreed()
    rule = OwnershipRule.objects.get()
    OwnershipRule.objects.create(field=rule.field, number=2, owner=there.sales)
    assert [len(directory.of_team(team).owns) for team in (there.sales, there.finance)] == [0, 1]
    assert counts("name", "owns") == [("Finance", 1), ("Sales", 0)]


def test_a_removed_field_is_nobodys(there: build.Company) -> None:
    made = build.field()
    made.removed_at = made.created_at
    save_with_reason(made, reason="Gone.")
    assert directory.of_team(there.finance).owns == []
    assert counts("owns", "editing") == [(0, 0), (0, 0)]
    assert directory.of_system(there.crm).stores == []


def test_a_person_says_what_they_lead_and_decide_on(there: build.Company) -> None:
    build.field()
    said = page(signed_in(there.dana), f"/ownership/people/{there.finn.pk}/")
    assert "Finn Okafor leads Finance and decides on exceptions of 1 field." in said
    assert "Mira Lind is the deputy for 1 field." in page(signed_in(there.dana), f"/ownership/people/{there.mira.pk}/")


def test_somebody_who_left_is_marked_in_words(there: build.Company) -> None:
    build.field()
    Person.objects.filter(pk=there.finn.pk).update(is_active=False)
    client = signed_in(there.dana)
    assert "has left" in page(client, "/ownership/people/")
    said = page(client, f"/ownership/people/{there.finn.pk}/")
    assert "Finn Okafor has left and signs in no more." in said
    assert "Finn Okafor has left" not in page(client, f"/ownership/people/{there.mira.pk}/")
    assert "leads it, but has left" in page(client, f"/ownership/teams/{there.finance.pk}/").replace("</a>", "")


def test_a_system_says_what_it_stores_and_who_owns_it(there: build.Company) -> None:
    build.field()
    said = page(signed_in(there.dana), f"/ownership/systems/{there.crm.pk}/")
    assert "CRM stores 1 field and has 2 record types. Sales owns it." in said
    assert "billing_status" in said
    assert "what sales was last told" in said


def test_a_record_type_says_which_fields_begin_there_and_which_it_settles(there: build.Company) -> None:
    build.field()
    client = signed_in(there.dana)
    deal = RecordType.objects.get(name="deal")
    assert "1 field first appears in it." in page(client, f"/ownership/record-types/{deal.pk}/")
    assert "It settles disputes about 1 field." in page(client, f"/ownership/record-types/{posted_invoice().pk}/")
    form = RecordType.objects.get(name="signed order form")
    assert "It settles disputes about 1 field." in page(client, f"/ownership/record-types/{form.pk}/")


@pytest.mark.parametrize("kind", ["teams", "people", "systems", "record-types"])
def test_lists_find_and_sort(there: build.Company, kind: str) -> None:
    build.field()
    client = signed_in(there.dana)
    assert "Nothing matches" in page(client, f"/ownership/{kind}/?q=nowhere")
    for column in ("name", "-name", "owns", "-editing", "approving", "stores", "kinds", "begins", "-settles", "owner"):
        page(client, f"/ownership/{kind}/?sort={column}")


def test_lists_without_anything_say_what_will_be_there(as_dana: Client, as_ada: Client) -> None:
    assert "No systems yet" in page(as_dana, "/ownership/systems/")
    assert "There is no system yet: they come first." in page(as_dana, "/ownership/record-types/")
    assert "Administrators add teams." in page(as_dana, "/ownership/teams/")
    assert "/admin/ownership/team/add/" in page(as_ada, "/ownership/teams/")
    build.system()
    assert "Add the ones that people point to" in page(as_dana, "/ownership/record-types/")
    assert "The leads of teams add them." in page(as_ada, "/ownership/record-types/")


def test_only_administrators_are_shown_the_way_to_change_people_and_teams(there: build.Company, as_ada: Client) -> None:
    for address in (f"/ownership/teams/{there.sales.pk}/", f"/ownership/people/{there.dana.pk}/"):
        assert "/admin/ownership/" in page(as_ada, address).partition("<main")[2]
        assert "/admin/ownership/" not in page(signed_in(there.dana), address)


@pytest.mark.parametrize("address", ["teams", "people", "systems", "record-types"])
@pytest.mark.parametrize("number", ["999999", "99999999999999999999"])
def test_what_is_not_there_is_not_found(as_dana: Client, address: str, number: str) -> None:
    assert as_dana.get(f"/ownership/{address}/{number}/").status_code == 404


def test_more_of_everything_takes_no_more_queries(there: build.Company) -> None:
    client = signed_in(there.dana)
    build.field()
    addresses = [f"/ownership/{kind}/" for kind in ("teams", "people", "systems", "record-types")]
    addresses += [
        f"/ownership/teams/{there.finance.pk}/",
        f"/ownership/people/{there.finn.pk}/",
        f"/ownership/systems/{there.crm.pk}/",
        f"/ownership/record-types/{posted_invoice().pk}/",
    ]

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as counted:
                client.get(address)
            counts.append(len(counted))
        return counts

    before = queries()
    for number in range(4):
        build.field(replace(build.STATUS, name=f"status {number}"))
        build.team(name=f"Team {number}", lead=there.dana)
        build.person(email=f"{number}@example.com")
        build.record_type(system=build.system(name=f"System {number}"))
    assert queries() == before


# --- Changing ---


def test_a_lead_adds_a_system_that_their_team_owns(there: build.Company) -> None:
    answer = signed_in(there.dana).post("/ownership/systems/", {"name": " Ledger ", "owner": there.sales.pk})
    made = System.objects.get(name="Ledger")
    assert answer["Location"] == f"/ownership/systems/{made.pk}/"
    assert made.owner == there.sales


def test_nobody_gives_a_system_to_a_team_they_do_not_lead(there: build.Company) -> None:
    answer = signed_in(there.dana).post("/ownership/systems/", {"name": "Ledger", "owner": there.finance.pk})
    assert answer.status_code == 400
    assert not System.objects.filter(name="Ledger").exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("crm", "There is a system called crm already."),
        (" ", "A system needs a name."),
        ("x" * 101, "at most 100 characters"),
        ("nul\x00", "Null characters are not allowed."),
    ],
)
def test_a_system_that_cannot_be_is_refused_in_a_sentence(there: build.Company, name: str, sentence: str) -> None:
    answer = signed_in(there.dana).post("/ownership/systems/", {"name": name})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert System.objects.count() == 2


def test_names_clash_whatever_their_case_in_any_alphabet(there: build.Company) -> None:
    services.add_record_type(system=there.crm, name="Öffnung", means="")
    with pytest.raises(Refused, match="There is a record type in CRM called öffnung already"):
        services.add_record_type(system=there.crm, name="öffnung", means="")
    services.add_record_type(system=there.billing, name="öffnung", means="")


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("address", ["/ownership/systems/", "/ownership/record-types/"])
def test_only_leads_add(there: build.Company, role: Role, address: str) -> None:
    client = signed_in(build.person(email="else@example.com", role=role))
    answer = client.post(address, {"name": "Ledger", "system": there.crm.pk})
    assert answer.status_code == 403
    assert "added by the leads of teams" in answer.content.decode()
    assert "Add a" not in page(client, address).partition("<main")[2]


def test_a_lead_adds_a_record_type(there: build.Company) -> None:
    given = {"system": there.billing.pk, "name": "credit note", "means": "Money that goes back."}
    signed_in(there.dana).post("/ownership/record-types/", given)
    made = RecordType.objects.get(name="credit note")
    assert (made.system, made.means) == (there.billing, "Money that goes back.")


def test_a_record_type_of_no_system_is_refused(there: build.Company) -> None:
    assert signed_in(there.dana).post("/ownership/record-types/", {"name": "note", "system": 99}).status_code == 400


def test_only_the_lead_of_the_team_that_owns_the_system_changes_its_record_types(there: build.Company) -> None:
    made = build.record_type(system=there.billing)
    address = f"/ownership/record-types/{made.pk}/"
    answer = signed_in(there.dana).post(address, {"name": "note"})
    assert answer.status_code == 403
    assert "changed by the lead of Finance, Finn Okafor." in answer.content.decode()
    assert signed_in(there.dana).post(f"{address}remove/").status_code == 403
    assert signed_in(there.finn).post(address, {"name": "note", "means": "x"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.means) == ("note", "x")


def test_renaming_what_an_agreed_rule_names_needs_a_reason_which_the_history_keeps(there: build.Company) -> None:
    agreed()
    client, address = signed_in(there.finn), f"/ownership/record-types/{posted_invoice().pk}/"
    answer = client.post(address, {"name": "invoice"})
    assert answer.status_code == 400
    assert "The teams agreed on billing status, where this is named. Say why it changes." in answer.content.decode()
    client.post(address, {"name": "invoice", "reason": "Billing calls it that now."})
    said = page(client, address)
    assert "Billing calls it that now." in said
    assert "posted invoice" in said
    assert RecordType.objects.filter(name="invoice").exists()


def test_renaming_a_system_that_agreed_rules_name_needs_a_reason(there: build.Company) -> None:
    agreed()
    with pytest.raises(Refused) as refused:
        services.change_system(there.billing, name="Invoicing", reason=" ")
    assert refused.value.column == "reason"
    assert services.change_system(there.billing, name="Invoicing", reason="New name.").name == "Invoicing"


def test_a_name_may_change_its_case_alone(there: build.Company) -> None:
    assert services.change_system(there.crm, name="Crm", reason="").name == "Crm"


def test_saving_what_is_there_already_writes_nothing(there: build.Company) -> None:
    before = there.crm.history.count()
    services.change_system(there.crm, name="CRM", reason="")
    assert there.crm.history.count() == before


def test_a_record_type_goes_only_while_no_version_names_it(there: build.Company) -> None:
    build.field()
    client = signed_in(there.finn)
    used = posted_invoice()
    answer = client.post(f"/ownership/record-types/{used.pk}/remove/", follow=True)
    assert "Posted invoice stays: rules name it, or did in earlier versions that are kept." in answer.content.decode()
    OwnershipRule.objects.update(state=RuleState.SUPERSEDED)
    assert "can be removed once no rule names it" in page(client, f"/ownership/record-types/{used.pk}/")
    assert RecordType.objects.filter(pk=used.pk).exists()
    free = build.record_type(system=there.billing)
    assert "Remove credit note" in page(client, f"/ownership/record-types/{free.pk}/")
    client.post(f"/ownership/record-types/{free.pk}/remove/")
    assert not RecordType.objects.filter(pk=free.pk).exists()


def test_a_system_of_no_team_is_open_to_every_lead(there: build.Company) -> None:
    free = build.system(name="Ledger")
    assert signed_in(there.dana).post(f"/ownership/systems/{free.pk}/", {"name": "Books"}).status_code == 302


def test_what_people_write_stays_words(there: build.Company) -> None:
    hostile = "<script>alert(1)</script>"
    made = build.record_type(system=there.billing, name=hostile, means=hostile)
    client = signed_in(there.finn)
    for address in ("/ownership/record-types/", f"/ownership/record-types/{made.pk}/"):
        assert hostile not in page(client, address)


@pytest.mark.parametrize(
    "deletes", [lambda there: there.finance, lambda there: there.crm], ids=["an owning team", "a tested system"]
)
def test_the_administration_deletes_nothing_a_rule_names(
    there: build.Company, as_ada: Client, deletes: Callable[[build.Company], Team | System]
) -> None:
    build.field(Definition("plan", rule=Rule(owner="Finance", settled_by=Record("CRM", "deal"))))
    thing = deletes(there)
    kind = type(thing).__name__.lower()
    assert as_ada.post(f"/admin/ownership/{kind}/{thing.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(thing)._default_manager.filter(pk=thing.pk).exists()


def test_the_administration_lists_record_types(there: build.Company, as_ada: Client) -> None:
    made = build.record_type(system=there.billing)
    assert "credit note" in as_ada.get("/admin/ownership/recordtype/").content.decode()
    assert as_ada.get(f"/admin/ownership/recordtype/{made.pk}/change/").status_code == 200
