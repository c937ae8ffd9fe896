"""What people do to a rule is what its table of states says: every state is reached and left, no other way."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from ownership.models import Answer, Field, OwnershipRule, RuleState, Team
from ownership.services import agreeing, claiming
from ownership.services.defining import Refused, Wanted, define
from ownership.transitions import RULE, WORKED_ON, states_before
from reconcile.management.commands.states import page
from tests import build
from tests.processes import ROOT

WAYS = {(way.before, way.after) for way in RULE}
OTHER = replace(build.STATUS, rule=replace(build.STATUS.rule, because="it is posted"))


class World:
    """One field and everything that can happen to its rule."""

    def __init__(self) -> None:
        self.made = build.company()
        self.field = build.field(person=self.made.dana)

    def _ask(self, sales_says: Team) -> None:
        asked = claiming.ask(self.field, person=self.made.dana)
        claiming.claim(asked, team=self.made.sales, owner=sales_says, why="So.", person=self.made.dana)
        claiming.claim(asked, team=self.made.finance, owner=self.made.finance, why="So.", person=self.made.finn)

    def propose(self) -> None:
        agreeing.propose(self.field, person=self.made.dana)

    def agree(self) -> None:
        agreeing.answer(self.field, team=self.made.finance, answer=Answer.AGREES, person=self.made.finn)

    def take_back(self) -> None:
        agreeing.take_back(self.field, person=self.made.dana)

    def edit(self) -> None:
        define([Wanted(self.field, OTHER)], person=self.made.dana, reason="It changes.")

    def discard(self) -> None:
        agreeing.discard(self.field, person=self.made.dana, reason="No.")

    def dispute(self) -> None:
        self._ask(self.made.sales)

    def settle(self) -> None:
        self._ask(self.made.finance)


Step = Callable[[World], None]

# A way of the table, and what leads to its beginning and then along it.
WALKS: dict[tuple[str, str], list[list[Step]]] = {
    ("draft", "proposed"): [[World.propose]],
    ("proposed", "draft"): [[World.propose, World.take_back], [World.propose, World.edit]],
    ("proposed", "agreed"): [[World.propose, World.agree]],
    ("draft", "disputed"): [[World.dispute]],
    ("proposed", "disputed"): [[World.propose, World.dispute]],
    ("disputed", "draft"): [[World.dispute, World.settle]],
    ("disputed", "proposed"): [[World.dispute, World.edit, World.propose]],
    ("agreed", "superseded"): [[World.propose, World.agree, World.edit, World.propose, World.agree]],
    ("draft", "discarded"): [[World.discard]],
    ("proposed", "discarded"): [[World.propose, World.discard]],
    ("disputed", "discarded"): [[World.dispute, World.discard]],
}


def test_every_way_of_the_table_is_walked_here() -> None:
    assert set(WALKS) == WAYS


def test_every_state_is_reached_and_every_one_that_is_not_an_end_is_left() -> None:
    assert {before for before, _ in WAYS} | {after for _, after in WAYS} == set(RuleState.values)
    assert {after for _, after in WAYS} == set(RuleState.values)
    assert {before for before, _ in WAYS} == {*WORKED_ON, "agreed"}


@pytest.mark.django_db
@pytest.mark.parametrize(("way", "steps"), [(way, steps) for way, walks in WALKS.items() for steps in walks])
def test_each_way_is_walked_by_what_people_do(way: tuple[str, str], steps: list[Step]) -> None:
    world = World()
    for step in steps:
        step(world)
    assert way in walked(world.field)


@pytest.mark.django_db
@pytest.mark.parametrize("steps", [steps for walks in WALKS.values() for steps in walks])
def test_no_way_is_walked_that_is_not_in_the_table(steps: list[Step]) -> None:
    world = World()
    for step in steps:
        step(world)
    assert walked(world.field) <= WAYS


def walked(field: Field) -> set[tuple[str, str]]:
    """The ways that the history of the rules of ``field`` shows."""
    ways = set()
    for rule in OwnershipRule.objects.filter(field=field):
        states = list(rule.history.order_by("history_id").values_list("state", flat=True))
        ways |= {(before, after) for before, after in pairwise(states) if before != after}
    return ways


@pytest.mark.django_db
@pytest.mark.parametrize("after", RuleState)
@pytest.mark.parametrize("before", RuleState)
def test_nothing_moves_but_by_the_table(before: RuleState, after: RuleState) -> None:
    build.company()
    rule = OwnershipRule.objects.get(field=build.field())
    OwnershipRule.objects.filter(pk=rule.pk).update(state=before)
    rule.refresh_from_db()
    if (before, after) in WAYS:
        agreeing.move(rule, after, "A test.")
    else:
        with pytest.raises(Refused):
            agreeing.move(rule, after, "A test.")
    rule.refresh_from_db()
    assert rule.state == (after if (before, after) in WAYS else before)


def test_states_before_says_where_one_comes_from() -> None:
    assert set(states_before(RULE, "discarded")) == set(WORKED_ON)
    assert states_before(RULE, "agreed") == ("proposed",)


def test_the_drawing_is_the_table() -> None:
    assert (ROOT / "docs" / "states.md").read_text() == page() + "\n", "./run manage states > docs/states.md"
