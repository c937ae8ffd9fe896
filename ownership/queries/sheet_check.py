"""The sheet check: everything that keeps the table of fields from being a source of truth, each with where to mend it.

Works on fields out of `registry.whole` and asks the database nothing. Each kind is one small function that takes a
field as `_Looked` and yields (column of the table, sentence).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from ownership import conditions, wording
from ownership.definitions import Definition, Use, When
from ownership.models import Field, OwnershipRule, RuleState
from ownership.queries import agreements, plain_words, registry

Said = Iterator[tuple[str, str]]

NO_SUBJECT = "No subject"
# What a use says about a system has no cell of its own in the table: it is written on the field's own pages.
IN_USES = "uses"
# Where the rule stands is changed by agreeing, on the page of the field.
IN_AGREEMENT = "state"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one field: its kind (a key of ``KINDS``), a sentence, the column, where that is put right."""

    field: Field
    kind: str
    sentence: str
    column: str
    address: str


@dataclass(frozen=True, slots=True)
class Score:
    """How many fields of a subject, or of a system, have nothing that keeps them from being a source of truth."""

    name: str
    sound: int
    total: int

    @property
    def percent(self) -> str:
        """The share in words."""
        return wording.percent(self.sound, self.total)

    @property
    def length(self) -> int:
        """The share as the length of a bar, 0 to 1000."""
        return round(1000 * self.sound / self.total) if self.total else 0


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of all fields together, by subject and by system."""

    whole: Score
    by_subject: tuple[Score, ...]
    by_system: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A field under the glass: the version that is shown, the same as plain data, and the moment one looks."""

    field: Field
    rule: OwnershipRule | None
    said: Definition
    now: datetime

    @property
    def uses(self) -> tuple[Use, ...]:
        return self.said.uses


def findings(fields: Iterable[Field], today: date) -> list[Finding]:
    """Return all that is found about ``fields`` (out of ``registry.whole``), field by field, in the order of KINDS."""
    now = timezone.make_aware(datetime.combine(today, time.max))
    found = []
    for field in fields:
        looked = _Looked(field, field.shown, registry.definition(field), now)
        for kind, (_, look) in KINDS.items():
            found += [
                Finding(field, kind, sentence, column, address_of(field, column)) for column, sentence in look(looked)
            ]
    return found


def address_of(field: Field, column: str) -> str:
    """Return where what ``column`` says of ``field`` is edited: a cell of the table, or a page of the field."""
    if column == IN_USES:
        return reverse("ownership_uses", args=[field.pk])
    if column == IN_AGREEMENT:
        return reverse("ownership_field", args=[field.pk]) + "#agreement"
    return f"{reverse('ownership')}?{urlencode({'field': field.pk, 'column': column})}"


def scores(fields: Sequence[Field], found: Iterable[Finding]) -> Scores:
    """Return which share of ``fields`` is without any of the findings ``found``, by subject and by system."""
    unsound = {one.field.pk for one in found}
    by_subject: dict[str, list[bool]] = {}
    by_system: dict[str, list[bool]] = {}
    for field in fields:
        by_subject.setdefault(field.subject or NO_SUBJECT, []).append(field.pk not in unsound)
        for use in field.uses.all():
            by_system.setdefault(use.system.name, []).append(field.pk not in unsound)
    whole = [field.pk not in unsound for field in fields]
    return Scores(Score("All fields", sum(whole), len(whole)), _ranked(by_subject), _ranked(by_system))


def _ranked(groups: dict[str, list[bool]]) -> tuple[Score, ...]:
    """What needs most work comes first: the smallest share, then the most fields, then by name."""
    scores = [Score(name, sum(sound), len(sound)) for name, sound in groups.items()]
    return tuple(sorted(scores, key=lambda one: (one.sound / one.total, -one.total, one.name.casefold())))


# --- Who -------------------------------------------------------------------------------------------------------------


def _no_owner(one: _Looked) -> Said:
    if not one.said.rule.owner and not (one.rule and one.rule.state == RuleState.DISPUTED):
        yield "owner", "No team owns it."


def _two_editing(one: _Looked) -> Said:
    teams = {team for use in one.uses for team in use.editors}
    if len(teams) > 1:
        places = [f"{wording.listed(use.editors)} in {use.system}" for use in one.uses if use.editors]
        yield "editors", f"{wording.plural(len(teams), 'team edits', 'teams edit')} it: {'; '.join(places)}."


def _no_approver(one: _Looked) -> Said:
    if not one.said.rule.approver:
        yield "approver", "Nobody approves exceptions."


def _approver_left(one: _Looked) -> Said:
    approver = one.rule.approver if one.rule else None
    if approver and not approver.is_active:
        yield "approver", f"{approver.name} approves exceptions and has left."


def _no_deputy(one: _Looked) -> Said:
    if not one.said.rule.deputy:
        yield "deputy", "Nobody approves exceptions while the approver is away."


def _deputy_left(one: _Looked) -> Said:
    deputy = one.rule.deputy if one.rule else None
    if deputy and not deputy.is_active:
        yield "deputy", f"{deputy.name} is the deputy and has left."


# --- Which record wins -----------------------------------------------------------------------------------------------


def _no_settling(one: _Looked) -> Said:
    rule = one.said.rule
    if rule.depends or rule.settled_by:
        return
    if rule.conditions:
        yield "settled_by", "No record settles a dispute when none of its conditions holds."
    else:
        yield "settled_by", "No record settles a dispute."


def _depends_alone(one: _Looked) -> Said:
    if one.said.rule.depends and not one.said.rule.conditions:
        yield "conditions", "It depends, and no condition says on what."


