"""What the page of one field says besides its rows: the answer, what the word means where, what there is to choose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ownership import sentences
from ownership.definitions import Rule, When
from ownership.models import Condition, Field, FieldUse, OwnershipRule, Person, RecordType, RuleState, System, Team
from ownership.naming import labels
from ownership.queries import plain_words, registry
from ownership.wording import moment

MOST_OFFERED = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a version of the rule says about the field; ``label`` says which version that is, if there are two."""

    rule: OwnershipRule | None
    sentence: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the word means in one system, and whether it means something else elsewhere."""

    use: FieldUse
    differs: bool

    @property
    def teams(self) -> list[Team]:
        """The teams that may edit the field there."""
        return [editing.team for editing in self.use.editings.all()]


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to choose from where somebody writes; columns by the system they are known in."""

    subjects: list[str] = field(default_factory=list)
    record_types: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    systems: list[System] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)

    @property
    def all_columns(self) -> list[str]:
        """Every column that is known, whichever system has it."""
        return sorted({column for columns in self.columns.values() for column in columns}, key=str.casefold)


def answers(one: Field) -> list[Answer]:
    """Return the answer in force and, where people work on another version, what that would say. No query."""
    said = [
        Answer(rule, sentences.sentence(registry.definition(one, rule), names_of(rule)), _label(rule))
        for rule in (one.in_force, one.working)
        if rule
    ]
    return said or [Answer(None, sentences.sentence(registry.definition(one), {}))]


def names_of(rule: OwnershipRule | None) -> dict[str, str]:
    """Return the names of the people a version names, by address."""
    people = (rule.approver, rule.deputy) if rule else ()
    return {person.email: person.name for person in people if person}


def _label(rule: OwnershipRule) -> str:
    if rule.state == RuleState.AGREED:
        return f"In force: version {rule.number}"
    return f"{str(rule.get_state_display()).capitalize()}: version {rule.number}"


def standing(one: Field) -> str:
    """Return in a sentence which version of the rule counts and which one people work on. No query."""
    working, in_force = one.working, one.in_force
    if working is None:
        return f"Version {in_force.number} is in force{_agreed(in_force)}." if in_force else "It has no rule yet."
    words = {RuleState.PROPOSED: "is proposed", RuleState.DISPUTED: "is disputed: nobody owns it"}
    said = f"Version {working.number} {words.get(RuleState(working.state), 'is a draft')}"
    return f"{said}; version {in_force.number}{_agreed(in_force)}, stays in force." if in_force else f"{said}."


def _agreed(rule: OwnershipRule) -> str:
    day: date | None = rule.agreed_at.date() if rule.agreed_at else None
    return f", agreed on {moment(day)}" if day else ""


def meanings(one: Field) -> list[Meaning]:
    """Return each system's use; where they mean different things, those that differ from most of them."""
    uses = list(one.uses.all())
    said = [use for use in uses if use.means.strip()]
    alike = {use.pk: sum(plain_words.same(use.means, other.means) for other in said) for use in said}
    most = max(alike.values(), default=0)
    settled = list(alike.values()).count(most) == most and 2 * most > len(said)
    return [Meaning(use, use.pk in alike and not (settled and alike[use.pk] == most)) for use in uses]


def offered() -> Offered:
    """Return what there is to choose from, at most 500 of each. Seven queries."""
    subjects = Field.objects.filter(removed_at=None).exclude(subject="").order_by("subject")
    people = [one for one in Person.objects.order_by("name", "email") if one.is_active]
    records = RecordType.objects.select_related("system")[:MOST_OFFERED]
    return Offered(
        subjects=list(subjects.values_list("subject", flat=True).distinct()[:MOST_OFFERED]),
        record_types=[one.cell for one in records],
        teams=list(Team.objects.values_list("name", flat=True)[:MOST_OFFERED]),
        people=[*labels(people).values()][:MOST_OFFERED],
        systems=list(System.objects.all()[:MOST_OFFERED]),
        columns=_columns(),
    )


def _columns() -> dict[str, list[str]]:
    """Columns that fields or conditions name, by system."""
    found: dict[str, set[str]] = {}
    for model in (FieldUse, Condition):
        named = model._default_manager.exclude(column="").filter(system__isnull=False)  # noqa: SLF001 - Django's own
        pairs = named.order_by().values_list("system__name", "column").distinct()
        for system, column in pairs[:MOST_OFFERED]:
            found.setdefault(system, set()).add(column)
    return {system: sorted(columns, key=str.casefold) for system, columns in found.items()}


def conditions_in_words(rule: Rule) -> list[tuple[When, str, str]]:
    """Return each condition with its test and the record that wins in words; empty where it has none."""
    return [
        (one, sentences.asked(one), sentences.named(one.settled_by) if one.settled_by else "")
        for one in rule.conditions
    ]
