"""What is folded of a hand-off stands on the page while the hand-off is open, and whenever something typed in it is."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from boundaries.models import Boundary
from boundaries.services import defining
from ownership.models import Person
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db

AT = {"source": "mail", "target": "create"}
LONG = "x" * 3_000


@pytest.fixture
def company() -> build.Company:
    return build.company()


@pytest.fixture
def story(company: build.Company) -> Boundary:
    return defining.define(None, STORY, person=company.dana)


def get(boundary: Boundary, person: Person, *asked: str, part: bool = False) -> str:
    headers = {"HX-Request": "true"} if part else {}
    answer = signed_in(person).get(f"/boundaries/{boundary.slug}/edit/", {"open": asked}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def post(boundary: Boundary, person: Person, data: dict[str, Any], *, part: bool = False, page: str = "edit") -> Any:
    headers = {"HX-Request": "true"} if part else {}
    return signed_in(person).post(f"/boundaries/{boundary.slug}/{page}/", {"seen": 1} | data, headers=headers)


def opened(text: str) -> list[str]:
    """Return the hand-offs that are open, all of which have their insides; no other has."""
    rests = re.findall(r'<details [^>]*data-rest="([^"]*)"[^>]*? (open)?>(.*?)</details>', text, re.DOTALL)
    assert [ends for ends, is_open, inside in rests if is_open or "edit-handoff-more" in inside] == [
        ends for ends, is_open, inside in rests if is_open and 'class="edit-case-form"' in inside
    ]
    return [ends for ends, is_open, _ in rests if is_open]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((), []),
        (("mail create",), ["mail create"]),
        (("create compare", "close mail"), ["close mail", "create compare"]),
        (("mail create", "mail create", "gone away"), ["mail create"]),
        (("", "mail", "create mail", " mail create", "a\x00b", "<b>", "handoff mail create", LONG), []),
    ],
)
@pytest.mark.parametrize("part", [True, False])
def test_the_insides_of_a_hand_off_stand_on_the_page_while_it_is_open(
    company: build.Company,
    story: Boundary,
    asked: tuple[str, ...],
    expected: list[str],
    part: bool,  # noqa: FBT001
) -> None:
    assert opened(get(story, company.dana, *asked, part=part)) == expected
    answer = post(story, company.dana, {"do": "about", "rule": "A rule.", "open": asked}, part=True)
    assert (answer.status_code, opened(answer.content.decode())) == (200, expected)


def test_what_is_folded_is_summed_up_whether_it_is_open_or_not(company: build.Company, story: Boundary) -> None:
    summary = re.compile(r"<summary>(2 fields.*?)</summary>")
    closed, whole = (summary.findall(get(story, company.dana, *asked)) for asked in ((), ("mail create",)))
    assert closed == whole == ["2 fields · <strong>4 undecided</strong> · Finance owns it"]


def test_without_scripts_a_link_opens_it_and_what_is_kept_in_it_leads_back_into_it(
    company: build.Company, story: Boundary
) -> None:
    links = re.findall(r'<a href="([^"]*)">Fields and awkward cases</a>', get(story, company.dana))
    link = html.unescape(links[1])
    assert link == f"/boundaries/{story.slug}/edit/?open=mail+create#edit-handoff-mail--create"
    client = signed_in(company.dana)
    assert opened(client.get(link.partition("#")[0]).content.decode()) == ["mail create"]
    answer = post(story, company.dana, {"do": "case", **AT, "kind": "refund", "then": "Finance pays it back."})
    page = client.get(answer.headers["Location"].partition("#")[0]).content.decode()
    assert opened(page) == ["mail create"]
    assert "Finance pays it back." in page


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"do": "field", **AT, "field": "", "note": "my note"}, "my note"),
    ({"do": "field", **AT, "index": "1", "field": "", "note": "my note"}, "my note"),
    ({"do": "remove_field", **AT, "index": "1", "seen": "abc"}, "This page was not whole."),
    ({"do": "case", **AT, "kind": "unsigned", "then": LONG}, LONG),
    ({"do": "case", **AT, "kind": "other", "then": "my words"}, "my words"),
    ({"do": "handoff", **AT, "owner": "y" * 101}, "y" * 101),
]


@pytest.mark.parametrize(("data", "typed"), REFUSED, ids=[f"{one[0]['do']}-{at}" for at, one in enumerate(REFUSED)])
@pytest.mark.parametrize("part", [True, False])
def test_what_is_refused_in_a_hand_off_opens_it_with_what_was_typed(
    company: build.Company,
    story: Boundary,
    data: dict[str, str],
    typed: str,
    part: bool,  # noqa: FBT001
) -> None:
    answer = post(story, company.dana, data | {"open": "close mail"}, part=part)
    text = answer.content.decode()
    assert (answer.status_code, opened(text)) == (422, ["close mail", "mail create"])
    folded = re.split(r'<div class="edit-handoff-more" id="handoff-(?:close--mail|mail--create)-more">', text)[2]
    assert typed in folded.partition("</details>")[0]
    assert folded.partition("</details>")[0].count('role="alert"') == 1


CLASHES: list[tuple[dict[str, str], str]] = [
    ({"do": "field", **AT, "index": "0", "field": "start date", "note": "{}"}, "note"),
    ({"do": "case", **AT, "kind": "refund", "then": "{}"}, "then"),
    ({"do": "handoff", **AT, "owner": "{}"}, "owner"),
]


@pytest.mark.parametrize(("data", "box"), CLASHES, ids=[one[1] for one in CLASHES])
def test_a_clash_in_a_hand_off_opens_it_and_keep_mine_keeps_it(
    company: build.Company, story: Boundary, data: dict[str, str], box: str
) -> None:
    post(story, company.finn, data | {box: "theirs"})
    answer = post(story, company.dana, data | {box: "mine"})
    text = answer.content.decode()
    assert (answer.status_code, opened(text)) == (409, ["mail create"])
    form = next(one for one in re.findall(r"<form.*?</form>", text, re.DOTALL) if 'class="clash"' in one)
    sent = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]*value="([^"]*)"', form))
    assert sent[box] == "mine"
    assert post(story, company.dana, data | sent).status_code == 302


def test_what_stands_on_the_line_of_a_hand_off_is_refused_there(company: build.Company, story: Boundary) -> None:
    answer = post(story, company.dana, {"do": "handoff", **AT, "trigger": "x", "lag_days": "soon"})
    assert (answer.status_code, opened(answer.content.decode())) == (422, [])


def test_undoing_leaves_open_what_is_open(company: build.Company, story: Boundary) -> None:
    post(story, company.dana, {"do": "about", "rule": "Another rule."})
    answer = post(story, company.dana, {"open": "mail create"}, part=True, page="undo")
    assert (answer.status_code, opened(answer.content.decode())) == (200, ["mail create"])


def test_an_answer_does_not_grow_with_what_is_folded(company: build.Company) -> None:
    made = defining.define(None, replace(long(40), owner="Sales"), person=company.dana)
    assert len(get(made, company.dana, part=True)) < 600_000


def test_of_an_empty_map_nothing_is_said_to_be_right(company: build.Company, story: Boundary) -> None:
    empty = defining.define(None, replace(EMPTY, name="nothing yet", owner="Sales"), person=company.dana)
    right = ("Nothing is wrong with what is drawn", "Every awkward case that is asked is decided")
    drawn = signed_in(company.dana).get(f"/boundaries/{empty.slug}/").content.decode()
    assert [one for one in right if one in get(empty, company.dana) or one in drawn] == []
    assert "undecided</h2>" in get(story, company.dana)
