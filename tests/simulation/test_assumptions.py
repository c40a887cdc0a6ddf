"""Quantities no rule rests on: read with their lines, dated, with a range, and outside the book."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from engine.rulebook.load import default_rulebook_folder, load_rulebook
from engine.rulebook.problems import RulebookError
from engine.simulation.assumptions import KNOWN_LISTS, AssumptionError, load_assumptions
from models.terms import Basis

DAY = date(2025, 6, 1)
LISTS = ", ".join(f"{name}:" for name in KNOWN_LISTS)
TWO = """# synthetic
assumptions:
  - id: hours.walk
    title: {da: "Gang", en: "Walking"}
    unit: hours
    values:
      - from: 2022-01-01
        value: 1
        low: 0.5
        high: 2.25
        basis: assumption
        sources: ["001_289735031603f19e.txt:1"]
        reviewed: 2026-11-22
      - from: 2026-01-01
        value: 1.5
        low: 1
        high: 2
        basis: practice
        sources: ["001_289735031603f19e.txt:2"]
        reviewed: 2026-11-22
        note: {da: "Ny vej", en: "A new road"}
  - id: share.met
    title: {da: "Truffet", en: "Met"}
    unit: share
    values:
      - {from: 2024-01-01, value: 0.9, low: 0, high: 1, basis: law, sources: [x],
         reviewed: 2026-01-01}
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "rules"
    (folder / "simulation").mkdir(parents=True)
    for name, text in files.items():
        (folder / "simulation" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_quantity_has_the_value_of_its_day(tmp_path: Path) -> None:
    assumed = load_assumptions(folder_with(tmp_path, one=TWO))
    assert list(assumed.quantities) == ["hours.walk", "share.met"]
    assert assumed.on(DAY).number("hours.walk") == 1.0
    assert assumed.on(date(2025, 12, 31)).range("hours.walk") == (0.5, 2.25)
    assert assumed.on(date(2026, 1, 1)).number("hours.walk") == 1.5
    entry = assumed.on(DAY).entry("hours.walk")
    assert (entry.unit, entry.title.en) == ("hours", "Walking")
    assert (entry.place.file, entry.place.line) == ("rules/simulation/one.yaml", 3)
    assert assumed.on(date(2026, 1, 1)).value("hours.walk").basis is Basis.PRACTICE


def test_what_is_not_there_is_asked_for_in_vain(tmp_path: Path) -> None:
    assumed = load_assumptions(folder_with(tmp_path, one=TWO))
    with pytest.raises(AssumptionError, match=r"no assumption 'hours.wlak'; did you mean"):
        assumed.on(DAY).number("hours.wlak")
    with pytest.raises(AssumptionError, match="no value before 2024-01-01"):
        assumed.on(date(2023, 12, 31)).number("share.met")


def test_other_numbers_hold_on_every_day_and_leave_the_first_alone(tmp_path: Path) -> None:
    assumed = load_assumptions(folder_with(tmp_path, one=TWO))
    other = assumed.with_values({"hours.walk": 7})
    for day in (DAY, date(2026, 6, 1)):
        assert other.on(day).number("hours.walk") == 7.0
        assert other.on(day).range("hours.walk") == (0.5, 7)
    assert assumed.on(DAY).number("hours.walk") == 1.0
    assert other.on(DAY).number("share.met") == assumed.on(DAY).number("share.met")
    assert other.content_hash != assumed.content_hash
    assert assumed.content_hash == load_assumptions(tmp_path / "rules").content_hash
    with pytest.raises(AssumptionError, match="no assumption 'nothing'"):
        assumed.with_values({"nothing": 1.0})


def test_everything_wrong_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    one = TWO.replace("value: 1\n", "value: 3\n").replace("high: 2\n", "high: many\n")
    two = "assumptions:\n  - id: share.met\n    title: {da: A, en: B}\n    values: []\n"
    three = "assumption:\n  - id: a\n"
    four = TWO.split("  - id: share.met", maxsplit=1)[0].replace("hours.walk", "hours.ride")
    four = four.replace("from: 2026-01-01", "from: 2021-01-01").replace("value: 1.5", "value: .inf")
    five = "assumptions: [7]\nother: []\n"
    folder = folder_with(tmp_path, one=one, two=two, three=three, four=four, five=five)
    with pytest.raises(RulebookError) as caught:
        load_assumptions(folder)
    lines = caught.value.lines()
    assert lines == [
        "rules/simulation/five.yaml:1: lines 'key: value' must stand here",
        f"rules/simulation/five.yaml:2: 'other:' is not a list of the rulebook; use one of {LISTS}",
        "rules/simulation/four.yaml:15: 'values > 1 > value' cannot be inf; correct the value",
        "rules/simulation/one.yaml:17: 'values > 1 > high' is 'many'; write a number",
        "rules/simulation/three.yaml:2: 'assumption:' is not a list of the rulebook; use one of "
        f"{LISTS}",
        "rules/simulation/two.yaml:2: 'unit' is missing; add it",
        "rules/simulation/two.yaml:4: 'values' is empty; add at least one",
    ]


def test_order_range_and_double_ids_are_checked(tmp_path: Path) -> None:
    one = TWO.replace("value: 1\n", "value: 3\n").replace("from: 2026-01-01", "from: 2021-01-01")
    two = "assumptions:\n" + "  - id: share.met" + TWO.split("  - id: share.met", maxsplit=1)[1]
    with pytest.raises(RulebookError) as caught:
        load_assumptions(folder_with(tmp_path, one=one, two=two))
    assert caught.value.lines() == [
        "rules/simulation/one.yaml:7: the values must stand in order of their days",
        "rules/simulation/one.yaml:8: 'hours.walk' is 3.0, which does not lie between 0.5 ('low') "
        "and 2.25 ('high'); mend the value or the range",
        "rules/simulation/two.yaml:2: 'share.met' stands already in rules/simulation/one.yaml:22; "
        "give it another id",
    ]
    assert "ret værdien eller grænserne" in caught.value.lines("da")[1]


def test_a_rulebook_without_quantities_uses_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "rules" / "parameters").mkdir(parents=True)
    shipped = load_assumptions()
    assert load_assumptions(tmp_path / "rules").content_hash == shipped.content_hash
    assert len(shipped.quantities) > 5


