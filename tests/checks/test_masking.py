"""Values of sensitive fields in runs: masked for whoever may not see them, everywhere, and found by nothing."""

import re
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership import wording
from ownership.definitions import Definition, Rule, Use
from ownership.history import save_with_reason
from ownership.models import Field, Person, Role
from ownership.services import defining
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Check, Mismatch, Run
from tests import build
from tests.checks.test_downloads import csv_rows, xlsx_rows
from tests.checks.test_mismatch_table import rows
from tests.checks.test_run_page import words
from tests.checks.three_runs import ThreeRuns
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

WHO = "Shown to the leads of Finance."
SALARY = Definition("salary", sensitive=True, uses=(Use("CRM", "a"),), rule=Rule(owner="Finance"))


@pytest.fixture
def as_finn(db: None) -> Client:  # noqa: ARG001
    """Return the browser of the lead of Finance."""
    finn = build.person(email="finn@example.com", name="Finn Okafor", role=Role.LEAD)
    build.team(name="Finance", lead=finn)
    return signed_in(finn)


@pytest.fixture
def salary(as_finn: Client, three_runs: ThreeRuns) -> Field:  # noqa: ARG001
    """Return a sensitive field of Finance: the column a of the CRM, on the right of the three runs."""
    return build.field(SALARY)


def list_of(run: Run, asked: str = "") -> str:
    return f"/runs/{run.pk}/?{asked}"


def record(run: Run, key: str, kind: str = "differs") -> str:
    found = Mismatch.objects.get(check_compared=run.check_compared_id, key=key, kind=kind)
    return f"/runs/{run.pk}/records/{found.pk}/"


# --- The list ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("salary")
def test_both_sides_of_a_sensitive_field_are_masked_in_every_run(
    as_dana: Client, as_finn: Client, three_runs: ThreeRuns
) -> None:
    first, _, third = three_runs.runs
    for run, seen in ((first, [["x", "y"]]), (third, [["x", "y"], ["u", "w"]])):
        assert [row[2:4] for row in rows(as_finn, list_of(run, "kind=differs"))] == seen
        assert [row[2:4] for row in rows(as_dana, list_of(run, "kind=differs"))] == [["masked"] * 2] * len(seen)
    assert [row[2:4] for row in rows(as_dana, list_of(third, "kind=duplicate_left"))] == [["2 rows", wording.NOTHING]]


@pytest.mark.usefixtures("salary")
def test_a_masked_value_says_who_sees_it_and_so_does_the_page(as_dana: Client, three_runs: ThreeRuns) -> None:
    page = as_dana.get(list_of(three_runs.runs[2]))
    assert f'<span class="masked" title="{WHO}">' in page.content.decode()
    assert f"Values of salary are masked. {WHO}" in words(page)


@pytest.mark.usefixtures("salary")
def test_what_is_gone_or_changed_is_masked_as_well(as_dana: Client, three_runs: ThreeRuns) -> None:
    second, third = three_runs.runs[1:]
    assert [row[2:4] for row in rows(as_dana, list_of(second, "state=gone"))] == [["masked"] * 2]
    assert [row[2:4] for row in rows(as_dana, list_of(third, "state=changed"))] == [["masked"] * 2]


