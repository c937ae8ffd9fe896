"""The mismatches of one run judged by the rules of their fields, in one database.

Every condition is asked once of each distinct cell of the column it tests; all else is joins. Tables: ``mismatches``
(the state file, with n), ``fields`` (field, place, asks), ``differing`` (n, key, place, asks), ``answers_left`` and
``answers_right`` (key, t0…tn: the answers of the tests of that side), ``told`` (n, place, t0…tn), ``decided`` (n,
place, ending), ``endings``, ``words``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from reconcile.engine import keeping, plan, sql
from reconcile.engine.asking import CANNOT_TELL
from reconcile.engine.classifying import exports, history, readings
from reconcile.engine.classifying.asked import Seen
from reconcile.engine.classifying.exports import SIDES
from reconcile.engine.deciding import RuleForDeciding
from reconcile.engine.errors import StoppedUnexpectedly
from reconcile.engine.judging.asked import JUDGED_COLUMNS, Judged, Judging
from reconcile.engine.judging.endings import ANSWERS, ColumnTest, Endings, Systems
from reconcile.engine.results import Export, Kept

Progress = Callable[[str, int, int], None]
DOING = "Finding out which side wins"
_AT_ONCE = 4_096
_UNKNOWN = ANSWERS.index(CANNOT_TELL)


def request(asked: Judging, now: Seen) -> dict[str, Any]:
    """What the child process needs to know beside the files (left, right, mismatches): JSON-ready."""
    as_of = [now.left_as_of.isoformat(), now.right_as_of.isoformat()]
    return {"asked": asked.to_json(), "as_of": as_of}


def requested(data: dict[str, Any], files: Sequence[Path]) -> tuple[Judging, Seen]:
    """What ``request`` described; ``files`` are the names the files can be opened under, in their order."""
    left, right = (
        Kept(path, Export.from_json(file["kept"])) for path, file in zip(files[:2], data["files"], strict=False)
    )
    left_as_of, right_as_of = map(datetime.fromisoformat, data["as_of"])
    return Judging.from_json(data["asked"]), Seen(left, right, left_as_of, right_as_of, files[2])


class Judge:
    """The mismatches of one run ``now``, whose exports are kept, in one connection of their own."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        *,
        asked: Judging,
        now: Seen,
        progress: Progress,
    ) -> None:
        self._db = connection
        self._folder = folder
        self._asked = asked
        self._now = now
        self._progress = progress
        left, right = (kept.export for kept in exports.both(now))
        self._pairing = plan.resolve(asked.spec, left, right)
        self._endings = Endings(Systems.of(asked.systems, (left.columns, right.columns)))

    def run(self) -> dict[str, Any]:
        """JSON-ready data of a ``Judged`` whose file lies in the folder. Raises duckdb.Error, EngineError."""
        self._progress(DOING, 0, 0)
        self._db.execute(f"CREATE VIEW mismatches AS {history.step_mismatches(self._now.mismatches)}")
        names = sorted(name for (name,) in self._db.execute(history.step_named()).fetchall())
        rules = [self._asked.rules.get(name) or RuleForDeciding(name) for name in names]
        asked = [self._endings.asked(rule) for rule in rules]
        self._make("fields (field VARCHAR, place INTEGER, asks BOOLEAN)", _fields(names, asked))
        self._db.execute(f"CREATE TABLE differing AS {step_differing()}")
        self._find_answers(asked)
        ending = {
            place: self._endings.expression(rule, tests)
            for place, (rule, tests) in enumerate(zip(rules, asked, strict=True))
        }
        self._db.execute(f"CREATE VIEW decided AS {step_decided(ending)}")
        self._make(
            "endings (ending INTEGER, outcome VARCHAR, winner VARCHAR, clause INTEGER)",
            ((number, one.outcome, one.winner, one.clause) for one, number in self._endings.known.items()),
        )
        self._make("words (place INTEGER, winner VARCHAR, word VARCHAR, said VARCHAR)", self._words(names))
        out = self._folder / "verdicts.parquet"
        self._write(out)
        return Judged(out, self._counts(names), self._conditions(names, asked)).to_json()

    # What the conditions say

    def _find_answers(self, asked: Sequence[Sequence[int | None]]) -> None:
        """The table ``told``: every differing value with the answer of every test on its records."""
        tests = self._endings.tests
        if tests:
            exports.lay_out(self._db, "now", self._now, self._pairing, fold=self._asked.spec.key_fold)
        sides = [side for side in SIDES if any(test.side == side for test in tests)]
        for side in sides:
            self._ask_side(side, asked)
        self._db.execute(f"CREATE TABLE told AS {step_told(sides, len(tests))}")
        for table in ("differing", *(f"answers_{side}" for side in sides)):
            self._db.execute(f"DROP TABLE {table}")

    def _ask_side(self, side: str, asked: Sequence[Sequence[int | None]]) -> None:
        """The table ``answers_left`` or ``answers_right``."""
        tests = {number: test for test, number in self._endings.tests.items() if test.side == side}
        columns = sorted({test.place for test in tests.values()})
        self._db.execute(f"CREATE TABLE records AS {step_records(side, columns)}")
        for done, column in enumerate(columns):
            self._progress(DOING, done, len(columns))
            ours = {number: test for number, test in tests.items() if test.place == column}
            asking = [place for place, numbers in enumerate(asked) if ours.keys() & set(numbers)]
            self._ask_column(column, ours, asking)
        of_column = {number: test.place for number, test in tests.items()}
        self._db.execute(f"CREATE TABLE answers_{side} AS {step_answers(of_column)}")
        for table in ("records", *(f"answers{column}" for column in columns)):
            self._db.execute(f"DROP TABLE {table}")

    def _ask_column(self, column: int, tests: dict[int, ColumnTest], fields: Sequence[int]) -> None:
        """Ask tests of every distinct cell of a column, on records that differ in one of ``fields``: ``answers…``."""
        answers = "".join(f", t{number} UTINYINT" for number in tests)
        self._db.execute(f"CREATE TABLE answers{column} (cell VARCHAR{answers})")
        lists = "".join(", UNNEST(CAST(? AS UTINYINT[]))" for _ in tests)
        # Read through a connection of its own: only what is asked at once is in our memory.
        with self._db.cursor() as reading:
            reading.execute(step_cells(column, fields))
            while found := reading.fetchmany(_AT_ONCE):
                cells = [cell for (cell,) in found]
                # Cell by cell: what a date or number was read as is still known when the next test asks for it.
                told = zip(*([test.answer(cell) for test in tests.values()] for cell in cells), strict=True)
                self._db.execute(
                    f"INSERT INTO answers{column} SELECT UNNEST(CAST(? AS VARCHAR[])){lists}", [cells, *map(list, told)]
                )

    # What should be

    def _words(self, names: Sequence[str]) -> Iterable[tuple[int, str, str, str | None]]:
        """Words that the side which loses writes otherwise: place, winner, the winner's word, the other's if known."""
        for pair in self._pairing.fields:
            if pair.field not in names or pair.rule.comparison != "mapped":
                continue
            place = names.index(pair.field)
            back: dict[str, str | None] = {}
            for left, right in pair.rule.mapping:
                yield place, "left", left, right
                back[right] = None if right in back else left
            # A word of the left with another meaning there: written on the left, it would still differ.
            back |= {left: None for left, _ in pair.rule.mapping if left not in back}
            yield from ((place, "right", right, one) for right, one in back.items())

    # Verdicts out

    def _write(self, out: Path) -> None:
        row = self._db.execute(step_size()).fetchone() or (0, 0)
        total, row_bytes = int(row[0]), int(row[1]) // max(int(row[0]), 1)
        group = keeping.row_group(len(JUDGED_COLUMNS), row_bytes)
        written = self._db.execute(
            f"COPY ({step_judged()}) TO {sql.text(str(out))} (FORMAT parquet, ROW_GROUP_SIZE {group})"
        ).fetchone()
        rows = int(written[0]) if written else 0
        if rows != total:
            raise StoppedUnexpectedly(doing=DOING, why=f"there are {total} mismatches and {rows} verdicts")

    def _counts(self, names: Sequence[str]) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {name: {} for name in names}
        for place, outcome, count in self._db.execute(step_counts()).fetchall():
            found[names[place]][outcome] = count
        return found

    def _conditions(
        self, names: Sequence[str], asked: Sequence[Sequence[int | None]]
    ) -> dict[str, tuple[tuple[int, int, int], ...]]:
        """How often each condition holds, does not hold, cannot be told."""
        found = {}
        for place, total, *counts in self._db.execute(step_told_counts(len(self._endings.tests))).fetchall():
            if asked[place]:
                found[names[place]] = tuple(
                    (0, 0, total) if test is None else (counts[3 * test], counts[3 * test + 1], counts[3 * test + 2])
                    for test in asked[place]
                )
        return found

    def _make(self, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """A table of columns with their types, and its rows."""
        self._db.execute(f"CREATE TABLE {table}")
        name, _, columns = table.partition(" ")
        types = [column.split()[-1] for column in columns.strip("()").split(",")]
        lists = ", ".join(f"UNNEST(CAST(? AS {kind}[]))" for kind in types)
        waiting = iter(rows)
        while some := list(islice(waiting, _AT_ONCE)):
            self._db.execute(f"INSERT INTO {name} SELECT {lists}", [list(values) for values in zip(*some, strict=True)])


def _fields(names: Sequence[str], asked: Sequence[Sequence[int | None]]) -> Iterable[tuple[str, int, bool]]:
    """Every field, its place, and whether there is something to ask of its records."""
    for place, (name, tests) in enumerate(zip(names, asked, strict=True)):
        yield name, place, any(test is not None for test in tests)


def step_differing() -> str:
    """Every differing value: n, key, place, asks."""
    return (
        f"SELECT m.n, m.{sql.name('key')} AS shown_key, f.place, f.asks FROM mismatches AS m "
        f"JOIN fields AS f ON f.field = m.field WHERE m.kind = {sql.text('differs')}"
    )


def step_records(side: str, columns: Sequence[int]) -> str:
    """The tested cells of the records of one side that differ in a field that asks: shown_key, c and their places."""
    cells = ", ".join(f"COALESCE(c{column}, '') AS c{column}" for column in columns)
    return (
        f"SELECT shown_key, {cells} FROM now_{side} AS record "
        "WHERE NOT repeats AND shown_key IN (SELECT shown_key FROM differing WHERE asks)"
    )


def step_cells(column: int, fields: Sequence[int]) -> str:
    """The distinct cells of a column on records that differ in one of the fields at these places."""
    of_fields = f"SELECT shown_key FROM differing WHERE {readings.among(fields)}"
    return f"SELECT DISTINCT c{column} AS cell FROM records WHERE shown_key IN ({of_fields})"


def step_answers(tests: dict[int, int]) -> str:
    """Answers by record of one side, by the columns their tests are of: shown_key, t and their numbers."""
    told = "".join(f", a{column}.t{number}" for number, column in tests.items())
    joins = "".join(
        f" LEFT JOIN answers{column} AS a{column} ON a{column}.cell = r.c{column}"
        for column in sorted(set(tests.values()))
    )
    return f"SELECT r.shown_key{told} FROM records AS r{joins}"


def step_told(sides: Sequence[str], tests: int) -> str:
    """Every differing value with the answers on both its records: n, place, t0…tn."""
    told = "".join(f", CAST(COALESCE(t{number}, {_UNKNOWN}) AS UTINYINT) AS t{number}" for number in range(tests))
    joins = "".join(f" LEFT JOIN answers_{side} ON d.asks AND answers_{side}.shown_key = d.shown_key" for side in sides)
    return f"SELECT d.n, d.place{told} FROM differing AS d{joins}"


def step_decided(ending: dict[int, str]) -> str:
    """The number of the ending of every differing value: n, place, ending."""
    return f"SELECT n, place, CAST({readings.by_field(ending)} AS INTEGER) AS ending FROM told"


def step_judged() -> str:
    """Every mismatch in order, with its verdict."""
    left, right = (f"COALESCE(m.{sql.name(side)}, '')" for side in SIDES)
    values = f"CASE e.winner WHEN {sql.text('left')} THEN {left} WHEN {sql.text('right')} THEN {right} END"
    found = (
        f"SELECT m.n, m.identity, d.place, e.outcome, e.winner, e.clause, {values} AS cell FROM mismatches AS m "
        "LEFT JOIN decided AS d ON d.n = m.n LEFT JOIN endings AS e ON e.ending = d.ending"
    )
    return (
        "SELECT v.identity, v.outcome, v.winner, v.clause, "
        "CASE WHEN w.word IS NULL THEN v.cell ELSE w.said END AS should_be "
        f"FROM ({found}) AS v LEFT JOIN words AS w ON w.place = v.place AND w.winner = v.winner AND w.word = v.cell "
        "ORDER BY v.n"
    )


def step_size() -> str:
    """How many mismatches there are, and the bytes of their values."""
    texts = " + ".join(f"COALESCE(SUM(STRLEN({sql.name(side)})), 0)" for side in SIDES)
    return f"SELECT COUNT(*), {texts} FROM mismatches"


def step_counts() -> str:
    """How many differing values have each outcome, by the place of the field."""
    return (
        "SELECT d.place, e.outcome, COUNT(*) FROM decided AS d JOIN endings AS e ON e.ending = d.ending "
        "GROUP BY d.place, e.outcome ORDER BY d.place, e.outcome"
    )


def step_told_counts(tests: int) -> str:
    """How many differing values there are by the place of the field, and how many have each answer of each test."""
    counts = "".join(f", COUNT_IF(t{number} = {answer})" for number in range(tests) for answer in range(len(ANSWERS)))
    return f"SELECT place, COUNT(*){counts} FROM told GROUP BY place ORDER BY place"
