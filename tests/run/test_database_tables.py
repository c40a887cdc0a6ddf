"""Tables that another system made in PostgreSQL: read where they can be, else one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.run.database import load_portfolio
from models.facts import Dossier
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.loaded_facts import put
from tests.run.official import CATALOGUE, PORTFOLIO, run

pytestmark = pytest.mark.slow


def test_empty_cells_mean_their_default(
    postgres: PostgresServer, altered: Any, output: Path, small_portfolio: tuple[Dossier, ...]
) -> None:
    """A table of another system need not know the defaults; Python and the database agree."""
    schema, execute = altered
    emptied = [
        ("foster_family", "approval_status", "approved"),
        ("visit", "outcome", "met"),
        ("visit", "time_of_day", "day"),
        ("visit", "performed_by", "consultant"),
        ("score", "exempt", "false"),
        ("score", "score_model", "one_to_five"),
        ("sanction", "status", "in_force"),
        ("sanction", "themes", "{}"),
    ]
    for table, column, default in emptied:
        execute(f"UPDATE {table} SET {column} = NULL WHERE {column} = '{default}'")
    result = run("evaluate", postgres.url(), "--schema", schema, "--out", "-")
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes == (output / "decisions.jsonl").read_bytes()


def test_views_and_own_types_are_read_too(
    postgres: PostgresServer, loaded: str, output: Path
) -> None:
    schema = postgres.new_schema()
    with postgres.connect() as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"CREATE TYPE {schema}.severity AS ENUM"
                           " ('mild', 'moderate', 'serious', 'acute')")  # fmt: skip
        connection.execute(f"CREATE DOMAIN {schema}.id AS varchar(20)")
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (loaded,)
        ).fetchall()
        for (table,) in tables:
            columns = "*, now() AS noted_at"
            if table == "concern":
                columns = (
                    f"subject_id::{schema}.id, severity::{schema}.severity, no::smallint,"
                    " received_on, theme::varchar, source, anonymous, validated, dialogue_on,"
                    " statement_requested_on, statement_due_on, statement_received_on,"
                    " statement_adequate, effect_confirmed_on, closed_on, text"
                )
            kind = "MATERIALIZED VIEW" if table == "visit" else "VIEW"
            connection.execute(f"CREATE {kind} {schema}.{table} AS SELECT {columns}"
                               f" FROM {loaded}.{table}")  # fmt: skip
    result = run("evaluate", postgres.url(), "--schema", schema, "--out", "-")
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes == (output / "decisions.jsonl").read_bytes()


WRONG_TABLES = {
    "no schema": ("DROP SCHEMA {schema} CASCADE", ("{schema}",)),
    "no table": ("DROP TABLE {schema}.concern", ("{schema}.concern",)),
    "no column": (
        "ALTER TABLE {schema}.concern RENAME COLUMN severity TO grade",
        ("{schema}.concern", '"severity"', "text"),
    ),
    "another type": (
        "ALTER TABLE {schema}.concern ALTER severity TYPE boolean USING true",
        ("{schema}.concern", '"severity"', "boolean", "text"),
    ),
    "a day with hours": (
        "ALTER TABLE {schema}.concern ALTER received_on TYPE timestamp",
        ("{schema}.concern", '"received_on"', "timestamp", "date"),
    ),
}


@pytest.mark.parametrize("case", WRONG_TABLES)
def test_other_tables_are_one_line(case: str, postgres: PostgresServer, altered: Any) -> None:
    schema, execute = altered
    statement, words = WRONG_TABLES[case]
    execute(statement.format(schema=schema))
    result = run("evaluate", postgres.url(), "--schema", schema, "--out", "-")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert [word for word in words if word.format(schema=schema) not in line] == [], line


def test_facts_that_may_not_be_read(postgres: PostgresServer, altered: Any) -> None:
    schema, execute = altered
    url = postgres.url(user="stranger")
    result = run("evaluate", url, "--schema", schema, "--out", "-")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 24
    execute(f"GRANT USAGE ON SCHEMA {schema} TO stranger")
    execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO stranger")
    execute(f"REVOKE SELECT ON {schema}.concern FROM stranger")
    result = run("evaluate", url, "--schema", schema, "--out", "-")
    (line,) = result.stderr.splitlines()
    assert f"{schema}.concern" in line
    assert "stranger" in line


def test_facts_hidden_by_the_database_are_no_facts_left_out(
    postgres: PostgresServer, altered: Any
) -> None:
    """A policy that shows a user some rows only would make somebody green in silence."""
    schema, execute = altered
    execute(f"GRANT USAGE ON SCHEMA {schema} TO stranger")
    execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO stranger")
    execute(f"ALTER TABLE {schema}.concern ENABLE ROW LEVEL SECURITY")
    execute(f"CREATE POLICY a_few ON {schema}.concern USING (no = 1)")
    result = run("evaluate", postgres.url(user="stranger"), "--schema", schema, "--out", "-")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "row-level security" in line


def test_a_text_in_no_encoding_is_one_line(
    postgres: PostgresServer, small_portfolio: tuple[Dossier, ...]
) -> None:
    with postgres.connect() as connection:
        connection.execute("CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII'")
    url = postgres.url(database="ascii")
    load_portfolio(
        small_portfolio, url, schema="tilsyn", replace=True, catalogue=CATALOGUE, lang="da"
    )
    expected = run("evaluate", PORTFOLIO, "--out", "-").stdout_bytes
    assert run("evaluate", url, "--out", "-").stdout_bytes == expected
    with postgres.connect(database="ascii") as connection:
        connection.execute("SET client_encoding = 'SQL_ASCII'")
        connection.execute(rb"UPDATE tilsyn.concern SET text = E'K\xf8ge' WHERE no = 1")
    result = run("evaluate", url, "--out", "-")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert "UTF8" in line


def test_an_empty_schema_has_nobody(postgres: PostgresServer) -> None:
    schema = put((), postgres)
    result = run("evaluate", postgres.url(), "--schema", schema, "--out", "-")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2
