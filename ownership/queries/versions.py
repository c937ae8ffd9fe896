"""The versions of a field, and what differs between any two of them, in the words people use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ownership.definitions import WITHOUT_VALUE, Definition, Record, Rule, Use, When
from ownership.models import Field, FieldVersion, Operator, Person, RuleState
from ownership.parts import Change
from ownership.queries import registry
from ownership.wording import listed

AT_ONCE = 50
LATELY = 20
MOST_REMOVED = 500
MOST_REASONS = 4
LONGEST_REASON = 120
# What is written where somebody proposes or agrees without saying why: no reason to give again.
OURS = re.compile(r"(?:Proposed|Taken back|Confirmed) by .*\.|.* agrees\.")

ABOUT = {"name": "Name", "subject": "Subject", "means": "What it means"}


class Difference(NamedTuple):
    """One thing that differs: what it is, what it was and what it is now; empty where nothing was said."""

    what: str
    old: str
    new: str


class Pair(NamedTuple):
    """Two versions of a field, the older first, and what differs between them."""

    old: FieldVersion
    new: FieldVersion
    differences: list[Difference]


@dataclass(frozen=True, slots=True)
class Version:
    """A field after one change: the row that keeps it, the field as it was then, what the change changed."""

    row: FieldVersion
    definition: Definition
    changes: tuple[Difference, ...]

    @property
    def who(self) -> Person | str:
        """Whoever made the change: the person, or the name that was kept."""
        return self.row.by or self.row.by_name

    @property
    def what(self) -> str:
        """What was done, where that is more than an edit."""
        if self.row.number == 1:
            return "Added"
        return next((one.new for one in self.changes if one.what == "Field"), "")


def versions(field: Field, *, before: int | None = None, most: int = AT_ONCE) -> list[Version]:
    """Return the last ``most`` versions of ``field``, or of those with a number under ``before``, newest first.

    Two queries, however many there are.
    """
    rows = FieldVersion.objects.filter(field=field).select_related("by").order_by("-number")
    chosen = list((rows.filter(number__lt=before) if before else rows)[: most + 1])
    names = _names([row.data for row in chosen])
    pairs = zip(chosen, [*chosen[1:], None], strict=False)
    return [
        Version(
            row, Definition.from_json(row.data), tuple(_changes(earlier.data if earlier else None, row.data, names))
        )
        for row, earlier in pairs
    ][:most]


def version(field: Field, number: int) -> FieldVersion | None:
    """Return one version of ``field``, None if there is none of that number."""
    return FieldVersion.objects.filter(field=field, number=number).select_related("by").first()


def latest(field: Field) -> int:
    """Return the number of the last version of ``field``, 0 if it has none."""
    last = FieldVersion.objects.filter(field=field).order_by("-number").values_list("number", flat=True).first()
    return last or 0


def pair(field: Field, old: int, new: int) -> Pair | None:
    """Return two versions of ``field`` with what differs between them, None if one of them is not there."""
    found = {row.number: row for row in FieldVersion.objects.filter(field=field, number__in=(old, new))}
    if old not in found or new not in found:
        return None
    return Pair(found[old], found[new], between(found[old], found[new]))


@dataclass(frozen=True, slots=True)
class Gone:
    """A removed field, and the version with which it went."""

    field: Field
    row: FieldVersion | None


def removed() -> list[Gone]:
    """Return the fields that were removed, the last one first, at most 500."""
    fields = list(registry.whole(Field.objects.exclude(removed_at=None).order_by("-removed_at", "-pk"))[:MOST_REMOVED])
    rows = (
        FieldVersion.objects.filter(field__in=fields).select_related("by").defer("data").order_by("field_id", "number")
    )
    last = {row.field_id: row for row in rows}
    return [Gone(one, last.get(one.pk)) for one in fields]


def between(old: FieldVersion, new: FieldVersion) -> list[Difference]:
    """Return what differs between two versions, also where they stood."""
    return list(_changes(old.data, new.data, _names([old.data, new.data])))


def drawer(field: Field) -> list[Change]:
    """Return the last changes of ``field`` as the history drawer shows them, newest first."""
    return [change for one in versions(field, most=LATELY) for change in _drawn(one)]


def _drawn(one: Version) -> list[Change]:
    row, who = one.row, one.row.by_name
    if row.number == 1:
        return [Change(row.at, who, "Added", "", None, None, row.reason)]
    return [
        Change(row.at, who, "", each.what, each.old or None, each.new or None, row.reason if place == 0 else "")
        for place, each in enumerate(one.changes)
    ] or [Change(row.at, who, "Kept as it was", "", None, None, row.reason)]


def reasons_of(person: Person) -> list[str]:
    """Return the reasons ``person`` gave last, each once, to choose from again."""
    given = FieldVersion.objects.filter(by=person).exclude(reason="").order_by("-pk").values_list("reason", flat=True)
    short = [one for one in given[: MOST_REASONS * 10] if len(one) <= LONGEST_REASON and not OURS.fullmatch(one)]
    return list(dict.fromkeys(short))[:MOST_REASONS]


def asks_reason(field: Field, wanted: Definition, now: Definition) -> bool:
    """Return whether making ``field`` what is ``wanted`` of it takes a reason.

    It does if that begins to change what the teams agreed: the rule, or who may edit the field where.
    """
    agreed = field.in_force is not None and field.working is None
    return agreed and (wanted.rule != now.rule or _editors(wanted) != _editors(now))


def _editors(definition: Definition) -> dict[str, tuple[str, ...]]:
    return {use.system.casefold(): use.editors for use in definition.uses}


def _names(said: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Names of the people these versions name, by address: one query, none if they name nobody."""
    rules = [one.get("rule") or {} for one in said]
    addresses = {rule[who] for rule in rules for who in ("approver", "deputy") if rule.get(who)}
    return dict(Person.objects.filter(email__in=addresses).values_list("email", "name")) if addresses else {}


