"""Budgets of synthetic offers: filed on time and approved as often as was published."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.offer_details import OfferDetail, private_offers
from engine.portfolio.synthetic.plan import Base, SubjectPlan
from engine.portfolio.synthetic.published import share_of
from engine.portfolio.synthetic.record_book import RecordBook
from engine.portfolio.synthetic.streams import ranked
from models.terms import Authority, Ownership

__all__ = ["BudgetQuotas", "add_budgets", "budget_quotas", "budget_year"]


@dataclass(frozen=True)
class BudgetQuotas:
    """Ids whose newest budget came on time, and ids whose newest budget is approved at all."""

    on_time: frozenset[str]
    approved: frozenset[str]


def budget_year(as_of: date) -> int:
    """The newest budget year whose filing deadlines have both passed."""
    return as_of.year + 1 if (as_of.month, as_of.day) >= (11, 15) else as_of.year


def budget_quotas(
    base: Base, authority: Authority, plans: list[SubjectPlan], details: dict[str, OfferDetail]
) -> BudgetQuotas:
    """Shares the published percentages out among the offers that were approved by the deadline."""
    year = budget_year(base.as_of)
    bound = [
        p.subject_id
        for p in plans
        if p.approved_on <= _deadline(base, details[p.subject_id].ownership, year)
    ]
    private = private_offers(base)
    active = base.published.target("offers_active").values
    public = {place: n - private[place] for place, n in active.items()}
    on_time: set[str] = set()
    approved: set[str] = set()
    for word, counts in (("private", private), ("public", public)):
        weights = {place: float(n) for place, n in counts.items()}
        ids = [
            i for i in bound if (details[i].ownership is Ownership.PRIVATE) == (word == "private")
        ]
        filing = share_of(
            base.published.target(f"{word}_budgets_on_time_percent"), authority.value, weights, {}
        )
        order = ranked(ids, {i: base.chance.level(i, "filed") for i in ids})
        on_time.update(order[: round(len(ids) * filing / 100)])
        approving = share_of(
            base.published.target(f"{word}_budgets_approved_percent"), authority.value, weights, {}
        )
        pull = {i: base.chance.level(i, "approved budget") + (i in on_time) * 0.3 for i in ids}
        approved.update(ranked(ids, pull)[::-1][: round(len(ids) * approving / 100)])
    return BudgetQuotas(on_time=frozenset(on_time), approved=frozenset(approved))


def add_budgets(
    base: Base, plan: SubjectPlan, ownership: Ownership, quotas: BudgetQuotas, book: RecordBook
) -> None:
    """Adds the budget of the year before and the newest one, each if it was due."""
    stream = base.chance.stream(plan.subject_id, "budget")
    year = budget_year(base.as_of)
    earlier = _deadline(base, ownership, year - 1)
    if plan.approved_on < earlier - timedelta(days=60):
        filed = earlier - timedelta(days=stream.randrange(0, 30))
        book.add(
            "budget",
            {
                "budget_year": year - 1,
                "deadline_on": earlier,
                "filed_on": filed,
                "template_correct": True,
                "approval_deadline_on": _approval_deadline(filed, year - 1),
                "approved_on": filed + timedelta(days=stream.randrange(20, 90)),
                "sustainable": True,
                "allows_needed_quality": True,
                "transparent": True,
            },
        )
    due = _deadline(base, ownership, year)
    if plan.approved_on > due:
        return
    fields: dict[str, Any] = {"budget_year": year, "deadline_on": due}
    filed_on = _filed_on(plan, due, quotas, stream)
    if filed_on is not None and filed_on <= base.as_of:
        approved = plan.subject_id in quotas.approved
        fields |= _course(base.as_of, ownership, filed_on, stream, approved=approved)
    book.add("budget", fields)


def _filed_on(
    plan: SubjectPlan, due: date, quotas: BudgetQuotas, stream: random.Random
) -> date | None:
    ahead = min(30, (due - plan.approved_on).days + 1)
    if plan.subject_id in quotas.on_time:
        return due - timedelta(days=stream.randrange(ahead))
    missing = stream.random() < assumed.NOT_FILED_OF_LATE_AND_NOT_APPROVED
    if missing and plan.subject_id not in quotas.approved:
        return None
    return due + timedelta(days=stream.randrange(1, assumed.LATE_FILING_DAYS))


def _course(
    as_of: date, ownership: Ownership, filed: date, stream: random.Random, *, approved: bool
) -> dict[str, Any]:
    """What followed the filing. Approvals fall before the day the published share is taken on."""
    year = budget_year(as_of)
    early = stream.random() < assumed.PUBLIC_APPROVED_WITHIN_THE_YEAR_CHANCE
    last = date(year - 1, 12, 31)
    if ownership is not Ownership.PRIVATE and not (early and filed < last):
        last = date(year, 4, 1)
    fields: dict[str, Any] = {
        "filed_on": filed,
        "template_correct": stream.random() >= assumed.TEMPLATE_WRONG_CHANCE,
        "approval_deadline_on": _approval_deadline(filed, year),
    }
    if approved:
        decided = filed + timedelta(days=1 + stream.randrange((last - filed).days))
        if decided <= as_of:
            fields |= {
                "approved_on": decided,
                "sustainable": True,
                "allows_needed_quality": True,
                "transparent": True,
            }
    elif stream.random() < assumed.REJECTED_OF_NOT_APPROVED:
        decided = filed + timedelta(days=stream.randrange(20, 100))
        if decided <= as_of:
            fields |= {"rejected_on": decided, "sustainable": False}
    return fields


def _deadline(base: Base, ownership: Ownership, year: int) -> date:
    entry = next(
        d
        for d in base.registers.budget_deadlines
        if ownership in d.ownership and d.holds_on(date(year - 1, 12, 31))
    )
    return date(year - 1, entry.due_month, entry.due_day)


def _approval_deadline(filed: date, year: int) -> date | None:
    """1 January for a budget filed by 1 October, 1 April by 15 November (001_...:5483-5489)."""
    if filed <= date(year - 1, 10, 1):
        return date(year, 1, 1)
    if filed <= date(year - 1, 11, 15):
        return date(year, 4, 1)
    return None
