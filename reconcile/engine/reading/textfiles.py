"""Reading text files: as they lie where that is safe, record by record where it is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from reconcile.engine import sql
from reconcile.engine.errors import BalanceBroken, NoRowFits
from reconcile.engine.limits import Limits
from reconcile.engine.reading import dialects, encodings
from reconcile.engine.reading.dialects import Dialect
from reconcile.engine.reading.encodings import Encoding
from reconcile.engine.reading.intake import Intake
from reconcile.engine.reading.records import Piece, split
from reconcile.engine.reading.sources import Prepared, Source, Told, untold
from reconcile.engine.reading.tally import tally
from reconcile.engine.results import Balance, Export
from reconcile.engine.spec import ReadOptions

_HEAD = 1 << 16
_LARGEST_HEAD = 1 << 22
_COMMON = ",;|\t"


@dataclass(frozen=True, slots=True)
class TextFile:
    """One text file, its name for people and how it may be read."""

    path: Path
    name: str
    options: ReadOptions
    limits: Limits


def prepare(file: TextFile, folder: Path, tell: Told = untold) -> Prepared:
    """The file ready to be scanned, in place if its bytes raise no doubt, else rewritten into ``folder``."""
    encoding, dialect = understand(file)
    if _may_lie(encoding, dialect, file.limits) and (balance := _balance_in_place(file, dialect)):
        source = Source(file.path, "csv", dialect.width, dialect.syntax.delimiter, header=True)
        return Prepared(_export(file, encoding, dialect, balance), source, certain=False, original=file.path)
    return rewrite(file, folder, tell)


def understand(file: TextFile) -> tuple[Encoding, Dialect]:
    """Encoding and dialect of a text file."""
    with file.path.open("rb") as opened:
        head = opened.read(_HEAD)
        while b"\n" not in head and b"\r" not in head and len(head) < _LARGEST_HEAD and (more := opened.read(_HEAD)):
            head += more
        complete = not opened.read(1)
    encoding = _encoding(file, head)
    sample = _decoded(head, encoding)
    if not complete and (cut := max(sample.rfind("\n"), sample.rfind("\r"))) > 0:
        sample = sample[: cut + 1]
    return encoding, dialects.recognise(sample, file.options, file.limits, file.name)


def _encoding(file: TextFile, head: bytes) -> Encoding:
    if file.options.encoding:
        return encodings.chosen(file.options.encoding, head, file.name)
    return encodings.from_head(head, file.name) or encodings.from_whole(file.path)


def _decoded(head: bytes, encoding: Encoding) -> str:
    return head.decode(encoding.codec, errors="replace").removeprefix("\ufeff").replace("\0", "")


def _may_lie(encoding: Encoding, dialect: Dialect, limits: Limits) -> bool:
    syntax = dialect.syntax
    plain = syntax.quote == '"' and not syntax.escape and syntax.delimiter in _COMMON
    simple = plain and dialect.header and dialect.preamble == 0 and dialect.width > 1
    simple = simple and limits.cell_characters >= sql.LINE_BYTES  # the database knows no bound for a value
    return simple and encoding.codec in ("utf-8", "utf-8-sig")


def _balance_in_place(file: TextFile, dialect: Dialect) -> Balance | None:
    header = _one_line_header(file, dialect)
    if not header:
        return None
    count = tally(file.path, header)
    if not count.plain or count.headers != 1:
        return None
    return Balance(count.lines, 0, 1, count.records - 1, count.quoted, count.trailing_blank, 0)


def _one_line_header(file: TextFile, dialect: Dialect) -> bytes:
    """The header's bytes without their line end; empty when it is no single line."""
    with file.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as opened:
        first = next(split(opened, dialect.syntax, file.limits, name=file.name), None)
    single = first is not None and first.lines == 1 and bool(first.cells)
    return first.text.rstrip("\r\n").encode(errors="surrogateescape") if first and single else b""


def rewrite(file: TextFile, folder: Path, tell: Told = untold) -> Prepared:
    """The file read record by record into clean CSV in ``folder``, what cannot be read kept beside it.

    ``tell`` hears how many of its lines are read. Raises BalanceBroken when the lines do not add up, NoRowFits when no
    line below the header can be read.
    """
    encoding, dialect = understand(file)
    if not file.options.encoding and encoding.codec == "utf-8":
        encoding = encodings.from_whole(file.path)
    folder.mkdir(parents=True, exist_ok=True)
    with _opened(file, encoding) as opened:
        lines = _count_lines(opened)
    header, intake = _taken(file, encoding, dialect, folder, lambda done: tell(done, lines))
    balance = Balance(
        lines=lines,
        preamble=dialect.preamble,
        header=header.lines if header else 0,
        rows=intake.rows,
        continuation=intake.continuation,
        blank=intake.blank,
        rejected=intake.rejected,
    )
    _refuse_unless_sound(file, balance, intake)
    export = _export(file, encoding, dialect, balance, intake)
    source = Source(intake.rows_file, "csv", dialect.width, rewritten=True)
    return Prepared(export, source, certain=True, original=file.path)


def _taken(
    file: TextFile, encoding: Encoding, dialect: Dialect, folder: Path, tell: Callable[[int], None]
) -> tuple[Piece | None, Intake]:
    """The header's record and everything below it, taken."""
    syntax, unread = dialect.syntax, "" if encoding.strict else encoding.shown
    with _opened(file, encoding) as opened:
        first = split(opened, syntax, file.limits, skip=dialect.preamble, name=file.name)
        header = next(first, None) if dialect.header else None
    above = dialect.preamble + (header.lines if header else 0)
    with (
        _opened(file, encoding) as opened,
        Intake(folder, dialect.width, header.text if header else None, unread=unread) as intake,
    ):

        def whole(text: str, lines: list[str]) -> bool:
            tell(above + intake.lines)
            return intake.take_whole(syntax, text, lines)

        for piece in split(opened, syntax, file.limits, skip=above, name=file.name, whole=whole):
            intake.take(piece)
    return header, intake


def _opened(file: TextFile, encoding: Encoding) -> IO[str]:
    """Undecodable bytes become lone surrogates, which no text has: they reject their line."""
    return file.path.open(encoding=encoding.codec, errors=encoding.errors, newline="")


def _count_lines(opened: IO[str]) -> int:
    """Line ends of any kind, and a last line without one; counted on the text as a whole, apart from any record."""
    ends = 0
    last = ""
    while block := opened.read(1 << 20):
        ends += block.count("\n") + block.count("\r") - block.count("\r\n") - (last == "\r" and block[0] == "\n")
        last = block[-1]
    return ends + (last not in ("", "\n", "\r"))


def _refuse_unless_sound(file: TextFile, balance: Balance, intake: Intake) -> None:
    if not balance.holds:
        raise BalanceBroken(file=file.name, lines=balance.lines, accounted=balance.accounted)
    if intake.rejected and not intake.rows:
        first = intake.first[0]
        raise NoRowFits(file=file.name, lines=intake.rejected, line=first.line, reason=first.reason)


def _export(
    file: TextFile, encoding: Encoding, dialect: Dialect, balance: Balance, intake: Intake | None = None
) -> Export:
    return Export(
        file=file.name,
        format="csv",
        encoding=encoding.shown,
        delimiter=dialect.syntax.delimiter,
        quote=dialect.syntax.quote,
        sheet="",
        columns=dialect.names,
        balance=balance,
        first_rejected=tuple(intake.first) if intake else (),
        rejected_file=intake.rejected_file if intake and intake.rejected else None,
        notes=(*([encoding.note] if encoding.note else []), *dialect.notes),
    )
