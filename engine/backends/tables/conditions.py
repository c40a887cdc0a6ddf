"""A condition as an Ibis expression over the columns of a table.

SQL knows a third answer beside true and false. It stays as it is through `all of` and `any of`,
where it counts for as little as false; `not` turns it into false first, and so does whoever asks
whether the whole condition holds. Then a comparison with an unknown fact never holds, and its
`not` does, as the reference says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import ibis

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

__all__ = ["Columns", "certain", "expression"]

Expression = Any


class Columns(NamedTuple):
    """What a condition is held against: columns of fields and signals, and how many records
    fulfil a quantifier's condition. A field without a column is unknown."""

    fields: Mapping[str, Expression]
    signals: Mapping[str, Expression] = {}
    counted: Callable[[Quantified], Expression] | None = None


def certain(condition: Expression) -> Expression:
    """True or false: a condition of which it is unknown whether it holds does not."""
    return condition.fill_null(False)


def expression(condition: Condition, columns: Columns) -> Expression:
    """The condition (no parameters left) as a boolean expression that may be null for false."""
    match condition:
        case Comparison():
            return _comparison(condition, columns.fields)
        case SignalHeld():
            return columns.signals.get(condition.signal, ibis.literal(False))
        case AllOf():
            return ibis.and_(*(expression(part, columns) for part in condition.parts))
        case AnyOf():
            return ibis.or_(*(expression(part, columns) for part in condition.parts))
        case Not():
            return ~certain(expression(condition.part, columns))
        case Quantified():
            return _quantified(condition, columns)


def _comparison(condition: Comparison, fields: Mapping[str, Expression]) -> Expression:
    field, operands = fields.get(condition.field), condition.operands
    if field is None:
        return ibis.literal(condition.operator is Operator.IS_UNKNOWN)
    match condition.operator:
        case Operator.IS_KNOWN:
            return field.notnull()
        case Operator.IS_UNKNOWN:
            return field.isnull()
        case Operator.IS | Operator.IS_ONE_OF:
            if len(operands) == 1:
                return field == operands[0]
            return field.isin(list(operands))
        case Operator.AT_LEAST:
            return field >= operands[0]
        case Operator.AT_MOST:
            return field <= operands[0]


def _quantified(condition: Quantified, columns: Columns) -> Expression:
    if columns.counted is None:
        raise TypeError("quantifiers do not nest inside a record's condition")
    count = columns.counted(condition)
    if condition.quantifier == "none":
        return count < condition.count
    return count >= condition.count