@pytest.mark.usefixtures("salary")
@pytest.mark.parametrize("with_file", [True, False])
def test_a_search_does_not_look_into_masked_values(
    as_dana: Client,
    as_finn: Client,
    three_runs: ThreeRuns,
    with_file: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not with_file:
        monkeypatch.setattr(Run, "result_path", None)
    run = three_runs.runs[2]
    assert [row[0] for row in rows(as_finn, list_of(run, "q=W"))] == ["6"]
    page = words(as_dana.get(list_of(run, "q=W")))
    assert "Nothing matches" in page
    assert "What is masked was not searched." in page
    assert [row[0] for row in rows(as_dana, list_of(run, "q=6"))] == ["6"]
    assert csv_rows(as_dana, f"/runs/{run.pk}/mismatches.csv?q=W")[1:] == []


@pytest.mark.usefixtures("salary")
def test_sorting_by_values_does_not_tell_the_order_of_masked_ones(
    as_dana: Client, as_finn: Client, three_runs: ThreeRuns
) -> None:
    run = three_runs.runs[2]
    assert [row[0] for row in rows(as_finn, list_of(run, "kind=differs&sort=left"))] == ["6", "2"]
    assert [row[0] for row in rows(as_dana, list_of(run, "kind=differs&sort=left"))] == ["2", "6"]
    assert [row[0] for row in rows(as_dana, list_of(run, "kind=differs&sort=-left"))] == ["6", "2"]


def test_a_masked_value_is_not_called_missing(as_dana: Client, as_finn: Client) -> None:
    run = build.run_done(check=build.check(), left_text="id,a\n1,\n2,x\n", right_text="id,a\n1,x\n2,\n")
    build.field(SALARY)
    assert [row[4] for row in rows(as_finn, list_of(run))] == ["Empty in CRM", "Empty in Billing"]
    assert [row[4] for row in rows(as_dana, list_of(run))] == ["Values differ"] * 2


@pytest.mark.usefixtures("as_finn")
@pytest.mark.parametrize(
    ("definition", "masked"),
    [
        (replace(SALARY, uses=(Use("Billing", "A "),)), True),
        (replace(SALARY, uses=(Use("Payroll", "a"),)), False),
        (replace(SALARY, uses=(Use("CRM", "b"),)), False),
        (replace(SALARY, name="A", uses=()), True),
        (replace(SALARY, sensitive=False), False),
    ],
)
def test_a_compared_field_belongs_to_a_field_by_a_column_of_one_of_its_systems_or_by_name(
    as_dana: Client,
    three_runs: ThreeRuns,
    definition: Definition,
    masked: bool,  # noqa: FBT001
) -> None:
    build.system(name="Payroll")
    build.field(definition)
    seen = ["masked", "masked"] if masked else ["x", "y"]
    assert rows(as_dana, list_of(three_runs.runs[0], "kind=differs"))[0][2:4] == seen


def test_marking_a_field_counts_at_once_and_so_does_taking_it_back(
    as_dana: Client, salary: Field, three_runs: ThreeRuns
) -> None:
    address = list_of(three_runs.runs[0], "kind=differs")
    assert rows(as_dana, address)[0][2:4] == ["masked", "masked"]
    defining.define([defining.Wanted(salary, replace(SALARY, sensitive=False))], person=None, reason="It is public.")
    assert rows(as_dana, address)[0][2:4] == ["x", "y"]


@pytest.mark.usefixtures("as_finn")
def test_what_a_check_compared_under_the_same_name_before_stays_masked(as_dana: Client, dana: Person) -> None:
    check = build.check(comparing=build.fields("a"), owner=build.team(lead=dana))
    build.run_done(check=check, left_text="id,a,b\n1,hush-x,p\n", right_text="id,a,b\n1,hush-y,q\n", person=dana)
    build.field(SALARY)
    other = replace(check.comparing, fields=(ComparedField("a", "b", "b", "exact"),))
    check.comparing_data = other.to_json()
    save_with_reason(check, reason="Compare the other column.")
    run = build.run_done(check=check, left_text="id,a,b\n1,x,p\n", right_text="id,a,b\n1,y,q\n", person=dana)
    for address in (list_of(run), record(run, "1")):
        assert b"hush" not in as_dana.get(address).content
        assert b"masked" in as_dana.get(address).content


# --- The record ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("salary")
def test_on_the_page_of_a_record_masked_values_stand_beside_each_other_unmarked(
    as_dana: Client, as_finn: Client, three_runs: ThreeRuns
) -> None:
    address = record(three_runs.runs[2], "2")
    assert "a differs Billing x CRM y b Billing p CRM p" in words(as_finn.get(address))
    page = as_dana.get(address)
    assert "a differs Billing masked CRM masked b Billing p CRM p" in words(page)
    assert "<mark" not in page.content.decode()
    assert "seen 2 times · returned 1 time" in words(page)
    assert re.search(r"\b1 x y\b", words(as_finn.get(address)))
    assert "1 masked masked new" in words(page)
    assert "this run 1 masked masked returned" in words(page)


@pytest.mark.usefixtures("as_finn")
def test_that_masked_values_are_written_differently_and_count_as_the_same_is_not_said(
    as_dana: Client, as_finn: Client
) -> None:
    compared = (ComparedField("a", "a", "a", "number"), ComparedField("b", "b", "b", "exact"))
    check = build.check(comparing=replace(build.fields("a"), fields=compared))
    run = build.run_done(check=check, left_text="id,a,b\n1,1.0,x\n", right_text="id,a,b\n1,1,y\n")
    build.field(SALARY)
    assert "a counts as the same CRM 1.0 Billing 1" in words(as_finn.get(record(run, "1")))
    assert "a CRM masked Billing masked" in words(as_dana.get(record(run, "1")))


@pytest.mark.usefixtures("salary")
def test_rows_of_a_repeated_or_one_sided_record_have_their_columns_masked(
    as_dana: Client, three_runs: ThreeRuns
) -> None:
    page = words(as_dana.get(record(three_runs.runs[2], "5", "duplicate_left")))
    assert "Billing 2 rows Row id a b 3 5 masked p 4 5 masked q" in page
    assert "CRM 1 row Row id a b 4 5 masked p" in page
    assert "Row id a b 3 4 masked p" in words(as_dana.get(record(three_runs.runs[2], "4", "only_right")))


def test_columns_that_are_not_compared_are_masked_too(as_dana: Client, as_finn: Client) -> None:
    run = build.run_done(check=build.check(), left_text="id,a,pay\n1,x,hush\n", right_text="id,a,Salary\n1,y,hush\n")
    build.field(replace(SALARY, uses=(Use("CRM", "pay"),)))
    assert "Not compared pay hush Salary hush" in words(as_finn.get(record(run, "1")))
    assert "Not compared pay masked Salary masked" in words(as_dana.get(record(run, "1")))


@pytest.mark.usefixtures("salary")
def test_what_was_stored_is_masked_where_the_copies_are_gone(
    as_dana: Client, three_runs: ThreeRuns, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr("reconcile.exports.models.Snapshot.kept_path", property(lambda _: tmp_path / "gone"))  # type: ignore[operator]
    page = words(as_dana.get(record(three_runs.runs[2], "2")))
    assert "is no longer there." in page
    assert "a differs Billing masked CRM masked" in page


# --- Downloads -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("salary")
def test_downloads_have_nothing_the_list_does_not_show(as_dana: Client, as_finn: Client, three_runs: ThreeRuns) -> None:
    address = f"/runs/{three_runs.runs[2].pk}/mismatches"
    for taken in (csv_rows(as_dana, f"{address}.csv"), xlsx_rows(as_dana, f"{address}.xlsx")):
        assert [row[:4] for row in taken[1:3]] == [
            ["2", "a", "(masked)", "(masked)"],
            ["6", "a", "(masked)", "(masked)"],
        ]
    for taken in (csv_rows(as_finn, f"{address}.csv"), xlsx_rows(as_finn, f"{address}.xlsx")):
        assert [row[:4] for row in taken[1:3]] == [["2", "a", "x", "y"], ["6", "a", "u", "w"]]


@pytest.mark.usefixtures("salary")
def test_the_command_of_the_server_has_every_value(three_runs: ThreeRuns, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("mismatches", three_runs.check.name)
    assert "differs,2,a,x,y," in capsys.readouterr().out


# --- Keys ----------------------------------------------------------------------------------------------------------

NUMBERS = Comparing(key=(("ssn", "number"),), fields=(ComparedField("a", "a", "a", "exact"),))
NUMBER = Definition("social security number", sensitive=True, uses=(Use("CRM", "ssn"),), rule=Rule(owner="Finance"))


def keyed(comparing: Comparing = NUMBERS, check: str = "Numbers") -> Run:
    """Return a run whose records are known by what nobody but Finance may see."""
    run = build.run_done(
        check=build.check(name=check, comparing=comparing),
        left_text="ssn,part,a\nhush-2,p,x\nhush-1,p,x\nhush-4,p,x\n",
        right_text="number,part,a\nhush-2,p,y\nhush-1,p,z\nhush-3,p,y\nhush-3,p,y\n",
    )
    assert run.number == 1
    build.field(NUMBER)
    return run


def test_masked_keys_are_masked_in_the_list_and_lead_on(as_dana: Client, as_finn: Client) -> None:
    run = keyed()
    assert {row[0] for row in rows(as_finn, list_of(run))} == {"hush-1", "hush-2", "hush-3", "hush-4"}
    assert {row[0] for row in rows(as_dana, list_of(run))} == {"masked"}
    page = as_dana.get(list_of(run)).content.decode()
    assert "hush" not in page
    assert "sort=key" not in page
    assert "sort=key" in as_finn.get(list_of(run)).content.decode()
    links = re.findall(rf'href="(/runs/{run.pk}/records/\d+/[^"]*)"', page)
    assert len(links) == 4
    for link in links:
        answer = as_dana.get(link)
        assert answer.status_code == 200
        assert b"hush" not in answer.content
        assert "<bdi>Masked key</bdi>" in answer.content.decode()


def test_masked_keys_are_neither_searched_nor_sorted_by(as_dana: Client, as_finn: Client) -> None:
    run = keyed()
    for text in ("hush-1", "hush"):
        assert rows(as_finn, list_of(run, f"q={text}"))
        assert "Nothing matches" in words(as_dana.get(list_of(run, f"q={text}")))
    assert [row[2] for row in rows(as_dana, list_of(run, "q=z"))] == ["x"]
    asked = "kind=differs&sort={}key"
    assert rows(as_dana, list_of(run, asked.format(""))) == rows(as_dana, list_of(run, asked.format("-")))


@pytest.mark.usefixtures("as_finn")
def test_masked_keys_are_masked_in_downloads_of_every_kind_of_row(as_dana: Client) -> None:
    run = keyed()
    for taken in (
        csv_rows(as_dana, f"/runs/{run.pk}/mismatches.csv")[1:],
        xlsx_rows(as_dana, f"/runs/{run.pk}/mismatches.xlsx")[1:],
    ):
        assert len(taken) == 4
        assert {row[0] for row in taken} == {"(masked)"}
        assert "hush" not in str(taken)


@pytest.mark.usefixtures("as_finn")
def test_of_a_composite_key_the_other_parts_are_shown(as_dana: Client) -> None:
    run = keyed(replace(NUMBERS, key=(("ssn", "number"), ("part", "part"))), "Parts")
    assert {row[0] for row in rows(as_dana, list_of(run, "kind=differs"))} == {"(masked) · p"}
    assert "Nothing matches" in words(as_dana.get(list_of(run, "q=hush")))


# --- Around it -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("as_finn")
def test_the_history_of_a_check_leaves_out_masked_words(as_dana: Client, as_finn: Client, dana: Person) -> None:
    check = build.check(comparing=build.fields("a", "b"), owner=build.team(lead=dana))
    for mapping in ((("hush-l", "hush-r"),), (("hush-l", "hush-s"),)):
        mapped = (ComparedField("a", "a", "a", "mapped", mapping=mapping), ComparedField("b", "b", "b", "exact"))
        check.comparing_data = replace(check.comparing, fields=mapped).to_json()
        save_with_reason(check, reason="Other words.")
    build.field(SALARY)
    assert "hush-l is hush-s" in words(as_finn.get(f"/checks/{check.pk}/"))
    page = words(as_dana.get(f"/checks/{check.pk}/"))
    assert "hush" not in page
    assert page.count("by a table of words: (masked)") == 3


@pytest.mark.usefixtures("as_finn")
def test_no_page_and_no_log_has_a_masked_value(
    as_dana: Client, dana: Person, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    check = build.check(comparing=build.fields("a", "b"), owner=build.team(lead=dana))
    texts = [
        ("id,a,b\n1,hush-1,p\n2,hush-2,p\n3,hush-3,p\n", "id,a,b\n1,hush-4,p\n2,hush-2,q\n4,hush-4,p\n4,hush-5,p\n"),
        ("id,a,b\n1,hush-6,p\n2,hush-2,p\n3,hush-3,p,p\n", "id,a,b\n1,hush-4,p\n2,hush-9,q\n4,hush-4,p\n"),
    ]
    runs = [build.run_done(check=check, left_text=left, right_text=right, person=dana) for left, right in texts]
    build.field(replace(SALARY, uses=(Use("CRM", "a"), Use("Billing", "a"))))
    addresses = ["/", "/checks/", f"/checks/{check.pk}/", "/find/?q=hu", "/snapshots/"]
    for run in runs:
        addresses += [
            list_of(run, asked) for asked in ("", "q=hu", "state=gone", "field=a", "sort=left", "columns=left")
        ]
        addresses += [f"/runs/{run.pk}/mismatches.{form}?{asked}" for form in ("csv", "xlsx") for asked in ("", "q=hu")]
        seen = Mismatch.objects.filter(check_compared=check, first_number__lte=run.number)
        addresses += [f"/runs/{run.pk}/records/{one}/" for one in seen.values_list("pk", flat=True)]
        for side in (run.left, run.right):
            addresses += [f"/snapshots/{side.pk}/", f"/snapshots/{side.pk}/preview/"]
    for address in addresses:
        answer = as_dana.get(address)
        content = b"".join(answer) if answer.streaming else answer.content
        assert (answer.status_code, b"hush" in content) == (200, False), address
    assert "hush" not in caplog.text
    assert "hush" not in "".join(capfd.readouterr())


@pytest.mark.usefixtures("as_finn")
def test_masking_takes_as_many_queries_for_thousands_of_mismatches_and_fields_as_for_few(as_dana: Client) -> None:
    build.check(name="Another")
    build.field(SALARY)
    counts = []
    for number, count in enumerate((30, 3_000)):
        check = build.check(name=f"Check {number}")
        run = build.many_mismatches(check=check, count=count)
        last = Mismatch.objects.filter(check_compared=check).latest("pk")
        taken = []
        for address in (
            list_of(run),
            list_of(run, "q=30"),
            list_of(run, "page=2&size=25"),
            f"/runs/{run.pk}/records/{last.pk}/",
        ):
            with CaptureQueriesContext(connection) as queries:
                assert b"masked" in as_dana.get(address).content
            taken.append(len(queries))
        counts.append(taken)
        for more in range(20):
            build.field(replace(SALARY, name=f"field {number} {more}", uses=(Use("Billing", f"column {more}"),)))
    assert counts[0] == counts[1]


def test_without_a_sensitive_field_a_list_takes_one_query_more_than_its_own(
    as_dana: Client, three_runs: ThreeRuns
) -> None:
    with CaptureQueriesContext(connection) as queries:
        as_dana.get(list_of(three_runs.runs[2]))
    asked = [query["sql"] for query in queries if "sensitive" in query["sql"]]
    assert len(asked) == 1


def test_no_masked_value_of_a_list_leaves_the_database(as_dana: Client, salary: Field, three_runs: ThreeRuns) -> None:
    assert salary.sensitive
    run = three_runs.runs[2]
    with CaptureQueriesContext(connection) as queries:
        as_dana.get(list_of(run, "kind=differs"))
    read = [query["sql"] for query in queries if 'AS "left_then"' in query["sql"]]
    assert read
    assert all('"checks_mismatch"."left",' not in one for one in read)


def test_checks_of_others_are_masked_by_their_own_systems(as_dana: Client, as_finn: Client) -> None:
    check = build.check(name="Elsewhere", left="Shop", right="Depot")
    run = build.run_done(check=check, left_text="id,a\n1,x\n", right_text="id,a\n1,y\n")
    build.system(name="CRM")
    build.field(SALARY)
    assert [row[2:4] for row in rows(as_dana, list_of(run))] == [["x", "y"]]
    assert Check.objects.count() == 1
    assert as_finn.get(list_of(run)).status_code == 200
