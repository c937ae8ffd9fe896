"""Fields as rows: what the page draws and the editable table gets back."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ownership.cells import COLUMNS
from ownership.definitions import Definition, Rule
from ownership.models import Field, OwnershipRule, RuleState, Suggestion
from ownership.permissions import Rights
from ownership.queries import registry
from ownership.services.defining import Wanted, define
from ownership.tables import FieldTable, RowParts, row_parts
from tests import build

pytestmark = pytest.mark.django_db

KEYS = [column.key for column in COLUMNS]


@pytest.fixture
def made() -> build.Company:
    return build.company()


def row(made: build.Company, **more: object) -> RowParts:
    (drawn,) = row_parts(registry.whole(), Rights(made.finn), **more)  # type: ignore[arg-type]
    return drawn


def test_each_cell_reads_as_its_text_or_says_it_apart(made: build.Company) -> None:
    build.field()
    drawn = row(made)
    assert list(drawn.html) == KEYS == list(drawn.texts)
    for column, html in drawn.html.items():
        assert html.startswith(f'<td data-column="{column}"')
        assert html.endswith("</td>")
        apart = re.search(r'^<td[^>]* data-text="([^"]*)"', html)
        shown = unescape(apart[1] if apart else re.sub(r"<[^>]*>", "", html))
        assert shown == drawn.texts[column]


def test_what_people_wrote_is_escaped(made: build.Company) -> None:
    evil = '<b onclick="x">&'
    build.field(Definition(evil, evil, evil, rule=Rule(because=evil)))
    drawn = row(made, problems={Field.objects.get().pk: {"means": evil}})
    for html in drawn.html.values():
        assert "<b" not in html
        assert 'onclick="' not in html


def test_people_and_systems_lead_to_their_pages_and_a_field_to_its_own(made: build.Company) -> None:
    field = build.field()
    drawn = row(made)
    assert f'<a href="/ownership/fields/{field.pk}/">billing status</a>' in drawn.html["name"]
    assert f'href="{made.finn.get_absolute_url()}"' in drawn.html["approver"]
    assert f'href="{made.billing.get_absolute_url()}"' in drawn.html["settled_by"]


def test_a_sensitive_field_says_so(made: build.Company) -> None:
    build.field(replace(build.STATUS, sensitive=True))
    assert 'data-text="billing status"' in row(made).html["name"]
    assert "sensitive</span>" in row(made).html["name"]


def test_problems_and_suggestions_are_with_their_cells(made: build.Company) -> None:
    field = build.field()
    Suggestion.objects.create(field=field, column="owner", text="Sales", was="Finance", person=made.dana)
    drawn = row(made, problems={field.pk: {"deputy": "The deputy has left."}})
    assert 'data-problem="The deputy has left." title="The deputy has left."' in drawn.html["deputy"]
    assert 'data-suggestions="1"' in drawn.html["owner"]
    said = drawn.to_json()
    assert said["problems"] == {"deputy": "The deputy has left."}
    assert [(one["column"], one["text"], one["who"]) for one in said["suggestions"]] == [
        ("owner", "Sales", "Dana Reyes")
    ]


def test_a_version_in_force_is_named_beside_the_one_people_work_on(made: build.Company) -> None:
    field = build.field()
    OwnershipRule.objects.update(state=RuleState.AGREED, agreed_at=timezone.now())
    assert (row(made).state, "in force" in row(made).html["state"]) == ("agreed", False)
    define([Wanted(field, replace(build.STATUS, rule=Rule(owner="Sales")))], person=None, reason="x")
    assert (row(made).state, "version 1 in force" in row(made).html["state"]) == ("draft", True)


@pytest.mark.parametrize(("who", "may"), [("finn", "edit"), ("dana", "suggest"), ("mira", "")])
def test_a_row_says_what_one_may_do_with_it(made: build.Company, who: str, may: str) -> None:
    build.field(Definition("status", rule=Rule(owner="Finance")))
    (drawn,) = row_parts(registry.whole(), Rights(getattr(made, who)))
    assert drawn.may == may


def test_the_table_draws_the_same_cells_and_has_the_columns_of_the_sheet(made: build.Company) -> None:
    build.field()
    table = FieldTable(registry.whole(), orderable=False)
    assert [str(column.header) for column in table.columns] == [column.label for column in COLUMNS]
    drawn = row(made)
    (cells,) = [dict(zip(KEYS, (cell for _, cell in one.items()), strict=True)) for one in table.rows]
    assert all(drawn.html[key].endswith(f">{cells[key]}</td>") for key in KEYS)


def test_many_rows_cost_as_many_queries_as_few(made: build.Company) -> None:
    counts = []
    for count in (2, 30):
        wanted = [Wanted(None, replace(build.STATUS, name=f"{count} {number}")) for number in range(count)]
        define(wanted, person=made.dana)
        with CaptureQueriesContext(connection) as queries:
            row_parts(registry.whole(), Rights(made.finn))
        counts.append(len(queries))
    assert counts[0] == counts[1]
