"""Outcome tables of many subjects at a time, in an embedded DuckDB or in another database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Any, NamedTuple, Self

import pyarrow as pa

from engine.backends.tables.database import Database, DuckDatabase
from engine.backends.tables.firings import FiringReader, SubjectLostError
from engine.backends.tables.layout import Case, lay_out
from engine.backends.tables.outcomes import compile_outcomes
from engine.backends.tables.program import WIDE
from engine.backends.tables.schema import SUBJECT_ID, FactTable
from engine.rulebook.program import Firing, Program
from engine.rulebook.resolve import ResolvedRulebook

__all__ = ["Answer", "OutcomeTables", "in_order", "schema_of"]


class Answer(NamedTuple):
    """What held for each of some subjects by id, and the outcome tables as Arrow tables by name,
    in order of subject and of what stands in the row."""

    firings: dict[str, Firing]
    tables: dict[str, Any]


class OutcomeTables:
    """Works out the outcome tables of one resolved rulebook."""

    def __init__(
        self,
        resolved: ResolvedRulebook,
        program: Program,
        database: Database | None = None,
        *,
        period_days: int | None = None,
        notices_change_on: date | None = None,
    ) -> None:
        compiled = compile_outcomes(
            resolved, program, period_days=period_days, notices_change_on=notices_change_on
        )
        self._compiled = compiled
        self._database = DuckDatabase() if database is None else database
        self._reader = FiringReader(compiled.program)
        self._wide = self._database.sql_of(compiled.program.wide)
        columns = compiled.program.result.columns
        self._fired = f"SELECT {', '.join(columns)} FROM {WIDE}"
        self._schemas = {name: schema_of(q.table) for name, q in compiled.outcomes.items()}
        self._queries = {
            name: self._database.sql_of(query.table) for name, query in compiled.outcomes.items()
        }

    @property
    def name(self) -> str:
        """What the run record calls it."""
        return self._database.name

    @property
    def fact_tables(self) -> Mapping[str, FactTable]:
        """The facts it reads, by kind of record."""
        return self._compiled.fact_tables

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database; nothing of it is kept."""
        self._database.close()

    def answer(self, cases: Sequence[Case]) -> Answer:
        """Everything about some subjects; the program runs once for all tables.

        Raises SubjectLostError if somebody has no answer."""
        for name, facts in lay_out(self._compiled.fact_tables, cases).items():
            self._database.hold(name, facts)
        self._database.keep(WIDE, self._wide)
        firings = dict(self._reader.read(self._database.read(self._fired)))
        lost = [view.subject_id for view, _ in cases if view.subject_id not in firings]
        if lost:
            raise SubjectLostError(self.name, lost)
        tables = {
            name: in_order(self._database.read(query), self._schemas[name])
            for name, query in self._queries.items()
        }
        return Answer(firings, tables)


def in_order(table: Any, schema: Any) -> Any:
    """By subject and then by every other column, and of the same types from every database, so that
    the same facts give the same bytes."""
    others = [name for name in table.column_names if name != SUBJECT_ID]
    keys = [(name, "ascending") for name in (SUBJECT_ID, *others)]
    return table.cast(schema).combine_chunks().sort_by(keys)


def schema_of(table: Any) -> Any:
    """The types Ibis knows the columns by; that a cell may be empty is said of all of them."""
    types = table.schema().to_pyarrow()
    return pa.schema([pa.field(column.name, column.type) for column in types])
