"""The queue's side of the project: the Celery app and what it does by the clock."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from reconcile.embedded import make_folders

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconcile.settings")

TRANSPORT_ALIASES["filesystem"] = "reconcile.file_queue:Transport"

app = Celery("reconcile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "bring back what was forgotten": {
        "task": "reconcile.pipeline.sweep",
        "schedule": settings.RUN_SWEEP_SECONDS,
        "kwargs": {},
        # Without a worker, messages do not pile up: a worker that comes throws away those that waited longer.
        "options": {"expires": settings.RUN_SWEEP_SECONDS},
    },
    "clear messages that were heard": {
        "task": "reconcile.pipeline.clear_heard",
        "schedule": crontab(minute="40"),
        "kwargs": {"older_than_hours": 1},
    },
    "close claims whose day has passed": {
        "task": "ownership.tasks.close_claims",
        "schedule": crontab(minute="15"),
        "kwargs": {},
    },
    "clear expired sessions": {
        "task": "ownership.tasks.clear_expired_sessions",
        "schedule": crontab(hour="3", minute="10"),
        "kwargs": {"expired_for_hours": 1},
    },
    "forget exports whose time is over": {
        "task": "reconcile.checks.tasks.forget_snapshots",
        "schedule": crontab(hour="3", minute="5"),
        "kwargs": {},
    },
    "clear uploads nobody goes on with": {
        "task": "reconcile.exports.tasks.clear_uploads",
        "schedule": crontab(hour="3", minute="20"),
        "kwargs": {"untouched_for_hours": 24},
    },
}


@app.on_after_configure.connect
def _make_queue_folders(**_: object) -> None:
    """Runs when the queue is first used: a management command that sends nothing makes nothing."""
    make_folders(app.conf.broker_transport_options)


@setup_logging.connect
def _log_like_the_web_process(**_: object) -> None:
    from reconcile.logs import configure_logs

    configure_logs(level=settings.LOG_LEVEL, as_json=settings.LOG_AS_JSON)
