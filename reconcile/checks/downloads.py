"""The mismatches of a run as a file for people: what the list shows, in words."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from reconcile.checks import sheets
from reconcile.checks.masking import SHOWN, Masking, key_words
from reconcile.checks.models import Kind, Run
from reconcile.checks.queries import answers
from reconcile.checks.queries.lines import Line, lines
from reconcile.checks.queries.mismatches import EVERYTHING, Asked, MismatchesOfRun

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
RECORD, FIRST_SEEN, LAST_SEEN = 0, 5, 6
_NAME_CHARACTERS = 80
_NOT_IN_NAMES = re.compile(
    r'[\\/:*?"<>|;%\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\udfff\ufeff]+'
)


def file_name(run: Run, asked: Asked, form: str) -> str:
    """Return what the file is called, from check, run and whether something is left out."""
    words = " ".join(_NOT_IN_NAMES.sub(" ", run.check_compared.name).split())
    check = words.strip(" .")[:_NAME_CHARACTERS].strip(" .") or "Check"
    return f"{check}, run {run.number}{'' if asked == EVERYTHING else ', filtered'}.{form}"


def head(run: Run) -> list[str]:
    """Return the names of the columns."""
    return [
        "Record",
        "Field",
        *answers.side_names(run.check_compared),
        "How",
        "First seen",
        "Last seen",
        "Times seen",
        "State",
    ]


def rows(run: Run, asked: Asked, masking: Masking = SHOWN) -> Iterator[sheets.Row]:
    """Give a row for each mismatch that is asked for; what is masked says only that."""
    kinds = answers.kind_words(run.check_compared)
    composite = len(run.comparing.key) > 1
    for line in lines(MismatchesOfRun(run, masking, lasting=True), asked):
        yield [
            str(key_words(line.key, composite=composite, masked=masking.key)),
            line.field if line.kind == Kind.DIFFERS else "",
            *_values(line, masking),
            kinds[line.kind],
            line.first_seen.isoformat() if line.first_seen else "",
            line.last_seen.isoformat() if line.last_seen else "",
            line.times_seen,
            line.state,
        ]


def _values(line: Line, masking: Masking) -> tuple[str | None, str | None]:
    if line.kind in (Kind.ONLY_LEFT, Kind.ONLY_RIGHT):
        return None, None
    if line.kind == Kind.DIFFERS and line.field in masking.fields:
        masked = str(masking.fields[line.field])
        return masked, masked
    return line.left, line.right


def csv_of(run: Run, asked: Asked, masking: Masking = SHOWN) -> Iterator[bytes]:
    """Give the CSV of what is asked for, piece by piece."""
    return sheets.csv_pieces(head(run), rows(run, asked, masking))


def xlsx_of(run: Run, asked: Asked, masking: Masking = SHOWN) -> IO[bytes]:
    """Write the workbook of what is asked for; return it, open. Its file is gone when it is closed."""
    with tempfile.TemporaryDirectory(prefix="reconcile-") as folder:
        path = Path(folder) / "mismatches.xlsx"
        found = rows(run, asked, masking)
        sheets.write_xlsx(path, "Mismatches", head(run), found, texts=(RECORD, FIRST_SEEN, LAST_SEEN))
        return path.open("rb")