def test_the_rulebook_does_not_change_with_them(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(default_rulebook_folder(), folder)
    before = load_rulebook(folder)
    shutil.rmtree(folder / "simulation")
    after = load_rulebook(folder)
    assert before.content_hash == after.content_hash == load_rulebook().content_hash


def test_the_shipped_ones_say_that_they_are_assumed() -> None:
    for quantity in load_assumptions().quantities.values():
        for value in quantity.values:
            assert value.low <= value.value <= value.high
            if value.basis is Basis.ASSUMPTION:
                assert value.low < value.high, f"{quantity.id} has no range"
            assert quantity.title.da != "" != quantity.title.en


SHARE = """
  - id: world.severity_{level}_declined_percent
    title: {{da: "Andel", en: "Share"}}
    unit: percent
    values:
      - {{from: 2022-01-01, value: {value}, low: 0, high: 100, basis: assumption, sources: [x],
         reviewed: 2026-01-01}}
"""


def shares(mild: float, moderate: float, serious: float) -> str:
    levels = {"mild": mild, "moderate": moderate, "serious": serious}
    return "assumptions:" + "".join(
        SHARE.format(level=level, value=value) for level, value in levels.items()
    )


def test_shares_of_one_whole_are_no_more_than_it(tmp_path: Path) -> None:
    assert load_assumptions(folder_with(tmp_path / "fine", one=shares(20, 57.4, 22.6)))
    with pytest.raises(RulebookError) as raised:
        load_assumptions(folder_with(tmp_path / "more", one=shares(20, 57.4, 23)))
    (line,) = raised.value.lines("en")
    assert line.startswith("rules/simulation/one.yaml:2:")
    assert "'world.severity_mild_declined_percent'" in line
    assert "'world.severity_serious_declined_percent'" in line
    assert "100.4 per cent from 2022-01-01" in line
    assert "100.4 procent fra 2022-01-01" in "".join(raised.value.lines("da"))


def test_shares_of_one_whole_are_held_together_on_every_day(tmp_path: Path) -> None:
    later = shares(20, 50, 23).replace(
        "reviewed: 2026-01-01}",
        "reviewed: 2026-01-01}\n      - {from: 2027-01-01, value: 40, low: 0, high: 100, "
        "basis: assumption, sources: [x], reviewed: 2026-01-01}",
        1,
    )
    with pytest.raises(RulebookError, match="113 per cent from 2027-01-01"):
        load_assumptions(folder_with(tmp_path, one=later))
