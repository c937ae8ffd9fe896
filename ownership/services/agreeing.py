"""From a draft to a rule in force: proposing, answering, taking back, setting aside, confirming.

Whoever changes where a version stands locks its field first, so of two people one comes after the other and sees what
the other did: nobody agrees to what was edited meanwhile, and the last agreement is made once. Pages post what they
showed as ``Seen``; what is no longer so is refused with `Meanwhile`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from ownership.history import delete_with_reason, save_with_reason
from ownership.models import Agreement, Answer, Field, OwnershipRule, Person, RuleState, Team
from ownership.permissions import Rights, touching, who_edits
from ownership.queries import agreements, registry
from ownership.queries.agreements import missing
from ownership.services.defining import Refused, record_versions
from ownership.transitions import RULE, states_before
from ownership.wording import listed

__all__ = [
    "ANYTHING",
    "Meanwhile",
    "Refused",
    "Seen",
    "answer",
    "confirm",
    "discard",
    "missing",
    "propose",
    "take_back",
]

STATE = "state"


class Meanwhile(Refused):
    """The page somebody acted on no longer shows what is so."""

    def __init__(self, field: Field) -> None:
        super().__init__(f"{field.name} was changed after this page was opened. Read it again, then decide.", STATE)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page showed: the number of the rule's version, and that of the field's last change. None: do not ask."""

    rule: int | None = None
    version: int | None = None


ANYTHING = Seen()


@transaction.atomic
def propose(field: Field, *, person: Person, reason: str = "", seen: Seen = ANYTHING) -> Field:
    """Put the version people work on before every team that touches ``field``; return the field, read anew.

    The teams ``person`` leads agree by proposing; if no other is asked, the version is in force. Raises Refused, with
    what the version lacks, and PermissionDenied.
    """
    field, rule = _working(field, seen)
    rights = Rights(person)
    _require_edit(rights, field)
    lacks = missing(rule)
    if lacks:
        refuse(f"To be proposed, it needs {listed(lacks)}.")
    reason = reason or f"Proposed by {person.name}."
    forget_answers(rule, reason)
    rule.proposed_by, rule.proposed_at = person, timezone.now()
    move(rule, RuleState.PROPOSED, reason)
    for team in touching(field).values():
        if rights.answers_for(team.pk):
            _write_answer(rule, team, Answer.AGREES, "", person)
    _put_in_force_if_all_agree(field, rule, reason)
    return recorded(field, person=person, reason=reason)


@transaction.atomic
def answer(  # noqa: PLR0913 - by name
    field: Field, *, team: Team, answer: str, person: Person, reason: str = "", seen: Seen = ANYTHING
) -> Field:
    """Say in the name of ``team`` that it agrees or objects; return the field, read anew.

    An answer can be changed while the version is proposed. The last team to agree puts the version into force.
    Raises Refused (an objection needs a reason) and PermissionDenied.
    """
    field, rule = _working(field, seen)
    _require_lead_of(Rights(person), team)
    if rule.state != RuleState.PROPOSED:
        refuse(f"{field.name} is not proposed, so there is nothing to answer.")
    if team.pk not in touching(field):
        refuse(f"{team.name} neither owns nor stores nor edits {field.name}, so it is not asked.")
    if answer == Answer.OBJECTS and not reason.strip():
        refuse("Say why, so that the others know what to change.")
    _write_answer(rule, team, Answer(answer), reason.strip(), person)
    said = reason.strip() or f"{team.name} agrees."
    if not _put_in_force_if_all_agree(field, rule, said):
        return _again(field)
    return recorded(field, person=person, reason=said)


@transaction.atomic
def take_back(field: Field, *, person: Person, reason: str = "", seen: Seen = ANYTHING) -> Field:
    """Make a proposed version a draft again and forget the answers to it. Raises Refused and PermissionDenied."""
    field, rule = _working(field, seen)
    _require_edit(Rights(person), field)
    if rule.state != RuleState.PROPOSED:
        refuse(f"{field.name} is not proposed, so there is nothing to take back.")
    reason = reason or f"Taken back by {person.name}."
    forget_answers(rule, reason)
    rule.proposed_by = rule.proposed_at = None
    move(rule, RuleState.DRAFT, reason)
    return recorded(field, person=person, reason=reason)


@transaction.atomic
def discard(field: Field, *, person: Person, reason: str, seen: Seen = ANYTHING) -> Field:
    """Set the version people work on aside: the one in force counts on, or the field is left without a rule.

    Raises Refused and PermissionDenied.
    """
    field, rule = _working(field, seen)
    _require_edit(Rights(person), field)
    if not reason.strip():
        refuse("Say why it is set aside.")
    move(rule, RuleState.DISCARDED, reason.strip())
    return recorded(field, person=person, reason=reason.strip())


