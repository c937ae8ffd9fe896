"""A map as a Mermaid flowchart: nothing people write is read as part of the drawing."""

import re

import pytest
from hypothesis import given

from boundaries.definitions import Handoff, Map, Step
from boundaries.exporting.mermaid import label, mermaid
from boundaries.facts import Facts
from tests.boundaries import any_map
from tests.boundaries.worlds import EMPTY, FACTS, STORY

# What may stand in a line, with every label in quotes taken out.
LINES = [
    r"---",
    r"flowchart LR",
    r'  empty\[""\]',
    r'  start\(\[""\]\) --> step1',
    r'  subgraph lane\d+\[""\]',
    r'    step\d+\[""\]',
    r'    step\d+\[\\""/\]',
    r"  end",
    r'  step\d+ (-->|==>)\|""\| step\d+',
    r"  classDef byhand stroke-width:3px,stroke-dasharray:6 3",
    r"  class step\d+(,step\d+)* byhand",
]


def test_the_story_in_whole() -> None:
    assert mermaid(STORY, FACTS).splitlines()[:11] == [
        "---",
        'title: "sales to billing"',
        "---",
        "flowchart LR",
        '  start(["Where the record starts"]) --> step1',
        '  subgraph lane1["Sales"]',
        '    step1["Sales rep moves the deal to closed won.<br>in CRM"]',
        '    step2[\\"Sales rep mails the order form to finance.<br>By hand: inbox, 60 min a week"/]',
        "  end",
        '  subgraph lane2["Finance"]',
        '    step3["Finance creates the customer and posts the first invoice.<br>in Billing"]',
    ]


def test_where_another_team_takes_over_the_arrow_is_thick() -> None:
    assert '  step2 ==>|"when order form arrives<br>within 3 days<br>Finance takes over<br>' in mermaid(STORY, FACTS)
    assert '  step1 -->|"when deal closed<br>within 1 day"| step2' in mermaid(STORY, FACTS)


def test_a_map_without_steps_says_so() -> None:
    assert mermaid(EMPTY, FACTS).endswith('flowchart LR\n  empty["No steps yet"]\n')


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('say "no"', "say #34;no#34;"),
        ("[a] {b} (c) | d", "#91;a#93; #123;b#125; (c) #124; d"),
        ("<b>x</b> & y", "#60;b#62;x#60;/b#62; #38; y"),
        ("#quot; 100 % of `x`", "#35;quot; 100 #37; of #96;x#96;"),
        ("two\nlines\r\n here", "two lines here"),
        ("end", "end"),
        ("1. first", "1#46; first"),
        ("- first", "#45; first"),
        ("12) x", "12#41; x"),
        ("1.5 days", "1.5 days"),
        ("*a* _b_ \\n ~c~", "#42;a#42; #95;b#95; #92;n #126;c#126;"),
        ("Zoë שלום 注文 👩‍👧", "Zoë שלום 注文 👩‍👧"),
        ("", " "),
        ("\x00\u2028", " "),
    ],
)
def test_signs_mermaid_would_read_as_its_own_are_codes(text: str, written: str) -> None:
    assert label(text) == written


@given(any_map.maps())
def test_whatever_people_write_stays_within_its_quotes(said: Map) -> None:
    title, *rest = mermaid(said, Facts()).splitlines()[1:]
    assert title.startswith('title: "')
    for line in rest:
        bare = re.sub(r'"[^"]*"', '""', line)
        assert any(re.fullmatch(shape, bare) for shape in LINES), line


def test_an_id_is_never_a_word_people_chose() -> None:
    said = Map("a", "x", "y", steps=(Step("end", "a"), Step("a--b", "b")), handoffs=(Handoff("end", "a--b"),))
    assert "step1 -->" in mermaid(said, FACTS)
    assert "a--b" not in mermaid(said, FACTS)
