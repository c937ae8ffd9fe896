"""What the editor does not take: a clear sentence at the form, what was typed stays, nothing is changed."""

import html
import re
from random import Random
from typing import Any

import pytest

from boundaries.forms.operations import FORMS
from boundaries.models import Boundary, BoundaryVersion
from boundaries.services import defining
from ownership.models import Person, Role
from tests import build
from tests.boundaries.worlds import STORY
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

AT = {"source": "mail", "target": "create"}
NOT_WHOLE = "This page was not whole. Open it again."
NO_STEP = "That step is not on the map any more."
NO_WAY = "That hand-off is not on the map any more."
NO_ROW = "That row is not there any more."
MINUTES = "Minutes each time: write a number from 0 to 1,000,000, such as 5 or 2.5."
LONG = "x" * 10_000


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def story(company: build.Company) -> Boundary:
    return defining.define(None, STORY, person=company.dana)


def post(boundary: Boundary, person: Person, data: dict[str, Any], *, part: bool = False) -> Any:
    headers = {"HX-Request": "true"} if part else {}
    return signed_in(person).post(f"/boundaries/{boundary.slug}/edit/", data, headers=headers)


def refusals(answer: Any) -> str:
    """Every sentence of the page that says why something was not kept."""
    said = re.findall(
        r'<(?:ul|div) class="(?:errors|clash)" role="alert">(.*?)</(?:ul|div)>', answer.content.decode(), re.DOTALL
    )
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", " ".join(said))).split())


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, NOT_WHOLE),
    ({"do": "dance"}, NOT_WHOLE),
    ({"do": "\x00"}, NOT_WHOLE),
    ({"do": "step", "step": "mail", "does": "x", "seen": "abc"}, NOT_WHOLE),
    ({"do": "step", "step": "mail", "does": "x", "seen": "-1"}, NOT_WHOLE),
    ({"do": "step", "step": "mail", "does": "x", "seen": "9" * 30}, NOT_WHOLE),
    # Steps.
    ({"do": "step"}, NOT_WHOLE),
    ({"do": "step", "step": "gone", "does": "x"}, NO_STEP),
    ({"do": "step", "step": "<script>", "does": "x"}, NO_STEP),
    ({"do": "step", "step": "a\x00b", "does": "x"}, NOT_WHOLE),
    ({"do": "step", "step": LONG, "does": "x"}, NOT_WHOLE),
    ({"do": "step", "step": "mail", "does": " "}, "A step is one sentence: who does what, where."),
    ({"do": "step", "step": "mail", "does": LONG}, "What happens: at most 2,000 characters."),
    ({"do": "step", "step": "mail", "does": "a\x00b"}, "What happens: one character cannot be kept. Write it anew."),
    ({"do": "step", "step": "mail", "team": "x" * 101}, "Team: at most 100 characters."),
    ({"do": "step", "step": "mail", "system": LONG}, "System: at most 100 characters."),
    (
        {"do": "step", "step": "mail", "touch": "magic"},
        "By hand: choose one of not by hand, export, file upload, copy and paste, spreadsheet clean-up, field edit,",
    ),
    *(
        ({"do": "step", "step": "mail", "minutes": wrong}, MINUTES)
        for wrong in ("abc", "1e999", "-1", "nan", "inf", "1000001", "1,5", "5 min", "\x00", LONG)
    ),
    ({"do": "step", "step": "mail", "changes": "f,".join(map(str, range(200)))}, "A step changes at most 100 fields."),
    (
        {"do": "step", "step": "mail", "changes": "x" * 201},
        "The name of a field has at most 200 characters. Put commas between the names.",
    ),
    ({"do": "add_step"}, "A step is one sentence: who does what, where."),
    ({"do": "add_step", "does": "\t \n"}, "A step is one sentence: who does what, where."),
    ({"do": "add_step", "does": LONG}, "Step: at most 2,000 characters."),
    ({"do": "add_step", "does": "Sales calls.", "after": "gone"}, NO_STEP),
    ({"do": "move"}, NOT_WHOLE),
    ({"do": "move", "step": "gone", "before": ""}, NO_STEP),
    ({"do": "move", "step": "mail", "before": "gone"}, NO_STEP),
    ({"do": "move", "step": "mail", "before": LONG}, "Before: at most 2,000 characters."),
    ({"do": "remove", "step": "gone"}, NO_STEP),
    # Hand-offs.
    ({"do": "handoff", "source": "mail"}, NOT_WHOLE),
    ({"do": "handoff", "source": "close", "target": "create", "trigger": "x"}, NO_WAY),
    ({"do": "handoff", **AT, "trigger": LONG}, "When: at most 2,000 characters."),
    (
        {"do": "handoff", **AT, "lag_days": "soon"},
        "Within, in days: write a number from 0 to 1,000,000, such as 5 or 2.5.",
    ),
    ({"do": "handoff", **AT, "owner": LONG}, "Owner: at most 100 characters."),
    ({"do": "add_handoff", "source": "mail", "target": ""}, "Write the number of the step it hands over to."),
    ({"do": "add_handoff", "source": "mail", "target": "9"}, "There is no step 9. Write a number from 1 to 4."),
    ({"do": "add_handoff", "source": "mail", "target": "0"}, "There is no step 0. Write a number from 1 to 4."),
    ({"do": "add_handoff", "source": "mail", "target": "²"}, "There is no step ². Write a number from 1 to 4."),
    ({"do": "add_handoff", "source": "gone", "target": "1"}, NO_STEP),
    ({"do": "add_handoff", "source": "mail", "target": "2"}, "A hand-off leads from one step to another."),
    ({"do": "add_handoff", **AT}, "There is a hand-off between these two steps already."),
    ({"do": "remove_handoff", "source": "close", "target": "compare"}, NO_WAY),
    # Fields and cases.
    ({"do": "field", **AT}, "Name the field that is carried, such as start date."),
    ({"do": "field", **AT, "field": LONG}, "Field: at most 200 characters."),
    ({"do": "field", **AT, "field": "a", "index": "7"}, NO_ROW),
    ({"do": "field", **AT, "field": "a", "index": "-1"}, NOT_WHOLE),
    ({"do": "field", **AT, "field": "a", "index": "1e999"}, NOT_WHOLE),
    (
        {"do": "field", **AT, "field": "a", "how": "lost"},
        "What becomes of it: choose one of as the registry says, stays as it is, is renamed, is split, is merged,",
    ),
    ({"do": "field", **AT, "field": "a", "before": LONG}, "Called before: at most 2,000 characters."),
    ({"do": "field", "source": "close", "target": "create", "field": "a"}, NO_WAY),
    ({"do": "remove_field", **AT}, NO_ROW),
    ({"do": "remove_field", **AT, "index": "99"}, NO_ROW),
    ({"do": "case", **AT, "kind": "other"}, "Say what the case is, such as: the contract ends early."),
    ({"do": "case", **AT, "kind": "odd", "when": "x"}, "Case: choose one of"),
    ({"do": "case", **AT, "kind": "other", "when": "x", "then": LONG}, "What happens: at most 2,000 characters."),
    ({"do": "case", **AT, "kind": "other", "when": "x", "decides": LONG}, "Who decides: at most 100 characters."),
    ({"do": "case", **AT, "kind": "other", "when": "x", "index": "5"}, NO_ROW),
    ({"do": "remove_case", **AT, "index": "abc"}, NOT_WHOLE),
    ({"do": "remove_case", **AT, "index": "1"}, NO_ROW),
    # The boundary.
    ({"do": "about", "name": ""}, "A boundary needs a name, such as sales to billing."),
    ({"do": "about", "name": LONG}, "Name: at most 200 characters."),
    ({"do": "about", "from": ""}, "A boundary is the line between two systems: name both."),
    ({"do": "about", "to": "crm"}, "A boundary is the line between two systems: name another one here."),
    ({"do": "about", "owner": "Nobody"}, "There is no team Nobody."),
    (
        {"do": "about", "records_per_week": "many"},
        "Records a week: write a number from 0 to 1,000,000, such as 5 or 2.5.",
    ),
    ({"do": "about", "rule": "a\x00"}, "The rule in one sentence: one character cannot be kept. Write it anew."),
    ({"do": "confirm", "confirmed": ["everything"]}, NOT_WHOLE),
    ({"do": "confirm", "confirmed": ["\x00"]}, NOT_WHOLE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sentence"), REFUSED, ids=[f"{one[0].get('do', '')!a}-{at}" for at, one in enumerate(REFUSED)]
)
def test_what_cannot_be_kept_is_said_and_nothing_changes(
    company: build.Company, story: Boundary, data: dict[str, Any], sentence: str
) -> None:
    answer = post(story, company.dana, {"seen": "1"} | data, part=len(sentence) % 2 == 0)
    assert answer.status_code == 422
    assert sentence in refusals(answer)
    assert BoundaryVersion.objects.count() == 1


