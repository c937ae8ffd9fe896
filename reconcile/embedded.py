"""What the embedded default makes for itself on first use."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def kept_secret_key(folder: Path) -> str:
    """Return the secret key kept in ``folder``, made on first use and readable by its owner alone.

    Raises ImproperlyConfigured, with one sentence, when the file can be neither read nor made.
    """
    path = folder / "secret_key"
    try:
        if not path.exists():
            _make(path)
        return path.read_text()
    except OSError as error:
        message = f"{path} can be neither read nor made by this user. Set SECRET_KEY, or DATA_DIR to a folder of yours."
        raise ImproperlyConfigured(message) from error


def make_folders(transport_options: Mapping[str, object]) -> None:
    """Make the folders a queue in files names in its ``transport_options``; other queues name none."""
    for name, value in transport_options.items():
        if "folder" in name:
            Path(str(value)).mkdir(mode=0o700, parents=True, exist_ok=True)


def _make(path: Path) -> None:
    """Write a new key to ``path`` whole, or leave the one another process put there first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(64))
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
