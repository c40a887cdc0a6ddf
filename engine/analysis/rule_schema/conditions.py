"""The schema of conditions: which facts, tests, words, quantifiers and signals may stand where.

What `grammar.py` reads and `types.py` lets pass is valid here, apart from the kinds of subject
that a rule is narrowed to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.analysis.rule_schema.keys import Schema, closed, key_pattern
from engine.analysis.rule_schema.words import SchemaWords
from engine.facts import FieldSpec, ValueType, vocabulary
from engine.rulebook.book import Rulebook
from engine.rulebook.check import register_words
from engine.rulebook.grammar import TESTS
from models.conditions import Operator
from models.rulebook import SignalOutcome
from models.terms import Colour, Kind

__all__ = ["ConditionSchemas"]

_ORDERED = frozenset({Operator.AT_LEAST, Operator.AT_MOST})
_TYPE_OF_VALUE: Mapping[type, ValueType] = {
    bool: ValueType.FLAG,
    int: ValueType.INTEGER,
    str: ValueType.WORD,
}
_CATEGORY = FieldSpec(
    "subject", "category", ValueType.WORD, frozenset(Kind), tuple(colour.value for colour in Colour)
)
FACTS, SIGNALS, ALL = "condition", "condition_with_signals", "condition_with_category"
"""What a condition may ask for, by where it stands: facts; signals too; the category too."""


def ref(name: str) -> Schema:
    """A reference to a named part of the schema."""
    return {"$ref": f"#/$defs/{name}"}


class ConditionSchemas:
    """Adds the schemas of conditions, and of what they compare with, to `defs`."""

    def __init__(self, book: Rulebook, words: SchemaWords, defs: dict[str, Schema]) -> None:
        self._words = words
        self._defs = defs
        self._registers = register_words(book.registers)
        for value_type in ValueType:
            defs[_parameter(value_type)] = self._parameters(book, value_type)
        raised = {r.then.signal: r for r in book.rules if isinstance(r.then, SignalOutcome)}
        defs["signal"] = {
            "enum": sorted(raised),
            "enumDescriptions": [words.of_text(raised[name].title) for name in sorted(raised)],
            "errorMessage": words.text("said", "no_signal"),
        }
        for register, listed in self._registers.items():
            defs[f"register_{register}"] = words.of_register(register, listed)
        fields = vocabulary().fields
        for record, specs in fields.items():
            if record != "subject":
                name = f"condition_on_{record}"
                defs[name] = self._conjunction(name, specs.values())
        subject = list(fields["subject"].values())
        defs[FACTS] = self._conjunction(FACTS, subject, quantified=True)
        defs[SIGNALS] = self._conjunction(SIGNALS, subject, quantified=True, signals=True)
        late = [*subject, _CATEGORY]
        defs[ALL] = self._conjunction(ALL, late, quantified=True, signals=True)

    def _parameters(self, book: Rulebook, value_type: ValueType) -> Schema:
        fitting = [
            parameter
            for _, parameter in sorted(book.parameters.items())
            if all(
                dated.value is None or _TYPE_OF_VALUE[type(dated.value)] is value_type
                for dated in parameter.values
            )
        ]
        return {
            "enum": [f"parameter {parameter.id}" for parameter in fitting],
            "enumDescriptions": [self._words.of_text(parameter.title) for parameter in fitting],
            "errorMessage": self._words.text("said", "no_parameter"),
        }

    def _conjunction(
        self,
        own: str,
        specs: Iterable[FieldSpec],
        *,
        quantified: bool = False,
        signals: bool = False,
    ) -> Schema:
        words, listed = self._words, {"type": "array", "minItems": 1, "items": ref(own)}
        lines: dict[str, Schema] = {
            "all_of": listed | words.line("all_of", section="tests"),
            "any_of": listed | words.line("any_of", section="tests"),
            "not": ref(own) | words.line("not", section="tests"),
        }
        if signals:
            several = {"type": "array", "minItems": 1, "items": ref("signal")}
            lines["signal"] = {"anyOf": [ref("signal"), several]} | words.line(
                "signal", section="tests"
            )
        facts = {spec.name: ref(self._fact(spec)) for spec in specs}
        patterns: dict[str, Schema] = {}
        if quantified:
            for record in vocabulary().fields:
                if record != "subject":
                    self._quantifiers(record, lines, patterns)
        found = closed(lines | facts, with_underscores=facts, patterns=patterns)
        return found | {"minProperties": 1}

    def _quantifiers(
        self, record: str, lines: dict[str, Schema], patterns: dict[str, Schema]
    ) -> None:
        words = self._words
        where = {"anyOf": [ref(f"condition_on_{record}"), _EMPTY]}
        for code, name in (("any", f"any_{record}"), ("none", f"no_{record}")):
            lines[name] = where | {"description": words.of_quantifier(code, record)}
        patterns[key_pattern(f"at_least_0*[1-9][0-9]*_{record}")] = where | {
            "description": words.of_quantifier("several", record, many=True)
        }
        count = {"anyOf": [{"type": "integer"}, ref(_parameter(ValueType.INTEGER))]}
        counted = closed(
            {
                "at_least": count | words.line("at_least", section="tests"),
                "where": where | words.line("where", section="tests"),
            },
            needed=["at_least"],
        )
        lines[f"number_of_{record}"] = counted | {
            "description": words.of_quantifier("number", record, many=True)
        }

    def _fact(self, spec: FieldSpec) -> str:
        """The name of the schema of what may stand behind a field, and what the field is."""
        name = f"fact_{spec.record}_{spec.name}"
        if name not in self._defs:
            self._defs[name] = self._words.of_field(spec) | ref(self._test(spec))
        return name

    def _test(self, spec: FieldSpec) -> str:
        """The name of the schema of every test of such a field."""
        name = _test_name(spec)
        if name in self._defs:
            return name
        value = {"anyOf": [self._value(spec), ref(_parameter(spec.value_type))]}
        listed = {"type": "array", "minItems": 1, "items": ref(f"{name}_value")}
        one = ref(f"{name}_value")
        tests: dict[str, Schema] = {}
        for key, operator in TESTS.items():
            if operator in _ORDERED and spec.value_type is not ValueType.INTEGER:
                continue
            held = {"anyOf": [one, listed]} if operator is Operator.IS_ONE_OF else one
            tests[key] = held | self._words.line(key, section="tests")
        self._defs[f"{name}_value"] = value
        self._defs[name] = {
            "anyOf": [
                one,
                ref("known_or_unknown"),
                listed,
                closed(tests) | {"minProperties": 1},
            ]
        }
        self._defs.setdefault("known_or_unknown", self._known())
        return name

    def _known(self) -> Schema:
        said = [self._words.text("said", word) for word in ("known", "unknown")]
        return {"enum": ["known", "unknown"], "enumDescriptions": said}

    def _value(self, spec: FieldSpec) -> Schema:
        if spec.value_type is ValueType.FLAG:
            return ref("flag")
        if spec.value_type is ValueType.INTEGER:
            bounds = {"minimum": spec.minimum, "maximum": spec.maximum}
            return {"type": "integer"} | {k: v for k, v in bounds.items() if v is not None}
        if spec.register is not None:
            return ref(f"register_{spec.register}")
        return self._words.of_words(spec.record, spec.name, spec.words)


_EMPTY: dict[str, Any] = {"type": ["object", "null"], "maxProperties": 0}


def _test_name(spec: FieldSpec) -> str:
    """Fields that hold the same are tested the same way."""
    if spec.value_type is ValueType.INTEGER:
        return f"test_{spec.minimum}_to_{spec.maximum}"
    if spec.value_type is ValueType.FLAG or spec.register is not None:
        return f"test_{spec.register or spec.value_type.value}"
    return f"test_{spec.record}_{spec.name}"


def _parameter(value_type: ValueType) -> str:
    return f"parameter_{value_type.value}"
