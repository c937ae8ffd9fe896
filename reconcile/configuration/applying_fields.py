"""Fields of a file, put into the registry the way every edit goes: what is agreed is never edited, a change follows it.

What the file says of agreement is then put beside it: who agreed, and so where the version stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ownership.definitions import Definition, Record, Rule
from ownership.history import save_with_reason
from ownership.models import Field, OwnershipRule, RuleState
from ownership.queries import registry
from ownership.services import defining
from reconcile.configuration import agreements
from reconcile.configuration.field_shape import AskedField, AskedRule, Named
from reconcile.configuration.refusals import refuse

SECTIONS = {"team": "teams", "system": "systems", "person": "people"}


@dataclass
class _Loading:
    """One field on its way in. ``field`` None: not there yet; ``rule`` and ``next_rule`` as names are spelled here."""

    asked: AskedField
    field: Field | None
    said: dict[str, Any]
    rule: AskedRule | None
    next_rule: AskedRule | None
    changed: bool = False

    @property
    def there(self) -> Field:
        """The field, once it is in."""
        if self.field is None:
            message = "The field has not been put in yet."
            raise RuntimeError(message)
        return self.field


def apply_fields(asked: Sequence[AskedField], *, reason: str) -> list[str]:
    """Put ``asked`` in and return what became of each: added, changed, unchanged. Raises Refused with a path.

    Runs inside the caller's transaction.
    """
    known = defining.Known.now(reason=reason)
    there = fields_by_name([one.name for one in asked])
    loading = [_loading(one, there.get(one.name), Spelling(known)) for one in asked]
    _adopt(loading, reason)
    _define(loading, _first, known, reason)
    _agree(loading, lambda one: one.rule, _kept_in_force, reason)
    followed = [one for one in loading if one.next_rule or one.asked.drops_next]
    for one in followed:
        if one.there.in_force is None:
            refuse("the version under rule is not in force, so none follows it.", f"{one.asked.path}.next_rule")
    _define(followed, _second, known, reason)
    for one in followed:
        if one.next_rule and agreements.puts_in_force(one.there, one.next_rule):
            refuse("every team agreed to this version: write it under rule.", f"{one.next_rule.path}.agreed_by")
    _agree(followed, lambda one: one.next_rule, lambda _: False, reason)
    return ["added" if one.asked.name not in there else "changed" if one.changed else "unchanged" for one in loading]


def fields_by_name(names: Iterable[str]) -> dict[str, Field]:
    """Return the fields called ``names``, whole, by those names: exactly so, else whatever their case."""
    every = list(registry.whole())
    exactly = {field.name: field for field in every}
    folded = {field.name.lower(): field for field in every}
    found = {name: exactly.get(name) or folded.get(name.lower()) for name in names}
    return {name: field for name, field in found.items() if field}


class Spelling:
    """Names as they are spelled in the registry; in a file their case may differ."""

    def __init__(self, known: defining.Known) -> None:
        self._known = known

    def check(self, names: Iterable[Named]) -> None:
        """Raise Refused for the first of ``names`` that nothing here has."""
        there: dict[str, Callable[[str], bool]] = {
            "team": lambda name: name.casefold() in self._known.teams,
            "system": lambda name: name.casefold() in self._known.systems,
            "person": lambda name: name in self._known.people,
        }
        for one in names:
            if not there[one.what](one.name):
                what = "person with the address" if one.what == "person" else one.what
                refuse(f"there is no {what} {one.name}; add it to {SECTIONS[one.what]}.", one.path)

    def said(self, said: dict[str, Any]) -> dict[str, Any]:
        """The same for what is said of a field."""
        if "uses" not in said:
            return said
        uses = [
            replace(use, system=self._system(use.system), editors=tuple(sorted(map(self.team, use.editors))))
            for use in said["uses"]
        ]
        return said | {"uses": tuple(uses)}

    def asked_rule(self, asked: AskedRule | None) -> AskedRule | None:
        """The same for a rule and those who answered to it."""
        if asked is None:
            return None
        return replace(
            asked,
            rule=self._rule(asked.rule),
            agreed_by=None if asked.agreed_by is None else tuple(map(self.team, asked.agreed_by)),
            objections=tuple((self.team(team), why) for team, why in asked.objections),
        )

    def team(self, name: str) -> str:
        """A team's name as it is spelled here."""
        return self._known.teams[name.casefold()].name if name else ""

    def _system(self, name: str) -> str:
        return self._known.systems[name.casefold()].name if name else ""

    def _record(self, record: Record | None) -> Record | None:
        if record is None:
            return None
        there = self._known.record_types.get((record.system.casefold(), record.record_type.casefold()))
        return Record(self._system(record.system), there.name if there else record.record_type)

    def _rule(self, rule: Rule) -> Rule:
        return replace(
            rule,
            first_appears_in=self._record(rule.first_appears_in),
            owner=self.team(rule.owner),
            settled_by=self._record(rule.settled_by),
            conditions=tuple(
                replace(one, system=self._system(one.system), settled_by=self._record(one.settled_by))
                for one in rule.conditions
            ),
        )


