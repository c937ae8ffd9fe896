"""Registries for property tests: any field, in any state its rule can be in."""

from dataclasses import dataclass, replace

from django.utils import timezone
from hypothesis import strategies as some

from ownership.definitions import OPERATORS, WITHOUT_VALUE, Definition, Record, Rule, Use, When
from ownership.history import save_with_reason
from ownership.models import Agreement, Answer, Field, OwnershipRule, Person, RuleState, System, Team
from ownership.permissions import touching
from ownership.queries import registry
from ownership.services import defining
from reconcile.checks.models import Check
from reconcile.configuration import agreements
from tests import build

TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
NAME = TEXT.filter(lambda text: bool(text.strip()))
# What two databases take for the same name when case is set aside is not the question here.
NAMES = some.lists(NAME, min_size=2, max_size=2, unique_by=lambda name: name.lower().upper().casefold())
ANY = some.just("") | some.sampled_from(["no", "null", "- a", "#", "a: b", "2026-05-01", "=1+1", "x" * 300]) | TEXT
TEAMS, SYSTEMS = ("Sales", "Finance"), ("CRM", "Billing")
PEOPLE = ("dana@example.com", "finn@example.com", "mira@example.com")
RECORDS = some.none() | some.builds(
    Record, some.sampled_from(SYSTEMS), some.sampled_from(["deal", " invoice: posted", "Ⅷ"])
)


@some.composite
def conditions(draw: some.DrawFn) -> When:
    operator = draw(some.sampled_from(OPERATORS))
    value: str | tuple[str, ...] = draw(ANY)
    if operator == "in":
        value = tuple(draw(some.lists(ANY, max_size=3)))
    if operator in WITHOUT_VALUE:
        value = ""
    system = draw(some.sampled_from(["", *SYSTEMS]))
    return When(draw(ANY), system, draw(ANY), operator, value, draw(RECORDS))


@some.composite
def rules(draw: some.DrawFn) -> Rule:
    depends = draw(some.booleans())
    approver, deputy = draw(some.sampled_from([("", ""), (PEOPLE[0], ""), (PEOPLE[1], PEOPLE[2]), ("", PEOPLE[0])]))
    return Rule(
        first_appears_in=draw(RECORDS),
        owner=draw(some.sampled_from(["", *TEAMS])),
        settled_by=None if depends else draw(RECORDS),
        depends=depends,
        because=draw(ANY),
        conditions=tuple(draw(some.lists(conditions(), max_size=2))),
        approver=approver,
        deputy=deputy,
    )


def whole_rule(rule: Rule) -> Rule:
    """Return ``rule`` with what teams need to agree to it."""
    record = Record("CRM", "deal")
    filled = tuple(
        replace(one, system=one.system or "CRM", column=one.column or "a", settled_by=one.settled_by or record)
        for one in rule.conditions
        if one.operator != "in" or one.value
    )
    return replace(
        rule, owner=rule.owner or "Sales", settled_by=rule.settled_by or record, depends=False, conditions=filled
    )


USES = some.lists(
    some.builds(
        Use,
        some.sampled_from(SYSTEMS),
        ANY,
        ANY,
        some.sets(some.sampled_from(TEAMS)).map(lambda teams: tuple(sorted(teams))),
    ),
    max_size=2,
    unique_by=lambda use: use.system,
).map(tuple)


@dataclass(frozen=True)
class Some:
    """A field, where its rule stands and who answered; and a version people work on while that is in force."""

    definition: Definition
    state: str
    answers: tuple[str, ...]
    next_rule: Rule | None
    next_state: str


FIELDS = some.builds(
    Some,
    some.builds(Definition, some.just(""), ANY.map(lambda text: text[:100]), ANY, some.booleans(), USES, rules()),
    some.sampled_from(["draft", "proposed", "disputed", "agreed"]),
    some.sampled_from([(), ("Sales",), ("Finance",), TEAMS]),
    some.none() | rules(),
    some.sampled_from(["draft", "proposed", "disputed"]),
)


def build_registry(fields: dict[str, Some]) -> None:
    """Put a company and ``fields`` by their names into an empty database."""
    build.company()
    for name, one in fields.items():
        rule = whole_rule(one.definition.rule) if one.state in {"proposed", "agreed"} else one.definition.rule
        field = build.field(replace(one.definition, name=name, rule=rule))
        field = _moved(field, one.state, one.answers)
        if one.state == "agreed" and one.next_rule is not None:
            following = whole_rule(one.next_rule) if one.next_state == "proposed" else one.next_rule
            wanted = replace(registry.definition(field), rule=following)
            field = defining.define([defining.Wanted(field, wanted)], person=None)[0]
            _moved(field, one.next_state, one.answers)


def _moved(field: Field, state: str, answers: tuple[str, ...]) -> Field:
    """Bring the version people work on to ``state``, however it may have come there, with answers of teams."""
    rule = field.working or agreements.begin(field, reason="A test needs it.")
    if state in {"proposed", "agreed"}:
        named = {team.name for team in touching(field, rule).values()} if state == "agreed" else set(answers)
        for number, team in enumerate(sorted(named)):
            objects = state == "proposed" and number == 1
            answer = Answer.OBJECTS if objects else Answer.AGREES
            Agreement(
                rule=rule, team=Team.objects.get(name=team), answer=answer, reason="no, not so" if objects else ""
            ).save()
    rule.state, rule.agreed_at = RuleState(state), timezone.now() if state == "agreed" else None
    save_with_reason(rule, reason="A test needs it.")
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


def forget_everything() -> None:
    for model in (Check, Field):
        model._default_manager.all().delete()
    for team in Team.objects.all():
        team.lead = None
        team.save()
    Person.objects.all().delete()
    from ownership.models import RecordType

    RecordType.objects.all().delete()
    System.objects.all().delete()
    Team.objects.all().delete()


def rows_of_history() -> dict[str, int]:
    """Return how many rows of history and versions there are, a model each."""
    from ownership import models

    tracked = [one for one in vars(models).values() if hasattr(one, "history")]
    counts = {one.__name__: one.history.count() for one in tracked}
    return counts | {"FieldVersion": models.FieldVersion.objects.count(), "rules": OwnershipRule.objects.count()}
