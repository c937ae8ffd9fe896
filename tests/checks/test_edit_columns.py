"""Which columns tell when, by whom and how a record was made or changed: guessed, chosen, kept, shown."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from ownership.history import changes_of
from ownership.models import Person
from reconcile import engine
from reconcile.checks.comparing import Comparing, differences, in_words
from reconcile.checks.models import Check, Draft, Run
from reconcile.checks.queries.edits import filled, guess_of
from reconcile.checks.services import drafts
from tests import build

HEAD = "id,name,opened_on,created_via,LastModifiedDate,last_modified_by,birth_date\n"
ROWS = "".join(
    f"A{n},Somebody {n},2026-10-{n:02},import,2026-11-{n:02} 10:0{n % 10}:00,dana.reyes,1980-01-{n:02}\n"
    for n in range(1, 29)
)
LEFT = HEAD + ROWS
RIGHT = "id,name,Changed\n" + "".join(f"A{n},Somebody {n},2026-11-{n:02}\n" for n in range(1, 29))
FOUND = engine.EditColumns(
    created_at="opened_on", created_via="created_via", updated_at="LastModifiedDate", updated_by="last_modified_by"
)
ABOUT = {
    "name": "Everybody every week",
    "left_system": "CRM",
    "right_system": "Billing",
    "records": "customers",
    "owner": "",
    "cadence": "weekly",
    "expected_lag_days": "2.5",
}


def drafted(person: Person, left: str = LEFT, right: str = RIGHT) -> Draft:
    draft = drafts.start(
        person=person,
        left=build.snapshot(text=left, file_name="crm_2026-11-20.csv"),
        right=build.snapshot(text=right, file_name="billing_2026-11-20.csv"),
    )
    drafts.suggest(draft_id=str(draft.pk))
    return Draft.objects.get(pk=draft.pk)


def address(draft: Draft, rest: str = "edits/") -> str:
    return f"/checks/new/{draft.pk}/{rest}"


@pytest.mark.parametrize(
    ("names", "kinds", "expected"),
    [
        (("created_at", "updated_at"), "date", engine.EditColumns(created_at="created_at", updated_at="updated_at")),
        (("Created On", "ChangedOn"), "date", engine.EditColumns(created_at="Created On", updated_at="ChangedOn")),
        (("CREATED_BY", "ModifiedUser"), "text", engine.EditColumns("", "CREATED_BY", "", "", "ModifiedUser")),
        (("creation_source",), "code", engine.EditColumns(created_via="creation_source")),
        # What holds no date tells no moment; what is one tells of no person.
        (("created_at",), "text", engine.EditColumns()),
        (("created_by",), "date", engine.EditColumns()),
        # The name says something besides, or nothing of edits, or there are two.
        (("price_changed_on", "start_date", "timestamp"), "date", engine.EditColumns()),
        (("updated", "modified_at"), "date", engine.EditColumns()),
        (("created", "changed"), "text", engine.EditColumns()),
    ],
)
def test_only_a_plain_name_with_fitting_values_is_guessed(
    names: tuple[str, ...], kinds: str, expected: engine.EditColumns
) -> None:
    assert guess_of(names, dict.fromkeys(names, kinds)) == expected


def test_what_is_chosen_is_not_guessed_over() -> None:
    chosen = engine.EditColumns(created_at="birth_date")
    assert filled(chosen, FOUND).created_at == "birth_date"
    assert filled(chosen, FOUND).updated_by == "last_modified_by"


def test_edit_columns_change_nothing_of_what_is_found_and_survive_json() -> None:
    comparing = Comparing(key=(("id", "id"),), left_edits=FOUND)
    assert Comparing.from_json(comparing.to_json()) == comparing
    assert comparing.fingerprint == Comparing(key=(("id", "id"),)).fingerprint
    assert comparing.classifying().left == FOUND


def test_the_history_says_edit_columns_in_words() -> None:
    after = Comparing(left_edits=engine.EditColumns(created_at="opened_on", updated_by="last_modified_by"))
    assert in_words(after.left_edits) == "created at in opened_on, updated by in last_modified_by"
    assert differences(Comparing(), after) == [("edit columns left", "", in_words(after.left_edits))]


@pytest.mark.django_db
def test_a_new_draft_begins_with_the_columns_its_exports_suggest(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    assert draft.comparing.left_edits == FOUND
    assert draft.comparing.right_edits == engine.EditColumns(updated_at="Changed")
    page = as_dana.get(address(draft, "")).content.decode()
    assert "What tells when and by whom a record was changed" in page
    assert "5 columns" in page


@pytest.mark.django_db
def test_a_column_is_chosen_and_taken_away_again(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    answer = as_dana.post(address(draft), {"created_at_left": "birth_date", "updated_at_right": ""})
    assert "The exports suggest" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.comparing.left_edits == engine.EditColumns(created_at="birth_date")
    assert draft.comparing.right_edits == engine.EditColumns()
    as_dana.post(address(draft), {"action": "take"})
    draft.refresh_from_db()
    assert draft.comparing.left_edits.created_at == "birth_date"
    assert draft.comparing.left_edits.updated_by == "last_modified_by"
    assert draft.comparing.right_edits.updated_at == "Changed"


@pytest.mark.django_db
def test_a_column_that_is_not_there_is_left_out_and_said(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    page = as_dana.post(address(draft), {"created_at_left": "born"}).content.decode()
    assert "The left export has no column born. Choose one from the list." in page
    draft.refresh_from_db()
    assert draft.comparing.left_edits == engine.EditColumns()


@pytest.mark.django_db
def test_a_column_chosen_earlier_stays_while_the_export_has_it_no_more(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    drafts.set_edits(draft=draft, left=engine.EditColumns(created_at="since"), right=engine.EditColumns())
    page = as_dana.post(address(draft), {"created_at_left": "since"}).content.decode()
    assert "The left export has no column since." in page
    draft.refresh_from_db()
    assert draft.comparing.left_edits.created_at == "since"


@pytest.mark.django_db
def test_nothing_chosen_is_fine_and_a_check_is_made_with_its_lag(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    as_dana.post(address(draft), {})
    as_dana.post(address(draft, "run/"), ABOUT)
    check = Check.objects.get()
    assert check.comparing.left_edits == engine.EditColumns()
    assert check.expected_lag_days == 2.5
    assert Run.objects.get().comparing.lag_days == 2.5


@pytest.mark.django_db
@pytest.mark.parametrize("lag", ["-1", "soon", "10000"])
def test_a_lag_that_is_none_is_refused_in_words(as_dana: Client, dana: Person, lag: str) -> None:
    draft = drafted(dana)
    answer = as_dana.post(address(draft, "run/"), ABOUT | {"expected_lag_days": lag})
    assert answer.status_code == 422
    assert "The expected lag is a number of days from 0 to 9,999, or nothing." in answer.content.decode()
    assert not Check.objects.exists()


@pytest.mark.django_db
def test_an_edit_of_a_check_keeps_its_columns_and_lag_and_offers_the_rest(as_dana: Client, dana: Person) -> None:
    check = build.check(
        comparing=Comparing(key=(("id", "id"),), left_edits=engine.EditColumns(created_at="birth_date"))
    )
    check.expected_lag_days = 4
    check.save()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    draft = drafts.start_edit(person=dana, check=check)
    drafts.suggest(draft_id=str(draft.pk))
    draft.refresh_from_db()
    assert draft.comparing.left_edits == engine.EditColumns(created_at="birth_date")
    page = as_dana.get(address(draft, "")).content.decode()
    assert 'value="4' in page
    assert "updated at in LastModifiedDate of" in page
    as_dana.post(address(draft), {"action": "take"})
    said = {**ABOUT, "name": check.name, "expected_lag_days": ""}
    as_dana.post(address(draft, "run/"), said)
    check.refresh_from_db()
    assert check.comparing.left_edits.updated_at == "LastModifiedDate"
    assert check.expected_lag_days is None
    assert "edit columns left" in [change.field for change in changes_of(check)]


@pytest.mark.django_db
def test_the_page_of_a_run_says_what_its_causes_rest_on(as_dana: Client) -> None:
    comparing = build.fields("amount")
    fields = [{**field, "owner": "right"} for field in comparing.to_json()["fields"]]
    left = {"created_at": "opened_on"}
    owned = Comparing.from_json({**json.loads(json.dumps(comparing.to_json())), "fields": fields, "left_edits": left})
    check = build.check(comparing=owned)
    check.expected_lag_days = 2
    check.save()
    run = build.run_done(check=check, left_text="id,amount,opened_on\n1,2,2026-01-01\n", right_text="id,amount\n1,3\n")
    page = " ".join(as_dana.get(f"/runs/{run.pk}/").content.decode().split())
    assert "A record arrives within 2 days (said with the check)." in page
    assert "created at in opened_on" in page
    assert "<td><bdi>Billing</bdi></td> <td>as records do</td>" in page
