"""Maps no service would let pass, as half-typed requests and old files make them: read without an error."""

from dataclasses import replace

import pytest

from boundaries.definitions import Carried, Case, Handoff, Map, Observed, Step
from boundaries.facts import Facts
from boundaries.findings import findings, five_things
from boundaries.ready import quick_checks
from boundaries.telling import tell
from tests.boundaries.worlds import EMPTY, FACTS, STORY

NOT_A_NUMBER, ENDLESS = float("nan"), float("inf")
TWICE = (*STORY.steps, STORY.steps[0])


@pytest.mark.parametrize("facts", [FACTS, Facts()])
@pytest.mark.parametrize(
    "said",
    [
        Map("", "", ""),
        replace(EMPTY, steps=(Step("", ""),)),
        replace(EMPTY, handoffs=(Handoff("a", "b"),)),
        replace(STORY, handoffs=(*STORY.handoffs, Handoff("close", "gone"), Handoff("gone", "close"))),
        replace(STORY, handoffs=(*STORY.handoffs, *STORY.handoffs)),
        replace(STORY, handoffs=(Handoff("close", "close", "again"),)),
        replace(STORY, steps=TWICE),
        replace(STORY, steps=STORY.steps[:1]),
        replace(STORY, steps=tuple(replace(one, minutes=NOT_A_NUMBER) for one in STORY.steps)),
        replace(STORY, steps=tuple(replace(one, minutes=ENDLESS) for one in STORY.steps)),
        replace(STORY, steps=tuple(replace(one, minutes=-5.0, touch="dance") for one in STORY.steps)),
        replace(STORY, records_per_week=0.0, minutes_available=0.0),
        replace(STORY, records_per_week=NOT_A_NUMBER, minutes_available=NOT_A_NUMBER),
        replace(STORY, source="", target=""),
        replace(STORY, observed=(Observed(""), Observed(" "), Observed("?"))),
        STORY.with_handoff(
            replace(STORY.handoffs[1], fields=(Carried(""), Carried(" ", "meaning"), Carried("x", "?")))
        ),
        STORY.with_handoff(replace(STORY.handoffs[1], cases=(Case(""), Case("", kind="?")), lag_days=NOT_A_NUMBER)),
        STORY.with_handoff(replace(STORY.handoffs[1], lag_days=-1.0)),
    ],
)
def test_an_odd_map_is_read_without_an_error(said: Map, facts: Facts) -> None:
    assert len(tell(said, facts)) == len(said.steps)
    assert all(bool(one.said) != bool(one.missing) for one in five_things(said))
    assert all(one.sentence for one in findings(said, facts))
    assert len(quick_checks(said, facts, compared=("", " ", "x"))) == 5
