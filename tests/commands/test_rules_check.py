"""`tilsynstryk rules check`: what it says, in which language, with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.analysis.proof import monotone, questions
from tests.rules.examples import ROOT, checked, materialised

REPOSITORY = Path(__file__).resolve().parents[2]
KEYS = {"file", "line", "warning", "defect", "text", "others", "kinds", "days", "example"}


def bad(name: str, target: Path) -> Path:
    return materialised(target, ROOT / "bad" / name)


def test_a_defect_gives_1_and_a_warning_0(tmp_path: Path) -> None:
    assert checked(bad("gap_one_number", tmp_path / "wrong")).exit_code == 1
    assert checked(bad("stale_review_rule", tmp_path / "old")).exit_code == 0


def test_danish_unless_asked_for_english(tmp_path: Path) -> None:
    folder = bad("gap_one_number", tmp_path)
    danish, english = checked(folder).output, checked(folder, "--lang", "en").output
    assert "[hul] fra 2022-01-01 siger ingen regel" in danish
    assert "eksempel: social_offer, 2022-01-01: {last_visit_age_days: 366}" in danish
    assert "[gap] from 2022-01-01 no rule says" in english
    assert "example: social_offer, 2022-01-01: {last_visit_age_days: 366}" in english


def test_quick_sees_what_is_written_and_proves_nothing(tmp_path: Path) -> None:
    said = checked(bad("conflict_two_fields", tmp_path), "--quick", "--lang", "en")
    assert said.exit_code == 0
    assert said.output == "nothing wrong, no warnings; 14 rules, 12 parameters\n"


def test_reviews_grow_old_with_the_day_that_is_asked_about(tmp_path: Path) -> None:
    folder = materialised(tmp_path, ROOT / "good" / "reviewed_on_the_last_day")
    on_the_day = checked(folder, "--as-of", "2026-01-31", "--lang", "en").output
    a_day_later = checked(folder, "--as-of", "2026-02-01", "--lang", "en").output
    assert "[stale review]" not in on_the_day
    assert "[stale review] 'category.doubt' was last reviewed 2024-02-01" in a_day_later


def test_every_line_of_the_data_has_the_same_keys(tmp_path: Path) -> None:
    folder = materialised(
        tmp_path,
        ROOT / "bad" / "conflict_two_fields",
        ROOT / "bad" / "as_written_parameter_unused",
    )
    lines = checked(folder, "--format", "json", "--lang", "en").output.splitlines()
    unused, conflict = sorted((json.loads(line) for line in lines), key=lambda d: d["file"])
    assert unused.keys() == conflict.keys() == KEYS
    assert (unused["warning"], unused["defect"], unused["example"]) == (True, None, None)
    assert conflict["defect"] == "conflict"
    assert conflict["others"] == [{"file": "rules/visits/notice.yaml", "line": 4}]
    assert conflict["kinds"] == ["social_offer"]
    assert conflict["days"][0] == "2022-01-01"
    assert conflict["example"]["subject"] == {
        "kind": "social_offer",
        "places": 20,
        "residents_without_speech_percent": 50,
    }


def test_what_cannot_be_loaded_is_not_proved(tmp_path: Path) -> None:
    folder = materialised(
        tmp_path, ROOT / "bad" / "as_written_no_basis", ROOT / "bad" / "conflict_two_fields"
    )
    said = checked(folder, "--lang", "en")
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "rules/category/planted.yaml:3: 'basis' is missing; add it",
        "1 wrong, no warnings",
    ]


def test_without_the_solver_it_says_how_much_is_undecided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (questions, monotone):
        monkeypatch.setattr(module, "solver_is_there", lambda: False)
    few = checked(bad("conflict_two_fields", tmp_path / "few"), "--lang", "en")
    many = checked(bad("duplicate_textual", tmp_path / "many"), "--lang", "en")
    assert "[conflict] 'visits.notice_speech'" in few.output  # few cells: decided all the same
    assert "[duplicate]" not in many.output
    for said in (few, many):
        assert "questions were not decided" in said.output.splitlines()[-1]
        assert "z3" in said.output.splitlines()[-1]


def test_the_same_rulebook_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = bad("conflict_through_signal", tmp_path)
    command = "from cli import main; main()"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", command, "rules", "check", "--rules", str(folder)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed, "TILSYNSTRYK_CACHE": str(tmp_path / "c")},
            capture_output=True,
            check=False,
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert b"[modstrid]" in outputs[0]
    assert len(set(outputs)) == 1


def test_what_was_asked_before_changes_no_example(tmp_path: Path) -> None:
    first = checked(bad("conflict_through_signal", tmp_path / "first")).output
    checked(bad("not_monotone_words", tmp_path / "between"))
    assert checked(bad("conflict_through_signal", tmp_path / "again")).output == first
