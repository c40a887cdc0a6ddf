"""What may be asked of facts in PostgreSQL: one subject, a few, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.rulebook.resolve import resolve
from engine.run.database import FactDatabase, opened
from models.facts import Dossier
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import AS_OF, BOOK, PORTFOLIO, run

pytestmark = pytest.mark.slow


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


@pytest.mark.parametrize("command", ["load", "evaluate", "category"])
def test_a_password_in_a_wrong_command_is_not_repeated(command: str) -> None:
    url = "postgresql://me:s3kret/x@127.0.0.1/facts"
    result = run(command, "a", "b", "c", url, "--portfolio", "x", as_of=None)
    assert result.exit_code == 2
    assert "s3kret" not in result.output
