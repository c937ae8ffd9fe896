"""What can be changed about exports: files come in, are kept, and are read."""

from reconcile.exports.services.clearing import clear_uploads
from reconcile.exports.services.dating import date_in, stands_for
from reconcile.exports.services.forgetting import forget, remove_files
from reconcile.exports.services.reading import Progress, Superseded, read, read_if_free, sweep
from reconcile.exports.services.receiving import read_again, receive, ring_reading
from reconcile.exports.services.refusals import Forgotten, NoRoom, NotWhole, Refusal, TooLarge, WrongOffset
from reconcile.exports.services.uploading import (
    append,
    cancel_upload,
    finish_upload,
    start_upload,
    upload_of,
)

__all__ = [
    "Forgotten",
    "NoRoom",
    "NotWhole",
    "Progress",
    "Refusal",
    "Superseded",
    "TooLarge",
    "WrongOffset",
    "append",
    "cancel_upload",
    "clear_uploads",
    "date_in",
    "finish_upload",
    "forget",
    "read",
    "read_again",
    "read_if_free",
    "receive",
    "remove_files",
    "ring_reading",
    "stands_for",
    "start_upload",
    "sweep",
    "upload_of",
]
