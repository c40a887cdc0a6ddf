"""The catalogue has a word for everything people read, and none too many."""

import shutil
from pathlib import Path

import pytest

from engine.facts import vocabulary
from engine.rulebook.catalogue import (
    STANDARD_RULES,
    UnknownWordError,
    catalogue_problems,
    closed_sets,
    load_catalogue,
    word_set_of,
)
from models.facts.course_records import AppealOutcome
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.terms import Colour, SanctionStep


def test_the_catalogue_is_complete_without_surplus_and_unambiguous():
    assert [str(p) for p in catalogue_problems()] == []


def test_every_field_a_rule_may_test_has_heading_and_explanation_in_both_languages():
    catalogue = load_catalogue()
    for record, fields in vocabulary().fields.items():
        for name in fields:
            for lang in ("da", "en"):
                assert catalogue.heading(record, name, lang)
                assert catalogue.explanation(record, name, lang)


def test_every_word_a_rule_may_test_has_a_label():
    catalogue = load_catalogue()
    seen = 0
    for record, fields in vocabulary().fields.items():
        for spec in fields.values():
            for word in spec.words:
                assert catalogue.word(word, "da", (record, spec.name))
                seen += 1
    assert seen > 50


@pytest.mark.parametrize("lang", ["da", "en"])
def test_headings_differ_within_every_sheet(lang):
    catalogue = load_catalogue()
    for record, model in {
        **{k.value: m for k, m in SUBJECT_MODELS.items()},
        **RECORD_MODELS,
    }.items():
        headings = [catalogue.heading(record, name, lang) for name in model.model_fields]
        assert len(headings) == len({h.casefold() for h in headings}), record


def test_sector_danish():
    catalogue = load_catalogue()
    assert [catalogue.word(c) for c in Colour] == ["grøn", "gul", "rød"]
    assert catalogue.word(SanctionStep.INTENSIFIED_WITH_ORDER) == "skærpet tilsyn med påbud"
    assert catalogue.word("not_met", "da", ("visit", "outcome")) == "ikke truffet"
    assert catalogue.word(AppealOutcome.UPHELD) == "stadfæstet"
    assert catalogue.word(True) == "ja"
    assert catalogue.sheet("concern") == "Bekymringer"
    assert catalogue.heading("visit", "held_age_days") == "dage siden besøget"


def test_word_sets_of_fields():
    assert word_set_of("concern", "stage") == "concern_stage"
    assert word_set_of("concern", "open") == "flag"
    assert word_set_of("subject", "kind") == "kind"
    assert word_set_of("concern", "theme") is None
    assert "flag" in closed_sets()


def test_what_the_catalogue_lacks_is_said():
    catalogue = load_catalogue()
    with pytest.raises(UnknownWordError, match=r"no heading for 'concern\.colour'"):
        catalogue.heading("concern", "colour")
    with pytest.raises(UnknownWordError, match="no label for 'blue'"):
        catalogue.word("blue", "da", Colour)
    with pytest.raises(UnknownWordError, match="no sheet for 'gossip'"):
        catalogue.sheet("gossip")


def test_gaps_surplus_and_doubles_are_found_with_their_line(tmp_path: Path):
    shutil.copytree(STANDARD_RULES / "catalogue", tmp_path / "catalogue")
    words = tmp_path / "catalogue" / "words.yaml"
    text = words.read_text(encoding="utf-8")
    text = text.replace("  green: {da: grøn, en: green}\n", "  blue: {da: gul, en: blue}\n")
    words.write_text(text, encoding="utf-8")
    found = [str(p) for p in catalogue_problems(tmp_path)]
    assert any("'colour.green' is missing" in p for p in found)
    assert any("'colour.blue' is of no use" in p for p in found)
    assert any("'gul' stands for both" in p for p in found)
    assert all(p.startswith("catalogue/words.yaml:") for p in found)