def _loading(asked: AskedField, there: Field | None, spelling: Spelling) -> _Loading:
    spelling.check(asked.names)
    rule, next_rule = spelling.asked_rule(asked.rule), spelling.asked_rule(asked.next_rule)
    return _Loading(asked, there, spelling.said(asked.said), rule, next_rule)


def _adopt(loading: Sequence[_Loading], reason: str) -> None:
    """What somebody writes down is their own, also where the example had it before."""
    for one in loading:
        if one.field is not None and one.field.is_demo:
            one.field.is_demo = False
            save_with_reason(one.field, reason=reason)
            one.changed = True


def says_the_same(rule: OwnershipRule | None, wanted: Rule) -> bool:
    """Return whether a version says what a file does, as far as a file can say it."""
    return rule is not None and _in_file(Definition("?", rule=registry.rule_definition(rule))).rule == wanted


def _in_file(definition: Definition) -> Definition:
    return Definition.from_json(definition.to_json())


def _define(
    loading: Sequence[_Loading], wanted: Callable[[_Loading], Definition], known: defining.Known, reason: str
) -> None:
    """Make each field what ``wanted`` says, and note which of them changed by that."""
    asked = [(one, wanted(one)) for one in loading]
    differing = [
        (one, definition)
        for one, definition in asked
        if one.field is None or not _in_file(registry.definition(one.field)).like(definition)
    ]
    try:
        done = defining.define(
            [defining.Wanted(one.field, definition) for one, definition in differing],
            person=None,
            reason=reason,
            known=known,
        )
    except defining.Refused as refusal:
        refuse(refusal.sentence, "fields")
    for (one, _), field in zip(differing, done, strict=True):
        one.field, one.changed = field, True


def _first(one: _Loading) -> Definition:
    """The field with what is said of it. Its rule changes unless it is as said: in force, or worked on."""
    there = _in_file(registry.definition(one.field)) if one.field else Definition(one.asked.name)
    wanted = replace(there, name=one.asked.name, **one.said)
    if one.rule is None or (one.field and _kept_in_force(one)):
        return wanted
    return replace(wanted, rule=one.rule.rule)


def _kept_in_force(one: _Loading) -> bool:
    """Whether the version in force is the one that the file describes, and the file does not say it is another."""
    asked = one.rule
    unsaid = asked is not None and (one.next_rule is not None or asked.state in (None, RuleState.AGREED))
    return unsaid and asked is not None and one.field is not None and says_the_same(one.field.in_force, asked.rule)


def _second(one: _Loading) -> Definition:
    """The field with the version that follows the one in force; without one, what is in force is all there is."""
    wanted = _in_file(registry.definition(one.there, None if one.next_rule else one.there.in_force))
    return replace(wanted, rule=one.next_rule.rule) if one.next_rule else wanted


def _agree(
    loading: Sequence[_Loading],
    chosen: Callable[[_Loading], AskedRule | None],
    in_force: Callable[[_Loading], bool],
    reason: str,
) -> None:
    """Put beside each version who agreed to it, and give the fields whose version moved one more in their history."""
    moved = []
    for one in loading:
        asked = chosen(one)
        if asked is None:
            continue
        row = one.there.in_force if in_force(one) else _worked_on(one, asked, reason)
        if row is not None and agreements.place(one.there, row, asked, reason=reason):
            moved.append(one)
    fresh = {field.pk: field for field in registry.whole(Field.objects.filter(pk__in=[one.there.pk for one in moved]))}
    defining.record_versions(fresh.values(), person=None, reason=reason)
    for one in moved:
        one.field, one.changed = fresh[one.there.pk], True


def _worked_on(one: _Loading, asked: AskedRule, reason: str) -> OwnershipRule | None:
    """The version people work on; begun where it says just what is in force, or nothing yet, and is said to stand."""
    field = one.there
    if field.working is not None and says_the_same(field.working, asked.rule):
        return field.working
    if asked.state is None and not asked.agreed_by and not asked.objections and asked is not one.next_rule:
        return None
    begun = agreements.begin(field, reason=reason)
    one.field = registry.whole(Field.objects.filter(pk=field.pk)).get()
    one.changed = True
    return next(rule for rule in one.field.rules.all() if rule.pk == begun.pk)
