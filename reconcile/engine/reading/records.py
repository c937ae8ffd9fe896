"""Splitting text into records with Python's csv module, strictly, and going on after what cannot be read.

A quote that never closes would swallow the rest of the file. Here it costs one line: the line that opens it is rejected
and reading starts again at the next one.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple

from reconcile.engine.errors import QuotesNeverClose
from reconcile.engine.limits import Limits

_ESCAPED = re.compile(r"(?s)\\(.|$)")
_SHOWN = 2_000
_STRETCH = 1 << 16
_LINES_IN_ONE_RECORD = 200_000
_REREAD = 200_000_000
_ENDLESS = "field larger than field limit"
_AFTER_QUOTE = "a value in quotes is followed by more text before the next delimiter"
_NEVER_CLOSED = "a quote opens here and is not closed as it should be"
_TOO_LONG = "the line is longer than can be read"
_CELL_TOO_LONG = "a value is longer than can be read"


@dataclass(frozen=True, slots=True)
class Syntax:
    """How values are set apart: ``quote`` may be empty (none), ``escape`` empty (quotes are doubled).

    Spaces between a quote and a delimiter belong to the syntax; without quotes they belong to the value.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Python's csv reader for this syntax, strict."""
        return csv.reader(
            map(self._spared, lines) if self.escape else lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            doublequote=not self.escape,
            strict=True,
        )

    def rows(self, text: str, lines: list[str]) -> list[list[str]] | None:
        """The records of whole lines, None when one cannot be read or goes on after them."""
        plain = self.without_space(text, inside=False)
        if plain is not text:
            lines = io.StringIO(plain, newline="").readlines()
        try:
            return list(self.reader(iter(lines)))
        except csv.Error:
            return None

    def without_space(self, text: str, *, inside: bool) -> str:
        """``text`` less the spaces between quotes and delimiters; ``inside`` says that it starts in a quoted value."""
        quote, delimiter = self.quote, self.delimiter
        if not quote or self.escape or delimiter == " " or not (f" {quote}" in text or f"{quote} " in text):
            return text
        parts = text.split(quote)
        ends = (delimiter, "\n", "\r")
        for place in range(int(inside), len(parts), 2):
            if place and parts[place].startswith(" "):
                rest = parts[place].lstrip(" ")
                parts[place] = rest if rest.startswith(ends) or (not rest and place == len(parts) - 1) else parts[place]
            if place < len(parts) - 1 and parts[place].endswith(" "):
                rest = parts[place].rstrip(" ")
                parts[place] = rest if rest.endswith(ends) or (not rest and place == 0) else parts[place]
        return quote.join(parts)

    def _spared(self, line: str) -> str:
        """Only a quote is taken out of its escape: other text reads alike in files with such a quote and without."""
        return _ESCAPED.sub(lambda pair: pair[0] if pair[1] == self.quote else pair[0].replace("\\", "\\\\"), line)


Whole = Callable[[str, list[str]], bool]


class Piece(NamedTuple):
    """One record or one stretch that is none: first ``line`` (from 1), number of ``lines``, cells or the reason."""

    line: int
    lines: int
    cells: list[str]
    text: str
    reason: str = ""


class _LineTooLong(Exception):
    pass


class _Feed:
    """Physical lines for the csv reader, remembering those of the record at hand so that they can be read again."""

    def __init__(self, file: IO[str], syntax: Syntax, longest: int) -> None:
        self._file = file
        self._syntax = syntax
        self._inside = False
        self._longest = longest
        self._again: deque[str] = deque()
        self._reread = self._held = 0
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._file.readline(self._longest + 1)
        if not line:
            raise StopIteration
        self.taken.append(line)
        self.number += 1
        self._held += len(line)
        if len(line) > self._longest:
            raise _LineTooLong
        if len(self.taken) > _LINES_IN_ONE_RECORD or (self._held > self._longest and len(self.taken) > 1):
            raise csv.Error(_ENDLESS)
        return self._plain(line)

    def _plain(self, line: str) -> str:
        quote = self._syntax.quote
        if not quote or quote not in line:
            return line
        inside, self._inside = self._inside, self._inside ^ bool(line.count(quote) % 2)
        return self._syntax.without_space(line, inside=inside)

    def offer(self, whole: Whole) -> bool:
        """Whether the next lines, some hundreds, were taken at once; if not they come one by one."""
        if self._again:
            return False
        text = self._file.read(_STRETCH)
        text += self._file.readline(self._longest + 1) if text else ""
        lines = io.StringIO(text, newline="").readlines()
        if not lines or not whole(text, lines):
            self._again.extend(lines)
            return False
        self.number += len(lines)
        return True

    def begin(self) -> None:
        """A new record starts."""
        self.taken.clear()
        self._held = 0
        self._inside = False

    def skip(self, lines: int) -> None:
        """Pass over up to ``lines`` lines."""
        for _ in range(lines):
            try:
                next(self, None)
            except _LineTooLong:
                self.finish_long_line()

    def finish_long_line(self) -> None:
        """Read on to the end of a line of which only the start is kept."""
        if self.taken[-1].endswith(("\n", "\r")):
            return
        while (more := self._file.readline(self._longest)) and not more.endswith(("\n", "\r")):
            pass
        self.taken[-1] += "\n"

    def give_back(self) -> None:
        """All but the first line taken will be read again."""
        rest = self.taken[1:]
        self._again.extendleft(reversed(rest))
        self.number -= len(rest)
        self._reread += sum(map(len, rest))
        del self.taken[1:]

    @property
    def reread(self) -> int:
        return self._reread


def split(  # noqa: PLR0913 - all but one have a default
    file: IO[str], syntax: Syntax, limits: Limits, *, skip: int = 0, name: str = "", whole: Whole | None = None
) -> Iterator[Piece]:
    """Every record of ``file`` (opened with ``newline=""``) after ``skip`` lines, blank lines as records of no cells.

    What cannot be read comes as a piece with a reason. Raises QuotesNeverClose where that keeps happening. ``whole``
    is offered stretches of text and their lines; those it takes do not come as records.
    """
    csv.field_size_limit(limits.cell_characters)
    feed = _Feed(file, syntax, limits.line_bytes)
    feed.skip(skip)
    reader = syntax.reader(feed)
    while True:
        if whole and feed.offer(whole):
            continue
        feed.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _LineTooLong:
            yield _after_long_line(feed)
        except csv.Error as error:
            yield _after_error(feed, str(error), name)
        else:
            yield Piece(feed.number - len(feed.taken) + 1, len(feed.taken), cells, "".join(feed.taken))


def _after_long_line(feed: _Feed) -> Piece:
    if len(feed.taken) > 1:
        feed.finish_long_line()
        feed.give_back()
        return Piece(feed.number, 1, [], feed.taken[0][:_SHOWN], _NEVER_CLOSED)
    feed.finish_long_line()
    return Piece(feed.number, 1, [], feed.taken[0][:_SHOWN], _TOO_LONG)


def _after_error(feed: _Feed, error: str, name: str) -> Piece:
    alone = len(feed.taken) == 1
    feed.give_back()
    if feed.reread > _REREAD:
        raise QuotesNeverClose(file=name, line=feed.number)
    if "field larger" in error:
        reason = _CELL_TOO_LONG if alone else _NEVER_CLOSED
    else:
        reason = _AFTER_QUOTE if alone and "expected after" in error else _NEVER_CLOSED
    return Piece(feed.number, 1, [], feed.taken[0][:_SHOWN], reason)
