"""Logs: one line per event, each with the request it belongs to.

Set up by the web process and the worker, not by the settings: management commands then start without structlog.
"""

import logging.config
import time
import traceback
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("reconcile.requests")


def _without_rows(exc_info: structlog.typing.ExcInfo) -> str:
    """A traceback with the first line of each error's message: what follows in those of databases is a row."""
    told = "".join(traceback.format_exception(*exc_info)).rstrip()
    error: BaseException | None = exc_info[1]
    while error is not None:
        message = str(error)
        told = told.replace(message, message.partition("\n")[0]) if "\n" in message else told
        error = error.__cause__ or error.__context__
    return told


_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.ExceptionRenderer(_without_rows),
]


def configure_logs(*, level: str, as_json: bool) -> None:
    """Send what we and our packages log to standard error, from ``level`` up, as JSON or as lines for people."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": _SHARED,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                },
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"handlers": ["stderr"], "level": level},
            # Django's own logger would print a second line for each 4xx that the request log already has.
            "loggers": {"django": {"handlers": [], "propagate": True}, "django.request": {"level": "ERROR"}},
        },
    )


class RequestLog:
    """Gives each request an id, sends it back as ``X-Request-ID`` and logs one line when the answer is ready.

    The line names the route, never the path or the query: those can carry tokens and data.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.META["REQUEST_ID"] = request_id
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.route if match else None,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000),
            )
        response.headers["X-Request-ID"] = request_id
        return response
