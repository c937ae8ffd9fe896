"""What nobody needs any more: uploads that were given up, and files that a killed process left behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from reconcile.exports.models import Snapshot, Upload
from reconcile.exports.services.uploading import cancel_upload


def clear_uploads(*, untouched_since: datetime) -> int:
    """Forget the uploads nobody has touched since then, and every older file that no row knows; how many uploads."""
    left = list(Upload.objects.filter(touched_at__lt=untouched_since))
    for upload in left:
        cancel_upload(upload=upload)
    root = Path(settings.MEDIA_ROOT)
    _clear(root.glob("uploads/*"), _is_uploading, untouched_since)
    _clear(root.glob("received/.*"), lambda _: False, untouched_since)
    _clear(root.glob("received/??/*"), is_kept, untouched_since)
    return len(left)


def _clear(paths: Iterable[Path], known: Callable[[Path], bool], untouched_since: datetime) -> None:
    """Remove the files that are older and not ``known``. Whoever receives bytes again touches them first."""
    for path in paths:
        with suppress(FileNotFoundError):
            if path.is_file() and not known(path) and last_touched(path) < untouched_since:
                path.unlink()


def last_touched(path: Path) -> datetime:
    """When a file was last written or received again. Raises FileNotFoundError."""
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def is_kept(path: Path) -> bool:
    """Whether these bytes, named by their hash, are those of a snapshot that is not forgotten."""
    return Snapshot.objects.filter(sha256=path.name, forgotten_at=None).exists()


def _is_uploading(path: Path) -> bool:
    try:
        return Upload.objects.filter(pk=UUID(path.name.partition(".")[0])).exists()
    except ValueError:
        return False
