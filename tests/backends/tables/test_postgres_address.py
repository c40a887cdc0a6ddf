"""What a connection is set to holds where facts are read, whoever stands in between."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from engine.backends.tables import postgres_address
from engine.backends.tables.postgres_address import DatabaseError, PostgresAddress
from engine.backends.tables.postgres_facts import PostgresFacts
from engine.run.database import load_portfolio
from engine.run.stored_facts import stored_tables
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import CATALOGUE, PORTFOLIO, read, run

FEW = read(PORTFOLIO)[:5]


@pytest.fixture
def partly_hidden(postgres: PostgresServer) -> str:
    """A schema of which `stranger` may see some rows only, and write them."""
    schema = postgres.new_schema()
    load_portfolio(FEW, postgres.url(), schema=schema, replace=True, catalogue=CATALOGUE, lang="en")
    with postgres.connect() as connection:
        connection.execute(f"GRANT ALL ON SCHEMA {schema} TO stranger")
        connection.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO stranger")
        connection.execute(f"ALTER TABLE {schema}.concern ENABLE ROW LEVEL SECURITY")
        connection.execute(
            f"CREATE POLICY a_few ON {schema}.concern USING (no = 1) WITH CHECK (true)"
        )
    return schema


@pytest.fixture
def by_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that gives each transaction another session: what was set is lost in between."""
    direct = PostgresAddress.connect

    def connect(self: PostgresAddress) -> psycopg.Connection[Any]:
        connection = direct(self)
        connection.execute("RESET ALL")
        connection.commit()
        return connection

    monkeypatch.setattr(PostgresAddress, "connect", connect)


def test_hidden_facts_are_noticed_behind_a_proxy(
    postgres: PostgresServer, partly_hidden: str, by_proxy: None
) -> None:
    url = postgres.url(user="stranger")
    result = run("evaluate", url, "--schema", partly_hidden, "--out", "-")
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    assert "row-level security" in line


def test_hidden_facts_are_not_left_when_all_are_replaced(
    postgres: PostgresServer, partly_hidden: str, by_proxy: None
) -> None:
    with pytest.raises(DatabaseError, match="affected by row-level security"):
        load_portfolio(
            FEW,
            postgres.url(user="stranger"),
            schema=partly_hidden,
            replace=True,
            catalogue=CATALOGUE,
            lang="en",
        )


def test_the_settings_are_those_of_the_transaction_that_reads(
    postgres: PostgresServer, partly_hidden: str, by_proxy: None
) -> None:
    address = PostgresAddress(postgres.url())
    with PostgresFacts.opened(address, partly_hidden, stored_tables()) as facts:
        for name, value in postgres_address.SETTINGS.items():
            found = facts.connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert found is not None
            assert found[0].split(",")[0] == value


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[psycopg.Connection[Any]]:
    """The connections that were opened."""
    found: list[psycopg.Connection[Any]] = []
    direct = psycopg.connect

    def connect(**given: Any) -> psycopg.Connection[Any]:
        found.append(direct(**given))
        return found[-1]

    monkeypatch.setattr(psycopg, "connect", connect)
    return found


def test_a_server_that_does_not_take_a_setting_is_left(
    postgres: PostgresServer,
    opened: list[psycopg.Connection[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(postgres_address.SETTINGS, "no_such_setting", "on")
    with pytest.raises(DatabaseError, match="no_such_setting"):
        PostgresAddress(postgres.url()).connect()
    assert [connection.closed for connection in opened] == [True]


def test_a_setting_that_does_not_hold_is_no_ground_to_read_on(
    postgres: PostgresServer,
    partly_hidden: str,
    opened: list[psycopg.Connection[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that says yes and does otherwise."""
    monkeypatch.setattr(postgres_address, "_SET", "SELECT %s || %s || %s::text")
    result = run("evaluate", postgres.url(), "--schema", partly_hidden, "--out", "-")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "row_security" in line
    assert [connection.closed for connection in opened] == [True]
