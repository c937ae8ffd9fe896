"""Minutes, days and touches of a map in words, beside the figures of `ownership.wording`."""

from __future__ import annotations

from collections.abc import Iterable

TOUCH_WORDS = {
    "export": "export",
    "upload": "file upload",
    "paste": "copy and paste",
    "spreadsheet": "spreadsheet clean-up",
    "edit": "field edit",
    "inbox": "inbox",
    "chat": "chat",
}

# Up to here people say minutes: "90 min a week" is quicker to take in than "1 h 30 min a week".
MOST_MINUTES = 90


def touch(kind: str) -> str:
    """Return a touch in words: "paste" gives "copy and paste"."""
    return TOUCH_WORDS.get(kind, kind)


def figure(value: float) -> str:
    """Return a number with thousands separators and at most one decimal: "1,207", "2.5"."""
    return f"{value:,.1f}".removesuffix(".0")


def minutes(value: float) -> str:
    """Return an amount of work: "60 min", "2 h 30 min", "37 h", "under 1 min"."""
    if not MOST_MINUTES < value < float("inf"):
        return "under 1 min" if 0 < value < 0.5 else f"{value:,.0f} min"
    hours, rest = divmod(round(value), 60)
    return f"{hours:,} h" + (f" {rest} min" if rest else "")


def lag(days: float | None) -> str:
    """Return an expected lag: "within 3 days", "within 12 hours", "at once", "lag not said"."""
    if days is None:
        return "lag not said"
    if days <= 0:
        return "at once"
    if days < 1:
        hours = max(round(days * 24), 1)
        return f"within {hours} {'hour' if hours == 1 else 'hours'}"
    return f"within {figure(days)} {'day' if days == 1 else 'days'}"


def sentence(text: str) -> str:
    """Return ``text`` with a capital at its start."""
    return text[:1].upper() + text[1:]


def steps(numbers: Iterable[int]) -> str:
    """Return steps by their numbers: "step 2", "steps 2 and 4", "steps 2, 4 and 5"."""
    *before, last = [str(number) for number in numbers]
    return f"steps {', '.join(before)} and {last}" if before else f"step {last}"
