"""Editing a field on a page that somebody opened a while ago: what others changed meanwhile is kept beside one's own.

A form shows the field as it was when it was opened and says which version that was. What it changes is worked into the
field as it is now, part by part; where somebody else changed the same part to something else, nothing is written and
both are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from ownership.definitions import Definition, Rule, Use
from ownership.models import Field, FieldVersion, Person
from ownership.queries import registry, versions
from ownership.queries.versions import Difference
from ownership.services.defining import Known, Wanted, define

Edit = Callable[[Definition], Definition]

ABOUT = ("name", "subject", "means", "sensitive")
IN_RULE = ("first_appears_in", "owner", "because", "conditions", "approver", "deputy")


class NeedsReason(Exception):
    """The teams agreed on what this edit changes, and nobody said why it changes."""

    def __init__(self, field: Field) -> None:
        self.sentence = f"The teams agreed on {field.name}. Say why it changes."
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """What others did since a page was opened: who and when last, and what differs from what was about to be kept."""

    version: FieldVersion
    differences: Sequence[Difference]


class Clash(Exception):
    """Somebody else changed the same parts meanwhile; nothing was written.

    ``merged`` is the field with one's own change on top of theirs, ``number`` the version that was read for it.
    """

    def __init__(self, meanwhile: Meanwhile, merged: Definition) -> None:
        super().__init__("The field was changed meanwhile.")
        self.meanwhile = meanwhile
        self.merged = merged
        self.number = meanwhile.version.number


@transaction.atomic
def edit(  # noqa: PLR0913 - by name
    field: Field, change: Edit, *, seen: int, person: Person, reason: str = "", known: Known | None = None
) -> Field:
    """Work ``change`` into ``field`` as it is now and return it, read anew.

    ``change`` gets the field as it was at version ``seen`` (0, or one there is not: as it is now). Raises Clash,
    NeedsReason, and what ``define`` raises.
    """
    field = registry.whole(Field.objects.filter(pk=field.pk).select_for_update(of=("self",))).get()
    now = registry.definition(field)
    shown = versions.version(field, seen) if seen else None
    base = Definition.from_json(shown.data) if shown else now
    mine = change(base)
    merged, clashes = merge(base, mine, now)
    last = versions.version(field, versions.latest(field))
    if clashes and last is not None:
        raise Clash(Meanwhile(last, versions.differences(now, merged, _names(now, merged))), merged)
    if not reason.strip() and versions.asks_reason(field, merged, now):
        raise NeedsReason(field)
    return define([Wanted(field, merged)], person=person, reason=reason.strip(), known=known)[0]


def merge(base: Definition, mine: Definition, theirs: Definition) -> tuple[Definition, list[str]]:
    """Return ``theirs`` with all that ``mine`` changed since ``base``, and the parts that both changed differently.

    A part is a text, a record, a system's use, or all conditions together with what settles it otherwise.
    """
    before, ours, now = (_parts(one) for one in (base, mine, theirs))
    names = list(dict.fromkeys([*now, *ours, *before]))
    merged = {name: now.get(name) if ours.get(name) == before.get(name) else ours.get(name) for name in names}
    clashes = [
        name
        for name in names
        if ours.get(name) != before.get(name) and now.get(name) not in (before.get(name), ours.get(name))
    ]
    return _definition(merged), clashes


def _parts(definition: Definition) -> dict[str, Any]:
    rule = definition.rule
    return {
        **{name: getattr(definition, name) for name in ABOUT},
        **{name: getattr(rule, name) for name in IN_RULE},
        "settled": (rule.settled_by, rule.depends),
        **{f"use {use.system.casefold()}": use for use in definition.uses},
    }


def _definition(parts: Mapping[str, Any]) -> Definition:
    settled_by, depends = parts["settled"]
    uses: tuple[Use, ...] = tuple(use for name, use in parts.items() if name.startswith("use ") and use is not None)
    rule = replace(Rule(settled_by=settled_by, depends=depends), **{name: parts[name] for name in IN_RULE})
    return Definition(**{name: parts[name] for name in ABOUT}, uses=uses, rule=rule)


def _names(*definitions: Definition) -> dict[str, str]:
    addresses = {address for one in definitions for address in (one.rule.approver, one.rule.deputy) if address}
    return dict(Person.objects.filter(email__in=addresses).values_list("email", "name"))
