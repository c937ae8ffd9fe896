"""The engine works at a plain Python prompt."""

import subprocess
import sys

from tests.processes import ROOT, environment

PROBE = """
import pkgutil, sys
import reconcile.engine
for module in pkgutil.walk_packages(reconcile.engine.__path__, "reconcile.engine."):
    __import__(module.name)
foreign = {name.partition(".")[0] for name in sys.modules} & {"django", "celery", "ownership", "boundaries"}
ours = {name for name in sys.modules if name.startswith("reconcile.") and not name.startswith("reconcile.engine")}
print(*sorted(foreign | ours))
"""


def test_importing_all_of_it_brings_in_neither_django_nor_celery_nor_anything_else_of_ours() -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "\n"), result.stderr
