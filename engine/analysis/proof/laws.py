"""What is always so between the fields of one record, since one is worked out from another.

Without these a counterexample could be a concern that is open and closed at once. Tests hold them
against generated dossiers; they speak only of what `engine.facts` derives, never of the world.
"""

from __future__ import annotations

from typing import NamedTuple

from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator
from models.terms import BudgetStatus, ConcernStage, SanctionStatus

__all__ = ["LAWS", "NEWEST", "Newest"]


class Newest(NamedTuple):
    """At most one record of a kind (for each value of `per`) carries this flag."""

    record: str
    flag: str
    per: str | None = None


NEWEST = (Newest("staffing", "latest"), Newest("score", "latest", per="indicator"))


def _is(field: str, *values: bool | int | str) -> Condition:
    operator = Operator.IS if len(values) == 1 else Operator.IS_ONE_OF
    return Comparison.model_construct(field=field, operator=operator, operands=values)


def _known(field: str) -> Condition:
    return Comparison.model_construct(field=field, operator=Operator.IS_KNOWN, operands=())


def _at_least(field: str, number: int) -> Condition:
    return Comparison.model_construct(field=field, operator=Operator.AT_LEAST, operands=(number,))


def _at_most(field: str, number: int) -> Condition:
    return Comparison.model_construct(field=field, operator=Operator.AT_MOST, operands=(number,))


def _all(*parts: Condition) -> Condition:
    return AllOf.model_construct(parts=parts)


def _any(*parts: Condition) -> Condition:
    return AnyOf.model_construct(parts=parts)


def _not(part: Condition) -> Condition:
    return Not.model_construct(part=part)


def _if(one: Condition, other: Condition) -> Condition:
    return _any(_not(one), other)


def _same(one: Condition, other: Condition) -> Condition:
    return _any(_all(one, other), _all(_not(one), _not(other)))


_SETTLED = _is("stage", ConcernStage.CLOSED, ConcernStage.EFFECT_CONFIRMED)
_NEVER_CLOSED = _not(_known("closed_age_days"))
_NOT_SETTLED = _all(_NEVER_CLOSED, _not(_known("effect_confirmed_age_days")))
_NO_STATEMENT = _all(_NOT_SETTLED, _not(_known("statement_received_age_days")))
_NOT_ASKED = _all(_NO_STATEMENT, _not(_known("statement_requested_age_days")))
_RUNS_FOR_A_TIME = ("intensified_without_order", "intensified_with_order")

LAWS: tuple[tuple[str, Condition], ...] = (
    ("concern", _same(_is("open", False), _SETTLED)),
    ("concern", _same(_is("stage", ConcernStage.CLOSED), _known("closed_age_days"))),
    (
        "concern",
        _same(
            _is("stage", ConcernStage.EFFECT_CONFIRMED),
            _all(_NEVER_CLOSED, _known("effect_confirmed_age_days")),
        ),
    ),
    (
        "concern",
        _same(
            _is("stage", ConcernStage.STATEMENT_RECEIVED),
            _all(_NOT_SETTLED, _known("statement_received_age_days")),
        ),
    ),
    (
        "concern",
        _same(
            _is("stage", ConcernStage.STATEMENT_REQUESTED),
            _all(_NO_STATEMENT, _known("statement_requested_age_days")),
        ),
    ),
    (
        "concern",
        _same(_is("stage", ConcernStage.DIALOGUE), _all(_NOT_ASKED, _known("dialogue_age_days"))),
    ),
    ("sanction", _if(_is("current", True), _is("unmet", True))),
    ("sanction", _if(_is("unmet", True), _is("status", SanctionStatus.IN_FORCE))),
    (
        "sanction",
        _if(_all(_is("unmet", True), _not(_is("step", *_RUNS_FOR_A_TIME))), _is("current", True)),
    ),
    (
        "budget",
        _same(
            _is("status", BudgetStatus.AWAITED),
            _all(
                _not(_known("filed_age_days")),
                _not(_known("approved_age_days")),
                _not(_known("rejected_age_days")),
            ),
        ),
    ),
    ("budget", _if(_is("status", BudgetStatus.APPROVED), _known("approved_age_days"))),
    ("budget", _if(_is("status", BudgetStatus.REJECTED), _known("rejected_age_days"))),
    ("budget", _if(_known("filed_after_deadline_days"), _known("filed_age_days"))),
    ("budget", _if(_known("filed_after_deadline_days"), _known("deadline_age_days"))),
    ("score", _if(_is("latest", True), _not(_is("exempt", True)))),
    ("score", _if(_is("score_model", "one_to_five"), _not(_at_most("value", 0)))),
    ("score", _if(_is("score_model", "binary"), _not(_at_least("value", 2)))),
    ("score", _if(_known("change"), _known("change_from_best"))),
    ("score", _if(_known("change_from_best"), _known("change"))),
    ("score", _if(_known("value_before_reform"), _is("score_model", "binary"))),
    ("placed_child", _if(_is("present", False), _known("moved_out_age_days"))),
    ("department", _if(_is("open", False), _known("closed_age_days"))),
    ("approval_condition", _if(_is("open", False), _known("fulfilled_age_days"))),
)
"""(record, what is so of each of its records)."""
