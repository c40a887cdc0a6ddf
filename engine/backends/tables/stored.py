"""Tables of facts as a database holds them: what stands in each column, and within which bounds."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

__all__ = ["StoredColumn", "StoredTable", "StoredType"]


class StoredType(StrEnum):
    """What a column holds, by the name of its type in the published schema."""

    TEXT = "text"
    INTEGER = "integer"
    FLAG = "boolean"
    DAY = "date"
    TEXTS = "text[]"


class StoredColumn(NamedTuple):
    """A column. An empty cell means `default`; a value outside the bounds is no fact."""

    name: str
    type: StoredType
    default: Any = None
    low: Any = None
    high: Any = None


class StoredTable(NamedTuple):
    """A table. `kind` is the kind of subject it is of, empty for the table of all ids; None for
    records, whose key is the id of their subject and their number."""

    name: str
    columns: tuple[StoredColumn, ...]
    kind: str | None

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell its rows apart."""
        return ("subject_id", "no") if self.kind is None else ("subject_id",)
