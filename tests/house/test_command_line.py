"""Commands start bare: no database, no queue, no network, and only the parts they use."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.test_settings import PRODUCTION
from tests.processes import ROOT, environment, manage

NOT_NEEDED = ("celery", "kombu", "redis", "structlog", "ninja", "pydantic", "ownership.admin")


@pytest.fixture
def exports(tmp_path: Path) -> tuple[str, str]:
    """Return two small files that differ in one value."""
    left, right = tmp_path / "left.csv", tmp_path / "right.csv"
    left.write_text("id,status\n1,open\n2,paid\n")
    right.write_text("id,status\n1,open\n2,due\n")
    return str(left), str(right)


@pytest.mark.parametrize("values", [{}, PRODUCTION], ids=["embedded", "a database nobody can reach"])
def test_compare_opens_no_database(tmp_path: Path, exports: tuple[str, str], values: dict[str, str]) -> None:
    result = manage("compare", *exports, "--key", "id", "--json", DATA_DIR=tmp_path / "data", **values)
    assert (result.returncode, result.stderr) == (1, "")
    assert json.loads(result.stdout)["differing_cells"] == 1
    assert {path.name for path in (tmp_path / "data").glob("*")} <= {"secret_key"}


def test_compare_starts_without_queue_administration_and_logs() -> None:
    probe = "import sys; sys.argv = ['manage.py', 'compare']; import django; django.setup(); print(*sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=ROOT,
        env=environment(DJANGO_SETTINGS_MODULE="reconcile.settings"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not set(NOT_NEEDED) & set(result.stdout.split())


def test_everything_else_starts_with_the_queue_connected() -> None:
    result = manage(
        "shell", "--no-imports", "--verbosity", "0", "--command", "import celery; print(celery.current_app.main)"
    )
    assert result.stdout == "reconcile\n", result.stderr
