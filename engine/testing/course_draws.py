"""What a subject's course is drawn from: who it is, how many days pass, how it is scored."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.testing.facts import id_of
from models.facts.dossier import SUBJECT_MODELS
from models.terms import (
    ApprovalStatus,
    Authority,
    DwellingForm,
    FamilyType,
    Kind,
    Ownership,
    SanctionStep,
    ScoreModel,
    Segment,
)

__all__ = [
    "DAYS",
    "ENDS_BY_CLOCK",
    "FIRST",
    "LAST",
    "SCORED",
    "THEMES",
    "WHICH",
    "beginner",
    "score_on",
]

FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
"""The days of a course, on both sides of the change of law."""
DAYS = st.sampled_from([1, 7, 14, 30, 61, 122]) | st.integers(1, 200)
"""How many days pass at a time."""
WHICH = st.integers(0, 5)
"""Which of several things, counted round."""
THEMES = ("health_and_wellbeing", "competences")
"""What concerns are about."""
ENDS_BY_CLOCK = (SanctionStep.INTENSIFIED_WITHOUT_ORDER, SanctionStep.INTENSIFIED_WITH_ORDER)
"""Steps that have a last day."""
SCORED = {Kind.SOCIAL_OFFER: "offer.3a", Kind.FOSTER_FAMILY: "family.3a"}
"""The indicator that a kind is scored on; other kinds are not scored."""
_BINARY_FROM = date(2026, 1, 1)
_OWN: dict[Kind, dict[str, Any]] = {
    Kind.SOCIAL_OFFER: {
        "ownership": Ownership.PRIVATE,
        "segment": Segment.CHILDREN,
        "dwelling_form": DwellingForm.RESIDENTIAL,
        "places": 8,
    },
    Kind.FOSTER_FAMILY: {"family_type": FamilyType.GENERAL},
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: {"risk_assessment_calls_for_visit": True},
    Kind.TREATMENT_SCHOOL: {"visits_per_year_ordered": 2},
}


def beginner(kind: Kind, *, approved_days_ago: int) -> Any:
    """A subject of a kind as its course begins."""
    return SUBJECT_MODELS[kind](
        subject_id=id_of(kind, 1),
        authority=Authority.SYD,
        municipality="faaborg_midtfyn",
        approval_status=ApprovalStatus.APPROVED,
        approved_on=FIRST - timedelta(days=approved_days_ago),
        **_OWN[kind],
    )


def score_on(day: date, kind: Kind, value: int) -> dict[str, Any]:
    """A score of one to five, on the scale of the day."""
    binary = day >= _BINARY_FROM
    return {
        "indicator": SCORED[kind],
        "score_model": ScoreModel.BINARY if binary else ScoreModel.ONE_TO_FIVE,
        "value": int(value > 2) if binary else value,
        "scored_on": day,
    }
