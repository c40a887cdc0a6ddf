"""`tilsynstryk rules sql`: views that another system runs, with the same answer as ours."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

import duckdb
import pytest
import sqlglot

from engine.backends.tables import TablesBackend, compile_outcomes, lay_out
from engine.decisions.decide import Decider
from engine.portfolio.read import read_portfolio
from engine.rulebook.resolve import resolve
from tests.run.official import AS_OF, BOOK, PORTFOLIO, run

DIALECTS = {"duckdb": "duckdb", "postgres": "postgres", "spark": "spark"}


@cache
def sql(*args: object) -> str:
    result = run("rules", "sql", *args, as_of=AS_OF.isoformat())
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_views_give_what_the_backend_gives() -> None:
    read = read_portfolio(PORTFOLIO, registers=BOOK.registers, ladder=BOOK.ladder, as_of=AS_OF)
    decider = Decider(resolve(BOOK, as_of=AS_OF))
    cases = [(decider.view(dossier), decider.override(dossier)) for dossier in read.dossiers]
    facts = lay_out(compile_outcomes(decider.resolved, decider.program).fact_tables, cases)
    database = duckdb.connect()
    for name, table in facts.items():
        database.register(f"given_{name}", table)
        database.sql(f"CREATE TABLE {name} AS FROM given_{name}")
    database.execute(sql("--laid-out", "--dialect", "duckdb"))
    answer = database.sql("FROM rulebook_fired ORDER BY subject_id").to_arrow_table()
    with TablesBackend(decider.program) as tables:
        expected = tables.fired(facts).sort_by("subject_id")
    assert answer.num_rows == len(read.dossiers) > 50
    assert answer.select(expected.column_names).to_pylist() == expected.to_pylist()


@pytest.mark.parametrize(
    ("dialect", "form"), [*((name, ()) for name in DIALECTS), ("duckdb", ("--laid-out",))]
)
def test_every_rule_is_named_beside_its_column(dialect: str, form: tuple[str, ...]) -> None:
    text = sql("--dialect", dialect, *form)
    assert [key for key in BOOK_KEYS if f"{key} (" not in text] == []
    views = [
        view
        for view in sqlglot.parse(text, read=DIALECTS[dialect])
        if view is not None and view.key == "create"
    ]
    names = [view.this.name for view in views]
    outcomes = ("decisions", "reasons", "required_visits", "frames", "proposals")
    assert names[-6:] == ["rulebook_fired", *(f"rulebook_{name}" for name in outcomes)]
    assert len(views) == text.count("CREATE VIEW ") > 10


BOOK_KEYS = sorted(rule.id for rule in resolve(BOOK, as_of=AS_OF).rules)


def test_the_tables_and_their_columns_are_explained() -> None:
    for lang in ("da", "en"):
        head = sql("--laid-out", "--lang", lang).split("CREATE VIEW", 1)[0]
        assert AS_OF.isoformat() in head
        lines = [line for line in head.splitlines() if re.match(r"--   \w", line)]
        assert len(lines) > 60
        assert [line for line in lines if len(line.split(maxsplit=3)) < 4] == []


def test_it_is_the_same_text_every_time_and_in_a_file(tmp_path: Path) -> None:
    """The file is written by a run of its own."""
    file = tmp_path / "rulebook.sql"
    text = sql("--laid-out")
    assert "rulebook.sql" in sql("--laid-out", "--out", file)
    assert file.read_text(encoding="utf-8") == text


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = run("rules", "sql", as_of=None)
    assert result.exit_code == 2
    assert "pip install '.[tables]'" in result.output
