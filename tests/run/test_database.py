"""A run on facts in PostgreSQL: the same decisions, byte for byte, as on facts in files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from engine.backends.shadow import ReadingsDisagree
from engine.rulebook.program import Firing
from engine.rulebook.resolve import resolve
from engine.run.database import opened
from engine.run.evaluate import evaluate_portfolio
from models.terms import Authority, Colour
from tests.backends.tables.postgres_server import PASSWORD, PostgresServer
from tests.generated_portfolio import generated
from tests.run.loaded_facts import put
from tests.run.official import AS_OF, BOOK, files, manifest, run

pytestmark = pytest.mark.slow


DAYS = (date(2022, 12, 31), date(2026, 3, 1))


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
