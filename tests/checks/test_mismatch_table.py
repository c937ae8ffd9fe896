"""The list of a run's mismatches: what an address asks for, whatever it says."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership import wording
from ownership.models import Person
from reconcile.checks import mismatch_tables
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Mismatch
from tests import build
from tests.checks.test_run_page import words
from tests.checks.three_runs import ThreeRuns

pytestmark = pytest.mark.django_db


def rows(client: Client, address: str) -> list[list[str]]:
    """The rows of the table at an address, each cell in words."""
    page = client.get(address).content.decode()
    table = re.search(r"<table.*?</table>", page, flags=re.DOTALL)
    assert table is not None, words(client.get(address))
    body = table.group().partition("<tbody>")[2]
    return [
        [
            " ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]+>", "", cell, flags=re.DOTALL)).split())
            for cell in re.findall(r"<td.*?</td>", row, flags=re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, flags=re.DOTALL)
    ]


def test_each_row_says_what_disagrees_how_and_since_when(as_dana: Client, three_runs: ThreeRuns) -> None:
    day, later = (f"{run.left.as_of:%Y-%m-%d}" for run in three_runs.runs[:2])
    repeated = ("Repeated key, rows in Billing", "duplicate", day, "3", "open")
    assert rows(as_dana, f"/runs/{three_runs.runs[2].pk}/") == [
        ["2", "a", "x", "y", "Values differ", "unexplained", day, "2", "returned"],
        ["6", "a", "u", "w", "Values differ", "unexplained", later, "2", "open"],
        ["5", "whole record", "2 rows", wording.NOTHING, *repeated],
        ["5", "whole record", wording.NOTHING, "1 row", "Repeated key, rows in CRM", *repeated[1:]],
        ["4", "whole record", "not there", "there", "Only in CRM", "missing event", day, "3", "open"],
    ]


ASKED = (
    ("kind=only_right", ["4"]),
    ("kind=differs", ["2", "6"]),
    ("field=a", ["2", "6"]),
    ("state=returned", ["2"]),
    ("state=changed", ["6"]),
    ("state=gone", ["3"]),
    ("state=standing", ["5", "5", "4"]),
    ("q=6", ["6"]),
    ("q=W", ["6"]),
    ("sort=key", ["2", "4", "5", "5", "6"]),
    ("sort=-key", ["6", "5", "5", "4", "2"]),
    ("sort=left&kind=differs", ["6", "2"]),
    ("sort=-first_seen&kind=differs", ["6", "2"]),
    ("field=a&state=changed", ["6"]),
    ("kind=nonsense", ["2", "6", "5", "5", "4"]),
    ("field=nonsense&state=nonsense", ["2", "6", "5", "5", "4"]),
    ("sort=nonsense&page=nonsense&size=nonsense&density=nonsense", ["2", "6", "5", "5", "4"]),
    ("page=99999999999999999999&after=99999999999999999999&before=x", ["2", "6", "5", "5", "4"]),
    ("kind=differs&kind=only_right", ["4"]),
    ("q=%00%0a", ["2", "6", "5", "5", "4"]),
)


def test_an_address_asks_for_rows_and_their_order(as_dana: Client, three_runs: ThreeRuns) -> None:
    address = f"/runs/{three_runs.runs[2].pk}/"
    assert [(asked, [row[0] for row in rows(as_dana, f"{address}?{asked}")]) for asked, _ in ASKED] == list(ASKED)


def test_where_nothing_matches_the_page_says_so(as_dana: Client, three_runs: ThreeRuns) -> None:
    for asked in ("q=nothing+has+this", "q=%27%25_%5C", "field=b", "q=" + "x" * 5000, "kind=only_left"):
        assert "Nothing matches" in words(as_dana.get(f"/runs/{three_runs.runs[2].pk}/?{asked}"))


def test_columns_are_chosen_in_the_address(as_dana: Client, three_runs: ThreeRuns) -> None:
    day = f"{three_runs.runs[2].left.as_of:%Y-%m-%d}"
    assert rows(as_dana, f"/runs/{three_runs.runs[2].pk}/?columns=key,last_seen&q=6") == [["6", day]]


def test_htmx_gets_the_table_alone_and_the_address_to_show(as_dana: Client, three_runs: ThreeRuns) -> None:
    address = f"/runs/{three_runs.runs[2].pk}/"
    answer = as_dana.get(f"{address}?kind=only_right", headers={"HX-Request": "true", "HX-Target": "mismatches"})
    assert "<html" not in answer.content.decode()
    assert answer["HX-Push-Url"] == f"{address}?kind=only_right"


def test_a_missing_value_is_called_missing(as_dana: Client) -> None:
    run = build.run_done(check=build.check(), left_text="id,a\n1,\n2,x\n", right_text="id,a\n1,x\n2,\n")
    assert [row[4] for row in rows(as_dana, f"/runs/{run.pk}/")] == ["Empty in CRM", "Empty in Billing"]


def test_keys_of_several_columns_are_read_side_by_side(as_dana: Client) -> None:
    comparing = Comparing(key=(("id", "id"), ("a", "a")), fields=(ComparedField("b", "b", "b"),))
    run = build.run_done(
        check=build.check(comparing=comparing), left_text="id,a,b\n1,x,p\n", right_text="id,a,b\n1,x,q\n"
    )
    assert [row[0] for row in rows(as_dana, f"/runs/{run.pk}/")] == ["1 · x"]


def test_hostile_keys_values_and_fields_are_only_text(as_dana: Client, dana: Person) -> None:
    hostile = '<script>alert("1")</script>\u202e=cmd()'
    comparing = Comparing(key=(("id", "id"),), fields=(ComparedField("<b>" + "f" * 190, "a", "a", "exact"),))
    quoted = hostile.replace('"', '""')
    left = f'id,a\n"{quoted}",=1+1\n{"K" * 10_000},{"V" * 10_000}\n'
    right = f'id,a\n"{quoted}",<i>1</i>\n{"K" * 10_000},{"W" * 10_000}\n'
    run = build.run_done(check=build.check(comparing=comparing), left_text=left, right_text=right, person=dana)
    page = as_dana.get(f"/runs/{run.pk}/?q=%3Cscript%3E").content.decode()
    assert "<script>alert" not in page
    assert "<i>1" not in page
    assert "<b>f" not in page
    assert "&lt;script&gt;alert(&quot;1&quot;)" in page
    for mismatch in Mismatch.objects.all():
        record = as_dana.get(f"/runs/{run.pk}/records/{mismatch.pk}/").content.decode()
        assert "<script>alert" not in record
        assert "<i>1" not in record


def test_more_than_can_be_sorted_quickly_sorts_by_record_and_field_alone(
    as_dana: Client,
    three_runs: ThreeRuns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mismatch_tables, "SORTED", 2)
    address = f"/runs/{three_runs.runs[2].pk}/"
    page = as_dana.get(address)
    assert "sort=key" in page.content.decode()
    assert "sort=left" not in page.content.decode()
    assert "Sorting by values and by first seen is there once" in words(page)
    assert [row[0] for row in rows(as_dana, f"{address}?sort=left")] == ["2", "6", "5", "5", "4"]
    assert "sort=left" in as_dana.get(f"{address}?kind=differs").content.decode()


def test_thousands_of_mismatches_take_as_many_queries_as_some(as_dana: Client) -> None:
    counts = []
    for number, count in enumerate((30, 3_000)):
        run = build.many_mismatches(check=build.check(name=f"Check {number}"), count=count)
        last = Mismatch.objects.filter(check_compared=run.check_compared_id).latest("pk")
        asked = [
            "",
            "?page=2&size=25",
            f"?after={last.pk - 5}",
            "?kind=differs",
            "?field=a&sort=-key",
            "?q=30",
            "?q=left&size=25",
            "?state=new",
        ]
        addresses = [f"/runs/{run.pk}/{one}" for one in asked] + [f"/runs/{run.pk}/records/{last.pk}/?field=a"]
        taken = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert as_dana.get(address).status_code == 200
            taken.append(len(queries))
        counts.append(taken)
    assert counts[0] == counts[1]
    *lists, record = counts[0]
    assert max(lists) <= 18
    assert record <= 25
