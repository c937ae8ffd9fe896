"""Running a check again, and editing it."""

from datetime import datetime

import pytest
from django.test import Client

from ownership.models import Person
from reconcile.checks.models import Check, Draft, Run
from reconcile.checks.queries.columns import identity
from reconcile.checks.services import drafts
from reconcile.exports.models import Snapshot
from tests import build

pytestmark = pytest.mark.django_db

LEFT = "id,a,b\n1,x,1\n2,y,2\n3,z,3\n"
RIGHT = "id,a,b\n1,x,1\n2,Y,2\n4,z,3\n"
ABOUT = {
    "name": "Customers",
    "left_system": "CRM",
    "right_system": "Billing",
    "records": "customers",
    "owner": "",
    "cadence": "weekly",
}


def pair(
    left_name: str = "left.csv", right_name: str = "right.csv", as_of: datetime | None = build.DAY
) -> dict[str, int]:
    """Return what the form posts about two exports that have arrived."""
    left = build.snapshot(text=LEFT, file_name=left_name, as_of=as_of)
    right = build.snapshot(text=RIGHT, file_name=right_name, as_of=as_of)
    return {"left_snapshot": left.pk, "right_snapshot": right.pk}


def test_two_files_start_a_run(as_dana: Client, dana: Person) -> None:
    check = build.check()
    answer = as_dana.post(f"/checks/{check.pk}/run/", pair())
    run = Run.objects.get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert (run.check_compared, run.requested_by, run.left.system) == (check, dana, check.left_system)


def test_the_same_two_files_lead_to_the_run_that_compared_them(as_dana: Client) -> None:
    check = build.check()
    before = build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    answer = as_dana.post(f"/checks/{check.pk}/run/", pair())
    assert answer["Location"] == f"/runs/{before.pk}/"
    assert "nothing is new." in as_dana.get("/checks/").content.decode()
    assert Run.objects.count() == 1


def test_a_run_under_way_is_shown_instead_of_a_second(as_dana: Client) -> None:
    check = build.check()
    under_way = build.run_queued(check=check, left_text=LEFT, right_text="id,a\n1,q\n")
    answer = as_dana.post(f"/checks/{check.pk}/run/", pair())
    assert answer["Location"] == f"/runs/{under_way.pk}/"
    assert "is under way. Wait until it ends, or cancel it." in as_dana.get("/checks/").content.decode()


@pytest.mark.parametrize(
    ("said", "names", "day"),
    [
        ("2026-10-30", ("crm_2026-11-20.csv", "billing.csv"), "2026-10-30"),
        ("", ("crm_2026-11-20.csv", "billing.csv"), "2026-11-20"),
        ("", ("crm.csv", "billing 20.11.2026.csv"), "2026-11-20"),
    ],
)
def test_the_day_is_the_one_said_or_else_that_of_the_names(
    as_dana: Client, said: str, names: tuple[str, str], day: str
) -> None:
    check = build.check()
    as_dana.post(f"/checks/{check.pk}/run/", {**pair(*names, as_of=None), "as_of": said})
    run = Run.objects.select_related("left", "right").get()
    assert {side.as_of.date().isoformat() for side in (run.left, run.right)} == {day}


def test_a_day_that_is_none_is_said_and_the_files_stay(as_dana: Client) -> None:
    check = build.check()
    files = pair()
    answer = as_dana.post(f"/checks/{check.pk}/run/", {**files, "as_of": "last Friday"})
    assert answer.status_code == 422
    assert "The day is written as 2026-11-20." in answer.content.decode()
    assert f'name="left_snapshot" value="{files["left_snapshot"]}"' in answer.content.decode()


def test_what_a_run_compared_keeps_its_day(as_dana: Client) -> None:
    check = build.check()
    done = build.run_done(check=check, left_text=LEFT, right_text="id,a\n1,x\n")
    day = Snapshot.objects.get(pk=done.left_id).as_of
    new = build.snapshot(text=RIGHT)
    posted = {"left_snapshot": done.left_id, "right_snapshot": new.pk, "as_of": "2020-01-01"}
    as_dana.post(f"/checks/{check.pk}/run/", posted)
    assert Snapshot.objects.get(pk=done.left_id).as_of == day


