"""`tilsynstryk rules`: show, check, fields, test."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import tilsynstryk
from engine.rulebook.load import default_rulebook_folder


def run(*args: str) -> Result:
    return CliRunner().invoke(tilsynstryk, ["rules", *args])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_rulebook_folder(), tmp_path / "mine"))


def test_the_list_has_every_folder_and_a_title() -> None:
    text = run("show").output
    for folder in ("signals/", "category/", "visits/", "samples/", "sanctions/", "parameters/"):
        assert f"{folder}\n" in text
    assert "signals.serious_concern_open" in text
    assert "Der er en åben alvorlig bekymring" in text
    listed = json.loads(run("show", "--format", "json", "--lang", "en").output)
    title = "A serious concern is open"
    row = {"folder": "signals", "id": "signals.serious_concern_open", "title": title}
    assert row in listed


def test_a_rule_as_sentences() -> None:
    text = run("show", "signals.serious_dialogue_overdue", "--as-of", "2025-06-01").output
    assert "mindst én bekymring, hvor åben: ja" in text
    assert "alvor er alvorlig eller akut" in text
    assert "concerns.serious_dialogue_days = " in text
    assert "antagelse" in text
    assert "003_ba9e4b5b744942cc.txt:4424-4430" in text
    assert "rules/signals/concern-course.yaml:" in text


def test_a_parameter_shows_its_history_and_its_users() -> None:
    text = run("show", "floors.foster_family_days").output
    assert "fra 2022-01-01: 365 dage (lov;" in text
    assert "fra 2026-01-01: 730 dage (lov;" in text
    assert "floor.foster_family" in text


@pytest.mark.parametrize("entry", ["floor.social_offer", "order_notice", "category.acute_concern"])
def test_every_kind_of_entry_has_a_page_in_both_languages(entry: str) -> None:
    danish, english = run("show", entry), run("show", entry, "--lang", "en")
    assert danish.exit_code == english.exit_code == 0
    assert danish.output != english.output
    data = json.loads(run("show", entry, "--format", "json").output)
    assert data["page"] == danish.output.splitlines()


def test_a_rule_not_in_force_says_so() -> None:
    text = run("show", "signals.fallen_to_not_met", "--as-of", "2025-06-01").output
    assert "Gælder ikke 2025-06-01." in text


def test_an_unknown_id_names_the_nearest() -> None:
    result = run("show", "category.acute_concerns")
    assert result.exit_code == 2
    assert "category.acute_concern" in result.output


def test_check_of_the_shipped_rulebook_finds_nothing_wrong() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "ingen fejl, " in result.output


def test_check_names_file_and_line(copy: Path) -> None:
    path = copy / "category" / "red.yaml"
    text = path.read_text(encoding="utf-8").replace("{signal: acute_concern}", "{signal: acut}")
    path.write_text(text, encoding="utf-8")
    result = run("check", "--rules", str(copy))
    assert result.exit_code == 1
    assert "mine/category/red.yaml:" in result.output
    assert "ingen regel rejser signalet 'acut'" in result.output


def test_check_warns_without_failing(copy: Path) -> None:
    (copy / "parameters" / "unused.yaml").write_text(
        "parameters:\n  - id: nobody.uses_this\n    title: {da: A, en: A}\n    unit: days\n"
        "    values:\n      - {from: 2022-01-01, value: 1, basis: assumption, sources: [a], "
        "reviewed: 2026-01-01}\n",
        encoding="utf-8",
    )
    result = run("check", "--rules", str(copy))
    assert result.exit_code == 0, result.output
    assert "unused.yaml:2: advarsel: ingen regel bruger tallet 'nobody.uses_this'" in result.output


def test_fields_of_a_record_and_of_all() -> None:
    text = run("fields", "concern").output
    assert "mild, moderate, serious, acute" in text
    assert "alvor" in text
    assert "source" not in text.replace("word of registers", "")
    everything = json.loads(run("fields", "--format", "json").output)
    assert {row["record"] for row in everything} >= {"subject", "concern", "placed_child"}
    assert run("fields", "placed child").exit_code == 0
    assert run("fields", "concrn").exit_code == 2


def test_cases_that_fail_say_what_came_instead(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(
        'cases:\n  - case: "En bekymring gør rød"\n    as of: 2025-06-01\n'
        "    subject: {kind: foster_family}\n    records:\n      concern:\n"
        "        - {received_on: 2025-05-30, theme: competences, severity: serious}\n"
        "    expect: {category: red}\n",
        encoding="utf-8",
    )
    result = run("test", str(cases))
    assert result.exit_code == 1
    assert "expected red, got yellow" in result.output
    assert "category.serious_concern" in result.output
    assert "1 eksempel, 1 gav et andet svar" in result.output
    cases.write_text(cases.read_text(encoding="utf-8").replace("red}", "yellow}"), encoding="utf-8")
    assert run("test", str(cases), "--coverage").exit_code == 0


def test_cases_that_cannot_be_read_say_where(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("cases:\n  - case: x\n    as of: soon\n", encoding="utf-8")
    result = run("test", str(tmp_path))
    assert result.exit_code == 2
    assert "c.yaml:3: 'soon' er ikke en dag" in result.output


@pytest.mark.parametrize("command", ["show", "check", "fields", "test"])
def test_help_has_an_example(command: str) -> None:
    assert f"tilsynstryk rules {command}" in run(command, "--help").output
