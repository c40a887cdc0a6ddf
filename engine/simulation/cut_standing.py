"""Why a planned visit stands in the plan, and with that whether a cut may take it.

The statutory floor, an approval, what a municipality has ordered and the economy desk are never
taken. Follow-up of what is acute or serious is taken only where somebody asks for it in so many
words. The rest is extra, by colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from engine.rulebook.resolve import ResolvedRulebook
from models.decisions import Decision, FactUsed, PlannedVisit, Reason
from models.rulebook import VisitOutcomeRule
from models.terms import Colour, Kind, PerformedBy, Purpose, Severity

__all__ = ["NEVER_TAKEN", "Standing", "Standings"]


class Standing(StrEnum):
    """What a planned visit rests on, the strongest ground first."""

    STATUTORY = "statutory"
    APPROVAL = "approval"
    ORDERED = "ordered"
    DESK = "desk"
    SERIOUS_FOLLOW_UP = "serious_follow_up"
    SAMPLE = "sample"
    RED_EXTRA = "red_extra"
    YELLOW_EXTRA = "yellow_extra"
    GREEN_EXTRA = "green_extra"


NEVER_TAKEN = frozenset({Standing.STATUTORY, Standing.APPROVAL, Standing.ORDERED, Standing.DESK})
"""What no cut takes: law, applicants' cases, a municipality's order, and the yearly budgets."""

_EXTRA = {
    Colour.RED: Standing.RED_EXTRA,
    Colour.YELLOW: Standing.YELLOW_EXTRA,
    Colour.GREEN: Standing.GREEN_EXTRA,
}
_SERIOUS = frozenset({Severity.SERIOUS.value, Severity.ACUTE.value})
_SERIOUS_RECORDS = frozenset({"sanction", "approval_condition", "lead_decision"})
_SERIOUS_FIELDS = frozenset({("concern", "statement_received_age_days"), ("subject", "risk_sign")})


class Standings:
    """Tells the standing of planned visits by one resolved rulebook."""

    def __init__(self, resolved: ResolvedRulebook) -> None:
        self._floors = frozenset(floor.id for floor in resolved.floors)
        self._purposes = {
            rule.id: rule.then.purpose
            for rule in resolved.rules
            if isinstance(rule.then, VisitOutcomeRule)
        }

    def of(self, decision: Decision, visit: PlannedVisit) -> Standing:
        """The strongest ground that a planned visit has."""
        if visit.performed_by is PerformedBy.ECONOMY:
            return Standing.DESK
        if any(reason.rule in self._floors for reason in visit.reasons):
            return Standing.STATUTORY
        if Purpose.APPROVAL in visit.purposes:
            return Standing.APPROVAL
        if decision.kind is Kind.TREATMENT_SCHOOL and Purpose.BASIS in visit.purposes:
            return Standing.ORDERED
        if any(self._is_serious(reason) for reason in visit.reasons):
            return Standing.SERIOUS_FOLLOW_UP
        if Purpose.SAMPLE in visit.purposes:
            return Standing.SAMPLE
        return _EXTRA[decision.category.in_force]

    def _is_serious(self, reason: Reason) -> bool:
        """A follow-up of a serious or acute concern, of what a statement promised, of a sanction or
        a condition, or of a risk that called in the special-effort team."""
        if self._purposes.get(reason.rule) is not Purpose.FOLLOW_UP:
            return False
        return any(_weighs(fact) for fact in _facts_of(reason))


def _weighs(fact: FactUsed) -> bool:
    return (
        fact.record in _SERIOUS_RECORDS
        or (fact.record == "concern" and fact.field == "severity" and fact.value in _SERIOUS)
        or (fact.record, fact.field) in _SERIOUS_FIELDS
    )


def _facts_of(reason: Reason) -> Iterator[FactUsed]:
    yield from reason.facts
    for behind in reason.because:
        yield from _facts_of(behind)