ODD = (
    "",
    "abc",
    "1e999",
    "-1",
    "0",
    "3",
    "mail",
    "create",
    "refund",
    "split",
    "CRM",
    "a\x00b",
    "<b>",
    "\u202e",
    "y" * 3_000,
)
BOXES = sorted({name for form in FORMS.values() for name in (*form.base_fields, *form.said)} - {"seen"})


@pytest.mark.parametrize("do", FORMS)
def test_whatever_is_posted_is_kept_or_refused(company: build.Company, story: Boundary, do: str) -> None:
    random = Random(do)
    client = signed_in(company.dana)
    for _ in range(12):
        boxes = {name: random.choice(ODD) for name in random.sample(BOXES, random.randint(0, len(BOXES)))}
        known = {
            "do": do,
            "step": "mail",
            "source": "mail",
            "target": "create",
            "seen": random.choice(("", "0", "1", "7")),
        }
        address = f"/boundaries/{story.slug}/{random.choice(('edit', 'draw'))}/"
        answer = client.post(address, known | boxes, headers={"HX-Request": "true"})
        assert answer.status_code in {200, 409, 422}, boxes


@pytest.mark.parametrize(
    ("data", "typed"),
    [
        ({"do": "step", "step": "mail", "does": "Sales <b>.", "minutes": "soon"}, ("Sales &lt;b&gt;.", "soon")),
        ({"do": "add_step", "does": "Sales calls.", "after": ""} | {"does": "y" * 2_001}, ("y" * 2_001,)),
        ({"do": "handoff", **AT, "trigger": "a new trigger", "lag_days": "soon"}, ("a new trigger", "soon")),
        ({"do": "field", **AT, "index": "0", "field": "", "note": "my note"}, ("my note",)),
        ({"do": "field", **AT, "field": "", "note": "my note"}, ("my note",)),
        ({"do": "case", **AT, "kind": "refund", "when": "", "then": "z" * 2_001}, ("z" * 2_001,)),
        ({"do": "about", "name": "", "rule": "my rule"}, ("my rule",)),
        ({"do": "add_handoff", "source": "mail", "target": "77"}, ('value="77"',)),
    ],
)  # fmt: skip
def test_what_was_typed_stays_in_the_form(
    company: build.Company, story: Boundary, data: dict[str, Any], typed: tuple[str, ...]
) -> None:
    text = post(story, company.dana, {"seen": "1"} | data).content.decode()
    assert [one for one in typed if one not in text] == []


