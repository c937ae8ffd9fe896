"""Columns that say when, by whom and how a record was made or changed: guessed of an export, and shown for choosing.

A guess is a suggestion of the page and of nothing else: it is made of what columns are called and of the first rows,
and only where one column fits and its name says nothing besides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from reconcile import engine
from reconcile.checks.comparing import EDIT_WORDS
from reconcile.checks.models import Draft
from reconcile.engine.suggesting.likeness import words
from reconcile.engine.suggesting.profiles import profiles
from reconcile.exports.models import Snapshot

LOOKED_AT = 200
EDITS = "edits"  # where a draft keeps what was guessed, beside what else is suggested
_CREATED = frozenset(("created", "creation", "opened", "added", "inserted", "entered", "erstellt", "angelegt"))
_UPDATED = frozenset(("updated", "update", "modified", "modification", "changed", "change", "edited", "geandert"))
_AT = frozenset(("at", "on", "date", "time", "timestamp", "datetime", "day", "utc", "am"))
_BY = frozenset(("by", "user", "person", "von"))
_VIA = frozenset(("via", "through", "source", "channel", "origin", "how"))
_BESIDE = frozenset(("last", "record", "row", "entry", "first"))
DATE = "date"


def guess(snapshot: Snapshot) -> engine.EditColumns:
    """Return the columns of a snapshot that is *ready* which plainly tell of edits. Reads its first rows."""
    columns = snapshot.export.columns
    likely = [place for place, name in enumerate(columns) if _says(name) & (_CREATED | _UPDATED)]
    if not likely:
        return engine.EditColumns()
    rows = [[record.values[place] or "" for place in likely] for record in engine.first_rows(snapshot.kept, LOOKED_AT)]
    names = [columns[place] for place in likely]
    return guess_of(names, {one.name: one.kind for one in profiles(names, rows)})


def guess_of(names: Sequence[str], kinds: Mapping[str, str]) -> engine.EditColumns:
    """Return which of ``names`` plainly tell of edits; ``kinds`` are what their values look like (``profiles``)."""

    def only(fits: Callable[[frozenset[str], bool], bool]) -> str:
        found = [name for name in names if fits(_says(name), kinds.get(name) == DATE)]
        return found[0] if len(found) == 1 else ""

    return engine.EditColumns(
        created_at=only(lambda said, date: date and _plain(said, _CREATED, _AT)),
        created_by=only(lambda said, date: not date and _plain(said, _CREATED, _BY, needed=True)),
        created_via=only(lambda said, date: not date and _plain(said, _CREATED, _VIA, needed=True)),
        updated_at=only(lambda said, date: date and _plain(said, _UPDATED, _AT)),
        updated_by=only(lambda said, date: not date and _plain(said, _UPDATED, _BY, needed=True)),
    )


def _says(name: str) -> frozenset[str]:
    return frozenset(words(name))


def _plain(said: Collection[str], what: Collection[str], how: Collection[str], *, needed: bool = False) -> bool:
    """Whether a name says ``what`` and, if ``needed``, ``how``, and nothing besides."""
    there = set(said)
    return bool(there & set(what)) and (not needed or bool(there & set(how))) and there <= {*what, *how, *_BESIDE}


def guessed_in(draft: Draft) -> tuple[engine.EditColumns, engine.EditColumns]:
    """Return the columns of both exports that seem to tell of edits, as far as that was looked at."""
    left, right = (draft.suggestion or {}).get(EDITS) or ({}, {})
    return engine.EditColumns(**left), engine.EditColumns(**right)


def filled(chosen: engine.EditColumns, guessed: engine.EditColumns) -> engine.EditColumns:
    """Return ``chosen``, and what was guessed where nothing is."""
    return replace(guessed, **{name: column for name, column in asdict(chosen).items() if column})


@dataclass(frozen=True, slots=True)
class EditRow:
    """What one column on either side may tell; ``left`` and ``right`` are labels of columns, empty for none."""

    name: str
    words: str
    left: str
    right: str

    @property
    def left_name(self) -> str:
        """What the control of the left column is called in a form."""
        return f"{self.name}_left"

    @property
    def right_name(self) -> str:
        """What the control of the right column is called in a form."""
        return f"{self.name}_right"

    @property
    def left_id(self) -> str:
        """Where the control of the left column is on a page."""
        return f"edits-{self.name}-left"

    @property
    def right_id(self) -> str:
        """Where the control of the right column is on a page."""
        return f"edits-{self.name}-right"

    @property
    def capital(self) -> str:
        """The words at the start of a label."""
        return self.words.capitalize()


def rows(left: engine.EditColumns, right: engine.EditColumns, label: Callable[[int, str], str]) -> list[EditRow]:
    """Return a row for everything that columns may tell; ``label`` gives that of a column on side 0 or 1."""
    return [
        EditRow(name, said, *(label(side, one) if one else "" for side, one in enumerate(_both(name, left, right))))
        for name, said in EDIT_WORDS.items()
    ]


def _both(name: str, left: engine.EditColumns, right: engine.EditColumns) -> tuple[str, str]:
    return getattr(left, name), getattr(right, name)
