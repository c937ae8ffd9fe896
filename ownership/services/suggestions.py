"""What somebody who may not edit a field would write into its cells: kept, taken, declined, taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from ownership import cells
from ownership.definitions import Definition
from ownership.history import save_with_reason
from ownership.models import Field, Person, Suggestion
from ownership.permissions import Rights, who_edits
from ownership.queries import options, registry
from ownership.services import defining
from ownership.wording import moment


class Undecidable(Exception):
    """Why a suggestion cannot be taken or declined now: a sentence. It stays as it is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def keep(field: Field, texts: Iterable[tuple[str, str, str]], *, person: Person, why: str) -> list[Suggestion]:
    """Keep what ``person`` suggests, as (column, text, what stands there now); one a cell and person stays open.

    Suggesting what stands there already takes one's open suggestion for the cell back.
    """
    mine = {one.column: one for one in field.suggestions.filter(person=person, state=Suggestion.OPEN)}
    kept = []
    for column, text, was in texts:
        one = mine.get(column) or Suggestion(field=field, column=column, person=person)
        if text == was:
            if one.pk:
                _decide(one, Suggestion.DECLINED, person)
            continue
        one.text, one.was, one.why = text, was, why
        save_with_reason(one, reason=why)
        kept.append(one)
    return kept


def withdraw(ids: Iterable[int], *, person: Person) -> list[int]:
    """Take suggestions of ``person`` that are still open back, and return the ids of their fields."""
    mine = list(Suggestion.objects.filter(pk__in=list(ids), person=person, state=Suggestion.OPEN))
    for one in mine:
        _decide(one, Suggestion.DECLINED, person)
    return [one.field_id for one in mine]


@transaction.atomic
def decide(suggestion_id: int, *, take: bool, person: Person, rights: Rights) -> Field:
    """Take or decline a suggestion, and return its field as it is then.

    Raises Suggestion.DoesNotExist, PermissionDenied with who may, and Undecidable.
    """
    one = Suggestion.objects.select_for_update(of=("self",)).select_related("person").get(pk=suggestion_id)
    field = registry.whole(Field.objects.filter(pk=one.field_id)).get()
    if not rights.edits(field):
        raise PermissionDenied(who_edits(field))
    if one.state != Suggestion.OPEN:
        words = "taken" if one.state == Suggestion.TAKEN else "declined"
        who = f" by {one.decided_by.name}" if one.decided_by else ""
        _refuse(f"This suggestion was {words}{who} on {moment(one.decided_at)}.")
    if take:
        field = _take(one, field, person)
    _decide(one, Suggestion.TAKEN if take else Suggestion.DECLINED, person)
    return field


def _take(one: Suggestion, field: Field, person: Person) -> Field:
    label = cells.BY_KEY[one.column].label
    if field.removed_at is not None:
        _refuse(f"{field.name} was removed. Bring it back first, or decline the suggestion.")
    before = registry.definition(field)
    present = cells.text_of(before, one.column, options.people_labels())
    if present not in (one.was, one.text):
        _refuse(
            f"{label} of {field.name} has changed since: it was {_said(one.was)}, now it is {_said(present)}. "
            f"Decline the suggestion, or write {_said(one.text)} yourself."
        )
    reason = f"Suggested by {one.person.name if one.person else 'somebody who has left'}"
    reason = f"{reason}: {one.why}" if one.why else f"{reason}."
    known = defining.Known.now(reason=reason)
    try:
        wanted = _with(before, one, known)
        return defining.define([defining.Wanted(field, wanted)], person=person, reason=reason, known=known)[0]
    except (cells.Unclear, defining.Refused) as refused:
        _refuse(f"This cannot be taken. {refused.sentence}")


def _refuse(sentence: str) -> NoReturn:
    raise Undecidable(sentence)


def _with(before: Definition, one: Suggestion, known: defining.Known) -> Definition:
    return cells.with_text(before, one.column, one.text, known)


def _said(text: str) -> str:
    return f"“{text}”" if text else "empty"


def _decide(one: Suggestion, state: str, person: Person) -> None:
    one.state, one.decided_by, one.decided_at = state, person, timezone.now()
    save_with_reason(one, reason="")
