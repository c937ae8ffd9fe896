"""The evidence of a cause in one sentence that a person can check."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reconcile import engine
from reconcile.engine.classifying import formats

DAYS = {date(2026, 4, 26): "26 April", date(2026, 5, 3): "3 May", date(2026, 5, 1): "1 May"}
TELLING = engine.Telling(
    left="Billing",
    right="CRM",
    owner="left",
    lag_days=3.0,
    as_of=date(2026, 5, 21),
    day=lambda day: DAYS.get(day, day.isoformat()),
)
AGREED = {
    "agreed_at": "2026-04-26T06:00:00+00:00",
    "agreed_left": "40",
    "agreed_right": "40",
}
MOVED = {**AGREED, "since_left": "2026-05-03T06:00:00+00:00", "before_left": "40"}
MOVED_RIGHT = {**AGREED, "since_right": "2026-05-03T06:00:00+00:00", "before_right": "40"}
EDITED = {"edited_at": "2026-05-01T10:00:00", "edited_by": "ann", "via": "import"}


def row(cause: str, kind: str = "differs", detail: str = "", **known: Any) -> engine.Caused:
    values = {"left": "55", "right": "40"} if kind == "differs" else {"left": None, "right": None}
    return engine.Caused(
        identity="i", kind=kind, key="7", field="a" if kind == "differs" else "*", cause=cause, detail=detail, label="",
        **{**values, **known},
    )  # fmt: skip


CASES = (
    (
        "never sent",
        row("never_sent", **MOVED),
        "Billing changed between 26 April and 3 May from 40 to 55; CRM still says 40, 18 days; the lag is 3 days.",
    ),
    (
        "never sent, and the record says when and by whom",
        row("never_sent", **MOVED, **EDITED, edited_side="left"),
        (
            "Billing changed on 1 May by ann from 40 to 55 (its record was made via import); "
            "CRM still says 40, 20 days; "
            "the lag is 3 days."
        ),
    ),
    (
        "an edit after the change was seen is another one",
        row("never_sent", **MOVED, edited_side="left", edited_at="2026-05-12T10:00:00", edited_by="ann"),
        "Billing changed between 26 April and 3 May from 40 to 55; CRM still says 40, 18 days; the lag is 3 days.",
    ),
    (
        "timing",
        row("timing", **MOVED),
        "Billing changed between 26 April and 3 May from 40 to 55; CRM still says 40; that may take 3 days.",
    ),
    (
        "timing by the record alone",
        row("timing", edited_side="left", edited_at="2026-05-01T10:00:00"),
        "Billing says 55 and CRM says 40; Billing changed its record on 1 May; that may take 3 days.",
    ),
    (
        "edited by the side that does not own it",
        row("non_owner_edit", left="40", right="38", **MOVED_RIGHT, **EDITED, edited_side="right"),
        (
            "CRM changed on 1 May by ann from 40 to 38 (its record was made via import); "
            "Billing, which owns the field, still says 40."
        ),
    ),
    (
        "edited on both sides",
        row("both_edited", right="38", **{**MOVED, **MOVED_RIGHT}),
        "On 26 April both agreed on 40; since then Billing changed to 55, and CRM changed to 38.",
    ),
    (
        "two vocabularies",
        row("meaning", left="active", right="A"),
        "Billing says active and CRM says A on nearly all records that have either word: these are two vocabularies.",
    ),
    (
        "a constant",
        row("format", detail="days:+1", left="2026-05-01", right="2026-05-02"),
        "Billing says 2026-05-01 and CRM says 2026-05-02: what CRM says is what Billing says, one day later.",
    ),
    (
        "written otherwise",
        row("format", detail="upper+trailing", left="Ada", right="ADA "),
        "Billing says Ada and CRM says ADA : they differ in upper case and a trailing space alone.",
    ),
    (
        "rounded",
        row("format", detail="rounding", left="1.26", right="1.3"),
        "Billing says 1.26 and CRM says 1.3: one is the other after rounding.",
    ),
    (
        "unexplained from the first run on",
        row("unexplained"),
        "Billing says 55 and CRM says 40; they differed when they were first compared, and nothing says why.",
    ),
    (
        "unexplained of a record that came so",
        row("unexplained", since_left="2026-05-03T06:00:00+00:00", since_right="2026-05-03T06:00:00+00:00"),
        "Billing says 55 and CRM says 40; the two never agreed, and nothing says why.",
    ),
    (
        "on one side, too long",
        row("missing_event", "only_right", since_right="2026-05-03T06:00:00+00:00"),
        "Only CRM has the record, first seen on 3 May, 18 days ago; the lag is 3 days.",
    ),
    (
        "on one side, and the record says how it was made",
        row("missing_event", "only_left", **EDITED, edited_side="left"),
        "Only Billing has the record, made on 1 May by ann via import, 20 days ago; the lag is 3 days.",
    ),
    (
        "on one side from the first run on",
        row("missing_event", "only_left"),
        "Only Billing has the record, since before the first run; the lag is 3 days.",
    ),
    (
        "on one side, young",
        row("timing", "only_left", since_left="2026-05-03T06:00:00+00:00"),
        "Only Billing has the record, first seen on 3 May; that may take 3 days.",
    ),
    (
        "removed",
        row("removed", "only_left", agreed_at="2026-04-26T06:00:00+00:00"),
        "Both had the record on 26 April; it has left CRM since, and Billing has it still.",
    ),
    ("repeated", row("duplicate", "duplicate_left", "repeated", left="3"), "Billing has the key 3 times."),
    (
        "repeated on the other side",
        row("duplicate", "duplicate_left", "repeated", left="1"),
        "Billing has the key once and CRM more than once.",
    ),
    (
        "a copy",
        row("duplicate", "only_left", "copy", other="9", other_side="left", alike='["name", "email", "city"]'),
        "Only Billing has the record, and it looks like a copy of 9 there: the same name, email and city.",
    ),
    (
        "two keys",
        row("duplicate", "only_left", "two keys", other="9", other_side="right", alike='["name"]'),
        "Only Billing has this key; CRM has what looks like the same record under 9: the same name.",
    ),
)


@pytest.mark.parametrize(("about", "caused", "said"), CASES, ids=[case[0] for case in CASES])
def test_the_evidence_of(about: str, caused: engine.Caused, said: str) -> None:
    assert engine.evidence(caused, TELLING) == said, about


def test_nobody_owns_the_field() -> None:
    telling = engine.Telling("Billing", "CRM", "", None, date(2026, 5, 21), day=TELLING.day)
    assert engine.evidence(row("unexplained", **MOVED), telling) == (
        "Billing changed between 26 April and 3 May from 40 to 55; CRM still says 40; "
        "nobody owns the field, so which is right is not known."
    )


def test_values_are_written_as_the_check_writes_them() -> None:
    telling = engine.Telling("A", "B", "left", 0.5, date(2026, 5, 3), value=lambda _: "•••", day=TELLING.day)
    said = engine.evidence(row("timing", **MOVED), telling)
    assert said == "A changed between 26 April and 3 May from ••• to •••; B still says •••; that may take 12 hours."


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("days:+1", "one day later"),
        ("days:-30", "30 days earlier"),
        ("minutes:+120", "two hours later"),
        ("minutes:-15", "15 minutes earlier"),
        ("factor:100", "times 100"),
        ("factor:0.01", "divided by 100"),
        ("factor:1.19", "times 1.19"),
        ("factor:0.840336134", "divided by 1.19"),
        ("upper+trailing", "upper case and a trailing space"),
        ("case+accents+punctuation", "upper and lower case, accents and punctuation"),
        ("sign", "the opposite sign"),
        ("zeros", "leading zeros"),
        ("punctuation+rounding", "punctuation and rounding"),
        ("percent", "a percentage for a share"),
        ("percent+rounding", "a percentage for a share and rounding"),
    ],
)
def test_transformations_in_words(detail: str, said: str) -> None:
    assert formats.in_words(detail) == said


def test_a_group_is_known_by_what_does_not_change_from_record_to_record() -> None:
    assert formats.general("upper+trailing") == "case+space"
    assert formats.general("days:+1") == "days:+1"
