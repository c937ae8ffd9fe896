"""Maps for property tests: any texts, any shape that `define` takes."""

import string

from hypothesis import strategies as some

from boundaries.definitions import (
    CASES,
    CONFIRMABLE,
    ENDINGS,
    HOWS,
    TOUCHES,
    Carried,
    Case,
    Handoff,
    Map,
    Observed,
    Step,
)

TEAMS, SYSTEMS = ("Sales", "Finance"), ("CRM", "Billing", "Lager Ä")
ODD = [
    "no", "null", "- a", "#", "a: b", "2026-05-01", "1. first", 'say "end"', "end", "[x] {y} (z) | --> %% `q`",
    "<b>&amp;</b>", "two\nlines\r\tand more", "\U00020bb7野屋 👩‍👧", "\x01\x0b\ufffe\uffff", "]]>", "שלום", "x" * 300,
]  # fmt: skip
TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
ANY = some.just("") | some.sampled_from(ODD) | TEXT
# As rows keep names: without space around them, and short enough.
NAME = (some.sampled_from(ODD[:-1]) | TEXT).map(str.strip).filter(bool)
# What two databases take for the same name when case is set aside is not the question here.
LANE = some.sampled_from(["", *TEAMS]) | NAME.filter(lambda name: name.casefold() not in {"sales", "finance"})
IDS = some.lists(
    some.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=8), max_size=6, unique=True
)
NUMBER = some.none() | some.floats(0, 1_000_000) | some.integers(0, 1_000_000).map(float)
FEW = some.lists(NAME, max_size=2).map(tuple)
CARRIED = some.builds(Carried, NAME, some.sampled_from(HOWS), FEW, FEW, ANY)
CASE = some.builds(Case, ANY, ANY, LANE, some.sampled_from(CASES), some.booleans())
OBSERVED = some.builds(
    Observed,
    ANY.filter(lambda text: bool(text.strip())),
    some.sampled_from(["", *ENDINGS]),
    some.just("") | some.dates().map(lambda day: day.isoformat()),
)


@some.composite
def maps(draw: some.DrawFn) -> Map:
    ids = draw(IDS)
    pairs = [(a, b) for a in ids for b in ids if a != b]
    ends = draw(some.lists(some.sampled_from(pairs), max_size=6, unique=True)) if pairs else []
    source, target = draw(some.permutations(SYSTEMS))[:2]
    return Map(
        name=draw(NAME),
        source=source,
        target=target,
        owner=draw(some.sampled_from(["", *TEAMS])),
        trigger=draw(ANY),
        rule=draw(ANY),
        steps=tuple(draw(_step(one)) for one in ids),
        handoffs=tuple(draw(_handoff(*one)) for one in ends),
        confirmed=tuple(one for one in CONFIRMABLE if draw(some.booleans())),
        records_per_week=draw(NUMBER),
        minutes_available=draw(NUMBER),
        disputes=draw(ANY),
        observed=tuple(draw(some.lists(OBSERVED, max_size=2))),
    )


def _step(step_id: str) -> some.SearchStrategy[Step]:
    return some.builds(
        Step,
        some.just(step_id),
        ANY,
        LANE,
        some.sampled_from(["", *SYSTEMS]),
        some.sampled_from(["", *TOUCHES]),
        NUMBER,
        NUMBER,
        FEW,
    )


def _handoff(source: str, target: str) -> some.SearchStrategy[Handoff]:
    return some.builds(
        Handoff,
        some.just(source),
        some.just(target),
        ANY,
        NUMBER,
        LANE,
        some.lists(CARRIED, max_size=2).map(tuple),
        some.lists(CASE, max_size=2).map(tuple),
    )
