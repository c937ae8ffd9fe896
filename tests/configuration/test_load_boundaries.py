"""``manage.py load`` and ``dump`` of boundaries: a map goes in whole or not at all, and comes out as it was."""

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from boundaries.definitions import Map
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps
from boundaries.services import defining
from ownership.models import System, Team
from reconcile.checks.comparing import Comparing
from reconcile.checks.models import Check
from reconcile.configuration.applying import apply
from reconcile.configuration.dumping import dump
from reconcile.configuration.reading import parsed
from reconcile.configuration.refusals import Refused
from reconcile.configuration.shape import wanted
from tests import build
from tests.boundaries import any_map
from tests.boundaries.worlds import EMPTY, STORY, long

pytestmark = pytest.mark.django_db

HOUSE = """
teams: [{name: Sales}, {name: Finance}]
systems: [{name: CRM}, {name: Billing}]
"""
FILE = f"""{HOUSE}
boundaries:
  - name: sales to billing
    from: CRM
    to: Billing
    owner: Sales
    trigger: order form signed
    steps:
      - {{id: close, team: Sales, system: CRM, does: Sales rep moves the deal to closed won.}}
      - {{id: mail, team: Partners, does: A partner mails the form., touch: inbox, minutes: 5, times_per_week: 12}}
      - {{does: Finance creates the customer., team: finance, system: billing, changes: [start date]}}
    handoffs:
      - {{from: close, to: mail, trigger: deal closed, expected_lag_days: 0}}
      - from: mail
        to: step-3
        owner: Partners
        fields:
          - {{field: start date, how: renamed, before: start_date, after: [ServiceStart]}}
        cases:
          - {{when: the start date is missing, then: Finance asks., decides: FINANCE}}
          - {{kind: refund, never: true}}
    confirmed: [touches, field_changes]
    observed:
      - {{sentence: Invoice 1842 is paid in one and open in the other., kind: missed event, seen_on: 20260503}}
"""


def load(text: str, *only: str) -> tuple[int, int, int]:
    """Load ``text`` and return how many entries were added, changed, unchanged."""
    done = apply(wanted(parsed(text.encode(), "house.yaml"), only), reason="Loaded from house.yaml.")
    return done.added, done.changed, done.unchanged


def the_map(name: str = "sales to billing") -> Map:
    return maps.definition(maps.whole().get(name=name))


def test_everything_in_the_file_is_on_the_map_afterwards() -> None:
    assert load(FILE) == (5, 0, 0)
    said = the_map()
    assert [(one.id, one.team, one.system) for one in said.steps] == [
        ("close", "Sales", "CRM"),
        ("mail", "Partners", ""),
        ("step-3", "Finance", "Billing"),
    ]
    assert said.handoffs[0].lag_days == 0
    assert said.handoffs[1].fields[0].before == ("start_date",)
    assert [(one.decides, one.kind, one.never) for one in said.handoffs[1].cases] == [
        ("Finance", "other", False),
        ("", "refund", True),
    ]
    assert said.confirmed == ("field_changes", "touches")
    assert said.observed[0].seen_on == "2026-05-03"
    assert BoundaryVersion.objects.get().reason == "Loaded from house.yaml."


def test_a_second_load_changes_nothing_and_writes_no_version() -> None:
    load(FILE)
    assert load(FILE) == (0, 0, 5)
    assert BoundaryVersion.objects.count() == 1


def test_what_the_file_does_not_say_stays_as_it_is_and_what_is_empty_is_emptied() -> None:
    load(FILE)
    assert load("boundaries: [{name: Sales to Billing, trigger: , rule: Signed is billable.}]") == (0, 1, 0)
    said = the_map()
    assert (said.trigger, said.rule, len(said.steps), len(said.handoffs)) == ("", "Signed is billable.", 3, 2)
    load("boundaries: [{name: sales to billing, steps: , handoffs: , confirmed: }]")
    assert (the_map().steps, the_map().handoffs, the_map().confirmed) == ((), (), ())


def test_a_step_that_is_left_out_takes_no_hand_off_with_it_unsaid() -> None:
    load(FILE)
    with pytest.raises(
        Refused, match=r"^boundaries\[0\]\.steps: the step mail is left out, and a hand-off leads to it"
    ):
        load("boundaries: [{name: sales to billing, steps: [{id: close}]}]")


