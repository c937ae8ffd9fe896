"""What the reader makes of the dirty files. `python -m tests.engine.dirty_table` writes it into docs/reading.md."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reconcile.engine.errors import EngineError
from tests.engine.reading import Reading, reader

ROOT = Path(__file__).resolve().parents[2]
DIRTY = ROOT.parent / "shared" / "data" / "dirty"
DOCUMENT = ROOT / "docs" / "reading.md"
START, END = "<!-- from here: python -m tests.engine.dirty_table -->\n", "<!-- to here -->\n"
ENDINGS = {".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".xlsb"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one file came out: ``reading``, or ``refused``. ``seconds`` of wall time."""

    path: Path
    reading: Reading | None
    refused: EngineError | None
    seconds: float

    @property
    def corpus(self) -> str:
        return self.path.relative_to(DIRTY).parts[0]

    @property
    def kind(self) -> str:
        if self.reading is None:
            return "refused"
        return "parsed with rejects" if self.reading.export.balance.rejected else "parsed"


def files() -> list[Path]:
    """Every dirty file, in order."""
    return sorted(path for path in DIRTY.rglob("*") if path.suffix in ENDINGS and path.is_file())


def outcomes() -> Iterator[Outcome]:
    """Every dirty file read; any exception but a refusal goes through."""
    paths = files()
    with reader(*paths) as here:
        for path in paths:
            started = time.monotonic()
            reading = refused = None
            try:
                reading = here.read(path)
            except EngineError as error:
                refused = error
            yield Outcome(path, reading, refused, time.monotonic() - started)


def table(found: list[Outcome]) -> str:
    """The outcome as Markdown: by corpus, then refusals by kind, then rejected lines by reason."""
    kinds = ("parsed", "parsed with rejects", "refused")
    lines = [_row("corpus", "files", *kinds), _row("---", *["---:"] * 4)]
    for corpus in [*sorted({outcome.corpus for outcome in found}), "all"]:
        counts = Counter(outcome.kind for outcome in found if corpus in (outcome.corpus, "all"))
        lines.append(_row(corpus, counts.total(), *(counts[kind] for kind in kinds)))
    lines += ["", _row("refused because", "files", "for example"), _row("---", "---:", "---")]
    for kind, count in Counter(type(o.refused).__name__ for o in found if o.refused).most_common():
        example = next(o.refused for o in found if type(o.refused).__name__ == kind)
        lines.append(_row(kind, count, str(example).replace("|", "\\|")))
    return "\n".join([*lines, "", *_ways(found), ""])


def _ways(found: list[Outcome]) -> list[str]:
    read = [outcome.reading for outcome in found if outcome.reading]
    in_place = sum(reading.in_place for reading in read)
    rows = sum(reading.export.balance.rows for reading in read)
    rejected = sum(reading.export.balance.rejected for reading in read)
    ways = f"{in_place:,} files were read as they lie, {len(read) - in_place:,} record by record"
    return [f"{ways}: {rows:,} rows, {rejected:,} rejected lines, each kept with its number and reason."]


def _row(*cells: object) -> str:
    return "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells) + " |"


def written() -> str:
    """The table as it stands in the document."""
    return DOCUMENT.read_text(encoding="utf-8").split(START)[1].split(END)[0]


if __name__ == "__main__":
    before, rest = DOCUMENT.read_text(encoding="utf-8").split(START)
    after = rest.split(END)[1]
    DOCUMENT.write_text(before + START + table(list(outcomes())) + END + after, encoding="utf-8")
