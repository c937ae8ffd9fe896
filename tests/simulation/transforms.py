"""What goes wrong with a value on its way: formats that change it, and slips of the hand."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.simulation.business import Value


def _shifted(days: int) -> Callable[[Value], Value]:
    def shifted(value: Value) -> Value:
        assert isinstance(value, date)
        return value + timedelta(days=days)

    return shifted


def _times(factor: int) -> Callable[[Value], Value]:
    def multiplied(value: Value) -> Value:
        assert isinstance(value, Decimal)
        return value * factor

    return multiplied


def _bare(value: Value) -> Value:
    apart = unicodedata.normalize("NFD", str(value))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _rounded(value: Value) -> Value:
    assert isinstance(value, Decimal)
    return value.quantize(Decimal(1), ROUND_HALF_UP)


TRANSFORMS: Mapping[str, Mapping[str, Callable[[Value], Value]]] = {
    "text": {
        "upper case": lambda value: str(value).upper(),
        "lower case": lambda value: str(value).lower(),
        "space at the end": lambda value: f"{value} ",
        "two spaces": lambda value: str(value).replace(" ", "  "),
        "no accents": _bare,
        "no points": lambda value: str(value).replace(".", "").replace("-", ""),
    },
    "date": {"a day late": _shifted(1), "a day early": _shifted(-1)},
    "number": {
        "times 100": _times(100),
        "times 1000": _times(1000),
        "other sign": _times(-1),
    },
    "amount": {
        "times 100": _times(100),
        "other sign": _times(-1),
        "rounded": _rounded,
    },
}


def damaged(transform: str, kind: str, value: Value) -> Value:
    """What arrives of a value; the value itself where the fault does not touch it."""
    return value if value is None else TRANSFORMS[kind][transform](value)


def slip(rng: random.Random, value: Value) -> Value:
    """A value as somebody in a hurry copies it by hand, always another one; None stays."""
    if isinstance(value, Decimal):
        return _other_digit(rng, value)
    if isinstance(value, str):
        return _other_letter(rng, value)
    if value is None or isinstance(value, bool):
        return value
    return value + timedelta(days=rng.choice([-1, 1]) * rng.randint(30, 900))


def _other_digit(rng: random.Random, value: Decimal) -> Decimal:
    """The first digit of the number is another one: nothing that rounding would explain."""
    sign, digits, exponent = value.as_tuple()
    first = rng.choice([digit for digit in range(1, 10) if digit != digits[0]])
    return Decimal((sign, (first, *digits[1:]), int(exponent)))


def _other_letter(rng: random.Random, value: str) -> str:
    """One letter or digit is another one."""
    places = [place for place, letter in enumerate(value) if letter.isalnum()]
    place = rng.choice(places or [0])
    pool = "0123456789" if value[place].isdigit() else "bcdfghklmnprstvw"
    letter = rng.choice([one for one in pool if one != _bare(value[place].lower())])
    return value[:place] + letter + value[place + 1 :]