def test_a_lane_of_no_team_becomes_the_teams_once_there_is_one() -> None:
    load(FILE)
    build.team(name="PARTNERS")
    assert load(FILE) == (0, 1, 4)
    assert the_map().steps[1].team == "PARTNERS"
    assert load(FILE) == (0, 0, 5)


def test_fields_are_tied_to_the_registry_by_any_case() -> None:
    build.company()
    build.field()
    load(FILE.replace("start date, how: renamed", "Billing STATUS, how: renamed"))
    assert the_map().handoffs[1].fields[0].field == "billing status"
    carried = maps.whole().get().handoffs.all()[1].fields.all()[0]
    assert carried.field is not None


def test_a_boundary_of_the_example_is_ones_own_once_written_down() -> None:
    load(FILE)
    Boundary.objects.update(is_demo=True)
    assert load(FILE) == (0, 1, 4)
    assert not Boundary.objects.get().is_demo


def test_a_removed_boundary_stays_removed_beside_one_of_its_name() -> None:
    load(FILE)
    defining.remove(Boundary.objects.get(), person=None, reason="A test needs it.")
    assert load(FILE) == (1, 0, 4)
    assert Boundary.objects.count() == 2


def a_boundary(said: str) -> str:
    return f"boundaries: [{{name: a, from: CRM, to: Billing, {said}}}]"


def steps(said: str) -> str:
    return a_boundary(f"steps: [{{id: one}}, {said}]")


def handoff(said: str) -> str:
    return a_boundary(f"steps: [{{id: one}}, {{id: two}}], handoffs: [{said}]")


