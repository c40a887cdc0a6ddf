"""Thousands of subjects at a time for one program, out of a seed: many times faster than drawing
each, for holding readings against each other by the million.

Numbers lie on and just beside those the program compares with, words are often those it names, and
every fact is often unknown. The same seed gives the same subjects.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from engine.facts import FieldSpec, ValueType, View, Vocabulary, vocabulary
from engine.rulebook.program import Program
from engine.testing.facts import AS_OF, words_of
from engine.testing.thresholds import around, compared_in
from models.terms import Colour, Kind

__all__ = ["bulk_cases", "vocabulary_of"]

Case = tuple[View, Colour | None]
Choices = Mapping[str, Sequence[Any]]

_SUBJECT = "subject"
_FAR = 36_000
_MOST_RECORDS = 5
_OVERRIDES = (None, None, None, *Colour)


def vocabulary_of(program: Program) -> Vocabulary:
    """The part of the vocabulary that a program looks at."""
    whole = vocabulary()
    found: dict[str, dict[str, FieldSpec]] = {}
    for record in (_SUBJECT, *sorted(program.record_kinds())):
        specs = (whole.find(record, name) for name in sorted(program.fields_of(record)))
        found[record] = {spec.name: spec for spec in specs if spec is not None}
    return Vocabulary(found)


def _operands(program: Program) -> dict[tuple[str, str], set[Any]]:
    found: dict[tuple[str, str], set[Any]] = {}
    for item in program.items():
        for record, node in compared_in(item.condition):
            found.setdefault((record, node.field), set()).update(node.operands)
    return found


def _choices(spec: FieldSpec, operands: set[Any]) -> tuple[Any, ...]:
    """What a field may hold: unknown, what the program names and its neighbours, and others."""
    if spec.value_type is ValueType.FLAG:
        return (None, True, False)
    if spec.value_type is ValueType.WORD:
        words = spec.words or (words_of(spec.register) if spec.register else ("a", "æ 'ø' \\ å"))
        named = sorted(word for word in operands if isinstance(word, str))
        return (None, *named, *named, *words[:3])
    low = -_FAR if spec.minimum is None else spec.minimum
    high = _FAR if spec.maximum is None else spec.maximum
    lines = around(number for number in operands if type(number) is int)
    ends = (low, high, max(low, -1), min(high, 1))
    numbers = (*lines, *lines, *ends, 0)
    return (None, *(number for number in numbers if low <= number <= high))


def bulk_cases(
    program: Program,
    words: Vocabulary | None = None,
    *,
    seed: int,
    count: int,
    as_of: date = AS_OF,
) -> Iterator[Case]:
    """Facts of `count` subjects, each with an id of its own and with or without a person's colour.

    `words` are the fields that are filled in; by default those the program looks at.
    """
    chance = random.Random(seed)
    words = vocabulary_of(program) if words is None else words
    operands = _operands(program)
    choices: dict[str, Choices] = {
        record: {
            name: _choices(spec, operands.get((record, name), set()))
            for name, spec in specs.items()
            if (record, name) != (_SUBJECT, "kind")
        }
        for record, specs in words.fields.items()
    }
    kinds, choice = tuple(Kind), chance.choice
    counts = (0, 0, *range(1, _MOST_RECORDS + 1))

    def row(of: Choices) -> dict[str, Any]:
        return {name: choice(values) for name, values in of.items()}

    for number in range(1, count + 1):
        kind = choice(kinds)
        subject = {**row(choices[_SUBJECT]), "kind": kind}
        records = {}
        for record, of in choices.items():
            if record != _SUBJECT and (found := [row(of) for _ in range(choice(counts))]):
                if chance.random() < 0.2:
                    found.append(dict(found[0]))
                records[record] = found
        yield View(f"ST-{number}", kind, as_of, subject, records), choice(_OVERRIDES)
