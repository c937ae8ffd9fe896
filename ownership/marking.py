"""What a reader cannot see in a value, made visible; and where two values part, character by character.

Pure text in, pieces out: the template tags turn pieces into HTML.
"""

import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

# The middle that is left after equal beginning and end is compared by difflib only up to this many pairs of characters.
PAIRS_COMPARED = 250_000
# A middle less alike than this is marked whole: single letters that happen to agree help nobody.
ALIKE = 0.5
# Bidirectional controls by name, because two of them look alike in any font.
NAMES = {
    "\t": "tab",
    "\n": "new line",
    "\r": "carriage return",
    "\x00": "NUL",
    "\u00a0": "no-break space",
    "\u202f": "narrow no-break space",
    "\u00ad": "soft hyphen",
    "\ufeff": "byte order mark",
    "\u200b": "zero-width space",
}
GLYPHS = {" ": "·", "\t": "→", "\n": "↵", "\r": "␍", "\u00a0": "⍽", "\u202f": "⍽"}


@dataclass(frozen=True)
class Piece:
    """Some characters of a value. ``glyph`` stands for one that cannot be seen, ``name`` says which it is."""

    text: str
    glyph: str = ""
    name: str = ""


@dataclass(frozen=True)
class Stretch:
    """Characters of one side: the ``same`` as on the other, or apart. An empty one marks where they are missing."""

    text: str
    same: bool


def pieces(text: str, *, at_start: bool = True, at_end: bool = True) -> list[Piece]:
    """Cut ``text`` where something cannot be seen: outer and repeated space, control, format and bidi characters.

    ``at_start``, ``at_end``: whether the text is the beginning and the end of its value, where space is marked.
    """
    found: list[Piece] = []
    plain = 0
    for position, character in enumerate(text):
        marked = _unseen(text, position, character, at_start=at_start, at_end=at_end)
        if marked is None:
            continue
        if plain < position:
            found.append(Piece(text[plain:position]))
        found.append(marked)
        plain = position + 1
    if plain < len(text):
        found.append(Piece(text[plain:]))
    return found


def _unseen(text: str, position: int, character: str, *, at_start: bool, at_end: bool) -> Piece | None:
    if character == " ":
        outer = (at_start and position == 0) or (at_end and position == len(text) - 1)
        beside = " " in (text[position - 1 : position], text[position + 1 : position + 2])
        run = beside or (at_start and not text[:position].strip(" ")) or (at_end and not text[position:].strip(" "))
        return Piece(" ", "·", "space") if outer or run else None
    if character.isprintable():
        return None
    name = NAMES.get(character) or unicodedata.name(character, "").lower() or "control character"
    return Piece(character, GLYPHS.get(character, f"U+{ord(character):04X}"), name)


def apart(left: str, right: str) -> tuple[list[Stretch], list[Stretch]]:
    """Return both values cut into stretches that are the same and stretches that are not.

    Equal beginning and end are found first, in one pass each; only what is left between them is compared letter by
    letter, and only if that is cheap. Characters that combine with the one before stay with it.
    """
    start = _same_start(left, right)
    end = _same_end(left[start:], right[start:])
    middle_left, middle_right = left[start : len(left) - end], right[start : len(right) - end]
    before, after = Stretch(left[:start], same=True), Stretch(left[len(left) - end :], same=True)
    inner_left, inner_right = _middle(middle_left, middle_right)
    return _joined(before, inner_left, after), _joined(before, inner_right, after)


def _joined(before: Stretch, inner: list[Stretch], after: Stretch) -> list[Stretch]:
    return [stretch for stretch in (before, *inner, after) if stretch.text or not stretch.same]


def _same_start(left: str, right: str) -> int:
    length = min(len(left), len(right))
    low, high = 0, length
    # Halving: slices compare in C, so 10,000 characters take 14 steps.
    while low < high:
        half = (low + high + 1) // 2
        if left[:half] == right[:half]:
            low = half
        else:
            high = half - 1
    return _before_combining(left, right, low)


def _before_combining(left: str, right: str, position: int) -> int:
    while position and any(unicodedata.combining(side[position]) for side in (left, right) if position < len(side)):
        position -= 1
    return position


def _same_end(left: str, right: str) -> int:
    length = min(len(left), len(right))
    low, high = 0, length
    while low < high:
        half = (low + high + 1) // 2
        if left[len(left) - half :] == right[len(right) - half :]:
            low = half
        else:
            high = half - 1
    while low and unicodedata.combining(left[len(left) - low]):
        low -= 1
    return low


def _middle(left: str, right: str) -> tuple[list[Stretch], list[Stretch]]:
    whole = [Stretch(left, same=False)], [Stretch(right, same=False)]
    if not left and not right:
        return [], []
    if not left or not right or len(left) * len(right) > PAIRS_COMPARED:
        return whole
    units_left, units_right = _units(left), _units(right)
    matcher = SequenceMatcher(None, units_left, units_right, autojunk=False)
    if matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return whole
    inner_left, inner_right = [], []
    for kind, left_from, left_to, right_from, right_to in matcher.get_opcodes():
        inner_left.append(Stretch("".join(units_left[left_from:left_to]), same=kind == "equal"))
        inner_right.append(Stretch("".join(units_right[right_from:right_to]), same=kind == "equal"))
    return inner_left, inner_right


def _units(text: str) -> list[str]:
    """Cut into characters, each with those that combine with it."""
    units: list[str] = []
    for character in text:
        if units and unicodedata.combining(character):
            units[-1] += character
        else:
            units.append(character)
    return units
