"""What the proofs say of all facts is held against facts at random, and against themselves."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.analysis.proof.answers import Method, Possible, Ruled
from engine.analysis.proof.monotone import milder_when_worse
from engine.analysis.proof.plain import PlainRules, any_of
from engine.analysis.proof.questions import Questions
from engine.backends.reference import ReferenceBackend
from engine.facts import Vocabulary, vocabulary
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Item, Program, Stratum
from engine.rulebook.resolve import resolve
from engine.testing import AS_OF, conditions, part_of_vocabulary
from models.conditions import Condition
from models.facts.dossier import RECORD_KINDS_OF
from models.rulebook import Place, Promise
from models.terms import Basis, Colour, Kind
from tests.analysis.proof.lawful import (
    classes_for,
    holds,
    lawful,
    lawful_views,
    newest_alone,
    rules_of,
)

pytestmark = pytest.mark.slow

PLACE = Place(file="random.yaml", line=1)


class Asked(NamedTuple):
    """Named conditions for a kind of subject, and which are to hold and to fail."""

    kind: Kind
    named: dict[str, Condition]
    holds: tuple[str, ...]
    fails: tuple[str, ...]

    def questions(self) -> Questions:
        """Ready to ask."""
        return Questions(rules_of(self.kind), self.named, at_once=len(self.named))


def of_kind(words: Vocabulary, kind: Kind) -> Vocabulary:
    """The fields that a kind of subject has."""
    return Vocabulary(
        {
            record: {n: spec for n, spec in specs.items() if kind in spec.kinds}
            for record, specs in words.fields.items()
            if record == "subject" or record in RECORD_KINDS_OF[kind]
        }
    )


@st.composite
def asked(draw: st.DrawFn, *, records: bool = True) -> Asked:
    """One to three random conditions, each to hold or to fail."""
    kind = draw(st.sampled_from(Kind))
    words = of_kind(draw(part_of_vocabulary()), kind)
    if not records:
        words = Vocabulary({"subject": words.fields["subject"]})
    assume(any(words.fields.values()))
    found = draw(st.lists(conditions(words, depth=2), min_size=1, max_size=3))
    named = {f"c{number}": condition for number, condition in enumerate(found)}
    held = draw(st.sets(st.sampled_from(sorted(named))))
    return Asked(kind, named, tuple(sorted(held)), tuple(sorted(named.keys() - held)))


@given(data=st.data(), question=asked())
def test_what_is_ruled_out_is_met_by_nobody(data: st.DataObject, question: Asked) -> None:
    answer = question.questions().ask(question.holds, question.fails)
    classes = classes_for(question.named.values(), question.kind)
    view = data.draw(lawful_views(classes, question.kind))
    met = all(
        holds(condition, view) is (name in question.holds)
        for name, condition in question.named.items()
    )
    assert isinstance(answer, Possible) or not met


@given(asked())
def test_facts_that_are_found_replay_and_are_lawful(question: Asked) -> None:
    answer = question.questions().ask(question.holds, question.fails)
    assume(isinstance(answer, Possible))
    assert isinstance(answer, Possible)
    items = tuple(
        Item(key=name, kinds=frozenset(Kind), condition=condition, place=PLACE)
        for name, condition in question.named.items()
    )
    program = Program(
        strata=tuple((s, items if s is Stratum.MEASURES else ()) for s in Stratum), content_hash=""
    )
    held = ReferenceBackend(program).evaluate(answer.view, answer.override).held
    assert set(question.holds) == held
    fields = classes_for(question.named.values(), question.kind).values
    for record, rows in answer.view.records.items():
        assert record in RECORD_KINDS_OF[question.kind]
        for row in rows:
            assert lawful(record, row, fields)
    assert newest_alone(answer.view.records)


@given(asked())
def test_more_records_than_needed_change_no_answer(question: Asked) -> None:
    few, many = question.questions(), question.questions()
    records = many._records.copy()
    for record in {
        record for record, _ in classes_for(question.named.values(), question.kind).values
    }:
        if record in RECORD_KINDS_OF[question.kind]:
            records[record] += 2
    many.__dict__["_records"] = records
    answer = few.ask(question.holds, question.fails)
    assert type(many.ask(question.holds, question.fails)) is type(answer)


@given(asked(records=False))
def test_cells_and_the_solver_agree(question: Asked) -> None:
    by_cells, by_solver = question.questions(), question.questions()
    assume(0 < by_cells._cells <= 4_096)
    by_solver.__dict__["_cells"] = 0
    one = by_cells.ask(question.holds, question.fails)
    other = by_solver.ask(question.holds, question.fails)
    assert type(one) is type(other)
    methods = {a.method if isinstance(a, Possible) else a.extent.method for a in (one, other)}  # type: ignore[union-attr]
    assert methods == {Method.CELLS, Method.SOLVER}


@given(asked())
def test_what_excludes_a_question_excludes_it_alone(question: Asked) -> None:
    questions = question.questions()
    answer = questions.ask(question.holds, question.fails)
    assume(isinstance(answer, Ruled))
    assert isinstance(answer, Ruled)
    because = set(answer.because)
    alone = questions.ask(
        [name for name in question.holds if name in because],
        [name for name in question.fails if name in because],
    )
    assert isinstance(alone, Ruled)
    for name in because:
        fewer = because - {name}
        assert isinstance(
            questions.ask(
                [n for n in question.holds if n in fewer], [n for n in question.fails if n in fewer]
            ),
            Possible,
        )


@settings(max_examples=120)
@given(data=st.data(), kind=st.sampled_from(Kind))
def test_a_promise_that_is_proved_is_broken_by_nobody(data: st.DataObject, kind: Kind) -> None:
    words = of_kind(data.draw(part_of_vocabulary()), kind)
    places = [
        (record, name)
        for record, specs in words.fields.items()
        for name, spec in specs.items()
        if spec.value_type.value == "integer"
    ]
    assume(places)
    record, field = data.draw(st.sampled_from(places))
    raised = data.draw(conditions(words, depth=2))
    promise = Promise(
        record=record,
        field=field,
        worse=data.draw(st.sampled_from(["higher", "lower"])),
        basis=Basis.ASSUMPTION,
        note={"da": "x", "en": "y"},  # type: ignore[arg-type]
        place=PLACE,
    )
    rules = PlainRules(resolve(load_rulebook(), as_of=AS_OF), kind)
    rules.__dict__["at_least"] = {Colour.YELLOW: raised, Colour.RED: any_of(())}
    answer, worsened = milder_when_worse(rules, promise, Colour.YELLOW)
    if worsened is not None:
        assert holds(raised, worsened.before)
        assert not holds(raised, worsened.after)
    assert isinstance(answer, Possible) is (worsened is not None)
    classes = classes_for([raised], kind)
    view = data.draw(lawful_views(classes, kind))
    rows = [view.subject] if record == "subject" else view.records.get(record, [])
    spec = vocabulary().find(record, field)
    assert spec is not None
    if not rows or rows[0].get(field) is None:
        return
    row = data.draw(st.sampled_from(rows))
    if row.get(field) is None:
        return
    before = holds(raised, view)
    old = row[field]
    low = old if promise.worse == "higher" else (-40_000 if spec.minimum is None else spec.minimum)
    high = old if promise.worse == "lower" else (100_000 if spec.maximum is None else spec.maximum)
    near = [v + d for v in classes.of(record, field) if isinstance(v, int) for d in (-1, 0, 1)]
    row[field] = data.draw(st.sampled_from([n for n in near if low <= n <= high] or [old]))
    assume(record == "subject" or lawful(record, row, classes.values))
    assert worsened is not None or not before or holds(raised, view)
