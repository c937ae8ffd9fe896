"""Counting the lines of a CSV file apart from reading it.

The reader's own count cannot show what the reader lost. This one looks at bytes alone: it keeps only line ends, quotes
and NUL from each block, so that a large file costs about a millisecond a megabyte.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_BLOCK = 1 << 20
_TAIL = 1 << 12
_KEPT = b'\n\r"\0'
_DROPPED = bytes(set(range(256)) - set(_KEPT))


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one file.

    ``lines`` are physical lines, a last one without an end included; ``quoted`` of their ends stand inside quotes
    (quotes taken as pairs); ``trailing_blank`` are empty lines at the end. ``plain`` says that nothing was seen which
    readers take differently: one kind of line end, no NUL, quotes paired. Spaces between a quote and a delimiter are
    no doubt: they belong to the syntax in both ways of reading.
    """

    lines: int
    quoted: int
    trailing_blank: int
    plain: bool
    headers: int = 1

    @property
    def records(self) -> int:
        """Records if no line in the middle is blank, the header included."""
        return self.lines - self.quoted - self.trailing_blank


def tally(path: Path, header: bytes = b"") -> Tally:
    """Count ``path``, taken as text in UTF-8 or another encoding that keeps ASCII; ``header`` is its first line."""
    count = _Count(header)
    with path.open("rb") as file:
        held = b""
        while block := file.read(_BLOCK):
            block = held + block
            held = block[-1:] if block.endswith(b"\r") else b""
            count.add(block[:-1] if held else block)
        if held:
            count.add(held)
    return count.result()


class _Count:
    def __init__(self, header: bytes = b"") -> None:
        self.header = b"\n" + header
        self.headers = 1
        self.ends = self.crlf = self.lone_cr = self.quoted = 0
        self.inside = False
        self.odd = False
        self.tail = b""

    def add(self, block: bytes) -> None:
        if not block:
            return
        kept = block.translate(None, _DROPPED)
        crlf = block.count(b"\r\n") if b"\r" in kept else 0
        self.crlf += crlf
        self.lone_cr += kept.count(b"\r") - crlf
        self.ends += kept.count(b"\n")
        self.odd |= b"\0" in kept
        if b'"' in kept:
            self._add_quotes(kept)
        elif self.inside:
            self.quoted += kept.count(b"\n")
        self._add_headers(block)
        self.tail = (self.tail + block[-_TAIL:])[-_TAIL:]

    def _add_headers(self, block: bytes) -> None:
        """Also one that lies across two blocks; one that is only the start of a line costs no more than speed."""
        length = len(self.header) - 1
        if length:
            self.headers += block.count(self.header) + (self.tail[-length:] + block[:length]).count(self.header)

    def _add_quotes(self, kept: bytes) -> None:
        """Two neighbouring quotes never change what is inside, so they go first; little is left to split."""
        for number, part in enumerate(kept.replace(b'""', b"").split(b'"')):
            if self.inside ^ bool(number % 2):
                self.quoted += part.count(b"\n")
        self.inside ^= bool(kept.count(b'"') % 2)

    def result(self) -> Tally:
        body = self.tail.rstrip(b"\r\n")
        unended = bool(self.tail) and not self.tail.endswith(b"\n")
        trailing = self.tail[len(body) :].count(b"\n")
        blank = trailing if not body else max(trailing - 1, 0)
        last = self.tail[self.tail.rfind(b"\n") + 1 :]
        spaced_end = b' "' in last or b'" ' in last  # DuckDB 2.0 keeps them as part of the value there alone
        mixed = self.lone_cr > 0 or self.crlf not in (0, self.ends)
        return Tally(
            lines=self.ends + unended,
            quoted=self.quoted,
            trailing_blank=blank,
            plain=not (self.odd or mixed or self.inside or spaced_end),
            headers=self.headers,
        )
