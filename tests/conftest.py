"""What every test stands on: the set-up the environment names, a cache and a queue of its own, quick passwords."""

import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from django.core import serializers
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from pytest_django import Settings

from ownership.models import Person, Role
from reconcile.celery import app
from reconcile.embedded import make_folders
from reconcile.engine import child
from tests import build
from tests.forking import Nursery

ABOUT_READERS = {
    "test_compare_laws.py",
    "test_dirty.py",
    "test_memory.py",
    "test_read_child.py",
    "test_read_spreadsheets.py",
    "test_reading.py",
}
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that read the example files where those are not there. In CI they have to be there."""
    if config.getoption("--database-only"):
        without = [item for item in items if not _asks_the_database(item)]
        items[:] = [item for item in items if item not in set(without)]
        config.hook.pytest_deselected(items=without)
    needing = [item for item in items if item.get_closest_marker("shared")]
    if not needing or SHARED.is_dir():
        return
    if os.environ.get("CI"):
        message = "The example files are missing: ../shared/data has to lie beside the project."
        raise pytest.UsageError(message)
    items[:] = [item for item in items if item not in needing]
    config.hook.pytest_deselected(items=needing)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="Only tests that ask the database: the others say the same on any. For the second of two set-ups.",
    )


def _asks_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint({"db", "transactional_db"})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not SHARED.is_dir():
        terminalreporter.write_line("Tests that read ../shared/data were left out: it is not there.")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of example files; tests that use it are marked ``shared``."""
    return SHARED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 - first as usual, then ours
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """SQLite in a file as in real life, so that a real worker process can open it too."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _rows_of_migrations_at_once() -> None:
    """What migrations wrote is put back after a test that emptied all tables: a statement a table instead of two a row.

    They are some three hundred rows, and every test in a browser begins with them.
    """
    connection.creation.deserialize_db_from_string = _put_back  # type: ignore[method-assign]


_EMPTY_OR_NOT = "SELECT {} WHERE EXISTS (SELECT 1 FROM {})"


@pytest.fixture(scope="session", autouse=True)
def _only_filled_tables_are_emptied() -> None:
    """After a test with transactions of its own, PostgreSQL makes every file of every table anew: seconds for nothing.

    Foreign keys are asked at the end of the transaction, so the order is of no consequence.
    """
    if connection.vendor == "postgresql":
        connection.ops.sql_flush = _emptying  # type: ignore[assignment, method-assign]


def _emptying(_style: object, tables: Iterable[str], **_: bool) -> list[str]:
    names = [connection.ops.quote_name(table) for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_EMPTY_OR_NOT.format(place, name) for place, name in enumerate(names)))
        filled = [names[place] for (place,) in cursor.fetchall()]
    return [f"DELETE FROM {name}" for name in filled]  # noqa: S608 - names of our own tables


def _put_back(data: str) -> None:
    with transaction.atomic(), connection.constraint_checks_disabled():
        for model, rows in _rows_by_model(data).items():
            # The first of these tests finds them in their place: nothing was emptied before it.
            model._base_manager.bulk_create(rows, ignore_conflicts=True)


@cache
def _rows_by_model(data: str) -> dict[type[Model], list[Model]]:
    found: dict[type[Model], list[Model]] = {}
    for one in serializers.deserialize("json", data):
        found.setdefault(type(one.object), []).append(one.object)
    return found


@pytest.fixture(scope="session")
def _nursery() -> Iterator[Nursery | None]:
    made = Nursery() if sys.platform == "linux" else None
    yield made
    if made is not None:
        made.close()


@pytest.fixture(autouse=True, scope="module")
def _readers_of_these_tests(request: pytest.FixtureRequest, _nursery: Nursery | None) -> Iterator[None]:
    """Tests that are not about readers and what bounds them fork theirs instead of starting an interpreter for each."""
    real = request.path.parent.name in ("engine", "exports") and request.path.name in ABOUT_READERS
    with pytest.MonkeyPatch.context() as patch:
        if _nursery is not None and not real:
            patch.setattr(child, "_started", _nursery.started)
        yield


@pytest.fixture(autouse=True)
def _cache_of_this_test(settings: Settings, tmp_path: Path) -> None:
    """No test counts another's sign-in attempts, on the same kind of cache as in real life."""
    cache = dict(settings.CACHES["default"])
    if "filebased" in cache["BACKEND"]:
        cache["LOCATION"] = str(tmp_path / "cache")
    else:
        cache["KEY_PREFIX"] = uuid4().hex
    settings.CACHES = {"default": cache}


@pytest.fixture(scope="session", autouse=True)
def _queue_of_these_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests ring is heard by no worker but one they start themselves."""
    if app.conf.broker_url.startswith("filesystem"):
        folder = tmp_path_factory.mktemp("queue")
        folders = {name: str(folder / name) for name in app.conf.broker_transport_options if "folder" in name}
        app.conf.broker_transport_options = {**app.conf.broker_transport_options, **folders}
        make_folders(folders)


@pytest.fixture(autouse=True)
def _files_of_this_test(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def dana(db: None) -> Person:  # noqa: ARG001
    """Return a team lead."""
    return build.person(email="dana@example.com", name="Dana Reyes", role=Role.LEAD)


@pytest.fixture
def ada(db: None) -> Person:  # noqa: ARG001
    """Return an administrator."""
    return build.person(email="ada@example.com", name="Ada Bell", role=Role.ADMINISTRATOR)


@pytest.fixture
def as_dana(dana: Person) -> Client:
    return signed_in(dana)


@pytest.fixture
def as_ada(ada: Person) -> Client:
    return signed_in(ada)


def signed_in(person: Person) -> Client:
    """Return a browser in which ``person`` is signed in."""
    client = Client()
    client.force_login(person)
    return client
