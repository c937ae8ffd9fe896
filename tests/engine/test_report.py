"""The answer in plain text, as a table of cases."""

from dataclasses import replace

import pytest

from reconcile.engine import Balance, Comparison, Export, FieldResult, Mismatch, Rejected, Side
from reconcile.engine.report import tell

BALANCE = Balance(lines=101, preamble=0, header=1, rows=100, continuation=0, blank=0, rejected=0)
LEFT = Export("crm.csv", "csv", "UTF-8", ",", '"', "", ("id", "name"), BALANCE)
SAME = Comparison(
    left=LEFT,
    right=replace(LEFT, file="billing.csv"),
    key=(("id", "id"),),
    matched=100,
    repeated_on_both=0,
    left_side=Side(100, 0, 0, 0),
    right_side=Side(100, 0, 0, 0),
    differing_rows=0,
    fields=(FieldResult("name", "name", "name", "exact text", "asked for", 0),),
    unpaired_left=(),
    unpaired_right=(),
    notes=(),
    first=(),
    seconds=1.0,
)
ONE = Side(1, 0, 0, 0)


def differing(cells: int, rows: int) -> Comparison:
    return replace(SAME, differing_rows=rows, fields=(replace(SAME.fields[0], differing=cells),))


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (SAME, "crm.csv and billing.csv agree on all 100 records."),
        (replace(SAME, matched=1, left_side=ONE, right_side=ONE), "agree on the only record they have."),
        (replace(SAME, matched=0), "agree on having no records."),
        (differing(7, 5), "agree on 95 % of 100 records.\n7 values differ in 1 field."),
        (differing(1, 1), "agree on 99 % of 100 records.\n1 value differs in 1 field."),
        (differing(100, 100), "agree on 0 % of 100 records."),
        (replace(differing(1, 1), matched=1_000_000), "agree on 99.9 % of 1,000,000 records."),
        (replace(differing(1, 999_999), matched=1_000_000), "agree on less than 0.1 % of 1,000,000 records."),
        (replace(SAME, left_side=Side(101, 1, 0, 0)), "1 record is only in crm.csv."),
        (replace(SAME, right_side=Side(1300, 1200, 0, 0)), "1,200 records are only in billing.csv."),
        (replace(SAME, left_side=Side(103, 0, 1, 3)), "1 key occurs more than once, or empty, in crm.csv: 3 rows"),
        (replace(SAME, matched=0, left_side=Side(1, 1, 0, 0)), "have no record in common."),
        (replace(SAME, key_folds=9832), "9,832 keys differ only in case or outer space; --key-fold pairs them."),
        (replace(SAME, unpaired_left=("a", "b")), "Not compared, only in crm.csv: a, b."),
        (replace(SAME, fields=()), "Only the keys were compared."),
    ],
)
def test_the_sentence_says_what_is_true(found: Comparison, sentence: str) -> None:
    assert sentence in tell(found)


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ("Bob", "Bobby", ["    left   Bob", "    right  Bobby", "              ^^"]),
        ("Ulm ", "Ulm", ["    left   Ulm·", "              ^", "    right  Ulm"]),
        ("a  b", "a b", ["    left   a··b", "             ^", "    right  a b"]),
        ("", "x", ["    left   (empty)", "    right  x"]),
        ("a\tb", "a\nb", ["    left   a→b", "            ^", "    right  a↵b", "            ^"]),
        ("a\x1b[31mb", "ab", ["    left   a\N{REPLACEMENT CHARACTER}[31mb", "            ^^^^^", "    right  ab"]),
    ],
)
def test_two_values_stand_under_each_other_with_marks_where_they_differ(
    left: str, right: str, shown: list[str]
) -> None:
    lines = tell(replace(differing(1, 1), first=(Mismatch("differs", "7", "name", left, right),))).splitlines()
    start = lines.index("  7  name") + 1
    assert lines[start : start + len(shown)] == shown


def test_a_long_value_is_shown_around_its_first_difference() -> None:
    left = "x" * 300 + "A" + "y" * 300
    text = tell(replace(differing(1, 1), first=(Mismatch("differs", "7", "name", left, left.replace("A", "B")),)))
    assert "A" in text
    assert max(map(len, text.splitlines())) < 100


def test_rejected_lines_are_said_with_the_first_reason() -> None:
    rejected = replace(BALANCE, lines=102, rejected=1)
    left = replace(
        LEFT, balance=rejected, first_rejected=(Rejected(7, 1, "it has 3 values, the header has 2", "a,b,c"),)
    )
    assert "crm.csv: 1 line could not be read and takes no part; line 7: it has 3 values, the header has 2." in tell(
        replace(SAME, left=left)
    )


def test_files_of_one_name_are_told_apart() -> None:
    assert tell(replace(SAME, right=LEFT)).startswith("the left crm.csv and the right crm.csv agree")
