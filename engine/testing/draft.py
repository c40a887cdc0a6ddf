"""A small random rulebook in the making: what is drawn for it, and what it has so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from engine.facts import FieldSpec, ValueType, Vocabulary, vocabulary
from engine.rulebook.book import FIRST_DAY
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.registers import load_registers
from engine.testing.rules import conditions
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
from models.registers import Registers
from models.rulebook import DatedValue, Parameter, Place, Rule, Text
from models.terms import Basis, Kind

__all__ = [
    "PROMISED",
    "Draft",
    "common",
    "concern_where",
    "field_is",
    "heard_at",
    "known_registers",
    "made_up_place",
    "text",
]

_CHANGE = date(2024, 7, 1)
_LAST = date(2025, 12, 31)
_REVIEWED = date(2026, 1, 31)
_SOURCES = ("made up",)
PROMISED = ("concern", "severity")
"""A field that only a promise asks about."""


@cache
def known_registers() -> Registers:
    """The shipped registers."""
    return load_registers(default_rulebook_folder())


def text(words: str) -> Text:
    """The same words in both languages."""
    return Text(da=words, en=words)


def made_up_place(room: str) -> Place:
    """Where an entry of a room stands."""
    return Place(file=f"rules/{room}/all.yaml", line=1)


def common(room: str, words: str) -> dict[str, Any]:
    """What every entry of a rulebook has: title, basis, sources, review, place."""
    return {
        "title": text(words),
        "basis": Basis.ASSUMPTION,
        "sources": _SOURCES,
        "reviewed": _REVIEWED,
        "place": made_up_place(room),
    }


class Draft:
    """One rulebook in the making."""

    def __init__(self, draw: st.DrawFn, kinds: tuple[Kind, ...], most_rules: int) -> None:
        self.draw = draw
        self.kinds = kinds
        self.most = most_rules
        self.words = _part_of_vocabulary(draw, kinds)
        self.parameters: dict[str, Parameter] = {}
        self.rules: list[Rule] = []
        self.signals: list[str] = []

    def flag(self) -> bool:
        """Yes or no."""
        return self.draw(st.booleans())

    def some(self, least: int = 0) -> int:
        """How many, up to the most random rules a room."""
        return self.draw(st.integers(least, max(least, self.most)))

    def parameter(self, name: str, unit: str, values: Sequence[bool | int]) -> ParameterRef:
        """A parameter of these values, the second from a later day."""
        dated = tuple(
            DatedValue(
                valid_from=day,
                value=value,
                basis=Basis.ASSUMPTION,
                sources=_SOURCES,
                reviewed=_REVIEWED,
            )
            for day, value in zip((FIRST_DAY, _CHANGE), values, strict=False)
        )
        self.parameters[name] = Parameter(
            id=name, title=text(name), unit=unit, values=dated, place=made_up_place("parameters")
        )
        return ParameterRef(parameter=name)

    def number(self, name: str, unit: str, low: int, high: int) -> ParameterRef:
        """A parameter of one value, or of two, the second from a later day."""
        values = self.draw(st.lists(st.integers(low, high), min_size=1, max_size=2))
        return self.parameter(name, unit, values)

    def condition(
        self, *, late: bool = False, words: Vocabulary | None = None, signals: bool = True
    ) -> Condition:
        """A condition on the rulebook's few fields; a late one may ask about the category too."""
        drawn = conditions(
            words or self.words,
            signals=self.signals if signals else (),
            category=late,
            depth=1,
            writable=True,
        )
        return self._with_parameters(self.draw(drawn), "subject")

    def _with_parameters(self, node: Condition, record: str) -> Condition:
        """Some thresholds become parameters, as they must be in a rulebook that is used."""
        match node:
            case AllOf() | AnyOf():
                parts = tuple(self._with_parameters(part, record) for part in node.parts)
                return node.model_copy(update={"parts": parts})
            case Not():
                return Not(part=self._with_parameters(node.part, record))
            case Quantified():
                where = self._with_parameters(node.where, node.record)
                return node.model_copy(update={"where": where})
            case Comparison(operator=Operator.AT_LEAST | Operator.AT_MOST):
                spec = vocabulary().find(record, node.field)
                if spec is None or self.flag():
                    return node
                low = -5 if spec.minimum is None else max(spec.minimum, -5)
                high = 60 if spec.maximum is None else min(spec.maximum, 60)
                unit = "number"
                if node.field.endswith("_age_days"):
                    unit, low = "days", 0
                name = f"limits.number_{len(self.parameters)}"
                return node.model_copy(update={"operands": (self.number(name, unit, low, high),)})
            case _:
                return node

    def rule(self, room: str, name: str, when: Condition, then: Any, **others: Any) -> None:
        """Adds a rule; it may end on a day unless `ends` is false."""
        ends = others.pop("ends", True) and self.flag()
        given = {
            "id": f"{room}.{name}",
            "applies_to": self.kinds,
            "valid_from": FIRST_DAY,
            "valid_until": _LAST if ends else None,
            "when": when,
            "then": then,
        }
        self.rules.append(Rule(**(common(room, name) | given | others)))


def field_is(field: str, *values: bool | str) -> Comparison:
    """A field is a value, or one of several."""
    operator = Operator.IS if len(values) == 1 else Operator.IS_ONE_OF
    return Comparison(field=field, operator=operator, operands=values)


def concern_where(where: Condition) -> Quantified:
    """There is a concern of which this holds."""
    return Quantified(quantifier="at_least", record="concern", where=where)


def heard_at(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Sources that can be heard at all of these kinds."""
    words = dict.fromkeys(line.word for line in known_registers().sources)
    return tuple(
        word
        for word in words
        if set(kinds)
        <= {
            kind
            for line in known_registers().sources
            if line.word == word
            for kind in line.applies_to
        }
    )


def _part_of_vocabulary(draw: st.DrawFn, kinds: Sequence[Kind]) -> Vocabulary:
    """A few fields that all of the kinds have, of the subject and one or two kinds of record."""

    def shared(record: str, specs: dict[str, FieldSpec]) -> dict[str, FieldSpec]:
        return {
            name: spec
            for name, spec in specs.items()
            if set(kinds) <= spec.kinds
            and (record, name) != PROMISED
            and (spec.words or spec.register or spec.value_type is not ValueType.WORD)
        }

    whole = {record: shared(record, specs) for record, specs in vocabulary().fields.items()}
    records = [record for record, specs in whole.items() if specs and record != "subject"]
    chosen = draw(st.lists(st.sampled_from(records), min_size=1, max_size=2, unique=True))
    fields = {}
    for record in ("subject", *chosen):
        names = st.sampled_from(list(whole[record]))
        picked = draw(st.lists(names, min_size=1, max_size=3, unique=True))
        fields[record] = {name: whole[record][name] for name in picked}
    return Vocabulary(fields)
