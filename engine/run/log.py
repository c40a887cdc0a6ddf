"""The run's structured log: JSON lines with ids and counts, never names or free text."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

__all__ = ["run_log"]

_ALLOWED = (int, float, bool, str, type(None))
_LONGEST_TEXT = 120


def _ids_and_counts_only(
    _: Any, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Refuses anything that could carry facts about a person: structures and long texts."""
    for key, value in event.items():
        if not isinstance(value, _ALLOWED) or (
            isinstance(value, str) and len(value) > _LONGEST_TEXT
        ):
            raise TypeError(f"the log takes ids and counts only; '{key}' is neither")
    return event


def run_log(stream: TextIO) -> structlog.typing.FilteringBoundLogger:
    """A logger that writes to one stream; configures nothing global."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _ids_and_counts_only,
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    )
    return logger
