"""The meaning of a condition, in plain Python, with a trace. The oracle for every other reading.

`prepare` turns a condition into a tree of small tests once; `evaluate` runs a whole program on one
view; `trace` shows for one condition what held, what did not, and on which records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.facts import View
from engine.rulebook.program import Firing, Item, Program
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    Quantified,
    SignalHeld,
)
from models.terms import Colour, Kind

__all__ = ["ReferenceBackend", "Trace", "trace"]

Values = Mapping[str, Any]


class Scope:
    """What a condition is held against: the subject (or one record), its records, the signals."""

    __slots__ = ("records", "signals", "values")

    def __init__(
        self, values: Values, records: Mapping[str, list[dict[str, Any]]], signals: set[str]
    ) -> None:
        self.values = values
        self.records = records
        self.signals = signals


Test = Callable[[Scope], bool]
RowTest = Callable[[Values], bool]


def _comparison(condition: Comparison) -> RowTest:
    field, operands = condition.field, condition.operands
    match condition.operator:
        case Operator.IS_KNOWN:
            return lambda row: row.get(field) is not None
        case Operator.IS_UNKNOWN:
            return lambda row: row.get(field) is None
        case Operator.IS | Operator.IS_ONE_OF:
            return lambda row: row.get(field) in operands
        case Operator.AT_LEAST:
            least: Any = operands[0]
            return lambda row: (value := row.get(field)) is not None and value >= least
        case Operator.AT_MOST:
            most: Any = operands[0]
            return lambda row: (value := row.get(field)) is not None and value <= most


def _row_test(condition: Condition) -> RowTest:
    match condition:
        case Comparison():
            return _comparison(condition)
        case AllOf():
            tests = [_row_test(part) for part in condition.parts]
            return lambda row: all(test(row) for test in tests)
        case AnyOf():
            tests = [_row_test(part) for part in condition.parts]
            return lambda row: any(test(row) for test in tests)
        case Not():
            inner = _row_test(condition.part)
            return lambda row: not inner(row)
        case _:
            raise TypeError("quantifiers and signals do not nest inside a record's condition")


def _prepare(condition: Condition) -> Test:
    match condition:
        case Comparison():
            row_test = _comparison(condition)
            return lambda scope: row_test(scope.values)
        case SignalHeld():
            signal = condition.signal
            return lambda scope: signal in scope.signals
        case AllOf():
            tests = [_prepare(part) for part in condition.parts]
            return lambda scope: all(test(scope) for test in tests)
        case AnyOf():
            tests = [_prepare(part) for part in condition.parts]
            return lambda scope: any(test(scope) for test in tests)
        case Not():
            inner = _prepare(condition.part)
            return lambda scope: not inner(scope)
        case Quantified():
            return _quantified(condition)


def _quantified(condition: Quantified) -> Test:
    where, record, count = _row_test(condition.where), condition.record, condition.count
    assert isinstance(count, int)
    if condition.quantifier == "none":
        return lambda scope: sum(map(where, scope.records.get(record, ()))) < count
    return lambda scope: sum(map(where, scope.records.get(record, ()))) >= count


@dataclass(frozen=True, slots=True)
class Trace:
    """One condition's outcome and those of its parts; for a quantifier, the records that matched."""

    condition: Condition
    holds: bool
    parts: tuple[Trace, ...] = ()
    matched: tuple[dict[str, Any], ...] = ()


def trace(condition: Condition, view: View, signals: frozenset[str] = frozenset()) -> Trace:
    """Why a resolved condition holds for a view, or does not."""
    scope = Scope(view.subject, view.records, set(signals))
    return _trace(condition, scope)


def _trace(condition: Condition, scope: Scope) -> Trace:
    holds = _prepare(condition)(scope)
    match condition:
        case AllOf() | AnyOf():
            return Trace(condition, holds, tuple(_trace(part, scope) for part in condition.parts))
        case Not():
            return Trace(condition, holds, (_trace(condition.part, scope),))
        case Quantified():
            where = _row_test(condition.where)
            matched = tuple(row for row in scope.records.get(condition.record, ()) if where(row))
            return Trace(condition, holds, matched=matched)
        case _:
            return Trace(condition, holds)


class ReferenceBackend:
    """Runs a program by its meaning."""

    name = "reference"

    def __init__(self, program: Program) -> None:
        self._strata: dict[Kind, list[list[tuple[Item, Test]]]] = {
            kind: [
                [(item, _prepare(item.condition)) for item in items if kind in item.kinds]
                for _, items in program.strata
            ]
            for kind in Kind
        }

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """All strata for one subject."""
        held: list[str] = []
        signals: set[str] = set()
        proposed = Colour.GREEN
        scope = Scope(view.subject, view.records, signals)
        signal_items, colour_items, *late_items = self._strata[view.kind]
        raised: set[str] = set()
        for item, test in signal_items:
            if test(scope):
                held.append(item.key)
                raised.add(item.raises_signal or "")
        signals |= raised
        for item, test in colour_items:
            if test(scope):
                held.append(item.key)
                if item.raises_colour is not None and item.raises_colour.rank > proposed.rank:
                    proposed = item.raises_colour
        in_force = proposed if override is None else override
        scope = Scope({**view.subject, "category": in_force.value}, view.records, signals)
        for items in late_items:
            held += [item.key for item, test in items if test(scope)]
        return Firing(frozenset(held), frozenset(signals), proposed, in_force)
