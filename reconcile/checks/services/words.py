"""One more pair of words in the mapping of a compared field, for the runs to come."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ownership.history import save_with_reason
from ownership.models import Person
from reconcile.checks.comparing import BY_WORDS
from reconcile.checks.models import Check
from reconcile.checks.permissions import may_work_on
from reconcile.checks.services.refusals import Refusal

SHOWN = 60


class WordsRefused(Refusal):
    """The pair cannot be in the mapping."""


@transaction.atomic
def add_words(*, check: Check, field: str, left: str, right: str, person: Person) -> Check:
    """Have the ``left`` word of a compared ``field`` stand for the ``right`` one. Again: nothing happens.

    Raises PermissionDenied, WordsRefused.
    """
    check = Check.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if not may_work_on(person, check):
        message = f"{check} is changed by the lead of the team that has it."
        raise PermissionDenied(message)
    comparing = check.comparing
    found = next((one for one in comparing.fields if one.name == field), None)
    if found is None:
        message = f"The check does not compare {field[:SHOWN]} any more."
        raise WordsRefused(message)
    if found.compare not in BY_WORDS:
        message = f"{field[:SHOWN]} does not compare by words. Change how it compares where the check is edited."
        raise WordsRefused(message)
    if not left or not right:
        message = "A mapping has a word on both sides; no value is none."
        raise WordsRefused(message)
    known = dict(found.mapping).get(left)
    if known == right:
        return check
    if known is not None:
        message = (
            f"{left[:SHOWN]} stands for {known[:SHOWN]} in the mapping already. Change it where the check is edited."
        )
        raise WordsRefused(message)
    changed = replace(found, compare="mapped", argument="", mapping=(*found.mapping, (left, right)))
    fields = tuple(changed if one is found else one for one in comparing.fields)
    check.comparing_data = replace(comparing, fields=fields).to_json()
    save_with_reason(check, reason=f"Two words of {field[:SHOWN]} mean the same.")
    return check
