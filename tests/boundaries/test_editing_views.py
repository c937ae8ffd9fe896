"""Each change of a map by a POST of the editor: kept, shown, led back to its place; with scripts and without."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from boundaries.definitions import Carried, Case, Handoff, Map
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps
from boundaries.services import defining
from ownership.definitions import Definition, Use
from ownership.models import Person, System
from tests import build
from tests.boundaries.worlds import EMPTY, STORY
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

START_DATE = Definition(
    name="start date",
    uses=(Use("CRM", "start_date", "", ()), Use("Billing", "ServiceStart", "", ())),
)


@dataclass
class Drawing:
    """A boundary and whoever draws it."""

    boundary: Boundary
    company: build.Company

    @property
    def said(self) -> Map:
        return maps.definition(maps.whole(Boundary.objects.filter(pk=self.boundary.pk)).get())

    @property
    def address(self) -> str:
        return f"/boundaries/{self.boundary.slug}/edit/"

    @property
    def versions(self) -> int:
        return BoundaryVersion.objects.filter(boundary=self.boundary).count()

    def post(self, person: Person | None = None, *, part: bool = False, **data: Any) -> HttpResponse:
        headers = {"HX-Request": "true"} if part else {}
        sent = {name.removesuffix("_"): value for name, value in data.items()}
        client: Client = signed_in(person or self.company.dana)
        return client.post(self.address, {"seen": self.versions} | sent, headers=headers)  # type: ignore[return-value]


@pytest.fixture
def story() -> Drawing:
    company = build.company()
    build.field()
    return Drawing(defining.define(None, STORY, person=company.dana), company)


@pytest.fixture
def empty() -> Drawing:
    company = build.company()
    return Drawing(defining.define(None, replace(EMPTY, owner="Sales"), person=company.dana), company)


AT: dict[str, Any] = {"source": "mail", "target": "create"}
WAY = STORY.handoffs[1]
MISSING, SIGNED = WAY.cases[0], Case("it is not signed", "Sales gets it signed.", "Sales", "unsigned")

KEPT: list[tuple[dict[str, Any], str, Map]] = [
    (
        {"do": "step", "step": "mail", "does": "Sales rep  mails the form. ", "minutes": "2.5"},
        "#edit-step-mail",
        STORY.with_step(replace(STORY.steps[1], does="Sales rep mails the form.", minutes=2.5)),
    ),
    (
        {"do": "step", "step": "close", "changes": "start date, Amount,, amount , VAT, START  date"},
        "#edit-step-close",
        STORY.with_step(replace(STORY.steps[0], changes=("start date", "Amount", "VAT"))),
    ),
    (
        {"do": "step", "step": "mail", "team": "Back office", "touch": "", "minutes": "", "times_per_week": ""},
        "#edit-step-mail",
        STORY.with_step(replace(STORY.steps[1], team="Back office", touch="", minutes=None, times_per_week=None)),
    ),
    (
        {"do": "move", "step": "close", "before": ""},
        "#edit-step-close",
        replace(
            STORY,
            steps=(*STORY.steps[1:], STORY.steps[0]),
            handoffs=(*STORY.handoffs[1:], Handoff("compare", "close")),
        ),
    ),
    (
        {"do": "remove", "step": "compare"},
        "#map-steps",
        replace(STORY, steps=STORY.steps[:3], handoffs=STORY.handoffs[:2]),
    ),
    (
        {"do": "handoff", **AT, "trigger": "the form is here", "lag_days": "0.5"},
        "#edit-handoff-mail--create",
        STORY.with_handoff(replace(WAY, trigger="the form is here", lag_days=0.5)),
    ),
    (
        {"do": "handoff", **AT, "owner": "Sales"},
        "?open=mail+create#edit-handoff-mail--create",
        STORY.with_handoff(replace(WAY, owner="Sales")),
    ),
    (
        {"do": "add_handoff", "source": "compare", "target": "close"},
        "#edit-handoff-compare--close",
        replace(STORY, handoffs=(*STORY.handoffs, Handoff("compare", "close"))),
    ),
    (
        {"do": "remove_handoff", "source": "create", "target": "compare"},
        "#map-steps",
        replace(STORY, handoffs=STORY.handoffs[:2]),
    ),
    (
        {"do": "field", **AT, "field": "amount", "how": "merged", "before": "net, tax", "after": "Total", "note": "x"},
        "?open=mail+create#handoff-mail--create-more",
        STORY.with_handoff(
            replace(WAY, fields=(*WAY.fields, Carried("amount", "merged", ("net", "tax"), ("Total",), "x")))
        ),
    ),
    (
        {"do": "field", **AT, "index": "1", "field": "billing status", "how": "meaning", "note": "paid is not PAID"},
        "?open=mail+create#handoff-mail--create-more",
        STORY.with_handoff(
            replace(WAY, fields=(WAY.fields[0], Carried("billing status", "meaning", note="paid is not PAID")))
        ),
    ),
    (
        {"do": "remove_field", **AT, "index": "0"},
        "?open=mail+create#handoff-mail--create-more",
        STORY.with_handoff(replace(WAY, fields=WAY.fields[1:])),
    ),
    (
        {"do": "case", **AT, "kind": "unsigned", "when": "", "then": SIGNED.then, "decides": "Sales"},
        "?open=mail+create#handoff-mail--create-more",
        STORY.with_handoff(replace(WAY, cases=(MISSING, SIGNED))),
    ),
    (
        {"do": "case", **AT, "kind": "missing", "when": MISSING.when, "never": "1"},
        "?open=mail+create#handoff-mail--create-more",
        STORY.with_handoff(replace(WAY, cases=(Case(MISSING.when, kind="missing", never=True),))),
    ),
    (
        {"do": "remove_case", **AT, "index": "0"},
        "?open=mail+create#handoff-mail--create-more",
        STORY.with_handoff(replace(WAY, cases=())),
    ),
    (
        {"do": "about", "name": "sales to cash", "from_": "Shop", "records_per_week": "", "disputes": "by shouting"},
        "#map-about",
        replace(STORY, name="sales to cash", source="Shop", records_per_week=None, disputes="by shouting"),
    ),
    (
        {"do": "confirm", "confirmed": ["one_event", "touches"]},
        "#map-about",
        replace(STORY, confirmed=("touches", "one_event")),
    ),
]


@pytest.mark.parametrize(
    ("data", "place", "expected"), KEPT, ids=[f"{one[0]['do']}-{at}" for at, one in enumerate(KEPT)]
)
def test_a_change_is_kept_and_leads_back_to_its_place(
    story: Drawing, data: dict[str, Any], place: str, expected: Map
) -> None:
    answer = story.post(**data)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{story.address}{place}")
    assert (story.said, story.versions) == (expected, 2)


@pytest.mark.parametrize(
    ("data", "place", "expected"), KEPT, ids=[f"{one[0]['do']}-{at}" for at, one in enumerate(KEPT)]
)
def test_with_scripts_the_answer_is_the_part_that_changes(
    story: Drawing,
    data: dict[str, Any],
    place: str,  # noqa: ARG001 - of the table
    expected: Map,
) -> None:
    answer = story.post(part=True, **data)
    text = answer.content.decode()
    assert (answer.status_code, story.said) == (200, expected)
    assert text.lstrip().startswith('<div id="map-work" data-latest="2">')
    assert "<html" not in text


def test_a_sentence_is_enough_for_a_step(story: Drawing) -> None:
    answer = story.post(do="add_step", does="Finance checks the exceptions in Billing.", after="")
    added = story.said.steps[-1]
    assert answer.headers["Location"] == f"{story.address}#edit-step-{added.id}"
    assert (added.id, added.does) == ("checks-exceptions-billing", "Finance checks the exceptions in Billing.")
    assert (added.team, added.system) == ("Finance", "Billing")
    assert story.said.handoffs[-1] == Handoff("compare", added.id)


def test_a_step_is_put_between_two_others(story: Drawing) -> None:
    story.post(do="add_step", does="Sales rep calls finance.", after="close")
    assert [one.id for one in story.said.steps][:3] == ["close", "calls-finance", "mail"]


def test_another_sentence_refills_what_was_read_out_of_the_one_before(empty: Drawing) -> None:
    empty.post(do="add_step", does="Sales moves the deal to closed won in CRM.")
    (step,) = empty.said.steps
    assert (step.team, step.system, step.touch) == ("Sales", "CRM", "")
    empty.post(do="step", step=step.id, does="Finance uploads the file to Billing.", team="Sales", system="CRM")
    (after,) = empty.said.steps
    assert (after.id, after.team, after.system, after.touch) == (step.id, "Finance", "Billing", "upload")


def test_what_somebody_chose_is_not_guessed_over(empty: Drawing) -> None:
    empty.post(do="add_step", does="Sales moves the deal to closed won in CRM.")
    (step,) = empty.said.steps
    empty.post(do="step", step=step.id, does=step.does, team="Finance", system="", touch="chat")
    empty.post(do="step", step=step.id, does="Sales moves the deal on in CRM.", team="Finance", system="", touch="chat")
    (after,) = empty.said.steps
    assert (after.team, after.system, after.touch) == ("Finance", "", "chat")


def test_a_system_that_is_not_there_yet_is_made_and_a_team_stays_a_lane(story: Drawing) -> None:
    story.post(do="step", step="mail", team="Back office", system="Mailbox")
    assert System.objects.filter(name="Mailbox").exists()
    assert (story.said.steps[1].team, story.said.steps[1].system) == ("Back office", "Mailbox")


def test_a_field_the_registry_knows_brings_its_two_names(story: Drawing) -> None:
    story.post(do="field", source="close", target="mail", field="Billing Status", how="")
    expected = Carried("billing status", "renamed", ("billing_status",), ("Status",))
    assert story.said.handoffs[0].fields == (expected,)


def test_fields_called_differently_are_offered_where_the_systems_change(story: Drawing) -> None:
    build.field(replace(START_DATE, name="end date", uses=(Use("CRM", "until", "", ()), Use("Billing", "End", "", ()))))
    button = "<bdi>end date</bdi>: <bdi>until</bdi> → <bdi>End</bdi>"
    address = f"{story.address}?open=close+mail&open=mail+create&open=create+compare"
    page = signed_in(story.company.dana).get(address).content.decode()
    # From sales to the mail, and from the mail to finance; not between two steps on the side of billing.
    assert (page.count(button), page.count(" to add</summary>")) == (2, 2)
    story.post(do="field", **AT, field="end date", how="renamed", before="until", after="End")
    assert button not in signed_in(story.company.dana).get(address).content.decode()


def test_the_page_invites_to_the_first_step(empty: Drawing) -> None:
    page = signed_in(empty.company.dana).get(empty.address).content.decode()
    assert "Type the first step: who does what, where" in page
    assert "For example: Sales rep moves the deal to closed won in CRM." in page
    assert page.count("autofocus") == 1


def test_what_is_as_it_was_makes_no_version(story: Drawing) -> None:
    story.post(do="step", step="mail", does=STORY.steps[1].does)
    assert story.versions == 1


# --- Drawing while somebody types -------------------------------------------------------------------------------------


def draw(drawing: Drawing, **data: Any) -> HttpResponse:
    address = f"/boundaries/{drawing.boundary.slug}/draw/"
    client = signed_in(drawing.company.dana)
    return client.post(address, data, headers={"HX-Request": "true"})  # type: ignore[return-value]


def test_drawing_shows_what_is_typed_and_keeps_nothing(story: Drawing) -> None:
    answer = draw(story, do="step", step="close", does="Sales rep wins the deal.")
    text = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert text.startswith('<div id="map-picture">')
    assert '<p class="complaint" id="step-close-complaints">' in text
    assert (story.said, story.versions) == (STORY, 1)


def test_drawing_says_kindly_what_a_sentence_lacks(story: Drawing) -> None:
    text = draw(story, do="add_step", does="the data").content.decode()
    complaint = text.partition('id="add-step-complaints">')[2].partition("<")[0]
    assert complaint.strip().endswith(".")


def test_a_value_somebody_still_types_is_drawn_as_it_was(story: Drawing) -> None:
    answer = draw(story, do="step", step="mail", does=STORY.steps[1].does, minutes="abc")
    assert answer.status_code == 200
    assert "60 min a week" in " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    "data", [{}, {"do": "dance"}, {"do": "step", "step": "gone", "does": "x"}, {"do": "remove_field", **AT}]
)
def test_nothing_is_drawn_of_what_is_not_there(story: Drawing, data: dict[str, str]) -> None:
    assert draw(story, **data).status_code == 422


def test_as_many_steps_stand_side_by_side_as_the_page_has_room_for(story: Drawing) -> None:
    for columns in ("3", "0", "-1", "abc", "²", "999999", "1e9", ""):
        assert draw(story, do="step", step="close", does="Sales wins.", columns=columns).status_code == 200
