"""A portfolio read from tables all at once: the same decisions, byte for byte, as one by one."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest

from engine.backends.shadow import ReadingsDisagree
from engine.backends.tables import TablesBackend
from engine.backends.tables.layout import Case
from engine.rulebook.program import Firing
from engine.rulebook.resolve import resolve
from engine.run.by_tables import tables_decider
from engine.run.evaluate import evaluate_portfolio
from models.facts import Dossier
from models.terms import Authority, Colour
from tests.generated_portfolio import generated
from tests.run.official import AS_OF, BOOK, PORTFOLIO, files, manifest, run, write

pytestmark = pytest.mark.slow

FIXTURES = PORTFOLIO.parent
REPOSITORY = FIXTURES.parent


@pytest.fixture(scope="module")
def by_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "decisions"
    forms = [f"--format={form}" for form in ("xlsx", "csv", "parquet", "json")]
    result = run("evaluate", PORTFOLIO, "--engine", "tables", "--out", folder, *forms)
    assert result.exit_code == 0, result.output
    return folder


def test_every_output_has_the_same_bytes(output: Path, by_tables: Path) -> None:
    one, other = files(output), files(by_tables)
    for record in ("manifest.json", "run-log.jsonl"):
        del one[record], other[record]
    assert len(one["decisions.jsonl"].splitlines()) > 50
    assert other == one


def test_the_record_names_the_engine_and_its_versions(output: Path, by_tables: Path) -> None:
    record = manifest(by_tables)
    assert (record["engine"], manifest(output)["engine"]) == ("tables", "case")
    assert record["backend"] == "tables on DuckDB, each set of fired rules checked by reference"
    assert record["versions"].keys() >= {"duckdb", "ibis-framework"}
    assert "duckdb" not in manifest(output)["versions"]
    assert record["counts"] == manifest(output)["counts"]


def test_a_rerun_has_the_engine_of_its_record(by_tables: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    places = ("--portfolio", PORTFOLIO, "--out", again)
    result = run("rerun", by_tables / "manifest.json", *places, as_of=None)
    assert result.exit_code == 0, result.output
    assert manifest(again) == manifest(by_tables)


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = run("evaluate", PORTFOLIO, "--engine", "tables", "--out", "-")
    assert result.exit_code == 2
    assert "pip install '.[tables]'" in result.output


@pytest.mark.parametrize("day", [date(2024, 7, 1), date(2025, 9, 1), date(2026, 3, 1)], ids=str)
def test_the_same_decisions_on_days_before_and_after_a_change(
    small_portfolio: tuple[Dossier, ...], day: date
) -> None:
    resolved = resolve(BOOK, as_of=day)
    decider, tables = tables_decider(resolved)
    one = evaluate_portfolio(small_portfolio, decider, seed=1)
    other = evaluate_portfolio(small_portfolio, decider, seed=1, tables=tables)
    assert other.decisions == one.decisions
    assert other.draw == one.draw


class WrongOnce(TablesBackend):
    """Tables that give one subject the answer of another, which is right for that other."""

    wrong: str
    of_another: Firing

    def firings(self, cases: Iterable[Case], *, batch: int = 1) -> Iterator[tuple[str, Firing]]:
        for subject_id, right in super().firings(cases, batch=batch):
            yield subject_id, self.of_another if subject_id == self.wrong else right


def test_a_green_that_was_right_for_another_does_not_pass(
    small_portfolio: tuple[Dossier, ...],
) -> None:
    decider, right = tables_decider(resolve(BOOK, as_of=AS_OF))
    decided = evaluate_portfolio(small_portfolio, decider, seed=1, tables=right).decisions
    red = next(d for d in decided if d.category.proposed is Colour.RED)
    greens = (d for d in decided if d.kind is red.kind and d.category.in_force is Colour.GREEN)
    green_id = next(greens).subject_id
    green = next(d for d in small_portfolio if d.subject_id == green_id)
    wrong = WrongOnce(decider.program)
    wrong.wrong = red.subject_id
    wrong.of_another = decider.evaluate(green).firing
    with pytest.raises(ReadingsDisagree) as caught:
        evaluate_portfolio(small_portfolio, decider, seed=1, tables=wrong)
    (difference,) = caught.value.differences
    assert difference.subject_id == wrong.wrong
    assert difference.category_differs
    assert difference.only_shadow


@pytest.mark.slow
def test_a_whole_authority_has_the_same_decisions(tmp_path: Path) -> None:
    day = "2022-12-31"
    dossiers = generated(Authority.SYD, as_of=date.fromisoformat(day), seed=1)
    portfolio = write(dossiers, tmp_path / "portfolio", "csv")
    found = {}
    for engine in ("case", "tables"):
        result = run(
            "evaluate", portfolio, "--engine", engine, "--out", "-", "--lang", "en", as_of=day
        )
        assert result.exit_code == 0, result.output
        found[engine] = result.stdout
    assert len(found["case"].splitlines()) == len(dossiers) > 1700
    assert found["tables"] == found["case"]


def test_a_query_does_not_import_what_only_tables_need() -> None:
    families = (PORTFOLIO / "foster_family.csv").read_text(encoding="utf-8").splitlines()
    subject_id = families[1].split(",")[0].split(";")[0]
    asked = ["category", subject_id, "--portfolio", str(PORTFOLIO), "--as-of", "2025-06-01"]
    code = (
        "import json, sys\nfrom cli import tilsynstryk\n"
        f"tilsynstryk({asked!r}, standalone_mode=False)\n"
        "print(json.dumps([n for n in ('ibis', 'duckdb', 'numpy') if n in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert subject_id in done.stdout
    assert json.loads(done.stdout.splitlines()[-1]) == []
