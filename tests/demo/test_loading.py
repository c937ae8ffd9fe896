"""The example is loaded and removed, wholly or half, beside what is somebody's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from ownership.definitions import Definition, Record, Rule, Use
from ownership.history import save_with_reason
from ownership.models import Field, OwnershipRule, Person, RecordType, Role, System, Team
from ownership.services import agreeing, claiming
from reconcile.checks.models import Check, Mismatch, Run
from reconcile.dashboard.queries import EXAMPLE_LOADING
from reconcile.demo import loading, progress, removing
from reconcile.demo.progress import Mark
from reconcile.exports.models import Snapshot
from tests import build
from tests.conftest import signed_in
from tests.demo.example import CUSTOMERS, load, rows

pytestmark = pytest.mark.django_db

DANA = "dana.reyes@demo.example"


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = str(tmp_path / "media")
    yield
    cache.delete(EXAMPLE_LOADING)


def files() -> list[Path]:
    return [path for path in Path(project.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_name_that_is_taken_stays_with_whoever_has_it() -> None:
    mine = build.team(name="Sales"), build.system(name="CRM")
    load(until="week 1 of")
    assert Team.objects.get(name="Sales (example)").is_demo
    assert System.objects.get(name="CRM (example)").is_demo
    for thing in mine:
        thing.refresh_from_db()
        assert not thing.is_demo


def test_removing_it_half_loaded_leaves_no_row_and_no_file() -> None:
    load(until="week 3 of")
    assert files()
    removing.remove()
    assert (rows(), files()) == ({}, [])


def test_removing_it_where_it_never_was_is_no_fault() -> None:
    removing.remove()
    assert rows() == {}


def test_what_is_ones_own_stays_and_what_it_uses_of_the_example_becomes_ones_own() -> None:
    load(until="week 2 of")
    sales, crm = Team.objects.get(name="Sales"), System.objects.get(name="CRM")
    colleague = build.person(email="colleague@example.com")
    colleague.team = sales
    save_with_reason(colleague, reason="She joined.")
    check = build.check(name="Mine", right="Ledger")
    run = build.run_done(check=check, left_text="id,a\n1,x\n", right_text="id,a\n1,y\n")
    taken = Snapshot.objects.filter(is_demo=True, system=crm).first()
    assert taken is not None
    Run.objects.filter(pk=run.pk).update(left=taken)
    removing.remove()
    assert set(Team.objects.values_list("name", "is_demo")) == {("Sales", False)}
    assert set(System.objects.values_list("name", "is_demo")) == {("CRM", False), ("Ledger", False)}
    assert list(Check.objects.all()) == [check]
    taken.refresh_from_db()
    assert not taken.is_demo
    assert taken.path.is_file()
    assert taken.kept_path.is_file()
    assert Person.objects.get() == colleague
    assert Mismatch.objects.filter(check_compared=check).exists()


def test_fields_of_ones_own_stay_and_keep_what_they_name_of_the_example() -> None:
    load(until="week 1 of")
    uses = (Use("CRM", editors=("Sales",)),)
    rule = Rule(Record("CRM", "deal"), "Finance", Record("CRM", "signed order form"), approver=DANA)
    mine = build.field(Definition("discount", uses=uses, rule=rule))
    removing.remove()
    assert list(Field.objects.all()) == [mine]
    assert set(RecordType.objects.values_list("name", "is_demo")) == {("deal", False), ("signed order form", False)}
    assert set(System.objects.values_list("name", "is_demo")) == {("CRM", False)}
    assert set(Team.objects.values_list("name", "is_demo")) == {("Finance", False), ("Sales", False)}
    kept = OwnershipRule.objects.get()
    assert kept.approver is None, "nobody of the example stays, so nobody is named who cannot sign in"
    assert set(OwnershipRule.history.values_list("id", flat=True)) == {kept.pk}


def test_a_record_type_of_ones_own_keeps_its_system() -> None:
    load(until="week 1 of")
    mine = build.record_type(system=System.objects.get(name="Billing"))
    removing.remove()
    assert RecordType.objects.get() == mine
    assert set(System.objects.values_list("name", "is_demo")) == {("Billing", False)}


def test_what_others_did_to_its_fields_goes_with_them() -> None:
    load(until="week 1 of")
    sales, finance = Team.objects.get(name="Sales"), Team.objects.get(name="Finance")
    field = Field.objects.get(name="currency")
    agreeing.take_back(field, person=Person.objects.get(email=DANA))
    asked = claiming.ask(Field.objects.get(name="city"), person=Person.objects.get(email=DANA))
    claiming.claim(asked, team=sales, owner=finance, why="They do it.", person=Person.objects.get(email=DANA))
    removing.remove()
    assert rows() == {}


def test_a_field_of_ones_own_keeps_its_name_and_the_example_takes_another() -> None:
    build.company()
    mine = build.field()
    load(until="week 1 of")
    mine.refresh_from_db()
    assert (mine.name, mine.is_demo) == ("billing status", False)
    assert Field.objects.get(name="billing status (example)").is_demo


def test_where_the_example_is_led_by_others_it_writes_no_fields_down() -> None:
    load(until="week 1 of")
    Field.objects.all().delete()
    Team.objects.filter(name="Sales").update(lead=build.person())
    Person.objects.filter(email=DANA).update(role=Role.VIEWER)
    load(until="week 1 of")
    assert not Field.objects.exists()


def test_bytes_that_somebody_else_received_too_stay() -> None:
    load(until="week 2 of")
    theirs = Snapshot.objects.filter(is_demo=True).first()
    assert theirs is not None
    mine = build.received(content=theirs.path.read_bytes())
    removing.remove()
    assert mine.path.is_file()


def test_a_loading_stops_when_the_example_is_removed_meanwhile() -> None:
    def say(step: str) -> None:
        if "week 2" in step:
            progress.set_mark(Mark.REMOVED)

    with pytest.raises(loading.Stopped):
        loading.load(say=say, customers=CUSTOMERS)
    assert progress.mark() == Mark.REMOVED


def test_nobody_else_loads_or_removes_it_meanwhile() -> None:
    with progress.alone(wait=False) as mine, progress.alone(wait=False) as theirs:
        assert (mine, theirs) == (True, False)


def test_one_click_removes_it_for_a_lead(as_dana: Client) -> None:
    load(until="week 2 of")
    page = as_dana.post("/example/remove/", follow=True)
    assert "The example is gone." in page.content.decode()
    assert not Check.objects.exists()


def test_whoever_was_somebody_of_it_is_signed_out() -> None:
    load(until="week 1 of")
    client = signed_in(Person.objects.get(name="Dana Reyes"))
    page = client.post("/example/remove/", follow=True)
    assert page.request["PATH_INFO"] == "/sign-in/"
    assert not Person.objects.exists()


def test_a_viewer_does_not_remove_it(client: Client) -> None:
    load(until="week 1 of")
    client.force_login(build.person(role=Role.VIEWER))
    assert client.post("/example/remove/").status_code == 403
    assert Check.objects.exists()


def test_an_export_that_three_readers_died_of_is_read_anew() -> None:
    load(until="week 2 of")
    Run.objects.all().delete()
    Mismatch.objects.all().delete()
    Snapshot.objects.update(state=Snapshot.State.UNREADABLE, why="It stopped three times.", failures=3)
    load(until="week 2 of")
    assert set(Snapshot.objects.values_list("state", "why", "failures")) == {(Snapshot.State.READY, "", 0)}
    assert Run.objects.get().state == "done"


def test_an_export_whose_third_reader_has_only_just_died_is_read_anew_too() -> None:
    load(until="week 2 of")
    Run.objects.all().delete()
    Mismatch.objects.all().delete()
    Snapshot.objects.update(state=Snapshot.State.RECEIVED, why="", failures=3)
    load(until="week 2 of")
    assert set(Snapshot.objects.values_list("state", "failures")) == {(Snapshot.State.READY, 0)}
    assert Run.objects.get().state == "done"
