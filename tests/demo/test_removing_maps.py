"""The example goes with its map; maps of one's own stay, with all they name of the example."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from pytest_django import Settings

from boundaries.definitions import Carried, Case, Handoff, Map, Step
from boundaries.models import Boundary, BoundaryVersion, HandoffField
from boundaries.queries import maps
from boundaries.services import defining
from ownership.history import save_with_reason
from ownership.models import Field, Person, Role, System, Team
from reconcile.checks.models import Check
from reconcile.dashboard.queries import EXAMPLE_LOADING
from reconcile.demo import removing
from tests import build
from tests.demo.example import load, rows

pytestmark = pytest.mark.django_db

MINE = Map(
    name="offers to contracts",
    source="CRM",
    target="Contracts",
    owner="Sales",
    steps=(Step("offer", "Sales rep writes the offer.", "Sales", "CRM"), Step("sign", "Legal signs it.", "Legal")),
    handoffs=(
        Handoff(
            "offer",
            "sign",
            "offer accepted",
            owner="Finance",
            fields=(Carried("plan"), Carried("discount")),
            cases=(Case("it is not signed", "It waits.", "Finance", "unsigned"),),
        ),
    ),
)


@pytest.fixture(autouse=True)
def _loaded(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    yield
    cache.delete(EXAMPLE_LOADING)


def test_its_map_goes_with_every_version_and_all_that_others_drew_on_it() -> None:
    load(until="week 1 of")
    one = Boundary.objects.get()
    said = maps.definition(maps.whole().get())
    changed = replace(said, steps=(*said.steps, Step("mine", "Sales rep calls the customer.", "Sales")))
    defining.define(one, replace(changed, handoffs=changed.handoffs[1:]), person=build.person())
    removing.remove()
    assert set(rows()) == {"Person", "HistoricalPerson"}, "only who drew on it is left"


def test_one_that_somebody_removed_from_the_list_goes_too() -> None:
    load(until="week 1 of")
    defining.remove(Boundary.objects.get(), person=None, reason="Nobody needs it.")
    load(until="week 1 of")
    assert Boundary.objects.get().removed_at is not None, "it is not drawn again"
    removing.remove()
    assert rows() == {}


def test_a_map_of_ones_own_keeps_what_it_names_of_the_example() -> None:
    load(until="week 1 of")
    mine = defining.define(None, MINE, person=None)
    removing.remove()
    assert maps.definition(maps.whole().get()) == MINE
    assert Boundary.objects.get() == mine
    assert dict(Team.objects.values_list("name", "is_demo")) == {"Sales": False, "Finance": False}
    assert {"CRM", "Contracts"} <= set(System.objects.filter(is_demo=False).values_list("name", flat=True))
    assert not System.objects.filter(is_demo=True).exists()
    assert list(Field.objects.values_list("name", "is_demo")) == [("plan", False)]
    assert HandoffField.objects.get(name="plan").field is not None
    assert not Person.objects.exists()


def test_a_map_that_a_check_of_ones_own_is_tied_to_is_ones_own_from_then_on() -> None:
    load(until="week 1 of")
    one = Boundary.objects.get()
    check = build.check(name="Mine", right="Ledger")
    check.boundary = one
    save_with_reason(check, reason="It compares across it.")
    before = maps.definition(maps.whole().get())
    removing.remove()
    one.refresh_from_db()
    assert not one.is_demo
    assert maps.definition(maps.whole().get()) == before
    assert Check.objects.get().boundary == one
    versions = BoundaryVersion.objects.filter(boundary=one)
    assert {version.by_name for version in versions} == {"Dana Reyes", "Finn Okafor"}
    assert not Person.objects.exists()


def test_a_boundary_of_ones_own_keeps_its_name_and_the_example_takes_another() -> None:
    mine = defining.define(None, replace(MINE, name="Sales to billing", owner="", handoffs=(), steps=()), person=None)
    load(until="week 1 of")
    mine.refresh_from_db()
    assert not mine.is_demo
    assert Boundary.objects.get(is_demo=True).name == "sales to billing (example)"
    assert Check.objects.get().boundary == Boundary.objects.get(is_demo=True)


def test_where_the_example_is_led_by_others_it_draws_no_map() -> None:
    load(until="week 1 of")
    Boundary.objects.all().delete()
    Team.objects.filter(name="Finance").update(lead=build.person())
    Person.objects.filter(email__startswith="finn.").update(role=Role.VIEWER)
    load(until="week 1 of")
    assert not Boundary.objects.exists()
