"""A received export is read by the worker that hears the bell."""

from pathlib import Path

from tests.processes import manage, running, wait_for

RECEIVE = """
from pathlib import Path
from reconcile.exports.services import receive
print("snapshot:", receive(path=Path({path!r}), file_name="crm.csv", person=None).pk)
"""
STATE = "from reconcile.exports.models import Snapshot; print('state:', Snapshot.objects.get().state)"


def test_what_is_received_is_read_by_a_worker_of_its_own(tmp_path: Path) -> None:
    said: dict[str, object] = {"DATA_DIR": tmp_path / "data", "DEBUG": "true"}
    (tmp_path / "data").mkdir()
    file = tmp_path / "crm.csv"
    file.write_text("id,a\n1,x\n")
    assert manage("migrate", "--verbosity", "0", **said).returncode == 0
    received = manage("shell", "--command", RECEIVE.format(path=str(file)), **said)
    assert "snapshot: 1" in received.stdout, received.stderr

    def state() -> str:
        return manage("shell", "--command", STATE, **said).stdout

    log = tmp_path / "worker.log"
    worker = ("-m", "celery", "--app", "reconcile.celery", "worker", "--pool", "solo", "--without-gossip")
    with running(*worker, log=log, **said):
        wait_for(lambda: "state: ready" in state(), seconds=60, otherwise=log.read_text)
