"""The small synthetic portfolio in PostgreSQL: as loaded, and in tables that check nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.run.database import load_portfolio
from models.facts import Dossier
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import CATALOGUE, PORTFOLIO, run

__all__ = ["altered", "loaded", "put"]


def put(dossiers: Any, server: PostgresServer, schema: str | None = None) -> str:
    """The schema that holds a portfolio from now on."""
    schema = schema or server.new_schema()
    load_portfolio(
        dossiers, server.url(), schema=schema, replace=True, catalogue=CATALOGUE, lang="da"
    )
    return schema


@pytest.fixture(scope="session")
def loaded(postgres: PostgresServer) -> str:
    """A schema with the small portfolio, as the command loads it."""
    schema = postgres.new_schema()
    result = run("load", PORTFOLIO, postgres.url(), "--schema", schema)
    assert result.exit_code == 0, result.output
    return schema


@pytest.fixture
def altered(postgres: PostgresServer, small_portfolio: tuple[Dossier, ...]) -> Iterator[Any]:
    """A schema whose tables check nothing, as another system's may, and statements upon it."""
    schema = put(small_portfolio, postgres)
    with postgres.connect() as connection:
        for (table,) in connection.execute(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = %s", (schema,)
        ).fetchall():
            plain = f"{schema}.{table}"
            connection.execute(f"CREATE TABLE {schema}.copied AS TABLE {plain}")
            connection.execute(f"DROP TABLE {plain} CASCADE")
            connection.execute(f"ALTER TABLE {schema}.copied RENAME TO {table}")
        connection.execute(f"SET search_path = {schema}")
        yield schema, connection.execute
