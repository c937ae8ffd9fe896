"""What the cells of the table offer for choice: names there are, each with a hint, at most 500 a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Count

from ownership import naming
from ownership.definitions import Record
from ownership.models import Field, Person, RecordType, System, Team
from ownership.wording import plural

MOST = 500
BEST = 50

Option = dict[str, str]


def people_labels() -> dict[str, str]:
    """Return what each person is called in cells, by address. One query."""
    return naming.labels(Person.objects.only("email", "name"))


def options(*, creates: bool) -> dict[str, Any]:
    """Return the choice of every column, and where what is not in it may be made. Five queries."""
    records, people = _records(), _people()
    return {
        "owner": _teams()[:MOST],
        "first_appears_in": records[:MOST],
        "settled_by": [IT_DEPENDS, *records][:MOST],
        "editors": _editors()[:MOST],
        "approver": people[:MOST],
        "deputy": people[:MOST],
        "subject": _subjects()[:MOST],
        "can_create": {"first_appears_in": creates, "settled_by": creates, "subject": creates},
    }


def best(column: str, text: str) -> list[Option] | None:
    """Return the 50 of one column that fit ``text`` best, None for a column that offers none.

    Those that begin with it come first, then those of which a word does, then those that hold it.
    """
    reader = _READERS.get(column)
    if reader is None:
        return None
    wanted = naming.one_line(text).casefold()
    ranked = [(rank, option) for option in reader() if (rank := _rank(option, wanted)) is not None]
    return [option for _, option in sorted(ranked, key=lambda pair: pair[0])][:BEST]


def _rank(option: Mapping[str, str], wanted: str) -> int | None:
    text = option["text"].casefold()
    if text.startswith(wanted):
        return 0
    if f" {wanted}" in text:
        return 1
    if wanted in text:
        return 2
    return 3 if wanted in option["hint"].casefold() else None


IT_DEPENDS = {"text": "it depends", "hint": "the conditions say which record wins"}


def _teams() -> list[Option]:
    return [_option(team.name, f"led by {team.lead.name}" if team.lead else "no lead") for team in _all_teams()]


def _all_teams() -> list[Team]:
    return list(Team.objects.select_related("lead").order_by("name"))


def _records() -> list[Option]:
    records = RecordType.objects.select_related("system").order_by("system__name", "name")
    return [_option(naming.record_text(Record(one.system.name, one.name)), one.means) for one in records]


def _editors() -> list[Option]:
    systems = System.objects.order_by("name").values_list("name", flat=True)
    return [*(_option(name, "system") for name in systems), *(_option(team.name, "team") for team in _all_teams())]


def _people() -> list[Option]:
    everybody = list(Person.objects.select_related("team").order_by("name", "email"))
    called = naming.labels(everybody)
    return [
        _option(called[one.email], f"{one.team.name}, {one.email}" if one.team else one.email)
        for one in everybody
        if one.is_active
    ]


def _subjects() -> list[Option]:
    counted = (
        Field.objects.filter(removed_at=None)
        .exclude(subject="")
        .values("subject")
        .annotate(fields=Count("pk"))
        .order_by("subject")
    )
    return [_option(one["subject"], plural(one["fields"], "field", "fields")) for one in counted]


def _option(text: str, hint: str) -> Option:
    return {"text": text, "hint": naming.shortened(hint)}


_READERS: dict[str, Callable[[], list[Option]]] = {
    "owner": _teams,
    "first_appears_in": _records,
    "settled_by": lambda: [IT_DEPENDS, *_records()],
    "editors": _editors,
    "approver": _people,
    "deputy": _people,
    "subject": _subjects,
}
