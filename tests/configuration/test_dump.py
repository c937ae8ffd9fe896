"""``manage.py dump``: what it writes, ``load`` takes without loss."""

import contextlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from ownership.models import Person, Role, System, Team
from reconcile.checks.comparing import ComparedField, Comparing
from reconcile.checks.models import Cadence, Check
from reconcile.configuration.applying import apply
from reconcile.configuration.dumping import dump
from reconcile.configuration.reading import parsed
from reconcile.configuration.shape import wanted
from tests import build

pytestmark = pytest.mark.django_db

TEXT = some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
NAME = TEXT.filter(lambda text: bool(text.strip()))
FIGURE = some.none() | some.floats(0, 1_000_000)
FIELD = some.builds(
    ComparedField,
    name=NAME,
    left=TEXT,
    right=TEXT,
    compare=some.sampled_from(["auto", "exact", "boolean", "mapped"]),
    mapping=some.dictionaries(TEXT, some.just("") | TEXT, max_size=3).map(lambda words: tuple(words.items())),
    owner=some.sampled_from(["", "left", "right"]),
)
FIELDS = some.lists(FIELD, max_size=3, unique_by=(lambda field: field.name, lambda field: field.left)).map(tuple)
CHECKS = some.fixed_dictionaries(
    {
        "records": NAME,
        "cadence": some.sampled_from(Cadence.values),
        "minutes_before": some.none() | some.integers(0, 100_000),
        "volume_guard": FIGURE,
        "expected_lag_days": FIGURE,
        "comparing": some.builds(
            Comparing,
            key=some.lists(some.tuples(TEXT, TEXT), max_size=3).map(tuple),
            key_fold=some.booleans(),
            fields=FIELDS,
        ),
    }
)


class _Undone(Exception):
    """Ends a transaction without a trace."""


def forget_everything() -> None:
    for model in (Check, System, Team, Person):
        model._default_manager.all().delete()


@hypothesis_settings(deadline=None, max_examples=40)
@given(team=NAME, system=NAME, person=NAME, check=NAME, about=CHECKS)
def test_loading_what_was_dumped_gives_the_same_again(
    team: str, system: str, person: str, check: str, about: dict[str, object]
) -> None:
    comparing = about.pop("comparing")
    assert isinstance(comparing, Comparing)
    with contextlib.suppress(_Undone), transaction.atomic():
        lead = Person.objects.create_user("lead@example.com", name=person, role=Role.LEAD)
        made = build.team(name=team, lead=lead)
        Person.objects.update(team=made)
        one, another = build.system(name=system, owner=made), build.system(name=f"{system}2")
        Check.objects.create(
            name=check, left_system=one, right_system=another, comparing_data=comparing.to_json(), **about
        )
        before, rows = dump(), dict(Check.objects.values().get())
        apply(wanted(parsed(before.encode(), "file")), reason="Nothing is to change.")
        assert Check.history.count() == 1
        forget_everything()
        apply(wanted(parsed(before.encode(), "file")), reason="Again.")
        assert dump() == before
        again = dict(Check.objects.values().get())
        moved = {"id", "left_system_id", "right_system_id", "owner_id", "created_at"}
        assert {name: again[name] for name in again if name not in moved} == {
            name: rows[name] for name in rows if name not in moved
        }
        raise _Undone


def test_it_is_written_in_an_order_that_stays() -> None:
    finance = build.team(name="Finance")
    build.team(name="Archive")
    build.person(email="zoe@example.com", name="Zoë Ångström")
    build.person(email="anna@example.com", name="Anna")
    build.system(name="CRM", owner=finance)
    assert dump() == (
        "teams:\n- name: Archive\n- name: Finance\n"
        "people:\n"
        "- email: anna@example.com\n  name: Anna\n  role: viewer\n"
        "- email: zoe@example.com\n  name: Zoë Ångström\n  role: viewer\n"
        "systems:\n- name: CRM\n  owner: Finance\n"
    )


def test_no_password_and_nothing_of_the_example_is_written() -> None:
    build.person(email="dana.reyes@demo.example", name="Dana Reyes")
    build.team(name="Sales")
    Person.objects.update(is_demo=True)
    Team.objects.update(is_demo=True)
    build.person(email="ada@example.com", name="Ada Bell")
    assert dump() == "people:\n- email: ada@example.com\n  name: Ada Bell\n  role: viewer\n"


def test_what_ones_own_check_uses_of_the_example_is_written(tmp_path: Path) -> None:
    crm, billing = build.system(name="CRM"), build.system(name="Billing")
    System.objects.update(is_demo=True)
    Check.objects.create(name="mine", left_system=crm, right_system=billing, comparing_data=Comparing().to_json())
    written = dump()
    forget_everything()
    file = tmp_path / "house.yaml"
    file.write_text(written)
    call_command("load", str(file))
    assert set(System.objects.values_list("name", "is_demo")) == {("CRM", False), ("Billing", False)}


def test_the_command_writes_it_to_standard_output() -> None:
    build.team(name="Finance")
    out = StringIO()
    with contextlib.redirect_stdout(out):
        call_command("dump")
    assert out.getvalue() == "teams:\n- name: Finance\n"


def test_nothing_at_all_is_an_empty_file() -> None:
    assert parsed(dump().encode(), "file") == {}
