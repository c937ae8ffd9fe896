"""The one settings module, as the environment feeds it."""

import json
import stat
from pathlib import Path

import pytest

from tests.processes import manage

PRODUCTION = {
    "DATABASE_URL": "postgres://reconcile@db.invalid/reconcile",
    "REDIS_URL": "redis://redis.invalid:6379/0",
    "ALLOWED_HOSTS": "reconcile.example.com",
    "SECRET_KEY": "only-for-this-test-3Q8vX2m9LrT6yB1nZk7WcJ5dHs4GfPaE0uRiOoKjMtNxVbQz",
}


def shown(expression: str, **values: object) -> object:
    """Return what ``expression`` over the settings ``s`` gives in a process with the environment ``values``."""
    code = f"from django.conf import settings as s; import json; print(json.dumps({expression}, default=str))"
    result = manage("shell", "--no-imports", "--verbosity", "0", "--command", code, **values)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_production_passes_the_deployment_check_without_a_warning(tmp_path: Path) -> None:
    result = manage("check", "--deploy", "--fail-level", "DEBUG", DATA_DIR=tmp_path, **PRODUCTION)
    assert (result.returncode, result.stdout) == (0, "System check identified no issues (0 silenced).\n"), result.stderr


@pytest.mark.parametrize(
    "values",
    [
        {"DATABASE_URL": PRODUCTION["DATABASE_URL"]},
        {"DATABASE_URL": PRODUCTION["DATABASE_URL"], "DEBUG": "true"},
        {"ALLOWED_HOSTS": "reconcile.example.com"},
    ],
)
def test_without_a_secret_key_production_refuses_in_one_sentence(tmp_path: Path, values: dict[str, str]) -> None:
    result = manage("check", DATA_DIR=tmp_path, **values)
    assert result.returncode == 2
    assert result.stderr == ("SECRET_KEY is not set. Set it to a long random text that only this installation knows.\n")
    assert not (tmp_path / "secret_key").exists()


def test_the_embedded_default_makes_its_key_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "made" / "on first use"
    first, second = (shown("s.SECRET_KEY", DATA_DIR=data) for _ in range(2))
    assert first == second == (data / "secret_key").read_text()
    assert len(str(first)) > 50
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in data.glob("secret_key*")] == ["secret_key"]


def test_a_place_where_no_key_can_be_kept_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    result = manage("check", DATA_DIR=tmp_path / "file")
    assert result.returncode == 2
    assert result.stderr.startswith(f"{tmp_path / 'file' / 'secret_key'} can be neither read nor made by this user.")


def test_the_embedded_database_waits_for_other_writers_and_keeps_history_append_only(tmp_path: Path) -> None:
    code = (
        "from django.db import connection as c, transaction\n"
        "k = c.cursor()\n"
        "print(*[k.execute(f'PRAGMA {name}').fetchone()[0] for name in "
        "('journal_mode', 'foreign_keys', 'recursive_triggers', 'busy_timeout')], c.transaction_mode)"
    )
    result = manage("shell", "--no-imports", "--verbosity", "0", "--command", code, DATA_DIR=tmp_path)
    assert result.stdout.split() == ["wal", "1", "1", "20000", "IMMEDIATE"], result.stderr


@pytest.mark.parametrize(
    ("values", "engine", "broker", "cache"),
    [
        ({}, "sqlite3", "filesystem://localhost", "FileBasedCache"),
        (PRODUCTION, "postgresql", PRODUCTION["REDIS_URL"], "RedisCache"),
        ({**PRODUCTION, "REDIS_URL": ""}, "postgresql", "filesystem://localhost", "FileBasedCache"),
        ({"REDIS_URL": PRODUCTION["REDIS_URL"]}, "sqlite3", PRODUCTION["REDIS_URL"], "RedisCache"),
    ],
)
def test_the_environment_moves_the_same_code(
    tmp_path: Path, values: dict[str, str], engine: str, broker: str, cache: str
) -> None:
    expression = "[s.DATABASES['default']['ENGINE'], s.CELERY_BROKER_URL, s.CACHES['default']['BACKEND']]"
    found = shown(expression, DATA_DIR=tmp_path, **values)
    assert isinstance(found, list)
    assert found[0].endswith(engine)
    assert found[1] == broker
    assert found[2].endswith(cache)
