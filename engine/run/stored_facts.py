"""The published tables of facts, as the reading over tables asks for them."""

from __future__ import annotations

from functools import cache
from typing import Any

from engine.backends.tables.stored import StoredColumn, StoredTable, StoredType
from engine.portfolio.fact_ddl import REGISTRY
from engine.portfolio.sheets import (
    EARLIEST_DAY,
    LAST_DAY,
    SHEETS,
    CellType,
    ColumnSpec,
    sheet_spec,
)

__all__ = ["stored_tables"]

_TYPES = {
    CellType.INTEGER: StoredType.INTEGER,
    CellType.FLAG: StoredType.FLAG,
    CellType.DATE: StoredType.DAY,
}


def _column(column: ColumnSpec) -> StoredColumn:
    plain = StoredType.TEXTS if column.many else _TYPES.get(column.cell, StoredType.TEXT)
    low: Any = None
    high: Any = None
    if column.cell is CellType.DATE:
        low, high = EARLIEST_DAY, LAST_DAY
    elif column.cell is CellType.INTEGER:
        low, high = column.low, column.high
    return StoredColumn(column.name, plain, column.default, low, high)


@cache
def stored_tables() -> tuple[StoredTable, ...]:
    """Every table, in an order in which they can be filled: ids, subjects, records."""
    ids = tuple(StoredColumn(name, StoredType.TEXT) for name in ("subject_id", "kind"))
    found = [StoredTable(REGISTRY, ids, "")]
    for key in SHEETS:
        spec = sheet_spec(key)
        kind = None if spec.kind is None else spec.kind.value
        found.append(StoredTable(key, tuple(map(_column, spec.columns)), kind))
    return tuple(found)
