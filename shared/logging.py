"""Structured logs: one JSON object a line, constant event names, identifiers, never bodies."""

import logging
import sys

import structlog

_NEVER = frozenset({"text", "subject", "address", "email", "personal", "token", "key", "body"})


def _redact(
    _logger: object, _method: str, event_dict: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Fields that could carry customer data or a secret are never written, whoever passes them."""
    for name in _NEVER & event_dict.keys():
        event_dict[name] = "[redacted]"
    return event_dict


def configure_logging(*, service: str, level: str = "INFO") -> None:
    """Set up structlog for one process; log lines go to stderr."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            _redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    structlog.contextvars.bind_contextvars(service=service)
