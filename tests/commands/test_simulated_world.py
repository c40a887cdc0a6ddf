"""Whatever asks the simulated world rests on the same assumptions, and says what it leaves out.
Synthetic facts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import SaidError, said
from engine.simulation.assumptions import load_assumptions
from engine.simulation.margins import fit_text, load_fit
from tests.run.official import PORTFOLIO, run

COMMANDS = {
    "simulate": ("--scenario", "cut-30", "--years", "2"),
    "compare": ("--scenario", "cut-30", "--years", "2"),
    "optimise": ("--cut", "30%", "--measure", "hours", "--years", "2"),
}
DECLINE = "world.decline_offer_daily_life_percent"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of what assumptions a world would be made of; it is not."""
    found: list[str] = []

    def never(policies: Any, dossiers: Any, assumptions: Any, *rest: Any, **more: Any) -> None:
        found.append(assumptions.content_hash)
        raise SaidError(said("simulate.nobody"))

    monkeypatch.setattr("engine.simulation.order.prepared", never)
    return found


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The shipped rules, with the shipped fit said to be from the shipped assumptions."""
    folder = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), folder)
    text = fit_text(load_fit(), load_assumptions(folder), made="by a test")
    (folder / "simulation" / "fitted.yaml").write_text(text, encoding="utf-8")
    return folder


def warnings(command: str, rules: Path, *more: str) -> list[str]:
    result = run(command, PORTFOLIO, *COMMANDS[command], "--rules", rules, *more)
    assert result.exit_code == 2
    return [
        line for line in result.stderr.splitlines()[:-1] if "simulation" in line or "world." in line
    ]


def change(rules: Path, quantity: str, old: str, new: str) -> None:
    """Edits the lines of one assumption."""
    path = rules / "simulation" / "world.yaml"
    before, found, after = path.read_text(encoding="utf-8").partition(f"- id: {quantity}\n")
    assert found
    assert old in after
    path.write_text(before + found + after.replace(old, new, 1), encoding="utf-8")


def test_every_command_rests_on_the_fitted_assumptions(rules: Path, hashes: list[str]) -> None:
    for command in COMMANDS:
        assert warnings(command, rules) == []
    fitted = load_fit(rules).applied(load_assumptions(rules))
    assert hashes == [fitted.content_hash] * len(COMMANDS)
    assert fitted.content_hash != load_assumptions(rules).content_hash


@pytest.mark.parametrize("command", COMMANDS)
def test_a_fit_to_other_assumptions_is_left_out_and_that_is_said(
    rules: Path, hashes: list[str], command: str
) -> None:
    change(rules, DECLINE, "reviewed", 'note: {da: "vores", en: "ours"}\n        reviewed')
    assert warnings(command, rules) == []
    entry = load_assumptions(rules).quantities[DECLINE].values[0]
    change(rules, DECLINE, f"high: {entry.high}", f"high: {entry.high + 1}")
    (told,) = warnings(command, rules)
    assert told.startswith("advarsel: ")
    assert "simulation/fitted.yaml" in told
    assert "'tilsynstryk fit'" in told
    (english,) = warnings(command, rules, "--lang", "en")
    assert english.startswith("warning: ")
    assert "is not used" in english
    written = load_assumptions(rules).content_hash
    assert hashes[1:] == [written, written]


def test_a_fit_that_does_not_say_what_it_was_made_from_is_left_out(
    rules: Path, hashes: list[str]
) -> None:
    path = rules / "simulation" / "fitted.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("fitted:\n" + text.partition("fitted:\n")[2], encoding="utf-8")
    (told,) = warnings("simulate", rules)
    assert "'tilsynstryk fit'" in told
    assert hashes == [load_assumptions(rules).content_hash]


LATER = """
      - from: {day}
        value: {value}
        low: {value}
        high: {value}
        basis: assumption
        sources: [{{da: "antagelse", en: "assumption"}}]
        reviewed: 2026-11-22"""


@pytest.mark.parametrize(
    ("day", "told_of"),
    [("2025-06-01", False), ("2025-06-02", True), ("2027-05-31", True), ("2027-06-01", False)],
)
def test_a_value_that_begins_on_the_way_is_not_followed_and_that_is_said(
    rules: Path, hashes: list[str], day: str, told_of: bool
) -> None:
    entry = load_assumptions(rules).quantities[DECLINE].values[0]
    change(rules, DECLINE, "\n        reviewed: 2026-11-22",
           "\n        reviewed: 2026-11-22" + LATER.format(day=day, value=entry.value))  # fmt: skip
    text = fit_text(load_fit(rules), load_assumptions(rules), made="by a test")
    (rules / "simulation" / "fitted.yaml").write_text(text, encoding="utf-8")
    told = warnings("simulate", rules)
    if told_of:
        assert len(told) == 1
        assert f"{DECLINE} ({day})" in told[0]
        assert "2025-06-01" in told[0]
    else:
        assert told == []
