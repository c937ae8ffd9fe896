"""A loading that is killed at any instant loses nothing and doubles nothing."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.processes import ROOT, environment, manage

pytestmark = pytest.mark.slow

LOAD = """
import django; django.setup()
from reconcile.demo import loading
loading.load(say=lambda step: None, customers=120)
"""
OUTCOME = "from tests.demo.example import outcome; import json; print(json.dumps(outcome(), default=str))"


def loading(folder: Path) -> subprocess.Popen[bytes]:
    values = environment(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="reconcile.settings", RUN_LEASE_SECONDS=2)
    with (folder / "log").open("w") as log:
        return subprocess.Popen([sys.executable, "-c", LOAD], cwd=ROOT, env=values, stderr=log)


def outcome(folder: Path) -> str:
    told = manage("shell", "--no-imports", "--verbosity", "0", "--command", OUTCOME, DATA_DIR=folder)
    assert told.returncode == 0, told.stderr
    return told.stdout


def test_killed_nine_times_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    for folder in (undisturbed, killed):
        folder.mkdir()
        assert manage("migrate", "--verbosity", "0", DATA_DIR=folder).returncode == 0
    assert loading(undisturbed).wait(300) == 0
    for number in range(9):
        process = loading(killed)
        # Long enough to get somewhere, and each time somewhere else.
        with suppress(subprocess.TimeoutExpired):
            process.wait(2 + 0.37 * number)
        process.kill()
        process.wait(30)
    assert loading(killed).wait(300) == 0, (killed / "log").read_text()
    assert outcome(killed) == outcome(undisturbed)
