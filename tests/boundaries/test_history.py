"""What changed on a map in sentences; the map of a day; going back to an earlier one; removing and bringing back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from boundaries.definitions import Carried, Case, Handoff, Map, Observed, Step
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import history, maps, versions
from boundaries.services import editing
from boundaries.services.checking import Refused
from boundaries.services.defining import define, remove
from boundaries.services.restoring import restore
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.conftest import signed_in

CLOSE, MAIL, CREATE, COMPARE = STORY.steps
FIRST, SECOND, THIRD = STORY.handoffs


def in_order(*steps: Step) -> Map:
    return replace(STORY, steps=steps)


CHANGES: list[tuple[Map, Map, list[str]]] = [
    (STORY, STORY, []),
    (STORY, replace(STORY, name="quote to cash"), ["Name: now quote to cash, was sales to billing."]),
    (STORY, replace(STORY, owner=""), ["Owner: Sales was taken out."]),
    (replace(STORY, owner=""), STORY, ["Owner: Sales."]),
    (STORY, replace(STORY, records_per_week=80.0), ["Records a week: now 80, was 60."]),
    (
        STORY,
        replace(STORY, confirmed=("touches", "one_event")),
        [
            "No longer confirmed: every field that changes its name or shape is on the map.",
            "Confirmed: the trigger updates both sides.",
        ],
    ),
    (
        STORY,
        STORY.with_step(replace(MAIL, does="Sales rep uploads the order form.")),
        ["Step 2 now says “Sales rep uploads the order form”, was “Sales rep mails the order form to finance”."],
    ),
    (STORY, STORY.with_step(replace(MAIL, does="")), [f"Step 2 now says nothing, was “{MAIL.does[:-1]}”."]),
    (STORY.with_step(replace(MAIL, does="")), STORY, [f"Step 2 now says “{MAIL.does[:-1]}”."]),
    (EMPTY, replace(EMPTY, steps=(Step("one", ""),)), ["Step 1 was added."]),
    (STORY, STORY.with_step(replace(MAIL, team="Operations")), ["Step 2, team: now Operations, was Sales."]),
    (STORY, STORY.with_step(replace(MAIL, touch="")), ["Step 2, by hand: inbox was taken out."]),
    (STORY, STORY.with_step(replace(MAIL, minutes=0.0)), ["Step 2, minutes each time: now 0, was 5."]),
    (
        STORY,
        STORY.with_step(replace(CLOSE, changes=("start date", "amount"))),
        ["Step 1, fields it may edit: now “start date, amount”, was “start date”."],
    ),
    (STORY, in_order(CLOSE, CREATE, MAIL, COMPARE), [f"Step 2 moved to 3: “{MAIL.does[:-1]}”."]),
    (STORY, in_order(COMPARE, CLOSE, MAIL, CREATE), [f"Step 4 moved to 1: “{COMPARE.does[:-1]}”."]),
    (
        STORY,
        replace(STORY, steps=(*STORY.steps, Step("pay", "Finance books the payment."))),
        ["Step 5 was added: “Finance books the payment”."],
    ),
    (
        STORY,
        replace(STORY, steps=STORY.steps[:3], handoffs=STORY.handoffs[:2]),
        [f"Step 4 was removed: “{COMPARE.does[:-1]}”."],
    ),
    (
        STORY,
        STORY.with_handoff(replace(SECOND, trigger="order form signed", lag_days=0.0, owner="")),
        [
            "Hand-off 2 → 3, trigger: now “order form signed”, was “order form arrives”.",
            "Hand-off 2 → 3, lag: now at once, was within 3 days.",
            "Hand-off 2 → 3, owner: Finance was taken out.",
        ],
    ),
    (STORY, replace(STORY, handoffs=(FIRST, SECOND)), ["The hand-off 3 → 4 was removed."]),
    (
        STORY,
        replace(STORY, handoffs=(*STORY.handoffs, Handoff("close", "create", "it is urgent", 2.0))),
        ["Hand-off 1 → 3 was added: it is urgent.", "Hand-off 1 → 3, lag: within 2 days."],
    ),
    (
        STORY,
        STORY.with_handoff(
            replace(SECOND, fields=(Carried("start date", "meaning"), Carried("amount", "renamed", ("a",), ("b",))))
        ),
        [
            "Hand-off 2 → 3 now carries start date, means something else.",
            "Hand-off 2 → 3 carries amount, renamed (a → b).",
            "Hand-off 2 → 3 no longer carries billing status.",
        ],
    ),
    (
        STORY,
        STORY.with_handoff(replace(SECOND, cases=(Case("there is a refund", kind="refund", never=True), Case("odd")))),
        [
            "Hand-off 2 → 3, when there is a refund: it cannot happen here.",
            "Hand-off 2 → 3, when odd: nobody said what happens, nobody decides yet.",
            "Hand-off 2 → 3: the case “the start date is missing” was taken out.",
        ],
    ),
    (
        STORY,
        replace(
            STORY,
            steps=(CLOSE, Step("check", "Operations checks it.", "Operations"), MAIL, CREATE, COMPARE),
            handoffs=(SECOND, THIRD, Handoff("close", "check"), Handoff("check", "mail")),
        ),
        [
            "Step 2 was added: “Operations checks it”.",
            "The hand-off 1 → 3 was removed.",
            "Hand-off 1 → 2 was added.",
            "Hand-off 2 → 3 was added.",
        ],
    ),
    (STORY, replace(STORY, observed=()), [f"The disagreement “{STORY.observed[0].sentence[:-1]}” was taken out."]),
    (
        STORY,
        replace(STORY, observed=(*STORY.observed, Observed("Two customers of one name."))),
        ["A disagreement was seen: “Two customers of one name”."],
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), CHANGES)
def test_a_change_is_said_in_sentences(old: Map, new: Map, said: list[str]) -> None:
    assert list(history.changes(old, new)) == said


def test_a_step_that_jumps_over_thirty_is_one_sentence() -> None:
    drawn = long()
    moved = replace(drawn, steps=(*drawn.steps[1:31], drawn.steps[0], *drawn.steps[31:]))
    assert list(history.changes(drawn, moved)) == [f"Step 1 moved to 31: “{drawn.steps[0].does[:-1]}”."]


pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def drawn(company: build.Company) -> Boundary:
    """A boundary added on 1 May, drawn on 3 May, changed on 5 May, each at noon."""
    made = define(None, replace(EMPTY, owner="Sales"), person=company.dana)
    define(made, STORY, person=company.dana, reason="Drawn with Finance.")
    made = define(made, STORY.with_step(replace(MAIL, does="Sales rep uploads it.")), person=company.finn)
    for number, day in ((1, 1), (2, 3), (3, 5)):
        at = datetime(2026, 5, day, 12, tzinfo=UTC)
        BoundaryVersion.objects.filter(boundary=made, number=number).update(at=at)
    return made


def now(boundary: Boundary) -> Map:
    return maps.definition(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get())


def text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


@pytest.mark.usefixtures("drawn")
def test_the_history_says_who_changed_what_and_why_the_last_first(company: build.Company) -> None:
    page = text(signed_in(company.mira), "/boundaries/sales-to-billing/history/")
    first, second, third = (page.index(f'id="change-{number}"') for number in (3, 2, 1))
    assert first < second < third
    assert "Step 2 now says “Sales rep uploads it”" in page
    assert "Drawn with Finance." in page[second:third]
    assert "Drawn first" in page[third:]
    assert "Make it this again" not in page


def test_undoing_redoing_and_removing_are_marked(drawn: Boundary, company: build.Company) -> None:
    editing.undo(drawn, person=company.finn)
    editing.redo(drawn, person=company.finn)
    remove(now_of(drawn), person=company.finn, reason="")
    said = [one.what for one in history.entries(drawn)]
    assert said == ["Removed", "Made again", "Undone", "", "", "Drawn first"]


def now_of(boundary: Boundary) -> Boundary:
    return maps.whole(Boundary.objects.filter(pk=boundary.pk)).get()


def test_a_long_history_has_pages(company: build.Company) -> None:
    made = build.boundary()
    for number in range(30):
        made = define(made, replace(EMPTY, owner="Sales", trigger=f"event {number}"), person=company.dana)
    client = signed_in(company.dana)
    page = text(client, "/boundaries/sales-to-billing/history/")
    assert "?before=7" in page
    assert 'id="change-6"' not in page
    older = text(client, "/boundaries/sales-to-billing/history/?before=7")
    assert 'id="change-6"' in older
    assert 'id="change-7"' not in older


@pytest.mark.parametrize(
    ("address", "banner", "there", "not_there"),
    [
        ("?on=2026-05-05", "as it was on 5 May 2026", "Sales rep uploads it.", "mails the order form"),
        ("?on=2026-05-04", "as it was on 4 May 2026", "mails the order form", "Sales rep uploads it."),
        ("?on=2026-05-03", "as it was on 3 May 2026", "mails the order form", "Sales rep uploads it."),
        ("?on=2026-05-02", "as it was on 2 May 2026", "Nothing was drawn then", "mails the order form"),
        ("?version=2", "as it was after change 2", "mails the order form", "Sales rep uploads it."),
    ],
)
@pytest.mark.usefixtures("drawn")
def test_the_map_of_a_day_is_shown_as_it_was(
    company: build.Company, address: str, banner: str, there: str, not_there: str
) -> None:
    page = text(signed_in(company.dana), f"/boundaries/sales-to-billing/{address}")
    assert f"This is the map {banner}" in page
    assert there in page
    assert not_there not in page
    assert "Edit the map" not in page


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("on=2026-04-30", 404, "On 2026-04-30 this map was not drawn yet. It is there since 2026-05-01."),
        ("on=0001-01-01", 404, "On 0001-01-01 this map was not drawn yet."),
        ("on=9999-12-31", 400, "9999-12-31 is still to come."),
        ("on=3+May", 400, "Write the day as 2026-05-03."),
        ("on=2026-02-30", 400, "Write the day as 2026-05-03."),
        ("on=%00", 400, "Write the day as 2026-05-03."),
        ("version=4", 404, "There is no change 4 of this map."),
        ("version=0", 400, "Versions have numbers: 1 is the first."),
        ("version=-1", 400, "Versions have numbers: 1 is the first."),
        ("version=9999999999999999999", 400, "Versions have numbers: 1 is the first."),
        ("version=999999999", 404, "There is no change 999999999 of this map."),
        ("version=²", 400, "Versions have numbers: 1 is the first."),
    ],
)
@pytest.mark.usefixtures("drawn")
def test_a_day_or_version_there_is_not_says_so(company: build.Company, query: str, status: int, sentence: str) -> None:
    assert sentence in text(signed_in(company.dana), f"/boundaries/sales-to-billing/?{query}", status)


@pytest.mark.usefixtures("drawn")
def test_an_empty_day_is_the_map_as_it_is(company: build.Company) -> None:
    assert "Edit the map" in text(signed_in(company.dana), "/boundaries/sales-to-billing/?on=&version=")


def test_going_back_is_a_version_of_its_own_and_can_be_undone(drawn: Boundary, company: build.Company) -> None:
    back = restore(drawn, number=2, person=company.dana)
    assert maps.definition(back) == STORY
    assert versions.latest(back) == 4
    assert history.entries(back)[0].row.reason == "As it was after change 2."
    editing.undo(back, person=company.dana)
    assert now(back).steps[1].does == "Sales rep uploads it."


def test_going_back_brings_back_steps_hand_offs_fields_and_cases(drawn: Boundary, company: build.Company) -> None:
    emptied = define(drawn, replace(EMPTY, owner="Sales"), person=company.dana)
    assert maps.definition(restore(emptied, number=2, person=company.dana)) == STORY


def test_a_map_cannot_go_back_to_a_team_or_a_name_that_is_gone(drawn: Boundary, company: build.Company) -> None:
    define(drawn, replace(EMPTY, name="quote to cash", owner=""), person=company.dana)
    build.boundary(EMPTY)
    with pytest.raises(Refused, match="There is a boundary called sales to billing already"):
        restore(drawn, number=2, person=company.dana)
    response = signed_in(company.dana).post("/boundaries/sales-to-billing/restore/", {"number": "2"})
    assert response.status_code == 422
    assert "There is a boundary called sales to billing already." in response.content.decode()


def test_making_it_this_again_leads_to_the_map(drawn: Boundary, company: build.Company) -> None:
    response = signed_in(company.finn).post("/boundaries/sales-to-billing/restore/", {"number": "2"}, follow=True)
    assert "sales to billing is as it is after change 2" not in response.content.decode()
    assert "sales to billing is as it was after change 2." in response.content.decode()
    assert now(drawn) == STORY


@pytest.mark.parametrize("number", ["", "0", "x", "99999999999", "-3"])
@pytest.mark.usefixtures("drawn")
def test_an_odd_number_to_go_back_to_is_refused(company: build.Company, number: str) -> None:
    response = signed_in(company.dana).post("/boundaries/sales-to-billing/restore/", {"number": number})
    assert response.status_code == 422
    assert "Choose a change from the list." in response.content.decode()


@pytest.mark.parametrize("address", ["restore", "remove", "bring-back"])
def test_who_does_not_draw_the_map_does_none_of_this(drawn: Boundary, company: build.Company, address: str) -> None:
    response = signed_in(company.mira).post(f"/boundaries/sales-to-billing/{address}/", {"number": "1"})
    assert response.status_code == 403
    assert now(drawn).steps
    assert now_of(drawn).removed_at is None


def test_removing_asks_nothing_and_is_taken_back_with_one_click(drawn: Boundary, company: build.Company) -> None:
    client = signed_in(company.dana)
    response = client.post("/boundaries/sales-to-billing/remove/", {"reason": "It is one with another."}, follow=True)
    assert response.redirect_chain[-1][0] == "/boundaries/"
    page = response.content.decode()
    assert '<a href="/boundaries/sales-to-billing/history/">Bring it back</a>' in page
    assert "It is one with another." in text(client, "/boundaries/removed/")
    assert client.get("/boundaries/sales-to-billing/").status_code == 302
    assert "as it was after change 2" in text(client, "/boundaries/sales-to-billing/?version=2")
    client.post("/boundaries/sales-to-billing/bring-back/")
    assert now_of(drawn).removed_at is None
    assert now(drawn).steps[1].does == "Sales rep uploads it."


def test_bringing_back_is_refused_where_the_name_is_taken_by_now(drawn: Boundary, company: build.Company) -> None:
    remove(now_of(drawn), person=company.dana, reason="")
    build.boundary(EMPTY)
    response = signed_in(company.dana).post("/boundaries/sales-to-billing/bring-back/", follow=True)
    assert "There is another boundary called sales to billing by now." in response.content.decode()


def test_bringing_back_what_is_there_says_so(drawn: Boundary, company: build.Company) -> None:
    response = signed_in(company.dana).post("/boundaries/sales-to-billing/bring-back/", follow=True)
    assert "sales to billing is in the list." in response.content.decode()
    assert versions.latest(drawn) == 3


def test_today_is_a_day_like_any_other(drawn: Boundary, company: build.Company) -> None:
    today = timezone.localdate()
    client = signed_in(company.dana)
    assert "It is the same now" in text(client, f"/boundaries/sales-to-billing/?on={today.isoformat()}")
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert f"{tomorrow} is still to come." in text(client, f"/boundaries/sales-to-billing/?on={tomorrow}", 400)
    assert drawn.removed_at is None
