"""A file that may be scanned in place gives the same cells, names and balance record by record."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reconcile.engine.errors import EngineError
from reconcile.engine.reading.tally import tally
from tests.engine.reading import Reader, Reading, reader

HEADS = ("a,b", "id,name,x", "a;b", "a\tb", '"a","b"', "id|n", "a,b,", "a, b", "\ufeffa,b", "a,a", "a,")
VALUES = (
    "1",
    "22",
    "x y",
    "",
    "é",
    " z",
    "z ",
    "3.5",
    "2020-01-01",
    "\\",
    "#c",
    "'q'",
    "NULL",
    "nan",
    'x"y',
    "\ufeff",
    "0x1",
)
QUOTED = ("", "p,q", '""', 'a""b', "l1\nl2", " s ", "\n", "x;y", "\\", '""""', "\ttab", "it's", "\r", "a,b")
ODD = (
    ",",
    '"',
    '""',
    " ",
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\x1a",
    "\t",
    ";",
    "'",
    "#",
    '"x\ny"',
    '\\"',
    "1,2\n",
    "1,2,3\n",
    "a,b\n",
)


def neat(dice: random.Random) -> str:
    """A CSV as programs write them, with a few of the oddities people add."""
    head, end = dice.choice(HEADS), dice.choice(("\n", "\n", "\r\n"))
    delimiter = next(sign for sign in ",;|\t" if sign in head)
    lines = [head] + [
        delimiter.join(_value(dice, end) for _ in range(head.count(delimiter) + 1)) for _ in range(dice.randint(1, 6))
    ]
    if dice.random() < 0.15:
        lines.insert(dice.randint(1, len(lines)), dice.choice(("", " ", head, delimiter)))
    return end.join(lines) + dice.choice(("", end, end + end))


def _value(dice: random.Random, end: str) -> str:
    if dice.random() < 0.5:
        return dice.choice(VALUES)
    around = " " if dice.random() < 0.02 else ""
    return around + '"' + dice.choice(QUOTED).replace("\n", end) + '"' + (" " if dice.random() < 0.02 else "")


def wild(dice: random.Random) -> str:
    return dice.choice(HEADS) + "\n" + "".join(dice.choice(ODD + VALUES) for _ in range(dice.randint(1, 14)))


def difference(here: Reader, path: Path) -> str:
    """What the two ways say differently of a file; nothing where it may not be scanned in place at all."""
    try:
        first = here.read(path)
    except EngineError:
        return ""
    if not first.export.balance.holds:
        return "the balance does not hold"
    return "" if not first.in_place else _between(first, here.read_record_by_record(path))


def _between(first: Reading, second: Reading) -> str:
    if first.export.columns != second.export.columns or first.export.balance != second.export.balance:
        return f"{first.export} is not {second.export}"
    if sorted(first.rows, key=repr) != sorted(second.rows, key=repr):
        return f"{first.rows} are not {second.rows}"
    return ""


def differences(made: range, folder: Path) -> list[str]:
    path = folder / "export.csv"
    found = []
    with reader(path) as here:
        for seed in made:
            dice = random.Random(seed)
            text = (neat if seed % 3 else wild)(dice)
            path.write_text(text, encoding="utf-8", newline="")
            if difference(here, path):
                found.append(f"{text!r}: {difference(here, path)}")
    return found


def test_both_ways_read_alike(tmp_path: Path) -> None:
    assert differences(range(300), tmp_path) == []


@pytest.mark.slow
def test_both_ways_read_alike_on_very_many(tmp_path: Path) -> None:
    assert differences(range(300, 8_000), tmp_path) == []


@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_the_count_does_not_depend_on_how_the_file_is_cut(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "export.csv"
    for seed in range(300):
        text = neat(random.Random(seed)).encode()
        path.write_bytes(text)
        header = text.splitlines()[0]
        whole = tally(path, header)
        with monkeypatch.context() as small:
            small.setattr("reconcile.engine.reading.tally._BLOCK", block)
            assert tally(path, header) == whole, text
