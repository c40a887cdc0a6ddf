"""How many records a counterexample needs at most, so that a proof covers any number of them.

A condition asks for some records ("any", "at least 3") and forbids others ("none"). Taking a record
away never breaks a prohibition, so of any facts that fulfil a condition it is enough to keep the
records that it asks for. Their number is bounded by the condition itself.
"""

from __future__ import annotations

from collections import Counter

from models.conditions import AllOf, AnyOf, Condition, Not, Quantified

__all__ = ["Needs", "records_needed"]

Needs = Counter[str]
"""Records of each kind."""


def records_needed(condition: Condition, *, holds: bool = True) -> Needs:
    """The most records of each kind that must be kept for a condition to hold (or to fail)."""
    match condition:
        case AllOf() | AnyOf():
            parts = [records_needed(part, holds=holds) for part in condition.parts]
            total: Needs = Counter()
            for part in parts:
                total = total + part if isinstance(condition, AllOf) is holds else total | part
            return total
        case Not():
            return records_needed(condition.part, holds=not holds)
        case Quantified():
            asks = (condition.quantifier == "at_least") is holds
            count = condition.count if isinstance(condition.count, int) else 1
            return Counter({condition.record: max(count, 0)}) if asks else Counter()
        case _:
            return Counter()
