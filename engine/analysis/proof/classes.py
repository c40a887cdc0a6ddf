"""All facts, cut into finitely many classes that no condition can tell apart.

A number is cut at the thresholds it is compared with, a word at the words that are named; unknown
is a class of its own. Each class is stood for by one value of it, so that an answer found among
classes is an answer about facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from engine.facts import FieldSpec, ValueType, vocabulary
from engine.facts.introspection import age_name, fields_of, is_optional
from engine.rulebook.asked import comparisons_of
from engine.rulebook.check import register_words
from models.conditions import Comparison, Condition, Operator
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.registers import Registers
from models.terms import Colour, Kind

__all__ = ["OVERRIDE", "Classes", "Value", "classes_of"]

Value = bool | int | str | None
"""A fact as rules see it; None: unknown."""

SUBJECT = "subject"
OVERRIDE = "override_in_force"
"""Stands among the subject's facts for the colour a person has set, unknown where nobody has."""

_ALWAYS_KNOWN = frozenset(
    {
        ("subject", "kind"),
        ("subject", "departments_open"),
        ("subject", "substantial_change_waits"),
        ("score", "latest"),
        ("concern", "stage"),
        ("concern", "open"),
        ("concern", "visited_since"),
        ("sanction", "current"),
        ("sanction", "unmet"),
        ("sanction", "visited_since_deadline"),
        ("budget", "status"),
        ("budget", "theme"),
        ("budget", "economy_followed_up"),
        ("budget", "years_ahead"),
        ("placed_child", "present"),
        ("department", "open"),
        ("staffing", "latest"),
        ("approval_condition", "open"),
        ("approval_condition", "visited_since_due"),
        ("override", "active"),
        ("lead_decision", "active"),
    }
)
"""Derived facts that always come out."""


class Classes(NamedTuple):
    """The values that stand for the classes of each field: (record, field) -> values."""

    values: dict[tuple[str, str], tuple[Value, ...]]

    def of(self, record: str, field: str) -> tuple[Value, ...]:
        """The classes of one field."""
        return self.values[record, field]


def classes_of(conditions: Iterable[Condition], kind: Kind, registers: Registers) -> Classes:
    """The classes that these conditions can tell apart, for one kind of subject."""
    asked: dict[tuple[str, str], list[Comparison]] = {}
    for condition in conditions:
        for record, comparison in comparisons_of(condition):
            asked.setdefault((record, comparison.field), []).append(comparison)
    return Classes(
        {
            (record, field): tuple(_values(record, field, found, kind, registers))
            for (record, field), found in sorted(asked.items())
        }
    )


def _values(
    record: str, field: str, asked: list[Comparison], kind: Kind, registers: Registers
) -> Iterator[Value]:
    if record == SUBJECT and field in (OVERRIDE, "category"):
        yield None
        yield from (colour.value for colour in Colour)
        return
    if record == SUBJECT and field == "kind":
        yield kind.value
        return
    spec = vocabulary().find(record, field)
    if spec is None:
        raise KeyError(f"no rule may test {record}.{field}")
    if (record, field) not in _ALWAYS_KNOWN and field not in _required(record, kind):
        yield None
    if spec.value_type is ValueType.FLAG:
        yield from (True, False)
    elif spec.value_type is ValueType.WORD:
        yield from _words(spec, asked, registers)
    else:
        yield from _numbers(spec, asked)


def _words(spec: FieldSpec, asked: list[Comparison], registers: Registers) -> Iterator[str]:
    named = dict.fromkeys(str(operand) for comparison in asked for operand in comparison.operands)
    known = spec.words or sorted(register_words(registers).get(spec.register or "", ()))
    yield from (word for word in known if word in named)
    others = [word for word in known if word not in named]
    if others or not known:
        yield next(iter(others), "?")


def _numbers(spec: FieldSpec, asked: list[Comparison]) -> Iterator[int]:
    """The first number of each stretch between thresholds; of the lowest stretch the last."""
    starts: set[int] = set()
    for comparison in asked:
        for operand in comparison.operands:
            if isinstance(operand, bool) or not isinstance(operand, int):
                continue
            if comparison.operator is not Operator.AT_MOST:
                starts.add(operand)
            if comparison.operator is not Operator.AT_LEAST:
                starts.add(operand + 1)
    low, high = spec.minimum, spec.maximum
    inside = sorted(
        start
        for start in starts
        if (low is None or start > low) and (high is None or start <= high)
    )
    if not inside:
        yield 0 if (low is None or low <= 0) and (high is None or high >= 0) else low or high or 0
        return
    yield inside[0] - 1
    yield from inside


@cache
def _required(record: str, kind: Kind) -> frozenset[str]:
    """The fields that cannot be unknown, as their facts would not be accepted without."""
    model = SUBJECT_MODELS[kind] if record == SUBJECT else RECORD_MODELS[record]
    required = {name for name, hint in fields_of(model).items() if not is_optional(hint)}
    return frozenset(required | {age_name(name) for name in required})
