"""Comparing two prepared sources: the steps of ``sql`` run one after the other, every count checked against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb

from reconcile.engine import auto, database, sampling, sql
from reconcile.engine.comparisons import Date, Exact, Mapped, Number, from_rule
from reconcile.engine.errors import StoppedUnexpectedly
from reconcile.engine.plan import Pair, Pairing
from reconcile.engine.results import FieldResult, Mismatch, Side
from reconcile.engine.sources import Prepared, Source
from reconcile.engine.spec import CompareSpec
from reconcile.engine.sql import JoinField, JoinPlan

Progress = Callable[[str, int, int], None]
_HOT = 20
_SHOWN_PER_KIND = {"differs": 12, "only_left": 4, "only_right": 4, "duplicate_left": 3, "duplicate_right": 3}
_MAX_SCALE = 18


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
        self._reasons: list[str] = []
        self._samples: dict[int, list[list[str]]] = {}
        scans = [sql.scan(side.source, distinguish_null=spec.distinguish_null) for side in sides]
        fields = tuple(self._field(place, pair) for place, pair in enumerate(pairing.fields))
        self._plan = JoinPlan(scans[0], scans[1], pairing.key, fields, spec.key_fold, spec.distinguish_null)
        self._how = "one join"

    def run(self, rows_file: Path | None) -> Outcome:
        """Compare; write the rows to ``rows_file`` (.parquet, .csv, .jsonl) when given. Raises InDoubt."""
        self._progress("comparing", 0, self._expected(0) + self._expected(1))
        rows = self._join()
        repeats = self._set_repeats_aside(rows)
        self._decide()
        counts = self._one(sql.step_count(self._plan.fields, "narrow"))
        left, right, differing, cells = counts[0], counts[1], counts[2], counts[3:]
        sides = [
            Side(rows[side], only, repeated_keys, repeated_rows)
            for side, only, (repeated_keys, repeated_rows) in zip((0, 1), (left, right), repeats, strict=True)
        ]
        matched = self._matched(sides)
        folds = 0 if self._spec.key_fold or not (left and right) else self._one(sql.step_folds(self._plan, "narrow"))[0]
        if rows_file:
            self._progress("writing", 0, 0)
            self._write(rows_file)
        results = tuple(
            FieldResult(pair.name, pair.name, pair.right_name, field.comparison.shown, reason, count)
            for pair, field, reason, count in zip(
                self._pairing.fields, self._plan.fields, self._reasons, cells, strict=True
            )
        )
        return Outcome(sides[0], sides[1], matched, differing, results, self._first(), folds, self._how)

    # Choosing comparisons

    def _field(self, place: int, pair: Pair) -> JoinField:
        rule = pair.rule
        if rule.comparison != "auto":
            comparison = from_rule(rule)
            if isinstance(comparison, Date) and not comparison.left_formats:
                comparison = auto.with_formats(comparison, *self._values(pair), column=pair.name)
            self._reasons.append("asked for")
            table = f"mapping{place}" if isinstance(comparison, Mapped) and rule.mapping else ""
            if table:
                self._load_mapping(table, rule.mapping)
            return JoinField(pair.left, pair.right, comparison, table)
        guess = auto.propose(*self._values(pair), f"l.c{pair.left}", f"r.c{pair.right}")
        self._reasons.append(guess.reason)
        return JoinField(pair.left, pair.right, guess.comparison, "", guess.witness_left, guess.witness_right)

    def _values(self, pair: Pair) -> tuple[list[str], list[str]]:
        left, right = (self._sample(side) for side in (0, 1))
        return [row[pair.left] for row in left], [row[pair.right] for row in right]

    def _sample(self, side: int) -> list[list[str]]:
        if side not in self._samples:
            self._samples[side] = rows_sampled(self._db, self._sides[side].source)
        return self._samples[side]

    def _load_mapping(self, table: str, mapping: Sequence[tuple[str, str]]) -> None:
        self._db.execute(f"CREATE TEMP TABLE {table} (left_word VARCHAR, right_word VARCHAR)")
        for start in range(0, len(mapping), 500):
            words = mapping[start : start + 500]
            places = ", ".join(["(?, ?)"] * len(words))
            values = [word or None for pair in words for word in pair]
            self._db.execute(f"INSERT INTO {table} VALUES {places}", values)  # noqa: S608 - a name of ours, values bound

    # Joining

    def _join(self) -> list[int]:
        """The join into the table ``narrow``; rows read of each side, checked against our own count."""
        hot = self._has_hot_keys()
        if hot:
            self._how = "repeated keys first, then one join"
            self._keep("repeated", sql.step_repeated_keys(self._plan))
        statement = "CREATE TEMP TABLE narrow AS " + sql.step_join(self._plan, "repeated" if hot else "")
        try:
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
        """Keys that repeat. When every row read is accounted for by a pair or a one-sided row, none repeats on both
        sides, and the one-sided rows tell the rest; only otherwise the keys are read again."""
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
        """Whether a key repeats so often on both sides that joining it would make far more pairs than there are rows."""
        counts = []
        for side in (0, 1):
            keys = Counter(tuple(row[pair[side]] for pair in self._plan.key) for row in self._sample(side))
            counts.append({key: count for key, count in keys.items() if count >= _HOT and any(key)})
        return bool(counts[0] and counts[1])

    # Repeated keys

    def _set_repeats_aside(self, rows: list[int]) -> list[tuple[int, int]]:
        """Repeated keys leave ``narrow`` and are listed in ``repeats_left`` and ``repeats_right``; (keys, rows) each."""
        found = self._one(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN left_rows > 1 OR (j0 IS NULL AND left_rows > 0) THEN 1 ELSE 0 END), 0), "
            "COALESCE(SUM(left_rows), 0), "
            "COALESCE(SUM(CASE WHEN right_rows > 1 OR (j0 IS NULL AND right_rows > 0) THEN 1 ELSE 0 END), 0), "
            "COALESCE(SUM(right_rows), 0) FROM repeated"
        )
        for side, table in enumerate(("repeats_left", "repeats_right")):
            if found[0]:
                self._keep(table, sql.step_listed_repeats(self._plan, "repeated", side))
            else:
                keys = ", ".join(f"k{part}" for part in self._plan.parts)
                self._keep(table, f"SELECT {keys} FROM narrow WHERE FALSE")  # noqa: S608 - names of ours
        if found[0] and self._how != "repeated keys first, then one join":
            self._replace_narrow(sql.step_drop_repeated(self._plan, "narrow", "repeated"))
        return [(int(found[1]), int(found[2])), (int(found[3]), int(found[4]))]

    def _matched(self, sides: list[Side]) -> int:
        """Pairs: what is left of each side; both sides must say the same."""
        left, right = (side.rows - side.only - side.duplicate_rows for side in sides)
        if left != right:
            raise StoppedUnexpectedly(
                doing="The comparison", why=f"its counts disagree ({left} pairs by the left file, {right} by the right)"
            )
        return left

    # Settling guesses

    def _decide(self) -> None:
        """Turn down guesses that a cell speaks against; give numbers the digits they need."""
        guessed = [place for place, field in enumerate(self._plan.fields) if field.witness_left]
        if guessed:
            spoken = self._witnesses(guessed)
            for place in guessed:
                if spoken[place]:
                    self._settle(place, Exact(), "not every value is a number or a date")
        numbers = [place for place, field in enumerate(self._plan.fields) if isinstance(field.comparison, Number)]
        for place in numbers:
            self._give_digits(place)
        self._settle_same()

    def _settle_same(self) -> None:
        """Clear the cells whose texts differ while their comparison calls them the same."""
        cleared = []
        for place, field in enumerate(self._plan.fields):
            if field.comparison.relaxes:
                self._keep(f"same{place}", sql.step_same(self._plan, place, "narrow"))
                if self._one(f"SELECT COUNT(*) FROM same{place}")[0]:  # noqa: S608 - a name of ours
                    cleared.append(place)
        if cleared:
            self._replace_narrow(sql.step_settle(self._plan, cleared, "narrow"))

    def _replace_narrow(self, statement: str) -> None:
        self._keep("next_narrow", statement)
        self._db.execute("DROP TABLE narrow")
        self._db.execute("ALTER TABLE next_narrow RENAME TO narrow")

    def _witnesses(self, guessed: list[int]) -> dict[int, int]:
        counts = ", ".join(f"COALESCE(SUM(CASE WHEN w{place} THEN 1 ELSE 0 END), 0)" for place in guessed)
        spoken = dict(zip(guessed, self._one(f"SELECT {counts} FROM narrow"), strict=True))  # noqa: S608 - names of ours
        if self._how.startswith("repeated keys first"):
            for side, letter in ((0, "l"), (1, "r")):
                relation = self._plan.left if side == 0 else self._plan.right
                asked = [
                    self._plan.fields[place].witness_left if side == 0 else self._plan.fields[place].witness_right
                    for place in guessed
                ]
                sums = ", ".join(f"COALESCE(SUM(CASE WHEN {witness} THEN 1 ELSE 0 END), 0)" for witness in asked)
                found = self._one(f"SELECT {sums} FROM {relation} AS {letter}")  # noqa: S608 - built by sql.scan
                spoken = {place: spoken[place] + more for place, more in zip(guessed, found, strict=True)}
        return spoken

    def _give_digits(self, place: int) -> None:
        field = self._plan.fields[place]
        number = field.comparison
        assert isinstance(number, Number)  # noqa: S101 - for the type checker
        asked = ", ".join(number.needs(f"l{place}", f"r{place}"))
        found = self._one(f"SELECT {asked} FROM narrow WHERE l{place} IS NOT NULL")  # noqa: S608 - names of ours
        point_left, point_right, comma_left, comma_right, sure_left, sure_right = (int(value or 0) for value in found)
        if not field.witness_left:
            number = replace(number, comma_left=bool(sure_left), comma_right=bool(sure_right))
        digits = max(
            comma_left if number.comma_left else point_left,
            comma_right if number.comma_right else point_right,
            -int(number.tolerance.as_tuple().exponent) if number.tolerance != Decimal(0) and not number.percent else 0,
        )
        self._settle(place, replace(number, scale=min(digits, _MAX_SCALE)), self._reasons[place])

    def _settle(self, place: int, comparison: Exact, reason: str) -> None:
        fields = list(self._plan.fields)
        fields[place] = replace(fields[place], comparison=comparison)
        self._plan = replace(self._plan, fields=tuple(fields))
        self._reasons[place] = reason

    # Rows out

    def _write(self, rows_file: Path) -> None:
        rows = " UNION ALL ".join(self._branches())
        form = {".parquet": "FORMAT parquet", ".jsonl": "FORMAT json"}.get(rows_file.suffix, "FORMAT csv, HEADER true")
        ordered = f'SELECT * FROM ({rows}) AS found ORDER BY kind, "key", field'  # noqa: S608 - steps of ours
        self._db.execute(f"COPY ({ordered}) TO {sql.text(str(rows_file))} ({form})")

    def _first(self) -> tuple[Mismatch, ...]:
        """A few mismatches of each kind, differing values first, fields in turn."""
        branches = self._branches()
        differs, others = branches[4:], branches[:4]
        found: list[tuple[str | None, ...]] = []
        each = max(1, _SHOWN_PER_KIND["differs"] // max(1, len(differs)))
        for limit in (each, _SHOWN_PER_KIND["differs"]):
            for branch in differs:
                if len(found) < _SHOWN_PER_KIND["differs"] and not (limit != each and len(differs) == 1 and found):
                    rows = self._db.execute(f'{branch} ORDER BY 2 LIMIT {limit}').fetchall()
                    found += [row for row in rows if row not in found]
            found = found[: _SHOWN_PER_KIND["differs"]]
        for kind, branch in zip(("only_left", "only_right", "duplicate_left", "duplicate_right"), others, strict=True):
            found += self._db.execute(f"{branch} ORDER BY 2 LIMIT {_SHOWN_PER_KIND[kind]}").fetchall()
        return tuple(Mismatch(*(value or "" for value in row)) for row in found)

    def _branches(self) -> list[str]:
        names = [pair.name for pair in self._pairing.fields]
        return sql.step_rows(self._plan, names, "narrow", ("repeats_left", "repeats_right"))

    def _keep(self, table: str, statement: str) -> None:
        self._db.execute(f"CREATE TEMP TABLE {table} AS {statement}")

    def _one(self, statement: str) -> tuple[int, ...]:
        row = self._db.execute(statement).fetchone()
        return tuple(row or ())


def rows_sampled(connection: duckdb.DuckDBPyConnection, source: Source) -> list[list[str]]:
    """Rows from all over a source, as texts."""
    if source.kind != "parquet":
        return sampling.sample(source)
    rows = connection.execute(
        f"SELECT * FROM {sql.scan(source)} AS source USING SAMPLE reservoir(20000 ROWS) REPEATABLE (1)"  # noqa: S608
    ).fetchall()
    return [["" if value is None else value for value in row] for row in rows]


def _disagrees(side: Prepared, rows: int) -> StoppedUnexpectedly:
    return StoppedUnexpectedly(
        doing=f"Reading {side.export.file}", why=f"{side.export.balance.rows} rows were expected and {rows} were read"
    )
