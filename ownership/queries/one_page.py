"""The registry on one printed page: for each field what is agreed, in plain words, for somebody who is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef

from ownership.models import Field, FieldUse, OwnershipRule, Person, RuleState, System
from ownership.queries import registry
from ownership.queries.directory import counting
from ownership.sentences import named, sentence
from ownership.wording import listed, number, plural

NOBODY_SAID = "Nobody has said yet."
NOT_AGREED = "not agreed yet"
DISPUTED = "not agreed: the teams disagree"
CHANGING = "agreed; a change is being talked about"


@dataclass(frozen=True)
class Entry:
    """One field as the page tells of it. ``mark``: what is to be known about how far it is agreed, empty if it is."""

    field: Field
    sentence: str
    agreed: bool
    mark: str
    starts: str
    changes: str
    wins: str
    decides: str


@dataclass(frozen=True)
class Subject:
    """The fields of one subject, agreed ones first."""

    name: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Sheet:
    """The page: every subject, and what it was narrowed to."""

    subjects: Sequence[Subject]
    subject: str = ""
    system: System | None = None

    @property
    def entries(self) -> list[Entry]:
        """Every field on the page."""
        return [entry for subject in self.subjects for entry in subject.entries]

    @property
    def sentence(self) -> str:
        """How many fields there are and how many of them the teams agreed on."""
        there, agreed = len(self.entries), sum(entry.agreed for entry in self.entries)
        about = f" about {self.subject}" if self.subject else ""
        stored = f" that {self.system} stores" if self.system else ""
        if not there:
            return f"There is no field{about}{stored} yet."
        if agreed == there:
            how = "it" if there == 1 else "all of them"
        else:
            how = f"{number(agreed) if agreed else 'none'} of them so far"
        return f"{plural(there, 'field', 'fields')}{about}{stored}. The teams agreed on {how}."


def sheet(*, subject: str = "", system: System | None = None) -> Sheet:
    """Return the page, of one subject (whatever its case) or one system where that is asked; constant queries."""
    chosen = Field.objects.filter(removed_at=None).order_by("subject", "name", "pk")
    if system is not None:
        chosen = chosen.filter(Exists(FieldUse.objects.filter(field=OuterRef("pk"), system=system)))
    fields = [
        one for one in registry.whole(chosen) if not subject or one.subject.casefold() == subject.strip().casefold()
    ]
    fields.sort(key=lambda one: (not one.subject, one.subject.casefold(), one.in_force is None, one.name.casefold()))
    groups = [list(group) for _, group in groupby(fields, key=lambda one: one.subject.casefold())]
    subjects = [Subject(group[0].subject, [_entry(one) for one in group]) for group in groups]
    return Sheet(subjects, subjects[0].name if subject and subjects else subject.strip(), system)


def subjects() -> list[str]:
    """Return the subjects there are, in alphabetical order."""
    there = Field.objects.filter(removed_at=None).exclude(subject="").order_by("subject")
    return list(there.values_list("subject", flat=True).distinct())


def _entry(field: Field) -> Entry:
    rule = counting(field)
    said = registry.definition(field, rule)
    names = {who.email: who.name for who in (rule.approver, rule.deputy) if who} if rule else {}
    return Entry(
        field=field,
        sentence=sentence(said, names),
        agreed=field.in_force is not None,
        mark=_mark(field),
        starts=f"{_begun(named(said.rule.first_appears_in))}." if said.rule.first_appears_in else NOBODY_SAID,
        changes=_changes(field),
        wins=_wins(rule),
        decides=_decides(rule),
    )


def _mark(field: Field) -> str:
    working = field.working
    if field.in_force is not None:
        return CHANGING if working is not None else ""
    return DISPUTED if working is not None and working.state == RuleState.DISPUTED else NOT_AGREED


def _changes(field: Field) -> str:
    uses = [(use.system.name, sorted(one.team.name for one in use.editings.all())) for use in field.uses.all()]
    said = [f"{listed(teams)} in {system}" for system, teams in uses if teams]
    silent = [system for system, teams in uses if not teams]
    if not said:
        return NOBODY_SAID
    nobody = f"; nobody in {listed(silent, 'or')}" if silent else ""
    return f"{'; '.join(said)}{nobody}."


def _wins(rule: OwnershipRule | None) -> str:
    if rule is None:
        return NOBODY_SAID
    cases = plural(len(rule.conditions.all()), "case", "cases")
    if rule.depends:
        return f"It depends: {cases}, told above." if rule.conditions.all() else "It depends, nobody has said on what."
    if rule.settled_by is None:
        return NOBODY_SAID
    record = registry.record(rule.settled_by)
    wins = _begun(named(record)) if record else NOBODY_SAID
    return f"{wins}, but for {cases} told above." if rule.conditions.all() else f"{wins}."


def _decides(rule: OwnershipRule | None) -> str:
    approver, deputy = (rule.approver, rule.deputy) if rule else (None, None)
    if approver and deputy:
        return f"{_who(approver)}, else {_who(deputy)}."
    if approver or deputy:
        return f"{_who(approver or deputy)}."
    return NOBODY_SAID


def _who(person: Person | None) -> str:
    if person is None:
        return ""
    return person.name if person.is_active else f"{person.name} (has left)"


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
