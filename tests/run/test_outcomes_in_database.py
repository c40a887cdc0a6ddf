"""Outcome tables worked out inside PostgreSQL: the same bytes as of facts in files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from engine.backends.shadow import ReadingsDisagree
from engine.facts.hidden import source_is_hidden
from engine.rulebook.program import Firing
from engine.rulebook.resolve import resolve
from engine.run.database import opened
from engine.run.outcomes import outcome_tables, write_outcomes
from models.facts import Dossier
from models.terms import Authority, Colour
from tests.backends.tables.postgres_server import PostgresServer
from tests.generated_portfolio import generated
from tests.run.loaded_facts import put
from tests.run.official import AS_OF, BOOK, PORTFOLIO, files, run


def test_the_files_have_the_same_bytes(
    postgres: PostgresServer, loaded: str, tmp_path: Path, small_portfolio: tuple[Dossier, ...]
) -> None:
    concerns = [fact for dossier in small_portfolio for fact in dossier.of("concern")]
    assert {source_is_hidden("concern", fact.__dict__) for fact in concerns} == {True, False}
    for folder, source in (
        ("files", (PORTFOLIO,)),
        ("inside", (postgres.url(), "--schema", loaded)),
        ("here", (postgres.url(), "--schema", loaded, "--engine", "tables")),
    ):
        result = run("outcomes", *source, "--out", tmp_path / folder)
        assert result.exit_code == 0, result.output
        assert "decision                  80" in result.stdout
    expected = files(tmp_path / "files")
    assert len(expected) == 5
    assert files(tmp_path / "inside") == expected
    assert files(tmp_path / "here") == expected


def written(dossiers: Any, folder: Path, by: Any) -> dict[str, bytes]:
    folder.mkdir()
    decider, tables = by
    write_outcomes(
        iter(dossiers), decider, tables, folder, format_="csv", progress=len_of, batch=50
    )
    return files(folder)


def len_of(done: int) -> None:
    assert done > 0


@pytest.mark.slow
def test_a_generated_portfolio_batch_by_batch(postgres: PostgresServer, tmp_path: Path) -> None:
    day = date(2025, 9, 1)
    of = date(2022, 12, 31)
    dossiers = generated(Authority.HOVEDSTADEN, as_of=of, seed=3, every=12, all_kinds=True)
    schema, resolved = put(dossiers, postgres), resolve(BOOK, as_of=day)
    with opened(postgres.url(), schema) as database:
        read = database.read(book=BOOK, as_of=day).dossiers
        inside = written(read, tmp_path / "inside", database.outcomes(resolved))
    assert len(read) > 80
    assert inside == written(read, tmp_path / "here", outcome_tables(resolved))


def test_a_wrong_green_stops_it_all(
    postgres: PostgresServer, loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.backends.tables.postgres import PostgresBackend

    true = PostgresBackend.all_firings

    def wrong(self: PostgresBackend) -> Iterator[tuple[str, Firing]]:
        for subject_id, firing in true(self):
            yield subject_id, firing._replace(proposed=Colour.GREEN, in_force=Colour.GREEN)

    monkeypatch.setattr(PostgresBackend, "all_firings", wrong)
    result = run("outcomes", postgres.url(), "--schema", loaded, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "intet er skrevet" in result.stderr.casefold()
    assert list(tmp_path.iterdir()) == []


def test_rows_that_are_lost_stop_it_all(
    postgres: PostgresServer, loaded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subject without its row among the decisions is nobody's proposal."""
    from engine.backends.tables.postgres_outcomes import PostgresOutcomes

    true = PostgresOutcomes.answer

    def without_one(self: PostgresOutcomes, cases: Any) -> Any:
        answer = true(self, cases)
        decisions = answer.tables["decision"]
        return answer._replace(tables={**answer.tables, "decision": decisions.slice(1)})

    monkeypatch.setattr(PostgresOutcomes, "answer", without_one)
    with opened(postgres.url(), loaded) as database:
        read = database.read(book=BOOK, as_of=AS_OF).dossiers
        decider, tables = database.outcomes(resolve(BOOK, as_of=AS_OF))
        with pytest.raises(ReadingsDisagree) as stopped:
            write_outcomes(
                read, decider, tables, tmp_path, format_="csv", progress=len_of, batch=300
            )
    assert [d.subject_id for d in stopped.value.differences] == [read[0].subject_id]


def test_what_cannot_be_is_said_in_one_line_without_the_address(tmp_path: Path) -> None:
    secret = "mysql://me:hemmeligt@db.example/facts"
    for given, words in (
        ((secret,), "mysql://"),
        ((PORTFOLIO, "--engine", "postgres"), "--engine postgres"),
        ((PORTFOLIO, "--schema", "tilsyn"), "--schema"),
        (("postgresql://db.example/facts", "--ignore-later"), "--engine tables"),
    ):
        result = run("outcomes", *given, "--out", tmp_path / "out")
        assert result.exit_code == 2
        assert words in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert "hemmeligt" not in result.output
    assert not (tmp_path / "out").exists()
