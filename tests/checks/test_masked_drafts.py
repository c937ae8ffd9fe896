"""A check being put together by somebody who may not see all values: nothing of the draft shows or gives them away."""

import base64
import re
import zlib
from dataclasses import replace

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ownership.definitions import Definition, Rule, Use
from ownership.models import Person, Role, System
from reconcile.checks.models import Draft
from reconcile.checks.services import drafts
from reconcile.checks.views.fields import KEPT
from tests import build
from tests.checks.test_drafts import ABOUT, LEFT, RIGHT, address, drafted, field_address
from tests.checks.test_run_page import words
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

WHO = "Shown to the leads of Finance."
STATUS = Definition(
    "customer state", sensitive=True, uses=(Use("CRM", "status"), Use("Billing", "State")), rule=Rule(owner="Finance")
)
AMOUNT = replace(STATUS, name="invoice total", uses=(Use("Billing", "Total"),))
QUOTED = ("active", "on hold", "closed")


@pytest.fixture
def finn(db: None) -> Person:  # noqa: ARG001
    """Return the lead of Finance, who sees what is sensitive."""
    finn = build.person(email="finn@example.com", name="Finn Okafor", role=Role.LEAD)
    build.team(name="Finance", lead=finn)
    for name in ("CRM", "Billing"):
        build.system(name=name)
    for one in (STATUS, AMOUNT):
        build.field(one)
    return finn


def opened(client: Client, draft: Draft) -> str:
    """Everything the page of a draft shows, folded parts and figures too."""
    parts = [
        address(draft),
        address(draft, "preview/"),
        field_address(draft, "status", ""),
        field_address(draft, "amount", ""),
    ]
    return " ".join(words(client.get(one)) for one in parts)


def kept_in(page: str) -> list[dict[str, object]]:
    found = re.search(r'name="kept" value="([^"]+)"', page)
    assert found is not None
    fields: list[dict[str, object]] = signing.loads(found.group(1), salt=KEPT)
    return fields


def test_reasons_words_and_examples_are_shown_with_the_right_alone(as_dana: Client, dana: Person, finn: Person) -> None:
    shown = opened(signed_in(finn), drafted(finn))
    assert "each word stands against one other (active = A" in shown
    assert "10.50 ≠ against 11.5" in shown
    masked = opened(as_dana, drafted(dana))
    assert not [word for word in (*QUOTED, "10.50", "11.5") if word in masked]
    assert f"Values of customer state and invoice total are masked. {WHO}" in masked
    assert f"The table of words is masked and stays as it is. {WHO}" in masked
    assert "Words: masked" in masked
    assert "1 value differs" in masked


def test_inputs_hold_no_words_either(as_dana: Client, dana: Person, finn: Person) -> None:
    assert finn
    draft = drafted(dana)
    for one in (address(draft), field_address(draft, "status", "")):
        page = as_dana.get(one).content.decode()
        assert not [word for word in QUOTED if word in page]


def test_masked_words_are_not_written_over(as_dana: Client, dana: Person, finn: Person) -> None:
    draft = drafted(dana)
    said = {"word_left": ["active"], "word_right": ["Z"]}
    refused = as_dana.post(field_address(draft, "status", "words/"), said)
    assert refused.status_code == 403
    assert f"The words of status are masked for you, so they stay as they are. {WHO}" in words(refused)
    draft.refresh_from_db()
    assert next(one for one in draft.comparing.fields if one.left == "status").mapping == (
        ("active", "A"),
        ("closed", "C"),
        ("on hold", "H"),
    )
    own = drafted(finn)
    assert signed_in(finn).post(field_address(own, "status", "words/"), said).status_code == 200


@pytest.mark.parametrize("rest", [("status", "remove/"), ("", "fields/none/")])
def test_a_removed_field_comes_back_with_its_words_which_the_page_never_had(
    as_dana: Client, dana: Person, finn: Person, rest: tuple[str, str]
) -> None:
    assert finn
    draft = drafted(dana)
    before = next(one for one in draft.comparing.fields if one.left == "status")
    field, action = rest
    page = as_dana.post(field_address(draft, field, action) if field else address(draft, action)).content.decode()
    assert all(one["mapping"] == [] for one in kept_in(page))
    kept = re.findall(r'name="kept" value="([^"]+)"', page)[0]
    packed = kept.lstrip(".").split(":")[0]
    assert b"on hold" not in zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    as_dana.post(address(draft, "fields/back/"), {"kept": kept})
    draft.refresh_from_db()
    assert next(one for one in draft.comparing.fields if one.left == "status") == before


