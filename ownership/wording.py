"""Figures in words: one spelling of numbers, shares, lengths of time and sizes, for pages, messages and downloads."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

NOTHING = "\N{EN DASH}"


def number(value: float | Decimal | None) -> str:
    """Return ``value`` with thousands separators, a dash for None: 1207 gives "1,207"."""
    return NOTHING if value is None else f"{value:,}"


def plural(count: int, one: str, many: str) -> str:
    """Return the count with the word that fits: "1 customer", "1,207 customers"."""
    return f"{number(count)} {one if count == 1 else many}"


def listed(names: Iterable[str], last: str = "and") -> str:
    """Return names as a sentence lists them: "Sales", "Sales and Ops", "Finance, Ops and Sales"."""
    *before, end = list(names) or [""]
    return f"{', '.join(before)} {last} {end}" if before else end


def percent(part: float, whole: float) -> str:
    """Return the share with one decimal. "100 %" is said of all only, "0 %" of none only; of no whole, a dash."""
    if not whole:
        return NOTHING
    if part == whole:
        return "100 %"
    if part == 0:
        return "0 %"
    share = 100 * part / whole
    if 0 < share < 0.05:
        return "under 0.1 %"
    if 99.95 <= share < 100:
        return "over 99.9 %"
    return f"{share:.1f} %"


def duration(seconds: float | None) -> str:
    """Return a length of time in its two largest units: "0.4 s", "12 s", "2 min 5 s", "1 h 5 min", "3 d 2 h"."""
    if seconds is None:
        return NOTHING
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    for unit, length, smaller, step in (("d", 86_400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if whole >= length:
            rest = whole % length // step
            return f"{number(whole // length)} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"


def size(count: float | None) -> str:
    """Return a number of bytes in decimal units: "512 bytes", "1.2 kB", "147 MB", "2.0 GB"."""
    if count is None:
        return NOTHING
    if count < 1000:
        return plural(int(count), "byte", "bytes")
    amount = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 999.5 or unit == "TB":
            break
    return f"{amount:.1f} {unit}" if amount < 9.95 else f"{amount:,.0f} {unit}"


def moment(value: date | datetime | None) -> str:
    """Return "2026-11-22 13:36" of a moment in the project's time zone, "2026-11-22" of a day, a dash of None."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    return value.isoformat()


def age(value: date | datetime, now: datetime | None = None) -> str:
    """Return how long ago ``value`` was, or how far ahead it is: "5 minutes ago", "yesterday", "in 3 days"."""
    now = now or timezone.now()
    if not isinstance(value, datetime):
        return _days((value - _local(now).date()).days)
    seconds = (_local(value) - now).total_seconds()
    length = abs(seconds)
    if length < 60:
        return "just now"
    if length >= 86_400:
        return _days(round(seconds / 86_400))
    words = (
        plural(int(length // 60), "minute", "minutes")
        if length < 3600
        else plural(int(length // 3600), "hour", "hours")
    )
    return f"in {words}" if seconds > 0 else f"{words} ago"


def _days(days: int) -> str:
    close = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(days)
    if close:
        return close
    length = abs(days)
    if length < 60:
        words = plural(length, "day", "days")
    elif length < 730:
        words = plural(length // 30, "month", "months")
    else:
        words = plural(length // 365, "year", "years")
    return f"in {words}" if days > 0 else f"{words} ago"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else timezone.make_aware(value)


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from ``start`` to ``end`` (now if that is None), None if it has not begun."""
    if start is None:
        return None
    return max(((end or timezone.now()) - start) / timedelta(seconds=1), 0.0)
