"""A map goes into rows and comes out as it was; each change is one version."""

from dataclasses import replace

import pytest

from boundaries.definitions import Case, Map, Observed, Step
from boundaries.models import Boundary, BoundaryVersion
from boundaries.queries import maps, versions
from boundaries.services import checking, defining, editing
from tests import build
from tests.boundaries.worlds import EMPTY, STORY, long

pytestmark = pytest.mark.django_db


def again(boundary: Boundary) -> Map:
    return maps.definition(maps.whole(Boundary.objects.filter(pk=boundary.pk)).get())


@pytest.mark.parametrize("said", [EMPTY, replace(STORY, owner=""), replace(long(), owner="")])
def test_a_map_comes_out_of_the_rows_as_it_went_in(said: Map) -> None:
    made = defining.define(None, said, person=None)
    assert again(made) == said
    assert Map.from_json(said.to_json()) == said


def test_names_the_registry_knows_are_tied_to_it() -> None:
    there = build.company()
    build.field()
    made = defining.define(None, STORY, person=there.dana)
    assert {step.team for step in made.steps.all()} == {there.sales, there.finance}
    carried = made.handoffs.all()[1].fields.all()[1]
    assert carried.field is not None
    carried.field.name = "state of the invoice"
    carried.field.save()
    assert again(made).handoffs[1].fields[1].field == "state of the invoice"


def test_what_is_there_already_is_not_written_again() -> None:
    build.company()
    made = defining.define(None, STORY, person=None)
    before = made.history.count(), BoundaryVersion.objects.count()
    defining.define(made, STORY, person=None)
    assert (made.history.count(), BoundaryVersion.objects.count()) == before


def test_removing_a_step_removes_its_hand_offs() -> None:
    build.company()
    made = defining.define(None, STORY, person=None)
    wanted = replace(STORY, steps=STORY.steps[:3], handoffs=STORY.handoffs[:2])
    assert maps.definition(defining.define(made, wanted, person=None)) == wanted


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (replace(EMPTY, name=" "), "A boundary needs a name, such as sales to billing."),
        (replace(EMPTY, source=""), "A boundary is the line between two systems: name both."),
        (replace(EMPTY, target="crm"), "A boundary is the line between two systems: name another one here."),
        (replace(EMPTY, owner="Nobody"), "There is no team Nobody."),
        (replace(EMPTY, records_per_week=float("nan")), "Write a number from 0 to 1,000,000."),
        (replace(EMPTY, observed=(Observed(" "),)), "Say in one sentence what was seen."),
        (replace(EMPTY, steps=(Step("a b", "x"),)), "The id of a step has at most 60 letters, digits, - and _."),
        (replace(EMPTY, steps=(Step("a", "x"), Step("a", "y"))), "There are two steps with the id a."),
        (replace(STORY, handoffs=(replace(STORY.handoffs[0], target="gone"),)), "There is no step gone."),
        (
            replace(STORY, handoffs=(replace(STORY.handoffs[0], cases=(Case("x", kind="odd"),)),)),
            "odd is none of missing, unsigned, date, refund, merge, other.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(said: Map, sentence: str) -> None:
    with pytest.raises(checking.Refused) as refused:
        defining.define(None, replace(said, owner=said.owner if said.owner == "Nobody" else ""), person=None)
    assert refused.value.sentence == sentence
    assert not Boundary.objects.exists()


def test_two_people_change_different_parts_and_both_stay() -> None:
    there = build.company()
    made = defining.define(None, STORY, person=there.dana)
    seen = versions.latest(made)
    editing.edit(made, lambda said: replace(said, trigger="signed"), seen=seen, person=there.dana)
    mended = replace(STORY.steps[0], does="Sales rep closes the deal.")
    after = editing.edit(made, lambda said: said.with_step(mended), seen=seen, person=there.finn)
    assert (maps.definition(after).trigger, maps.definition(after).steps[0]) == ("signed", mended)


def test_the_same_part_changed_twice_is_not_overwritten() -> None:
    there = build.company()
    made = defining.define(None, STORY, person=there.dana)
    editing.edit(made, lambda said: replace(said, trigger="signed"), seen=1, person=there.dana)
    with pytest.raises(editing.Clash) as clash:
        editing.edit(made, lambda said: replace(said, trigger="paid"), seen=1, person=there.finn)
    assert (clash.value.parts, clash.value.version.by_name) == (("trigger",), there.dana.name)
    assert again(made).trigger == "signed"


def test_undo_takes_back_ones_own_change_and_redo_makes_it_again() -> None:
    there = build.company()
    made = defining.define(None, STORY, person=there.dana)
    editing.edit(made, lambda said: replace(said, trigger="first"), seen=0, person=there.dana)
    editing.edit(made, lambda said: replace(said, rule="theirs"), seen=0, person=there.finn)
    editing.edit(made, lambda said: replace(said, trigger="second"), seen=0, person=there.dana)
    said = [maps.definition(editing.undo(made, person=there.dana)) for _ in range(2)]
    assert [(one.trigger, one.rule) for one in said] == [("first", "theirs"), (STORY.trigger, "theirs")]
    with pytest.raises(checking.Refused, match="nothing of yours to undo"):
        editing.undo(made, person=there.dana)
    assert maps.definition(editing.redo(made, person=there.dana)).trigger == "first"


def test_steps_added_by_two_people_are_both_there_in_order() -> None:
    there = build.company()
    made = defining.define(None, STORY, person=there.dana)
    one, other = Step("x", "Sales calls finance."), Step("y", "Finance asks sales.")
    editing.edit(made, lambda said: replace(said, steps=(one, *said.steps)), seen=1, person=there.dana)
    after = editing.edit(made, lambda said: replace(said, steps=(*said.steps, other)), seen=1, person=there.finn)
    assert [step.id for step in maps.definition(after).steps] == ["x", "close", "mail", "create", "compare", "y"]
