"""Facts near a rulebook's thresholds lie on them and just beside them, derived fields too."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from engine.facts import View, vocabulary
from engine.rulebook.load import load_rulebook
from engine.testing import subjects_near, thresholds_of, views_near
from models.facts import Dossier
from models.facts.dossier import RECORD_KINDS_OF
from models.terms import Kind

DAY = date(2025, 12, 31)
BOOK = load_rulebook()
NEAR = thresholds_of(BOOK, as_of=DAY)
TRIES = settings(
    database=None,
    max_examples=2_000,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_thresholds_are_read_off_the_rules_and_their_parameters() -> None:
    unvisited = BOOK.parameters["concerns.unvisited_days"].values[-1].value
    assert unvisited in NEAR.numbers["concern", "received_age_days"]
    assert {"serious", "acute"} <= set(NEAR.words["concern", "severity"])
    assert BOOK.parameters["concerns.many"].values[-1].value == NEAR.most["concern"]
    assert BOOK.parameters["planning.period_days"].values[-1].value in NEAR.days
    assert "received_age_days" in NEAR.fields["concern"]


@pytest.mark.parametrize("beside", [-1, 0, 1])
def test_a_concern_is_as_old_as_a_threshold_or_a_day_off(beside: int) -> None:
    age = BOOK.parameters["concerns.unvisited_days"].values[-1].value
    assert isinstance(age, int)
    received = DAY - timedelta(days=age + beside)

    def as_old(dossier: Dossier) -> bool:
        return any(concern.received_on == received for concern in dossier.of("concern"))

    found = find(subjects_near(BOOK, Kind.SOCIAL_OFFER, as_of=DAY), as_old, settings=TRIES)
    assert received in {concern.received_on for concern in found.of("concern")}


def test_as_many_records_as_a_rule_counts() -> None:
    def many(dossier: Dossier) -> bool:
        return len(dossier.of("concern")) >= NEAR.most["concern"]

    found = find(subjects_near(BOOK, as_of=DAY), many, settings=TRIES)
    assert len(found.of("concern")) >= NEAR.most["concern"]


@given(subjects_near(BOOK, as_of=DAY))
def test_subjects_near_thresholds_are_subjects_like_others(dossier: Dossier) -> None:
    assert dossier.records.keys() <= RECORD_KINDS_OF[dossier.kind]
    for facts in dossier.records.values():
        assert all(type(fact).model_validate(fact.model_dump()) == fact for fact in facts)


@given(views_near(BOOK, Kind.FOSTER_FAMILY, as_of=DAY))
def test_views_hold_only_what_the_rules_test_for_the_kind(view: View) -> None:
    assert view.kind is Kind.FOSTER_FAMILY
    for record, rows in (("subject", [view.subject]), *view.records.items()):
        for row in rows:
            for name in row.keys() - {"no", "kind"}:
                spec = vocabulary().find(record, name)
                assert spec is not None
                assert name in NEAR.fields[record]
                assert Kind.FOSTER_FAMILY in spec.kinds
