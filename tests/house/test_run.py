"""The one command file, away from the project: a copy of it, and stand-ins that say how they were called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.processes import ROOT

SAYS = '#!/bin/sh\nprintf "%s|" "$PWD" "$@"\n'
TOO_OLD = "#!/bin/sh\nexit 1\n"
TOOLS = ("sh", "cmp", "cat", "cp", "cksum", "env")


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a folder with a copy of ./run and a set-up .venv whose python only says how it was called."""
    house = tmp_path / "a house"
    house.mkdir()
    shutil.copy(ROOT / "run", house)
    (house / "requirements.lock").write_text("django==5\n")
    script(house / ".venv" / "bin" / "python", SAYS)
    shutil.copy(house / "requirements.lock", house / ".venv")
    return house


def run(house: Path, *arguments: str, cwd: Path, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [house / "run", *arguments], cwd=cwd, env={"PATH": path}, capture_output=True, text=True, check=False
    )


def test_a_command_runs_where_one_stands_and_has_standard_output_to_itself(house: Path, tmp_path: Path) -> None:
    result = run(house, "manage", "compare", "left file.csv", "--json", cwd=tmp_path)
    assert result.stdout == f"{tmp_path}|{house}/manage.py|compare|left file.csv|--json|"
    assert (result.returncode, result.stderr) == (0, "")


def test_an_older_python_is_refused_in_a_sentence(house: Path, tmp_path: Path) -> None:
    shutil.rmtree(house / ".venv")
    tools = tmp_path / "tools"
    for name in TOOLS:
        script(tools / name, f'#!/bin/sh\nexec {shutil.which(name)} "$@"\n')
    for name in ("python3", "python3.11", "python3.13"):
        script(tools / name, TOO_OLD)
    result = run(house, "manage", "compare", cwd=tmp_path, path=str(tools))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "Reconcile needs Python 3.11 or newer; there is no such python3 here.\n"


def test_a_word_it_does_not_know_gets_the_list_of_those_it_does(house: Path, tmp_path: Path) -> None:
    result = run(house, "dance", cwd=tmp_path)
    assert result.returncode == 2
    assert "./run manage COMMAND" in result.stderr


STARTS = """#!/bin/sh
case $1 in
    -) [ "$3" != 0 ] ;;                          # nothing listens yet; a little later something does
    */manage.py) shift; echo "$@" >>"$CALLS" ;;
    -m) sleep 1 ;;                               # web, worker, clock
esac
"""


@pytest.mark.parametrize(
    ("mark", "values", "called", "afterwards"),
    [
        ("", {}, True, ""),
        ("loading", {}, True, "loading"),
        ("loaded", {}, False, "loaded"),
        ("removed", {}, False, "removed"),
        ("", {"DEMO": "no"}, False, "left out"),
        ("left out", {}, False, "left out"),
        ("loaded", {"DEMO": "no"}, False, "loaded"),
        ("", {"DATABASE_URL": "postgres://nobody@127.0.0.1/none"}, False, ""),
        ("", {"DATABASE_URL": "postgres://nobody@127.0.0.1/none", "DEMO": "no"}, False, ""),
    ],
)
def test_only_a_first_start_loads_the_example(  # noqa: PLR0913 - a row of the table above
    house: Path, tmp_path: Path, mark: str, values: dict[str, str], *, called: bool, afterwards: str
) -> None:
    script(house / ".venv" / "bin" / "python", STARTS)
    (house / ".data").mkdir()
    kept, calls = house / ".data" / "demo", tmp_path / "calls"
    if mark:
        kept.write_text(mark)
    subprocess.run(
        [house / "run"],
        env={"PATH": os.environ["PATH"], "CALLS": str(calls), **values},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ("demo load --first-start" in calls.read_text()) is called
    assert (kept.read_text().strip() if kept.exists() else "") == afterwards
