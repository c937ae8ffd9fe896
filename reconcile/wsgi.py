"""The web process: what gunicorn calls."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from reconcile.logs import configure_logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reconcile.settings")

application = get_wsgi_application()
configure_logs(level=settings.LOG_LEVEL, as_json=settings.LOG_AS_JSON)
