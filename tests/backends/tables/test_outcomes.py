"""The outcome tables are the same in every database, and as views that another system reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from engine.backends.tables import OUTCOMES, OutcomeTables, lay_out
from engine.backends.tables.layout import Case
from engine.decisions.decide import Decider
from engine.facts import View, view_of
from engine.portfolio.read import read_portfolio
from engine.rulebook.resolve import resolve
from engine.run.by_tables import notices_change_on
from models.terms import Kind
from tests.backends.tables.local_spark import LocalSpark
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import AS_OF, BOOK, PORTFOLIO, run

DECIDER = Decider(resolve(BOOK, as_of=AS_OF))
CHANGE = notices_change_on(DECIDER.resolved)


def tables_in(database: Any = None) -> OutcomeTables:
    return OutcomeTables(DECIDER.resolved, DECIDER.program, database, notices_change_on=CHANGE)


@cache
def cases() -> tuple[Case, ...]:
    read = read_portfolio(PORTFOLIO, registers=BOOK.registers, ladder=BOOK.ladder, as_of=AS_OF)
    duty = DECIDER.resolved.duty()
    return tuple(
        (view_of(dossier, as_of=AS_OF, duty=duty), DECIDER.override(dossier))
        for dossier in read.dossiers
    )


@cache
def expected() -> dict[str, list[dict[str, Any]]]:
    with tables_in() as tables:
        return {name: t.to_pylist() for name, t in tables.answer(cases()).tables.items()}


def as_rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Rows of any database in one order."""
    assert len(names) == len(set(names))
    return sorted((tuple(row) for row in rows), key=repr)


def hold(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    table = expected()[name]
    if table:
        assert list(columns) == list(table[0])
    assert as_rows(columns, rows) == as_rows(columns, [tuple(row.values()) for row in table])


def test_there_is_something_in_every_table() -> None:
    assert set(expected()) == set(OUTCOMES)
    for name, rows in expected().items():
        assert rows, name
    assert len(expected()["decision"]) == len(cases())


def test_visits_that_later_rules_decide_the_notice_of_have_none() -> None:
    assert date(2026, 1, 1) == CHANGE
    visits = expected()["required_visit"]
    assert {row["notice"] is None for row in visits} == {True, False}
    assert all((row["notice"] is None) == (row["latest"] >= CHANGE) for row in visits)


@pytest.mark.slow
def test_spark_gives_the_same_tables(spark: LocalSpark) -> None:
    found = tables_in(spark.database).answer(cases()).tables
    with tables_in() as tables:
        same = tables.answer(cases()).tables
    for name, table in found.items():
        assert table.schema == same[name].schema
        assert table.to_pylist() == expected()[name]


def views(dialect: str) -> str:
    result = run("rules", "sql", "--laid-out", "--dialect", dialect)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_views_of_duckdb_are_the_same_tables() -> None:
    database = duckdb.connect()
    with tables_in() as tables:
        facts = lay_out(tables.fact_tables, cases())
    for name, table in facts.items():
        database.register(f"given_{name}", table)
        database.sql(f"CREATE TABLE {name} AS FROM given_{name}")
    database.execute(views("duckdb"))
    for name in OUTCOMES:
        found = database.sql(f"FROM rulebook_{name}s")
        hold(name, found.columns, found.fetchall())


_TYPES = {pa.int32(): "INTEGER", pa.bool_(): "BOOLEAN", pa.string(): "VARCHAR"}


def test_the_views_of_postgresql_are_the_same_tables(postgres: PostgresServer) -> None:
    schema = postgres.new_schema()
    with tables_in() as tables:
        facts = lay_out(tables.fact_tables, cases())
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {schema}")
        cursor.execute(f"SET search_path TO {schema}")
        for name, table in facts.items():
            columns = ", ".join(f'"{field.name}" {_TYPES[field.type]}' for field in table.schema)
            cursor.execute(f"CREATE TABLE {name} ({columns})")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in table.to_pylist():
                    copy.write_row(tuple(row.values()))
        cursor.execute(views("postgres").encode())
        for name in OUTCOMES:
            cursor.execute(f"SELECT * FROM rulebook_{name}s")
            columns_of = [column.name for column in cursor.description or ()]
            hold(name, columns_of, cursor.fetchall())


def test_of_an_empty_portfolio_every_table_is_empty() -> None:
    with tables_in() as tables:
        answer = tables.answer([])
    assert answer.firings == {}
    assert {name: table.num_rows for name, table in answer.tables.items()} == dict.fromkeys(
        OUTCOMES, 0
    )


def test_who_raised_a_concern_is_in_no_table_of_facts() -> None:
    rows = [
        {"no": 1, "source": "whistleblower", "anonymous": False, "received_age_days": 3},
        {"no": 2, "source": "relative", "anonymous": None, "received_age_days": 3},
        {"no": 3, "source": None, "anonymous": True, "received_age_days": 3},
    ]
    kind = Kind.FOSTER_FAMILY
    view = View("TB-1", kind, AS_OF, {"kind": kind}, {"concern": rows})
    with tables_in() as tables:
        found = lay_out(tables.fact_tables, [(view, None)])["concern"]
    assert found.column("source_hidden").to_pylist() == [True, False, True]
    assert not {"source", "anonymous", "no", "text"} & set(found.column_names)
