"""A run on facts in PostgreSQL: the same decisions, byte for byte, as on facts in files."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.backends.shadow import ReadingsDisagree
from engine.rulebook.program import Firing
from engine.rulebook.resolve import resolve
from engine.run.database import DatabaseError, FactDatabase, load_portfolio, opened
from engine.run.evaluate import evaluate_portfolio
from models.facts import Dossier
from models.terms import Authority, Colour
from tests.backends.tables.postgres_server import PASSWORD, PostgresServer
from tests.generated_portfolio import generated
from tests.run.official import AS_OF, BOOK, CATALOGUE, PORTFOLIO, files, manifest, run

pytestmark = pytest.mark.slow

DAYS = (date(2022, 12, 31), date(2026, 3, 1))


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


@pytest.fixture(scope="module")
def in_database(
    postgres: PostgresServer, loaded: str, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("postgres") / "decisions"
    forms = [f"--format={form}" for form in ("xlsx", "csv", "parquet", "json")]
    result = run("evaluate", postgres.url(), "--schema", loaded, "--out", folder, *forms)
    assert result.exit_code == 0, result.output
    return folder


def test_every_output_has_the_same_bytes(output: Path, in_database: Path) -> None:
    one, other = files(output), files(in_database)
    for record in ("manifest.json", "run-log.jsonl"):
        del one[record], other[record]
    assert len(one["decisions.jsonl"].splitlines()) > 50
    assert other == one


def test_the_record_names_the_database_without_a_password(
    in_database: Path, output: Path, postgres: PostgresServer, loaded: str
) -> None:
    record = manifest(in_database)
    assert record["engine"] == "postgres"
    assert record["database"] == f"{postgres.url()}#{loaded}"
    assert record["backend"].startswith("tables in PostgreSQL ")
    assert record["versions"].keys() >= {"psycopg", "ibis-framework"}
    assert record["counts"] == manifest(output)["counts"]
    assert manifest(output)["database"] is None
    assert "psycopg" not in manifest(output)["versions"]


@pytest.mark.parametrize("how", ["--engine=case", "--engine=tables", "--streaming"])
def test_it_is_the_same_however_it_is_read(
    how: str, in_database: Path, postgres: PostgresServer, loaded: str
) -> None:
    result = run("evaluate", postgres.url(), "--schema", loaded, "--out", "-", how)
    assert result.exit_code == 0, result.output
    assert result.stdout_bytes == (in_database / "decisions.jsonl").read_bytes()


def test_a_password_is_in_no_output(
    postgres: PostgresServer, loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.connect() as connection:
        connection.execute(f"GRANT USAGE ON SCHEMA {loaded} TO locked")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {loaded} TO locked")
    url = postgres.url(user="locked", password="hemmeligt%3A%2F%40ord")
    folder = tmp_path / "decisions"
    result = run("evaluate", url, "--schema", loaded, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "hemmeligt" not in result.output
    assert [name for name, content in files(folder).items() if b"hemmeligt" in content] == []
    assert manifest(folder)["database"].startswith("postgresql://locked@127.0.0.1:")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    again = run("evaluate", postgres.url(user="locked"), "--schema", loaded, "--out", "-")
    assert again.stdout_bytes == (folder / "decisions.jsonl").read_bytes()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_generated_portfolio_is_decided_as_by_the_case_engine(
    day: date, postgres: PostgresServer
) -> None:
    from engine.run.official import official_decider

    dossiers = generated(Authority.HOVEDSTADEN, as_of=DAYS[0], seed=3, every=3, all_kinds=True)
    schema = put(dossiers, postgres)
    resolved = resolve(BOOK, as_of=day)
    with opened(postgres.url(), schema) as database:
        read = database.read(book=BOOK, as_of=day)
        assert read.fine
        decider, tables = database.decider(resolved)
        found = evaluate_portfolio(read.dossiers, decider, seed=1, tables=tables)
    assert len(found.decisions) > 300
    expected = evaluate_portfolio(read.dossiers, official_decider(resolved), seed=1)
    assert found.decisions == expected.decisions
    assert found.draw == expected.draw


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


def test_a_difference_between_the_readings_stops_the_run(
    postgres: PostgresServer, loaded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.tables.postgres import PostgresBackend

    true = PostgresBackend.all_firings

    def wrong(self: PostgresBackend) -> Iterator[tuple[str, Firing]]:
        for number, (subject_id, firing) in enumerate(true(self)):
            bad = number == 7
            yield (
                subject_id,
                firing._replace(in_force=Colour.GREEN, held=frozenset()) if bad else (firing),
            )

    monkeypatch.setattr(PostgresBackend, "all_firings", wrong)
    with opened(postgres.url(), loaded) as database:
        read = database.read(book=BOOK, as_of=AS_OF)
        decider, tables = database.decider(resolve(BOOK, as_of=AS_OF))
        with pytest.raises(ReadingsDisagree) as stopped:
            evaluate_portfolio(read.dossiers, decider, seed=1, tables=tables)
    (difference,) = stopped.value.differences
    assert difference.subject_id == read.dossiers[7].subject_id


def test_the_checksum_is_that_of_the_facts(postgres: PostgresServer, small_portfolio: Any) -> None:
    one, same = put(small_portfolio, postgres), put(small_portfolio[::-1], postgres)
    other = put(small_portfolio[1:], postgres)

    def checksum(schema: str) -> str:
        with opened(postgres.url(), schema) as database:
            database.read(book=BOOK, as_of=AS_OF)
            assert database.checksum_now(BOOK) == database.checksum
            return database.checksum

    assert checksum(one) == checksum(same) != checksum(other)


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


PROBLEMS = {
    "a Danish word": (
        "UPDATE concern SET severity = 'alvorlig' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"severity"', "serious"),
    ),
    "a title for a word": (
        "UPDATE foster_family SET municipality = 'Aalborg' WHERE subject_id = 'PF-02613'",
        ("foster_family", "PF-02613", '"municipality"', "aalborg"),
    ),
    "no word at all": (
        "UPDATE foster_family SET municipality = 'odnse' WHERE subject_id = 'PF-02613'",
        ("foster_family", "PF-02613", '"municipality"', "odnse"),
    ),
    "a day without end": (
        "UPDATE concern SET received_on = 'infinity' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "infinity"),
    ),
    "the first of all days": (
        "UPDATE concern SET received_on = '0001-01-01' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "0001-01-01"),
    ),
    "the last of all days": (
        "UPDATE override SET expires_on = '9999-12-31' WHERE subject_id ="
        " (SELECT min(subject_id) FROM override)",
        ("override", '"expires_on"', "9999-12-31"),
    ),
    "a day before our era": (
        "UPDATE concern SET received_on = '0044-03-15 BC' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "BC"),
    ),
    "a day after to-day": (
        "UPDATE concern SET received_on = '2025-06-02' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "2025-06-02"),
    ),
    "too large a number": (
        "UPDATE social_offer SET places = 2147483647 WHERE subject_id ="
        " (SELECT min(subject_id) FROM social_offer)",
        ("social_offer", '"places"', "2147483647"),
    ),
    "no number": (
        "UPDATE concern SET no = NULL WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/?", '"no"'),
    ),
    "a number twice": (
        "INSERT INTO concern SELECT * FROM concern WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"no"'),
    ),
    "nobody": (
        "UPDATE concern SET subject_id = 'PF-9' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-9/2", '"subject_id"'),
    ),
    "no id": (
        "UPDATE foster_family SET subject_id = NULL WHERE subject_id ="
        " (SELECT f.subject_id FROM foster_family f LIMIT 1)",
        ("foster_family", '"subject_id"'),
    ),
    "an id that says nothing": (
        "INSERT INTO subject VALUES ('PF-9', 'foster_family')",
        ("subject", "PF-9", "foster_family"),
    ),
    "a score that cannot be": (
        "UPDATE score SET exempt = true WHERE (subject_id, no) ="
        " (SELECT s.subject_id, s.no FROM score s WHERE value IS NOT NULL LIMIT 1)",
        ("score", '"value"'),
    ),
    "an unknown theme": (
        "UPDATE sanction SET themes = ARRAY['economy', 'nothing'] WHERE (subject_id, no) ="
        " (SELECT s.subject_id, s.no FROM sanction s LIMIT 1)",
        ("sanction", '"themes"', "nothing"),
    ),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_bad_facts_are_named_by_table_key_and_column(
    case: str, postgres: PostgresServer, altered: Any, tmp_path: Path
) -> None:
    schema, execute = altered
    statement, words = PROBLEMS[case]
    assert execute(statement).rowcount == 1
    for lang in ("da", "en"):
        where = ("--schema", schema, "--out", tmp_path / "out", "--lang", lang)
        where += ("--streaming",) if lang == "en" else ()
        result = run("evaluate", postgres.url(), *where)
        assert result.exit_code == 2, result.output
        told = [line for line in result.stderr.splitlines() if f'"{schema}.{words[0]}"' in line]
        assert [line for line in told if all(word in line for word in words)], result.stderr
    assert not (tmp_path / "out").exists()


def categories(folder: Path) -> dict[str, Any]:
    lines = (folder / "decisions.jsonl").read_text("utf-8").splitlines()
    return {decision["subject_id"]: decision["category"] for decision in map(json.loads, lines)}


def test_bad_facts_of_one_do_not_stop_the_others(
    postgres: PostgresServer, altered: Any, tmp_path: Path, output: Path
) -> None:
    schema, execute = altered
    execute("UPDATE concern SET received_on = 'infinity' WHERE subject_id = 'PF-02613' AND no = 2")
    execute("UPDATE budget SET budget_year = -2147483648 WHERE subject_id ="
            " (SELECT min(subject_id) FROM budget)")  # fmt: skip
    execute("UPDATE staffing SET sickness_days_of_peers = -2147483648,"
            " sickness_days_per_employee = 2147483647 WHERE (subject_id, no) ="
            " (SELECT s.subject_id, s.no FROM staffing s LIMIT 1)")  # fmt: skip
    aside = tmp_path / "aside.jsonl"
    where = ("--schema", schema, "--out", tmp_path / "out", "--quarantine", aside)
    result = run("evaluate", postgres.url(), *where)
    assert result.exit_code == 0, result.output
    left_out = {json.loads(line)["subject_id"] for line in aside.read_text("utf-8").splitlines()}
    assert "PF-02613" in left_out
    assert 2 <= len(left_out) <= 3
    # Nobody else's category or plan is another; only the sample may be drawn anew.
    with opened(postgres.url(), schema) as database:
        read = database.read(book=BOOK, as_of=AS_OF)
    assert {d.subject_id for d in read.dossiers}.isdisjoint(left_out)
    expected, found = categories(output), categories(tmp_path / "out")
    assert found == {name: value for name, value in expected.items() if name not in left_out}


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


def test_a_connection_that_is_cut_is_one_line(postgres: PostgresServer, loaded: str) -> None:
    with opened(postgres.url(), loaded) as database:
        pid = database._facts.connection.info.backend_pid
        with postgres.connect() as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        with pytest.raises(DatabaseError) as cut:
            database.read(book=BOOK, as_of=AS_OF)
    (line,) = cut.value.lines("da")
    assert postgres.url() in line


def test_an_empty_schema_has_nobody(postgres: PostgresServer) -> None:
    schema = put((), postgres)
    result = run("evaluate", postgres.url(), "--schema", schema, "--out", "-")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2


def test_what_changes_facts_is_not_for_the_database(
    postgres: PostgresServer, loaded: str, tmp_path: Path
) -> None:
    url = postgres.url()
    form = tmp_path / "form.xlsx"
    for args in (
        (url, "--schema", loaded, "--ignore-later"),
        (url, "--schema", loaded, "--sample-results", form),
        (PORTFOLIO, "--engine", "postgres"),
        (PORTFOLIO, "--schema", loaded),
        ("mysql://me:s3kret@127.0.0.1/facts",),
    ):
        result = run("evaluate", *args, "--out", "-")
        assert (result.exit_code, result.stdout) == (2, "")
        (line,) = result.stderr.splitlines()
        assert "s3kret" not in line
    result = run(
        "evaluate", url, "--schema", loaded, "--ignore-later", "--engine", "case",
        "--out", "-", as_of="2025-01-01",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    from_files = run("evaluate", PORTFOLIO, "--ignore-later", "--out", "-", as_of="2025-01-01")
    assert result.stdout_bytes == from_files.stdout_bytes


def test_subjects_nobody_asks_about_are_passed_over(
    postgres: PostgresServer, loaded: str, small_portfolio: tuple[Dossier, ...]
) -> None:
    with opened(postgres.url(), loaded) as database:
        decider, tables = database.decider(resolve(BOOK, as_of=AS_OF))
        some = [(decider.view(d), decider.override(d)) for d in small_portfolio[5:20:3]]
        found = list(tables.firings(some, batch=2))
        assert [name for name, _ in found] == [view.subject_id for view, _ in some]
        assert [f for _, f in found] == [decider.reference.evaluate(*case) for case in some]
        with pytest.raises(LookupError):
            list(tables.firings(some[:1]))


def test_one_subject(postgres: PostgresServer, loaded: str, small_portfolio: Any) -> None:
    by_id = {dossier.subject_id: dossier for dossier in small_portfolio}

    def read(database: FactDatabase, subject_id: str) -> Any:
        return database.read_subject(subject_id, book=BOOK, as_of=AS_OF)

    with opened(postgres.url(), loaded) as database:
        assert read(database, "PF-02613").dossiers == (by_id["PF-02613"],)
        assert [p.code for p in read(database, "PF-1").problems] == ["subject_unknown"]


def test_one_subject_is_explained_from_the_database(postgres: PostgresServer, loaded: str) -> None:
    there = ("--portfolio", postgres.url(), "--schema", loaded)
    for command, *more in (
        ("category", "PF-02613"),
        ("what-if", "PF-02613", "--set", "bekymring[2].status=lukket"),
    ):
        found = run(command, *more, *there)
        assert found.exit_code == 0, found.output
        assert found.stdout == run(command, *more, "--portfolio", PORTFOLIO).stdout
    unknown = run("category", "PF-9", *there)
    assert (unknown.exit_code, len(unknown.stderr.splitlines())) == (2, 1)
    for place in (("mysql://me:s3kret@h/x",), (PORTFOLIO, "--schema", loaded)):
        refused = run("category", "PF-02613", "--portfolio", *place)
        assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
        assert "s3kret" not in refused.stderr


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


@pytest.mark.parametrize("command", ["load", "evaluate", "category"])
def test_a_password_in_a_wrong_command_is_not_repeated(command: str) -> None:
    url = "postgresql://me:s3kret/x@127.0.0.1/facts"
    result = run(command, "a", "b", "c", url, "--portfolio", "x", as_of=None)
    assert result.exit_code == 2
    assert "s3kret" not in result.output