def test_an_export_that_cannot_be_read_starts_nothing(as_dana: Client) -> None:
    check = build.check()
    bad = build.snapshot(text="", file_name="empty.csv")
    posted = {"left_snapshot": bad.pk, "right_snapshot": build.snapshot(text=RIGHT).pk}
    answer = as_dana.post(f"/checks/{check.pk}/run/", posted)
    assert answer.status_code == 422
    assert bad.why.split(".")[0] in answer.content.decode()
    assert not Run.objects.exists()


def edited(client: Client, check: Check, person: Person) -> Draft:
    """Open the editor of ``check`` and return its draft, looked at."""
    client.get(f"/checks/{check.pk}/edit/")
    draft = Draft.objects.get(check_edited=check, person=person)
    drafts.suggest(draft_id=str(draft.pk))
    return draft


def test_a_check_is_edited_on_the_files_of_its_last_run(as_dana: Client, dana: Person) -> None:
    check = build.check()
    run = build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    draft = edited(as_dana, check, dana)
    assert (draft.left_id, draft.right_id) == (run.left_id, run.right_id)
    page = " ".join(as_dana.get(f"/checks/{check.pk}/edit/").content.decode().split())
    assert "Tried out on the files of its last run." in page
    tried = " ".join(as_dana.get(f"/checks/new/{draft.pk}/preview/").content.decode().split())
    assert "2 of 4 keys found on both sides" in tried
    assert Draft.objects.count() == 1


def test_a_saved_edit_is_for_the_next_run_and_leaves_the_runs_so_far(as_dana: Client, dana: Person) -> None:
    check = build.check()
    run = build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    draft = edited(as_dana, check, dana)
    as_dana.post(
        f"/checks/new/{draft.pk}/fields/{identity('a')}/comparison/",
        {"compare": "text", "ignore": "case", "asked": "text"},
    )
    answer = as_dana.post(f"/checks/new/{draft.pk}/run/", ABOUT, follow=True)
    assert "the runs so far keep what they compared" in answer.content.decode()
    check.refresh_from_db()
    run.refresh_from_db()
    assert check.comparing.fields[0].compare == "text"
    assert run.comparing.fields[0].compare == "exact"
    newest = check.history.first()
    assert newest is not None
    assert (check.history.count(), newest.actor_name) == (2, "Dana Reyes")
    assert not Draft.objects.exists()


def test_an_edit_that_changes_nothing_leaves_no_trace_in_the_history(as_dana: Client, dana: Person) -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    draft = edited(as_dana, check, dana)
    as_dana.post(f"/checks/new/{draft.pk}/run/", {**ABOUT, "records": "records"})
    assert check.history.count() == 1


def test_an_edit_is_left_as_it_was(as_dana: Client, dana: Person) -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    draft = edited(as_dana, check, dana)
    drafts.compare_none(draft=draft)
    answer = as_dana.post(f"/checks/new/{draft.pk}/discard/")
    assert answer["Location"] == f"/checks/{check.pk}/"
    check.refresh_from_db()
    assert len(check.comparing.fields) == 1


def test_a_check_without_a_run_is_edited_once_it_has_files(as_dana: Client) -> None:
    check = build.check()
    page = as_dana.get(f"/checks/{check.pk}/edit/")
    assert page.status_code == 200
    assert "The left export is missing or cannot be read." in page.content.decode()


def test_a_column_that_the_files_lack_is_said_beside_its_field(as_dana: Client, dana: Person) -> None:
    check = build.check()
    build.run_done(check=check, left_text=LEFT, right_text=RIGHT)
    draft = edited(as_dana, check, dana)
    draft = drafts.take_files(draft=draft, right=build.snapshot(text="id,b\n1,1\n2,2\n4,3\n"))
    drafts.suggest(draft_id=str(draft.pk))
    assert "The right export has no such column." in as_dana.get(f"/checks/new/{draft.pk}/").content.decode()
