"""A program's form apart from its numbers, so that another number needs no new machine code.

Every whole number that a condition compares with, or counts to, is an operand: the form holds its
place, and the numbers stand beside it in the order they are met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.backends.kernel.columns import Columns, Held
from engine.rulebook.program import Item, Program, need_key
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    ParameterRef,
    Quantified,
    SignalHeld,
)
from models.rulebook import ProposalOutcome
from models.terms import Colour, Kind

__all__ = [
    "Bound",
    "Counted",
    "Equal",
    "Every",
    "ItemShape",
    "Known",
    "Negated",
    "Number",
    "Raised",
    "Shape",
    "Some",
    "Test",
    "shape_of",
    "written_conditions",
]


@dataclass(frozen=True, slots=True)
class Known:
    """A field is known."""

    field: str


@dataclass(frozen=True, slots=True)
class Equal:
    """A field is one of some words or flags, or of the numbers at some places."""

    field: str
    words: tuple[str | bool, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """A field is known and at least, or at most, the number at a place."""

    field: str
    least: bool
    number: int


@dataclass(frozen=True, slots=True)
class Raised:
    """A signal was raised by the first stratum."""

    signal: str


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """A part holds."""

    parts: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The part does not hold."""

    part: Test


@dataclass(frozen=True, slots=True)
class Counted:
    """As many records as the number at a place fulfil `where`; with `fewer`, not as many."""

    record: str
    where: Test
    number: int
    fewer: bool


Test: TypeAlias = Known | Equal | Bound | Raised | Every | Some | Negated | Counted


@dataclass(frozen=True, slots=True)
class ItemShape:
    """An item's place in the strata and what it tests."""

    stratum: int
    key: str
    kinds: frozenset[Kind]
    raises_signal: str | None
    raises_colour: Colour | None
    test: Test


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a condition holds: its value, and whose it is.

    `owner` is the parameter's name where that is known; otherwise what the number is compared
    with, and how, and the number itself, so that the same test is made once.
    """

    value: int
    owner: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """The items in order, without their numbers, and the numbers."""

    items: tuple[ItemShape, ...]
    numbers: tuple[Number, ...]


def written_conditions(resolved: ResolvedRulebook) -> dict[str, Condition]:
    """The conditions as the rulebook writes them, parameters by name, by the key of their item."""
    found: dict[str, Condition] = {}
    for rule in resolved.rules:
        found[rule.id] = rule.when
        if isinstance(rule.then, ProposalOutcome):
            found |= {need_key(rule.id, need.id): need.when for need in rule.then.needs}
    return found


def shape_of(program: Program, columns: Columns, resolved: ResolvedRulebook | None = None) -> Shape:
    """The form of a program, and its numbers. With `resolved` they are known by parameter."""
    written = {} if resolved is None else written_conditions(resolved)
    reader = _Reader(columns, resolved)
    items = tuple(
        reader.item(stratum, item, written.get(item.key))
        for stratum, (_, items) in enumerate(program.strata)
        for item in items
    )
    return Shape(items, tuple(reader.numbers))


class _Reader:
    """Walks conditions, beside them as they were written, and collects their numbers."""

    def __init__(self, columns: Columns, resolved: ResolvedRulebook | None) -> None:
        self._columns = columns
        self._resolved = resolved
        self.numbers: list[Number] = []

    def item(self, stratum: int, item: Item, written: Condition | None) -> ItemShape:
        return ItemShape(
            stratum,
            item.key,
            item.kinds,
            item.raises_signal,
            item.raises_colour,
            self._test("subject", item.condition, written),
        )

    def _number(self, value: int, written: object, owner: tuple[str, ...]) -> int:
        whose = (written.parameter,) if isinstance(written, ParameterRef) else (*owner, str(value))
        self.numbers.append(Number(value, whose))
        return len(self.numbers) - 1

    def _test(self, record: str, condition: Condition, written: Condition | None) -> Test:
        match condition:
            case AllOf():
                return Every(self._parts(record, condition, written))
            case AnyOf():
                return Some(self._parts(record, condition, written))
            case Not():
                inner = written.part if isinstance(written, Not) else None
                return Negated(self._test(record, condition.part, inner))
            case SignalHeld():
                return Raised(condition.signal)
            case Quantified():
                return self._counted(condition, written)
            case Comparison():
                return self._comparison(record, condition, written)

    def _parts(
        self, record: str, condition: AllOf | AnyOf, written: Condition | None
    ) -> tuple[Test, ...]:
        beside: tuple[Condition | None, ...] = (None,) * len(condition.parts)
        if isinstance(written, type(condition)) and len(written.parts) == len(beside):
            beside = written.parts
        return tuple(
            self._test(record, part, one) for part, one in zip(condition.parts, beside, strict=True)
        )

    def _counted(self, condition: Quantified, written: Condition | None) -> Counted:
        if not isinstance(condition.count, int):
            raise TypeError("a parameter was left in a condition; resolve the rulebook first")
        beside = written if isinstance(written, Quantified) else None
        where = self._test(condition.record, condition.where, beside and beside.where)
        number = self._number(
            condition.count, beside and beside.count, (condition.record, "counted")
        )
        return Counted(condition.record, where, number, condition.quantifier == "none")

    def _comparison(self, record: str, condition: Comparison, written: Condition | None) -> Test:
        name = condition.field
        match condition.operator:
            case Operator.IS_KNOWN:
                return Known(name)
            case Operator.IS_UNKNOWN:
                return Negated(Known(name))
        words: list[str | bool] = []
        numbers: list[int] = []
        of_words = self._columns[record, name] is Held.WORD
        for operand, beside in self._operands(condition, written):
            if isinstance(operand, bool | str):
                words.append(operand)
            elif isinstance(operand, int):
                owner = (record, name, condition.operator)
                numbers.append(self._number(operand, beside, owner))
            else:
                raise TypeError("a parameter was left in a condition; resolve the rulebook first")
        if condition.operator in (Operator.IS, Operator.IS_ONE_OF):
            return Equal(name, tuple(words), tuple(numbers))
        if of_words or len(numbers) != 1 or words:
            raise ValueError(f"'{name}' is compared by size with what has none")
        return Bound(name, condition.operator is Operator.AT_LEAST, numbers[0])

    def _operands(
        self, condition: Comparison, written: Condition | None
    ) -> Iterator[tuple[object, object]]:
        """Each operand with what was written for it; unset parameters left none."""
        beside: tuple[object, ...] = ()
        if isinstance(written, Comparison) and self._resolved is not None:
            beside = tuple(o for o in written.operands if self._resolved.value(o) is not None)
        if len(beside) != len(condition.operands):
            beside = (None,) * len(condition.operands)
        return zip(condition.operands, beside, strict=True)
