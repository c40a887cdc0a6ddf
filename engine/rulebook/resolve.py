"""A rulebook on one day: which rules hold, with every parameter's value put in.

A comparison with an unset parameter becomes a condition that never holds.
"""

from __future__ import annotations

import hashlib
import operator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from engine.facts import DutyReading
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.problems import SaidError, said
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operand,
    ParameterRef,
    Quantified,
    SignalHeld,
)
from models.decisions import ParameterUsed
from models.rulebook import Floor, Frame, LadderStep, Parameter, ParameterValue, Rule

__all__ = ["BeforeRulebookError", "ResolvedRulebook", "parameters_in", "resolve"]

_NEVER = AnyOf.model_construct(parts=())
ModelT = TypeVar("ModelT", Rule, Frame, LadderStep)


class BeforeRulebookError(SaidError):
    """The rulebook does not answer for days before its first."""

    def __init__(self, day: date) -> None:
        super().__init__(said("run.before_rulebook", first=FIRST_DAY, day=day))


@dataclass(frozen=True)
class ResolvedRulebook:
    """The rules, steps and frames in force on `as_of`, and the values of all parameters.

    `content_hash` identifies what was resolved: the same files, scenario and day give the same.
    """

    as_of: date
    content_hash: str
    rules: tuple[Rule, ...]
    floors: tuple[Floor, ...]
    frames: tuple[Frame, ...]
    ladder: tuple[LadderStep, ...]
    parameters: dict[str, ParameterUsed]
    book: Rulebook

    def value(self, operand: Operand | None) -> ParameterValue:
        """A literal itself, or a parameter's value today (None: unset)."""
        if isinstance(operand, ParameterRef):
            return self.parameters[operand.parameter].value
        return operand

    def days(self, operand: int | ParameterRef | None) -> int | None:
        """A whole number of days, or None if unset."""
        value = self.value(operand)
        return value if isinstance(value, int) else None

    def number(self, operand: int | ParameterRef) -> int:
        """A number that plans cannot do without; the check of the rulebook has seen that it is set.

        Raises ValueError for one that is not: nothing is made up in its place.
        """
        value = self.days(operand)
        if value is None:
            raise ValueError(f"{operand} is unset; 'tilsynstryk rules check' says where")
        return value

    def dated_days(self, operand: int | ParameterRef | None) -> tuple[tuple[date, int], ...]:
        """A number of days with every value it has had and will have, so that a plan that reaches
        over a change follows it; empty if there is none."""
        if operand is None:
            return ()
        if isinstance(operand, int):
            return ((date.min, operand),)
        return tuple(
            (value.valid_from, value.value)
            for value in self.book.parameters[operand.parameter].values
            if isinstance(value.value, int) and value.value > 0
        )

    def duty(self) -> DutyReading:
        """How visits satisfy the duty, and each indicator's theme, on this day."""
        return DutyReading(
            not_met_counts=self.parameters["duty.not_met_counts"].value is True,
            sample_counts=self.parameters["duty.sample_counts"].value is True,
            theme_of_indicator=tuple(
                sorted({line.word: line.theme for line in self.book.registers.indicators}.items())
            ),
            floor_days=tuple(
                (kind, self.dated_days(floor.interval_days))
                for floor in self.floors
                for kind in floor.applies_to
            ),
            decline_window_days=self.number(ParameterRef(parameter="scores.decline_window_days")),
            override_longest_days=self.number(
                ParameterRef(parameter="judgement.override_longest_days")
            ),
        )

    def resolved(self, condition: Condition) -> Condition:
        """The condition with literals in place of parameters; itself where it names none."""
        match condition:
            case AllOf() | AnyOf():
                parts = tuple(self.resolved(part) for part in condition.parts)
                if all(map(operator.is_, parts, condition.parts)):
                    return condition
                return condition.model_copy(update={"parts": parts})
            case Not():
                part = self.resolved(condition.part)
                return (
                    condition
                    if part is condition.part
                    else condition.model_copy(update={"part": part})
                )
            case Quantified():
                count = self.value(condition.count)
                if not isinstance(count, int):
                    return _NEVER
                where = self.resolved(condition.where)
                if where is condition.where and count is condition.count:
                    return condition
                return condition.model_copy(update={"count": count, "where": where})
            case Comparison():
                return self._resolved_comparison(condition)
            case SignalHeld():
                return condition

    def _resolved_comparison(self, condition: Comparison) -> Condition:
        if not any(isinstance(operand, ParameterRef) for operand in condition.operands):
            return condition
        values = tuple(value for o in condition.operands if (value := self.value(o)) is not None)
        return condition.model_copy(update={"operands": values}) if values else _NEVER


def parameters_in(condition: Condition) -> tuple[str, ...]:
    """The parameters a condition names, each once, in the order they stand."""
    names: dict[str, None] = {}

    def walk(node: Condition) -> None:
        match node:
            case AllOf() | AnyOf():
                for part in node.parts:
                    walk(part)
            case Not():
                walk(node.part)
            case Quantified():
                if isinstance(node.count, ParameterRef):
                    names[node.count.parameter] = None
                walk(node.where)
            case Comparison():
                for operand in node.operands:
                    if isinstance(operand, ParameterRef):
                        names[operand.parameter] = None
            case SignalHeld():
                pass

    walk(condition)
    return tuple(names)


def _value_on(parameter: Parameter, day: date) -> ParameterUsed:
    dated = [value for value in parameter.values if value.valid_from <= day][-1]
    return ParameterUsed(parameter.id, dated.value, parameter.unit, dated.basis, dated.valid_from)


def _holding(entries: tuple[ModelT, ...], day: date) -> tuple[ModelT, ...]:
    return tuple(
        e
        for e in entries
        if e.valid_from <= day and (e.valid_until is None or day <= e.valid_until)
    )


def resolve(book: Rulebook, *, as_of: date) -> ResolvedRulebook:
    """The rulebook as it stands on a day. Raises BeforeRulebookError for days before its first."""
    if as_of < FIRST_DAY:
        raise BeforeRulebookError(as_of)
    digest = hashlib.sha256(f"{book.content_hash}\0{as_of.isoformat()}".encode())
    return ResolvedRulebook(
        as_of=as_of,
        content_hash=digest.hexdigest(),
        rules=_holding(book.rules, as_of),
        floors=book.floors,
        frames=_holding(book.frames, as_of),
        ladder=_holding(book.ladder, as_of),
        parameters={name: _value_on(p, as_of) for name, p in book.parameters.items()},
        book=book,
    )
