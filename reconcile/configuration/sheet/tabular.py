"""The table of fields as rows of text: the columns people see, spelled as its cells are, then what is not in it.

What is written so can be brought back without loss.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ownership.cells import COLUMNS, text_of, words_of_state
from ownership.definitions import Definition
from ownership.models import Field
from ownership.queries import registry
from reconcile.checks import sheets

SENSITIVE = "Sensitive"
WIDTHS = {
    "subject": 14, "name": 22, "means": 40, "first_appears_in": 22, "owner": 16, "editors": 28, "settled_by": 24,
    "because": 40, "conditions": 50, "approver": 18, "deputy": 18, "state": 12,
}  # fmt: skip
OTHER_WIDTH = 24


def column_label(system: str) -> str:
    """What the column is called that says where ``system`` stores a field."""
    return f"Column in {system}"


def means_label(system: str) -> str:
    """What the column is called that says what a field means in ``system``."""
    return f"Meaning in {system}"


class Tabular:
    """Fields (out of ``registry.whole``) as a head and rows. ``people``: what each address is called in cells."""

    def __init__(self, fields: Sequence[Field], people: Mapping[str, str]) -> None:
        self._fields = [(field, registry.definition(field)) for field in fields]
        self._people = people
        uses = [use for _, definition in self._fields for use in definition.uses]
        self._columns_of = _in_order(use.system for use in uses if use.column)
        self._means_of = _in_order(use.system for use in uses if use.means)

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return [
            *(column.label for column in COLUMNS),
            *map(column_label, self._columns_of),
            *map(means_label, self._means_of),
            SENSITIVE,
        ]

    def rows(self) -> Iterator[list[str]]:
        """Give a row of texts for each field."""
        for field, definition in self._fields:
            texts = [text_of(definition, column.key, self._people) for column in COLUMNS]
            texts[[column.key for column in COLUMNS].index("state")] = words_of_state(field)
            yield [*texts, *self._uses(definition), "yes" if definition.sensitive else "no"]

    def _uses(self, definition: Definition) -> Iterator[str]:
        for systems, part in ((self._columns_of, "column"), (self._means_of, "means")):
            for system in systems:
                use = definition.use_in(system)
                yield getattr(use, part) if use else ""

    def csv(self) -> Iterator[bytes]:
        """Give the CSV, piece by piece."""
        return sheets.csv_pieces(self.head, self.rows())

    def xlsx(self) -> bytes:
        """Return the workbook: one sheet, its head held in place, long text wrapped."""
        widths = [WIDTHS.get(column.key, OTHER_WIDTH) for column in COLUMNS]
        head = self.head
        with tempfile.TemporaryDirectory(prefix="reconcile-") as folder:
            path = Path(folder) / "fields.xlsx"
            sheets.write_xlsx(
                path,
                "Fields",
                head,
                self.rows(),
                texts=range(len(head)),
                widths=[*widths, *[OTHER_WIDTH] * (len(head) - len(widths))],
            )
            return path.read_bytes()


def _in_order(systems: Iterable[str]) -> list[str]:
    return sorted(set(systems), key=str.casefold)


def csv_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV in one piece."""
    whole = io.BytesIO()
    whole.writelines(sheets.csv_pieces(head, rows))
    return whole.getvalue()
