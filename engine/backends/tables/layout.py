"""Views of many subjects as columns, for the engine that reads them a table at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa

from engine.backends.tables.schema import OVERRIDE, SUBJECT, SUBJECT_ID, FactTable
from engine.facts import ValueType, View
from engine.facts.hidden import HIDDEN, source_is_hidden
from models.terms import Colour

__all__ = ["Case", "lay_out"]

Case = tuple[View, Colour | None]
"""A subject's facts on the day, and a person's colour where one holds."""

_ARROW: dict[ValueType, Any] = {
    ValueType.INTEGER: pa.int32(),
    ValueType.FLAG: pa.bool_(),
    ValueType.WORD: pa.string(),
}


def _columns(table: FactTable, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: pa.array([row.get(name) for row in rows], _ARROW[value_type])
        for name, value_type in table.fields.items()
    }


def _subjects(table: FactTable, cases: Sequence[Case]) -> Any:
    ids = [view.subject_id for view, _ in cases]
    if len(set(ids)) != len(ids):
        raise ValueError("a subject stands twice among those evaluated together")
    columns = {
        SUBJECT_ID: pa.array(ids, pa.string()),
        OVERRIDE: pa.array([override for _, override in cases], pa.string()),
    }
    return pa.table(columns | _columns(table, [view.subject for view, _ in cases]))


def _records(table: FactTable, cases: Sequence[Case]) -> Any:
    held = [(view.subject_id, rows) for view, _ in cases if (rows := view.records.get(table.name))]
    ids = chain.from_iterable([subject_id] * len(rows) for subject_id, rows in held)
    rows = list(chain.from_iterable(rows for _, rows in held))
    columns = _columns(table, rows)
    if HIDDEN in columns:
        hidden = [source_is_hidden(table.name, row) for row in rows]
        columns[HIDDEN] = pa.array(hidden, pa.bool_())
    return pa.table({SUBJECT_ID: pa.array(ids, pa.string())} | columns)


def lay_out(tables: Mapping[str, FactTable], cases: Sequence[Case]) -> dict[str, Any]:
    """An Arrow table for each fact table, with the rows of these subjects.

    Raises ValueError if a subject stands there twice, since its records could not be told apart.
    """
    return {
        name: _subjects(table, cases) if name == SUBJECT else _records(table, cases)
        for name, table in tables.items()
    }
