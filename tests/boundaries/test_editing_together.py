"""Several people at one map: both keep their words, each undoes their own, everybody sees who else is here."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from boundaries.definitions import Carried, Case, Map
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps
from boundaries.services import defining, editing, merging
from ownership.models import Person, Presence
from tests import build
from tests.boundaries.worlds import STORY, long
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

AT: dict[str, Any] = {"source": "mail", "target": "create"}


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def story(company: build.Company) -> Boundary:
    return defining.define(None, STORY, person=company.dana)


def said(boundary: Boundary) -> Map:
    return maps.definition(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get())


def post(boundary: Boundary, person: Person, page: str = "edit", *, part: bool = False, **data: Any) -> Any:
    headers = {"HX-Request": "true"} if part else {}
    return signed_in(person).post(f"/boundaries/{boundary.slug}/{page}/", {"seen": 1} | data, headers=headers)


def form_of(answer: Any, form: str) -> tuple[str, dict[str, Any]]:
    """The form that does ``form`` and has something to say: its words, and what it posts as it stands."""
    for found in re.findall(r"<form(.*?)</form>", answer.content.decode(), re.DOTALL):
        if f'name="do" value="{form}"' in found and 'role="alert"' in found:
            boxes = dict(re.findall(r'<input[^>]*? name="(\w+)"[^>]*? value="([^"]*)"', found))
            areas = dict(re.findall(r'<textarea[^>]*? name="(\w+)"[^>]*>(.*?)</textarea>', found, re.DOTALL))
            chosen = re.findall(r'<select[^>]*? name="(\w+)".*?<option value="(\w*)" selected', found, re.DOTALL)
            posts = {name: html.unescape(value) for name, value in (boxes | areas | dict(chosen)).items()}
            posts.pop("csrfmiddlewaretoken")
            return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split()), posts
    raise AssertionError(form)


# --- The same at once -------------------------------------------------------------------------------------------------


def test_two_who_change_different_boxes_of_a_step_both_keep_their_words(
    company: build.Company, story: Boundary
) -> None:
    step: dict[str, Any] = {"do": "step", "step": "mail", "does": STORY.steps[1].does, "touch": "inbox", "minutes": "5"}
    post(story, company.finn, **step | {"minutes": "7"})
    assert post(story, company.dana, **step | {"does": "Sales rep mails the form."}).status_code == 302
    assert said(story).steps[1] == replace(STORY.steps[1], does="Sales rep mails the form.", minutes=7.0)


def test_two_who_decide_different_cases_both_keep_their_words(company: build.Company, story: Boundary) -> None:
    post(story, company.finn, do="case", **AT, kind="unsigned", then="Sales gets it signed.", decides="Sales")
    post(story, company.dana, do="case", **AT, kind="refund", then="Finance pays back.", decides="Finance")
    post(story, company.finn, do="case", **AT, kind="missing", index="0", when="no date", then="We ask.")
    cases = said(story).handoffs[1].cases
    assert [(one.kind, one.then) for one in cases] == [
        ("missing", "We ask."), ("unsigned", "Sales gets it signed."), ("refund", "Finance pays back."),
    ]  # fmt: skip


@pytest.mark.parametrize("part", [True, False])
def test_the_same_box_changed_twice_shows_both_texts_and_asks(
    company: build.Company,
    story: Boundary,
    part: bool,  # noqa: FBT001
) -> None:
    post(story, company.finn, do="step", step="mail", does="Finn wrote this.", minutes="7")
    answer = post(story, company.dana, part=part, do="step", step="mail", does="Dana wrote this.", minutes="5")
    words, posts = form_of(answer, "step")
    assert answer.status_code == 409
    assert "Finn Okafor changed the same part meanwhile. What you wrote is not kept yet." in words
    assert "Finn Okafor wrote: Finn wrote this. You wrote: Dana wrote this. Keep mine Keep theirs" in words
    assert said(story).steps[1].does == "Finn wrote this."
    # Keep mine is the form as it stands now: one's own sentence, on top of their version.
    assert (posts["does"], posts["minutes"], posts["seen"]) == ("Dana wrote this.", "7", "2")
    assert post(story, company.dana, **posts).status_code == 302
    assert (said(story).steps[1].does, said(story).steps[1].minutes) == ("Dana wrote this.", 7.0)


CLASHES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"do": "about", "rule": "theirs"}, {"do": "about", "rule": "mine"}, "wrote: theirs You wrote: mine"),
    (
        {"do": "handoff", **AT, "trigger": "theirs", "lag_days": "2"},
        {"do": "handoff", **AT, "trigger": "order form arrives", "lag_days": "9"},
        "wrote: 2 You wrote: 9",
    ),
    (
        {"do": "field", **AT, "index": "0", "field": "start date", "note": "theirs"},
        {"do": "field", **AT, "index": "0", "field": "start date", "note": "mine"},
        "wrote: theirs You wrote: mine",
    ),
    (
        {"do": "case", **AT, "kind": "refund", "then": "theirs"},
        {"do": "case", **AT, "kind": "refund", "then": "mine"},
        "wrote: theirs You wrote: mine",
    ),
    ({"do": "step", "step": "mail", "does": "Theirs."}, {"do": "remove", "step": "mail"}, "Keep mine"),
]


@pytest.mark.parametrize(("theirs", "mine", "words"), CLASHES, ids=[one[1]["do"] for one in CLASHES])
def test_every_clash_is_said_at_its_form_and_can_be_decided(
    company: build.Company, story: Boundary, theirs: dict[str, Any], mine: dict[str, Any], words: str
) -> None:
    post(story, company.finn, **theirs)
    before = said(story)
    answer = post(story, company.dana, **mine)
    shown, posts = form_of(answer, mine["do"])
    assert (answer.status_code, said(story)) == (409, before)
    assert words in shown
    assert post(story, company.dana, **posts).status_code == 302
    assert said(story) != before


REMOVED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"do": "field", "index": 0, "field": "start date", "how": "split"}, {"do": "remove_field", "index": 0}),
    ({"do": "case", "index": 0, "kind": "missing", "then": "Finance waits."}, {"do": "remove_case", "index": 0}),
    ({"do": "handoff", "trigger": "the post comes"}, {"do": "remove_handoff"}),
]


@pytest.mark.parametrize(("theirs", "mine"), REMOVED, ids=[one[1]["do"] for one in REMOVED])
def test_what_somebody_changed_is_removed_only_when_asked_again(
    company: build.Company, story: Boundary, theirs: dict[str, Any], mine: dict[str, Any]
) -> None:
    assert post(story, company.finn, **AT, **theirs).status_code == 302
    answer = post(story, company.dana, **AT, **mine)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Finn Okafor changed this meanwhile, so it is still there. Remove it again if it shall go." in text
    assert "Keep mine" not in text
    assert post(story, company.dana, **AT, **mine | {"seen": 2}).status_code == 302


def test_what_somebody_removed_is_not_changed_unseen(company: build.Company, story: Boundary) -> None:
    post(story, company.finn, do="remove", step="compare")
    answer = post(story, company.dana, do="step", step="compare", does="Finance compares.")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Finn Okafor changed the same part meanwhile." in text
    assert "What happens: you wrote <q>Finance compares.</q>" in text
    assert said(story).step("compare") is None


def test_two_steps_added_at_once_are_both_there(company: build.Company, story: Boundary) -> None:
    for person in (company.finn, company.dana):
        assert post(story, person, do="add_step", does=f"{person.name} calls.", after="").status_code == 302
    assert len(said(story).steps) == 6


REFUND = Case("there is a refund", kind="refund")


@pytest.mark.parametrize(
    ("before", "ours", "now", "value", "clashes"),
    [
        (("a",), ("a", "b"), ("a", "c"), ("a", "c", "b"), False),
        (("a", "b"), ("b",), ("a", "b", "c"), ("b", "c"), False),
        ((), (REFUND,), (REFUND,), (REFUND,), False),
        ((), (REFUND,), (replace(REFUND, then="x"),), (REFUND,), True),
        ((REFUND,), (), (replace(REFUND, then="x"),), (), True),
        ((Carried("a"),), (Carried("a"), Carried("b")), (Carried("a", "split"),), (Carried("a", "split"), Carried("b")),
         False),
        ("x", "y", "z", "y", True),
        (STORY.steps[0], None, replace(STORY.steps[0], does="x"), None, True),
    ],
)  # fmt: skip
def test_what_two_made_of_one_part_is_put_together(
    before: Any,
    ours: Any,
    now: Any,
    value: Any,
    clashes: bool,  # noqa: FBT001
) -> None:
    assert merging.both(before, ours, now) == merging.Both(value, clashes=clashes)


# --- Undo and redo ----------------------------------------------------------------------------------------------------


def buttons(answer: Any) -> tuple[bool, bool]:
    """Whether the page lets one undo, and redo."""
    text = answer.content.decode()
    undo, redo = (re.search(rf'id="map-{one}" type="submit" (disabled)?', text) for one in ("undo", "redo"))
    return bool(undo and not undo[1]), bool(redo and not redo[1])


def test_undo_takes_back_ones_own_change_and_redo_makes_it_again(company: build.Company, story: Boundary) -> None:
    page = signed_in(company.finn).get(f"/boundaries/{story.slug}/edit/")
    assert buttons(page) == (False, False)
    changed = post(story, company.finn, part=True, do="remove", step="compare")
    post(story, company.dana, do="about", rule="Dana's rule.")
    undone = post(story, company.finn, "undo", part=True)
    assert (buttons(changed), buttons(undone)) == ((True, False), (False, True))
    assert said(story) == replace(STORY, rule="Dana's rule.")
    redone = post(story, company.finn, "redo")
    assert (redone.status_code, redone.headers["Location"]) == (302, f"/boundaries/{story.slug}/edit/#map-steps")
    assert said(story).step("compare") is None


@pytest.mark.parametrize("page", ["undo", "redo"])
def test_where_nothing_of_ones_own_is_left_that_is_said(company: build.Company, story: Boundary, page: str) -> None:
    answer = post(story, company.finn, page)
    assert answer.status_code == 422
    assert f"There is nothing of yours to {page}." in answer.content.decode()


def test_what_others_changed_since_is_not_undone_unseen(company: build.Company, story: Boundary) -> None:
    post(story, company.dana, do="about", rule="first")
    post(story, company.finn, do="about", rule="second", seen=2)
    answer = post(story, company.dana, "undo", part=True)
    assert answer.status_code == 409
    assert "Finn Okafor changed the same part since." in answer.content.decode()
    assert said(story).rule == "second"


# --- Who is here ------------------------------------------------------------------------------------------------------


def present(boundary: Boundary, person: Person, place: str = "") -> Any:
    return signed_in(person).post(f"/boundaries/{boundary.slug}/presence/", {"place": place})


def test_others_are_shown_at_their_place_with_the_latest_version(company: build.Company, story: Boundary) -> None:
    assert present(story, company.dana, "handoff mail create").json()["people"] == []
    editing.edit(story, lambda now: replace(now, rule="x"), seen=1, person=company.dana)
    assert present(story, company.finn, "step mail").json() == {
        "people": [{"name": "Dana Reyes", "place": "handoff mail create"}],
        "latest": 2,
        "by": "Dana Reyes",
    }
    Presence.objects.update(seen_at=timezone.now() - timedelta(seconds=21))
    assert present(story, company.finn).json()["people"] == []


def test_who_draws_another_map_is_not_here(company: build.Company, story: Boundary) -> None:
    other = defining.define(None, replace(STORY, name="another"), person=company.dana)
    present(other, company.dana)
    assert present(story, company.finn).json()["people"] == []


def test_the_place_of_long_names_is_their_step(company: build.Company, story: Boundary) -> None:
    present(story, company.dana, f"handoff {'a' * 60} {'b' * 60}")
    assert present(story, company.finn).json()["people"][0]["place"] == f"step {'a' * 60}"


@pytest.mark.parametrize(
    "place", ["step", "step  a", "step a b", "handoff a", "step <b>", "step a\n", "\x00", f"step {'x' * 61}", "stép a"]
)
def test_a_place_that_is_none_is_refused(company: build.Company, story: Boundary, place: str) -> None:
    answer = present(story, company.dana, place)
    assert (answer.status_code, answer.json()) == (
        400,
        {"sentence": "This cannot be read: a place is named like step create."},
    )
    assert not Presence.objects.exists()


# --- How much it asks -------------------------------------------------------------------------------------------------


def queries(boundary: Boundary, person: Person, page: str, data: dict[str, str]) -> int:
    client, address = signed_in(person), f"/boundaries/{boundary.slug}/{page}/"
    with CaptureQueriesContext(connection) as asked:
        assert client.post(address, {"seen": 1} | data, headers={"HX-Request": "true"}).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    ("page", "most", "data"),
    [
        ("edit", 62, {"do": "step", "step": "s2", "does": "Team A does it."}),
        ("draw", 22, {"do": "step", "step": "s2", "does": "Team A does it."}),
        ("presence", 12, {"place": "step s2"}),
    ],
)
def test_a_long_map_asks_the_database_no_more_than_a_short_one(
    company: build.Company, page: str, most: int, data: dict[str, str]
) -> None:
    made = [defining.define(None, replace(long(n), name=f"{n}", owner="Sales"), person=company.dana) for n in (4, 40)]
    few, many = (queries(one, company.dana, page, data) for one in made)
    assert few == many <= most
    assert BoundaryVersion.objects.filter(boundary=made[1]).count() == (2 if page == "edit" else 1)
