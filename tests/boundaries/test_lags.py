"""How long a field or a record may take from one system to the other, by the hand-offs of a map."""

from dataclasses import replace

from boundaries.definitions import Carried, Handoff, Map, Step
from boundaries.findings import lags
from tests.boundaries.worlds import EMPTY, STORY

PLAN = (Carried("plan"),)


def drawn(*handoffs: Handoff) -> Map:
    """A map whose steps are named by where they are: in the CRM, in no system, in Billing, elsewhere."""
    systems = {"crm1": "CRM", "crm2": "CRM", "mail": "", "billing1": "Billing", "billing2": "Billing", "tax": "Tax"}
    steps = tuple(Step(name, f"Somebody works at {name}.", system=system) for name, system in systems.items())
    return replace(EMPTY, steps=steps, handoffs=handoffs)


def days_of(said: Map, *names: str, source: str = "CRM", target: str = "Billing") -> float | None:
    found = lags.of_field(said, names, source, target)
    return found.days if found else None


def test_the_lag_of_a_field_is_that_of_the_hand_off_that_carries_it() -> None:
    assert days_of(STORY, "start date") == 3.0
    assert days_of(STORY, "Start Date ") == 3.0
    assert days_of(STORY, "plan") is None


def test_a_renamed_field_is_found_by_either_of_its_names() -> None:
    assert days_of(STORY, "when it begins", "start_date") == 3.0
    assert days_of(STORY, "when it begins", "servicestart") == 3.0


def test_hand_offs_along_the_way_add_up() -> None:
    said = drawn(Handoff("crm1", "mail", "", 1.0, fields=PLAN), Handoff("mail", "billing1", "", 2.5, fields=PLAN))
    found = lags.of_field(said, ["plan"], "CRM", "Billing")
    assert found is not None
    assert (found.days, len(found.handoffs), found.unsaid) == (3.5, 2, 0)
    assert lags.told(said, found) == "the hand-offs along steps 1, 3 and 4 of sales to billing"


def test_of_two_ways_the_longer_counts() -> None:
    said = drawn(
        Handoff("crm1", "billing1", "", 1.0, fields=PLAN),
        Handoff("crm1", "mail", "", 2.0, fields=PLAN),
        Handoff("mail", "billing1", "", 3.0, fields=PLAN),
    )
    assert days_of(said, "plan") == 5.0


def test_what_lies_before_the_first_system_and_after_the_other_delays_nothing() -> None:
    said = drawn(
        Handoff("mail", "crm1", "", 9.0, fields=PLAN),
        Handoff("crm1", "billing1", "", 2.0, fields=PLAN),
        Handoff("billing1", "billing2", "", 9.0, fields=PLAN),
        Handoff("billing2", "tax", "", 9.0, fields=PLAN),
        Handoff("crm1", "tax", "", 9.0, fields=PLAN),
    )
    assert days_of(said, "plan") == 2.0


def test_a_field_that_goes_the_other_way_has_the_lag_of_that_way() -> None:
    said = drawn(Handoff("crm1", "billing1", "", 2.0, fields=PLAN), Handoff("billing1", "crm2", "", 6.0, fields=PLAN))
    assert days_of(said, "plan") == 2.0
    assert days_of(said, "plan", source="Billing", target="CRM") == 6.0
    back_only = drawn(Handoff("billing1", "crm2", "", 6.0, fields=PLAN))
    assert days_of(back_only, "plan") == 6.0


def test_hand_offs_that_go_round_in_circles_have_an_end() -> None:
    said = drawn(
        Handoff("crm1", "mail", "", 1.0, fields=PLAN),
        Handoff("mail", "crm1", "", 1.0, fields=PLAN),
        Handoff("mail", "billing1", "", 1.0, fields=PLAN),
        Handoff("mail", "mail", "", 1.0, fields=PLAN),
    )
    assert days_of(said, "plan") == 2.0


def test_a_lag_nobody_said_is_told_and_none_at_all_is_no_lag() -> None:
    half = drawn(Handoff("crm1", "mail", fields=PLAN), Handoff("mail", "billing1", "", 2.0, fields=PLAN))
    found = lags.of_field(half, ["plan"], "CRM", "Billing")
    assert found is not None
    assert (found.days, found.unsaid) == (2.0, 1)
    assert lags.told(half, found).endswith("not all of which say how long they take")
    assert days_of(drawn(Handoff("crm1", "billing1", fields=PLAN)), "plan") is None


def test_at_once_is_a_lag() -> None:
    assert days_of(drawn(Handoff("crm1", "billing1", "", 0.0, fields=PLAN)), "plan") == 0.0


def test_a_map_whose_steps_name_no_system_still_says_how_long_what_it_carries_takes() -> None:
    said = replace(EMPTY, steps=(Step("a", "A."), Step("b", "B.")), handoffs=(Handoff("a", "b", "", 4.0, fields=PLAN),))
    assert days_of(said, "plan") == 4.0
    assert lags.of_records(said, "CRM", "Billing") is None


def test_a_record_takes_the_whole_way_between_the_systems() -> None:
    found = lags.of_records(STORY, "CRM", "Billing")
    assert found is not None
    assert found.days == 4.0
    assert lags.told(STORY, found) == "the hand-offs along steps 1, 2 and 3 of sales to billing"
    assert lags.of_records(STORY, "CRM", "Tax") is None
    assert lags.of_records(EMPTY, "CRM", "Billing") is None
