"""Whose call a concern was must not be read off its number or its days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.terms import ConcernSource

__all__ = ["HIDDEN", "source_is_hidden"]

HIDDEN = "source_hidden"
"""A column of concerns: says that the source is hidden, and not who it is."""


def source_is_hidden(record: str, row: Mapping[str, Any]) -> bool:
    """Whether a record is a concern whose number and days might give away who raised it: one that
    is anonymous or a whistleblower's."""
    if record != "concern":
        return False
    return bool(row.get("anonymous")) or row.get("source") == ConcernSource.WHISTLEBLOWER
