"""A subject without an answer is named in one line; the answers about others are not held back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.backends.tables import OutcomeTables, SubjectLostError, TablesBackend
from engine.backends.tables.database import DuckDatabase
from engine.backends.tables.postgres import PostgresBackend
from engine.decisions.decide import Decider
from engine.facts import view_of
from engine.rulebook.program import Firing
from engine.rulebook.resolve import resolve
from engine.run.database import opened
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import AS_OF, BOOK, PORTFOLIO, read, run

DECIDER = Decider(resolve(BOOK, as_of=AS_OF))
DOSSIERS = read(PORTFOLIO)[:6]
CASES = [(DECIDER.view(dossier), DECIDER.override(dossier)) for dossier in DOSSIERS]
EVERYTHING = [
    (view_of(dossier, as_of=AS_OF, duty=DECIDER.resolved.duty()), DECIDER.override(dossier))
    for dossier in DOSSIERS
]
IDS = [dossier.subject_id for dossier in DOSSIERS]


TRUE = DuckDatabase.read


class Forgetful(DuckDatabase):
    """A database that has no answer about the third subject."""

    def read(self, query: str) -> Any:
        found = TRUE(self, query)
        if "subject_id" in found.column_names:
            kept = [name != IDS[2] for name in found.column("subject_id").to_pylist()]
            found = found.filter(kept)
        return found


def test_in_duckdb() -> None:
    with TablesBackend(DECIDER.program, Forgetful()) as tables:
        found: list[str] = []
        with pytest.raises(SubjectLostError, match=IDS[2]) as lost:
            found.extend(name for name, _ in tables.firings(CASES))
    assert "\n" not in str(lost.value)
    assert isinstance(lost.value, LookupError)
    assert found == [name for name in IDS if name != IDS[2]]
    outcomes = OutcomeTables(DECIDER.resolved, DECIDER.program, Forgetful())
    with outcomes, pytest.raises(SubjectLostError, match=IDS[2]):
        outcomes.answer(EVERYTHING)


def test_in_postgresql(postgres: PostgresServer) -> None:
    schema = postgres.new_schema()
    loaded = run("load", PORTFOLIO, postgres.url(), "--schema", schema)
    assert loaded.exit_code == 0, loaded.output
    with postgres.connect() as connection:
        for (table,) in connection.execute(
            "SELECT tablename::text FROM pg_tables WHERE schemaname = %s", (schema,)
        ).fetchall():
            if table != "subject":
                connection.execute(f"DELETE FROM {schema}.{table} WHERE subject_id = %s", (IDS[2],))
    with opened(postgres.url(), schema) as database:
        _, tables = database.decider(DECIDER.resolved)
        found: list[str] = []
        with pytest.raises(SubjectLostError, match=IDS[2]):
            found.extend(name for name, _ in tables.firings(CASES))
    assert found == [name for name in IDS if name != IDS[2]]


def test_who_has_two_answers_gets_both(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = postgres.new_schema()
    assert run("load", PORTFOLIO, postgres.url(), "--schema", schema).exit_code == 0
    once = PostgresBackend.all_firings

    def twice(self: PostgresBackend) -> Iterator[tuple[str, Firing]]:
        for answer in once(self):
            yield answer
            if answer[0] == IDS[1]:
                yield answer

    monkeypatch.setattr(PostgresBackend, "all_firings", twice)
    with opened(postgres.url(), schema) as database:
        _, tables = database.decider(DECIDER.resolved)
        found = [name for name, _ in tables.firings(CASES)]
    assert found == [*IDS[:2], *IDS[1:]]


def test_a_user_sees_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DuckDatabase, "read", Forgetful.read)
    result = run("outcomes", PORTFOLIO, "--out", tmp_path / "tables")
    assert result.exit_code != 0
    assert IDS[2] in result.stderr
    assert list(tmp_path.iterdir()) == []
