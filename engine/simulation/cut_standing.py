"""Why a planned visit stands in the plan, and with that whether a cut may take it.

The statutory floor, an approval, what a municipality has ordered and the economy desk are never
taken. Follow-up of what is acute or serious is taken only where somebody asks for it in so many
words. The rest is extra, by colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Operator,
    Quantified,
    SignalHeld,
)
from models.decisions import Decision, PlannedVisit
from models.rulebook import SignalOutcome, VisitOutcomeRule
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
_STATEMENT = "statement_received_age_days"
_RISK = "risk_sign"


class Standings:
    """Tells the standing of planned visits by one resolved rulebook.

    `serious_rules` ask for a follow-up of a serious or acute concern, of what a statement promised,
    of a sanction or a condition, or of a risk that called in the special-effort team. Their own
    conditions say so, and not the facts of a reason: of an anonymous concern hardly any are shown.
    """

    def __init__(self, resolved: ResolvedRulebook) -> None:
        self._floors = frozenset(floor.id for floor in resolved.floors)
        raised: dict[str, list[Condition]] = {}
        for rule in resolved.rules:
            if isinstance(rule.then, SignalOutcome):
                raised.setdefault(rule.then.signal, []).append(rule.when)
        self.serious_rules = frozenset(
            rule.id
            for rule in resolved.rules
            if isinstance(rule.then, VisitOutcomeRule)
            and rule.then.purpose is Purpose.FOLLOW_UP
            and rule.then.performed_by is not PerformedBy.ECONOMY
            and _is_serious(rule.when, raised)
        )

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
        if self.is_serious(visit):
            return Standing.SERIOUS_FOLLOW_UP
        if Purpose.SAMPLE in visit.purposes:
            return Standing.SAMPLE
        return _EXTRA[decision.category.in_force]

    def is_serious(self, visit: PlannedVisit) -> bool:
        """Whether a visit follows up something acute or serious, whatever else it is for."""
        return any(reason.rule in self.serious_rules for reason in visit.reasons)


def _is_serious(condition: Condition, raised: Mapping[str, list[Condition]]) -> bool:
    """Whether a condition asks for something serious. What it asks the absence of says nothing."""
    match condition:
        case AllOf() | AnyOf():
            return any(_is_serious(part, raised) for part in condition.parts)
        case Quantified(quantifier="at_least"):
            return condition.record in _SERIOUS_RECORDS or (
                condition.record == "concern" and _is_serious_concern(condition.where)
            )
        case SignalHeld():
            return any(_is_serious(one, raised) for one in raised.get(condition.signal, ()))
        case Comparison():
            return condition.field == _RISK
        case _:
            return False


def _is_serious_concern(condition: Condition) -> bool:
    match condition:
        case AllOf() | AnyOf():
            return any(map(_is_serious_concern, condition.parts))
        case Comparison(field="severity"):
            return bool(_SERIOUS & set(condition.operands))
        case Comparison():
            return condition.field == _STATEMENT and condition.operator is not Operator.IS_UNKNOWN
        case _:
            return False
