"""`tilsynstryk rules diff`."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from cli import tilsynstryk
from engine.analysis.proof import questions
from engine.rulebook.load import default_rulebook_folder

pytestmark = pytest.mark.slow

SMALL = Path(__file__).resolve().parents[2] / "fixtures" / "small-portfolio"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(tilsynstryk, ["rules", "diff", *map(str, args)])


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rulebook in which some concerns may wait three times as long."""
    pytest.importorskip("z3")
    folder = tmp_path_factory.mktemp("diff") / "mine"
    shutil.copytree(default_rulebook_folder(), folder)
    path = folder / "parameters" / "concerns.yaml"
    text = path.read_text(encoding="utf-8")
    assert "value: 30\n" in text
    path.write_text(text.replace("value: 30\n", "value: 90\n"), encoding="utf-8")
    return folder


def test_the_same_rulebook_means_the_same(mine: Path) -> None:
    result = run(default_rulebook_folder())
    assert result.exit_code == 0, result.output
    assert "Filerne siger det samme." in result.output
    assert "De to betyder det samme" in result.output


def test_what_changed_where_and_what_it_means(mine: Path) -> None:
    result = run(mine, "--on", "2025-06-01")
    assert result.exit_code == 1, result.output
    assert "Fra den medfølgende regelbog til " in result.output
    assert "rules/parameters/concerns.yaml:" in result.output
    assert "→ mine/parameters/concerns.yaml:" in result.output
    assert ": 30 → 90" in result.output
    assert "kategori, plejefamilie: mildere" in result.output
    assert "concern 1: {" in result.output
    assert "før: " in result.output
    assert "efter: " in result.output


def test_english_and_the_other_way_round(mine: Path) -> None:
    result = run(mine, default_rulebook_folder(), "--on", "2025-06-01", "--lang", "en")
    assert result.exit_code == 1
    assert "category, foster family: stricter" in result.output
    assert "because of signals." in result.output


def test_json_has_everything(mine: Path) -> None:
    data = json.loads(run(mine, "--on", "2025-06-01", "--format", "json").output)
    assert data["same_meaning"] is False
    assert data["undecided"] == 0
    assert all(entry["section"] == "parameters" for entry in data["entries"])
    verdicts = {(m["output"], m["kind"]): m for m in data["meaning"]}
    found = verdicts["category", "foster_family"]
    assert found["verdict"] == "milder"
    assert found["did"][0]["old"]["file"].startswith("rules/")
    assert found["examples"][0]["facts"]["records"]["concern"]
    equal = [m for m in data["meaning"] if m["verdict"] == "equal"]
    assert equal
    assert found["proof"]["method"] in ("z3", "cells")


def test_csv_without_a_portfolio_is_the_meaning(mine: Path) -> None:
    result = run(mine, "--on", "2025-06-01", "--format", "csv", "--lang", "en")
    rows = list(csv.DictReader(result.output.splitlines(), delimiter=";"))
    verdicts = {row["verdict"] for row in rows if row["output"] == "category"}
    assert verdicts == {"milder"}
    assert "equal" in {row["verdict"] for row in rows}
    assert len(rows) > 30


def test_real_subjects_before_and_after(mine: Path) -> None:
    arguments = (mine, "--on", "2025-06-01", "--portfolio", SMALL, "--as-of", "2025-06-01")
    result = run(*arguments, "--format", "csv", "--lang", "en")
    assert result.exit_code == 1
    rows = list(csv.DictReader(result.output.splitlines(), delimiter=";"))
    changed = [row for row in rows if row["part"] == "category"]
    assert any(row["subject_id"] == "PF-02613" for row in changed)
    (family,) = [row for row in changed if row["subject_id"] == "PF-02613"]
    assert family["before"].startswith("red")
    assert family["after"].startswith("yellow")
    assert "signals.serious_concern_unvisited" in family["rules"]
    assert ": 30 → 90" in family["rules"]
    text = run(*arguments).output
    assert "PF-02613, plejefamilie" in text
    assert "af 80 får et andet svar" in text
    data = json.loads(run(*arguments, "--format", "json").output)
    assert len(data["subjects"]) == len({row["subject_id"] for row in rows})
    assert sum(count.get("changed", 0) for count in data["counts"]) == len(data["subjects"])


def test_a_workbook_and_a_folder_of_tables(mine: Path, tmp_path: Path) -> None:
    arguments = (mine, "--on", "2025-06-01", "--portfolio", SMALL, "--as-of", "2025-06-01")
    book = tmp_path / "diff.xlsx"
    assert run(*arguments, "--format", "xlsx", "--out", book).exit_code == 1
    assert load_workbook(book).sheetnames == ["I filerne", "Betydning", "Andre svar", "Antal"]
    tables = tmp_path / "tables"
    assert run(*arguments, "--format", "csv", "--out", tables).exit_code == 1
    names = {"entries.csv", "meaning.csv", "subjects.csv", "counts.csv"}
    assert {path.name for path in tables.iterdir()} == names
    file = tmp_path / "diff.json"
    assert run(*arguments, "--format", "json", "--out", file).exit_code == 1
    assert json.loads(file.read_text(encoding="utf-8"))["subjects"]


def test_two_days_of_one_rulebook(mine: Path) -> None:
    result = run("2025-12-31", "2026-01-01")
    assert result.exit_code == 1
    assert "Fra 2025-12-31 til 2026-01-01" in result.output
    assert "lovens længste tid mellem besøg, plejefamilie: mildere" in result.output
    assert "interval days: 365 → 730" in result.output
    assert run("2025-02-01", "2025-03-01").exit_code == 0


def test_without_the_solver_one_line_says_what_was_not_decided(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "solver_is_there", lambda: False)
    result = run(mine, "--on", "2025-06-01")
    assert result.exit_code == 1
    assert "pip install z3-solver" in result.output
    assert "kategori, plejefamilie: ikke afgjort" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-folder"], "er ikke en mappe med regler"),
        (["2025-01-01"], "giv to dage"),
        (["2025-01-01", "rules"], "giv to mapper"),
        (["2025-01-01", "2025-02-01", "--on", "2025-01-01"], "--on vælger en dag"),
        (["2025-01-01", "2025-13-01"], "er ikke en dag"),
        (["2021-01-01", "2025-01-01"], "2022-01-01"),
        (["2025-01-01", "2025-02-01", "--portfolio", str(SMALL)], "kræver --as-of"),
        (["2025-01-01", "2025-02-01", "--as-of", "2025-01-01"], "hører til --portfolio"),
        (["2025-01-01", "2025-02-01", "--format", "xlsx"], "xlsx kræver --out"),
        (["2025-01-01", "2025-02-01", "--out", "x.txt"], "tekst skrives kun"),
    ],
)
def test_wrong_use_is_one_line(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output


def test_a_folder_without_rules_and_bad_facts(tmp_path: Path) -> None:
    assert run(tmp_path).exit_code == 2
    bad = SMALL.parent / "bad-portfolio"
    result = run("2025-01-01", "2025-02-01", "--portfolio", bad, "--as-of", "2025-06-01")
    assert result.exit_code == 2
    assert "5 fejl i oplysningerne" in result.output
