"""The gate: what automates a boundary gets its quick checks, or a refusal that names those that fail."""

from dataclasses import replace

import pytest

from boundaries.definitions import CONFIRMABLE, Carried, Map, Observed
from boundaries.queries import readiness
from boundaries.ready import NotReady
from boundaries.services import automating
from boundaries.services.defining import define
from ownership.models import Answer
from ownership.services import agreeing
from reconcile.checks.queries import boundaries
from tests import build
from tests.boundaries.worlds import EMPTY, STORY

pytestmark = pytest.mark.django_db

CLEAR = tuple(Observed(f"Invoice {n} is paid in Billing and open in CRM after a refund.") for n in (1, 2, 3))
STEPS = tuple(replace(one, touch="", minutes=None, times_per_week=None) for one in STORY.steps)
HANDOFFS = tuple(replace(one, fields=(Carried("billing status"),)) for one in STORY.handoffs)
READY = replace(STORY, steps=STEPS, handoffs=HANDOFFS, confirmed=CONFIRMABLE, observed=CLEAR)
WHY = "The auditor wants it weekly from Monday on."

CASES: list[tuple[str, Map, str, tuple[str, ...]]] = [
    # what the map is like, the map, the reason given, the checks that keep it out
    ("all five hold", READY, "", ()),
    ("all five hold, with a reason", READY, WHY, ()),
    ("nothing is drawn", EMPTY, "", ("owners", "event", "normal_path", "exceptions", "volume")),
    ("nothing is drawn, with a reason", EMPTY, WHY, ()),
    ("nothing is drawn, an empty reason", EMPTY, " \n ", ("owners", "event", "normal_path", "exceptions", "volume")),
    ("nothing is drawn, hardly a reason", EMPTY, "because", ("owners", "event", "normal_path", "exceptions", "volume")),
    ("no owner", replace(READY, handoffs=(*HANDOFFS[:2], STORY.handoffs[2])), "", ()),
    ("a field of nobody", replace(READY, handoffs=(*HANDOFFS[:2], replace(HANDOFFS[2], fields=(Carried("plan"),)))),
     "", ("owners",)),
    ("no event", replace(READY, trigger=""), "", ("event",)),
    ("an event that nobody confirmed", replace(READY, confirmed=CONFIRMABLE[:3]), "", ("event",)),
    ("edits on other ways", replace(READY, confirmed=("field_changes", "touches", "one_event")), "", ("normal_path",)),
    ("two exceptions", replace(READY, observed=CLEAR[:2]), "", ("exceptions",)),
    ("touches nobody confirmed", replace(READY, confirmed=("field_changes", "no_other_edits", "one_event")), "",
     ("volume",)),
    ("one of them, with a reason", replace(READY, observed=()), WHY, ()),
]  # fmt: skip


@pytest.fixture
def company() -> build.Company:
    there = build.company()
    field = agreeing.propose(build.field(), person=there.dana)
    agreeing.answer(field, team=there.finance, answer=Answer.AGREES, person=there.finn)
    return there


@pytest.mark.parametrize(("drawn", "reason", "failing"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_the_gate(company: build.Company, drawn: Map, reason: str, failing: tuple[str, ...]) -> None:
    made = build.boundary(drawn)
    if not failing:
        assert len(automating.allow(made, person=company.dana, override=reason)) == 5
        return
    with pytest.raises(NotReady) as refused:
        automating.allow(made, person=company.dana, override=reason)
    assert tuple(one.key for one in refused.value.failed) == failing
    assert "The boundary is not ready to automate." in str(refused.value)


def test_the_gate_looks_at_the_map_as_it_is_now(company: build.Company) -> None:
    made = build.boundary(READY)
    drawn_long_ago = readiness.of(made).said
    assert drawn_long_ago == READY
    define(made, replace(READY, trigger=""), person=company.finn)
    with pytest.raises(NotReady):
        automating.allow(made, person=company.dana)


def test_what_checks_compare_across_the_boundary_needs_an_owner_too(company: build.Company) -> None:
    made = build.boundary(READY)
    check = build.check(comparing=build.fields("plan"))
    assert automating.allow(made, person=company.dana)
    check.boundary = made
    check.save()
    assert readiness.compared([made.pk]) == {made.pk: ("plan",)}
    with pytest.raises(NotReady) as refused:
        automating.allow(made, person=company.dana)
    assert [one.key for one in refused.value.failed] == ["owners"]
    assert boundaries.compared_across([]) == {}