def _changes(old: Mapping[str, Any] | None, new: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Difference]:
    yield from differences(Definition.from_json(dict(old)) if old else None, Definition.from_json(dict(new)), names)
    stood, stands = (_standing(one or {}) for one in (old, new))
    if old and stood != stands:
        yield Difference("State", stood, stands)
    if old and bool(old.get("removed")) != bool(new.get("removed")):
        words = ("Removed", "Brought back") if new.get("removed") else ("Brought back", "Removed")
        yield Difference("Field", words[1], words[0])


def _standing(said: Mapping[str, Any]) -> str:
    if "state" not in said:
        return ""
    state = said["state"]
    word = str(RuleState(state).label) if state in RuleState.values else state
    return f"{word}, version {said['rule_number']} of the rule" if "rule_number" in said else word


def differences(old: Definition | None, new: Definition, names: Mapping[str, str] | None = None) -> list[Difference]:
    """Return what differs between two definitions in the words people use; ``old`` None: the field was not there.

    ``names``: people's names by e-mail address; whoever is not in it is called by the address.
    """
    before = old or Definition("")
    found = [
        *_about(before, new),
        *_uses(before.uses, new.uses),
        *_rule(before.rule, new.rule, names or {}),
        *_conditions(before.rule.conditions, new.rule.conditions),
    ]
    return [one for one in found if one.old != one.new]


def _about(old: Definition, new: Definition) -> Iterator[Difference]:
    for attribute, what in ABOUT.items():
        yield Difference(what, getattr(old, attribute), getattr(new, attribute))
    said = [("yes" if one.sensitive else "no") if old.name or one.sensitive else "" for one in (old, new)]
    yield Difference("Sensitive", *said)


def _uses(old: Sequence[Use], new: Sequence[Use]) -> Iterator[Difference]:
    were, are = ({use.system.casefold(): use for use in uses} for uses in (old, new))
    for system in dict.fromkeys([*were, *are]):
        was, now = were.get(system), are.get(system)
        name = (now or was or Use(system)).system
        yield Difference("System", name if was else "", name if now else "")
        was, now = was or Use(name), now or Use(name)
        yield Difference(f"Column in {name}", was.column, now.column)
        yield Difference(f"What it means in {name}", was.means, now.means)
        yield Difference(f"Who may change it in {name}", *(listed(one.editors) for one in (was, now)))


def _rule(old: Rule, new: Rule, names: Mapping[str, str]) -> Iterator[Difference]:
    yield Difference("First appears in", _record(old.first_appears_in), _record(new.first_appears_in))
    yield Difference("Owner team", old.owner, new.owner)
    yield Difference("Settled by", *("it depends" if one.depends else _record(one.settled_by) for one in (old, new)))
    yield Difference("Because", old.because, new.because)
    yield Difference("Approver", *(names.get(one.approver, one.approver) for one in (old, new)))
    yield Difference("Deputy", *(names.get(one.deputy, one.deputy) for one in (old, new)))


def _conditions(old: Sequence[When], new: Sequence[When]) -> Iterator[Difference]:
    were, are = ([condition_text(one) for one in conditions] for conditions in (old, new))
    if were != are and sorted(were) == sorted(are):
        places = [str(were.index(text) + 1) for text in are]
        yield Difference("Order of the conditions", ", ".join(sorted(places, key=int)), ", ".join(places))
        return
    # Those that are there before and after say nothing of a change, wherever others came or went around them.
    gone = [(n, text) for n, text in enumerate(were) if text not in are]
    come = [(n, text) for n, text in enumerate(are) if text not in were]
    for place in range(max(len(gone), len(come))):
        was, now = (side[place] if place < len(side) else None for side in (gone, come))
        number = (now or was or (0, ""))[0] + 1
        yield Difference(f"Condition {number}", was[1] if was else "", now[1] if now else "")


def condition_text(one: When) -> str:
    """Return a condition whole, as one line of a history: when, the test, and which record wins."""
    test = _test(one)
    said = one.sentence or "no sentence yet"
    return f"{said} ({test or 'no test yet'}): {_record(one.settled_by) or 'no record'} wins"


def _test(one: When) -> str:
    if not one.column:
        return ""
    words = f"{one.column} in {one.system or 'no system yet'} {_operator(one.operator)}"
    if one.operator in WITHOUT_VALUE:
        return words
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    return f"{words} {listed([value or 'empty' for value in values], 'or')}"


def _operator(operator: str) -> str:
    return str(Operator(operator).label) if operator in Operator.values else operator


def _record(record: Record | None) -> str:
    return str(record) if record else ""
