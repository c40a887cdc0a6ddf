"""`tilsynstryk outcomes`: rows of the same decisions as `evaluate` makes, whole or not at all."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pyarrow import csv, parquet

from engine.backends.shadow import ReadingsDisagree
from engine.backends.tables import OUTCOMES, OutcomeTables
from engine.backends.tables.layout import Case
from engine.backends.tables.outcome_tables import Answer
from engine.rulebook.resolve import resolve
from engine.run.outcomes import outcome_files, outcome_tables, write_outcomes
from models.terms import Colour
from tests.run.official import AS_OF, BOOK, PORTFOLIO, read, run

BAD = PORTFOLIO.parent / "bad-portfolio"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outcomes") / "tables"
    result = run("outcomes", PORTFOLIO, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "decision                  80" in result.stdout
    return folder


def rows(path: Path) -> list[dict[str, Any]]:
    table = csv.read_csv(path) if path.suffix == ".csv" else parquet.read_table(path)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_they_are_rows_of_the_decisions_of_an_official_run(written: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions"
    assert run("evaluate", PORTFOLIO, "--out", decisions).exit_code == 0
    lines = (decisions / "decisions.jsonl").read_text("utf-8").splitlines()
    expected = [json.loads(line) for line in lines]
    assert [
        (row["subject_id"], row["proposed"], row["in_force"], row["fired"].split("; "))
        for row in rows(written / "decision.parquet")
    ] == [
        (d["subject_id"], d["category"]["proposed"], d["category"]["in_force"], d["fired"])
        for d in expected
    ]
    steps = [(row["subject_id"], row["step"]) for row in rows(written / "proposal.parquet")]
    proposed = [(d["subject_id"], p["step"]) for d in expected for p in d["proposals"]]
    assert sorted(steps) == sorted(proposed)
    first = {d["subject_id"]: d["plan"]["visits"] for d in expected}
    for row in rows(written / "required_visit.parquet"):
        latest = [visit["latest"] for visit in first[row["subject_id"]]]
        assert min(latest) <= row["latest"].isoformat()


def test_a_table_says_of_which_rulebook_and_day_it_is(written: Path) -> None:
    for name in outcome_files("parquet"):
        told = parquet.read_schema(written / name).metadata
        assert told[b"as_of"] == AS_OF.isoformat().encode()
        assert told[b"rulebook"] == resolve(BOOK, as_of=AS_OF).content_hash.encode()


def test_small_batches_give_the_same_rows(written: Path, tmp_path: Path) -> None:
    decider, tables = outcome_tables(resolve(BOOK, as_of=AS_OF))
    reached: list[int] = []
    with tables:
        counts = write_outcomes(
            iter(read(PORTFOLIO)),
            decider,
            tables,
            tmp_path,
            format_="parquet",
            progress=reached.append,
            batch=30,
        )
    assert reached == [30, 60, 80]
    for name in OUTCOMES:
        found = rows(tmp_path / f"{name}.parquet")
        assert found == rows(written / f"{name}.parquet")
        assert len(found) == counts[name] > 0


def test_another_form_takes_the_place_of_the_first(tmp_path: Path, written: Path) -> None:
    folder = tmp_path / "tables"
    assert run("outcomes", PORTFOLIO, "--out", folder).exit_code == 0
    (folder / "own.txt").write_text("mine", encoding="utf-8")
    assert run("outcomes", PORTFOLIO, "--out", folder, "--format", "csv").exit_code == 0
    found = {path.name for path in folder.iterdir()}
    assert found == {"own.txt", *outcome_files("csv")}
    assert len(rows(folder / "reason.csv")) == len(rows(written / "reason.parquet"))


def test_with_bad_facts_nothing_is_written(tmp_path: Path) -> None:
    result = run("outcomes", BAD, "--out", tmp_path / "tables")
    assert result.exit_code == 2
    assert result.stderr.startswith("5 fejl i oplysningerne; intet er beregnet:")
    assert list(tmp_path.iterdir()) == []


class WrongGreen(OutcomeTables):
    """Tables that find the first subject greener than it is."""

    def answer(self, cases: Sequence[Case]) -> Answer:
        answer = super().answer(cases)
        red = next(s for s, f in answer.firings.items() if f.proposed is Colour.RED)
        wrong = answer.firings[red]._replace(proposed=Colour.GREEN, in_force=Colour.GREEN)
        return answer._replace(firings={**answer.firings, red: wrong})


def test_a_wrong_green_stops_it_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.backends.tables.OutcomeTables", WrongGreen)
    result = run("outcomes", PORTFOLIO, "--out", tmp_path / "tables")
    assert result.exit_code == 1
    assert "intet er skrevet" in result.stderr.casefold()
    assert list(tmp_path.iterdir()) == []
    decider, tables = outcome_tables(resolve(BOOK, as_of=AS_OF))
    with pytest.raises(ReadingsDisagree), tables:
        write_outcomes(
            read(PORTFOLIO), decider, tables, tmp_path, format_="csv", progress=lambda done: None
        )


def test_without_the_extra_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for engine, extra in (("tables", "[tables]"), ("spark", "[spark]")):
        result = run("outcomes", PORTFOLIO, "--engine", engine, "--out", tmp_path / "tables")
        assert (result.exit_code, result.stdout) == (2, "")
        assert extra in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_master_is_of_spark_only() -> None:
    result = run("outcomes", PORTFOLIO, "--master", "local[2]")
    assert result.exit_code == 2
    assert "--master hører til --engine spark" in result.stderr


def test_help_says_what_is_left_out() -> None:
    told = " ".join(run("outcomes", "--help", as_of=None).stdout.split())
    assert "It leaves out what 'evaluate' makes subject by subject: sentences," in told
    assert "'category ID' shows all of it for one subject" in told
