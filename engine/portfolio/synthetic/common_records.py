"""Records that offers and families share: improvement points, conditions, overrides, decisions."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.plan import YEAR_DAYS, Base, SubjectPlan
from engine.portfolio.synthetic.record_book import RecordBook
from models.facts.quality_records import PointKind
from models.facts.subjects import RiskSign
from models.terms import (
    CategorySetter,
    Colour,
    ForceBasis,
    Kind,
    LeadDecisionKind,
    Permission,
    SanctionStep,
)

__all__ = [
    "add_condition",
    "add_force_reports",
    "add_lead_decision",
    "add_override",
    "add_points",
    "judgement_fields",
]

_ATTENTION_POINTS_UNTIL = date(2023, 12, 31)  # phased out during 2024


def judgement_fields(base: Base, plan: SubjectPlan, stream: random.Random) -> dict[str, Any]:
    """What a consultant has noted about any subject: assessment, doubt, suspicion, risk."""
    since = max(1, (base.as_of - plan.approved_on).days)
    longest = min(since, int(assumed.CONSULTANT_YEARS_AT_MOST * YEAR_DAYS))
    assessed = stream.randrange(min(since, 2 * YEAR_DAYS) + 1)
    suspected = stream.randrange(min(since, 200) + 1)
    fields: dict[str, Any] = {
        "consultant": plan.consultant,
        "consultant_since_on": base.as_of - timedelta(days=stream.randrange(longest + 1)),
        "consultant_in_doubt": stream.random() < assumed.IN_DOUBT_CHANCE,
    }
    if stream.random() < assumed.RISK_ASSESSED_CHANCE:
        fields["risk_assessed_on"] = base.as_of - timedelta(days=assessed)
    if stream.random() < assumed.DECLINE_SUSPECTED_CHANCE:
        fields["declining_quality_suspected_on"] = base.as_of - timedelta(days=suspected)
    if plan.kind is Kind.SOCIAL_OFFER and stream.random() < assumed.RISK_SIGN_CHANCE:
        fields["risk_sign"] = stream.choice(tuple(RiskSign))
    return fields


def add_points(base: Base, plan: SubjectPlan, book: RecordBook, rounds: list[date]) -> None:
    """Adds improvement points raised at the visits, some of them closed since."""
    if not rounds:
        return
    stream = base.chance.stream(plan.subject_id, "points")
    offers = plan.kind is Kind.SOCIAL_OFFER
    weights = assumed.POINTS_OFFER if offers else assumed.POINTS_FAMILY
    for _ in range(stream.choices(list(weights), list(weights.values()))[0]):
        raised = stream.choice(rounds)
        themes = [
            t.word
            for t in base.registers.themes
            if t.scored and plan.kind in t.applies_to and t.holds_on(raised)
        ]
        closed = raised + timedelta(days=stream.randrange(90, 500))
        attention = raised <= _ATTENTION_POINTS_UNTIL and stream.random() < 0.3
        book.add(
            "improvement_point",
            {
                "point": PointKind.ATTENTION if attention else PointKind.DEVELOPMENT,
                "theme": stream.choice(themes),
                "raised_on": raised,
                "closed_on": closed if closed <= base.as_of else None,
                "text": "Syntetisk punkt",
            },
        )


def add_condition(base: Base, plan: SubjectPlan, book: RecordBook) -> bool:
    """Adds a condition to some new approvals; says whether it is still open."""
    stream = base.chance.stream(plan.subject_id, "condition")
    if not plan.newly_approved or (stream.random() >= assumed.CONDITION_OF_NEW_APPROVALS_CHANCE):
        return False
    due = plan.approved_on + timedelta(days=stream.randrange(60, 180))
    fulfilled = due - timedelta(days=stream.randrange(0, 30))
    done = fulfilled <= base.as_of
    book.add(
        "approval_condition",
        {
            "set_on": plan.approved_on,
            "due_on": due,
            "fulfilled_on": fulfilled if done else None,
            "text": "Syntetisk vilkår",
        },
    )
    return not done


def add_force_reports(
    base: Base,
    plan: SubjectPlan,
    book: RecordBook,
    weights: dict[ForceBasis, int],
    *,
    child: bool,
) -> None:
    """Adds one to three reports of use of force in the year."""
    stream = base.chance.stream(plan.subject_id, "force")
    since = min(YEAR_DAYS - 1, (base.as_of - plan.approved_on).days)
    ages = sorted(
        (stream.randrange(since + 1) for _ in range(stream.randrange(1, 4))), reverse=True
    )
    for age in ages:
        occurred = base.as_of - timedelta(days=age)
        basis = stream.choices(list(weights), list(weights.values()))[0]
        permission = (
            Permission.NOT_PERMITTED
            if basis is ForceBasis.NO_LEGAL_BASIS
            else stream.choices(list(Permission), assumed.FORCE_PERMITTED_PERCENT)[0]
        )
        book.add(
            "force_report",
            {
                "occurred_on": occurred,
                "reported_on": min(base.as_of, occurred + timedelta(days=stream.randrange(1, 30))),
                "force_basis": basis,
                "permission": permission,
                "duration_minutes": stream.randrange(1, 40),
                "child": child,
            },
        )


def add_override(base: Base, plan: SubjectPlan, book: RecordBook) -> None:
    """Adds a consultant's own colour, in force on the day of the portfolio."""
    stream = base.chance.stream(plan.subject_id, "override")
    decided = base.as_of - timedelta(
        days=stream.randrange(min(90, (base.as_of - plan.approved_on).days) + 1)
    )
    book.add(
        "override",
        {
            "colour": stream.choice(tuple(Colour)),
            "set_by": CategorySetter.CONSULTANT,
            "decided_by": plan.consultant,
            "decided_on": decided,
            "expires_on": base.as_of + timedelta(days=stream.randrange(30, 180)),
            "reason": "Syntetisk begrundelse: konsulentens samlede indtryk ved seneste besøg",
        },
    )


def add_lead_decision(base: Base, plan: SubjectPlan, book: RecordBook) -> None:
    """Adds a lead's decision to open an order notice without dialogue first."""
    book.add(
        "lead_decision",
        {
            "decision": LeadDecisionKind.ACUTE_BYPASS,
            "step": SanctionStep.ORDER_NOTICE,
            "decided_by": f"L-{plan.authority.value.upper()}-01",
            "decided_on": base.as_of,
            "expires_on": base.as_of + timedelta(days=30),
            "reason": "Syntetisk begrundelse: akut forhold, der ikke kan afvente dialog",
        },
    )
