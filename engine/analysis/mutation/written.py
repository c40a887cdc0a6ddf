"""Conditions in the words of a rule file, so that a reader finds the line that was changed."""

from __future__ import annotations

from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operand,
    Operator,
    ParameterRef,
    Quantified,
    SignalHeld,
)

__all__ = ["written", "written_operand"]


def written_operand(operand: Operand) -> str:
    """`30`, `yes`, `serious`, `parameter concerns.many`."""
    if isinstance(operand, ParameterRef):
        return f"parameter {operand.parameter}"
    if isinstance(operand, bool):
        return "yes" if operand else "no"
    return str(operand)


def written(condition: Condition) -> str:
    """`any concern: {open: yes, severity: [serious, acute]}`."""
    match condition:
        case Comparison():
            return f"{condition.field}: {_tested(condition)}"
        case SignalHeld():
            return f"signal: {condition.signal}"
        case AllOf():
            return ", ".join(
                f"any of: [{_listed(part)}]" if isinstance(part, AnyOf) else written(part)
                for part in condition.parts
            )
        case AnyOf():
            return f"any of: [{_listed(condition)}]"
        case Not():
            return f"not: {{{written(condition.part)}}}"
        case Quantified():
            return f"{_counted(condition)}: {{{written(condition.where)}}}"


def _listed(condition: AnyOf) -> str:
    return ", ".join(f"{{{written(part)}}}" for part in condition.parts)


def _tested(condition: Comparison) -> str:
    values = [written_operand(operand) for operand in condition.operands]
    match condition.operator:
        case Operator.IS:
            return values[0]
        case Operator.IS_ONE_OF:
            return f"[{', '.join(values)}]"
        case Operator.AT_LEAST:
            return f"{{at least: {values[0]}}}"
        case Operator.AT_MOST:
            return f"{{at most: {values[0]}}}"
        case Operator.IS_KNOWN:
            return "known"
        case Operator.IS_UNKNOWN:
            return "unknown"


def _counted(condition: Quantified) -> str:
    record, count = condition.record.replace("_", " "), condition.count
    if condition.quantifier == "none":
        return f"no {record}" if count == 1 else f"fewer than {written_operand(count)} {record}"
    if isinstance(count, ParameterRef):
        return f"number of {record} at least parameter {count.parameter}"
    return f"any {record}" if count == 1 else f"at least {count} {record}"
