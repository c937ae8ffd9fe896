"""What a check compares, as data and in words."""

import pytest

from ownership.history import changes_of
from reconcile.checks.comparing import ComparedField, Comparing, differences
from tests import build

AMOUNT = ComparedField("amount", "amount", "Total", "number", "0.01")
STATUS = ComparedField("status", "status", "Status", "mapped", mapping=(("current", "PAID"),), owner="right")
BEFORE = Comparing(key=(("id", "Ref"),), fields=(AMOUNT,))


def test_json_and_back_is_the_same() -> None:
    comparing = Comparing(key=(("id", "Ref"),), key_fold=True, fields=(AMOUNT, STATUS))
    assert Comparing.from_json(comparing.to_json()) == comparing


def test_who_owns_a_field_does_not_change_what_is_found() -> None:
    owned = ComparedField("amount", "amount", "Total", "number", "0.01", owner="left")
    assert Comparing(key=BEFORE.key, fields=(owned,)).fingerprint == BEFORE.fingerprint
    assert Comparing(key=BEFORE.key, fields=(STATUS,)).fingerprint != BEFORE.fingerprint


def test_an_edit_is_said_field_by_field() -> None:
    after = Comparing(key=(("id", "id"),), key_fold=True, fields=(STATUS,))
    assert differences(BEFORE, after) == [
        ("key", "id = Ref", "id"),
        ("case and outer space in keys", "told apart", "set aside"),
        ("field amount", "amount with Total, as numbers (0.01)", ""),
        (
            "field status",
            "",
            "status with Status, by a table of words: current is PAID; the right side owns it",
        ),
    ]
    assert differences(BEFORE, BEFORE) == []


@pytest.mark.django_db
def test_the_history_of_a_check_says_what_was_compared_otherwise() -> None:
    check = build.check(comparing=BEFORE)
    check.comparing_data = Comparing(key=BEFORE.key, fields=()).to_json()
    check.save()
    change = changes_of(check)[0]
    assert (change.field, change.old, change.new) == ("field amount", "amount with Total, as numbers (0.01)", "")
