"""The whole example in the database, loaded once for all of these: each test puts back what it changes."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoDbBlocker, Settings

from boundaries.models import Boundary, BoundaryVersion, HandoffField, Step, StepField
from boundaries.queries import maps, versions
from ownership.models import (
    ClaimRound,
    Condition,
    Field,
    FieldUse,
    OwnershipRule,
    Person,
    RecordType,
    Role,
    System,
    Team,
)
from ownership.queries import registry, sheet_check, waiting
from reconcile.checks.models import Check, Run, RunState
from reconcile.demo import boundary, loading, progress, removing, world
from reconcile.demo.progress import Mark
from reconcile.exports.models import Snapshot
from tests.demo.example import CUSTOMERS, load, outcome, rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("example")


@pytest.fixture(scope="module")
def _whole(django_db_setup: None, django_db_blocker: DjangoDbBlocker, folder: Path) -> Iterator[None]:  # noqa: ARG001
    with django_db_blocker.unblock(), transaction.atomic():
        # Numbers of runs repeat from one test to the next, and the cache knows cancelled runs by their number.
        cache = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(folder / "cache")}
        with override_settings(DATA_DIR=folder, MEDIA_ROOT=str(folder / "media"), CACHES={"default": cache}):
            load()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _its_folder(_whole: None, folder: Path, _files_of_this_test: None, settings: Settings, db: None) -> None:  # noqa: ARG001
    settings.DATA_DIR, settings.MEDIA_ROOT = folder, str(folder / "media")


def test_it_is_there_whole_and_marked_as_the_example() -> None:
    made = Run.objects.filter(state=RunState.DONE).order_by("number")
    assert [run.number for run in made] == list(range(1, 9))
    assert progress.mark() == Mark.LOADED
    for model in (Team, Person, System, Check, Snapshot):
        assert set(model._default_manager.values_list("is_demo", flat=True)) == {True}
    assert set(Person.objects.values_list("name", "role")) == {
        ("Dana Reyes", Role.LEAD),
        ("Finn Okafor", Role.LEAD),
        ("Mira Lind", Role.MANAGER),
    }
    assert not any(person.has_usable_password() for person in Person.objects.all())
    assert Check.objects.get().owner == Team.objects.get(name="Sales", lead__name="Dana Reyes")


def test_its_weeks_find_what_was_planted() -> None:
    planted = Counter(one.week for one in world.make(today=loading._today().date(), customers=CUSTOMERS).truth)
    for run in Run.objects.filter(state=RunState.DONE):
        assert run.totals is not None
        assert run.number is not None
        found = sum(cells for kind, cells in run.totals["kinds"].items() if "duplicate" not in kind)
        doubled = run.totals["duplicate_keys_left"] + run.totals["duplicate_keys_right"]
        assert found + doubled == planted[run.number]


def test_its_story_has_a_held_run_cancelled_and_one_confirmed_with_a_reason() -> None:
    (cancelled,) = Run.objects.filter(state=RunState.CANCELLED)
    assert "fewer" in cancelled.warnings[0]
    assert cancelled.why == "Cancelled by Dana Reyes."
    (confirmed,) = Run.objects.exclude(confirmed_why="")
    assert confirmed.confirmed_by == Person.objects.get(name="Dana Reyes")
    assert "new column PaymentTerms" in confirmed.warnings[0]


def test_its_check_learns_which_words_mean_the_same_after_two_weeks() -> None:
    runs = Run.objects.filter(state=RunState.DONE).order_by("number")
    mapped = [any(field.compare == "mapped" for field in run.comparing.fields) for run in runs]
    assert mapped == [False, False, True, True, True, True, True, True]
    row = Check.history.first()
    assert row.history_change_reason == "The two systems have different words for the same billing status."
    assert row.history_date.date() < runs[2].requested_at.date()
    moments = list(Check.history.order_by("history_id").values_list("history_date", flat=True))
    assert moments == sorted(moments)


def test_its_runs_stand_in_their_weeks() -> None:
    for run in Run.objects.filter(state=RunState.DONE).select_related("right"):
        assert run.finished_at is not None
        assert run.requested_at.date() == run.right.as_of.date() == run.right.received_at.date()
        assert run.requested_at <= run.finished_at
        assert run.finished_at.date() == run.requested_at.date()


def test_its_registry_has_a_field_in_every_state() -> None:
    fields = {one.name: one for one in registry.whole()}
    assert len(fields) == 12
    assert len({one.subject for one in fields.values()}) == 3
    states = {name: str(one.shown.state) if one.shown else "" for name, one in fields.items()}
    assert Counter(states.values()) == {"agreed": 6, "draft": 4, "proposed": 1, "disputed": 1}
    assert (states["currency"], states["start date"]) == ("proposed", "disputed")
    assert fields["country"].in_force is not None
    assert [name for name, one in fields.items() if one.sensitive] == ["invoice e-mail"]
    for model in (Field, RecordType):
        assert set(model._default_manager.values_list("is_demo", flat=True)) == {True}
    assert all(one.means for one in RecordType.objects.all())


def test_the_columns_of_its_fields_are_those_of_its_exports() -> None:
    made = world.make(today=loading._today().date(), customers=60).weeks[-1]
    heads = {
        "CRM": made.crm.content.decode().splitlines()[0].split(","),
        "Billing": made.billing.content.decode("cp1252").splitlines()[0].split(";"),
    }
    for use in FieldUse.objects.exclude(column="").select_related("system"):
        assert use.column in heads[use.system.name]
    for condition in Condition.objects.select_related("system"):
        assert condition.system is not None
        assert condition.column in heads[condition.system.name]
    compared = {field.name: (field.left, field.right) for field in Check.objects.get().comparing.fields}
    for field in registry.whole(Field.objects.filter(name__in=compared)):
        assert tuple(use.column for use in field.uses.all()) == compared[field.name]
    assert set(compared) <= set(Field.objects.values_list("name", flat=True))


def test_its_claims_led_to_a_dispute_and_others_are_open() -> None:
    over, asked = ClaimRound.objects.order_by("asked_at")
    assert (over.field.name, over.outcome) == ("start date", ClaimRound.DISPUTED)
    assert over.closed_at is not None
    assert over.asked_at < over.closed_at
    assert (asked.field.name, asked.closed_at) == ("plan", None)
    assert asked.due_on > timezone.localdate(loading._today())
    assert [claim.answered_at is None for claim in asked.claims.all()] == [True, False]


def test_something_waits_for_each_of_its_leads_and_the_check_of_its_sheet_finds_something() -> None:
    counts = {name: waiting.count(Person.objects.get(name=name)) for name in ("Dana Reyes", "Finn Okafor")}
    assert counts == {"Dana Reyes": 1, "Finn Okafor": 3}
    kinds = {one.kind for one in sheet_check.findings(registry.whole(), loading._today().date())}
    assert {"stale", "disputed", "not_agreed", "no_approver", "no_deputy", "definition_missing"} <= kinds


def test_what_happened_to_its_fields_stands_in_its_time() -> None:
    stale = OwnershipRule.objects.get(field__name="contact")
    assert stale.confirmed_at is not None
    assert stale.agreed_at is not None
    assert 210 < (timezone.now() - stale.confirmed_at).days < 280
    assert stale.created_at < stale.agreed_at < stale.confirmed_at
    for field in Field.objects.all():
        moments = list(field.versions.order_by("number").values_list("at", flat=True))
        assert moments == sorted(moments)
        assert field.created_at == moments[0]


def test_its_map_is_drawn_by_both_leads_over_eight_weeks_and_tied_to_its_check() -> None:
    one = Boundary.objects.get()
    assert (one.name, one.is_demo, one.slug) == ("sales to billing", True, "sales-to-billing")
    assert Check.objects.get().boundary == one
    drawn = list(BoundaryVersion.objects.filter(boundary=one).order_by("number"))
    assert {version.by_name for version in drawn} == {"Dana Reyes", "Finn Okafor"}
    moments = [version.at for version in drawn]
    assert moments == sorted(moments)
    assert moments[0] == one.created_at
    assert (timezone.now().date() - moments[0].date()).days >= 56
    fields = HandoffField.objects.select_related("field")
    assert all(carried.field is not None for carried in fields), "each is a field of the registry"
    assert all(changed.field is not None for changed in StepField.objects.select_related("field"))
    assert set(Step.objects.filter(team=None).values_list("team_name", flat=True)) == {"Operations"}


def test_its_map_is_the_story_told() -> None:
    names = boundary.Names("CRM", "Billing", "Sales", "Finance", str)
    told = boundary.told(names, today=timezone.localdate(loading._today()))[-1].said
    now = maps.definition(maps.whole().get())
    assert now.steps == told.steps
    assert now.handoffs == told.handoffs
    assert versions.map_of(BoundaryVersion.objects.earliest("number")).owner == "Sales"


def test_loading_it_again_changes_nothing() -> None:
    before = rows()
    load()
    assert rows() == before


def test_a_loading_that_was_ended_again_and_again_is_gone_on_with() -> None:
    before = outcome()
    removing.remove()
    progress.set_mark(Mark.NONE)
    for week in (1, 3, 5, 6):
        load(until=f"week {week} of")
        assert progress.mark() == Mark.LOADING
    load()
    assert outcome() == before


def test_a_later_day_goes_on_with_the_weeks_of_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    load(until="week 2 of")
    day = Snapshot.objects.earliest("as_of").as_of
    monkeypatch.setattr("django.utils.timezone.now", lambda: day.replace(year=day.year + 1))
    assert loading._today().date() == world.make(today=loading._today().date(), customers=60).weeks[-1].crm.as_of.date()
    assert (loading._today() - day).days == 49


def test_removing_it_leaves_no_row_and_no_history() -> None:
    removing.remove()
    assert rows() == {}
    assert progress.mark() == Mark.REMOVED
