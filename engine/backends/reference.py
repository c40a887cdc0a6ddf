"""The meaning of a condition, in plain Python, with a trace. The oracle for every other reading.

`prepare` turns a condition into a tree of small tests once; `evaluate` runs a whole program on one
view; `trace` shows for one condition what held, what did not, and on which records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, TypeVar

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

__all__ = ["Prepared", "ReferenceBackend", "Scope", "Trace", "prepare", "scope_of", "trace"]

Values = Mapping[str, Any]


class Scope:
    """What a condition is held against: the subject (or one record), its records, the signals."""

    __slots__ = ("records", "signals", "values")

    def __init__(
        self, values: Values, records: Mapping[str, list[dict[str, Any]]], signals: AbstractSet[str]
    ) -> None:
        self.values = values
        self.records = records
        self.signals = signals


Test = Callable[[Scope], bool]
RowTest = Callable[[Values], bool]


HeldAgainst = TypeVar("HeldAgainst")


def _every(tests: list[Callable[[HeldAgainst], bool]]) -> Callable[[HeldAgainst], bool]:
    def test_all(against: HeldAgainst) -> bool:
        for test in tests:  # noqa: SIM110  a generator would take twice as long
            if not test(against):
                return False
        return True

    return test_all


def _some(tests: list[Callable[[HeldAgainst], bool]]) -> Callable[[HeldAgainst], bool]:
    def test_any(against: HeldAgainst) -> bool:
        for test in tests:  # noqa: SIM110
            if test(against):
                return True
        return False

    return test_any


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
            return _every([_row_test(part) for part in condition.parts])
        case AnyOf():
            return _some([_row_test(part) for part in condition.parts])
        case Not():
            inner = _row_test(condition.part)
            return lambda row: not inner(row)
        case _:
            raise TypeError("quantifiers and signals do not nest inside a record's condition")


def scope_of(view: View, firing: Firing) -> Scope:
    """What the last strata saw: the facts, the signals raised, the category in force."""
    late = {**view.subject, "category": firing.in_force.value}
    return Scope(late, view.records, firing.signals)


class Prepared(NamedTuple):
    """A condition ready to run: its test, its parts, and a quantifier's test of one record."""

    condition: Condition
    test: Test
    parts: tuple[Prepared, ...] = ()
    row_test: RowTest | None = None


def prepare(condition: Condition) -> Prepared:
    """Turns a resolved condition (no parameters left) into tests, once."""
    match condition:
        case Comparison():
            row_test = _comparison(condition)
            return Prepared(condition, lambda scope: row_test(scope.values))
        case SignalHeld():
            signal = condition.signal
            return Prepared(condition, lambda scope: signal in scope.signals)
        case AllOf():
            parts = tuple(prepare(part) for part in condition.parts)
            return Prepared(condition, _every([part.test for part in parts]), parts)
        case AnyOf():
            parts = tuple(prepare(part) for part in condition.parts)
            return Prepared(condition, _some([part.test for part in parts]), parts)
        case Not():
            inner = prepare(condition.part)
            return Prepared(condition, lambda scope: not inner.test(scope), (inner,))
        case Quantified():
            return _quantified(condition)


def _quantified(condition: Quantified) -> Prepared:
    where, record, count = _row_test(condition.where), condition.record, condition.count
    if not isinstance(count, int):
        raise TypeError("a parameter was left in a condition; resolve the rulebook first")
    if condition.quantifier == "none":

        def test(scope: Scope) -> bool:
            return sum(map(where, scope.records.get(record, ()))) < count
    else:

        def test(scope: Scope) -> bool:
            return sum(map(where, scope.records.get(record, ()))) >= count

    return Prepared(condition, test, row_test=where)


class Trace(NamedTuple):
    """A condition's outcome, its parts' outcomes, and the records a quantifier matched."""

    condition: Condition
    holds: bool
    parts: tuple[Trace, ...] = ()
    matched: tuple[dict[str, Any], ...] = ()


def trace(prepared: Prepared, scope: Scope) -> Trace:
    """Why a condition holds in a scope, or does not."""
    condition, holds = prepared.condition, prepared.test(scope)
    if isinstance(condition, Quantified) and prepared.row_test is not None:
        rows = scope.records.get(condition.record, ())
        return Trace(condition, holds, matched=tuple(r for r in rows if prepared.row_test(r)))
    return Trace(condition, holds, tuple(trace(part, scope) for part in prepared.parts))


class ReferenceBackend:
    """Runs a program by its meaning."""

    name = "reference"

    def __init__(self, program: Program) -> None:
        self.prepared = {item.key: prepare(item.condition) for item in program.items()}
        self._strata: dict[Kind, list[list[tuple[Item, Test]]]] = {
            kind: [
                [(item, self.prepared[item.key].test) for item in items if kind in item.kinds]
                for _, items in program.strata
            ]
            for kind in Kind
        }

    def trace(self, key: str, scope: Scope) -> Trace:
        """Why the condition behind a key held or not."""
        return trace(self.prepared[key], scope)

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
