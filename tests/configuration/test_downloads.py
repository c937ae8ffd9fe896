"""The table of fields as a file: everything in it, nothing in it is run, and what the list left out stays out."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
import yaml
from django.test import Client

from ownership.cells import COLUMNS
from ownership.definitions import Use, When
from ownership.models import Person, Role
from reconcile.configuration.sheet.markdown import escaped
from tests import build

pytestmark = pytest.mark.django_db

HOSTILE = '=HYPERLINK("http://x","y")'


@pytest.fixture
def viewer(client: Client) -> Client:
    build.company()
    client.force_login(build.person(email="vera@example.com", name="Vera", role=Role.VIEWER))
    return client


def got(client: Client, form: str, query: str = "") -> bytes:
    answer = client.get(f"/ownership/fields.{form}{query}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_csv_has_the_columns_of_the_table_and_what_it_leaves_out(viewer: Client) -> None:
    build.field()
    (row,) = rows_of(got(viewer, "csv"))
    assert list(row)[: len(COLUMNS)] == [column.label for column in COLUMNS]
    assert row["Settled by"] == "Billing: posted invoice"
    assert row["Editors by system"] == "CRM: Sales; Billing: Finance"
    assert (row["Column in CRM"], row["Meaning in Billing"]) == ("billing_status", "state of the latest posted invoice")
    assert (row["Approver"], row["State"], row["Sensitive"]) == ("Finn Okafor", "draft", "no")


def test_nothing_in_it_is_a_formula(viewer: Client) -> None:
    build.field(replace(build.STATUS, means=HOSTILE))
    assert rows_of(got(viewer, "csv"))[0]["What it means"] == f"'{HOSTILE}"
    with zipfile.ZipFile(io.BytesIO(got(viewer, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_the_workbook_holds_its_head_and_has_widths(viewer: Client) -> None:
    build.field()
    with zipfile.ZipFile(io.BytesIO(got(viewer, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert sheet.count("<col ") >= len(set(COLUMNS)) / 2


def test_filters_search_and_sort_of_the_list_apply(viewer: Client) -> None:
    build.field()
    build.field(replace(build.STATUS, name="start date", subject="contract"))
    assert [row["Field"] for row in rows_of(got(viewer, "csv"))] == ["start date", "billing status"]
    assert [row["Field"] for row in rows_of(got(viewer, "csv", "?sort=name"))] == ["billing status", "start date"]
    assert [row["Field"] for row in rows_of(got(viewer, "csv", "?subject=contract"))] == ["start date"]
    assert [row["Field"] for row in rows_of(got(viewer, "csv", "?q=billing+status"))] == ["billing status"]
    assert len(rows_of(got(viewer, "csv", "?owner=x&sort=odd&page=99999999"))) == 2


def test_a_form_that_is_none_is_not_there(viewer: Client) -> None:
    assert viewer.get("/ownership/fields.exe").status_code == 404


def test_no_field_gives_an_empty_table_in_every_form(viewer: Client) -> None:
    assert rows_of(got(viewer, "csv")) == []
    assert got(viewer, "xlsx")
    assert b"0 fields" in got(viewer, "md")
    assert yaml.safe_load(got(viewer, "yaml"))["schema"] == []


def test_the_document_has_one_table_a_subject_and_no_markup_of_others(viewer: Client) -> None:
    build.field(replace(build.STATUS, means="a | b\n<script>alert(1)</script> *x* [y](z)"))
    build.field(replace(build.STATUS, name="start date", subject=""))
    text = got(viewer, "md").decode()
    assert "## customer" in text
    assert "## No subject" in text
    assert r"a \| b<br>&lt;script&gt;alert(1)&lt;/script&gt; \*x\* \[y\](z)" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} == {len(COLUMNS)}


def test_text_ends_a_line_of_the_document_only_as_a_break() -> None:
    assert escaped("a\r\nb\N{LINE SEPARATOR}c") == "a<br>b<br>c"


# What version 3.1 of the standard has a place for, and what has to be there: https://bitol-io.github.io/
ELEMENT = {
    "name",
    "physicalType",
    "description",
    "businessName",
    "authoritativeDefinitions",
    "tags",
    "customProperties",
}
OBJECT = ELEMENT | {
    "logicalType",
    "physicalName",
    "dataGranularityDescription",
    "properties",
    "relationships",
    "quality",
}
PROPERTY = ELEMENT | {"physicalName", "logicalType", "classification", "required", "unique", "examples", "quality"}
CONTRACT = {
    "apiVersion", "kind", "id", "name", "version", "status", "tenant", "domain", "dataProduct", "description", "schema",
    "support", "price", "team", "roles", "servers", "slaProperties", "tags", "authoritativeDefinitions",
    "customProperties", "contractCreatedTs",
}  # fmt: skip


def contract(client: Client) -> dict[str, Any]:
    said: dict[str, Any] = yaml.safe_load(got(client, "yaml"))
    return said


def custom(said: dict[str, Any]) -> dict[str, Any]:
    assert all(set(one) == {"property", "value"} for one in said["customProperties"])
    return {one["property"]: one["value"] for one in said["customProperties"]}


def test_the_contract_has_the_shape_of_the_standard(viewer: Client) -> None:
    build.field()
    build.field(replace(build.STATUS, name="nowhere", uses=(), sensitive=True))
    said = contract(viewer)
    assert {"version", "apiVersion", "kind", "id", "status"} <= set(said) <= CONTRACT
    assert (said["apiVersion"], said["kind"], said["status"]) == ("v3.1.0", "DataContract", "draft")
    assert set(said["description"]) <= {"usage", "purpose", "limitations"}
    assert all({"name"} <= set(one) <= OBJECT for one in said["schema"])
    properties = [each for one in said["schema"] for each in one["properties"]]
    assert all({"name"} <= set(each) <= PROPERTY for each in properties)
    assert all(set(link) == {"url", "type"} for each in properties for link in each["authoritativeDefinitions"])
    assert set(said["team"]) <= {"name", "description", "members"}
    assert all({"username"} <= set(one) <= {"username", "name", "role"} for one in said["team"]["members"])


def test_an_object_of_the_contract_is_a_subject_in_a_system(viewer: Client) -> None:
    build.field()
    billing, crm = contract(viewer)["schema"]
    assert (billing["name"], crm["name"]) == ("Billing customer", "CRM customer")
    (status,) = crm["properties"]
    assert (status["name"], status["physicalName"], status["description"]) == (
        "billing status", "billing_status", "what sales was last told",
    )  # fmt: skip
    assert status["authoritativeDefinitions"][0]["url"].startswith("http://testserver/ownership/fields/")


def test_the_rule_is_in_custom_properties(viewer: Client) -> None:
    build.field()
    rule = custom(contract(viewer)["schema"][0]["properties"][0])
    assert rule["ownerTeam"] == "Finance"
    assert rule["editors"] == ["Finance"]
    assert rule["settledBy"] == {"system": "Billing", "recordType": "posted invoice"}
    assert rule["conditions"] == [
        {
            "when": "the order form is not signed yet",
            "test": {"system": "CRM", "column": "signed", "operator": "equals", "value": "no"},
            "settledBy": {"system": "CRM", "recordType": "signed order form"},
        }
    ]
    assert rule["ruleState"] == "draft"


def test_a_sensitive_field_is_classified(viewer: Client) -> None:
    build.field(replace(build.STATUS, sensitive=True))
    assert contract(viewer)["schema"][0]["properties"][0]["classification"] == "confidential"


def test_words_that_yaml_could_take_for_something_else_stay_words(viewer: Client) -> None:
    conditions = (When("no", "CRM", "yes", "in", ("no", "null", "1e3")),)
    build.field(
        replace(
            build.STATUS,
            means="no",
            uses=(Use("CRM", "null"),),
            rule=replace(build.STATUS.rule, conditions=conditions),
        )
    )
    (said,) = contract(viewer)["schema"][0]["properties"]
    assert (said["physicalName"], said["description"]) == ("null", "no")
    assert custom(said)["conditions"][0]["test"]["value"] == ["no", "null", "1e3"]


def test_a_download_takes_the_same_queries_for_few_fields_and_many(
    viewer: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        build.field(replace(build.STATUS, name=f"field {number}"))
    for form in ("csv", "xlsx", "md", "yaml"):
        with django_assert_max_num_queries(16):
            got(viewer, form)


def test_people_who_share_a_name_are_told_apart(viewer: Client) -> None:
    Person.objects.create_user("other@example.com", name="Finn Okafor")
    build.field()
    assert rows_of(got(viewer, "csv"))[0]["Approver"] == "Finn Okafor (finn@example.com)"