def test_a_refusal_inside_what_is_folded_opens_it(company: build.Company, story: Boundary) -> None:
    text = post(story, company.dana, {"do": "field", **AT, "field": ""}).content.decode()
    assert re.search(r'<details [^>]*id="handoff-mail--create-rest" [^>]*open>', text)
    text = post(story, company.dana, {"do": "about", "owner": "Nobody"}).content.decode()
    assert '<details id="map-about" open>' in text


# --- Who --------------------------------------------------------------------------------------------------------------

ADDRESSES = ("edit", "draw", "undo", "redo", "presence")


def outsiders(company: build.Company) -> list[Person]:
    """Everybody who may not draw the story, though some lead or administer."""
    lead = build.person(email="olga@example.com", name="Olga Berg", role=Role.LEAD)
    build.team(name="Operations", lead=lead)
    viewer = build.person(email="vic@example.com", name="Vic Stone", role=Role.VIEWER)
    administrator = build.person(email="ada@example.com", name="Ada Bell", role=Role.ADMINISTRATOR)
    return [lead, viewer, administrator, company.mira]


def test_who_may_not_draw_is_told_who_does(company: build.Company, story: Boundary) -> None:
    for person in outsiders(company):
        client = signed_in(person)
        answers = [client.get(f"/boundaries/{story.slug}/edit/")]
        answers += [
            client.post(f"/boundaries/{story.slug}/{one}/", {"do": "remove", "step": "mail"}) for one in ADDRESSES
        ]
        assert {one.status_code for one in answers} == {403}
        said = html.unescape(answers[0].content.decode())
        assert "sales to billing is drawn by the lead of Finance (Finn Okafor) or Sales (Dana Reyes)." in said
    assert BoundaryVersion.objects.count() == 1


def test_the_leads_of_both_sides_draw(company: build.Company, story: Boundary) -> None:
    for person in (company.dana, company.finn):
        assert signed_in(person).get(f"/boundaries/{story.slug}/edit/").status_code == 200
        assert post(story, person, {"do": "step", "step": "mail", "does": f"{person.name} mails."}).status_code == 302


def test_a_lead_draws_a_map_of_no_team_that_they_added() -> None:
    lead = build.person(email="olga@example.com", name="Olga Berg", role=Role.LEAD)
    made = defining.define(None, STORY.__class__("shop to till", "Shop", "Till"), person=lead)
    assert signed_in(lead).get(f"/boundaries/{made.slug}/edit/").status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_who_is_not_signed_in_is_sent_there(client: Any, story: Boundary, address: str) -> None:
    answer = client.post(f"/boundaries/{story.slug}/{address}/", {"do": "remove", "step": "mail"})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/sign-in/")


def test_what_is_not_there_or_removed_is_not_found(company: build.Company, story: Boundary) -> None:
    defining.remove(story, person=company.dana, reason="It is over.")
    client = signed_in(company.dana)
    for slug in ("nowhere", story.slug):
        assert client.get(f"/boundaries/{slug}/edit/").status_code == 404
        assert {client.post(f"/boundaries/{slug}/{one}/").status_code for one in ADDRESSES} == {404}


@pytest.mark.parametrize("address", ADDRESSES[1:])
def test_what_changes_or_draws_is_posted(company: build.Company, story: Boundary, address: str) -> None:
    assert signed_in(company.dana).get(f"/boundaries/{story.slug}/{address}/").status_code == 405
