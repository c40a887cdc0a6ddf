"""How many records a counterexample needs at most, so that a proof covers any number of them.

A condition asks for some records ("any", "at least 3") and forbids others ("none"). Taking a record
away never breaks a prohibition, so of any facts that fulfil a condition it is enough to keep the
records that it asks for. Their number is bounded by the condition itself.

There is a second bound. Whatever a set of conditions asks, it is made of counts of records that are
of some sort; keep of each sort as many as the highest count that is reached, and every count is
reached, or missed, as before. Rules that rest on the same signals ask for few sorts many times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from models.conditions import AllOf, AnyOf, Condition, Not, Quantified

__all__ = ["Needs", "least_of", "records_needed", "records_of_every_sort"]

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


def records_of_every_sort(conditions: Iterable[Condition]) -> Needs:
    """Records of each kind that are enough for every count in these conditions to come out as it
    does of any number of them, whichever of the conditions hold."""
    most: dict[tuple[str, Condition], int] = {}
    seen: set[int] = set()
    waiting = list(conditions)
    while waiting:
        condition = waiting.pop()
        if id(condition) in seen:
            continue
        seen.add(id(condition))
        match condition:
            case AllOf() | AnyOf():
                waiting += condition.parts
            case Not():
                waiting.append(condition.part)
            case Quantified():
                sort = (condition.record, condition.where)
                count = condition.count if isinstance(condition.count, int) else 1
                most[sort] = max(count, most.get(sort, 0))
    total: Needs = Counter()
    for (record, _), count in most.items():
        total[record] += count
    return total


def least_of(one: Needs, other: Needs) -> Needs:
    """The lower of two bounds, for each kind of record; each is enough without the other."""
    return one & other
