"""Two people at once: one comes after the other, and nothing is decided twice or about what nobody read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Barrier

import pytest
from django.db import close_old_connections, connection

from ownership.models import Answer, ClaimRound, Field, FieldVersion, OwnershipRule, RuleState
from ownership.queries import agreements, registry
from ownership.services import agreeing, claiming
from ownership.services.agreeing import Meanwhile, Refused, Seen
from ownership.services.defining import Wanted, define
from tests import build

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TRIES = 5
OTHER = replace(build.STATUS, rule=replace(build.STATUS.rule, because="it is posted"))


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Do all of ``actions`` at the same moment, each on a connection of its own; return what each gave or raised."""
    start = Barrier(len(actions))

    def done(action: Callable[[], object]) -> object:
        close_old_connections()
        try:
            start.wait(10)
            return action()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(done, actions))


def states(field: Field) -> dict[int, str]:
    return dict(OwnershipRule.objects.filter(field=field).values_list("number", "state"))


def test_two_last_agreements_put_the_version_in_force_once() -> None:
    made = build.company()
    ops = build.team(name="Ops", lead=made.mira)
    for number in range(TRIES):
        field = build.field(
            replace(
                build.STATUS, name=f"field {number}", uses=(replace(build.STATUS.uses[0], editors=("Ops", "Sales")),)
            )
        )
        agreeing.propose(field, person=made.dana)
        at_once(
            partial(agreeing.answer, field, team=made.finance, answer=Answer.AGREES, person=made.finn),
            partial(agreeing.answer, field, team=ops, answer=Answer.AGREES, person=made.mira),
        )
        assert states(field) == {1: RuleState.AGREED}
        kept = FieldVersion.objects.filter(field=field, data__state="agreed")
        assert kept.count() == 1


def test_nobody_agrees_to_what_is_edited_at_the_same_moment() -> None:
    made = build.company()
    for number in range(TRIES):
        definition = replace(build.STATUS, name=f"field {number}")
        field = agreeing.propose(build.field(definition), person=made.dana)
        seen = Seen(1, agreements.version_of(field))
        agreed, _ = at_once(
            partial(agreeing.answer, field, team=made.finance, answer=Answer.AGREES, person=made.finn, seen=seen),
            partial(
                define, [Wanted(field, replace(OTHER, name=definition.name))], person=made.dana, reason="It changes."
            ),
        )
        if isinstance(agreed, Meanwhile):
            assert states(field) == {1: RuleState.DRAFT}
        else:
            assert states(field) == {1: RuleState.AGREED, 2: RuleState.DRAFT}
            in_force = registry.whole(Field.objects.filter(pk=field.pk)).get().in_force
            assert registry.rule_definition(in_force) == build.STATUS.rule


def test_two_last_claims_close_the_round_once() -> None:
    made = build.company()
    for number in range(TRIES):
        field = build.field(replace(build.STATUS, name=f"field {number}"))
        asked = claiming.ask(field, person=made.dana)
        at_once(
            partial(claiming.claim, asked, team=made.sales, owner=made.sales, why="Ours.", person=made.dana),
            partial(claiming.claim, asked, team=made.finance, owner=made.finance, why="Ours.", person=made.finn),
        )
        assert ClaimRound.objects.get(pk=asked.pk).outcome == ClaimRound.DISPUTED
        assert states(field) == {1: RuleState.DISPUTED}


def test_of_two_who_ask_at_once_one_asks() -> None:
    made = build.company()
    field = build.field()
    asked = at_once(
        partial(claiming.ask, field, person=made.dana),
        partial(claiming.ask, field, person=made.finn),
    )
    assert sorted(type(one).__name__ for one in asked) == ["ClaimRound", "Refused"]
