"""What a step and a hand-off say in the picture, broken into lines and measured before anything has its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boundaries.definitions import Map
from boundaries.drawing.figures import Box, Label, Line, Pill, Rect, Tag
from boundaries.drawing.measure import clean, width, wrap
from boundaries.telling import ToldField, ToldHandoff, ToldStep

BOX = 132
LABEL = 88
STRIP = 30
PILL = 16
CORNER = 12

_SENTENCE, _SMALL, _TINY = 13, 11, 10
_INSET = 11
_HAND = 17
_MOST_SENTENCE_LINES = 6
_MOST_TAGS = 3
_FLAG_INSET = 5
_TIP = 6
_POLE = 4
_TAG_INSET = 5
# What may be heard as a step that nobody has written yet, in the words of the told map.
NOTHING_SAID = "This step says nothing yet."
NO_TEAM = "No team yet"


@dataclass(frozen=True, slots=True)
class Content:
    """The words of a step and how high a box they need (pixels)."""

    told: ToldStep
    sentence: tuple[str, ...]
    by_hand: tuple[str, ...]
    side: str
    height: int

    def placed(self, rect: Rect) -> Box:
        """Return the step as a box that fills ``rect``."""
        step, left, y = self.told.step, rect.x + _INSET, rect.y + 20
        lines = [Line(left, y, str(self.told.number), "number")]
        system = _system(step.system, self.side, rect)
        y += 19
        for text in self.sentence:
            lines.append(Line(left, y, text, "sentence"))
            y += 16
        y += 3
        hand = (left, y - 7) if self.by_hand else None
        for text in self.by_hand:
            lines.append(Line(left + _HAND, y + 2, text, "by-hand"))
            y += 14
        whole = clean(step.does)
        return Box(
            id=step.id,
            number=self.told.number,
            anchor=self.told.anchor,
            rect=rect,
            outline=_outline(rect, slanted=bool(self.by_hand)),
            lines=tuple(lines),
            classes=" ".join(
                name for name, there in (("is-touch", self.by_hand), ("is-first", self.told.starts)) if there
            ),
            title="" if " ".join(self.sentence) in (whole, NOTHING_SAID) else whole,
            system=system,
            hand=hand,
        )


def content(told: ToldStep, said: Map) -> Content:
    """Break the words of a step of ``said`` into the lines of its box."""
    room = BOX - 2 * _INSET
    sentence = wrap(told.step.does, _SENTENCE, room, _MOST_SENTENCE_LINES) or wrap(NOTHING_SAID, _SENTENCE, room, 2)
    by_hand = wrap(told.by_hand, _SMALL, room - _HAND, 5, bold=True)
    height = 30 + 16 * len(sentence) + (6 + 14 * len(by_hand) if by_hand else 0) + 8
    return Content(told, sentence, by_hand, _side(told.step.system, said), max(height, 62))


def _side(system: str, said: Map) -> str:
    """The two systems of a boundary have a colour each on every page; others have none."""
    sides = {said.target.casefold(): "right", said.source.casefold(): "left"}
    return sides.get(system.casefold(), "") if system else ""


def _system(name: str, side: str, rect: Rect) -> Tag | None:
    room = BOX - 2 * _INSET - 30
    texts = wrap(name, _TINY, room - 2 * _TAG_INSET, 1, bold=True)
    if not texts:
        return None
    wide = min(width(texts[0], _TINY, bold=True) + 2 * _TAG_INSET, room)
    place = Rect(rect.right - _INSET - wide, rect.y + 8, wide, 16)
    line = Line(place.x + wide // 2, place.y + 12, texts[0], "middle")
    return Tag(place, (line,), f"system {side}".strip(), clean(name) if texts[0] != clean(name) else "")


def _outline(rect: Rect, *, slanted: bool) -> str:
    """A rectangle with round corners; work by hand has its corners cut off, which no print or screen takes away."""
    x, y, right, bottom = rect.x, rect.y, rect.right, rect.bottom
    if slanted:
        c = CORNER
        return (
            f"M{x + c} {y}H{right - c}L{right} {y + c}V{bottom - c}"
            f"L{right - c} {bottom}H{x + c}L{x} {bottom - c}V{y + c}Z"
        )
    r = 6
    arc = f"a{r} {r} 0 0 1"
    return (
        f"M{x + r} {y}H{right - r}{arc} {r} {r}V{bottom - r}{arc} {-r} {r}"
        f"H{x + r}{arc} {-r} {-r}V{y + r}{arc} {r} {-r}Z"
    )


# --- In front of a step ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """The words of one arrow that arrives: those above its line and the tags under it, and how high both are."""

    told: ToldHandoff | None
    flag: tuple[str, ...]
    words: tuple[tuple[str, str], ...]
    tags: tuple[tuple[tuple[str, ...], str, str], ...]
    above: int
    below: int
    gap: int

    def placed(self, x: int, y: int) -> Label:
        """Return the words around a line at ``y``, from ``x`` to the right."""
        top = y - self.above
        flag = None
        if self.flag:
            flag = _flag(self.flag, x, top, y)
            top = flag.rect.bottom + 2
        lines = []
        for place, (text, kind) in enumerate(self.words, start=1):
            lines.append(Line(x, top + 13 * place - 3, text, kind))
        rect = Rect(x, top, LABEL - 6, y - self.gap - top)
        return Label(rect, tuple(lines), flag, tuple(self._tags(x, y + self.gap)))

    def _tags(self, x: int, y: int) -> Iterator[Tag]:
        for texts, kind, title in self.tags:
            wide = max(width(text, _TINY) for text in texts) + 2 * _TAG_INSET
            rect = Rect(x, y, min(wide, LABEL - 6), 12 * len(texts) + 4)
            lines = (Line(x + _TAG_INSET, y + 12 * place - 1, text, kind) for place, text in enumerate(texts, start=1))
            yield Tag(rect, tuple(lines), kind, title)
            y += rect.height + 3


def block(told: ToldHandoff, *, pill: bool) -> Block:
    """Break the words of a hand-off into lines; ``pill``: it comes from another band, and its line starts in one."""
    flag = wrap(told.takes_over, _SMALL, LABEL - 6 - 2 * _FLAG_INSET - _TIP, 3, bold=True)
    words = [(text, _kind("trigger", told.trigger)) for text in wrap(told.trigger, _SMALL, LABEL - 6, 4)]
    words += [(text, _kind("lag", told.lag)) for text in wrap(told.lag, _SMALL, LABEL - 6, 2)]
    tags = tuple(_tags(told))
    gap = PILL // 2 + 3 if pill else 6
    above = (13 * len(flag) + 6 if flag else 0) + 13 * len(words) + gap
    below = gap + sum(12 * len(texts) + 7 for texts, _, _ in tags)
    return Block(told, flag, tuple(words), tags, above, below, gap)


def start_block() -> Block:
    """The words where the record starts."""
    words = tuple((text, "starts") for text in wrap("The record starts here", _SMALL, LABEL - 6, 2, bold=True))
    return Block(None, (), words, (), 13 * len(words) + 10, 10, 10)


def _kind(kind: str, words: str) -> str:
    return f"{kind} missing" if words.endswith("not said") else kind


def _flag(texts: tuple[str, ...], x: int, y: int, foot: int) -> Tag:
    """A flag on a pole that stands on its arrow, at ``foot``."""
    wide = max(width(text, _SMALL, bold=True) for text in texts) + 2 * _FLAG_INSET + _TIP
    rect = Rect(x - _POLE, y, min(wide, LABEL - 6), 13 * len(texts) + 4)
    lines = (Line(rect.x + _FLAG_INSET, y + 13 * place - 1, text, "flag") for place, text in enumerate(texts, start=1))
    tip = f"H{rect.right - _TIP}L{rect.right} {rect.middle}L{rect.right - _TIP} {rect.bottom}"
    outline = f"M{rect.x} {foot}V{y}{tip}H{rect.x}"
    return Tag(rect, tuple(lines), "flag", outline=outline)


def _tags(told: ToldHandoff) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What changes comes first: a field that only travels is the least of the news."""
    fields = sorted(told.fields, key=lambda one: one.carried.how == "kept")
    room = LABEL - 6 - 2 * _TAG_INSET
    for one in fields[:_MOST_TAGS]:
        yield wrap(one.tag, _TINY, room, 3) or ("…",), f"field {one.carried.how}", _title(one)
    if (more := len(fields) - _MOST_TAGS) > 0:
        yield (f"+{more} more",), "more", ""
    if told.undecided:
        yield (f"{told.undecided} undecided",), "undecided", ""


def _title(one: ToldField) -> str:
    return clean(one.tag)


# --- Pills -----------------------------------------------------------------------------------------------------------


def pill_width(text: str) -> int:
    """How wide a pill around ``text`` is."""
    return width(text, _SMALL, bold=True) + 12


def pill(text: str, x: int, y: int, anchor: str, title: str) -> Pill:
    """Return a pill whose left end is at ``x`` and whose middle is at ``y``."""
    rect = Rect(x, y - PILL // 2, pill_width(text), PILL)
    return Pill(rect, Line(rect.x + rect.width // 2, y + 4, text, "pill"), anchor, title)
