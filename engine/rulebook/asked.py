"""What a condition asks for, however deep it stands: comparisons, quantifiers and signals."""

from __future__ import annotations

from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Quantified, SignalHeld

__all__ = ["comparisons_of", "quantifiers_of", "signals_of"]


def comparisons_of(condition: Condition, record: str = "subject") -> list[tuple[str, Comparison]]:
    """Every comparison of a condition, with the record it is about."""
    match condition:
        case Comparison():
            return [(record, condition)]
        case Quantified():
            return comparisons_of(condition.where, condition.record)
        case AllOf() | AnyOf():
            return [found for part in condition.parts for found in comparisons_of(part, record)]
        case Not():
            return comparisons_of(condition.part, record)
        case _:
            return []


def quantifiers_of(condition: Condition) -> list[Quantified]:
    """Every quantifier of a condition."""
    match condition:
        case Quantified():
            return [condition]
        case AllOf() | AnyOf():
            return [node for part in condition.parts for node in quantifiers_of(part)]
        case Not():
            return quantifiers_of(condition.part)
        case _:
            return []


def signals_of(condition: Condition) -> list[str]:
    """Every signal a condition asks for."""
    match condition:
        case SignalHeld():
            return [condition.signal]
        case AllOf() | AnyOf():
            return [signal for part in condition.parts for signal in signals_of(part)]
        case Not():
            return signals_of(condition.part)
        case _:
            return []
