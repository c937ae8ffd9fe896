"""Comparing two prepared sources: the steps of ``sql`` run one after the other, every count checked against another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

import duckdb

from reconcile.engine import auto, database, sampling, sql
from reconcile.engine.auto import Guess
from reconcile.engine.comparisons import SameText
from reconcile.engine.errors import StoppedUnexpectedly
from reconcile.engine.plan import Pair, Pairing
from reconcile.engine.reading.sources import Prepared
from reconcile.engine.results import FieldResult, Mismatch, Side
from reconcile.engine.spec import CompareSpec
from reconcile.engine.sql import JoinField, JoinPlan

Progress = Callable[[str, int, int], None]
_REPEATED_FIRST = "repeated keys first, then one join"
_CLEARED_AT_ONCE = 16
_ROWS_TOGETHER = 20_480
_SHOWN_PER_KIND = {"differs": 12, "only_left": 4, "only_right": 4, "duplicate_left": 3, "duplicate_right": 3}


class InDoubt(Exception):
    """The database and our own count disagree about files read in place: they must be read record by record."""

    def __init__(self, *sides: int) -> None:
        self.sides = sides
        super().__init__()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the join and the counts after it found; rows are in ``rows_file`` when one was asked for."""

    left_side: Side
    right_side: Side
    matched: int
    repeated_on_both: int
    differing_rows: int
    fields: tuple[FieldResult, ...]
    first: tuple[Mismatch, ...]
    key_folds: int
    plan: str


