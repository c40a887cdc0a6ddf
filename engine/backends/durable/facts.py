"""Facts as durable-rules takes them: one flat object of whole numbers, flags and short words.

A value that is unknown is left out, and no rule then holds on it; where a rule asks whether a
value is known, a flag beside it says so. Types are strict: the engine itself would compare a
number with a word as texts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import getitem
from typing import Any

from engine.backends.durable.clauses import Clause, Feature, FeatureKind, Relation
from engine.rulebook.problems import SaidError, said

__all__ = [
    "LARGEST",
    "LONGEST_WORD",
    "MOST_PROPERTIES",
    "FactShape",
    "UnfitFactError",
    "type_of_literal",
]

LARGEST = 2**63 - 1
"""The engine's whole numbers end here; beyond it all are equal."""
LONGEST_WORD = 256
MOST_PROPERTIES = 200
"""How many values one fact may carry; the engine's own end is near 250."""
_MOST_REMEMBERED = 4_096

Values = Mapping[str, Any]


class UnfitFactError(SaidError):
    """A fact holds a value the engine must not see. The message names the field, not the value."""


def type_of_literal(value: object) -> type[bool] | type[int] | type[str]:
    """Which of the three kinds of value this is. Raises UnfitFactError for anything else."""
    if isinstance(value, bool):
        return bool
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise UnfitFactError(said("limits.bits"))
        return int
    if isinstance(value, str):
        if len(value) > LONGEST_WORD:
            raise UnfitFactError(said("limits.characters", most=LONGEST_WORD))
        try:
            value.encode()
        except UnicodeEncodeError:
            raise UnfitFactError(said("limits.half_character")) from None
        return str
    raise UnfitFactError(said("limits.type", type=type(value).__name__))


class _Fragments(dict[Any, str]):
    """One field's value -> its part of the fact's text, each made once."""

    __slots__ = ("_expected", "_flag", "_name", "_property")

    def __init__(
        self, name: str, expected: type | None, value_property: str | None, flag: str | None
    ) -> None:
        self._name = name
        self._expected = expected
        self._property = value_property
        self._flag = flag

    def __missing__(self, value: Any) -> str:
        try:
            found = None if value is None else type_of_literal(value)
        except UnfitFactError as error:
            raise UnfitFactError(
                said("limits.of_field", field=self._name, why=error.what)
            ) from None
        if found is not None and self._expected is not None and found is not self._expected:
            raise UnfitFactError(
                said(
                    "limits.other_type",
                    field=self._name,
                    found=found.__name__,
                    expected=self._expected.__name__,
                )
            )
        text = ""
        if value is not None and self._property is not None:
            text = f',"{self._property}":{json.dumps(value, ensure_ascii=False)}'
        if self._flag is not None:
            text += f',"{self._flag}":{"false" if value is None else "true"}'
        if len(self) < _MOST_REMEMBERED:
            self[value] = text
        return text


class FactShape:
    """Which values a kind of fact carries to one ruleset, and under which names.

    Names are `p0`, `p1`, ...; `k` is the kind of fact, `id` its number within the batch.
    """

    def __init__(self, kind: str, clauses: Iterable[Clause]) -> None:
        self.kind = kind
        types: dict[Feature, type] = {}
        for clause in clauses:
            for feature, _, value in sorted(clause, key=_order):
                types.setdefault(feature, type_of_literal(value))
        self._names = {feature: f"p{number}" for number, feature in enumerate(types)}
        fields = dict.fromkeys(
            f.name for f in types if f.kind in (FeatureKind.FIELD, FeatureKind.KNOWN)
        )
        self._fields = tuple(fields)
        self._fragments = [
            _Fragments(
                name,
                types.get(Feature(FeatureKind.FIELD, name)),
                self._names.get(Feature(FeatureKind.FIELD, name)),
                self._names.get(Feature(FeatureKind.KNOWN, name)),
            )
            for name in fields
        ]
        self._signals = [
            (feature.name, f',"{short}":true', f',"{short}":false')
            for feature, short in self._names.items()
            if feature.kind is FeatureKind.SIGNAL
        ]
        self._counts = [
            (int(feature.name), _Fragments(feature.name, int, short, None))
            for feature, short in self._names.items()
            if feature.kind is FeatureKind.COUNT
        ]
        self._head = f'","sid":"0","k":{json.dumps(kind, ensure_ascii=False)}'

    def tests(self, clause: Clause) -> list[dict[str, Any]]:
        """A clause as the tests of a rule, the kind of fact first."""
        found: list[dict[str, Any]] = [{"k": self.kind}]
        for feature, relation, value in sorted(clause, key=_order):
            test: dict[str, Any] = {self._names[feature]: value}
            found.append(test if relation is Relation.EQ else {relation.value: test})
        return found

    def records(self, rows: Sequence[Values]) -> list[str]:
        """Records as facts, numbered from 0."""
        head, fields, fragments = self._head, self._fields, self._fragments
        facts = []
        for number, row in enumerate(rows):
            parts = "".join(map(getitem, fragments, map(row.get, fields)))
            facts.append(f'{{"id":"{number}{head}{parts}}}')
        return facts

    def subject(self, values: Values, signals: frozenset[str], counts: Sequence[int]) -> str:
        """The subject as one wide fact, with what earlier strata found."""
        parts = "".join(map(getitem, self._fragments, map(values.get, self._fields)))
        earlier = [yes if name in signals else no for name, yes, no in self._signals]
        earlier += [fragments[counts[index]] for index, fragments in self._counts]
        return f'[{{"id":"0{self._head}{parts}{"".join(earlier)}}}]'


def _order(test: tuple[Feature, Relation, Any]) -> tuple[str, str, str, str]:
    feature, relation, value = test
    return (feature.kind.value, feature.name, relation.value, str(value))