def test_a_field_that_is_shown_is_kept_with_its_words(dana: Person, as_dana: Client) -> None:
    page = as_dana.post(field_address(drafted(dana), "status", "remove/")).content.decode()
    assert [len(one["mapping"]) for one in kept_in(page)] == [3]  # type: ignore[arg-type]


def test_words_do_not_move_to_columns_that_are_shown(as_dana: Client, dana: Person, finn: Person) -> None:
    assert finn
    draft = drafted(dana, LEFT.replace("amount", "plan"), RIGHT)
    said = {"name": "something", "left": "status", "right": "State"}
    as_dana.post(field_address(draft, "status", "columns/"), said)
    draft.refresh_from_db()
    assert next(one for one in draft.comparing.fields if one.left == "status").mapping
    drafts.compare_none(draft=draft)
    drafts.add_field(draft=draft, left="status", right="State")
    said = {"name": "something", "left": "plan", "right": "Plan"}
    answer = as_dana.post(field_address(draft, "status", "columns/"), said)
    draft.refresh_from_db()
    assert [(one.left, one.right, one.mapping) for one in draft.comparing.fields] == [("plan", "Plan", ())]
    assert "on hold" not in answer.content.decode()


def test_a_file_of_ones_own_that_has_no_system_yet_is_masked_whatever_it_is_called(
    as_dana: Client, dana: Person, finn: Person
) -> None:
    assert finn
    draft = drafted(dana)
    assert draft.left
    assert draft.left.system is None
    drafts.say(draft=draft, left_system="Something else")
    assert "active" not in opened(as_dana, draft)


def test_the_run_of_it_is_masked_too(as_dana: Client, dana: Person, finn: Person) -> None:
    draft = drafted(dana)
    page = as_dana.post(address(draft, "run/"), ABOUT)
    run = System.objects.get(name="CRM").checks_left.get().runs.get()
    assert page["Location"] == f"/runs/{run.pk}/"
    assert run.left.system == System.objects.get(name="CRM")
    assert "active" not in words(as_dana.get(f"/snapshots/{run.left.pk}/"))
    assert "active" in words(signed_in(finn).get(f"/snapshots/{run.left.pk}/"))


def test_an_export_of_others_without_a_system_is_not_taken_where_it_may_hold_what_is_masked(
    as_dana: Client, dana: Person, finn: Person
) -> None:
    theirs = build.snapshot(text=LEFT, person=finn)
    unread = build.received(content=LEFT.encode(), person=finn)
    plain = build.snapshot(text="id,a\n1,x\n", person=finn)
    own = build.snapshot(text=LEFT, person=dana)
    right = build.snapshot(text=RIGHT, person=dana)
    status = {
        one.pk: as_dana.post("/checks/new/", {"left_snapshot": one.pk, "right_snapshot": right.pk}).status_code
        for one in (theirs, unread, plain, own)
    }
    assert status == {theirs.pk: 403, unread.pk: 403, plain.pk: 302, own.pk: 302}
    draft = drafted(dana)
    answer = as_dana.post(address(draft, "files/"), {"left_snapshot": theirs.pk})
    assert answer.status_code == 403
    assert "This may hold values of customer state as they came, and these are masked for you." in words(answer)
    assert (
        signed_in(finn).post("/checks/new/", {"left_snapshot": theirs.pk, "right_snapshot": right.pk}).status_code
        == 302
    )


def test_a_file_that_comes_with_the_form_is_masked_in_its_preview(as_dana: Client, finn: Person) -> None:
    assert finn
    sent = {name: SimpleUploadedFile(f"{name}.csv", text.encode()) for name, text in (("left", LEFT), ("right", RIGHT))}
    answer = as_dana.post("/checks/new/", sent)
    draft = Draft.objects.get()
    assert answer["Location"] == address(draft)
    drafts.suggest(draft_id=str(draft.pk))
    assert draft.left
    page = words(as_dana.get(f"/snapshots/{draft.left.pk}/preview/"))
    assert "A1 Customer 1 masked 1.50" in page
