"""The embedded queue: messages as files, each there whole or not at all.

kombu's transport opens a message's file and then writes to it. A worker that looks in between takes an empty file,
cannot read it, and ends; so does one that reads the table of an exchange that is just being made. Here both are written
aside and then renamed.
"""

import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

import structlog
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = structlog.get_logger(__name__)


class Channel(filesystem.Channel):
    """Writes aside and renames; a message nobody can read is set aside, and said, instead of ending the worker."""

    def _queue_bind(  # type: ignore[override]  # two stubs disagree
        self, exchange: str, routing_key: str, pattern: str, queue: str
    ) -> None:
        table = Path(self.control_folder, f"{exchange}.exchange")
        if not table.exists():
            table.parent.mkdir(exist_ok=True)
            draft = table.with_name(f"{table.name}.{uuid.uuid4()}")
            draft.write_text("[]")
            with suppress(FileExistsError):
                table.hardlink_to(draft)
            draft.unlink()
        super()._queue_bind(exchange, routing_key, pattern, queue)

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        # The name begins with the time, so that files sort in the order in which they were sent.
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        draft = Path(self.data_folder_out, f"{name}.draft")
        draft.write_text(dumps(payload))
        draft.replace(Path(self.data_folder_out, name))

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ARG002 - the package's own signature
        try:
            return super()._get(queue)
        except ValueError as error:
            log.warning("message that cannot be read, set aside", queue=queue, error=str(error))
            raise Empty from error


class Transport(filesystem.Transport):
    """What ``filesystem://`` means here."""

    Channel = Channel