class Matcher:
    """One comparison of two sources in one connection."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        spec: CompareSpec,
        sides: tuple[Prepared, Prepared],
        pairing: Pairing,
        progress: Progress,
    ) -> None:
        self._db = connection
        self._spec = spec
        self._sides = sides
        self._pairing = pairing
        self._progress = progress
        self._guesses: list[Guess] = []
        self._samples: dict[int, Sequence[Sequence[str]]] = {}
        scans = [sql.scan(side.source, distinguish_null=spec.distinguish_null) for side in sides]
        fields = tuple(self._field(place, pair) for place, pair in enumerate(pairing.fields))
        self._plan = JoinPlan(scans[0], scans[1], pairing.key, fields, spec.key_fold, spec.distinguish_null)
        self._how = "one join"

    def run(self, rows_file: Path | None) -> Outcome:
        """Compare; write the rows to ``rows_file`` (.parquet, .csv, .jsonl) when given. Raises InDoubt."""
        self._tell_share(0)
        rows = self._join()
        repeats, on_both = self._set_repeats_aside()
        if self._decide():
            rows = self._join()
            repeats, on_both = self._set_repeats_aside()
        self._settle_same()
        counts = self._one(sql.step_count(self._plan.fields, "narrow"))
        left, right, differing, cells = counts[0], counts[1], counts[2], counts[3:]
        sides = [
            Side(rows[side], only, repeated_keys, repeated_rows)
            for side, only, (repeated_keys, repeated_rows) in zip((0, 1), (left, right), repeats, strict=True)
        ]
        matched = self._matched(sides)
        folds = 0 if self._spec.key_fold or not (left and right) else self._one(sql.step_folds(self._plan, "narrow"))[0]
        if rows_file:
            self._progress("Writing down the mismatches", 0, 0)
            self._write(rows_file, cells)
        results = tuple(
            FieldResult(pair.field, pair.name, pair.right_name, guess.comparison.shown, guess.reason, count)
            for pair, guess, count in zip(self._pairing.fields, self._guesses, cells, strict=True)
        )
        return Outcome(sides[0], sides[1], matched, on_both, differing, results, self._first(cells), folds, self._how)

    # Choosing comparisons

    def _field(self, place: int, pair: Pair) -> JoinField:
        samples, cells = self._values(pair), (f"l.c{pair.left}", f"r.c{pair.right}")
        if pair.rule.comparison == "auto":
            guess = auto.propose(*samples, *cells)
        else:
            guess = auto.asked(pair.rule, pair.name, samples, cells)
        table = f"mapping{place}" if pair.rule.mapping and pair.rule.comparison == "mapped" else ""
        if table:
            self._load_mapping(table, pair.rule.mapping)
        self._guesses.append(guess)
        return JoinField(pair.left, pair.right, guess.comparison, table, guess.witness_left, guess.witness_right)

    def _values(self, pair: Pair) -> tuple[list[str], list[str]]:
        left, right = (self._sample(side) for side in (0, 1))
        return [row[pair.left] for row in left], [row[pair.right] for row in right]

    def _sample(self, side: int) -> Sequence[Sequence[str]]:
        if side not in self._samples:
            self._samples[side] = rows_sampled(self._db, self._sides[side])
        return self._samples[side]

    def _load_mapping(self, table: str, mapping: Sequence[tuple[str, str]]) -> None:
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE {table} (left_word VARCHAR, right_word VARCHAR)")
        for start in range(0, len(mapping), 500):
            words = mapping[start : start + 500]
            places = ", ".join(["(?, ?)"] * len(words))
            values = [word for pair in words for word in pair]
            self._db.execute(f"INSERT INTO {table} VALUES {places}", values)  # noqa: S608 - a name of ours, values bound

    # Joining

    def _join(self) -> list[int]:
        """The join into the table ``narrow``; rows read of each side, checked against our own count."""
        hot = self._has_hot_keys()
        statement = "CREATE OR REPLACE TEMP TABLE narrow AS " + sql.step_join(self._plan, "repeated" if hot else "")
        try:
            if hot:
                self._how = _REPEATED_FIRST
                self._keep("repeated", sql.step_repeated_keys(self._plan))
            with database.watched(self._db, self._tell_share):
                tallies = database.run_counted(self._db, statement)
        except duckdb.InvalidInputException as error:
            raise self._doubt() or error from error
        rows = [self._rows_read(side, tallies) for side in (0, 1)]
        wrong = [side for side in (0, 1) if rows[side] != self._expected(side)]
        if wrong:
            raise self._doubt(wrong) or _disagrees(self._sides[wrong[0]], rows[wrong[0]])
        if not hot:
            self._find_repeats(rows, tallies)
        return rows

    def _tell_share(self, share: float) -> None:
        rows = self._expected(0) + self._expected(1)
        self._progress("Comparing", int(rows * share), rows)

    def _doubt(self, sides: Sequence[int] = (0, 1)) -> InDoubt | None:
        """Sides that were read in place and must be read again, of those given."""
        uncertain = [side for side in sides if not self._sides[side].certain]
        return InDoubt(*uncertain) if uncertain else None

    def _expected(self, side: int) -> int:
        return self._sides[side].export.balance.rows

    def _rows_read(self, side: int, tallies: database.Tallies | None) -> int:
        if tallies and (rows := tallies.read.get(str(self._sides[side].source.path))) is not None:
            return rows
        relation = self._plan.left if side == 0 else self._plan.right
        return self._one(f"SELECT COUNT(*) FROM {relation} AS source")[0]  # noqa: S608 - built by sql.scan

    def _find_repeats(self, rows: list[int], tallies: database.Tallies | None) -> None:
        """Keys that repeat, into the table ``repeated``.

        When every row read is accounted for by a pair or a one-sided row, none repeats on both sides, and the one-sided
        rows tell the rest; only otherwise the keys are read again.
        """
        left, right = self._one(
            "SELECT COALESCE(SUM(CASE WHEN NOT here_right THEN 1 ELSE 0 END), 0), "
            "COALESCE(SUM(CASE WHEN NOT here_left THEN 1 ELSE 0 END), 0) FROM narrow"
        )
        pairs = tallies.joined - left - right if tallies else -1
        if pairs + left == rows[0] and pairs + right == rows[1]:
            self._keep("repeated", sql.step_repeated_one_sided(self._plan, "narrow"))
        else:
            self._how = "one join, then repeated keys"
            self._keep("repeated", sql.step_repeated_keys(self._plan))

    def _has_hot_keys(self) -> bool:
        """Whether the samples hold repeated keys on both sides.

        Joining those makes every pair of their rows. They are looked for in the whole files anyhow, so doing that first
        costs nothing.
        """
        return all(self._sample_repeats(side) for side in (0, 1))

    def _sample_repeats(self, side: int) -> bool:
        keys = [tuple(row[pair[side]] for pair in self._plan.key) for row in self._sample(side)]
        if self._plan.fold:
            keys = [tuple(part.strip().lower() for part in key) for key in keys]
        filled = [key for key in keys if any(key)]
        return len(set(filled)) < len(filled)

    # Repeated keys

    def _set_repeats_aside(self) -> tuple[list[tuple[int, int]], int]:
        """Repeated keys leave ``narrow`` for ``repeats_left`` and ``repeats_right``.

        How many keys and rows went there from each side, and how many of the keys are on both.
        """
        found = self._one(sql.step_count_repeated("repeated"))
        for side, table in enumerate(("repeats_left", "repeats_right")):
            if found[0]:
                self._keep(table, sql.step_listed_repeats(self._plan, "repeated", side))
            else:
                self._keep(table, sql.step_no_repeats(self._plan, "narrow", side))
        if found[0] and self._how != _REPEATED_FIRST:
            self._replace_narrow(sql.step_drop_repeated(self._plan, "narrow", "repeated"))
        return [(int(found[1]), int(found[2])), (int(found[3]), int(found[4]))], int(found[5])

    def _matched(self, sides: list[Side]) -> int:
        """Pairs: what is left of each side; both sides must say the same."""
        left, right = (side.rows - side.only - side.duplicate_rows for side in sides)
        if left != right:
            raise StoppedUnexpectedly(
                doing="The comparison", why=f"its counts disagree ({left} pairs by the left file, {right} by the right)"
            )
        return left

    # Settling guesses

    def _decide(self) -> bool:
        """Weigh guesses against the witnesses found; whether the join has to be made again for what came of it."""
        speaks = [self._witnesses(side) for side in (0, 1)]
        again = False
        for place, pair in enumerate(self._pairing.fields):
            field, guess = self._plan.fields[place], self._guesses[place]
            left, right = (place in spoken for spoken in speaks)
            self._guesses[place] = auto.weighed(pair.rule, guess, left_speaks=left, right_speaks=right)
            comparison = self._guesses[place].comparison
            asked_already = isinstance(comparison, SameText) or comparison.differs(
                "l", "r"
            ) == guess.comparison.differs("l", "r")
            again |= not asked_already
            self._settle(place, replace(field, comparison=comparison))
        return again

    def _witnesses(self, side: int) -> set[int]:
        """Fields of which a cell on one side is a witness."""
        letter = "uv"[side]
        places = [place for place, field in enumerate(self._plan.fields) if letter in dict(sql.witnesses(field))]
        if not places:
            return set()
        counts = self._one(sql.step_witnesses(self._plan, letter, "narrow", ("repeats_left", "repeats_right")[side]))
        return {place for place, count in zip(places, counts, strict=True) if count}

    def _settle(self, place: int, field: JoinField) -> None:
        fields = list(self._plan.fields)
        fields[place] = field
        self._plan = replace(self._plan, fields=tuple(fields))

    def _settle_same(self) -> None:
        """Clear the cells whose texts differ while their comparison calls them the same."""
        relaxing = [place for place, field in enumerate(self._plan.fields) if field.comparison.relaxes]
        kept = self._one(sql.step_kept(relaxing, "narrow")) if relaxing else ()
        cleared = [place for place, count in zip(relaxing, kept, strict=True) if count and self._same(place)]
        for start in range(0, len(cleared), _CLEARED_AT_ONCE):
            self._replace_narrow(sql.step_settle(self._plan, cleared[start : start + _CLEARED_AT_ONCE], "narrow"))

    def _same(self, place: int) -> int:
        self._keep(f"same{place}", sql.step_same(self._plan, place, "narrow"))
        return self._one(f"SELECT COUNT(*) FROM same{place}")[0]  # noqa: S608 - a name of ours

    def _replace_narrow(self, statement: str) -> None:
        self._keep("next_narrow", statement)
        self._db.execute("DROP TABLE narrow")
        self._db.execute("ALTER TABLE next_narrow RENAME TO narrow")

    # Rows out

    def _write(self, rows_file: Path, cells: Sequence[int]) -> None:
        copy_rows(self._db, " UNION ALL ".join(self._branches(cells)), rows_file)

    def _first(self, cells: Sequence[int]) -> tuple[Mismatch, ...]:
        """A few mismatches of each kind, differing values first, fields in turn."""
        branches = self._branches(cells)
        most = _SHOWN_PER_KIND["differs"]
        by_field = [self._top(branch, most) for branch in branches[4 : 4 + most]]
        in_turn = [row for turn in zip_longest(*by_field) for row in turn if row]
        found = sorted(in_turn[:most], key=[row for rows in by_field for row in rows].index)
        for kind, branch in zip(
            ("only_left", "only_right", "duplicate_left", "duplicate_right"), branches, strict=False
        ):
            found += self._top(branch, _SHOWN_PER_KIND[kind])
        return tuple(Mismatch(*(value or "" for value in row)) for row in found)

    def _top(self, branch: str, most: int) -> list[tuple[str | None, ...]]:
        return self._db.execute(f"{branch} ORDER BY 2 LIMIT {most}").fetchall()

    def _branches(self, cells: Sequence[int]) -> list[str]:
        """The result's branches: one for each kind, one for each field with cells that differ."""
        names = {place: self._pairing.fields[place].field for place, count in enumerate(cells) if count}
        return sql.step_rows(self._plan, names, "narrow", ("repeats_left", "repeats_right"))

    def _keep(self, table: str, statement: str) -> None:
        self._db.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {statement}")

    def _one(self, statement: str) -> tuple[int, ...]:
        row = self._db.execute(statement).fetchone()
        return tuple(row or ())


