"""Sanctions of a synthetic subject: the concern, the warning, the decision, and what came of it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.concerns import add_concern, drawn_theme
from engine.portfolio.synthetic.plan import YEAR_DAYS, Base, SubjectPlan
from engine.portfolio.synthetic.record_book import RecordBook
from engine.portfolio.synthetic.sanction_quotas import PlannedSanction
from models.terms import SanctionStatus, SanctionStep, Severity

__all__ = ["add_open_warning", "add_sanction"]

_NOTICE_OF = {
    SanctionStep.ORDER: SanctionStep.ORDER_NOTICE,
    SanctionStep.INTENSIFIED_WITH_ORDER: SanctionStep.INTENSIFIED_NOTICE,
    SanctionStep.INTENSIFIED_WITHOUT_ORDER: SanctionStep.INTENSIFIED_NOTICE,
    SanctionStep.WITHDRAWAL: SanctionStep.WITHDRAWAL_NOTICE,
}
_WITHOUT_ORDER_FROM = date(2022, 2, 1)
_INTENSIFIED_DAYS = (90, 181)  # at most six months at a time


def add_sanction(base: Base, plan: SubjectPlan, planned: PlannedSanction, book: RecordBook) -> None:
    """Adds one decision of the year with the concern and the warning before it."""
    stream = base.chance.stream(plan.subject_id, "sanction")
    step = planned.step
    # A withdrawal is decided late, so that the subject is still in the portfolio at its end.
    oldest = 120 if step is SanctionStep.WITHDRAWAL else YEAR_DAYS
    decided = base.as_of - timedelta(days=stream.randrange(5, oldest))
    if step is SanctionStep.INTENSIFIED_WITHOUT_ORDER:
        decided = max(decided, _WITHOUT_ORDER_FROM)
    warned = decided - timedelta(days=stream.randrange(21, 36))
    received = warned - timedelta(days=stream.randrange(75, 160))
    themes = planned.themes or (drawn_theme(base, plan.kind, decided, stream),)
    grave = Severity.SERIOUS if stream.random() < 0.8 else Severity.ACUTE
    add_concern(
        base, book, stream, received=received, theme=themes[0], severity=grave, insufficient=True
    )
    decision = f"AFG-{plan.subject_id}-1"
    book.add(
        "sanction",
        {
            "step": _NOTICE_OF[step],
            "decided_on": warned,
            "decision": decision,
            "themes": themes,
            "ends_on": decided,
            "status": SanctionStatus.LAPSED,
        },
    )
    course = _course(base.as_of, step, decided, stream)
    number = book.add(
        "sanction",
        {
            "step": step,
            "decided_on": decided,
            "decision": decision,
            "themes": themes,
            "number_of_orders": planned.orders or None,
            **course,
        },
    )
    for theme in planned.repeated:
        book.add(
            "sanction",
            {
                "step": SanctionStep.ORDER,
                "decided_on": decided,
                "decision": decision,
                "themes": (theme,),
                "number_of_orders": 1,
                **_course(base.as_of, SanctionStep.ORDER, decided, stream),
            },
        )
    appealed = decided + timedelta(days=stream.randrange(7, 29))
    if (
        step is SanctionStep.WITHDRAWAL
        and stream.random() < assumed.WITHDRAWAL_APPEALED_CHANCE
        and appealed <= base.as_of
    ):
        book.add("appeal", {"appealed_on": appealed, "sanction": number})


def _course(
    as_of: date, step: SanctionStep, decided: date, stream: random.Random
) -> dict[str, Any]:
    """Deadlines and outcome of a decision, as far as they have come about."""
    if step is SanctionStep.WITHDRAWAL:
        return {"deadline_on": as_of + timedelta(days=stream.randrange(14, 120))}
    if step is SanctionStep.ORDER:
        due = decided + timedelta(days=stream.randrange(30, 120))
        fulfilled = due - timedelta(days=stream.randrange(0, 20))
        done = fulfilled <= as_of and stream.random() < assumed.ORDER_FULFILLED_CHANCE
        return {
            "deadline_on": due,
            "fulfilled_on": fulfilled if done else None,
            "status": SanctionStatus.FULFILLED if done else SanctionStatus.IN_FORCE,
        }
    ends = decided + timedelta(days=stream.randrange(*_INTENSIFIED_DAYS))
    over = ends <= as_of
    return {
        "deadline_on": ends - timedelta(days=14),
        "ends_on": ends,
        "fulfilled_on": ends if over else None,
        "status": SanctionStatus.FULFILLED if over else SanctionStatus.IN_FORCE,
    }


def add_open_warning(base: Base, plan: SubjectPlan, book: RecordBook) -> None:
    """Adds a warning of an order that is not yet decided, with the concern behind it."""
    stream = base.chance.stream(plan.subject_id, "warning")
    warned = base.as_of - timedelta(days=stream.randrange(1, 20))
    received = warned - timedelta(days=stream.randrange(75, 120))
    theme = drawn_theme(base, plan.kind, warned, stream)
    add_concern(
        base,
        book,
        stream,
        received=received,
        theme=theme,
        severity=Severity.SERIOUS,
        insufficient=True,
    )
    due = warned + timedelta(days=stream.randrange(*assumed.HEARING_DAYS))
    book.add(
        "sanction",
        {
            "step": SanctionStep.ORDER_NOTICE,
            "decided_on": warned,
            "decision": f"AFG-{plan.subject_id}-1",
            "themes": (theme,),
            "deadline_on": due,
        },
    )