PLACES = [
    ("boundaries: {name: a}", "boundaries: write a list here."),
    ("boundaries: [a]", "boundaries[0]: write keys and values here: name, from"),
    ("boundaries: [{from: CRM}]", "boundaries[0]: the key name is missing."),
    ("boundaries: [{name: a}]", "boundaries[0]: the key from is missing: a new boundary names two systems."),
    ("boundaries: [{name: a, from: CRM, to: }]", "boundaries[0].to: write a text here."),
    ("boundaries: [{name: a, from: CRM, to: crm}]", "boundaries[0].to: a boundary is the line between two systems"),
    ("boundaries: [{name: a, from: X, to: CRM}]", "boundaries[0].from: there is no system X; add it to systems."),
    (f"boundaries: [{{name: {'a' * 201}}}]", "boundaries[0].name: this has 201 characters; at most 200 are taken."),
    (
        "boundaries: [{name: a, from: CRM, to: Billing}, {name: A, from: CRM, to: Billing}]",
        "boundaries[1]: A is at boundaries[0] already.",
    ),
    (a_boundary("owner: X"), "boundaries[0].owner: there is no team X; add it to teams."),
    (a_boundary("colour: red"), "boundaries[0].colour: there is no such key; there are name, from"),
    (a_boundary("rule: [a]"), "boundaries[0].rule: write a text here."),
    (a_boundary("records_per_week: lots"), "boundaries[0].records_per_week: write a number here"),
    (a_boundary("minutes_available: 1000001"), "boundaries[0].minutes_available: 1000001 is too much"),
    (a_boundary("confirmed: [all]"), "boundaries[0].confirmed[0]: write one of field_changes, touches"),
    (a_boundary("confirmed: touches"), "boundaries[0].confirmed: write a list here."),
    (a_boundary("observed: [{kind: timing}]"), "boundaries[0].observed[0]: the key sentence is missing."),
    (a_boundary("observed: [{sentence: x, seen_on: soon}]"), "boundaries[0].observed[0].seen_on: write a day here"),
    (a_boundary("observed: [{sentence: x, kind: bad}]"), "boundaries[0].observed[0].kind: write one of timing"),
    (a_boundary("steps: {id: one}"), "boundaries[0].steps: write a list here."),
    (a_boundary("steps: [one]"), "boundaries[0].steps[0]: write keys and values here"),
    (a_boundary(f"steps: [{', '.join(['{}'] * 201)}]"), "boundaries[0].steps[200]: a map has at most 200 steps."),
    (steps("{id: two words}"), "boundaries[0].steps[1].id: write 1 to 60 letters"),
    (steps("{id: [a]}"), "boundaries[0].steps[1].id: write 1 to 60 letters"),
    (steps("{id: one}"), "boundaries[0].steps[1].id: there is a step one at boundaries[0].steps[0] already."),
    (a_boundary("steps: [{id: step-2}, {}]"), "boundaries[0].steps[1]: there is a step step-2 at"),
    (
        steps("{does: Sales calls, then writes}"),
        "boundaries[0].steps[1].then writes: there is no such key; there are id, ",
    ),
    (steps("{touch: fax}"), "boundaries[0].steps[1].touch: write one of export, upload"),
    (steps("{touch: [inbox]}"), "boundaries[0].steps[1].touch: write one of export, upload"),
    (steps("{minutes: five}"), "boundaries[0].steps[1].minutes: write a number here"),
    (steps("{minutes: -5}"), "boundaries[0].steps[1].minutes: write a number here"),
    (steps("{minutes: .inf}"), "boundaries[0].steps[1].minutes: write a number here"),
    (steps("{system: Sheet}"), "boundaries[0].steps[1].system: there is no system Sheet; add it to systems."),
    (steps("{team: {name: Sales}}"), "boundaries[0].steps[1].team: write a text here."),
    (steps(f"{{team: {'x' * 101}}}"), "boundaries[0].steps[1].team: this has 101 characters"),
    (steps("{changes: [x, ]}").replace("[x, ]", "[x, '']"), "boundaries[0].steps[1].changes[1]: write a text here."),
    (steps("{does: {a: b}}"), "boundaries[0].steps[1].does: write a text here."),
    (handoff("{from: one}"), "boundaries[0].handoffs[0]: the key to is missing."),
    (handoff("{from: x, to: two}"), "boundaries[0].handoffs[0].from: there is no step x."),
    (handoff("{from: one, to: x}"), "boundaries[0].handoffs[0].to: there is no step x."),
    (handoff("{from: one, to: one}"), "boundaries[0].handoffs[0].to: a hand-off leads from one step to another."),
    (
        handoff("{from: one, to: two}, {from: one, to: two}"),
        "boundaries[0].handoffs[1]: there is a hand-off from one to two at boundaries[0].handoffs[0] already.",
    ),
    (handoff("{from: one, to: two, lag: 3}"), "boundaries[0].handoffs[0].lag: there is no such key"),
    (
        handoff("{from: one, to: two, fields: [{how: kept}]}"),
        "boundaries[0].handoffs[0].fields[0]: the key field is missing.",
    ),
    (
        handoff("{from: one, to: two, fields: [{field: x, how: moved}]}"),
        "boundaries[0].handoffs[0].fields[0].how: write one of kept, renamed",
    ),
    (
        handoff("{from: one, to: two, fields: [{field: x, before: {a: b}}]}"),
        "boundaries[0].handoffs[0].fields[0].before: write a list here.",
    ),
    (
        handoff("{from: one, to: two, cases: [{never: no}]}"),
        "boundaries[0].handoffs[0].cases[0].never: write one of true, false.",
    ),
    (
        handoff("{from: one, to: two, cases: [{kind: rain}]}"),
        "boundaries[0].handoffs[0].cases[0].kind: write one of missing",
    ),
    ("checks: [{name: a, boundary: b}]", "checks[0].boundary: there is no boundary b; add it to boundaries."),
    (a_boundary('rule: "a\\ud800"'), "house.yaml, line 4: this holds half a character, which no text here may."),
    (a_boundary('rule: "\\UFFFFFFFF"'), "house.yaml: this is not YAML: it names a character that there is not."),
]


@pytest.mark.parametrize(("text", "sentence"), PLACES, ids=[sentence[:50] for _, sentence in PLACES])
def test_what_is_wrong_is_refused_whole_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        load(f"{HOUSE}{text}")
    assert str(refused.value).startswith(sentence)
    assert not any(model._default_manager.exists() for model in (Team, System, Boundary))


@pytest.mark.parametrize("words", ["no", "yes", "007", "2026-05-03", "1e3", "null and void", "~x", "0x10"])
def test_words_stay_words(words: str) -> None:
    load(HOUSE + steps(f"{{does: {words}, team: {words}}}"))
    assert (the_map("a").steps[1].does, the_map("a").steps[1].team) == (words, words)


def test_a_comma_that_ended_a_text_too_early_is_explained() -> None:
    with pytest.raises(Refused, match=r"Within { } a text with a comma in it stands in quotes\.$"):
        load(HOUSE + steps("{does: Sales calls, then writes}"))


# --- Checks at a boundary ---------------------------------------------------------------------------------------------


CHECK = "checks: [{name: weekly, boundary: Sales to billing, left: {system: CRM}, right: {system: Billing}}]"


