"""The queue's side of the project: the Celery app and what it does by the clock."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

from reconcile.embedded import make_folders

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconcile.settings")

app = Celery("reconcile")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "clear expired sessions": {
        "task": "ownership.tasks.clear_expired_sessions",
        "schedule": crontab(hour="3", minute="10"),
        "kwargs": {"expired_for_hours": 1},
    },
}


@app.on_after_configure.connect
def _make_queue_folders(**_: object) -> None:
    """Runs when the queue is first used: a management command that sends nothing makes nothing."""
    make_folders(app.conf.broker_transport_options)


@setup_logging.connect
def _log_like_the_web_process(**_: object) -> None:
    from django.conf import settings

    from reconcile.logs import configure_logs

    configure_logs(level=settings.LOG_LEVEL, as_json=settings.LOG_AS_JSON)
