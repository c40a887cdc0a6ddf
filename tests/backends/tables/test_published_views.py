"""`tilsynstryk rules sql` on the published tables of facts, as they are: the rows of `outcomes`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import parquet

from engine.backends.tables import OUTCOMES
from engine.run.stored_facts import stored_tables
from tests.backends.tables.local_spark import LocalSpark
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import AS_OF, PORTFOLIO, read, run, write

Rows = Sequence[Sequence[Any]]


@cache
def sql(*args: object, as_of: str | None = AS_OF.isoformat()) -> str:
    result = run("rules", "sql", *args, as_of=as_of)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A Parquet file of every table, some without rows."""
    folder = tmp_path_factory.mktemp("published")
    result = run("schema", "--parquet", folder / "empty", as_of=None)
    assert result.exit_code == 0, result.output
    write(read(PORTFOLIO), folder / "full", "parquet")
    found = {path.stem: path for path in (folder / "empty").iterdir()}
    found |= {path.stem: path for path in (folder / "full").iterdir()}
    assert found.keys() >= {table.name for table in stored_tables()[1:]}
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("outcomes") / "tables"
    result = run("outcomes", PORTFOLIO, "--out", folder)
    assert result.exit_code == 0, result.output
    found = {name: parquet.read_table(folder / f"{name}.parquet").to_pylist() for name in OUTCOMES}
    assert all(found.values())
    assert len(found["decision"]) == 80
    return found


def hold(expected: Sequence[dict[str, Any]], columns: Sequence[str], rows: Rows) -> None:
    assert list(columns) == list(expected[0])
    assert sorted(map(tuple, rows), key=repr) == sorted(
        (tuple(row.values()) for row in expected), key=repr
    )


def test_duckdb_over_published_parquet(
    published: dict[str, Path], expected: dict[str, list[dict[str, Any]]]
) -> None:
    database = duckdb.connect()
    database.execute('CREATE SCHEMA "Æld re"')
    for name, path in published.items():
        database.execute(f"CREATE VIEW \"Æld re\".{name} AS FROM read_parquet('{path}')")
    database.execute(sql("--dialect", "duckdb", "--schema", "Æld re"))
    for name in OUTCOMES:
        found = database.sql(f"FROM rulebook_{name}s")
        hold(expected[name], found.columns, found.fetchall())


def test_duckdb_with_tables_of_our_own_ddl(
    published: dict[str, Path], expected: dict[str, list[dict[str, Any]]]
) -> None:
    database = duckdb.connect()
    database.execute(run("schema", "--dialect", "duckdb", as_of=None).stdout)
    stored = [table.name for table in stored_tables()]
    kinds = [table.name for table in stored_tables() if table.kind]
    for name in kinds:
        ids = f"SELECT subject_id, '{name}' FROM read_parquet('{published[name]}')"
        database.execute(f"INSERT INTO tilsyn.subject {ids}")
    for name in stored[1:]:
        rows = f"FROM read_parquet('{published[name]}')"
        database.execute(f"INSERT INTO tilsyn.{name} BY NAME {rows}")
    database.execute(sql())
    for name in OUTCOMES:
        found = database.sql(f"FROM rulebook_{name}s")
        hold(expected[name], found.columns, found.fetchall())


def test_postgresql_with_what_load_has_put_there(
    postgres: PostgresServer, expected: dict[str, list[dict[str, Any]]]
) -> None:
    """The views may lie beside the facts: none of them has the name of a table of facts."""
    schema = postgres.new_schema()
    loaded = run("load", PORTFOLIO, postgres.url(), "--schema", schema)
    assert loaded.exit_code == 0, loaded.output
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {schema}")
        cursor.execute(sql("--dialect", "postgres", "--schema", schema).encode())
        for name in OUTCOMES:
            cursor.execute(f"SELECT * FROM rulebook_{name}s")
            columns = [column.name for column in cursor.description or ()]
            hold(expected[name], columns, cursor.fetchall())
    beside = run("evaluate", postgres.url(), "--schema", schema, "--out", "-")
    assert beside.exit_code == 0, beside.output


ASKED_OF_SPARK = ("concern", "sanction", "score")
"""Days, ages, several tables together, windows; what follows is the same as of facts laid out."""


@pytest.mark.slow
def test_spark_sees_the_same_facts(spark: LocalSpark, published: dict[str, Path]) -> None:
    from pyspark.sql import SparkSession

    session = SparkSession.builder.getOrCreate()
    session.sql(f"CREATE DATABASE tilsyn LOCATION '{published['concern'].parent}/warehouse'")
    database = duckdb.connect()
    database.execute("CREATE SCHEMA tilsyn")
    for name, path in published.items():
        session.sql(f"CREATE TABLE tilsyn.{name} USING parquet LOCATION '{path}'")
        database.execute(f"CREATE VIEW tilsyn.{name} AS FROM read_parquet('{path}')")
    database.execute(sql())
    _, *views = sql("--dialect", "spark").split("CREATE VIEW ")
    wanted = {f"rulebook_seen_{name}" for name in ASKED_OF_SPARK}
    seen = {name: view for view in views if (name := view.split()[0]) in wanted}
    assert seen.keys() == wanted
    try:
        for name, view in seen.items():
            session.sql("CREATE VIEW " + view.rstrip("; \n"))
            found = session.sql(f"SELECT * FROM {name}").toArrow()
            rows = [tuple(row.values()) for row in found.to_pylist()]
            same = database.sql(f"FROM {name}")
            assert found.column_names == same.columns
            assert sorted(rows, key=repr) == sorted(same.fetchall(), key=repr)
            assert rows
    finally:
        for name in seen:
            session.sql(f"DROP VIEW IF EXISTS {name}")
        session.sql("DROP DATABASE tilsyn CASCADE")


def test_the_day_is_said_and_stands_in_the_views() -> None:
    result = run("rules", "sql", as_of=None)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "--as-of" in line
    one, other = sql(), sql("--lang", "en", as_of="2025-06-02")
    for text, day in ((one, "2025-06-01"), (other, "2025-06-02")):
        year, month, number = map(int, day.split("-"))
        head, _, views = text.partition("CREATE VIEW")
        assert day in head
        assert "tilsynstryk schema" in head
        assert '"tilsyn"' in head
        assert f"MAKE_DATE({year}, {month}, {number})" in views
        assert "current_date" not in views.casefold()


def test_a_schema_is_of_the_published_tables() -> None:
    for args in (("--laid-out", "--schema", "facts"), ("--schema", ""), ("--schema", "x" * 64)):
        result = run("rules", "sql", *args, as_of=AS_OF.isoformat())
        assert (result.exit_code, result.stdout) == (2, ""), args
        (line,) = result.stderr.splitlines()
        assert "schema" in line or "skema" in line
