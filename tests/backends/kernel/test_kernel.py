"""What the compiled reading does with unknown facts, counts, kinds, words, room and thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backends.kernel import (
    OTHER_WORD,
    UNKNOWN,
    DoesNotFitError,
    KernelBackend,
    compile_kernel,
    fill,
    fill_all,
    kernel_layout,
    most_records,
)
from engine.backends.kernel.columns import AGE_SUFFIX
from engine.backends.kernel.filling import Case
from engine.backends.kernel.layout import UnknownCodeError
from engine.backends.reference import ReferenceBackend
from engine.facts import View, vocabulary
from engine.facts.derived_fields import DERIVED_FIELDS
from engine.facts.introspection import age_name, fields_of, unwrap
from engine.rulebook.program import Item, Program
from engine.testing import programs_and_views
from models.conditions import AllOf, AnyOf, Condition, Not, Quantified, SignalHeld
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.rulebook import Place
from models.terms import Colour, Kind
from tests.backends.building import AS_OF, TRUE, count, field, item, no, program, view

PLACES = field("places", "at_least", 10)
OPEN = field("open", "is", True)
SUBJECTS = tuple(SUBJECT_MODELS.values())


def agrees(rules: Program, *cases: Case) -> list[set[str]]:
    """What is held for each subject, which the reference confirms."""
    found = [firing for _, firing in KernelBackend(rules, jit=False).firings(cases)]
    reference = ReferenceBackend(rules)
    assert found == [reference.evaluate(one, override) for one, override in cases]
    return [set(firing.held) for firing in found]


def held(condition: Condition, *views: View) -> list[bool]:
    rules = program(item("r", condition))
    return ["r" in keys for keys in agrees(rules, *((one, None) for one in views))]


@given(programs_and_views())
def test_random_programs_as_the_reference(
    case: tuple[Program, list[tuple[View, Colour | None]]],
) -> None:
    rules, cases = case
    assert len(agrees(rules, *cases)) == len(cases)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (PLACES, [True, False, False]),
        (Not(part=PLACES), [False, True, True]),
        (field("places", "at_most", 3), [False, True, False]),
        (field("places", "is", 3), [False, True, False]),
        (field("places", "is_unknown"), [False, False, True]),
        (Not(part=field("places", "is_known")), [False, False, True]),
        (Not(part=field("places", "is_one_of", 3, 4)), [True, False, True]),
        (field("places", "is_one_of"), [False, False, False]),
        (field("places", "is", True), [False, False, False]),
        (field("places", "is", "three"), [False, False, False]),
        (field("places", "at_least", -(10**30)), [True, True, False]),
        (field("places", "at_most", 10**30), [True, True, False]),
        (field("places", "at_least", UNKNOWN), [True, True, False]),
        (field("places", "is", UNKNOWN), [False, False, False]),
        (AllOf(parts=()), [True, True, True]),
        (AnyOf(parts=()), [False, False, False]),
        (AnyOf(parts=(AllOf(parts=()), PLACES)), [True, True, True]),
    ],
    ids=str,
)
def test_an_unknown_fact_is_neither_above_nor_below(
    condition: Condition, expected: list[bool]
) -> None:
    assert held(condition, view(places=12), view(places=3), view(places=None)) == expected


@pytest.mark.parametrize("age", [29, 30, 31, 0, -1, 36_600, -36_600, None])
@pytest.mark.parametrize("operator", ["at_least", "at_most", "is"])
@pytest.mark.parametrize("days", [30, 0, -36_600, 36_600, 10**12, -(10**12)])
def test_ages_are_read_back_from_days(age: int | None, operator: str, days: int) -> None:
    found = held(field("approved_age_days", operator, days), view(approved_age_days=age))
    assert len(found) == 1


def test_an_age_grows_with_the_day_and_needs_no_new_row() -> None:
    rules = program(item("r", field("approved_age_days", "at_least", 30)))
    layout = kernel_layout(rules, capacity={})
    kernel = compile_kernel(rules, layout, jit=False)
    row = fill(layout, view(approved_age_days=28), None, AS_OF)
    assert row[layout.subject["approved_age_days"]] == (AS_OF - timedelta(days=28)).toordinal()
    found = [
        bool(kernel.fired_all(row[None, :], AS_OF.toordinal() + more)[0][0, 0]) for more in range(4)
    ]
    assert found == [False, False, True, True]


RECORDS: list[dict[str, Any]] = [{"open": True}, {"open": True}, {"open": None}, {"open": False}]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (count("concern", OPEN), [True, False]),
        (count("concern", OPEN, at_least=2), [True, False]),
        (count("concern", OPEN, at_least=3), [False, False]),
        (count("concern", Not(part=OPEN), at_least=2), [True, False]),
        (count("concern", OPEN, at_least=0), [True, True]),
        (count("concern", OPEN, at_least=-1), [True, True]),
        (no("concern", OPEN), [False, True]),
        (Quantified(quantifier="none", count=3, record="concern", where=OPEN), [True, True]),
        (Quantified(quantifier="none", count=0, record="concern", where=OPEN), [False, False]),
        (count("concern", TRUE, at_least=4), [True, False]),
        (count("concern", AnyOf(parts=()), at_least=0), [True, True]),
        (no("concern", AnyOf(parts=())), [True, True]),
        (Not(part=count("visit", TRUE)), [True, True]),
    ],
    ids=str,
)
def test_records_are_counted_for_each_subject(condition: Condition, expected: list[bool]) -> None:
    assert held(condition, view(records={"concern": RECORDS}), view()) == expected


def test_more_questions_than_a_number_has_bits() -> None:
    asked = [
        item(f"r{days:03}", count("concern", field("received_age_days", "at_most", days)))
        for days in range(150)
    ]
    some = view(records={"concern": [{"received_age_days": 77}]})
    (found,) = agrees(program(*asked), (some, None))
    assert found == {f"r{days:03}" for days in range(77, 150)}


def test_a_rule_holds_for_its_kinds_only() -> None:
    rule = Item("r", frozenset({Kind.FOSTER_FAMILY}), TRUE, Place(file="a.yaml", line=1))
    family = View("TB-2", Kind.FOSTER_FAMILY, AS_OF, {"kind": Kind.FOSTER_FAMILY}, {})
    assert agrees(program(rule), (view(), None), (family, None)) == [set(), {"r"}]
    assert held(field("kind", "is", "foster_family"), view(), family) == [False, True]


def test_each_stratum_sees_those_before_it() -> None:
    rules = program(
        item("v", field("category", "is", "red")),
        item("w", field("category", "is_one_of", "green", "blue")),
        item("x", Not(part=field("category", "is_known"))),
        signals=(
            item("s", PLACES, signal="large"),
            item("t", SignalHeld(signal="large"), signal="never"),
        ),
        colours=(
            item("c", SignalHeld(signal="large"), colour=Colour.RED),
            item("d", TRUE, colour=Colour.YELLOW),
            item("e", field("category", "is_known"), colour=Colour.RED),
        ),
        proposals=(item("p", SignalHeld(signal="nobody raises it")),),
    )
    one, two, three = agrees(
        rules, (view(places=12), None), (view(), None), (view(places=12), Colour.GREEN)
    )
    assert one == {"s", "c", "d", "v"}
    assert two == {"d"}
    assert three == {"s", "c", "d", "w"}


def test_a_word_that_no_rule_names_is_another_word() -> None:
    rules = program(item("r", field("risk_sign", "is", "æøå'; --")))
    layout = kernel_layout(rules, capacity={}, words=("known to the caller",))
    assert held(field("risk_sign", "is", "æøå'; --"), view(risk_sign="æøå'; --")) == [True]
    row = fill(layout, view(risk_sign="a word of tomorrow"), None, AS_OF)
    assert row[layout.subject["risk_sign"]] == OTHER_WORD
    row = fill(layout, view(risk_sign="known to the caller"), None, AS_OF)
    assert layout.word(int(row[layout.subject["risk_sign"]])) == "known to the caller"
    assert held(field("risk_sign", "is_known"), view(risk_sign="a word of tomorrow")) == [True]
    with pytest.raises(UnknownCodeError, match="a word of tomorrow"):
        layout.code("a word of tomorrow")


def test_only_what_rules_test_is_laid_out() -> None:
    rules = program(item("r", AllOf(parts=(PLACES, count("concern", OPEN)))))
    layout = kernel_layout(rules, capacity={"concern": 2, "visit": 9})
    assert set(layout.subject) == {"kind", "places"}
    assert set(layout.records) == {"concern"}
    assert layout.width == 2 + 1 + 1 + 2 * 1
    override = fill(layout, view(places=4, segment="adults"), Colour.RED, AS_OF)
    assert override[layout.override_index] == Colour.RED.rank
    assert override[layout.subject["places"]] == 4
    assert override[layout.records["concern"].count_index] == 0


def test_every_field_named_as_an_age_is_one() -> None:
    """They are told by their names."""
    models = {"subject": SUBJECTS} | {name: (model,) for name, model in RECORD_MODELS.items()}
    dated = {
        record: {age_name(n) for m in of for n, plain in fields_of(m).items() if _is_date(plain)}
        for record, of in models.items()
    }
    derived = {
        (field.record, field.name) for field in DERIVED_FIELDS if field.meaning.startswith("days s")
    }
    named = {
        (record, name)
        for record, specs in vocabulary().fields.items()
        for name in specs
        if name.endswith(AGE_SUFFIX)
    }
    assert named >= derived
    assert {(r, name) for r, name in named - derived if name not in dated[r]} == set()


def _is_date(annotation: Any) -> bool:
    return unwrap(annotation)[0] is date


def misfits() -> Iterator[tuple[Condition, View, str]]:
    records = {"concern": [{"open": True}] * 3}
    yield count("concern", OPEN), view(records=records), "3 of 'concern', but room for 2"
    yield PLACES, view(places=2**31), "'subject.places' is a number beyond 32 bits"
    yield PLACES, view(places=-(2**31)), "'subject.places' is a number beyond 32 bits"
    yield PLACES, view(places="ten"), "'subject.places' is not a number"
    yield field("segment", "is", "adults"), view(segment=3), "'subject.segment' is not a word"
    age = field("approved_age_days", "at_least", 1)
    yield age, view(approved_age_days=-(2**31)), "'subject.approved_age_days' is a number beyond"
    yield PLACES, View("TB-1", Kind.FOSTER_FAMILY, AS_OF, {"kind": "x"}, {}), "kind"


@pytest.mark.parametrize(
    ("condition", "one", "says"), list(misfits()), ids=lambda value: str(value)[:20]
)
def test_what_does_not_fit_is_refused(condition: Condition, one: View, says: str) -> None:
    layout = kernel_layout(program(item("r", condition)), capacity={"concern": 2})
    with pytest.raises(DoesNotFitError, match="TB-1") as caught:
        fill_all(layout, [(one, None)], AS_OF)
    assert says in str(caught.value)


@pytest.mark.parametrize("places", [2**31 - 1, -(2**31) + 1])
def test_the_largest_and_smallest_numbers_fit(places: int) -> None:
    assert held(field("places", "is", places), view(places=places)) == [True]
    assert held(field("places", "at_least", places), view(places=places)) == [True]
    assert held(field("places", "at_most", places - 1), view(places=places)) == [False]


def test_a_kind_of_record_without_capacity_is_refused() -> None:
    with pytest.raises(ValueError, match="concern"):
        kernel_layout(program(item("r", count("concern", OPEN))), capacity={"visit": 3})


def test_words_are_not_compared_by_size() -> None:
    rules = program(item("r", field("segment", "at_least", 3)))
    with pytest.raises(ValueError, match="segment"):
        compile_kernel(rules, kernel_layout(rules, capacity={}), jit=False)


def test_subjects_of_different_days_are_not_read_together() -> None:
    later = View("TB-2", Kind.SOCIAL_OFFER, date(2023, 1, 1), {"kind": Kind.SOCIAL_OFFER}, {})
    with pytest.raises(ValueError, match="different days"):
        list(KernelBackend(program(), jit=False).firings([(view(), None), (later, None)]))


def test_room_is_made_for_who_has_more_records() -> None:
    kernel = KernelBackend(program(item("r", count("concern", OPEN, at_least=3))), jit=False)
    assert kernel.evaluate(view(records={"concern": [{"open": True}] * 2})).held == set()
    assert kernel.evaluate(view(records={"concern": [{"open": True}] * 9})).held == {"r"}
    assert kernel.evaluate(view()).held == set()


def test_the_most_records_are_what_just_fits() -> None:
    rules = program(item("r", count("concern", OPEN)))
    views = [view(), view(records={"concern": [{}] * 4, "visit": [{}] * 9})]
    assert most_records(rules, views) == {"concern": 4}


@given(st.integers(0, 20), st.integers(0, 20))
def test_rows_of_another_capacity_say_the_same(one: int, other: int) -> None:
    rules = program(item("r", count("concern", OPEN, at_least=2)), item("q", no("visit", TRUE)))
    few = view(records={"concern": RECORDS})
    found = []
    for more in (one, other):
        capacity = {"concern": 4 + more, "visit": more}
        kernel = compile_kernel(rules, kernel_layout(rules, capacity=capacity), jit=False)
        rows = fill_all(kernel.layout, [(few, None)], AS_OF)
        found.append(kernel.firings(rows, AS_OF.toordinal()))
        assert rows.shape[1] == 4 + 4 + more
        assert np.all(rows[0, 4 + 4 :] == UNKNOWN)
    assert found[0] == found[1]
