"""A clean clone starts with one command, lets the first administrator in and stops on Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.processes import ROOT, environment, wait_for

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_it_starts_greets_and_stops(tmp_path: Path) -> None:
    clone, log, port = tmp_path / "clone", tmp_path / "log", free_port()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    with log.open("w") as output:
        process = subprocess.Popen(
            ["env", "--default-signal=INT", "./run"],  # whoever started the tests may have Ctrl-C ignored
            cwd=clone,
            env=environment(PORT=port),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for(
            lambda: "/welcome/" in log.read_text() or process.poll() is not None, seconds=300, otherwise=log.read_text
        )
        link = re.search(rf"http://127\.0\.0\.1:{port}/welcome/\S+", log.read_text())
        assert link, log.read_text()
        with urlopen(link.group(), timeout=30) as page:
            assert "First start" in page.read().decode()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    assert process.returncode == 0, log.read_text()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert status.stdout == ""
