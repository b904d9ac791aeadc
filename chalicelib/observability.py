"""Structured logs: one JSON object a line, with the correlation id of the image that it speaks of."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

_logger = logging.getLogger("linewatch")


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["cause"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def configure() -> None:
    """Send Linewatch's log to standard output, where Lambda collects it. Once is enough; more does no harm."""
    if not _logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(_Json())
        _logger.addHandler(handler)
        _logger.setLevel(logging.INFO)
        _logger.propagate = False


def tell(message: str, **fields: object) -> None:
    """Log what happened."""
    _logger.info(message, extra={"fields": fields})


def tell_failure(message: str, error: BaseException, **fields: object) -> None:
    """Log what failed, with the whole chain of causes."""
    _logger.error(message, exc_info=error, extra={"fields": fields})
