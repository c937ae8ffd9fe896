"""Why records differ: a description, two or three small runs, and the cause of each mismatch of the last."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reconcile import engine
from tests.engine.causing import KEY, Rows, Weeks, table, told

EDITS = engine.EditColumns("made", "", "via", "at", "by")


@dataclass(frozen=True)
class Case:
    """A description, runs (left, right), what is expected of the last: (key, field) -> (cause, detail)."""

    about: str
    runs: tuple[tuple[Rows, Rows], ...]
    expected: dict[tuple[str, str], tuple[str, str]]
    owner: str = "left"
    lag: float | None = 3.0
    rule: engine.Rule = field(default_factory=engine.Rule)
    edits: bool = False


SAME = (table("id a", "1 40", "2 x1"), table("id a", "1 40", "2 x1"))


def one(cause: str, detail: str = "") -> dict[tuple[str, str], tuple[str, str]]:
    """Record 1 differs in its one field."""
    return {("1", "a"): (cause, detail)}


HISTORY = (
    Case("the owner changed in this run", (SAME, (table("id a", "1 55", "2 x1"), SAME[1])), one("timing")),
    Case(
        "the owner changed a week ago, the lag is over",
        (SAME, *[(table("id a", "1 55", "2 x1"), SAME[1])] * 2),
        one("never_sent"),
    ),
    Case(
        "the owner changed a week ago, the lag is longer",
        (SAME, *[(table("id a", "1 55", "2 x1"), SAME[1])] * 2),
        one("timing"),
        lag=10,
    ),
    Case(
        "without a lag only what this run saw first is young",
        (SAME, *[(table("id a", "1 55", "2 x1"), SAME[1])] * 2),
        one("never_sent"),
        lag=None,
    ),
    Case(
        "the owner changed, and changed again while the other side took the first change",
        (
            SAME,
            (table("id a", "1 55", "2 x1"), SAME[1]),
            (table("id a", "1 60", "2 x1"), table("id a", "1 55", "2 x1")),
        ),
        one("timing"),
    ),
    Case(
        "the side that does not own it changed", (SAME, (SAME[0], table("id a", "1 38", "2 x1"))), one("non_owner_edit")
    ),
    Case(
        "both changed, to different values",
        (SAME, (table("id a", "1 55", "2 x1"), table("id a", "1 38", "2 x1"))),
        one("both_edited"),
    ),
    Case("nobody owns the field", (SAME, (table("id a", "1 55", "2 x1"), SAME[1])), one("unexplained"), owner=""),
    Case(
        "they differed from the first run on", ((table("id a", "1 55"), table("id a", "1 40")),) * 3, one("unexplained")
    ),
    Case(
        "they differed from the first run on, and the owner changed since to yet another value",
        ((table("id a", "1 55"), table("id a", "1 40")), (table("id a", "1 60"), table("id a", "1 40"))),
        one("unexplained"),
    ),
    Case(
        "the record came with another value",
        (SAME, (table("id a", "1 40", "2 x1", "3 ab"), table("id a", "1 40", "2 x1", "3 cd"))),
        {("3", "a"): ("unexplained", "")},
    ),
    Case(
        "a new record arrives with what the owner had a week ago",
        (
            SAME,
            (table("id a", "1 40", "2 x1", "3 ab"), SAME[1]),
            (table("id a", "1 40", "2 x1", "3 ef"), table("id a", "1 40", "2 x1", "3 ab")),
        ),
        {("3", "a"): ("timing", "")},
    ),
    Case(
        "it agreed again in between",
        (SAME, (SAME[0], table("id a", "1 38", "2 x1")), SAME, (table("id a", "1 55", "2 x1"), SAME[1])),
        one("timing"),
    ),
)

RECORDS = (
    Case(
        "one side has it from the first run on",
        ((table("id a", "1 x"), table("id a", "2 y")),),
        {("1", "*"): ("missing_event", ""), ("2", "*"): ("missing_event", "")},
    ),
    Case("it came in this run", (SAME, (table("id a", "1 40", "2 x1", "3 ab"), SAME[1])), {("3", "*"): ("timing", "")}),
    Case(
        "it came a week ago",
        (SAME, *[(table("id a", "1 40", "2 x1", "3 ab"), SAME[1])] * 2),
        {("3", "*"): ("missing_event", "")},
    ),
    Case(
        "it came a week ago, and that may take ten days",
        (SAME, *[(table("id a", "1 40", "2 x1", "3 ab"), SAME[1])] * 2),
        {("3", "*"): ("timing", "")},
        lag=10,
    ),
    Case("both had it, one lost it", (SAME, (table("id a", "1 40"), SAME[1])), {("2", "*"): ("removed", "")}),
    Case(
        "both had it, one lost it weeks ago",
        (SAME, *[(table("id a", "1 40"), SAME[1])] * 3),
        {("2", "*"): ("removed", "")},
    ),
    Case(
        "a key is there twice on one side",
        ((table("id a", "1 40", "1 41", "2 x1"), SAME[1]),),
        {("1", "*"): ("duplicate", "repeated")},
    ),
    Case(
        "a key was there twice and is on one side now",
        ((table("id a", "1 40", "2 x1", "2 x1"), SAME[1]), (table("id a", "1 40"), SAME[1])),
        {("2", "*"): ("removed", "")},
    ),
)

MADE = "id a made via at by"
WITH_EDITS = (
    Case(
        "the record was made long before this run saw it first",
        (
            (table(MADE, "1 40 2026-01-01 api 2026-01-01 ann"), table(MADE, "1 40 2026-01-01 api 2026-01-01 bob")),
            (
                table(MADE, "1 40 2026-01-01 api 2026-01-01 ann", "3 ab 2026-04-01 api 2026-04-01 ann"),
                table(MADE, "1 40 2026-01-01 api 2026-01-01 bob"),
            ),
        ),
        {("3", "*"): ("missing_event", "")},
        edits=True,
    ),
    Case(
        "the record was made two days before the first run",
        (
            (
                table(MADE, "1 40 2026-01-01 api 2026-01-01 ann", "3 ab 2026-05-01T12:00:00Z api - ann"),
                table(MADE, "1 40 2026-01-01 api 2026-01-01 bob"),
            ),
        ),
        {("3", "*"): ("timing", "")},
        edits=True,
    ),
    Case(
        "a moment that cannot be read counts as none",
        (
            (
                table(MADE, "1 40 2026-01-01 api 2026-01-01 ann", "3 ab lately api - ann"),
                table(MADE, "1 40 2026-01-01 api 2026-01-01 bob"),
            ),
        ),
        {("3", "*"): ("missing_event", "")},
        edits=True,
    ),
    Case(
        "the owner's record says that it changed six days before",
        (
            (table(MADE, "1 40 2026-01-01 api 2026-01-01 ann"), table(MADE, "1 40 2026-01-01 api 2026-01-01 bob")),
            (
                table(MADE, "1 55 2026-01-01 api 2026-05-04T06:00 ann"),
                table(MADE, "1 40 2026-01-01 api 2026-01-01 bob"),
            ),
        ),
        one("never_sent"),
        edits=True,
    ),
    Case(
        "what it says lies before what was seen, and speaks of another change",
        (
            (table(MADE, "1 40 2026-01-01 api 2026-01-01 ann"), table(MADE, "1 40 2026-01-01 api 2026-01-01 bob")),
            (table(MADE, "1 55 2026-01-01 api 2026-04-04 ann"), table(MADE, "1 40 2026-01-01 api 2026-01-01 bob")),
        ),
        one("timing"),
        edits=True,
    ),
    Case(
        "they differ in the first run, and the owner's record changed a day ago",
        (
            (
                table(MADE, "1 55 2026-01-01 api 02.05.2026_10:00 ann"),
                table(MADE, "1 40 2026-01-01 api 2026-01-01 bob"),
            ),
        ),
        one("timing"),
        edits=True,
    ),
)

WRITTEN = (
    Case("upper case", ((table("id a", "1 Ada_Lind"), table("id a", "1 ADA_LIND")),), one("format", "upper")),
    Case(
        "a trailing space",
        ((table("id a", "1 Ada", "2 b"), table("id a", "1 Ada_", "2 b")),),
        one("format", "trailing"),
    ),
    Case(
        "upper case and a leading space",
        ((table("id a", "1 Ada", "2 b"), table("id a", "1 _ADA", "2 b")),),
        one("format", "upper+leading"),
    ),
    Case(
        "upper case of a letter that has none of its own",
        ((table("id a", "1 Weiß_Ag\N{LATIN SMALL LETTER DOTLESS I}n", "2 b"), table("id a", "1 WEISS_AGIN", "2 b")),),
        one("format", "case"),
    ),
    Case("two letters for one", ((table("id a", "1 Weiß"), table("id a", "1 Weiss")),), one("format", "accents")),
    Case(
        "a percent sign, and a float written out",
        ((table("id a", "1 0.052000000000000005%", "2 b"), table("id a", "1 0.052", "2 b")),),
        one("format", "punctuation+rounding"),
    ),
    Case(
        "a currency, and zeros",
        ((table("id a", "1 €_12.50", "2 b"), table("id a", "1 12.5", "2 b")),),
        one("format", "punctuation+notation"),
    ),
    Case(
        "a percentage for a share",
        ((table("id a", "1 5.2%", "2 b"), table("id a", "1 0.052", "2 b")),),
        one("format", "percent"),
    ),
    Case(
        "a percentage for a share, rounded",
        ((table("id a", "1 0.05218", "2 b"), table("id a", "1 5.2%", "2 b")),),
        one("format", "percent+rounding"),
    ),
    Case("another percentage", ((table("id a", "1 5.2%", "2 b"), table("id a", "1 0.53", "2 b")),), one("unexplained")),
    Case("accents", ((table("id a", "1 Zoë"), table("id a", "1 Zoe")),), one("format", "accents")),
    Case("punctuation", ((table("id a", "1 Lind,_A."), table("id a", "1 Lind_A")),), one("format", "punctuation")),
    Case("leading zeros", ((table("id a", "1 0042", "2 b"), table("id a", "1 42", "2 b")),), one("format", "zeros")),
    Case(
        "rounding",
        ((table("id a", "1 12.346", "2 1.5"), table("id a", "1 12.35", "2 1.5")),),
        one("format", "rounding"),
    ),
    Case("cut off", ((table("id a", "1 12.99", "2 1.5"), table("id a", "1 12", "2 1.5")),), one("format", "rounding")),
    Case("sign", ((table("id a", "1 12.50", "2 1.5"), table("id a", "1 -12.50", "2 1.5")),), one("format", "sign")),
    Case(
        "no sign where words are", ((table("id a", "1 a-b", "2 b"), table("id a", "1 a_c", "2 b")),), one("unexplained")
    ),
    Case(
        "a point matters in a number",
        ((table("id a", "1 1.5", "2 b"), table("id a", "1 15", "2 b")),),
        one("unexplained"),
    ),
    Case(
        "the time of day is left out",
        (
            (
                table("id a", "1 2026-05-01_10:20:00", "2 2026-05-02_00:00:00"),
                table("id a", "1 2026-05-01_00:00:00", "2 2026-05-02_00:00:00"),
            ),
        ),
        one("format", "time"),
    ),
    Case(
        "numbers compared as texts",
        ((table("id a", "1 1.50", "2 2"), table("id a", "1 1.5", "2 2")),),
        one("format", "notation"),
        rule=engine.Rule("exact"),
    ),
    Case("empty against a value", ((table("id a", "1 -", "2 b"), table("id a", "1 x", "2 b")),), one("unexplained")),
    Case(
        "the owner changed a number that rounds to what the other side still has",
        (
            (table("id a", "1 50", "2 1.5"), table("id a", "1 50", "2 1.5")),
            (table("id a", "1 49.99", "2 1.5"), table("id a", "1 50", "2 1.5")),
        ),
        one("timing"),
    ),
)


def _dates(*days: int) -> Rows:
    return [("id", "a"), *((str(number), f"2026-03-{day:02}") for number, day in enumerate(days))]


def _numbers(*values: str) -> Rows:
    return [("id", "a"), *((str(number), value) for number, value in enumerate(values))]


REPEATING = (
    Case(
        "one day later, again and again",
        ((_dates(1, 5, 9, 12, 17, 20, 25), _dates(2, 6, 10, 13, 18, 20, 25)),),
        {(str(number), "a"): ("format", "days:+1") for number in range(5)},
    ),
    Case(
        "one day later too few times",
        ((_dates(1, 5, 9, 20, 25), _dates(2, 6, 10, 20, 25)),),
        {(str(number), "a"): ("unexplained", "") for number in range(3)},
    ),
    Case(
        "times a hundred",
        ((_numbers("1.5", "2", "3.25", "4", "5", "6"), _numbers("150", "200", "325", "400", "500", "6")),),
        {(str(number), "a"): ("format", "factor:100") for number in range(5)},
    ),
    Case(
        "with a tax",
        ((_numbers("10", "20", "30", "40", "50", "6"), _numbers("11.9", "23.8", "35.7", "47.6", "59.5", "6")),),
        {(str(number), "a"): ("format", "factor:1.19") for number in range(5)},
    ),
    Case(
        "with a tax, rounded to cents",
        (
            (
                _numbers("12.35", "20.01", "31.77", "40.99", "55.55", "6"),
                _numbers("14.7", "23.81", "37.81", "48.78", "66.1", "6"),
            ),
        ),
        {(str(number), "a"): ("format", "factor:1.19") for number in range(5)},
    ),
    Case(
        "without a tax, rounded to cents",
        (
            (
                _numbers("133.7", "23.81", "37.81", "48.78", "66.1", "6"),
                _numbers("112.35", "20.01", "31.77", "40.99", "55.55", "6"),
            ),
        ),
        {(str(number), "a"): ("format", "factor:0.840336134") for number in range(5)},
    ),
    Case(
        "the same two numbers again and again are no factor",
        ((_numbers(*["1"] * 6, "9"), _numbers(*["2"] * 6, "9")),),
        {(str(number), "a"): ("unexplained", "") for number in range(6)},
    ),
    Case(
        "the other side changed by what turns right elsewhere",
        (
            (_dates(1, 5, 9, 12, 17, 20, 25), _dates(1, 5, 9, 12, 17, 20, 25)),
            (_dates(1, 5, 9, 12, 17, 20, 25), _dates(2, 6, 10, 13, 18, 20, 28)),
        ),
        {(str(number), "a"): ("format", "days:+1") for number in range(5)} | {("6", "a"): ("non_owner_edit", "")},
    ),
)

WORDS = (
    Case(
        "two vocabularies",
        ((_numbers(*["on"] * 5, *["ok"] * 5), _numbers(*["aktiv"] * 5, *["ok"] * 5)),),
        {(str(number), "a"): ("meaning", "") for number in range(5)},
    ),
    Case(
        "a word that both sides use stands against another a few times",
        ((_numbers(*["on"] * 9, *["off"] * 5), _numbers(*["on"] * 5, *["off"] * 9)),),
        {(str(number), "a"): ("unexplained", "") for number in range(5, 9)},
    ),
    Case(
        "all changed on one side since they agreed",
        (
            (_numbers(*["on"] * 5, "ok"), _numbers(*["on"] * 5, "ok")),
            (_numbers(*["off"] * 5, "ok"), _numbers(*["on"] * 5, "ok")),
        ),
        {(str(number), "a"): ("timing", "") for number in range(5)},
    ),
    Case(
        "a record takes on words of both vocabularies",
        (
            (_numbers(*["on"] * 5, "ok"), _numbers(*["aktiv"] * 5, "ok")),
            (_numbers(*["on"] * 6), _numbers(*["aktiv"] * 6)),
        ),
        {(str(number), "a"): ("meaning", "") for number in range(6)},
    ),
)

TAKEN = (
    Case(
        "a word that mostly stands against itself is taken",
        ((_numbers(*["al"] * 30, *["ax"] * 5), _numbers(*["al"] * 35)),),
        {(str(number), "a"): ("unexplained", "") for number in range(30, 35)},
    ),
    Case(
        "nothing is the word of one side where it stands for one word alone",
        ((_numbers(*["none"] * 5, *["ok"] * 5), _numbers(*[""] * 5, *["ok"] * 5)),),
        {(str(number), "a"): ("meaning", "") for number in range(5)},
    ),
    Case(
        "rounded to whole numbers again and again, whatever zeros are written",
        (
            (
                _numbers("1.60", "7.20", "3.90", "4.40", "5.30", "6.00"),
                _numbers(*(f"{n}.00" for n in (2, 7, 4, 4, 5, 6))),
            ),
        ),
        {(str(number), "a"): ("format", "rounding") for number in range(5)},
    ),
    Case(
        "moments with the day first are read as their column writes them",
        (
            (
                table(MADE, "1 40 22/03/2026_05:25 api 22/03/2026_05:25 ann", "3 ab 02/05/2026_05:25 api - ann"),
                table(MADE, "1 40 2026-01-01 api 2026-01-01 bob"),
            ),
        ),
        {("3", "*"): ("timing", "")},
        edits=True,
    ),
)


@pytest.mark.parametrize(
    "case", [*HISTORY, *RECORDS, *WITH_EDITS, *WRITTEN, *REPEATING, *WORDS, *TAKEN], ids=lambda case: case.about
)
def test_the_cause_of_a_mismatch(case: Case, tmp_path: Path) -> None:
    spec = engine.CompareSpec(KEY.key, rules={"a": case.rule}, ignore=("made", "via", "at", "by") if case.edits else ())
    sides = (EDITS, EDITS) if case.edits else (engine.EditColumns(), engine.EditColumns())
    asked = engine.Classifying(spec, {"a": engine.FieldCause(case.owner, case.lag)}, case.lag, *sides)
    weeks = Weeks(tmp_path, asked)
    rows = [weeks.run(*run) for run in case.runs][-1]
    assert told(rows) == case.expected
