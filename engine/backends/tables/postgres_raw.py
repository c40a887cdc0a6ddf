"""Facts as recorded, read where they lie in a database, as `facts_from_raw` asks for them.

An empty cell stands for its default, as it does when Python reads it. What lies outside a field's
bounds is empty here: Python refuses such a row and never asks about its subject, and no other
subject's answer may fail because of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from typing import Any

import ibis

from engine.backends.tables.conditions import certain
from engine.backends.tables.raw import RawType, raw_columns
from engine.backends.tables.schema import KIND, SUBJECT, SUBJECT_ID
from engine.backends.tables.stored import StoredColumn, StoredTable, StoredType
from engine.facts.hidden import HIDDEN
from models.registers import BudgetDeadline
from models.terms import ConcernSource

__all__ = ["stored_raw"]

Table = Any
_IBIS = {
    StoredType.TEXT: "string",
    StoredType.INTEGER: "int32",
    StoredType.FLAG: "boolean",
    StoredType.DAY: "date",
    StoredType.TEXTS: "array<string>",
}
_FILED_BY = ((10, 1), (1, 1)), ((11, 15), (4, 1))
"""A budget filed by the first day must be approved by the second
(001_289735031603f19e.txt:5483-5489)."""


def stored_raw(
    tables: Mapping[str, StoredTable],
    *,
    schema: str,
    deadlines: tuple[BudgetDeadline, ...],
) -> Callable[[str], Table]:
    """Gives each table of facts as recorded, by its name; that of all subjects out of those of each
    kind. Empty deadlines of budgets are filled as Python fills them."""
    return _Stored(tables, schema, deadlines).table


class _Stored:
    def __init__(
        self,
        tables: Mapping[str, StoredTable],
        schema: str,
        deadlines: tuple[BudgetDeadline, ...],
    ) -> None:
        self._tables = tables
        self._schema = schema
        self._deadlines = deadlines

    def table(self, name: str) -> Table:
        """One of the tables of facts as recorded."""
        if name == SUBJECT:
            return self._subjects()
        found = self._of(self._tables[name], raw_columns(name))
        return self._with_deadlines(found) if name == "budget" else found

    def _of(self, stored: StoredTable, wanted: Mapping[str, RawType]) -> Table:
        lying = ibis.table(
            {column.name: _IBIS[column.type] for column in stored.columns},
            name=stored.name,
            database=self._schema,
        )
        own = {column.name: column for column in stored.columns}
        cells = {
            name: _cell(lying, own[name]) if name in own else ibis.null(type_.value)
            for name, type_ in wanted.items()
        }
        if HIDDEN in wanted:
            by_whistleblower = lying.source.cast("string") == ConcernSource.WHISTLEBLOWER.value
            cells[HIDDEN] = certain(lying.anonymous) | certain(by_whistleblower)
        if stored.kind:
            cells[KIND] = ibis.literal(stored.kind)
        return lying.select(**{SUBJECT_ID: lying[SUBJECT_ID].cast("string")}, **cells)

    def _subjects(self) -> Table:
        wanted = raw_columns(SUBJECT)
        kinds = [self._of(table, wanted) for table in self._tables.values() if table.kind]
        return reduce(lambda all_, one: all_.union(one), kinds)

    def _with_deadlines(self, budgets: Table) -> Table:
        owners = self._subjects()
        owners = owners.select(of=owners[SUBJECT_ID], ownership=owners.ownership)
        table = budgets.left_join(owners, budgets[SUBJECT_ID] == owners.of)
        year, filed = table.budget_year, table.filed_on
        cases = [self._due(line, table.ownership, year) for line in self._deadlines]
        approval = [
            (certain(filed <= ibis.date(year - 1, *by)), ibis.date(year, *until))
            for by, until in _FILED_BY
        ]
        due = ibis.cases(*cases) if cases else ibis.null("date")
        return table.mutate(
            deadline_on=ibis.coalesce(table.deadline_on, due),
            approval_deadline_on=ibis.coalesce(table.approval_deadline_on, ibis.cases(*approval)),
        ).drop("of", "ownership")

    def _due(self, line: BudgetDeadline, ownership: Any, year: Any) -> tuple[Any, Any]:
        due = ibis.date(year - 1, line.due_month, line.due_day)
        holds = ownership.isin([owner.value for owner in line.ownership])
        holds &= due >= ibis.literal(line.valid_from)
        if line.valid_until is not None:
            holds &= due <= ibis.literal(line.valid_until)
        return certain(holds), due


def _cell(table: Table, column: StoredColumn) -> Any:
    cell = table[column.name]
    if column.type is StoredType.TEXT:
        cell = cell.cast("string")
    if column.low is not None and column.high is not None:
        low, high = _literal(column.low), _literal(column.high)
        cell = ibis.cases((cell.between(low, high), cell))
    return cell if column.default is None else ibis.coalesce(cell, ibis.literal(column.default))


def _literal(bound: Any) -> Any:
    return ibis.literal(bound, type="date" if isinstance(bound, date) else "int32")