@transaction.atomic
def confirm(field: Field, *, person: Person, reason: str = "", seen: Seen = ANYTHING) -> Field:
    """Say that the version in force is still right. Raises Refused and PermissionDenied."""
    field = locked(field)
    rule = field.in_force
    if rule is None:
        refuse(f"No version of {field.name} is in force, so there is nothing to confirm.")
    _require_seen(field, rule, seen)
    if rule.owner:
        _require_lead_of(Rights(person), rule.owner)
    else:
        _require_edit(Rights(person), field)
    reason = reason.strip() or f"{person.name} says it is still right."
    rule.confirmed_at = timezone.now()
    save_with_reason(rule, reason=reason)
    return recorded(field, person=person, reason=reason)


# --- What claims share -----------------------------------------------------------------------------------------------


def locked(field: Field) -> Field:
    """Return ``field`` as it is now, with all that is known of it, held until the transaction ends. Raises Refused."""
    held = Field.objects.filter(pk=field.pk, removed_at=None).select_for_update(of=("self",))
    found = registry.whole(held).first()
    if found is None:
        refuse(f"{field.name} was taken out of the table meanwhile.")
    return found


def refuse(sentence: str) -> NoReturn:
    """Raise Refused: it is about where the rule stands."""
    raise Refused(sentence, STATE)


def move(rule: OwnershipRule, state: RuleState, reason: str) -> None:
    """Bring ``rule`` to another state, if the table of transitions knows that way, and save it. Raises Refused."""
    if rule.state not in states_before(RULE, state):
        refuse(f"A version that is {rule.get_state_display()} cannot become {state.label}.")
    rule.state = state
    save_with_reason(rule, reason=reason)


def forget_answers(rule: OwnershipRule, reason: str) -> None:
    """Delete what teams said to ``rule``; the history keeps it."""
    for one in Agreement.objects.filter(rule=rule):
        delete_with_reason(one, reason=reason)


def recorded(field: Field, *, person: Person | None, reason: str) -> Field:
    """Add what ``field`` is now to its history, and return it read anew."""
    fresh = _again(field)
    record_versions([fresh], person=person, reason=reason)
    return fresh


def _again(field: Field) -> Field:
    return registry.whole(Field.objects.filter(pk=field.pk)).get()


# --- What the five share ---------------------------------------------------------------------------------------------


def _working(field: Field, seen: Seen) -> tuple[Field, OwnershipRule]:
    field = locked(field)
    rule = field.working
    if rule is None:
        if seen.rule is not None:
            raise Meanwhile(field)
        refuse(f"Nobody works on a new version of {field.name}.")
    _require_seen(field, rule, seen)
    return field, rule


def _require_seen(field: Field, rule: OwnershipRule, seen: Seen) -> None:
    if seen.rule not in {None, rule.number}:
        raise Meanwhile(field)
    if seen.version is not None and seen.version != agreements.version_of(field):
        raise Meanwhile(field)


def _require_edit(rights: Rights, field: Field) -> None:
    if not rights.edits(field):
        raise PermissionDenied(who_edits(field))


def _require_lead_of(rights: Rights, team: Team) -> None:
    if not rights.answers_for(team.pk):
        lead = f", {team.lead.name}" if team.lead else ""
        message = f"The lead of {team.name}{lead} answers for it."
        raise PermissionDenied(message)


def _write_answer(rule: OwnershipRule, team: Team, said: Answer, reason: str, person: Person) -> None:
    row = Agreement.objects.filter(rule=rule, team=team).first() or Agreement(rule=rule, team=team)
    row.answer, row.reason, row.person, row.at = said, reason, person, timezone.now()
    save_with_reason(row, reason=reason)


def _put_in_force_if_all_agree(field: Field, rule: OwnershipRule, reason: str) -> bool:
    """The former version in force and this one change places in one transaction: never two, never none."""
    agreed = set(Agreement.objects.filter(rule=rule, answer=Answer.AGREES).values_list("team_id", flat=True))
    if not touching(field).keys() <= agreed:
        return False
    if field.in_force:
        move(field.in_force, RuleState.SUPERSEDED, f"Version {rule.number} is agreed.")
    rule.agreed_at = rule.confirmed_at = timezone.now()
    move(rule, RuleState.AGREED, reason)
    return True
