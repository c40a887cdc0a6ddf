"""Scenarios: read, checked with file and line, applied to a copy; the rulebook itself stays."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.problems import RulebookError
from engine.rulebook.resolve import resolve
from engine.rulebook.scenarios import (
    applied,
    load_scenarios,
    scenario_problems,
    untouchable_parameters,
)

YELLOW = "visits.offer_yellow_interval_days"
HEAD = """scenarios:
  - id: mine
    title: {da: "Min", en: "Mine"}
    basis: assumption
    sources: ["test"]
    reviewed: 2026-11-22
"""


@cache
def book() -> Rulebook:
    return load_rulebook()


def written(folder: Path, lines: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(HEAD + lines, encoding="utf-8")
    return path


def wrong(folder: Path, lines: str) -> str:
    with pytest.raises(RulebookError) as caught:
        load_scenarios(book(), [written(folder, lines)])
    return str(caught.value)


def test_the_shipped_scenarios_are_sound() -> None:
    assert [s.id for s in load_scenarios(book())] == [
        "cut_30",
        "cut_30_shorter",
        "cut_30_with_samples",
        "floor_only",
        "yellow_once_a_year",
    ]
    assert scenario_problems(book()) == ()


def test_a_number_holds_from_its_day_on_and_the_rulebook_stays(tmp_path: Path) -> None:
    lines = f"    changes: [{{parameter: {YELLOW}, from: 2026-01-01, value: 300}}]\n"
    (scenario,) = load_scenarios(book(), [written(tmp_path, lines)])
    before = resolve(book(), as_of=date(2026, 1, 1)).parameters[YELLOW].value
    changed = applied(book(), scenario)
    assert resolve(changed, as_of=date(2025, 12, 31)).parameters[YELLOW].value == before
    assert resolve(changed, as_of=date(2026, 1, 1)).parameters[YELLOW].value == 300
    assert resolve(book(), as_of=date(2026, 1, 1)).parameters[YELLOW].value == before
    assert changed.content_hash != book().content_hash
    assert date(2026, 1, 1) in changed.days_of_change()


def test_later_values_of_the_baseline_do_not_undo_a_scenario(tmp_path: Path) -> None:
    name = "visits.offer_green_interval_days"
    lines = f"    changes: [{{parameter: {name}, from: 2025-01-01, value: 200}}]\n"
    (scenario,) = load_scenarios(book(), [written(tmp_path, lines)])
    changed = applied(book(), scenario)
    assert resolve(changed, as_of=date(2027, 1, 1)).parameters[name].value == 200


def test_changes_hold_in_the_order_of_their_days_however_they_are_written(tmp_path: Path) -> None:
    changes = f"{{parameter: {YELLOW}, from: 2028-01-01, value: 200}}, " + (
        f"{{parameter: {YELLOW}, from: 2027-01-01, value: 300}}"
    )
    (scenario,) = load_scenarios(book(), [written(tmp_path, f"    changes: [{changes}]\n")])
    values = [
        resolve(applied(book(), scenario), as_of=date(year, 1, 1)).parameters[YELLOW].value
        for year in (2027, 2028)
    ]
    assert values == [300, 200]


def test_a_rule_switched_off_twice_is_off_from_the_first_day(tmp_path: Path) -> None:
    rule = "visits.night_after_survey"
    off = ", ".join(f"{{rule: {rule}, from: {day}}}" for day in ("2026-03-01", "2027-03-01"))
    (scenario,) = load_scenarios(book(), [written(tmp_path, f"    switched off: [{off}]\n")])
    changed = applied(book(), scenario)
    assert rule not in {r.id for r in resolve(changed, as_of=date(2026, 3, 1)).rules}


def test_a_rule_is_switched_off_from_a_day_on(tmp_path: Path) -> None:
    rule = "visits.night_after_survey"
    lines = f"    switched off: [{{rule: {rule}, from: 2026-03-01}}]\n"
    (scenario,) = load_scenarios(book(), [written(tmp_path, lines)])
    changed = applied(book(), scenario)
    on = {r.id for r in resolve(changed, as_of=date(2026, 2, 28)).rules}
    off = {r.id for r in resolve(changed, as_of=date(2026, 3, 1)).rules}
    assert rule in on
    assert rule not in off
    assert on - off == {rule}


def test_what_the_floors_rest_on_cannot_be_changed(tmp_path: Path) -> None:
    assert "floors.social_offer_days" in untouchable_parameters(book())
    for name in sorted(untouchable_parameters(book())):
        value = "yes" if name.startswith("duty.") else "4000"
        lines = f"    changes: [{{parameter: {name}, from: 2026-01-01, value: {value}}}]\n"
        assert f"mine.yaml:2: '{name}' carries the law's least number" in wrong(tmp_path, lines)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            "    changes: [{parameter: visits.window_dayz, from: 2026-01-01, value: 9}]",
            "the rulebook has no parameter 'visits.window_dayz'; did you mean",
        ),
        ("    switched off: [{rule: no.rule, from: 2026-01-01}]", "the rulebook has no rule"),
        (
            f"    changes: [{{parameter: {YELLOW}, from: 2026-01-01, value: often}}]",
            "'often' is not the kind of value",
        ),
        (
            f"    changes: [{{parameter: {YELLOW}, from: 2019-01-01, value: 9}}]",
            "2019-01-01 lies before the rulebook's first day",
        ),
        ("", "scenario 'mine' changes nothing"),
        ("    swiched off: []", "swiched off"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, lines: str, said: str) -> None:
    found = wrong(tmp_path, lines + "\n")
    assert said in found
    assert "mine.yaml:" in found


def test_two_scenarios_of_one_id_are_refused(tmp_path: Path) -> None:
    lines = f"    changes: [{{parameter: {YELLOW}, from: 2026-01-01, value: 300}}]\n"
    one = written(tmp_path, lines)
    other = tmp_path / "other.yaml"
    other.write_text(one.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RulebookError, match="'mine' stands already in"):
        load_scenarios(book(), [one, other])


def test_a_scenario_that_leaves_no_sound_rulebook_is_refused(tmp_path: Path) -> None:
    lines = "    changes: [{parameter: planning.period_days, from: 2026-01-01, value: 0}]\n"
    (scenario,) = load_scenarios(book(), [written(tmp_path, lines)])
    with pytest.raises(RulebookError, match=r"planning\.period_days"):
        applied(book(), scenario)
