"""A deadline stands on its day: asked again a week later it is the same, and then it has passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from engine.rulebook.load import load_rulebook
from models.decisions import Decision, PlannedVisit
from models.facts import Dossier
from models.rulebook import CountedFrom, VisitOutcomeRule
from models.terms import (
    ApprovalStatus,
    Colour,
    Kind,
    PerformedBy,
    Purpose,
    SanctionStep,
    Severity,
    TimeOfDay,
)
from tests.decisions.case_facts import (
    AS_OF,
    case,
    concern,
    days,
    decide,
    family,
    offer,
    sanction,
    visit,
)

SEEN = [visit(AS_OF - days(30))]
YELLOW = {"declining_quality_suspected_on": AS_OF - days(9)}
APPLIED = {"approval_status": ApprovalStatus.APPLIED, "approved_on": None}
BPA, SCHOOL = Kind.PERSONAL_ASSISTANCE_EMPLOYER, Kind.TREATMENT_SCHOOL
SCHOOLS_DAY = date(2024, 9, 1)


def bpa(**facts: Any) -> Dossier:
    return case(BPA, **{"records": {"visit": SEEN}, **facts})


def budget(**facts: Any) -> dict[str, list[dict[str, Any]]]:
    filed = {"budget_year": 2024, "filed_on": AS_OF - days(200), **facts}
    return {"visit": SEEN, "budget": [filed]}


MAKERS: dict[str, tuple[str, Callable[[int], Dossier], int]] = {
    "an offer applies": (
        "visits.approval_offer_or_bpa",
        lambda age: offer(applied_on=AS_OF - days(age), **APPLIED),
        56,
    ),
    "a family applies": (
        "visits.approval_family",
        lambda age: family(applied_on=AS_OF - days(age), **APPLIED),
        56,
    ),
    "an offer changes": (
        "visits.substantial_change_offer",
        lambda age: offer(substantial_change_applied_on=AS_OF - days(age), records={"visit": SEEN}),
        56,
    ),
    "a family changes": (
        "visits.substantial_change_family",
        lambda age: family(
            substantial_change_applied_on=AS_OF - days(age), records={"visit": SEEN}
        ),
        56,
    ),
    "a night visit long ago": (
        "visits.night_yellow_or_red",
        lambda age: offer(
            night_staff_employed=True,
            night_staff_with_background_percent=90,
            records={
                "visit": [
                    *SEEN,
                    visit(AS_OF - days(age), purpose=Purpose.NIGHT, time_of_day=TimeOfDay.NIGHT),
                ],
            },
            **YELLOW,
        ),
        456,
    ),
    "never a night visit": (
        "visits.night_yellow_or_red",
        lambda age: offer(
            night_staff_employed=True,
            night_staff_with_background_percent=90,
            approved_on=AS_OF - days(age),
            records={"visit": SEEN},
            **YELLOW,
        ),
        456,
    ),
    "nobody lives in the offer": (
        "visits.lapse_question_offer",
        lambda age: offer(last_placed_on=AS_OF - days(age), records={"visit": SEEN}),
        610,
    ),
    "no child lives in the family": (
        "visits.lapse_question_family",
        lambda age: family(last_placed_on=AS_OF - days(age), records={"visit": SEEN}),
        975,
    ),
    "an employer never assessed": (
        "visits.bpa_assess",
        lambda age: bpa(risk_assessed_on=None, approved_on=AS_OF - days(age)),
        30,
    ),
    "an employer assessed without an answer": (
        "visits.bpa_assess",
        lambda age: bpa(risk_assessed_on=AS_OF - days(age), risk_assessment_calls_for_visit=None),
        30,
    ),
    "an employer assessed long ago": (
        "visits.bpa_assess_again",
        lambda age: bpa(risk_assessed_on=AS_OF - days(age)),
        395,
    ),
    "a filed budget waits": (
        "visits.economy_decision",
        lambda age: offer(records=budget(approval_deadline_on=AS_OF - days(age))),
        30,
    ),
    "an unclear economy": (
        "visits.economy_questions",
        lambda age: offer(records=budget(approved_on=AS_OF - days(age), transparent=False)),
        30,
    ),
    "no budget at all": (
        "visits.economy_no_budget",
        lambda age: offer(approved_on=AS_OF - days(age), records={"visit": SEEN, "budget": []}),
        409,
    ),
}


def planned_for(decision: Decision, rule: str) -> PlannedVisit | None:
    """The first visit that a rule asks for."""
    found = (v for v in decision.plan.visits if rule in {reason.rule for reason in v.reasons})
    return next(found, None)


@pytest.mark.parametrize(("rule", "make", "within"), MAKERS.values(), ids=MAKERS)
def test_a_week_later_the_day_is_the_same_and_at_last_it_passes(
    rule: str, make: Callable[[int], Dossier], within: int
) -> None:
    dossier = make(within - 10)
    due = AS_OF + days(10)
    for later in (0, 7, 10):
        found = planned_for(decide(dossier, as_of=AS_OF + days(later)), rule)
        assert found is not None
        assert found.latest <= due
        assert not found.overdue
    past = planned_for(decide(dossier, as_of=due + days(1)), rule)
    assert past is not None
    assert (past.overdue, past.latest) == (True, due + days(1))
    long_past = planned_for(decide(dossier, as_of=due + days(300)), rule)
    if rule not in ("visits.economy_decision", "visits.economy_questions"):
        assert long_past is not None
        assert long_past.overdue


@pytest.mark.parametrize("known", [{"authority_since_on": SCHOOLS_DAY - days(50)}, {}])
def test_a_schools_municipality_is_asked_from_the_approval_or_the_take_over(
    known: dict[str, Any],
) -> None:
    more = {
        "visits_per_year_ordered": None,
        "approved_on": SCHOOLS_DAY - days(50 if not known else 900),
    }
    school = case(SCHOOL, as_of=SCHOOLS_DAY, **more, **known)
    rule = "visits.school_ask_municipality"
    for later, overdue in ((0, False), (10, False), (11, True)):
        found = planned_for(decide(school, as_of=SCHOOLS_DAY + days(later)), rule)
        assert found is not None
        assert found.overdue is overdue


def test_where_no_day_is_known_the_visit_is_due_now() -> None:
    found = planned_for(decide(family(applied_on=None, **APPLIED)), "visits.approval_family")
    assert found is not None
    assert (found.latest, found.overdue) == (AS_OF, False)


def test_nothing_in_the_shipped_rulebook_moves_with_the_evaluation() -> None:
    moving = [
        rule.id
        for rule in load_rulebook().rules
        if isinstance(rule.then, VisitOutcomeRule)
        and rule.then.counted_from is CountedFrom.EVALUATION_DATE
    ]
    assert moving == []


@pytest.mark.parametrize(
    ("ordered", "interval"), [(1, 365), (2, 182), (3, 121), (4, 91), (5, 73), (6, 60), (12, 30)]
)
def test_a_school_is_visited_as_often_as_ordered(ordered: int, interval: int) -> None:
    records = {"visit": [visit(SCHOOLS_DAY)]}
    school = case(
        SCHOOL,
        as_of=SCHOOLS_DAY,
        visits_per_year_ordered=ordered,
        quality_agreement_on=SCHOOLS_DAY - days(9),
        records=records,
    )
    latest = [v.latest for v in decide(school, as_of=SCHOOLS_DAY).plan.visits]
    assert latest[0] == SCHOOLS_DAY + days(interval)
    assert len(latest) == 365 // interval


def test_a_school_of_which_no_visit_is_ordered_gets_none() -> None:
    school = case(
        SCHOOL,
        as_of=SCHOOLS_DAY,
        visits_per_year_ordered=0,
        quality_agreement_on=SCHOOLS_DAY - days(9),
    )
    assert decide(school, as_of=SCHOOLS_DAY).plan.visits == ()


@pytest.mark.parametrize("kind", [BPA, SCHOOL])
@pytest.mark.parametrize(
    ("severity", "within"), [(Severity.ACUTE, 3), (Severity.SERIOUS, 14), (Severity.MODERATE, 60)]
)
def test_a_concern_is_followed_up_as_soon_as_at_others(
    kind: Kind, severity: Severity, within: int
) -> None:
    records = {"concern": [concern(SCHOOLS_DAY - days(1), severity)], "visit": []}
    facts = {"visits_per_year_ordered": 0, "quality_agreement_on": SCHOOLS_DAY}
    dossier = case(kind, as_of=SCHOOLS_DAY, records=records, **(facts if kind is SCHOOL else {}))
    latest = [v.latest for v in decide(dossier, as_of=SCHOOLS_DAY).plan.visits]
    assert latest[0] == SCHOOLS_DAY + days(within - 1)


class TestSeenTo:
    """A fitting visit after the day sees to a follow-up; the question it was about stays open."""

    def order(self, *visits: dict[str, Any]) -> Decision:
        order = sanction(SanctionStep.ORDER, AS_OF - days(100), deadline_on=AS_OF - days(40))
        return decide(offer(records={"sanction": [order], "visit": list(visits)}))

    def test_an_order_past_its_deadline(self) -> None:
        rule = "visits.order_overdue_offer"
        before = planned_for(self.order(visit(AS_OF - days(40))), rule)
        assert before is not None
        assert before.overdue
        after = self.order(visit(AS_OF - days(39)))
        assert planned_for(after, rule) is None
        assert after.category.proposed is Colour.RED
        assert "signals.order_overdue" in after.fired

    @pytest.mark.parametrize(
        "other",
        [
            {"purpose": Purpose.SAMPLE},
            {"purpose": Purpose.APPROVAL},
            {"performed_by": PerformedBy.ECONOMY},
        ],
        ids=["a sample", "an approval visit", "the economy team's desk"],
    )
    def test_not_by_a_visit_of_another_kind(self, other: dict[str, Any]) -> None:
        decision = self.order(visit(AS_OF - days(300)), visit(AS_OF - days(10), **other))
        found = planned_for(decision, "visits.order_overdue_offer")
        assert found is not None
        assert found.overdue

    def test_the_economy_teams_desk_does_not_keep_the_law(self) -> None:
        last = AS_OF - days(300)
        desk = visit(AS_OF - days(10), performed_by=PerformedBy.ECONOMY)
        plan = decide(offer(records={"visit": [visit(last), desk]})).plan
        assert plan.floor_due_on == last + timedelta(days=365)