def copy_rows(connection: duckdb.DuckDBPyConnection, rows: str, rows_file: Path) -> None:
    """Put the rows a query gives into a file, in order; its ending names the format."""
    parquet = f"FORMAT parquet, ROW_GROUP_SIZE {_ROWS_TOGETHER}"
    form = {".parquet": parquet, ".jsonl": "FORMAT json"}.get(rows_file.suffix, "FORMAT csv, HEADER true")
    ordered = f'SELECT * FROM ({rows}) AS found ORDER BY kind, "key", field'  # noqa: S608 - steps of ours
    connection.execute(f"COPY ({ordered}) TO {sql.text(str(rows_file))} ({form})")


def rows_sampled(connection: duckdb.DuckDBPyConnection, side: Prepared) -> Sequence[Sequence[str]]:
    """Rows from all over a source, as texts."""
    source = side.source
    if source.kind != "parquet":
        return sampling.sample(source)
    if source.sample is not None:
        return source.sample
    rows = connection.execute(sampling.rows_of_parquet(source, side.export.balance.rows)).fetchall()
    return [["" if value is None else value for value in row] for row in rows]


def _disagrees(side: Prepared, rows: int) -> StoppedUnexpectedly:
    return StoppedUnexpectedly(
        doing=f"Reading {side.export.file}", why=f"{side.export.balance.rows} rows were expected and {rows} were read"
    )
