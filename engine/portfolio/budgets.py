"""Deadlines of a budget, where the facts leave them empty."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from models.facts.course_records import Budget
from models.facts.dossier import Dossier
from models.terms import Ownership

if TYPE_CHECKING:
    from models.registers import Registers

__all__ = ["approval_deadline", "filing_deadline", "with_deadlines"]


def filing_deadline(ownership: Ownership, budget_year: int, registers: Registers) -> date | None:
    """The day a budget is due, in the year before its own, by the register's line on that day."""
    for line in registers.budget_deadlines:
        due_on = date(budget_year - 1, line.due_month, line.due_day)
        if ownership in line.ownership and line.holds_on(due_on):
            return due_on
    return None


def approval_deadline(budget: Budget) -> date | None:
    """The day by which a filed budget must be approved (001_289735031603f19e.txt:5483-5489).

    Filed by 1 October: 1 January of the budget year. Filed by 15 November: 1 April. Filed later:
    no such day is stated.
    """
    if budget.filed_on is None:
        return None
    if budget.filed_on <= date(budget.budget_year - 1, 10, 1):
        return date(budget.budget_year, 1, 1)
    if budget.filed_on <= date(budget.budget_year - 1, 11, 15):
        return date(budget.budget_year, 4, 1)
    return None


def with_deadlines(dossier: Dossier, registers: Registers) -> Dossier:
    """The dossier with its budgets' empty deadlines filled."""
    budgets: tuple[Budget, ...] = dossier.of("budget")
    ownership: Ownership | None = getattr(dossier.subject, "ownership", None)
    filled = tuple(_filled(budget, ownership, registers) for budget in budgets)
    if all(a is b for a, b in zip(filled, budgets, strict=True)):
        return dossier
    return Dossier(dossier.subject, {**dossier.records, "budget": filled})


def _filled(budget: Budget, ownership: Ownership | None, registers: Registers) -> Budget:
    changes: dict[str, Any] = {}
    if budget.deadline_on is None and ownership is not None:
        changes["deadline_on"] = filing_deadline(ownership, budget.budget_year, registers)
    if budget.approval_deadline_on is None:
        changes["approval_deadline_on"] = approval_deadline(budget)
    changes = {name: day for name, day in changes.items() if day is not None}
    return budget.model_copy(update=changes) if changes else budget
