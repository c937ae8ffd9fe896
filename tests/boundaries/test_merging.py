"""Laws of putting two people's changes of a map together."""

from hypothesis import given
from hypothesis import strategies as some

from boundaries import operations
from boundaries.definitions import Map, Step
from boundaries.services.editing import merge
from tests.boundaries.any_map import maps


def as_said(said: Map) -> tuple[object, ...]:
    """All that a map says; the order in which its hand-offs are listed says nothing."""
    return said.steps, {one.ends: one for one in said.handoffs}, said.trigger, said.confirmed, said.observed


@given(maps(), maps())
def test_where_only_one_changed_something_it_is_what_they_made_of_it(base: Map, changed: Map) -> None:
    for mine, theirs in ((changed, base), (base, changed), (changed, changed)):
        merged, clashes = merge(base, mine, theirs)
        assert (as_said(merged), clashes) == (as_said(changed), ())


@given(maps(), some.text(min_size=1, max_size=20), some.text(min_size=1, max_size=20))
def test_two_who_change_different_boxes_do_not_clash_and_it_does_not_matter_who_was_first(
    base: Map, does: str, trigger: str
) -> None:
    base = operations.add_step(base, Step("here", "Sales calls."))
    one = operations.change_step(base, "here", does=f"Sales {does}")
    other = operations.change_about(operations.change_step(base, "here", system="CRM"), trigger=trigger)
    merged, clashes = merge(base, one, other)
    again, none = merge(base, other, one)
    assert clashes == none == ()
    assert as_said(merged) == as_said(again)
    assert merged.steps[-1] == Step("here", f"Sales {does}", system="CRM")
