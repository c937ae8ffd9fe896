"""How wide a text is, and how it breaks into lines: by a table, because a server has no fonts.

The widths are those of Arial (and of Liberation Sans, made to the same measure); the style sheet asks for it first.
What is missing in the table is taken as wide rather than narrow: a line that ends early harms nobody.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Thousandths of the font's size.
_WIDTHS = {
    letter: width
    for width, letters in {
        191: "'",
        222: "ijl",
        260: "|",
        278: " \u00a0!,./:;I[\\]ft·",
        333: "()-`r",
        334: "{}",
        355: '"',
        389: "*",
        469: "^",
        500: "Jcksvxyz",
        556: "0123456789#$?L_abdeghnopqu",
        584: "+<=>~",
        611: "FTZ",
        667: "&ABEKPSVXY",
        722: "CDHNRUw",
        778: "GOQ",
        833: "Mm",
        889: "%",
        944: "W",
        1000: "…→",
        1015: "@",
    }.items()
    for letter in letters
}
_WIDE = 1050
_OTHER = {"Lu": 800, "Ll": 640, "Mn": 0, "Me": 0}
_BOLD = 1.07
# Other fonts of that kind run a little wider.
_SPARE = 1.03
_NOT_IN_XML = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# "3 days" is one word to the eye.
_UNIT = re.compile(r"(?<=\d) (?=(?:h|min|hours?|days?)\b)")


@lru_cache(maxsize=4096)
def _of_letter(letter: str) -> int:
    plain = unicodedata.normalize("NFD", letter)[0]
    if plain in _WIDTHS:
        return _WIDTHS[plain]
    if unicodedata.east_asian_width(letter) in "WF" or ord(letter) > 0xFFFF:
        return _WIDE
    return _OTHER.get(unicodedata.category(letter), 700)


def width(text: str, size: int, *, bold: bool = False) -> int:
    """Return how many pixels ``text`` takes at a font size of ``size`` pixels, rounded up."""
    wide = sum(map(_of_letter, text)) * size * _SPARE * (_BOLD if bold else 1)
    return int(wide / 1000) + 1


def clean(text: str) -> str:
    """Return ``text`` on one line, without what no XML file may hold."""
    return " ".join(_NOT_IN_XML.sub(" ", text).split())


@lru_cache(maxsize=4096)
def wrap(text: str, size: int, room: int, most: int, *, bold: bool = False) -> tuple[str, ...]:
    """Return ``text`` in at most ``most`` lines no wider than ``room`` pixels; what is left out ends in "…".

    A word too long for a line is broken where it has to be.
    """
    lines: list[str] = []
    for word in _words(_UNIT.sub("\u00a0", clean(text)), size, room, bold=bold):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], _clipped(" ".join(lines[most - 1 : most + 1]), size, room, bold=bold)]
    return tuple(line.replace("\u00a0", " ") for line in lines)


def _words(text: str, size: int, room: int, *, bold: bool) -> list[str]:
    return [part for word in text.split(" ") if word for part in _broken(word, size, room, bold=bold)]


def _broken(word: str, size: int, room: int, *, bold: bool) -> list[str]:
    """The word in pieces that fit, broken where the names of columns have a joint, or else where it has to be."""
    if width(word, size, bold=bold) <= room:
        return [word]
    pieces, piece = [], ""
    for letter in word:
        if piece and width(piece + letter, size, bold=bold) > room:
            joint = _joint(piece + letter)
            pieces.append(piece[:joint])
            piece = piece[joint:]
        piece += letter
    return [*pieces, piece]


def _joint(text: str) -> int:
    """Where ``text`` breaks best so that its last letter goes to the next line: not in its first third."""
    for place in range(len(text) - 1, len(text) // 3, -1):
        before, after = text[place - 1], text[place]
        if before in "_-./@" or (before.islower() and after.isupper()):
            return place
    return len(text) - 1


def _clipped(line: str, size: int, room: int, *, bold: bool) -> str:
    while line and width(f"{line}…", size, bold=bold) > room:
        line = line[:-1]
    return f"{line.rstrip()}…"
