"""A run on facts in PostgreSQL sees one state of them, and changes nothing."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from engine.rulebook.resolve import resolve
from engine.run.database import DatabaseError, opened
from engine.run.evaluate import evaluate_portfolio
from models.facts import Dossier
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.loaded_facts import put
from tests.run.official import AS_OF, BOOK, run

pytestmark = pytest.mark.slow


def test_a_run_sees_one_state(postgres: PostgresServer, small_portfolio: Any) -> None:
    """Facts are replaced while a run is reading: it goes on with those it began with."""
    schema = put(small_portfolio, postgres)
    resolved = resolve(BOOK, as_of=AS_OF)
    with opened(postgres.url(), schema) as database:
        before = database.read(book=BOOK, as_of=AS_OF)
        replacing = threading.Thread(target=put, args=(small_portfolio[:3], postgres, schema))
        replacing.start()
        replacing.join()
        decider, tables = database.decider(resolved)
        result = evaluate_portfolio(before.dossiers, decider, seed=1, tables=tables)
        assert database.read(book=BOOK, as_of=AS_OF).dossiers == before.dossiers
    assert len(result.decisions) == len(small_portfolio)
    with opened(postgres.url(), schema) as database:
        assert len(database.read(book=BOOK, as_of=AS_OF).dossiers) == 3


def test_emptying_a_table_waits_for_the_run(postgres: PostgresServer, small_portfolio: Any) -> None:
    schema = put(small_portfolio, postgres)
    with opened(postgres.url(), schema) as database, postgres.connect() as other:
        other.execute("SET lock_timeout = '100ms'")
        with pytest.raises(Exception, match="lock timeout"):
            other.execute(f"TRUNCATE {schema}.concern")
        assert database.read(book=BOOK, as_of=AS_OF).dossiers == small_portfolio


def test_nothing_can_be_written(postgres: PostgresServer, loaded: str) -> None:
    with opened(postgres.url(), loaded) as database:
        connection = database._facts.connection
        with pytest.raises(Exception, match="read-only transaction"):
            connection.execute(f"DELETE FROM {loaded}.concern")


def test_the_checksum_is_that_of_the_facts(postgres: PostgresServer, small_portfolio: Any) -> None:
    one, same = put(small_portfolio, postgres), put(small_portfolio[::-1], postgres)
    other = put(small_portfolio[1:], postgres)

    def checksum(schema: str) -> str:
        with opened(postgres.url(), schema) as database:
            database.read(book=BOOK, as_of=AS_OF)
            assert database.checksum_now(BOOK) == database.checksum
            return database.checksum

    assert checksum(one) == checksum(same) != checksum(other)


def test_a_connection_that_is_cut_is_one_line(postgres: PostgresServer, loaded: str) -> None:
    with opened(postgres.url(), loaded) as database:
        pid = database._facts.connection.info.backend_pid
        with postgres.connect() as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises(DatabaseError) as cut:
            database.read(book=BOOK, as_of=AS_OF)
    (line,) = cut.value.lines("da")
    assert postgres.url() in line


def test_a_run_can_be_repeated_while_the_facts_are_the_same(
    postgres: PostgresServer, small_portfolio: tuple[Dossier, ...], tmp_path: Path
) -> None:
    schema = put(small_portfolio[:30], postgres)
    once, again = tmp_path / "once", ("--out", tmp_path / "again")
    result = run("evaluate", postgres.url(), "--schema", schema, "--out", once)
    assert result.exit_code == 0, result.output
    record = (once / "manifest.json", "--portfolio", postgres.url())
    assert run("rerun", *record, *again, as_of=None).exit_code == 0
    assert (tmp_path / "again" / "manifest.json").read_bytes() == record[0].read_bytes()
    put(small_portfolio[:29], postgres, schema)
    secret = postgres.url(password="s3kret")
    refused = run("rerun", record[0], "--portfolio", secret, *again, as_of=None)
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
    assert "s3kret" not in refused.stderr
