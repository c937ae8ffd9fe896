"""Tags of every page, built in: no template loads them. Whatever comes in is escaped here and nowhere else."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from typing import cast

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from ownership import marking, parts, wording

register = template.Library()

# Values longer than SHORT are folded to one line that opens; of one longer than LONG the rest is only counted.
SHORT = 80
LONG = 10_000
# Beside a difference this many equal characters are shown, of a long difference this many; the rest is only counted.
SAME_SHOWN = 160
APART_SHOWN = 600

# Each state of mismatches, runs, snapshots, exceptions and rules in our words, its tone, and its shape.
STATES = {
    "open": ("open", "open", "circle-dot"),
    "returned": ("returned", "returned", "rotate-ccw"),
    "not_due": ("not due", "waiting", "hourglass"),
    "excepted": ("excepted", "excepted", "shield"),
    "gone": ("gone", "gone", "check"),
    "new": ("new", "open", "sparkles"),
    "growing": ("growing", "open", "trending-up"),
    "steady": ("steady", "quiet", "equal"),
    "shrinking": ("shrinking", "quiet", "trending-down"),
    "queued": ("queued", "waiting", "clock"),
    "reading": ("reading", "working", "loader"),
    "needs_confirmation": ("needs confirmation", "open", "circle-pause"),
    "comparing": ("comparing", "working", "loader"),
    "storing": ("storing", "working", "loader"),
    "done": ("done", "gone", "check"),
    "failed": ("failed", "returned", "octagon-alert"),
    "cancelled": ("cancelled", "quiet", "ban"),
    "withdrawn": ("withdrawn", "quiet", "undo-2"),
    "received": ("received", "waiting", "inbox"),
    "ready": ("ready", "gone", "check"),
    "unreadable": ("unreadable", "returned", "octagon-alert"),
    "draft": ("draft", "waiting", "pencil"),
    "proposed": ("proposed", "working", "hand"),
    "agreed": ("agreed", "gone", "handshake"),
    "disputed": ("disputed", "returned", "swords"),
    "superseded": ("superseded", "quiet", "history"),
    "discarded": ("set aside", "quiet", "ban"),
}


@lru_cache(maxsize=256)
def _icon(name: str, pixels: int) -> SafeString:
    # Drawn once per process: the package takes each icon out of a zip and copies its tree at every call.
    return SafeString(lucide(name, size=pixels, aria_hidden="true"))


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """Draw an icon of lucide, hidden from screen readers: a word stands beside it."""
    return _icon(str(name), size)


register.simple_tag(wording.number, name="number")
register.simple_tag(wording.plural, name="plural")
register.simple_tag(wording.percent, name="percent")
register.simple_tag(wording.duration, name="duration")
register.simple_tag(wording.size, name="size")


@register.simple_tag
def when(value: date | datetime | None) -> SafeString | str:
    """Say a moment or a day, with its age on hover."""
    if value is None:
        return wording.NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(), wording.age(value), wording.moment(value)
    )


@register.simple_tag
def state_chip(state: str) -> SafeString:
    """Show a state of a mismatch, run or snapshot: word, shape and colour. An unknown one is said as it is."""
    word, tone, shape = STATES.get(str(state).replace(" ", "_"), (str(state).replace("_", " "), "quiet", "circle"))
    return format_html('<span class="chip state tone-{}">{}{}</span>', tone, _icon(shape, 14), word)


@register.simple_tag
def person(who: object) -> SafeString:
    """Show a person (or the name the history kept); nobody is said in words."""
    if not who:
        return format_html('<span class="no-value">{}</span>', "nobody signed in")
    return _chip(who, "person", _icon("circle-user-round", 14))


@register.simple_tag
def system(which: object, side: str = "") -> SafeString:
    """Show a system in the colour of its ``side``, "left" or "right"; both also differ in shape."""
    shape = {"left": "chevron-left", "right": "chevron-right"}.get(side)
    return _chip(which, f"system {side}".strip(), _icon(shape, 14) if shape else _icon("database", 14))


def _chip(thing: object, kind: str, shape: SafeString) -> SafeString:
    address = getattr(thing, "get_absolute_url", None)
    if address is None:
        return format_html('<span class="chip {}">{}<bdi>{}</bdi></span>', kind, shape, thing)
    return format_html('<a class="chip {}" href="{}">{}<bdi>{}</bdi></a>', kind, address(), shape, thing)


@register.simple_tag
def value(text: object) -> SafeString:
    """Show the value of a cell: the unseen is marked, no value and empty text are told apart, long text is folded."""
    if isinstance(text, parts.Masked):
        return masked(text)
    if text is None:
        return format_html('<span class="no-value">{}</span>', "no value")
    words = text if isinstance(text, str) else str(text)
    if not words:
        return format_html('<span class="no-value">{}</span>', "empty")
    if len(words) <= SHORT:
        return format_html('<bdi class="value">{}</bdi>', marked(words))
    return format_html(
        '<details class="value"><summary><bdi>{}</bdi><span class="visually-hidden">, {}</span></summary>'
        "<div><bdi>{}</bdi>{}</div></details>",
        marked(words[:SHORT], at_end=False),
        f"{wording.number(len(words))} characters",
        marked(words[:LONG], at_end=len(words) <= LONG),
        _rest(len(words) - LONG),
    )


def masked(what: parts.Masked) -> SafeString:
    """Show that a value is there to be masked, and who sees it: never how long it is, nor whether it is one at all."""
    return format_html('<span class="masked" title="{}">{}masked</span>', what.who, _icon("lock", 14))


@register.inclusion_tag("_parts/masked.html")
def masked_note(what: Iterable[parts.Masked], *, text: bool = False) -> dict[str, object]:
    """Say once on a page, for those who cannot point at a value, which fields are masked and who sees them.

    ``text``: what is masked is not a value but a whole text that may hold some.
    """
    return {"groups": parts.by_who_sees(what), "text": text}


def _rest(characters: int) -> SafeString | str:
    if characters <= 0:
        return ""
    return format_html('<p class="hint">{}</p>', f"{wording.plural(characters, 'character', 'characters')} more.")


def marked(text: str, *, at_start: bool = True, at_end: bool = True) -> SafeString:
    """Return ``text`` escaped, with what cannot be seen as marks. Copied, plain space stays what it is."""
    return SafeString("".join(_piece(piece) for piece in marking.pieces(text, at_start=at_start, at_end=at_end)))


def _piece(piece: marking.Piece) -> SafeString:
    if not piece.glyph:
        return format_html("{}", piece.text)
    if piece.text == " ":
        return format_html('<span class="space" title="space">{}</span>', " ")
    line = "\n" if piece.text == "\n" else ""
    return format_html('<span class="unseen" title="{}">{}</span>{}', piece.name, piece.glyph, line)


@register.inclusion_tag("_parts/two_sided.html")
def two_sided(
    left: object, right: object, left_label: object = "Left", right_label: object = "Right", *, agree: bool = False
) -> dict[str, object]:
    """Show both values beside each other with the characters marked in which they differ; long ones open whole.

    Nothing is marked in values that ``agree``, however they are written.
    """
    given = (left, right)
    texts = [None if side is None or isinstance(side, parts.Masked) else str(side) for side in given]
    marked = texts[0] and texts[1] and not agree
    if marked:
        shown = [_stretches(stretches) for stretches in marking.apart(str(texts[0]), str(texts[1]))]
    else:
        shown = [value(side) for side in given]
    return {
        "sides": [
            (side, label, one, value(text) if marked and text and len(text) > 2 * SAME_SHOWN else "")
            for side, label, one, text in zip(("left", "right"), (left_label, right_label), shown, texts, strict=True)
        ],
    }


def _stretches(stretches: list[marking.Stretch]) -> SafeString:
    last = len(stretches) - 1
    shown = (_stretch(one, at_start=number == 0, at_end=number == last) for number, one in enumerate(stretches))
    return SafeString("".join(shown))


def _stretch(stretch: marking.Stretch, *, at_start: bool, at_end: bool) -> SafeString:
    text = stretch.text
    if not stretch.same:
        if not text:
            return format_html(
                '<mark class="gap" title="{}">{}</mark>', "characters of the other side are missing here", "‸"
            )
        return format_html(
            "<mark>{}</mark>{}", _all_marked(text[:APART_SHOWN]), _skipped(len(text) - APART_SHOWN, "more")
        )
    if len(text) <= 2 * SAME_SHOWN:
        return marked(text, at_start=at_start, at_end=at_end)
    return format_html(
        "{}{}{}",
        marked(text[:SAME_SHOWN], at_start=at_start, at_end=False),
        _skipped(len(text) - 2 * SAME_SHOWN, "the same"),
        marked(text[-SAME_SHOWN:], at_start=False, at_end=at_end),
    )


def _skipped(characters: int, what: str) -> SafeString | str:
    if characters <= 0:
        return ""
    words = f" … {wording.plural(characters, 'character', 'characters')} {what} … "
    return format_html('<span class="skipped">{}</span>', words)


def _all_marked(text: str) -> SafeString:
    """Mark every space too: where values differ, each one may be the difference."""
    whole = marking.pieces(text)
    return format_html_join("", "{}", ((_spaced(piece),) for piece in whole))


def _spaced(piece: marking.Piece) -> SafeString:
    if piece.glyph or " " not in piece.text:
        return _piece(piece)
    space = format_html('<span class="space" title="space">{}</span>', " ")
    return SafeString(space.join(format_html("{}", word) for word in piece.text.split(" ")))


@register.inclusion_tag("_parts/chart.html", takes_context=True)
def chart(context: template.Context, chart: parts.Chart) -> dict[str, object]:
    """Draw a chart, with the table behind it. The scripts come with the first chart of a page."""
    numbers = cast("dict[object, Iterator[int]]", context.render_context)
    order = next(numbers.setdefault("charts", count(1)))
    drawn = chart.folded()
    return {
        "chart": drawn,
        "id": f"chart-{order}",
        "first": order == 1,
        "rows": list(zip(drawn.labels, zip(*(one.values for one in drawn.series), strict=True), strict=True)),
        "figures": {
            "kind": drawn.kind,
            "labels": list(drawn.labels),
            "series": [{"name": one.name, "values": list(one.values), "tone": one.tone} for one in drawn.series],
            "addresses": list(drawn.addresses),
        },
    }


@register.inclusion_tag("_parts/rail_item.html", takes_context=True)
def rail_item(context: template.Context, name: str, label: str, icon: str, waiting: int = 0) -> dict[str, object]:
    """Link a page of the rail, current by the first part of its address; nothing if there is no such page.

    ``waiting``: how many things there wait for whoever looks.
    """
    try:
        address = reverse(name)
    except NoReverseMatch:
        return {"address": ""}
    request = context.get("request")
    here = request.path if request is not None else ""
    return {
        "address": address,
        "label": label,
        "icon": icon,
        "waiting": waiting,
        "current": "page" if here == address else "true" if _first(here) == _first(address) else "",
    }


def _first(path: str) -> str:
    return path.strip("/").partition("/")[0]
