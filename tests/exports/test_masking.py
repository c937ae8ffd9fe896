"""What of an export is shown to somebody who may not see all its values."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ownership.definitions import Definition, Rule, Use
from ownership.models import Person, Role, System
from reconcile.exports import services
from reconcile.exports.models import Snapshot
from tests import build
from tests.checks.test_run_page import words
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

WHO = "Shown to the leads of Finance."
SALARY = Definition("salary", sensitive=True, uses=(Use("CRM", "Pay"),), rule=Rule(owner="Finance"))
TEXT = "id,Pay,city\n1,hush-1,Bonn\n2,hush-2,Köln\n3,hush-3,Kiel,and more\n"


def status(client: Client, address: str) -> int:
    answer = client.get(address)
    list(answer)  # a file that is sent is closed once it is sent
    return answer.status_code


@pytest.fixture
def finn(db: None) -> Person:  # noqa: ARG001
    """Return the lead of Finance, who sees what is sensitive."""
    finn = build.person(email="finn@example.com", name="Finn Okafor", role=Role.LEAD)
    build.team(name="Finance", lead=finn)
    build.system(name="CRM")
    build.field(SALARY)
    return finn


@pytest.fixture
def crm(finn: Person) -> Snapshot:
    """Return an export of the CRM that Finn sent, with a line that was rejected."""
    return build.snapshot(text=TEXT, system=System.objects.get(name="CRM"), person=finn)


@pytest.mark.parametrize("rest", ["", "preview/"])
def test_first_and_rejected_lines_are_masked(as_dana: Client, finn: Person, crm: Snapshot, rest: str) -> None:
    shown = words(signed_in(finn).get(f"/snapshots/{crm.pk}/{rest}"))
    assert "1 hush-1 Bonn 2 hush-2 Köln" in shown
    assert "3,hush-3,Kiel,and more" in shown
    answer = as_dana.get(f"/snapshots/{crm.pk}/{rest}")
    page = words(answer)
    assert b"hush" not in answer.content
    assert "id Pay city 1 masked Bonn 2 masked Köln" in page
    assert f"Values of salary are masked. {WHO}" in page
    assert "Line 4: it has 4 values, the header has 3 masked" in page
    assert f"Their text is masked, as it may hold values of salary . {WHO}" in page


def test_the_bytes_and_the_rejected_lines_go_only_to_those_who_see_everything(
    as_dana: Client, finn: Person, crm: Snapshot
) -> None:
    for rest in ("original/", "rejected.csv"):
        assert b"hush" in b"".join(signed_in(finn).get(f"/snapshots/{crm.pk}/{rest}"))
        refused = as_dana.get(f"/snapshots/{crm.pk}/{rest}")
        assert refused.status_code == 403
        assert b"hush" not in refused.content
        assert f"This may hold values of salary as they came, and these are masked for you. {WHO}" in words(refused)
    page = as_dana.get(f"/snapshots/{crm.pk}/").content.decode()
    assert "/original/" not in page
    assert "rejected.csv" not in page


def test_an_export_of_another_system_is_shown_and_given_whole(as_dana: Client, finn: Person) -> None:
    other = build.snapshot(text=TEXT, system=build.system(name="Shop"), person=finn)
    assert "1 hush-1 Bonn" in words(as_dana.get(f"/snapshots/{other.pk}/"))
    assert status(as_dana, f"/snapshots/{other.pk}/original/") == 200


def test_an_export_of_the_system_without_the_column_is_shown_but_not_given_as_it_came(
    as_dana: Client, finn: Person
) -> None:
    other = build.snapshot(text="id,city\n1,Bonn\n", system=System.objects.get(name="CRM"), person=finn)
    page = words(as_dana.get(f"/snapshots/{other.pk}/"))
    assert "1 Bonn" in page
    assert "masked" not in page
    assert status(as_dana, f"/snapshots/{other.pk}/original/") == 403


@pytest.mark.usefixtures("finn")
def test_of_an_export_without_a_system_a_column_of_any_system_is_masked(as_dana: Client, dana: Person) -> None:
    own = build.snapshot(text=TEXT, person=dana)
    assert b"hush" not in as_dana.get(f"/snapshots/{own.pk}/").content
    assert status(as_dana, f"/snapshots/{own.pk}/original/") == 403
    plain = build.snapshot(text="id,city\n1,Bonn\n", person=dana)
    assert status(as_dana, f"/snapshots/{plain.pk}/original/") == 200


@pytest.mark.usefixtures("finn")
def test_what_nobody_has_read_yet_may_hold_anything(as_dana: Client, dana: Person) -> None:
    unread = build.received(content=TEXT.encode(), person=dana)
    assert status(as_dana, f"/snapshots/{unread.pk}/original/") == 403
    elsewhere = build.received(content=TEXT.encode(), system=build.system(name="Shop"))
    assert status(as_dana, f"/snapshots/{elsewhere.pk}/original/") == 200


def test_reading_again_does_not_show_what_is_masked(as_dana: Client, dana: Person, crm: Snapshot) -> None:
    said = {"header": "no", "encoding": "", "delimiter": "|", "sheet": ""}
    refused = as_dana.post(f"/snapshots/{crm.pk}/read-again/", said)
    assert refused.status_code == 403
    assert f"these are masked for you. {WHO}" in words(refused)
    assert "read-again" not in as_dana.get(f"/snapshots/{crm.pk}/").content.decode()
    assert Snapshot.objects.count() == 1
    own = build.snapshot(text=TEXT, person=dana)
    assert "read-again" in as_dana.get(f"/snapshots/{own.pk}/").content.decode()
    assert as_dana.post(f"/snapshots/{own.pk}/read-again/", said).status_code == 302


def test_who_may_read_again_still_has_to_lead_a_team(crm: Snapshot) -> None:
    viewer = signed_in(build.person(email="viewer@example.com"))
    refused = viewer.post(f"/snapshots/{crm.pk}/read-again/", {"header": "no"})
    assert refused.status_code == 403
    assert "Exports are uploaded by people who lead a team." in words(refused)


@pytest.mark.usefixtures("finn")
def test_what_is_sent_piece_by_piece_answers_with_no_value(as_dana: Client, dana: Person) -> None:
    upload = services.start_upload(person=dana, file_name="crm.csv", size=len(TEXT.encode()))
    sent = as_dana.put(f"/uploads/{upload.pk}/?offset=0", TEXT.encode(), content_type="application/octet-stream")
    done = as_dana.post(f"/uploads/{upload.pk}/finish/")
    assert (sent.status_code, done.status_code) == (200, 200)
    assert b"hush" not in sent.content + done.content
    assert set(done.json()) == {"snapshot", "file_name", "preview"}
    services.read(snapshot_id=done.json()["snapshot"])
    assert "1 masked Bonn" in words(as_dana.get(done.json()["preview"]))


def test_a_file_that_cannot_be_read_says_why_without_its_values(as_dana: Client, finn: Person) -> None:
    broken = build.snapshot(text="id,Pay\n" + "hush,hush,hush\n" * 50, person=finn)
    assert broken.state == Snapshot.State.UNREADABLE
    assert b"hush" not in as_dana.get(f"/snapshots/{broken.pk}/").content


def test_a_page_takes_as_many_queries_for_many_masked_columns_as_for_one(as_dana: Client, crm: Snapshot) -> None:
    counts = []
    for more in ((), range(30)):
        for number in more:
            build.field(replace(SALARY, name=f"field {number}", uses=(Use("CRM", f"column {number}"),)))
        with CaptureQueriesContext(connection) as queries:
            as_dana.get(f"/snapshots/{crm.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_without_a_sensitive_field_everything_is_as_it_was(as_dana: Client, dana: Person) -> None:
    plain = build.snapshot(text=TEXT, person=dana)
    page = words(as_dana.get(f"/snapshots/{plain.pk}/"))
    assert "1 hush-1 Bonn" in page
    assert "masked" not in page
    assert status(as_dana, f"/snapshots/{plain.pk}/original/") == 200
    assert status(as_dana, f"/snapshots/{plain.pk}/rejected.csv") == 200
