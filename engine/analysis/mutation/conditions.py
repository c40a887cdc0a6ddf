"""Every small change of a condition: thresholds, operators, negations, dropped parts, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from engine.analysis.mutation.mutant import ChangeKind
from engine.analysis.mutation.written import written
from engine.rulebook.problems import Said, said
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

__all__ = ["ChangedCondition", "changed_conditions"]


class ChangedCondition(NamedTuple):
    """A condition with one change; `named` is a word of the line that was changed."""

    condition: Condition
    kind: ChangeKind
    what: str
    named: str
    case_to_add: Said


Put = Callable[[Condition], Condition]
_OTHER = {Operator.AT_LEAST: Operator.AT_MOST, Operator.AT_MOST: Operator.AT_LEAST}
_SAID = {Operator.AT_LEAST: "at least", Operator.AT_MOST: "at most"}


def changed_conditions(condition: Condition) -> Iterator[ChangedCondition]:
    """The condition once for every change, in the order in which the parts stand."""
    yield from _changes(condition, lambda changed: changed, may_negate=True)


def _changes(node: Condition, put: Put, *, may_negate: bool) -> Iterator[ChangedCondition]:
    """`put` sets a changed part into the whole. A part that stands under a `not` is not negated:
    that is the same as losing the `not`."""
    match node:
        case Comparison():
            yield from _of_comparison(node, put)
        case AllOf() | AnyOf():
            yield from _of_parts(node, put)
            return
        case Not():
            yield ChangedCondition(
                put(node.part),
                ChangeKind.NEGATED,
                f"'not' removed from '{written(node)}'",
                "not",
                said("mutation_add.holds_too", shown=written(node.part)),
            )

            def inside(changed: Condition, node: Not = node) -> Condition:
                return put(node.model_copy(update={"part": changed}))

            yield from _changes(node.part, inside, may_negate=False)
            return
        case Quantified():
            yield from _of_quantifier(node, put)
            return
        case SignalHeld():
            pass
    if may_negate:
        yield ChangedCondition(
            put(Not(part=node)),
            ChangeKind.NEGATED,
            f"'{written(node)}' negated",
            _name(node),
            said("mutation_add.alone_keeps", shown=written(node)),
        )


def _name(node: Condition) -> str:
    match node:
        case Comparison():
            return node.field
        case SignalHeld():
            return node.signal
        case Quantified():
            return node.record.replace("_", " ")
        case _:
            return ""


def _of_comparison(node: Comparison, put: Put) -> Iterator[ChangedCondition]:
    shown = written(node)
    if node.operator in _OTHER:
        literal = node.operands[0]
        if isinstance(literal, int):
            for moved in (literal - 1, literal + 1):
                yield ChangedCondition(
                    put(node.model_copy(update={"operands": (moved,)})),
                    ChangeKind.THRESHOLD,
                    f"'{shown}': {literal} became {moved}",
                    node.field,
                    _between(node, literal, moved),
                )
        other = _OTHER[node.operator]
        yield ChangedCondition(
            put(node.model_copy(update={"operator": other})),
            ChangeKind.OPERATOR,
            f"'{shown}': {_SAID[node.operator]} became {_SAID[other]}",
            node.field,
            said("mutation_add.alone_keeps", shown=shown),
        )
    elif node.operator is Operator.IS_ONE_OF and len(node.operands) > 1:
        for place, word in enumerate(node.operands):
            left = node.operands[:place] + node.operands[place + 1 :]
            yield ChangedCondition(
                put(node.model_copy(update={"operands": left})),
                ChangeKind.WORD_DROPPED,
                f"'{word}' dropped from '{shown}'",
                node.field,
                said("mutation_add.word", field=node.field, word=word),
            )


def _between(node: Comparison, literal: int, moved: int) -> Said:
    low, high = sorted((literal, moved))
    holds, fails = (high, low) if node.operator is Operator.AT_LEAST else (low, high)
    return said("mutation_add.both_sides", field=node.field, holds=holds, fails=fails)


def _of_parts(node: AllOf | AnyOf, put: Put) -> Iterator[ChangedCondition]:
    for place, part in enumerate(node.parts):

        def inside(changed: Condition, place: int = place) -> Condition:
            parts = (*node.parts[:place], changed, *node.parts[place + 1 :])
            return put(node.model_copy(update={"parts": parts}))

        if len(node.parts) > 1:
            shown = written(part)
            rest = (*node.parts[:place], *node.parts[place + 1 :])
            yield ChangedCondition(
                put(node.model_copy(update={"parts": rest})),
                ChangeKind.CONDITION_DROPPED,
                f"'{shown}' dropped",
                _first_name(part),
                said("mutation_add.alone_keeps", shown=shown)
                if isinstance(node, AllOf)
                else said("mutation_add.alone_holds", shown=shown),
            )
        yield from _changes(part, inside, may_negate=True)


def _first_name(node: Condition) -> str:
    while True:
        match node:
            case AllOf() | AnyOf():
                if not node.parts:
                    return ""
                node = node.parts[0]
            case Not():
                node = node.part
            case _:
                return _name(node)


def _of_quantifier(node: Quantified, put: Put) -> Iterator[ChangedCondition]:
    shown, name = written(node), _name(node)
    other = "none" if node.quantifier == "at_least" else "at_least"
    flipped = node.model_copy(update={"quantifier": other})
    yield ChangedCondition(
        put(flipped),
        ChangeKind.NEGATED,
        f"'{shown}' became '{written(flipped).partition(':')[0]}'",
        name,
        said("mutation_add.alone_keeps", shown=shown),
    )
    if isinstance(node.count, int):
        for moved in (node.count - 1, node.count + 1):
            if moved >= 1:
                counted = node.model_copy(update={"count": moved})
                records = node.record.replace("_", " ")
                yield ChangedCondition(
                    put(counted),
                    ChangeKind.COUNT,
                    f"'{shown}' became '{written(counted).partition(':')[0]}'",
                    name,
                    said("mutation_add.count", number=min(moved, node.count), record=records),
                )
    if not isinstance(node.where, AllOf):
        yield ChangedCondition(
            put(node.model_copy(update={"where": AllOf(parts=())})),
            ChangeKind.CONDITION_DROPPED,
            f"'{written(node.where)}' dropped from '{shown}'",
            _first_name(node.where),
            said("mutation_add.not_fulfilling", record=name, shown=written(node.where)),
        )

    def inside(changed: Condition) -> Condition:
        return put(node.model_copy(update={"where": changed}))

    yield from _changes(node.where, inside, may_negate=True)
