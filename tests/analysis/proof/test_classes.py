"""Two values of one class are told apart by no condition; every value is in a class."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.analysis.proof.classes import Value, classes_of
from engine.backends.reference import Scope, prepare
from engine.facts import FieldSpec, ValueType, vocabulary
from engine.rulebook.check import register_words
from engine.rulebook.load import load_rulebook
from models.conditions import Comparison, Condition, Operator, Quantified
from models.terms import Kind

SPECS = [spec for specs in vocabulary().fields.values() for spec in specs.values() if spec.kinds]
NUMBERS = [spec for spec in SPECS if spec.value_type is ValueType.INTEGER]
WORDS = [spec for spec in SPECS if spec.value_type is ValueType.WORD and spec.name != "kind"]
_ON_NUMBERS = (Operator.IS, Operator.AT_LEAST, Operator.AT_MOST, Operator.IS_ONE_OF)


def classes(spec: FieldSpec, asked: Iterable[Comparison]) -> tuple[Value, ...]:
    """The classes of one field by some comparisons."""
    found: list[Condition] = list(asked)
    if spec.record != "subject":
        found = [Quantified(quantifier="at_least", record=spec.record, where=c) for c in found]
    kind = sorted(spec.kinds)[0]
    return classes_of(found, kind, load_rulebook().registers).of(spec.record, spec.name)


def answers(asked: Iterable[Comparison], spec: FieldSpec, value: Value) -> tuple[bool, ...]:
    """What each comparison says of a value."""
    return tuple(prepare(c).test(Scope({spec.name: value}, {}, frozenset())) for c in asked)


def numbers(spec: FieldSpec) -> st.SearchStrategy[int]:
    """Numbers that a field may hold; its ends, and those beside nought, more often."""
    low = -40_000 if spec.minimum is None else spec.minimum
    high = 40_000 if spec.maximum is None else spec.maximum
    ends = [n for n in (low, low + 1, -1, 0, 1, high - 1, high) if low <= n <= high]
    return st.sampled_from(ends) | st.integers(low, high)


def comparison(spec: FieldSpec, operator: Operator, operands: Iterable[int | str]) -> Comparison:
    given_ = tuple(operands) if operator is Operator.IS_ONE_OF else tuple(operands)[:1]
    return Comparison(field=spec.name, operator=operator, operands=given_)


@given(data=st.data(), spec=st.sampled_from(NUMBERS))
def test_every_number_is_told_apart_as_one_that_stands_for_it(
    data: st.DataObject, spec: FieldSpec
) -> None:
    some = st.lists(numbers(spec), min_size=1, max_size=3, unique=True)
    drawn = data.draw(
        st.lists(st.tuples(st.sampled_from(_ON_NUMBERS), some), min_size=1, max_size=4)
    )
    asked = [comparison(spec, operator, operands) for operator, operands in drawn]
    found = classes(spec, asked)
    value = data.draw(numbers(spec))
    same = [
        v for v in found if v is not None and answers(asked, spec, v) == answers(asked, spec, value)
    ]
    assert same
    known = [v for v in found if isinstance(v, int)]
    assert known == sorted(set(known))
    assert spec.minimum is None or known[0] >= spec.minimum
    assert spec.maximum is None or known[-1] <= spec.maximum
    below = max((v for v in known if v <= value), default=known[0])
    assert answers(asked, spec, below) == answers(asked, spec, value)


@given(data=st.data(), spec=st.sampled_from(WORDS))
def test_every_word_is_told_apart_as_one_that_stands_for_it(
    data: st.DataObject, spec: FieldSpec
) -> None:
    registers = register_words(load_rulebook().registers)
    words = sorted(spec.words or registers[spec.register or ""])
    some = st.lists(st.sampled_from(words), min_size=1, max_size=3, unique=True)
    operators = st.sampled_from([Operator.IS, Operator.IS_ONE_OF])
    drawn = data.draw(st.lists(st.tuples(operators, some), min_size=1, max_size=3))
    asked = [comparison(spec, operator, operands) for operator, operands in drawn]
    value = data.draw(st.sampled_from(words))
    found = classes(spec, asked)
    assert any(
        v is not None and answers(asked, spec, v) == answers(asked, spec, value) for v in found
    )
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("name", "operator", "threshold", "expected"),
    [
        ("residents_without_speech_percent", Operator.AT_LEAST, 0, (None, 0)),
        ("residents_without_speech_percent", Operator.AT_LEAST, 1, (None, 0, 1)),
        ("residents_without_speech_percent", Operator.AT_LEAST, 100, (None, 99, 100)),
        ("residents_without_speech_percent", Operator.AT_MOST, 100, (None, 0)),
        ("residents_without_speech_percent", Operator.IS, 100, (None, 99, 100)),
        ("last_visit_age_days", Operator.AT_MOST, -1, (None, -1, 0)),
        ("last_visit_age_days", Operator.AT_LEAST, -36_600, (None, 0)),
        ("last_visit_age_days", Operator.AT_MOST, 36_600, (None, 0)),
        ("departments_open", Operator.AT_LEAST, 2, (1, 2)),
    ],
)
def test_classes_at_the_ends_of_a_field(
    name: str, operator: Operator, threshold: int, expected: tuple[Value, ...]
) -> None:
    spec = vocabulary().find("subject", name)
    assert spec is not None
    asked = comparison(spec, operator, [threshold])
    found = classes_of([asked], Kind.SOCIAL_OFFER, load_rulebook().registers)
    assert found.of("subject", name) == expected
