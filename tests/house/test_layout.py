"""The house stays as it was laid out: no stray file, folder or module."""

import re
import tomllib
from functools import cache
from pathlib import Path

from tests.processes import ROOT

TOP = {
    # fixed
    "manage.py", "pyproject.toml", "reconcile", "ownership", "boundaries", "templates", "static", "tests",
    "docker-compose.yml",
    # what a repository needs
    ".ci", ".dockerignore", ".gitignore", "CHANGELOG.md", "Dockerfile", "README.md", "docs", "requirements-dev.lock",
    "requirements.lock", "run",
}  # fmt: skip
LEFT_BEHIND = re.compile(r"^\.(?!ci$|dockerignore$|gitignore$)|^uv\.lock$")
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc"}


@cache
def kept() -> tuple[Path, ...]:
    """Return every file of the project, relative to its root; what tools and editors leave behind is not of it."""
    tops = [top for top in ROOT.iterdir() if not LEFT_BEHIND.search(top.name)]
    files = [path.relative_to(ROOT) for top in tops for path in (top, *top.rglob("*")) if path.is_file()]
    return tuple(path for path in files if "__pycache__" not in path.parts)


def modules(folder: str) -> set[str]:
    return {path.parts[1].removesuffix(".py") for path in kept() if path.parts[0] == folder} - {"__init__"}


def layers(folder: str) -> set[str]:
    """Return every name the import contracts give a place in ``folder``."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (one for one in contracts if one.get("containers") == [folder])
    assert contract["exhaustive"]
    return {name.strip(" ()") for layer in contract["layers"] for name in layer.split("|")}


def test_nothing_new_lies_at_the_top() -> None:
    assert {path.parts[0] for path in kept()} <= TOP


def test_every_module_has_its_place_in_a_layer() -> None:
    for folder in ("reconcile", "ownership", "boundaries"):
        assert modules(folder) <= layers(folder)


def test_the_project_package_stays_empty() -> None:
    assert (ROOT / "reconcile" / "__init__.py").read_bytes() == b""


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in kept() if NAMES_THAT_SAY_NOTHING & {part.split(".")[0] for part in path.parts}]


def test_files_stay_readable_in_one_go() -> None:
    long = {
        str(path): length
        for path in kept()
        if path.suffix in {".py", ".html", ".css", ".js"}
        and "migrations" not in path.parts  # written by a program
        and (length := len((ROOT / path).read_text().splitlines())) > 440
    }
    assert not long


def test_nothing_kept_was_written_by_others_or_carries_an_address_of_a_package_registry() -> None:
    suspicious = [str(path) for path in kept() if ".min." in path.name or "node_modules" in path.parts]
    assert not suspicious
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text()
