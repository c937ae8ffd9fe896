"""Fixtures of what belongs to checks."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker, Settings

from ownership.models import Person, Role
from reconcile.checks.models import Check, Run
from tests import build
from tests.checks.three_runs import ThreeRuns, three_runs_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a file, let the tests of the three runs come last: from then on the runs are there."""
    files = [list(group) for _, group in groupby(items, key=lambda item: item.path)]
    items[:] = [item for file in files for item in sorted(file, key=_of_the_three_runs)]


def _of_the_three_runs(item: pytest.Item) -> bool:
    return "three_runs" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="module")
def _three_runs_and_files(
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[ThreeRuns, Path]]:
    """Make them once for all tests of a file: six exports read and three times compared take seconds."""
    folder = tmp_path_factory.mktemp("three-runs")
    cache = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(folder / "cache")}
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=str(folder / "media"), CACHES={"default": cache}):
            made = three_runs_of(build.person(email="dana@example.com", name="Dana Reyes", role=Role.LEAD))
        yield made, folder / "media"
        transaction.set_rollback(True)


@pytest.fixture
def three_runs(
    _three_runs_and_files: tuple[ThreeRuns, Path],
    _files_of_this_test: None,
    settings: Settings,
    db: None,  # noqa: ARG001
) -> ThreeRuns:
    """Return a check of Dana's team with three done runs."""
    made, media = _three_runs_and_files
    settings.MEDIA_ROOT = str(media)
    check = Check.objects.get(pk=made.check.pk)
    first, second, third = (Run.objects.get(pk=run.pk) for run in made.runs)
    return ThreeRuns(check, (first, second, third))


@pytest.fixture
def dana(db: None) -> Person:  # noqa: ARG001
    """Return a team lead: the one of the three runs, where they are."""
    there = Person.objects.filter(email="dana@example.com").first()
    return there or build.person(email="dana@example.com", name="Dana Reyes", role=Role.LEAD)
