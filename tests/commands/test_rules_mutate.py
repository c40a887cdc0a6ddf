"""`tilsynstryk rules mutate`, and the coverage of `tilsynstryk rules test`."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import tilsynstryk
from engine.rulebook.load import default_rulebook_folder

CASE = """cases:
  - case: {da: "En akut bekymring gør rød", en: "An acute concern makes red"}
    as of: 2025-06-01
    subject: {kind: foster_family}
    records:
      concern:
        - {received_on: 1 days ago, theme: competences, severity: acute}
    expect: {category: COLOUR, rules: [category.acute_concern]}
"""
LIST = """accepted:
  - mutant: "category.acute_concern: no longer applies to treatment_school"
    reason: {da: "Prøves andetsteds", en: "Tried elsewhere"}
    reviewed: 2026-11-22
"""


def run(*args: str) -> Result:
    return CliRunner().invoke(tilsynstryk, ["rules", *args])


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the rulebook with one case."""
    folder = Path(shutil.copytree(default_rulebook_folder(), tmp_path / "mine"))
    shutil.rmtree(folder / "cases")
    (folder / "cases").mkdir()
    (folder / "cases" / "one.yaml").write_text(CASE.replace("COLOUR", "red"), encoding="utf-8")
    return folder


def mutate(folder: Path, *args: str) -> Result:
    return run("mutate", str(folder), "--only", "category.acute_concern", "--processes", "1", *args)


def test_survivors_are_listed_in_the_language_of_the_user(mine: Path) -> None:
    danish, english = mutate(mine), mutate(mine, "--lang", "en")
    assert danish.exit_code == english.exit_code == 0
    assert "mine/category/red.yaml:" in danish.output
    assert "tilføj: en 'social_offer', som reglen gælder for" in danish.output
    assert "add: a 'social_offer' for which the rule holds" in english.output
    assert "Score 57.1 % (noticed of those not accepted); 57.1 % of all" in english.output


def test_accepted_and_stale_entries(mine: Path) -> None:
    path = mine / "cases" / "accepted-survivors.yaml"
    path.write_text(LIST, encoding="utf-8")
    accepted = mutate(mine, "--lang", "en")
    assert accepted.exit_code == 0
    assert "Reviewed and accepted, 1:" in accepted.output
    assert "Tried elsewhere (2026-11-22)" in accepted.output
    assert "Score 66.6 % (noticed of those not accepted); 57.1 % of all" in accepted.output
    path.write_text(LIST.replace("treatment_school", "foster_family"), encoding="utf-8")
    stale = mutate(mine, "--lang", "en")
    assert stale.exit_code == 1
    assert "cases/accepted-survivors.yaml:2: no longer survives" in stale.output


def test_a_score_below_what_is_required_is_a_finding(mine: Path) -> None:
    assert mutate(mine, "--require", "57").exit_code == 0
    assert mutate(mine, "--require", "58").exit_code == 1


def test_rows_for_programs(mine: Path) -> None:
    data = json.loads(mutate(mine, "--format", "json").output)
    assert (data["mutants"], data["noticed"], data["survive"]) == (7, 4, 3)
    rows = mutate(mine, "--format", "csv").output.splitlines()
    assert rows[0].startswith("mutant,outcome,kind,entry,file,line")
    assert len(rows) == 8


def test_cases_that_fail_already_are_bad_input(mine: Path) -> None:
    path = mine / "cases" / "one.yaml"
    path.write_text(CASE.replace("COLOUR", "green"), encoding="utf-8")
    result = mutate(mine, "--lang", "en")
    assert result.exit_code == 2
    assert "one.yaml:2: An acute concern makes red" in result.output


def test_an_unknown_id_is_bad_input() -> None:
    result = run("mutate", "--only", "category.nothing_of_the_kind", "--lang", "en")
    assert result.exit_code == 2
    assert "nothing to change in 'category.nothing_of_the_kind'" in result.output


def test_coverage_is_a_finding_only_when_asked(mine: Path) -> None:
    assert run("test", "--rules", str(mine)).exit_code == 0
    table = run("test", "--rules", str(mine), "--coverage", "--lang", "en")
    assert table.exit_code == 0
    assert "holds in no case" in table.output
    assert "sides of thresholds are tried" in table.output
    assert run("test", "--rules", str(mine), "--require-coverage").exit_code == 1
    data = json.loads(run("test", "--rules", str(mine), "--format", "json").output)
    assert [case["failures"] for case in data["cases"]] == [[]]
    assert {rule["held"] for rule in data["rules"]} == {0, 1}
