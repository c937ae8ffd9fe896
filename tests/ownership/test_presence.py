"""Who else edits the table, and what they changed."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ownership.models import Field, FieldVersion, Person, Presence
from ownership.services import defining
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> build.Company:
    return build.company()


def ask(person: Person, cell: object = "", since: object = "") -> Any:
    body = json.dumps({"cell": cell, "since": since})
    return signed_in(person).post("/ownership/presence/", body, content_type="application/json")


def change(person: Person, field: Field, text: str) -> None:
    body = {"changes": [{"field": field.pk, "column": "means", "text": text, "was": None}]}
    answer = signed_in(person).post("/ownership/cells/", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200


def test_others_are_shown_with_their_cell_and_nobody_sees_themselves(made: build.Company) -> None:
    assert ask(made.dana, "12:owner").json()["people"] == []
    assert ask(made.finn).json()["people"] == [
        {"name": "Dana Reyes", "initials": "DR", "cell": "12:owner", "colour": made.dana.pk % 6}
    ]


def test_who_was_not_seen_for_twenty_seconds_is_gone(made: build.Company) -> None:
    ask(made.dana)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=21))
    assert ask(made.finn).json()["people"] == []


def test_who_stays_where_they_are_is_not_written_again_within_five_seconds(made: build.Company) -> None:
    ask(made.dana, "12:owner")
    seen = Presence.objects.get().seen_at
    ask(made.dana, "12:owner")
    assert Presence.objects.get().seen_at == seen
    ask(made.dana, "12:means")
    assert (Presence.objects.get().cell, Presence.objects.get().seen_at > seen) == ("12:means", True)
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=6))
    ask(made.dana, "12:means")
    assert Presence.objects.get().seen_at > seen


def test_whoever_only_reads_is_not_written_down(made: build.Company) -> None:
    ask(made.dana, "1:name")
    assert len(ask(made.mira).json()["people"]) == 1
    assert not Presence.objects.filter(person=made.mira).exists()


def test_what_others_changed_since_comes_as_rows_once(made: build.Company) -> None:
    field = build.field()
    since = ask(made.dana).json()["since"]
    assert since == str(FieldVersion.objects.get().pk)
    change(made.finn, field, "theirs")
    said = ask(made.dana, since=since).json()
    assert [(row["field"], row["texts"]["means"]) for row in said["rows"]] == [(field.pk, "theirs")]
    assert ask(made.dana, since=said["since"]).json()["rows"] == []


def test_what_one_changed_oneself_does_not_come_back(made: build.Company) -> None:
    field = build.field()
    since = ask(made.dana).json()["since"]
    change(made.dana, field, "mine")
    said = ask(made.dana, since=since).json()
    assert (said["rows"], said["since"] > since) == ([], True)


def test_what_others_removed_is_named(made: build.Company) -> None:
    field = build.field()
    since = ask(made.dana).json()["since"]
    defining.remove(field, person=made.finn, reason="Nobody compares it.")
    said = ask(made.dana, since=since).json()
    assert (said["rows"], said["removed"]) == ([], [field.pk])


def test_asking_costs_a_few_queries_and_writes_nothing_when_nothing_moved(made: build.Company) -> None:
    build.field()
    client = signed_in(made.dana)
    body = json.dumps({"cell": "1:owner", "since": ask(made.dana, "1:owner").json()["since"]})
    with CaptureQueriesContext(connection) as queries:
        assert client.post("/ownership/presence/", body, content_type="application/json").status_code == 200
    assert len(queries) <= 6
    assert not [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]


@pytest.mark.parametrize("cell", [7, None, [], "x" * 200, "12", "12:owner<", "new-1;:owner", "12:owner\n"])
def test_a_cell_that_is_none_is_refused(made: build.Company, cell: object) -> None:
    answer = ask(made.dana, cell)
    assert (answer.status_code, answer.json()) == (
        400,
        {"sentence": "This cannot be read: a cell is named like 12:owner."},
    )
    assert not Presence.objects.exists()


@pytest.mark.parametrize("since", [7, "-1", "x", "9" * 30, "²", []])
def test_a_token_that_is_none_is_refused(made: build.Company, since: object) -> None:
    assert ask(made.dana, since=since).status_code == 400
