"""Derived fields: what is worked out from several facts before a rule sees it."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest

from engine.facts import DutyReading, view_of
from models.facts import RECORD_MODELS, Dossier
from models.facts.subjects import FosterFamily, SocialOffer
from models.terms import (
    Authority,
    Colour,
    DwellingForm,
    FamilyType,
    LeadDecisionKind,
    Notice,
    Ownership,
    Purpose,
    SanctionStatus,
    SanctionStep,
    ScoreModel,
    Segment,
    Severity,
    SupportNeed,
    VisitOutcome,
)

AS_OF = date(2026, 6, 1)
INTENSIFIED = SanctionStep.INTENSIFIED_WITH_ORDER
THEMES = DutyReading(theme_of_indicator=(("offer.3b", "competences"),))


def offer(**more: Any) -> SocialOffer:
    given = {
        "subject_id": "TB-1",
        "authority": Authority.SYD,
        "municipality": "aabenraa",
        "ownership": Ownership.PRIVATE,
        "segment": Segment.ADULTS,
        "dwelling_form": DwellingForm.RESIDENTIAL,
        "places": 8,
    }
    return SocialOffer(**given | more)


def family(**more: Any) -> FosterFamily:
    given = {
        "subject_id": "PF-1",
        "authority": Authority.SYD,
        "municipality": "aabenraa",
        "family_type": FamilyType.GENERAL,
    }
    return FosterFamily(**given | more)


def rows(
    kind: str,
    *records: dict[str, Any],
    subject: Any = None,
    duty: DutyReading = THEMES,
    as_of: date = AS_OF,
    **others: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """The records of one kind as rules see them."""
    subject = subject or offer()
    made = {
        name: tuple(
            RECORD_MODELS[name](**{"subject_id": subject.subject_id, "no": number, **values})
            for number, values in enumerate(found, start=1)
        )
        for name, found in {kind: list(records), **others}.items()
    }
    return view_of(Dossier(subject, made), as_of=as_of, duty=duty).records[kind]


def score(value: int | None, day: date, **more: Any) -> dict[str, Any]:
    return {"indicator": "offer.3b", "value": value, "scored_on": day, **more}


def binary(value: int, day: date) -> dict[str, Any]:
    return score(value, day, score_model=ScoreModel.BINARY)


def visit(day: date, **more: Any) -> dict[str, Any]:
    return {"held_on": day, "purpose": Purpose.BASIS, "notice": Notice.ANNOUNCED, **more}


SCORES = [
    score(4, date(2023, 3, 1)),
    score(2, date(2024, 3, 1)),
    score(3, date(2025, 3, 1)),
    binary(1, date(2026, 2, 1)),
    binary(0, date(2026, 5, 1)),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(5)))[::7])
def test_scores_compare_with_the_one_before_whatever_the_order_of_the_rows(
    order: tuple[int, ...],
) -> None:
    """The last score of the old scale is the last by its day, not the last that was written."""
    found = rows("score", *(SCORES[index] for index in order))
    by_place = [row for _, row in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]
    assert [row["change"] for row in by_place] == [None, -2, 1, None, -1]
    assert [row["latest"] for row in by_place] == [False, False, False, False, True]
    assert [row["value_before_reform"] for row in by_place[:4]] == [None, None, None, 3]
    assert {row["theme"] for row in by_place} == {"competences"}


def test_two_scores_of_a_day_follow_their_numbers() -> None:
    first, second = rows("score", score(4, AS_OF), score(1, AS_OF))
    assert (first["change"], second["change"]) == (None, -3)
    assert (first["latest"], second["latest"]) == (False, True)


def test_an_exempt_indicator_is_neither_newest_nor_compared() -> None:
    day = date(2025, 1, 1)
    old, exempt, new = rows(
        "score",
        score(4, day),
        score(None, date(2025, 2, 1), exempt=True),
        score(2, date(2025, 3, 1)),
    )
    assert (old["latest"], exempt["latest"], new["latest"]) == (False, False, True)
    assert (exempt["change"], new["change"]) == (None, -2)


def test_other_indicators_and_unknown_themes_stay_apart() -> None:
    one, other = rows("score", score(5, AS_OF), score(1, AS_OF, indicator="offer.99"))
    assert (one["change"], other["change"]) == (None, None)
    assert (one["latest"], other["latest"]) == (True, True)
    assert other["theme"] is None


COURSE = [
    ("dialogue_on", "dialogue"),
    ("statement_requested_on", "statement_requested"),
    ("statement_received_on", "statement_received"),
    ("effect_confirmed_on", "effect_confirmed"),
    ("closed_on", "closed"),
]


@pytest.mark.parametrize("steps", range(len(COURSE) + 1))
def test_the_stage_of_a_concern_is_the_furthest_its_dates_show(steps: int) -> None:
    concern = {"received_on": AS_OF, "theme": "competences", "severity": Severity.SERIOUS}
    concern |= {name: AS_OF for name, _ in COURSE[:steps]}
    (row,) = rows("concern", concern)
    assert row["stage"] == (COURSE[steps - 1][1] if steps else "received")
    assert row["open"] == (steps < 4)


@pytest.mark.parametrize("skipped", [name for name, _ in COURSE[:-1]])
def test_a_stage_that_was_skipped_does_not_hold_the_concern_back(skipped: str) -> None:
    concern = {"received_on": AS_OF, "theme": "competences", "severity": Severity.MILD}
    (row,) = rows("concern", concern | {name: AS_OF for name, _ in COURSE if name != skipped})
    assert (row["stage"], row["open"]) == ("closed", False)


@pytest.mark.parametrize(
    ("held_days_after", "outcome", "seen"),
    [(-1, "met", False), (1, "met", True), (5, "met", True), (5, "not_met", False)],
)
def test_a_concern_is_seen_to_by_a_duty_visit_after_it_came(
    held_days_after: int, outcome: str, seen: bool
) -> None:
    received = date(2026, 5, 1)
    concern = {"received_on": received, "theme": "competences", "severity": Severity.SERIOUS}
    held = received + timedelta(days=held_days_after)
    visits = [visit(held, outcome=VisitOutcome(outcome))]
    (row,) = rows("concern", concern, visit=visits)
    assert row["visited_since"] is seen


NEEDS = list(SupportNeed)


@pytest.mark.parametrize(("need", "approved"), list(itertools.product(NEEDS, NEEDS)))
def test_a_childs_need_is_above_the_approval_only_where_it_is_greater(
    need: SupportNeed, approved: SupportNeed
) -> None:
    subject = family(approved_need=approved, previous_approved_need=SupportNeed.MILD)
    (row,) = rows("placed_child", {"need": need}, subject=subject)
    assert row["above_approved"] is (NEEDS.index(need) > NEEDS.index(approved))
    assert row["above_previous_approved"] is (need is not SupportNeed.MILD)


def test_an_unknown_need_or_approval_is_not_above_but_unknown() -> None:
    (without_need,) = rows("placed_child", {}, subject=family(approved_need=SupportNeed.MILD))
    (without_approval,) = rows("placed_child", {"need": SupportNeed.SEVERE}, subject=family())
    assert without_need["above_approved"] is None
    assert without_approval["above_approved"] is None


@pytest.mark.parametrize(
    ("moved_out_on", "present"),
    [(None, True), (AS_OF, False), (AS_OF + timedelta(days=1), True)],
)
def test_a_child_is_present_until_the_day_it_moves(moved_out_on: date, present: bool) -> None:
    (row,) = rows("placed_child", {"moved_out_on": moved_out_on}, subject=family())
    assert row["present"] is present


@pytest.mark.parametrize(
    ("duty", "age"),
    [
        (DutyReading(), 100),
        (DutyReading(not_met_counts=True), 50),
        (DutyReading(sample_counts=True), 20),
    ],
)
def test_the_parameters_say_which_visits_satisfy_the_duty(duty: DutyReading, age: int) -> None:
    visits = tuple(
        RECORD_MODELS["visit"](subject_id="TB-1", no=number, **values)
        for number, values in enumerate(
            [
                visit(AS_OF - timedelta(days=100)),
                visit(AS_OF - timedelta(days=50), outcome=VisitOutcome.NOT_MET),
                visit(AS_OF - timedelta(days=20), purpose=Purpose.SAMPLE),
            ],
            start=1,
        )
    )
    subject = offer(risk_assessed_on=AS_OF - timedelta(days=30))
    view = view_of(Dossier(subject, {"visit": visits}), as_of=AS_OF, duty=duty)
    assert view.subject["last_visit_age_days"] == age
    assert view.subject["last_assessed_age_days"] == min(age, 30)


def test_without_a_visit_its_age_is_unknown_and_the_assessment_counts() -> None:
    dossier = Dossier(offer(risk_assessed_on=AS_OF - timedelta(days=9)), {})
    view = view_of(dossier, as_of=AS_OF, duty=DutyReading())
    assert view.subject["last_visit_age_days"] is None
    assert view.subject["last_assessed_age_days"] == 9


def test_only_a_visit_to_the_department_is_its_visit() -> None:
    departments = [{}, {"closed_on": AS_OF}, {"closed_on": AS_OF + timedelta(days=1)}]
    visits = [
        visit(date(2026, 3, 1), department=1),
        visit(date(2026, 5, 1)),
        visit(date(2026, 5, 20), department=3, outcome=VisitOutcome.NOT_MET),
    ]
    first, closed, closing = rows("department", *departments, visit=visits)
    assert [row["open"] for row in (first, closed, closing)] == [True, False, True]
    assert first["last_visit_age_days"] == (AS_OF - date(2026, 3, 1)).days
    assert closing["last_visit_age_days"] is None


@pytest.mark.parametrize(
    ("sanction", "current"),
    [
        ({}, True),
        ({"status": "fulfilled"}, False),
        ({"status": "lapsed"}, False),
        ({"status": "revoked_on_appeal"}, False),
        ({"fulfilled_on": AS_OF}, False),
        ({"fulfilled_on": AS_OF + timedelta(days=1)}, True),
        ({"step": INTENSIFIED, "ends_on": AS_OF}, True),
        ({"step": INTENSIFIED, "ends_on": AS_OF - timedelta(days=1)}, False),
    ],
)
def test_a_sanction_is_current_through_its_last_day(
    sanction: dict[str, Any], current: bool
) -> None:
    given = {"step": SanctionStep.ORDER, "decided_on": date(2026, 1, 1), **sanction}
    if "status" in given:
        given["status"] = SanctionStatus(given["status"])
    (row,) = rows("sanction", given)
    assert row["current"] is current


@pytest.mark.parametrize(
    ("budget", "status"),
    [
        ({}, "awaited"),
        ({"filed_on": date(2025, 10, 3)}, "filed"),
        ({"filed_on": date(2025, 10, 3), "approved_on": date(2025, 12, 1)}, "approved"),
        ({"rejected_on": date(2025, 12, 1), "approved_on": date(2026, 1, 9)}, "approved"),
        ({"approved_on": date(2025, 12, 1), "rejected_on": date(2026, 1, 9)}, "rejected"),
    ],
)
def test_a_budgets_status_is_its_last_decision(budget: dict[str, Any], status: str) -> None:
    (row,) = rows("budget", {"budget_year": 2026, "deadline_on": date(2025, 10, 1), **budget})
    assert row["status"] == status
    assert row["years_ahead"] == 0
    assert row["filed_after_deadline_days"] == (2 if "filed_on" in budget else None)


@pytest.mark.parametrize(
    ("decided", "expires", "active"),
    [(0, 0, True), (-1, -1, False), (1, 5, False), (-5, 5, True)],
)
def test_a_decision_of_a_person_holds_from_its_day_through_its_last(
    decided: int, expires: int, active: bool
) -> None:
    days = {
        "decided_on": AS_OF + timedelta(days=decided),
        "expires_on": AS_OF + timedelta(days=expires),
        "decided_by": "K-1",
        "reason": "made up",
    }
    (override,) = rows("override", {"colour": Colour.RED, **days})
    (lead,) = rows("lead_decision", {"decision": LeadDecisionKind.ACUTE_BYPASS, **days})
    assert override["active"] is active
    assert lead["active"] is active


def test_staffing_the_newest_report_and_sickness_beside_peers() -> None:
    newest, older, unknown = rows(
        "staffing",
        {
            "reported_on": date(2026, 1, 1),
            "sickness_days_per_employee": 14,
            "sickness_days_of_peers": 9,
        },
        {
            "reported_on": date(2025, 1, 1),
            "sickness_days_per_employee": 5,
            "sickness_days_of_peers": 9,
        },
        {"reported_on": date(2024, 1, 1), "sickness_days_per_employee": 5},
    )
    assert [row["latest"] for row in (newest, older, unknown)] == [True, False, False]
    assert [row["sickness_above_peers_days"] for row in (newest, older, unknown)] == [5, -4, None]