def test_a_check_stands_at_the_boundary_it_names() -> None:
    load(f"{FILE}{CHECK}")
    check = Check.objects.get()
    assert check.boundary == Boundary.objects.get()
    assert load(f"{FILE}{CHECK}") == (0, 0, 6)
    assert "boundary: sales to billing" in dump().split("checks:")[1]
    load("checks: [{name: weekly, boundary: }]")
    check.refresh_from_db()
    assert check.boundary is None


def test_a_check_without_its_boundary_is_loaded_where_boundaries_are_left_out() -> None:
    done = apply(wanted(parsed(f"{FILE}{CHECK}".encode(), "house.yaml"), ("systems", "checks")), reason="")
    assert (done.added, done.left_out) == (3, ("checks[0].boundary",))


def test_where_boundaries_are_left_out_a_check_still_finds_one_that_is_there() -> None:
    load(FILE)
    done = apply(wanted(parsed(f"{FILE}{CHECK}".encode(), "house.yaml"), ("checks",)), reason="")
    assert (done.added, done.left_out) == (1, ())
    assert Check.objects.get().boundary == Boundary.objects.get()


def test_the_dump_says_nothing_of_a_boundary_that_was_removed() -> None:
    load(f"{FILE}{CHECK}")
    defining.remove(Boundary.objects.get(), person=None, reason="A test needs it.")
    written = dump()
    assert "boundar" not in written
    load(written)
    assert Check.objects.get().boundary is not None


# --- Both ways --------------------------------------------------------------------------------------------------------


def forget_everything() -> None:
    for model in (Check, Boundary, System, Team):
        model._default_manager.all().delete()


class _Undone(Exception):
    """Ends a transaction without a trace."""


def goes_both_ways(said: Map, teams: tuple[str, ...]) -> None:
    with contextlib.suppress(_Undone), transaction.atomic():
        for name in teams:
            build.team(name=name)
        defining.define(None, said, person=None)
        written, versions = dump(), BoundaryVersion.objects.count()
        there = the_map(said.name)
        assert there == said
        load(written)
        assert BoundaryVersion.objects.count() == versions
        forget_everything()
        load(written)
        assert dump() == written
        assert the_map(said.name) == there
        raise _Undone


@pytest.mark.parametrize("said", [EMPTY, STORY, replace(long(), owner="")])
def test_the_maps_of_the_tests_are_loaded_as_they_were_dumped(said: Map) -> None:
    goes_both_ways(said, ("Sales", "Finance"))


@hypothesis_settings(deadline=None, max_examples=60)
@given(said=any_map.maps())
def test_any_map_is_loaded_as_it_was_dumped(said: Map) -> None:
    goes_both_ways(said, any_map.TEAMS)


def test_names_that_differ_in_case_alone_are_kept_apart() -> None:
    build.system(name="crm")
    load(FILE)
    build.team(name="sales")
    written, versions = dump(), BoundaryVersion.objects.count()
    load(written)
    assert BoundaryVersion.objects.count() == versions
    assert (the_map().source, the_map().owner, the_map().steps[0].team) == ("CRM", "Sales", "Sales")


def test_nothing_of_the_example_is_dumped_but_what_ones_own_check_stands_at() -> None:
    load(FILE)
    for model in (Team, System, Boundary):
        model._default_manager.update(is_demo=True)
    assert dump() == "{}\n"
    crm, billing = System.objects.get(name="CRM"), System.objects.get(name="Billing")
    Check.objects.create(
        name="mine",
        left_system=crm,
        right_system=billing,
        boundary=Boundary.objects.get(),
        comparing_data=Comparing().to_json(),
    )
    written = dump()
    forget_everything()
    load(written)
    assert Check.objects.get().boundary == Boundary.objects.get()
    assert set(Team.objects.values_list("name", flat=True)) == {"Sales", "Finance"}


def test_the_map_in_the_documentation_is_loaded() -> None:
    text = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    section = text.split("```yaml")[1].split("```")[0].split("boundaries:", 1)[1].split("checks:")[0]
    assert load(f"{HOUSE}boundaries:{section}") == (5, 0, 0)
    said = the_map()
    assert all(getattr(said, one) for one in Map.__dataclass_fields__)


@pytest.mark.shared
def test_the_example_of_the_contract_is_loaded_whole(shared_data: Path) -> None:
    text = (shared_data.parent / "example.yaml").read_text()
    assert load(text) == (10, 0, 0)
    assert load(text) == (0, 0, 10)
    assert Check.objects.get().boundary == Boundary.objects.get()
    before = dump()
    load(before)
    assert dump() == before
