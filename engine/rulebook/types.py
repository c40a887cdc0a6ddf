"""Type check of one condition against the vocabulary: fields, words, bounds, parameters."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

from engine.facts import FieldSpec, ValueType, Vocabulary
from engine.facts.vocabulary import NOT_FOR_RULES
from engine.rulebook.problems import RulebookProblem, Said, nothing_said, said
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
    ValueType.INTEGER: said("needs.integer"),
    ValueType.FLAG: said("needs.flag"),
    ValueType.WORD: said("needs.word"),
}


def nearest(word: str, known: Iterable[str]) -> Said:
    """`; did you mean 'x'?` if a known word is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return said("needs.near", word=close[0]) if close else nothing_said


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
        found: list[Said] = []
        self._walk(
            condition, "subject", frozenset(kinds), found, (signals_allowed, category_allowed)
        )
        return [RulebookProblem(place, what) for what in found]

    def _walk(
        self,
        condition: Condition,
        record: str,
        kinds: frozenset[Kind],
        found: list[Said],
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

    def _signal(self, signal: str, found: list[Said], *, allowed: bool) -> None:
        self.used_signals.add(signal)
        if not allowed:
            found.append(said("types.signal_not_here", signal=signal))
        elif signal not in self._signals:
            near = nearest(signal, self._signals)
            found.append(said("types.no_signal", signal=signal, near=near))

    def _quantified(self, condition: Quantified, kinds: frozenset[Kind], found: list[Said]) -> None:
        record = condition.record
        if record in NOT_FOR_RULES:
            why = said(f"not_for_rules.{record}")
            found.append(said("types.not_for_rules", record=record, why=why))
            return
        if record == "subject" or record not in self._vocabulary.fields:
            records = [name for name in self._vocabulary.fields if name != "subject"]
            near = nearest(record, records)
            found.append(said("types.no_record", record=record, near=near))
            return
        if isinstance(condition.count, ParameterRef):
            self.parameter(condition.count, ValueType.INTEGER, found)
        self._walk(condition.where, record, kinds, found, (False, False))

    def _comparison(
        self,
        condition: Comparison,
        record: str,
        kinds: frozenset[Kind],
        found: list[Said],
        *,
        category: bool,
    ) -> None:
        name = condition.field
        if record == "subject" and name == "category":
            spec: FieldSpec | None = _CATEGORY
            if not category:
                found.append(said("types.category_not_here"))
        else:
            spec = self._vocabulary.find(record, name)
        if spec is None:
            fields = self._vocabulary.fields.get(record, {})
            code = "no_field_of_subject" if record == "subject" else "no_field"
            near = nearest(name, fields)
            found.append(said(f"types.{code}", field=name, record=record, near=near))
            return
        missing = kinds - spec.kinds
        if missing:
            owners = ", ".join(sorted(kind.value for kind in missing))
            found.append(said("types.field_of_other_kind", field=name, kinds=owners))
        if condition.operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN):
            return
        ordering = condition.operator in (Operator.AT_LEAST, Operator.AT_MOST)
        if ordering and spec.value_type is not ValueType.INTEGER:
            found.append(said("types.not_a_number", field=name))
            return
        for operand in condition.operands:
            if isinstance(operand, ParameterRef):
                self.parameter(operand, spec.value_type, found)
                self._values(operand, spec, found)
            else:
                self._literal(operand, spec, found)

    def _values(self, reference: ParameterRef, spec: FieldSpec, found: list[Said]) -> None:
        """Whether the field can take a parameter's numbers and words, on any day."""
        parameter = self._parameters.get(reference.parameter)
        for dated in () if parameter is None else parameter.values:
            about = {"id": reference.parameter, "day": dated.valid_from, "field": spec.name}
            if type(dated.value) is int and not self._within(dated.value, spec):
                low, high = spec.minimum, spec.maximum
                bounds = {"value": dated.value, "low": low, "high": high}
                found.append(said("types.parameter_out_of_bounds", **about, **bounds))
            elif isinstance(dated.value, str) and spec.value_type is ValueType.WORD:
                words = self._words(spec)
                if dated.value not in words:
                    near = nearest(dated.value, words)
                    word = {"value": dated.value, "near": near}
                    found.append(said("types.parameter_not_a_word", **about, **word))

    def _words(self, spec: FieldSpec) -> Collection[str]:
        return spec.words if spec.register is None else self._register_words.get(spec.register, ())

    def _literal(self, value: bool | int | str, spec: FieldSpec, found: list[Said]) -> None:
        name = spec.name
        if spec.value_type is ValueType.FLAG:
            if not isinstance(value, bool):
                found.append(self._mistyped(spec, value))
        elif spec.value_type is ValueType.INTEGER:
            if isinstance(value, bool) or not isinstance(value, int):
                found.append(self._mistyped(spec, value))
            elif not self._within(value, spec):
                low, high = spec.minimum, spec.maximum
                found.append(
                    said("types.out_of_bounds", value=value, field=name, low=low, high=high)
                )
        elif not isinstance(value, str):
            found.append(self._mistyped(spec, value))
        else:
            words = self._words(spec)
            if value not in words:
                near = nearest(value, words)
                found.append(said("types.not_a_word", value=value, field=name, near=near))

    @staticmethod
    def _mistyped(spec: FieldSpec, value: object) -> Said:
        needed = _NEEDED[spec.value_type]
        return said("types.mistyped", field=spec.name, needed=needed, value=repr(value))

    @staticmethod
    def _within(value: int, spec: FieldSpec) -> bool:
        return (spec.minimum is None or value >= spec.minimum) and (
            spec.maximum is None or value <= spec.maximum
        )

    def parameter(self, reference: ParameterRef, expected: ValueType, found: list[Said]) -> None:
        """Checks that a parameter exists and that all its values have the expected type."""
        name = reference.parameter
        self.used_parameters.add(name)
        parameter = self._parameters.get(name)
        if parameter is None:
            near = nearest(name, self._parameters)
            found.append(said("types.no_parameter", id=name, near=near))
            return
        types = {ValueType.INTEGER: int, ValueType.FLAG: bool, ValueType.WORD: str}
        for dated in parameter.values:
            if dated.value is not None and type(dated.value) is not types[expected]:
                found.append(
                    said(
                        "types.parameter_mistyped",
                        id=name,
                        value=repr(dated.value),
                        day=dated.valid_from,
                        needed=_NEEDED[expected],
                    )
                )
