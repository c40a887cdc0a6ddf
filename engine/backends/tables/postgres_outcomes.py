"""Outcome tables worked out inside PostgreSQL, over facts that lie there as they were recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from psycopg import sql

from engine.backends.tables.layout import Case
from engine.backends.tables.outcome_tables import Answer, in_order, schema_of
from engine.backends.tables.outcomes import compile_outcomes
from engine.backends.tables.postgres import PostgresBackend, query_of, recorded_facts
from engine.backends.tables.postgres_facts import PostgresFacts
from engine.backends.tables.program import WIDE
from engine.backends.tables.required_visits import DEPARTMENT
from engine.backends.tables.schema import SUBJECT_ID, FactTable
from engine.rulebook.program import Program
from engine.rulebook.resolve import ResolvedRulebook

__all__ = ["PostgresOutcomes"]

_ROWS_AT_A_TIME = 10_000


class PostgresOutcomes:
    """The outcome tables of one resolved rulebook; only their rows come out of the database."""

    def __init__(
        self,
        facts: PostgresFacts,
        resolved: ResolvedRulebook,
        program: Program,
        *,
        period_days: int | None = None,
        notices_change_on: date | None = None,
    ) -> None:
        given = recorded_facts(resolved, schema=facts.schema, tables=facts.tables)
        compiled = compile_outcomes(
            resolved,
            program,
            period_days=period_days,
            notices_change_on=notices_change_on,
            facts=given,
        )
        self._facts = facts
        self._fact_tables = compiled.fact_tables
        self._fired = PostgresBackend(facts, query_of(compiled.program))
        self._named = {WIDE: compiled.program.wide, DEPARTMENT: given[DEPARTMENT]}
        self._tables = {name: query.table for name, query in compiled.outcomes.items()}
        self._rows: dict[str, _RowsInOrder] = {}

    @property
    def name(self) -> str:
        """What the run record calls it."""
        return self._fired.name

    @property
    def fact_tables(self) -> Mapping[str, FactTable]:
        """The facts it reads, by kind of record."""
        return self._fact_tables

    def answer(self, cases: Sequence[Case]) -> Answer:
        """Everything about some subjects, who are asked about once and in order of their ids.

        Raises SubjectLostError if somebody is not in the database.
        """
        firings = dict(self._fired.firings(cases))
        last = cases[-1][0].subject_id if cases else ""
        tables = {}
        for name, table in self._tables.items():
            if name not in self._rows:
                self._rows[name] = _RowsInOrder(self._answers(name), table.columns)
            schema = schema_of(table)
            rows = [row for row in self._rows[name].until(last) if row[SUBJECT_ID] in firings]
            tables[name] = in_order(pa.Table.from_pylist(rows, schema=schema), schema)
        return Answer(firings, tables)

    def _answers(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of one table by id; the program runs for it inside the database."""
        with_ = sql.SQL(", ").join(
            sql.SQL("{} AS MATERIALIZED ({})").format(
                sql.Identifier(of), sql.SQL(str(ibis.to_sql(table, dialect="postgres")))
            )
            for of, table in self._named.items()
        )
        table = self._tables[name]
        query = sql.SQL('WITH {} SELECT {} FROM ({}) AS found ORDER BY {} COLLATE "C"').format(
            with_,
            sql.SQL(", ").join(map(sql.Identifier, table.columns)),
            sql.SQL(str(ibis.to_sql(table, dialect="postgres"))),
            sql.Identifier(SUBJECT_ID),
        )
        with (
            self._facts.address.errors_said(),
            self._facts.connection.cursor(name=f"tilsynstryk_{name}") as cursor,
        ):
            cursor.itersize = _ROWS_AT_A_TIME
            cursor.execute(query)
            yield from cursor


class _RowsInOrder:
    """Rows that come by subject, taken as far as a subject at a time."""

    def __init__(self, rows: Iterator[tuple[Any, ...]], columns: Sequence[str]) -> None:
        self._rows = (dict(zip(columns, row, strict=True)) for row in rows)
        self._waiting: dict[str, Any] | None = None

    def until(self, last: str) -> Iterator[dict[str, Any]]:
        """The rows not yet taken of subjects up to this one, by id."""
        row = next(self._rows, None) if self._waiting is None else self._waiting
        while row is not None and row[SUBJECT_ID] <= last:
            yield row
            row = next(self._rows, None)
        self._waiting = row
