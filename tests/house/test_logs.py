"""What is logged of an error: where and of which kind, never the row it met."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from reconcile.engine import child
from reconcile.engine.limits import Limits
from reconcile.logs import configure_logs


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Return what the handler of all our logs writes."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logs(level="INFO", as_json=False)
    stream = io.StringIO()
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(stream)
    yield stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def test_what_a_database_says_of_a_row_is_not_logged(logged: io.StringIO) -> None:
    cause = ValueError(
        'null value in column "a"\nDETAIL:  Failing row contains (1, hush).\nCONTEXT:  COPY, line 1: hush'
    )
    error = RuntimeError("it did not work\nhush")
    error.__cause__ = cause
    structlog.get_logger("reconcile.test").error("attempt ended", exc_info=error)
    logging.getLogger("reconcile.test").error("attempt ended", exc_info=error)
    said = logged.getvalue()
    assert said.count('ValueError: null value in column "a"\n') == 2
    assert said.count("RuntimeError: it did not work\n") == 2
    assert "hush" not in said


class Died:
    """A process that ended by itself."""

    def wait(self) -> int:
        return 1


@pytest.mark.parametrize(
    ("last", "why"),
    [
        ("duckdb.duckdb.ConversionException: Conversion Error: could not convert 'hush'", "ConversionException"),
        ("ValueError: hush", "ValueError"),
        ("Segmentation fault", "Segmentation fault"),
    ],
)
def test_of_a_reader_that_died_only_the_kind_of_its_error_is_said(last: str, why: str, tmp_path: Path) -> None:
    with (tmp_path / "said").open("w+b") as complaints:
        complaints.write(f"Traceback\n  File x, in hush\n{last}\n".encode())
        error = child._why_it_died(Died(), complaints, Limits(), "Reading a.csv")  # type: ignore[arg-type]
    assert str(error) == f"Reading a.csv stopped: {why}."