def _condition_without_test(one: _Looked) -> Said:
    for number, when in enumerate(one.said.rule.conditions, start=1):
        if not agreements.has_test(when):
            yield "conditions", f"{_called(number, when)} has no test that a machine can make."


def _condition_without_winner(one: _Looked) -> Said:
    for number, when in enumerate(one.said.rule.conditions, start=1):
        if not when.settled_by:
            yield "conditions", f"{_called(number, when)} does not say which record wins."


def _condition_idle(one: _Looked) -> Said:
    said = one.said.rule
    for odd in conditions.oddities(said.conditions, said.settled_by):
        if odd.kind not in {conditions.NO_TEST, conditions.NO_WINNER} and agreements.has_test(
            said.conditions[odd.index]
        ):
            yield "conditions", odd.sentence


def _called(number: int, when: When) -> str:
    return f"Condition {number}" + (f", “{when.sentence}”," if when.sentence else "")


# --- What it means ---------------------------------------------------------------------------------------------------


def _definition_missing(one: _Looked) -> Said:
    if not one.said.means.strip():
        yield "means", "Nobody has said what it means."
    for use in one.uses:
        if not use.means.strip():
            yield IN_USES, f"Nobody has said what it means in {use.system}."


def _definitions_differ(one: _Looked) -> Said:
    said = [use for use in one.uses if use.means.strip()]
    if any(not plain_words.same(said[0].means, use.means) for use in said[1:]):
        meanings = "; ".join(f"in {use.system}, “{use.means.strip()}”" for use in said)
        yield IN_USES, f"It does not mean the same everywhere: {meanings}."


def _too_long(one: _Looked) -> Said:
    for column, what, text in _texts(one):
        words = plain_words.words_of_longest(text)
        if words > plain_words.MOST_WORDS:
            yield column, f"{what} has a sentence of {words} words. At most {plain_words.MOST_WORDS} are read at once."


def _jargon(one: _Looked) -> Said:
    for column, what, text in _texts(one):
        words = plain_words.jargon_in(text)
        if words:
            yield (
                column,
                f"{what} says {wording.listed(f'“{word}”' for word in words)}, which a newcomer does not know.",
            )


def _texts(one: _Looked) -> Iterator[tuple[str, str, str]]:
    """Every text that people write about a field: its column, what it is called, the text."""
    yield "means", "What it means", one.said.means
    yield "because", "The reason why", one.said.rule.because
    for number, when in enumerate(one.said.rule.conditions, start=1):
        yield "conditions", f"Condition {number}", when.sentence
    for use in one.uses:
        yield IN_USES, f"What it means in {use.system}", use.means


# --- Where it is stored ----------------------------------------------------------------------------------------------


def _one_system(one: _Looked) -> Said:
    if not one.uses:
        yield "editors", "No system is named that stores it."
    elif len(one.uses) == 1:
        yield "editors", f"Only {one.uses[0].system} is named, and it takes two systems to compare it."


def _no_column(one: _Looked) -> Said:
    for use in one.uses:
        if not use.column.strip():
            yield IN_USES, f"The export of {use.system} has no column for it yet."


# --- Whether it is agreed --------------------------------------------------------------------------------------------


def _not_agreed(one: _Looked) -> Said:
    if one.rule is None:
        yield IN_AGREEMENT, "It has no rule yet."
    elif one.rule.state in {RuleState.DRAFT, RuleState.PROPOSED}:
        yield IN_AGREEMENT, agreements.standing(one.field)


def _disputed(one: _Looked) -> Said:
    if one.rule and one.rule.state == RuleState.DISPUTED:
        yield IN_AGREEMENT, "The teams gave different answers to who owns it: nobody does."


def _stale(one: _Looked) -> Said:
    in_force = one.field.in_force
    if in_force and agreements.is_stale(in_force, one.now):
        confirmed = agreements.last_confirmed(in_force)
        yield IN_AGREEMENT, f"Nobody has said since {timezone.localtime(confirmed):%Y-%m-%d} that it is still right."


def _never_asked(one: _Looked) -> Said:
    if one.field.in_force is None or one.field.working is not None:
        return
    others = [asked.team.name for asked in agreements.asked(one.field, one.field.in_force) if not asked.agrees]
    if others:
        verb = "touches it now and has" if len(others) == 1 else "touch it now and have"
        yield IN_AGREEMENT, f"{wording.listed(others)} {verb} not agreed to version {one.field.in_force.number}."


KINDS: dict[str, tuple[str, Callable[[_Looked], Said]]] = {
    "no_owner": ("No owner", _no_owner),
    "disputed": ("Disputed", _disputed),
    "not_agreed": ("Not agreed", _not_agreed),
    "never_asked": ("A team that was never asked", _never_asked),
    "stale": ("Not confirmed for six months", _stale),
    "two_editing": ("Two editing teams", _two_editing),
    "no_settling": ("No settling record", _no_settling),
    "depends_alone": ("“It depends” without a condition", _depends_alone),
    "condition_without_test": ("Condition without a test", _condition_without_test),
    "condition_without_winner": ("Condition without a winner", _condition_without_winner),
    "condition_idle": ("Condition that decides nothing", _condition_idle),
    "no_approver": ("No approver", _no_approver),
    "approver_left": ("Approver who left", _approver_left),
    "no_deputy": ("No deputy", _no_deputy),
    "deputy_left": ("Deputy who left", _deputy_left),
    "definition_missing": ("Definition missing", _definition_missing),
    "definitions_differ": ("Definitions differ", _definitions_differ),
    "too_long": ("Sentence too long", _too_long),
    "jargon": ("Jargon", _jargon),
    "one_system": ("Fewer than two systems", _one_system),
    "no_column": ("No column named", _no_column),
}
