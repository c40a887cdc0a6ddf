"""Conditions as alternatives of plain tests, the only form durable-rules reads without error.

A condition becomes a list of branches (it holds if one of them does); a branch is a set of tests
that must all hold of one fact. "Not" is pushed down to the tests, so that the engine never has to
notice that something is missing: what is unknown is a flag of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from engine.rulebook.problems import SaidError, said
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

__all__ = [
    "MOST_BRANCHES",
    "MOST_TESTS",
    "AtomReader",
    "Branches",
    "Clause",
    "Feature",
    "FeatureKind",
    "Relation",
    "Test",
    "TooManyBranchesError",
    "comparison",
    "flag",
    "read_branches",
    "threshold",
]

MOST_BRANCHES = 256
"""How many alternatives one condition may have."""
MOST_TESTS = 64
"""How many tests one alternative may have."""


class TooManyBranchesError(SaidError):
    """A condition that has more alternatives, or a longer one, than the engine is given."""


class FeatureKind(StrEnum):
    """What a test asks of a fact."""

    FIELD = "field"
    KNOWN = "known"
    SIGNAL = "signal"
    COUNT = "count"


class Feature(NamedTuple):
    """One value on a fact: a field, whether it is known, a signal, or a count of records."""

    kind: FeatureKind
    name: str


class Relation(StrEnum):
    """The comparisons durable-rules is given; `EQ` needs no operator there."""

    EQ = "$eq"
    NEQ = "$neq"
    LT = "$lt"
    LTE = "$lte"
    GT = "$gt"
    GTE = "$gte"


class Test(NamedTuple):
    """A value on a fact compared with a literal."""

    feature: Feature
    relation: Relation
    value: bool | int | str


Clause: TypeAlias = frozenset[Test]
Branches: TypeAlias = tuple[Clause, ...]
AtomReader: TypeAlias = Callable[[SignalHeld | Quantified, bool], Branches]
"""Reads a signal or a quantifier; the flag says whether it is wanted to hold or not to hold."""

_TRUE: Branches = (frozenset(),)
_FALSE: Branches = ()
_OPPOSITE = {
    Relation.GTE: Relation.LT,
    Relation.LTE: Relation.GT,
    Relation.EQ: Relation.NEQ,
}


def flag(kind: FeatureKind, name: str, wanted: bool) -> Branches:
    """The one test that a flag is as wanted."""
    return (frozenset((Test(Feature(kind, name), Relation.EQ, wanted),)),)


def threshold(name: str, *, least: int, wanted: bool) -> Branches:
    """The one test that a count is at least `least`, or less."""
    relation = Relation.GTE if wanted else Relation.LT
    return (frozenset((Test(Feature(FeatureKind.COUNT, name), relation, least),)),)


def comparison(condition: Comparison, wanted: bool) -> Branches:
    """A comparison, or its opposite. The opposite also holds where the field is unknown."""
    name = condition.field
    operands: tuple[bool | int | str, ...] = condition.operands  # type: ignore[assignment]
    match condition.operator:
        case Operator.IS_KNOWN:
            return flag(FeatureKind.KNOWN, name, wanted)
        case Operator.IS_UNKNOWN:
            return flag(FeatureKind.KNOWN, name, not wanted)
        case Operator.IS | Operator.IS_ONE_OF:
            relation = Relation.EQ
        case Operator.AT_LEAST:
            relation, operands = Relation.GTE, operands[:1]
        case Operator.AT_MOST:
            relation, operands = Relation.LTE, operands[:1]
    feature = Feature(FeatureKind.FIELD, name)
    if wanted:
        return tuple(frozenset((Test(feature, relation, value),)) for value in operands)
    if not operands:
        return _TRUE
    known_and_other = frozenset(Test(feature, _OPPOSITE[relation], value) for value in operands)
    return (*flag(FeatureKind.KNOWN, name, wanted=False), known_and_other)


def read_branches(condition: Condition, atom: AtomReader) -> Branches:
    """The branches of a condition. Raises TooManyBranchesError beyond what the engine is given."""
    return _shortest(_read(condition, True, atom))


def _read(condition: Condition, wanted: bool, atom: AtomReader) -> Branches:
    match condition:
        case Comparison():
            return comparison(condition, wanted)
        case Not():
            return _read(condition.part, not wanted, atom)
        case AllOf() | AnyOf():
            parts = (_read(part, wanted, atom) for part in condition.parts)
            both = isinstance(condition, AllOf) is wanted
            return _all(parts) if both else _any(parts)
        case SignalHeld() | Quantified():
            return atom(condition, wanted)


def _any(parts: Iterable[Branches]) -> Branches:
    return _shortest(clause for part in parts for clause in part)


def _all(parts: Iterable[Branches]) -> Branches:
    product = _TRUE
    for part in parts:
        product = _shortest(
            joined
            for clause in product
            for other in part
            if not _contradicts(joined := clause | other)
        )
        if not product:
            return _FALSE
    return product


def _shortest(clauses: Iterable[Clause]) -> Branches:
    """Each clause once, without those that a shorter one already covers."""
    kept: list[Clause] = []
    for clause in sorted(dict.fromkeys(clauses), key=len):
        if not any(shorter <= clause for shorter in kept):
            kept.append(clause)
            if len(kept) > MOST_BRANCHES:
                raise TooManyBranchesError(said("limits.branches", most=MOST_BRANCHES))
            if len(clause) > MOST_TESTS:
                raise TooManyBranchesError(said("limits.tests", most=MOST_TESTS))
    return tuple(kept)


def _contradicts(clause: Clause) -> bool:
    """Whether no fact can pass: a flag both ways, one field equal to two values, or
    a field compared and unknown at once."""
    exact: dict[Feature, bool | int | str] = {}
    compared: set[str] = set()
    for feature, relation, value in clause:
        if relation is Relation.EQ and exact.setdefault(feature, value) != value:
            return True
        if feature.kind is FeatureKind.FIELD:
            compared.add(feature.name)
    return any(exact.get(Feature(FeatureKind.KNOWN, name)) is False for name in compared)
