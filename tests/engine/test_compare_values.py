"""Thousands of values against each other, a field for every comparison, as the oracle judges them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.engine import driving, oracle
from tests.engine.generated import COMMAS, DATES, GROUPED, NUMBERS, POINTED, SLASHED, TEXTS, TIMES, WORDS
from tests.engine.oracle import Asked, Question, Row, Table

FIELDS = {
    "number": (Asked("number"), NUMBERS + GROUPED),
    "number with commas": (Asked("number"), COMMAS),
    "number within a hundredth": (Asked("number", "0.01"), NUMBERS),
    "number within a billionth": (Asked("number", "0.000000001"), NUMBERS),
    "number within 10": (Asked("number", "10"), COMMAS),
    "number within 1%": (Asked("number", "1%"), NUMBERS),
    "number within 0.125%": (Asked("number", "0.125%"), NUMBERS),
    "date": (Asked("date", "0,%Y-%m-%d|%d.%m.%Y|%d.%m.%y|%d %b %Y|%Y-%m-%d %H:%M:%S"), DATES + POINTED + TIMES),
    "date within 30 days": (Asked("date", "30,%d/%m/%Y|%Y-%m-%d"), SLASHED + DATES),
    "boolean": (Asked("boolean"), WORDS),
    "mapped": (Asked("mapped", mapping=(("yes", "1"), ("", "maybe"), ("open", ""), ("no", "N"))), WORDS),
    **{
        f"text, {flags}": (Asked("text", flags), TEXTS)
        for flags in ("case", "outer", "space", "accents", "case+outer", "accents+case+space", "outer+accents")
    },
    "exact": (Asked("exact"), TEXTS),
    "auto, numbers": (Asked(), tuple(text for text in NUMBERS if oracle._number_style([text]))),
    "auto, dates": (Asked(), DATES),
    "auto, anything": (Asked(), NUMBERS + DATES + TEXTS),
}


def digits(mixed: random.Random) -> str:
    """A number of up to 45 digits, the point and zeros anywhere."""
    whole = "".join(mixed.choices("0123456789", k=mixed.choice([1, 2, 5, 19, 20, 30, 45])))
    part = "".join(mixed.choices("00123456789", k=mixed.choice([0, 1, 2, 7, 18, 19, 25])))
    exponent = mixed.choice(["", "", "", f"e{mixed.randint(-12, 12)}"])
    return mixed.choice(["", "-", "+"]) + whole + (f".{part}" if part else "") + exponent


def changed(text: str, mixed: random.Random) -> str:
    """The same number, or one next to it, written another way."""
    mantissa, e, exponent = text.partition("e")
    last = mixed.choice("0123456789") if mixed.random() < 0.5 else mantissa[-1]
    return mantissa[:-1] + last + (mixed.choice(["0", "00", ""]) if "." in mantissa else "") + e + exponent


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_thousands_of_values_compare_as_the_oracle_says(tmp_path: Path, seed: int) -> None:
    mixed = random.Random(seed)
    names = ["id", *FIELDS, "long numbers", "long numbers within 1", "long numbers within 1%"]
    asked = {name: rule for name, (rule, _) in FIELDS.items()}
    asked |= {"long numbers": Asked("number"), "long numbers within 1": Asked("number", "1")}
    asked |= {"long numbers within 1%": Asked("number", "1%")}
    left: list[Row] = []
    right: list[Row] = []
    for number in range(1_500):
        cells = [[mixed.choice((*pool, None)) for _, pool in FIELDS.values()] for _ in "lr"]
        long = [digits(mixed) for _ in range(3)]
        left.append([str(number), *cells[0], *long])
        right.append([str(number), *cells[1], *(changed(text, mixed) for text in long)])
    question = Question([("id", "id")], [(name, name) for name in names[1:]], asked)
    tables = Table(names, left), Table(names, right)
    files = [driving.write(table, tmp_path / f"{side}.csv") for table, side in zip(tables, "lr", strict=True)]
    found, rows_file = driving.Bench(tmp_path).compare(driving.spec(question), files[0], files[1])
    driving.assert_agrees(found, rows_file, oracle.compare(question, *tables))
