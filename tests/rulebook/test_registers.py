"""The registers say what the sources say, and a broken register is refused with file and line."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from engine.rulebook.problems import RulebookError
from engine.rulebook.registers import load_registers
from models.registers import Registers
from models.terms import Authority, Kind, ScoreModel

RULES = Path(__file__).parents[2] / "rules"
BEFORE, AFTER = date(2025, 12, 31), date(2026, 1, 1)


@pytest.fixture(scope="module")
def registers() -> Registers:
    return load_registers(RULES)


def test_two_themes_end_with_2025(registers: Registers) -> None:
    ended = {t.word for t in registers.themes if t.holds_on(BEFORE) and not t.holds_on(AFTER)}
    assert ended == {"education_and_employment", "independence_and_relations"}
    assert [t.word for t in registers.themes if not t.scored] == ["economy"]


@pytest.mark.parametrize("kind", [Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY])
@pytest.mark.parametrize("day", [date(2022, 7, 1), BEFORE, AFTER, date(2030, 1, 1)])
def test_every_scored_theme_has_indicators_on_the_scale_of_its_day(
    registers: Registers, kind: Kind, day: date
) -> None:
    themes = {
        t.word for t in registers.themes if t.scored and kind in t.applies_to and t.holds_on(day)
    }
    indicators = [i for i in registers.indicators if kind in i.applies_to and i.holds_on(day)]
    assert {i.theme for i in indicators} == themes
    scale = ScoreModel.ONE_TO_FIVE if day <= BEFORE else ScoreModel.BINARY
    assert {i.score_model for i in indicators} == {scale}
    assert len({i.word for i in indicators}) == len(indicators)


@pytest.mark.parametrize(
    ("word", "day", "theme"),
    [
        ("offer.3b", date(2024, 1, 1), "target_group_methods_results"),
        ("family.4a", date(2024, 1, 1), "target_group_methods_results"),
        ("offer.6a", date(2016, 6, 1), "target_group_methods_results"),
        ("offer.6a", date(2024, 1, 1), "health_and_wellbeing"),
        ("offer.7a", date(2026, 6, 1), "health_and_wellbeing"),
        ("offer.1e", date(2024, 1, 1), "education_and_employment"),
    ],
)
def test_theme_comes_from_the_table(registers: Registers, word: str, day: date, theme: str) -> None:
    assert [i.theme for i in registers.indicators if i.word == word and i.holds_on(day)] == [theme]


def test_outcome_against_goals_is_not_asked_of_outpatient_crisis_and_shelter(
    registers: Registers,
) -> None:
    exempt = {i.exempt_offer_types for i in registers.indicators if i.word == "offer.3c"}
    assert len(exempt) == 1
    assert set(exempt.pop()) == {
        "outpatient_alcohol_treatment",
        "outpatient_anonymous_drug_treatment",
        "outpatient_drug_treatment_young",
        "outpatient_drug_treatment_adults",
        "womens_crisis_centre",
        "shelter",
    }


def test_no_authority_supervises_its_own_seat(registers: Registers) -> None:
    authority = {m.title.da: m.authority for m in registers.municipalities}
    assert len(authority) == len(registers.municipalities) == 98
    assert authority["Hjørring"] is Authority.OEST
    assert authority["Silkeborg"] is Authority.NORD
    assert authority["Frederiksberg"] is Authority.SYD
    assert authority["Faaborg-Midtfyn"] is not Authority.SYD
    assert authority["Holbæk"] is not Authority.OEST
    counts = Counter(authority.values())
    assert (counts[Authority.NORD], counts[Authority.SYD]) == (11, 22)


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2025, 6, 1)])
def test_there_are_twenty_offer_types_on_a_day(registers: Registers, day: date) -> None:
    assert sum(o.holds_on(day) for o in registers.offer_types) == 20


def test_every_line_has_its_place(registers: Registers) -> None:
    assert registers.municipalities[0].place.file == "rules/registers/municipalities.yaml"
    line = registers.municipalities[0].place.line
    text = (RULES / "registers" / "municipalities.yaml").read_text("utf-8").splitlines()
    assert registers.municipalities[0].word in text[line - 1]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("themes", "word: competences", "word: economy", "already has a line"),
        ("themes", "until: 2025-12-31", "until: 2014-12-31", "before it begins"),
        ("themes", "basis: law", "basis: rumour", "'basis'"),
        ("themes", "scored: false", "scorred: false", "is not known here"),
        ("themes", "themes:", "topics:", "under the key 'themes:'"),
        ("indicators", "theme: competences", "theme: competence", "not in themes.yaml"),
        ("indicators", "theme: competences", "theme: economy", "never scored"),
        ("indicators", "- shelter", "- shelters", "not in offer_types.yaml"),
        ("indicators", "theme: competences", "theme: independence_and_relations", "whole period"),
        ("municipalities", "authority: nord", "authority: north", "'authority'"),
        ("size_classes", "places from: 25", "places from: 26", "begins at 26"),
        ("size_classes", "places from: 50", "places from: 50\n    places to: 99", "100 places"),
        ("budget_deadlines", "    due day: 1\n", "", "'due day' is missing"),
    ],
)
def test_a_broken_register_is_refused_with_its_line(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    shutil.copytree(RULES / "registers", tmp_path / "rules" / "registers")
    broken = tmp_path / "rules" / "registers" / f"{file}.yaml"
    text = broken.read_text("utf-8")
    assert old in text
    broken.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_registers(tmp_path / "rules")
    assert any(
        expected in p.text and p.place.file == f"rules/registers/{file}.yaml"
        for p in caught.value.problems
    ), str(caught.value)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    shutil.copytree(RULES / "registers", tmp_path / "rules" / "registers")
    for name in ("themes", "municipalities"):
        broken = tmp_path / "rules" / "registers" / f"{name}.yaml"
        broken.write_text(broken.read_text("utf-8").replace("from: 2015", "from: 2O15"), "utf-8")
    with pytest.raises(RulebookError) as caught:
        load_registers(tmp_path / "rules")
    assert len({p.place.file for p in caught.value.problems}) >= 2
    assert len(caught.value.problems) > 98
