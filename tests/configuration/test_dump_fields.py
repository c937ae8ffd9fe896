"""``manage.py dump`` of fields: what it writes, ``load`` takes without loss."""

import contextlib

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from reconcile.configuration.applying import apply
from reconcile.configuration.dumping import dump
from reconcile.configuration.reading import parsed
from reconcile.configuration.shape import wanted
from tests.configuration import registries

pytestmark = pytest.mark.django_db


class _Undone(Exception):
    """Ends a transaction without a trace."""


@hypothesis_settings(deadline=None, max_examples=60)
@given(names=registries.NAMES, fields=some.lists(registries.FIELDS, min_size=1, max_size=2))
def test_loading_fields_that_were_dumped_gives_the_same_again(names: list[str], fields: list[registries.Some]) -> None:
    with contextlib.suppress(_Undone), transaction.atomic():
        registries.build_registry(dict(zip(names, fields, strict=False)))
        before, rows = dump(), registries.rows_of_history()
        said = wanted(parsed(before.encode(), "file"))
        apply(said, reason="Nothing is to change.")
        assert registries.rows_of_history() == rows
        registries.forget_everything()
        apply(said, reason="Again.")
        assert dump() == before
        rows = registries.rows_of_history()
        apply(said, reason="And again.")
        assert registries.rows_of_history() == rows
        raise _Undone
