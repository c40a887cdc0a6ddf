"""Every comparison of a condition with a number, and the condition with that number moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    ParameterRef,
    Quantified,
)

__all__ = ["Threshold", "thresholds"]


class Threshold(NamedTuple):
    """A comparison with a number (a literal or a parameter), or a count of records.

    `counts_up`: more fulfils it. `moved` gives the whole condition with another number here.
    """

    node: Comparison | Quantified
    number: int | ParameterRef
    counts_up: bool
    moved: Callable[[int], Condition]


Put = Callable[[Condition], Condition]


def thresholds(condition: Condition) -> Iterator[Threshold]:
    """The thresholds of a condition, in the order in which they stand."""
    yield from _walk(condition, lambda changed: changed)


def _walk(node: Condition, put: Put) -> Iterator[Threshold]:
    match node:
        case AllOf() | AnyOf():
            for place, part in enumerate(node.parts):

                def inside(changed: Condition, place: int = place) -> Condition:
                    parts = (*node.parts[:place], changed, *node.parts[place + 1 :])
                    return put(node.model_copy(update={"parts": parts}))

                yield from _walk(part, inside)
        case Not():
            yield from _walk(
                node.part, lambda changed: put(node.model_copy(update={"part": changed}))
            )
        case Quantified():
            # 'any' and 'no' are words, not numbers
            if node.count != 1:
                yield Threshold(
                    node,
                    node.count,
                    node.quantifier == "at_least",
                    lambda number: put(node.model_copy(update={"count": number})),
                )
            yield from _walk(
                node.where, lambda changed: put(node.model_copy(update={"where": changed}))
            )
        case Comparison(operator=Operator.AT_LEAST | Operator.AT_MOST):
            number = node.operands[0]
            if isinstance(number, (int, ParameterRef)):
                yield Threshold(
                    node,
                    number,
                    node.operator is Operator.AT_LEAST,
                    lambda moved: put(node.model_copy(update={"operands": (moved,)})),
                )
        case _:
            return
