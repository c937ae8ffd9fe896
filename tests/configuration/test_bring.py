"""Bring your sheet: what it would do is shown, then one click does just that."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.models import Field, FieldVersion, Person, Role, SheetImport, Suggestion, System, Team
from ownership.permissions import Rights
from ownership.queries import registry
from ownership.services import defining
from reconcile.configuration.sheet import taking_over
from reconcile.configuration.sheet.looking import Look, look
from tests import build
from tests.configuration.sheets import HEADER, ROWS, brought, csv_of, sheet_of, xlsx_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def lead(client: Client, company: build.Company) -> Client:
    client.force_login(company.dana)
    return client


def seen(sheet: SheetImport, person: Person | None = None) -> Look:
    return look(sheet, Rights(person or sheet.person))


def take(client: Client, sheet: SheetImport) -> Any:
    shown = client.get(f"/ownership/import/{sheet.pk}/")
    return client.post(
        f"/ownership/import/{sheet.pk}/", {"take": "yes", "seen": shown.context["look"].fingerprint}, follow=True
    )


# --- Taking it over -----------------------------------------------------------------------------------------------


def test_what_is_clear_goes_into_the_table_and_the_rest_is_left_out(lead: Client, company: build.Company) -> None:
    answer = brought(lead, xlsx_of(HEADER, ROWS), "Ownership 2026.xlsx")
    sheet = SheetImport.objects.get()
    assert answer["Location"] == f"/ownership/import/{sheet.pk}/"
    shown = lead.get(answer["Location"])
    assert "Take over 2 fields" in shown.content.decode()
    assert "2 unclear rows are" in shown.content.decode()
    answer = take(lead, sheet)
    assert "2 fields are new, 2 are unclear and left out." in answer.content.decode()
    fields = {field.name: registry.definition(field) for field in registry.whole()}
    assert set(fields) == {"billing status", "start date"}
    status = fields["billing status"]
    assert (status.subject, status.rule.owner, str(status.rule.settled_by)) == (
        "customer", "Finance", "Billing: posted invoice",
    )  # fmt: skip
    assert status.rule.approver == "finn@example.com"
    assert status.uses[0].column == "billing_status"
    version = FieldVersion.objects.filter(field__name="billing status").get()
    assert (version.reason, version.by) == ("From Ownership 2026.xlsx.", company.dana)


def test_a_second_click_takes_nothing_over_again(lead: Client, company: build.Company) -> None:
    sheet = sheet_of(company.dana, HEADER, ROWS)
    take(lead, sheet)
    versions = FieldVersion.objects.count()
    answer = lead.post(f"/ownership/import/{sheet.pk}/", {"take": "yes", "seen": "x"})
    assert answer.status_code == 200
    assert "is taken over" in answer.content.decode()
    assert FieldVersion.objects.count() == versions


def test_a_table_that_changed_meanwhile_is_shown_again_and_nothing_is_taken(
    lead: Client, company: build.Company
) -> None:
    sheet = sheet_of(company.dana, HEADER, ROWS)
    fingerprint = seen(sheet).fingerprint
    build.field()
    answer = lead.post(f"/ownership/import/{sheet.pk}/", {"take": "yes", "seen": fingerprint})
    assert answer.status_code == 409
    assert "The table changed since this was shown" in answer.content.decode()
    assert Field.objects.count() == 1


def test_fields_of_others_become_suggestions(client: Client, company: build.Company) -> None:
    build.field(replace(build.STATUS, uses=(replace(build.STATUS.uses[1]),)))
    client.force_login(company.dana)
    sheet = sheet_of(company.dana, ["Field", "Owner", "Column in Billing"], [("billing status", "Sales", "other")])
    (row,) = seen(sheet).rows
    assert row.state == "suggested"
    assert "Not suggested: Column in Billing." in row.note
    assert "Suggest changes of 1 field" in client.get(f"/ownership/import/{sheet.pk}/").content.decode()
    take(client, sheet)
    suggestion = Suggestion.objects.get()
    assert (suggestion.column, suggestion.text, suggestion.was) == ("owner", "Sales", "Finance")
    assert registry.definition(registry.whole().get()).rule.owner == "Finance"


def test_an_agreed_rule_stays_in_force_and_the_sheet_begins_the_next(lead: Client, company: build.Company) -> None:
    field = build.field()
    rule = field.working
    assert rule
    rule.state = "agreed"
    rule.save()
    take(lead, sheet_of(company.dana, ["Field", "Why"], [("billing status", "because we said so")]))
    field = registry.whole().get()
    assert field.in_force
    assert field.in_force.because == "the customer has seen the invoice"
    assert field.working
    assert field.working.because == "because we said so"


def test_the_unclear_rows_come_back_to_be_corrected_and_brought_again(lead: Client, company: build.Company) -> None:
    sheet = sheet_of(company.dana, HEADER, [*ROWS, ("=1+1", "", "Nobody knows", "", "", "", "")])
    before = lead.get(f"/ownership/import/{sheet.pk}/unclear.csv").content
    take(lead, sheet)
    content = lead.get(f"/ownership/import/{sheet.pk}/unclear.csv").content
    assert content == before
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [*HEADER, "What is unclear"]
    assert rows[1][0] == "plan"
    assert rows[1][-1].startswith("Owner team: There is no team Marketing.")
    assert rows[3][0] == "'=1+1"
    build.team(name="Marketing")
    brought(lead, content)
    again = SheetImport.objects.latest("pk")
    assert [row.state for row in seen(again).rows] == ["new", "unclear", "unclear"]
    assert again.rows[2][0] == "=1+1"


# --- Pairing --------------------------------------------------------------------------------------------------------


def test_other_pairs_can_be_chosen(lead: Client, company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["What", "Colour"], [("billing status", "Sales")])
    page = f"/ownership/import/{sheet.pk}/"
    assert "Say which column names the fields" in lead.get(page).content.decode()
    answer = lead.post(page, {"column-0": "name", "column-1": "owner", "record": ""}, follow=True)
    assert "Take over 1 field" in answer.content.decode()
    sheet.refresh_from_db()
    assert sheet.pairing["columns"] == ["name", "owner"]


def test_a_choice_there_is_not_is_refused(lead: Client, company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["Field"], [("a",)])
    answer = lead.post(f"/ownership/import/{sheet.pk}/", {"column-0": "state"})
    assert answer.status_code == 400
    assert "Choose one of the columns in the list." in answer.content.decode()


def test_a_part_of_the_page_is_answered_alone(lead: Client, company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["Field"], [("a",)])
    headers = {"HX-Request": "true", "HX-Target": "sheet-look"}
    answer = lead.post(f"/ownership/import/{sheet.pk}/", {"column-0": ""}, headers=headers)
    assert answer.content.decode().lstrip().startswith('<div id="sheet-look"')


def test_an_administrator_who_leads_a_team_may_add_what_is_missing(client: Client, company: build.Company) -> None:
    company.dana.role = Role.ADMINISTRATOR
    company.dana.save()
    client.force_login(company.dana)
    sheet = sheet_of(
        company.dana, ["Field", "Owner", "Settled by", "Column in ERP"], [("a", "Marketing", "ERP: order", "x")]
    )
    page = f"/ownership/import/{sheet.pk}/"
    assert {name.key for name in seen(sheet).names} == {"team Marketing", "system ERP"}
    said = {f"column-{place}": key for place, key in enumerate(sheet.pairing["columns"])}
    client.post(page, {**said, "add": ["team Marketing", "system ERP"]})
    sheet.refresh_from_db()
    assert [row.state for row in seen(sheet, company.dana).rows] == ["new"]
    take(client, sheet)
    assert Team.objects.filter(name="Marketing").exists()
    (use,) = registry.definition(registry.whole().get()).uses
    assert (use.system, use.column) == ("ERP", "x")


def test_odd_names_to_add_and_an_odd_record_are_no_fault(client: Client, company: build.Company) -> None:
    company.dana.role = Role.ADMINISTRATOR
    company.dana.save()
    client.force_login(company.dana)
    sheet = sheet_of(company.dana, ["Field", "Wins"], [("a", "CRM")])
    page = f"/ownership/import/{sheet.pk}/"
    said = {"column-0": "name", "column-1": "settled_by"}
    odd = ["team a\0b", "animal cat", "team", "system " + "x" * 500]
    assert client.post(page, {**said, "add": odd}, follow=True).status_code == 200
    assert client.post(page, {**said, "record": "a\0b"}).status_code == 400
    assert client.post(page, {**said, "record": "x" * 101}).status_code == 400
    answer = client.post(page, {**said, "record": 'with: a "colon"'}, follow=True)
    assert "Take over 1 field" in answer.content.decode()


def test_nobody_else_adds_teams_with_a_sheet(lead: Client, company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["Field", "Owner"], [("a", "Marketing")])
    lead.post(f"/ownership/import/{sheet.pk}/", {"column-0": "name", "column-1": "owner", "add": ["team Marketing"]})
    sheet.refresh_from_db()
    assert [row.state for row in seen(sheet).rows] == ["unclear"]
    assert "An administrator adds them." in lead.get(f"/ownership/import/{sheet.pk}/").content.decode()


# --- Who, and what files --------------------------------------------------------------------------------------------


def test_a_sheet_is_there_for_whoever_brought_it_alone(client: Client, company: build.Company) -> None:
    sheet = sheet_of(company.dana, HEADER, ROWS)
    client.force_login(company.finn)
    assert client.get(f"/ownership/import/{sheet.pk}/").status_code == 404
    assert client.get(f"/ownership/import/{sheet.pk}/unclear.csv").status_code == 404
    assert client.post(f"/ownership/import/{sheet.pk}/", {"take": "yes"}).status_code == 404


def test_only_leads_bring_sheets(client: Client, company: build.Company) -> None:
    client.force_login(company.mira)
    answer = brought(client, csv_of(HEADER, ROWS))
    assert answer.status_code == 403
    assert "leads of teams" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "This file is empty."),
        ("space.csv", b" \n\n", "space.csv has no"),
        ("head.csv", b"Field,Owner\n", "head.csv has no rows below its header."),
        ("twice.csv", b"Field,Owner\nField,Owner\n", "twice.csv: none of its 1 lines below the header can be read"),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "photo.xlsx is a picture, not a table."),
        ("bytes.csv", bytes(range(256)) * 40, "bytes.csv, line 1: there are bytes here that no text file has."),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "locked.xlsx"),
        ("cut.xlsx", xlsx_of(HEADER, ROWS)[:900], "cut.xlsx is damaged or cut off"),
        ("wide.csv", csv_of([f"c{n}" for n in range(101)], [["x"] * 101]), "wide.csv has 101 columns; at most 100"),
        ("long.csv", b"Field\n" + b"a\n" * 5_001, "long.csv has 5,001 rows; at most 5,000 are taken."),
        ("large.csv", b"Field\n" + b"a" * 10_000_000, "large.csv has 10 MB; the most that is taken is 10 MB."),
        ("<b>x</b>.csv", b"", "This file is empty."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    lead: Client, name: str, content: bytes, sentence: str
) -> None:
    answer = brought(lead, content, name)
    assert answer.status_code == 400
    (error,) = answer.context["form"].errors["file"]
    assert error.startswith(sentence)
    assert not SheetImport.objects.exists()


def test_no_file_at_all_is_said(lead: Client) -> None:
    answer = lead.post("/ownership/import/")
    assert answer.status_code == 400
    assert "Choose a file first." in answer.content.decode()


def test_hostile_cells_are_shown_as_they_are_and_run_nothing(lead: Client, company: build.Company) -> None:
    hostile = "<script>alert(1)</script>"
    sheet = sheet_of(company.dana, ["Field", "Owner", hostile], [(f"a {hostile}", '=cmd|"/C calc"!A0', "{{ 7*7 }}")])
    page = lead.get(f"/ownership/import/{sheet.pk}/").content.decode()
    assert hostile not in page
    assert ">49<" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("query", ["?show=unclear", "?show=odd", "?page=2", "?page=x&show=new", "?page=-1"])
def test_odd_addresses_show_the_page(lead: Client, company: build.Company, query: str) -> None:
    sheet = sheet_of(company.dana, HEADER, [(f"f{n}", "", "", "", "", "", "") for n in range(150)])
    assert lead.get(f"/ownership/import/{sheet.pk}/{query}").status_code == 200


def test_the_preview_takes_the_same_queries_for_few_rows_and_many(lead: Client, company: build.Company) -> None:
    counts = []
    for count in (1, 60):
        sheet = sheet_of(company.dana, HEADER, [(f"f{n}", "", "Sales", "CRM: deal", "", "", "") for n in range(count)])
        with CaptureQueriesContext(connection) as queries:
            lead.get(f"/ownership/import/{sheet.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_lines_that_cannot_be_read_are_said(lead: Client) -> None:
    brought(lead, b"Field,Owner\na,Sales\nb,Sales\nc,d,e\nf,Sales\n")
    page = lead.get(f"/ownership/import/{SheetImport.objects.get().pk}/").content.decode()
    assert "1 line cannot be read and is left out, the first is line 4" in page


# --- There and back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_download_brought_back_into_an_empty_table_gives_the_same_fields(lead: Client, form: str) -> None:
    odd = replace(
        build.STATUS, name="=odd, “name” | with; signs", means="'=1+1\n- second line", subject="@x", sensitive=True,
        rule=replace(build.STATUS.rule, settled_by=None, depends=True, because="-1", deputy=""),
    )  # fmt: skip
    numbers = replace(build.STATUS, name="007", means="1e3", subject="12", uses=(), rule=replace(build.STATUS.rule))
    for definition in (build.STATUS, odd, numbers):
        build.field(definition)
    answer = lead.get(f"/ownership/fields.{form}")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    brought(lead, content, f"fields.{form}")
    sheet = SheetImport.objects.latest("pk")
    assert [row.state for row in seen(sheet).rows] == ["unchanged"] * 3
    for field in registry.whole():
        defining.remove(field, person=None, reason="to bring it back")
    answer = take(lead, sheet)
    assert "3 fields are new" in answer.content.decode()
    back = {field.name: registry.definition(field) for field in registry.whole()}
    for definition in (build.STATUS, odd, numbers):
        assert back[definition.name].like(definition)


def test_a_refusal_at_the_last_moment_changes_nothing(company: build.Company) -> None:
    sheet = sheet_of(company.dana, ["Field", "Owner"], [("a", "Sales")])
    fingerprint = seen(sheet).fingerprint
    System.objects.all().delete()
    Team.objects.filter(name="Finance").delete()
    with pytest.raises(taking_over.NotTaken):
        taking_over.take_over(sheet, person=company.finn, seen=f"{fingerprint}x")
    assert not Field.objects.exists()
