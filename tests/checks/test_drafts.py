"""A check being put together: suggested, changed, tried out, put aside, run."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from ownership.models import Person, Role, System
from reconcile.checks.models import Check, Draft, Run
from reconcile.checks.queries.columns import identity
from reconcile.checks.queries.drafts import Editor
from reconcile.checks.services import drafts, trying
from reconcile.exports.models import Snapshot
from tests import build
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

WORDS = ("active", "closed", "on hold")
LEFT = "customer_id,name,status,amount\n" + "".join(f"A{n},Customer {n},{WORDS[n % 3]},{n}.50\n" for n in range(1, 61))
RIGHT = "CustNo,Customer Name,State,Total,Plan\n" + "".join(
    f"A{n},Customer {n},{'ACH'[n % 3]},{n + (n == 10)}.5,basic\n" for n in range(6, 66)
)
ABOUT = {
    "name": "Customers every week",
    "left_system": "CRM",
    "right_system": "Billing",
    "records": "customers",
    "owner": "",
    "cadence": "weekly",
}


def drafted(person: Person, left: str = LEFT, right: str = RIGHT) -> Draft:
    """Return a draft of two exports with its suggestion."""
    draft = drafts.start(
        person=person,
        left=build.snapshot(text=left, file_name="crm_2026-11-20.csv", as_of=None),
        right=build.snapshot(text=right, file_name="billing_2026-11-20.csv", as_of=None),
    )
    drafts.suggest(draft_id=str(draft.pk))
    return Draft.objects.get(pk=draft.pk)


def address(draft: Draft, rest: str = "") -> str:
    return f"/checks/new/{draft.pk}/{rest}"


def field_address(draft: Draft, left: str, rest: str) -> str:
    return address(draft, f"fields/{identity(left)}/{rest}")


def fields_of(draft: Draft) -> list[tuple[str, str, str, str]]:
    draft.refresh_from_db()
    return [(field.left, field.right, field.compare, field.argument) for field in draft.comparing.fields]


def test_two_snapshots_become_a_draft_that_waits_for_its_suggestion(as_dana: Client, dana: Person) -> None:
    left, right = build.snapshot(text=LEFT), build.snapshot(text=RIGHT)
    answer = as_dana.post("/checks/new/", {"left_snapshot": left.pk, "right_snapshot": right.pk})
    draft = Draft.objects.get(person=dana)
    assert answer["Location"] == address(draft)
    assert "Looking at both exports" in as_dana.get(address(draft)).content.decode()
    drafts.suggest(draft_id=str(draft.pk))
    assert as_dana.get(address(draft, "waiting/"))["HX-Refresh"] == "true"


def test_files_that_come_with_the_form_itself_are_received_too(as_dana: Client, dana: Person) -> None:
    files = {side: SimpleUploadedFile(f"{side}.csv", LEFT.encode()) for side in ("left", "right")}
    as_dana.post("/checks/new/", files)
    draft = Draft.objects.get(person=dana)
    assert draft.left is not None
    assert draft.right is not None
    assert (draft.left.file_name, draft.right.file_name) == ("left.csv", "right.csv")


def test_one_file_alone_keeps_its_place_while_the_other_is_asked_for(as_dana: Client) -> None:
    left = build.snapshot(text=LEFT)
    answer = as_dana.post("/checks/new/", {"left_snapshot": left.pk, "right_snapshot": ""})
    assert answer.status_code == 422
    assert "Drop the right export here too." in answer.content.decode()
    assert f'name="left_snapshot" value="{left.pk}"' in answer.content.decode()


@pytest.mark.parametrize("odd", ["x", "-1", "9" * 30, "999999999", "1.5"])
def test_a_snapshot_that_is_not_there_is_asked_for_again(as_dana: Client, odd: str) -> None:
    answer = as_dana.post("/checks/new/", {"left_snapshot": odd, "right_snapshot": odd})
    assert answer.status_code == 422


def test_key_pairs_and_names_are_suggested(dana: Person) -> None:
    draft = drafted(dana)
    assert draft.comparing.key == (("customer_id", "CustNo"),)
    assert [(field.left, field.right, field.compare) for field in draft.comparing.fields] == [
        ("name", "Customer Name", "auto"),
        ("status", "State", "mapped"),
        ("amount", "Total", "auto"),
    ]
    assert (draft.left_system, draft.right_system, draft.records) == ("CRM", "Billing", "customers")
    assert draft.name == "CRM and Billing customers"


def test_the_day_in_a_file_name_is_the_day_of_the_snapshot(dana: Person) -> None:
    draft = drafted(dana)
    assert draft.left is not None
    assert draft.left.as_of.date().isoformat() == "2026-11-20"


def test_a_suggestion_asked_for_twice_is_made_once_and_overwrites_nothing(dana: Person) -> None:
    draft = drafted(dana)
    drafts.remove_field(draft=draft, field_id=identity("name"))
    drafts.suggest(draft_id=str(draft.pk))
    assert [left for left, *_ in fields_of(draft)] == ["status", "amount"]


def test_a_suggestion_for_a_draft_that_is_gone_is_no_failure() -> None:
    drafts.suggest(draft_id="7f5c3c1e-0000-4000-8000-000000000000")


def test_an_export_that_cannot_be_read_is_said_and_can_be_exchanged(as_dana: Client, dana: Person) -> None:
    bad = build.snapshot(text="", file_name="empty.csv")
    assert bad.state == Snapshot.State.UNREADABLE
    draft = drafts.start(person=dana, left=bad, right=build.snapshot(text=RIGHT))
    drafts.suggest(draft_id=str(draft.pk))
    page = as_dana.get(address(draft)).content.decode()
    assert "The left export is missing or cannot be read." in page
    good = build.snapshot(text=LEFT, file_name="crm.csv")
    as_dana.post(address(draft, "files/"), {"left_snapshot": good.pk, "right_snapshot": draft.right_id})
    drafts.suggest(draft_id=str(draft.pk))
    draft.refresh_from_db()
    assert draft.comparing.key == (("customer_id", "CustNo"),)


def test_other_files_leave_what_was_changed_by_hand(dana: Person) -> None:
    draft = drafted(dana)
    draft = drafts.remove_field(draft=draft, field_id=identity("name"))
    drafts.take_files(draft=draft, left=build.snapshot(text=LEFT.replace("A6,", "A600,")))
    drafts.suggest(draft_id=str(draft.pk))
    assert [left for left, *_ in fields_of(draft)] == ["status", "amount"]


def test_the_key_is_changed_and_a_key_column_is_not_compared_beside_it(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    answer = as_dana.post(address(draft, "key/"), {"key_left": "name", "key_right": "Customer Name", "fold": "on"})
    draft.refresh_from_db()
    assert answer["HX-Trigger-After-Swap"] == "comparing-changed"
    assert draft.comparing.key == (("name", "Customer Name"),)
    assert draft.comparing.key_fold
    assert "name" not in [left for left, *_ in fields_of(draft)]


def test_a_key_of_two_columns_is_put_together_and_taken_apart(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    as_dana.post(address(draft, "key/"), {"key_left": "name", "key_right": "Customer Name", "action": "more"})
    two = {"key_left": ["name", "status"], "key_right": ["Customer Name", "State"]}
    as_dana.post(address(draft, "key/"), two)
    draft.refresh_from_db()
    assert list(draft.comparing.key) == [("name", "Customer Name"), ("status", "State")]
    as_dana.post(address(draft, "key/"), {**two, "action": "less-0"})
    draft.refresh_from_db()
    assert list(draft.comparing.key) == [("status", "State")]


def test_a_key_column_that_no_export_has_is_said(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    answer = as_dana.post(address(draft, "key/"), {"key_left": "nowhere", "key_right": "CustNo"})
    assert "The left export has no column nowhere. Choose one from the list." in answer.content.decode()


def test_another_key_that_was_found_is_taken(as_dana: Client, dana: Person) -> None:
    left = "customer_id,name,status\n" + "".join(f"A{n},N{n},{WORDS[n % 2]}\n" for n in range(60))
    right = "CustNo,Name,State\n" + "".join(f"a{n},n{n},{'AC'[n % 2]}\n" for n in range(55))
    draft = drafted(dana, left, right)
    assert [candidate.pairs for candidate in Editor(draft).candidates] == ["name = Name"]
    as_dana.post(address(draft, "key/1/"))
    draft.refresh_from_db()
    assert draft.comparing.key == (("name", "Name"),)
    assert as_dana.post(address(draft, "key/7/")).status_code == 404


def test_exports_without_a_key_ask_for_one(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana, "colour,size\nred,1\nred,1\nblue,2\n", "fruit,weight\napple,7\napple,7\npear,9\n")
    page = as_dana.get(address(draft)).content.decode()
    assert draft.comparing.key == ()
    assert "No column identifies the records on both sides for sure." in page
    assert re.search(r'<select name="key_left" id="key-left-0"\s+autofocus', page)
    assert "Choose the key first" in as_dana.get(address(draft, "preview/")).content.decode()
    refused = as_dana.post(address(draft, "run/"), ABOUT)
    assert refused.status_code == 422
    assert "Choose the key first" in refused.content.decode()
    assert not Check.objects.exists()


def test_a_comparison_and_then_its_control_are_changed(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    target = field_address(draft, "amount", "comparison/")
    controls = as_dana.post(target, {"compare": "number"})
    assert controls["HX-Retarget"] == f"#argument-{identity('amount')}"
    assert 'name="tolerance"' in controls.content.decode()
    as_dana.post(target, {"compare": "number", "tolerance": "5", "tolerance_in": "percent"})
    assert ("amount", "Total", "number", "5%") in fields_of(draft)


def test_a_control_that_makes_no_sense_is_said_in_place_and_changes_nothing(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    target = field_address(draft, "amount", "comparison/")
    as_dana.post(target, {"compare": "number"})
    answer = as_dana.post(target, {"compare": "number", "tolerance": "a lot"})
    assert "The tolerance is a number such as 0.01 or 5." in answer.content.decode()
    assert "HX-Trigger-After-Swap" not in answer
    assert ("amount", "Total", "number", "") in fields_of(draft)


def test_words_are_typed_pasted_and_removed(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    target = field_address(draft, "status", "words/")
    typed = {"word_left": ["active", "", "closed"], "word_right": ["A", "", "C"]}
    as_dana.post(target, {**typed, "pasted": "on hold\tH\r\nlost\tL\n"})
    draft.refresh_from_db()
    mapping = next(field.mapping for field in draft.comparing.fields if field.left == "status")
    assert mapping == (("active", "A"), ("closed", "C"), ("on hold", "H"), ("lost", "L"))


def test_a_field_is_renamed_and_given_another_column(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    posted = {"name": "customer's plan", "left": "name", "right": "Plan"}
    answer = as_dana.post(field_address(draft, "name", "columns/"), posted)
    assert answer["HX-Retarget"] == f"#field-{identity('name')}"
    draft.refresh_from_db()
    assert (draft.comparing.fields[0].name, draft.comparing.fields[0].right) == ("customer's plan", "Plan")


def test_columns_that_are_taken_are_said_and_change_nothing(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    posted = {"name": "x", "left": "status", "right": "Plan"}
    answer = as_dana.post(field_address(draft, "name", "columns/"), posted)
    assert "This column is compared already, as status." in answer.content.decode()
    assert ("name", "Customer Name", "auto", "") in fields_of(draft)


def test_a_removed_field_is_put_back_as_it_was(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    before = set(draft.comparing.fields)
    page = as_dana.post(field_address(draft, "status", "remove/")).content.decode()
    assert "status" not in [left for left, *_ in fields_of(draft)]
    (kept,) = re.findall(r'name="kept" value="([^"]+)"', page)
    as_dana.post(address(draft, "fields/back/"), {"kept": kept})
    draft.refresh_from_db()
    assert set(draft.comparing.fields) == before


def test_only_what_was_removed_here_is_put_back(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    made_up = json.dumps([{"name": "x", "left": "y", "right": "z"}])
    assert as_dana.post(address(draft, "fields/back/"), {"kept": made_up}).status_code == 404


def test_none_and_all_are_compared_and_none_is_taken_back(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    before = fields_of(draft)
    page = as_dana.post(address(draft, "fields/none/")).content.decode()
    assert fields_of(draft) == []
    (kept,) = re.findall(r'name="kept" value="([^"]+)"', page)
    as_dana.post(address(draft, "fields/back/"), {"kept": kept})
    assert fields_of(draft) == before
    as_dana.post(address(draft, "fields/none/"))
    as_dana.post(address(draft, "fields/all/"))
    assert fields_of(draft) == before


def test_two_free_columns_are_compared_too(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    for left in ("name", "status"):
        as_dana.post(field_address(draft, left, "remove/"))
    as_dana.post(address(draft, "fields/"), {"left": "name", "right": "Plan"})
    assert ("name", "Plan", "auto", "") in fields_of(draft)
    again = as_dana.post(address(draft, "fields/"), {"left": "name", "right": "Plan"})
    assert "This column is compared already, as name." in again.content.decode()


def test_trying_out_counts_keys_and_differing_values(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    tried = trying.try_out(draft)
    assert (tried.both, tried.keys, tried.only, tried.cells) == (55, 65, (5, 5), 1)
    assert tried.fields is not None
    assert tried.fields[identity("amount")].example == ("10.50", "11.5")
    page = " ".join(as_dana.get(address(draft, "preview/")).content.decode().split())
    assert "55 of 65 keys found on both sides" in page
    assert "1 value differs" in page


def test_keys_that_differ_only_in_case_are_offered_and_taken(as_dana: Client, dana: Person) -> None:
    lower = RIGHT.replace("A7,", "a7,").replace("A8,", "a8,")
    draft = drafted(dana, right=lower)
    drafts.set_key(draft=draft, pairs=draft.comparing.key, fold=False)
    page = as_dana.get(address(draft, "preview/")).content.decode()
    assert "2 more if case and outer space are ignored" in page
    as_dana.post(address(draft, "key/fold/"))
    draft.refresh_from_db()
    assert draft.comparing.key_fold
    assert trying.try_out(draft).both == 55


def test_a_column_that_another_file_lacks_is_said_by_the_preview(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    drafts.take_files(
        draft=drafts.remove_field(draft=draft, field_id=identity("name")), right=build.snapshot(text="X\n1\n")
    )
    drafts.suggest(draft_id=str(draft.pk))
    assert "The right export has no column CustNo" in as_dana.get(address(draft)).content.decode()
    assert "Key column `CustNo` is not in left.csv." in as_dana.get(address(draft, "preview/")).content.decode()


def test_what_is_typed_is_kept_before_it_is_right(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    build.check(name="Taken")
    answer = as_dana.post(address(draft, "about/"), {**ABOUT, "name": "Taken", "records": ""})
    draft.refresh_from_db()
    assert "There is a check of this name." in answer.content.decode()
    assert (draft.name, draft.records) == ("Taken", "")


def test_running_makes_check_systems_and_run_and_ends_the_draft(as_dana: Client, dana: Person) -> None:
    build.system(name="CRM")
    draft = drafted(dana)
    answer = as_dana.post(address(draft, "run/"), {**ABOUT, "left_system": " crm "})
    run = Run.objects.select_related("check_compared", "left").get()
    assert answer["Location"] == f"/runs/{run.pk}/"
    assert run.check_compared.name == "Customers every week"
    assert sorted(System.objects.values_list("name", flat=True)) == ["Billing", "CRM"]
    assert run.left.system == run.check_compared.left_system
    assert run.comparing == draft.comparing
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": ""}, "Give the check a name."),
        ({"name": "Taken"}, "There is a check of this name. Name this one otherwise."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"left_system": ""}, "Name the system this export comes from."),
        ({"records": ""}, "Say what the records are called"),
        ({"cadence": "hourly"}, "is not one of the available choices"),
        ({"owner": "999"}, "is not one of the available choices"),
    ],
)
def test_what_is_not_right_is_said_beside_its_field_and_nothing_is_lost(
    as_dana: Client, dana: Person, said: dict[str, str], sentence: str
) -> None:
    build.check(name="Taken")
    draft = drafted(dana)
    answer = as_dana.post(address(draft, "run/"), {**ABOUT, **said})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Check.objects.count() == 1
    assert Draft.objects.get(pk=draft.pk).comparing == draft.comparing


def test_a_draft_is_put_aside_and_taken_back(as_dana: Client, dana: Person) -> None:
    draft = drafted(dana)
    page = as_dana.post(address(draft, "discard/"), follow=True).content.decode()
    assert "is discarded." in page
    assert "Begun, not run yet" not in page
    as_dana.post(address(draft, "restore/"))
    assert "Begun, not run yet" in as_dana.get("/checks/").content.decode()


def test_nobody_else_finds_a_draft(dana: Person) -> None:
    draft = drafted(dana)
    other = signed_in(build.person(email="lee@example.com", role=Role.LEAD))
    assert other.get(address(draft)).status_code == 404
    assert other.post(address(draft, "run/"), ABOUT).status_code == 404
    assert "Begun, not run yet" not in other.get("/checks/").content.decode()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER, Role.ADMINISTRATOR])
def test_only_leads_make_checks(role: Role) -> None:
    client = signed_in(build.person(role=role))
    assert client.get("/checks/new/").status_code == 403
    assert client.post("/checks/new/").status_code == 403
    assert "Compare two exports" not in client.get("/checks/").content.decode()


def test_wide_exports_show_a_hundred_fields_at_a_time_and_find_columns_by_typing(as_dana: Client, dana: Person) -> None:
    names = [f"column {n}" for n in range(1, 131)]
    head = "id," + ",".join(names)
    rows = "".join(f"K{n}," + ",".join(f"{n * place % 7}" for place in range(1, 131)) + "\n" for n in range(1, 31))
    draft = drafted(dana, f"{head}\n{rows}", f"{head}\n{rows}")
    first, second = (as_dana.get(address(draft, f"?page={page}")).content.decode() for page in (1, 2))
    assert [page.count('class="compared"') for page in (first, second)] == [100, 30]
    assert 'list="left-columns"' in first
    tried = as_dana.get(address(draft, "preview/?page=2")).content.decode()
    assert tried.count("data-differs-of") == 30
    as_dana.post(address(draft, "key/"), {"key_left": "COLUMN 5", "key_right": "column 5"})
    draft.refresh_from_db()
    assert draft.comparing.key == (("column 5", "column 5"),)


def test_of_exports_too_large_to_try_out_only_the_keys_are_tried(
    as_dana: Client, dana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "MOST_FIELDS", 1)
    draft = drafted(dana)
    tried = trying.try_out(draft)
    assert (tried.both, tried.cells, tried.note) == (55, 0, trying.KEYS_ONLY)
    assert trying.KEYS_ONLY in as_dana.get(address(draft, "preview/")).content.decode()
    monkeypatch.setattr(trying, "MOST_ROWS", 10)
    drafts.compare_none(draft=draft)
    draft.refresh_from_db()
    assert trying.try_out(draft).problem == trying.TOO_LARGE


def test_what_nobody_waits_for_any_more_is_stopped(dana: Person) -> None:
    draft = Draft(person=dana)
    first = trying.still_wanted(draft)
    first("comparing", 1, 2)
    second = trying.still_wanted(draft)
    second("comparing", 1, 2)
    with pytest.raises(trying.Superseded):
        first("comparing", 2, 2)


def test_a_file_that_is_too_large_is_refused_without_script_too(as_dana: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    files = {side: SimpleUploadedFile(f"{side}.csv", b"id,a\n1,x\n2,y\n") for side in ("left", "right")}
    answer = as_dana.post("/checks/new/", files)
    assert answer.status_code == 422
    assert "left.csv has 13 bytes; the most that is taken is 10 bytes." in answer.content.decode()
    assert not Snapshot.objects.exists()
