"""One run classified, in one database: what is known, causes, near copies, groups, segments.

Steps hand over by tables of the database, which is in memory and gone with the connection. ``now_left`` and
``now_right`` are the exports: ``row_number``, ``shown_key`` (the key as a mismatch has it), ``repeats`` (whether the
key is not once on that side), ``c0``…``cn``.
``before_left`` and ``before_right`` are those of the run before, where there is one and they are kept. ``mismatches``
is the state file. ``classified`` has one row a mismatch with the columns of ``Caused``. What is wide lies in files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from reconcile.engine import auto, keeping, plan, sql
from reconcile.engine.classifying import (
    causes,
    exports,
    grouping,
    history,
    meanings,
    near_copies,
    readings,
    repeating,
    segments,
    splitting,
)
from reconcile.engine.classifying.asked import CAUSED_COLUMNS, Classifying, Group, Seen
from reconcile.engine.classifying.exports import SIDES, Laid
from reconcile.engine.classifying.readings import Reading
from reconcile.engine.results import Export, Kept

Progress = Callable[[str, int, int], None]
DOING = "Finding out why records differ"
_WORDS_AT_ONCE = 500
# Mismatches told at once: joins of so many stay in memory, however many there are. Each takes some bytes for what is
# known of it, and has its values four times: those of now, of the run before, of when both agreed, and before that.
_TOLD_AT_ONCE, _KNOWN_BYTES, _TIMES_KNOWN = 180_000_000, 250, 4
# Rows of an export that mostly show already that a word is none.
_FIRST_LOOKED_AT = 100_000


def request(asked: Classifying, now: Seen, before: Seen | None) -> dict[str, Any]:
    """What the child process needs to know beside the files of exports: JSON-ready."""
    return {
        "asked": asked.to_json(),
        "now": _run(now),
        "before": _run(before) if before else None,
    }


def _run(seen: Seen) -> dict[str, Any]:
    return {
        "left_as_of": seen.left_as_of.isoformat(),
        "right_as_of": seen.right_as_of.isoformat(),
        "mismatches": str(Path(seen.mismatches).resolve()),
        "causes": str(Path(seen.causes).resolve()) if seen.causes else None,
        "has": [seen.left is not None, seen.right is not None],
    }


def requested(data: dict[str, Any], reach: Callable[[Path], Path]) -> tuple[Classifying, Seen, Seen | None]:
    """What ``request`` described, and the files beside it; ``reach`` gives each the name it can be opened under."""
    files = iter(data["files"])

    def export() -> Kept:
        file = next(files)
        return Kept(reach(Path(file["path"])), Export.from_json(file["kept"]))

    def run(known: dict[str, Any]) -> Seen:
        left, right = (export() if has else None for has in known["has"])
        return Seen(
            left,
            right,
            datetime.fromisoformat(known["left_as_of"]),
            datetime.fromisoformat(known["right_as_of"]),
            reach(Path(known["mismatches"])),
            reach(Path(known["causes"])) if known["causes"] else None,
        )

    now = run(data["now"])
    return Classifying.from_json(data["asked"]), now, run(data["before"]) if data["before"] else None


class Classifier:
    """The mismatches of one run ``now``, whose exports are kept, in one connection that keeps the order of rows."""

    def __init__(  # noqa: PLR0913 - what is asked, of which runs, and where
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        *,
        asked: Classifying,
        now: Seen,
        before: Seen | None,
        progress: Progress,
    ) -> None:
        self._db = connection
        self._folder = folder
        self._asked = asked
        self._now = now
        self._before = before
        self._progress = progress
        self._exports = exports.both(now)
        self._pairing = plan.resolve(asked.spec, self._exports[0].export, self._exports[1].export)
        self._total, self._row_bytes, self._group_size = 0, 0, 0

    def run(self) -> dict[str, Any]:
        """JSON-ready data of a ``Classified`` whose file lies in the folder. Raises duckdb.Error, EngineError."""
        self._progress(DOING, 0, 0)
        self._keep_view("mismatches", history.step_mismatches(self._now.mismatches))
        self._total, self._row_bytes = self._sizes()
        self._group_size = keeping.row_group(len(CAUSED_COLUMNS), 2 * self._row_bytes)
        laid = exports.lay_out(self._db, "now", self._now, self._pairing, fold=self._asked.spec.key_fold)
        fields = self._read_fields()
        self._remember(fields)
        self._find_edits(laid)
        self._keep("one_sided", causes.step_one_sided())
        near_copies.find(self._db, self._looked_at(laid))
        self._tell(fields)
        out = self._folder / "causes.parquet"
        self._write(self._caused(laid, self._repeating(fields), self._vocabulary(fields)), out)
        self._keep_view("classified", f"SELECT * FROM {exports.scan(out)} AS source")  # noqa: S608 - a quoted path
        groups = grouping.groups(self._db.execute(causes.step_groups()).fetchall())
        found = self._concentrations(groups, laid)
        return {
            "causes": str(out),
            "groups": [asdict(_with(group, found.get(group.label))) for group in groups],
            "total": sum(group.count for group in groups),
        }

    # What is known

    def _read_fields(self) -> list[Reading]:
        """How the fields with differing values are read; the tables ``fields`` and ``words``."""
        named = {name for (name,) in self._db.execute(history.step_named()).fetchall()}
        fields = readings.read(self._db, self._exports, self._pairing, named)
        lags = {
            one.name: known.lag_days if (known := self._asked.fields.get(one.name)) and known.lag_days is not None
            else self._asked.lag_days
            for one in fields
        }  # fmt: skip
        owners = {name: known.owner for name, known in self._asked.fields.items()}
        self._keep("fields", readings.step_fields(fields, owners, lags))
        self._db.execute("CREATE TABLE words (place INTEGER, left_word VARCHAR, right_word VARCHAR)")
        self._insert("words", [(one.place, *pair) for one in fields for pair in one.rule.mapping])
        return fields

    def _remember(self, fields: Sequence[Reading]) -> None:
        """What the run before knew of these mismatches: ``earlier``, ``fresh``, ``found_left``, ``found_right``."""
        before = self._before
        if before is None:
            self._keep_view("earlier", history.step_no_earlier())
        else:
            self._keep_view("earlier", history.step_earlier(before.mismatches, before.causes))
        self._keep("stood", history.step_stood())
        if before is None or not self._before_is_kept():
            for side in SIDES:
                self._keep(f"found_{side}", history.step_nothing_found())
            return
        laid = exports.lay_out(self._db, "before", before, self._pairing, fold=self._asked.spec.key_fold)
        self._keep("fresh", history.step_fresh(fold=self._asked.spec.key_fold))
        pairs = {pair.field: (pair.name, pair.right_name) for pair in self._pairing.fields}
        for number, side in enumerate(SIDES):
            columns = [pairs[one.name][number] for one in fields]
            empty = self._asked.spec.distinguish_null
            self._keep(f"found_{side}", history.step_found(side, laid, fields, columns, empty=empty))
        self._db.execute("DROP TABLE fresh")

    def _before_is_kept(self) -> bool:
        """Whether the exports of the run before are there, with the key's columns."""
        before = self._before
        if before is None or before.left is None or before.right is None:
            return False
        return all(
            pair[side] in kept.export.columns
            for side, kept in enumerate((before.left, before.right))
            for pair in self._pairing.key_names
        )

    def _find_edits(self, laid: Laid) -> None:
        for side, columns in zip(SIDES, (self._asked.left, self._asked.right), strict=True):
            mapped = any(laid.place(side, column) is not None for column in asdict(columns).values() if column)
            formats = {name: self._formats(laid, side, name) for name in (columns.created_at, columns.updated_at)}
            found = history.step_edits(side, laid, columns, formats) if mapped else history.step_no_edits()
            self._keep(f"edits_{side}", found)

    def _formats(self, laid: Laid, side: str, column: str) -> list[str]:
        """The format of a column's moments; none where day and month cannot be told apart."""
        place = laid.place(side, column) if column else None
        if place is None:
            return []
        values = [value for (value,) in self._db.execute(history.step_first(side, place)).fetchall()]
        fitting = auto.best_formats(values)
        return fitting if len(fitting) == 1 else []

    # What each mismatch tells, and what repeats

    def _tell(self, fields: Sequence[Reading]) -> None:
        """What each mismatch tells by itself, in a file of its own: the view ``told``."""
        now = dict(zip(SIDES, map(history.moment, (self._now.left_as_of, self._now.right_as_of)), strict=True))
        before = None
        if self._before:
            seen = map(history.moment, (self._before.left_as_of, self._before.right_as_of))
            before = dict(zip(SIDES, seen, strict=True))
        together = self._read_together()
        fitting = _TOLD_AT_ONCE // (_KNOWN_BYTES + _TIMES_KNOWN * self._row_bytes)
        at_once = max(fitting // together, 1) * together
        for first in range(0, max(self._total, 1), at_once):
            last = min(first + at_once, self._total) - 1
            earlier = self._db.execute(history.step_among(first, last)).fetchone() or (None, None)
            changes = history.step_changes(
                history.step_facts(first, last, (earlier[0] or 0, -1 if earlier[1] is None else earlier[1])),
                fields,
                now=now,
                before=max(before.values()) if before else "",
                kept=self._before_is_kept(),
            )
            told = causes.step_told(changes, fields, now, before, self._asked.lag_days)
            self._write_passing(told, self._folder / f"told-{first}", together)
        files = self._in_order(sorted(self._folder.glob("told-*/*.parquet")))
        self._keep_view("told", f"SELECT * FROM {_scan(files)} AS source")  # noqa: S608 - quoted paths
        for table in ("stood", *(f"{what}_{side}" for what in ("found", "edits") for side in SIDES)):
            self._db.execute(f"DROP TABLE {table}")

    def _in_order(self, told: Sequence[Path]) -> list[Path]:
        """The files of what is told so that their rows follow one another; sorted into one where they do not.

        A file holds rows that were read together, so that files in the order of their first rows have all in order.
        Nothing promises it: a join that had to spill hands rows over as it finds them.
        """
        apart = f"SELECT filename, MIN(n - file_row_number), MAX(n - file_row_number) FROM {_scan(told, number=True)}"  # noqa: S608
        found = self._db.execute(f"{apart} AS source GROUP BY filename").fetchall()
        if all(first == last for _, first, last in found):
            begins = {Path(name): first for name, first, _ in found}
            return sorted(told, key=lambda file: begins.get(file, 0))
        ordered = self._folder / "told-in-order"
        self._write_passing(f"SELECT * FROM {_scan(told)} AS source ORDER BY n", ordered, self._group_size)  # noqa: S608 - quoted paths
        return sorted(ordered.iterdir(), key=lambda file: int(file.stem.rpartition("_")[2]))

    def _repeating(self, fields: Sequence[Reading]) -> list[causes.Constant]:
        """Constants that repeat."""
        known: set[tuple[str, str]] = set()
        if self._before and self._before.causes:
            known = set(self._db.execute(repeating.step_known(self._before.causes)).fetchall())
        tried = [repeating.Tried(*row) for row in self._db.execute(repeating.step_tried("told")).fetchall()]
        return repeating.accepted(tried, known, fields)

    def _vocabulary(self, fields: Sequence[Reading]) -> list[tuple[int, str, str]]:
        """Words that stand against one another on nearly all records: places of fields with both words."""
        places = [one.place for one in fields]
        words = [meanings.Words(*row) for row in self._db.execute(meanings.step_words("told", places)).fetchall()]
        amounts = {one.place for one in fields if one.number or one.date}
        words = [one for one in words if one.place not in amounts or meanings.stands_for_no_amount(one)]
        self._db.execute("CREATE TABLE asked_words (place INTEGER, word VARCHAR)")
        self._insert("asked_words", sorted({(one.place, word) for one in words for word in (one.left, one.right)}))
        differing = {
            (place, side, word): count
            for side in SIDES
            for place, word, count in self._db.execute(meanings.step_differing("told", side)).fetchall()
        }
        words = meanings.possible(words, differing)
        words = meanings.not_refuted(words, self._having(words, fields, _FIRST_LOOKED_AT), differing)
        standing = meanings.standing(words, self._having(words, fields), differing)
        return [(one.place, one.left, one.right) for one in standing]

    def _having(
        self, words: Sequence[meanings.Words], fields: Sequence[Reading], first: int | None = None
    ) -> dict[tuple[int, str, str], int]:
        """How many matched records have each word, by place and side; only of the first rows where asked."""
        alone = self._db.execute("SELECT 1 FROM one_sided LIMIT 1").fetchone() is not None
        asked = {one.place for one in words}
        steps = {
            (reading.place, side): meanings.step_counts(reading, side, alone=alone, first=first)
            for reading in fields
            if reading.place in asked
            for side in SIDES
        }
        return {(*of, word): count for of, step in steps.items() for word, count in self._db.execute(step).fetchall()}

    def _looked_at(self, laid: Laid) -> near_copies.Columns:
        """What near copies may be known by: everything but keys and columns that say who made an edit, and when."""
        left_out = {*self._of_edits(), *self._of_edits("created_via")} | {
            (side, pair[number]) for pair in self._pairing.key_names for number, side in enumerate(SIDES)
        }
        left, right = (
            [
                (place, column)
                for (where, column), place in laid.places.items()
                if where == side and (where, column) not in left_out
            ]
            for side in SIDES
        )
        pairs = [(field.left, field.right, field.field) for field in self._pairing.fields]
        return near_copies.Columns(left, right, pairs)

    def _of_edits(self, *names: str) -> set[tuple[str, str]]:
        """Columns, by side and name, that say when and by whom a record was edited, or those called ``names``."""
        wanted = names or ("created_at", "created_by", "updated_at", "updated_by")
        return {
            (side, getattr(columns, name))
            for side, columns in zip(SIDES, (self._asked.left, self._asked.right), strict=True)
            for name in wanted
        }

    # Causes out

    def _caused(
        self, laid: Laid, constants: Sequence[causes.Constant], vocabulary: Sequence[tuple[int, str, str]]
    ) -> str:
        """Every mismatch with its cause, in order: what is told keeps it, but for people's splits."""
        rows = causes.step_caused(causes.step_decided("told", constants, vocabulary))
        for split in self._asked.splits:
            rows = splitting.step_split(rows, ("n", *CAUSED_COLUMNS), split, laid.place)
        order = " ORDER BY n" if self._asked.splits else ""
        return f"SELECT {', '.join(map(sql.name, CAUSED_COLUMNS))} FROM ({rows}) AS caused{order}"  # noqa: S608 - quoted names

    def _concentrations(self, groups: Sequence[Group], laid: Laid) -> Mapping[str, segments.Found]:
        places = {pair.field: (("left", pair.left), ("right", pair.right)) for pair in self._pairing.fields}
        unused = {*self._asked.unused, *self._of_edits()}
        columns = [
            segments.Column(side, place, column)
            for (side, column), place in laid.places.items()
            if (side, column) not in unused
        ]
        asked = [segments.Asked(one.label, one.kind, one.count, places.get(one.field, ())) for one in groups]
        return segments.find(self._db, asked, columns)

    # Tables and files

    def _keep(self, table: str, statement: str) -> None:
        self._db.execute(f"CREATE OR REPLACE TABLE {table} AS {statement}")

    def _keep_view(self, view: str, statement: str) -> None:
        self._db.execute(f"CREATE OR REPLACE VIEW {view} AS {statement}")

    def _insert(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        for start in range(0, len(rows), _WORDS_AT_ONCE):
            some = rows[start : start + _WORDS_AT_ONCE]
            places = ", ".join(f"({', '.join('?' * len(row))})" for row in some)
            self._db.execute(f"INSERT INTO {table} VALUES {places}", [value for row in some for value in row])  # noqa: S608 - a name of ours, values bound

    def _sizes(self) -> tuple[int, int]:
        """How many mismatches there are, and how many bytes key and values of one usually have."""
        texts = " + ".join(f"COALESCE(SUM(STRLEN({sql.name(column)})), 0)" for column in ("key", "left", "right"))
        row = self._db.execute(f"SELECT COUNT(*), {texts} FROM mismatches").fetchone() or (0, 0)  # noqa: S608 - quoted names
        return int(row[0]), int(row[1]) // max(int(row[0]), 1)

    def _read_together(self) -> int:
        """How many rows of the mismatches one thread reads at a time: those that their file keeps together."""
        file = sql.text(str(self._now.mismatches))
        first = f"SELECT row_group_num_rows FROM parquet_metadata({file}) WHERE row_group_id = 0 LIMIT 1"  # noqa: S608 - a quoted path
        row = self._db.execute(first).fetchone()
        return max(int(row[0]), 1) if row else self._group_size

    def _write_passing(self, statement: str, folder: Path, together: int) -> None:
        """Write files of so many rows each that are gone at the end: fast rather than small."""
        fast = f"ROW_GROUP_SIZE {together}, ROW_GROUPS_PER_FILE 1, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1000"
        self._db.execute(f"COPY ({statement}) TO {sql.text(str(folder))} (FORMAT parquet, {fast})")

    def _write(self, statement: str, out: Path) -> None:
        self._db.execute(
            f"COPY ({statement}) TO {sql.text(str(out))} (FORMAT parquet, ROW_GROUP_SIZE {self._group_size}, "
            "DICTIONARY_SIZE_LIMIT 1000)"
        )


def _scan(files: Sequence[Path], *, number: bool = False) -> str:
    """Files of ours as one relation, with their names and the numbers of rows in them where asked."""
    more = ", filename=true, file_row_number=true" if number else ""
    return f"read_parquet([{', '.join(map(sql.file, files))}], hive_partitioning=false{more})"


def _with(group: Group, found: segments.Found | None) -> Group:
    return replace(group, segments=found.segments, typical=found.typical) if found else group
