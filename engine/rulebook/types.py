"""Type check of one condition against the vocabulary: fields, words, bounds, parameters."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

from engine.facts import FieldSpec, ValueType, Vocabulary
from engine.facts.vocabulary import NOT_FOR_RULES
from engine.rulebook.problems import RulebookProblem
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
from models.rulebook import Parameter, Place
from models.terms import Colour, Kind

__all__ = ["ConditionTypes", "nearest"]

_CATEGORY = FieldSpec(
    "subject", "category", ValueType.WORD, frozenset(Kind), tuple(c.value for c in Colour)
)

_NEEDED = {
    ValueType.INTEGER: "a whole number",
    ValueType.FLAG: "yes or no",
    ValueType.WORD: "a word",
}


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` if a known word is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


class ConditionTypes:
    """Checks conditions of one rulebook."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        parameters: Mapping[str, Parameter],
        signals: Collection[str],
        register_words: Mapping[str, Collection[str]],
    ) -> None:
        self._vocabulary = vocabulary
        self._parameters = parameters
        self._signals = signals
        self._register_words = register_words
        self.used_parameters: set[str] = set()
        self.used_signals: set[str] = set()

    def problems(
        self,
        condition: Condition,
        *,
        kinds: Iterable[Kind],
        place: Place,
        signals_allowed: bool,
        category_allowed: bool,
    ) -> list[RulebookProblem]:
        """Everything wrong with a condition of a rule for `kinds`."""
        found: list[str] = []
        self._walk(
            condition, "subject", frozenset(kinds), found, (signals_allowed, category_allowed)
        )
        return [RulebookProblem(place, text) for text in found]

    def _walk(
        self,
        condition: Condition,
        record: str,
        kinds: frozenset[Kind],
        found: list[str],
        late: tuple[bool, bool],
    ) -> None:
        """`late`: whether signals, and whether the category, may be asked for."""
        match condition:
            case AllOf() | AnyOf():
                for part in condition.parts:
                    self._walk(part, record, kinds, found, late)
            case Not():
                self._walk(condition.part, record, kinds, found, late)
            case SignalHeld():
                self._signal(condition.signal, found, allowed=late[0])
            case Quantified():
                self._quantified(condition, kinds, found)
            case Comparison():
                self._comparison(condition, record, kinds, found, category=late[1])

    def _signal(self, signal: str, found: list[str], *, allowed: bool) -> None:
        self.used_signals.add(signal)
        if not allowed:
            found.append(f"signal '{signal}' cannot be asked for here; signals rest on facts alone")
        elif signal not in self._signals:
            found.append(f"no rule raises the signal '{signal}'{nearest(signal, self._signals)}")

    def _quantified(self, condition: Quantified, kinds: frozenset[Kind], found: list[str]) -> None:
        record = condition.record
        if record in NOT_FOR_RULES:
            found.append(f"no rule may test '{record}': {NOT_FOR_RULES[record]}")
            return
        if record == "subject" or record not in self._vocabulary.fields:
            records = [name for name in self._vocabulary.fields if name != "subject"]
            found.append(f"'{record}' is not a kind of record{nearest(record, records)}")
            return
        if isinstance(condition.count, ParameterRef):
            self.parameter(condition.count, ValueType.INTEGER, found)
        self._walk(condition.where, record, kinds, found, (False, False))

    def _comparison(
        self,
        condition: Comparison,
        record: str,
        kinds: frozenset[Kind],
        found: list[str],
        *,
        category: bool,
    ) -> None:
        name = condition.field
        if record == "subject" and name == "category":
            spec: FieldSpec | None = _CATEGORY
            if not category:
                found.append(
                    "the category is not decided yet here; only later rules may ask for it"
                )
        else:
            spec = self._vocabulary.find(record, name)
        if spec is None:
            fields = self._vocabulary.fields.get(record, {})
            owner = "a subject" if record == "subject" else f"a '{record}'"
            found.append(
                f"'{name}' is not a fact of {owner} that rules test{nearest(name, fields)}"
            )
            return
        missing = kinds - spec.kinds
        if missing:
            owners = ", ".join(sorted(kind.value for kind in missing))
            found.append(f"'{name}' is not a fact of {owners}; narrow 'applies to'")
        if condition.operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
            return
        ordering = condition.operator in (Operator.AT_LEAST, Operator.AT_MOST)
        if ordering and spec.value_type is not ValueType.INTEGER:
            found.append(f"'{name}' is not a number; 'at least' and 'at most' need one")
            return
        for operand in condition.operands:
            if isinstance(operand, ParameterRef):
                self.parameter(operand, spec.value_type, found)
            else:
                self._literal(operand, spec, found)

    def _literal(self, value: bool | int | str, spec: FieldSpec, found: list[str]) -> None:
        name = spec.name
        if spec.value_type is ValueType.FLAG:
            if not isinstance(value, bool):
                found.append(f"'{name}' is yes or no, not {value!r}")
        elif spec.value_type is ValueType.INTEGER:
            if isinstance(value, bool) or not isinstance(value, int):
                found.append(f"'{name}' is a whole number, not {value!r}")
            elif not self._within(value, spec):
                bounds = f"from {spec.minimum} to {spec.maximum}"
                found.append(f"{value} lies outside '{name}', which goes {bounds}")
        elif not isinstance(value, str):
            found.append(f"'{name}' is a word, not {value!r}")
        else:
            words = (
                spec.words if spec.register is None else self._register_words.get(spec.register, ())
            )
            if value not in words:
                found.append(f"'{value}' is not a word of '{name}'{nearest(value, words)}")

    @staticmethod
    def _within(value: int, spec: FieldSpec) -> bool:
        return (spec.minimum is None or value >= spec.minimum) and (
            spec.maximum is None or value <= spec.maximum
        )

    def parameter(self, reference: ParameterRef, expected: ValueType, found: list[str]) -> None:
        """Checks that a parameter exists and that all its values have the expected type."""
        name = reference.parameter
        self.used_parameters.add(name)
        parameter = self._parameters.get(name)
        if parameter is None:
            found.append(f"there is no parameter '{name}'{nearest(name, self._parameters)}")
            return
        types = {ValueType.INTEGER: int, ValueType.FLAG: bool, ValueType.WORD: str}
        for dated in parameter.values:
            if dated.value is not None and type(dated.value) is not types[expected]:
                found.append(
                    f"parameter '{name}' is {dated.value!r} from {dated.valid_from}; "
                    f"{_NEEDED[expected]} is needed here"
                )
