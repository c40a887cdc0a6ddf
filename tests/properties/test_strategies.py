"""The strategies draw what they promise: valid dossiers of every kind, files that read back."""

from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from engine.facts import View, view_of, vocabulary
from engine.facts.derived import DutyReading
from engine.rulebook.program import Program
from engine.testing import AS_OF, conditions, programs_and_views, subjects, views
from engine.testing.counterexamples import Counterexample, as_text, read
from models.conditions import AllOf, Condition, Not, Quantified
from models.facts import Dossier
from models.facts.dossier import RECORD_KINDS_OF, SUBJECT_MODELS
from models.terms import Colour, Kind


@given(subjects())
def test_dossiers_pass_the_checks_of_their_models(dossier: Dossier) -> None:
    subject = dossier.subject
    assert SUBJECT_MODELS[dossier.kind].model_validate(subject.model_dump()) == subject
    assert dossier.records.keys() <= RECORD_KINDS_OF[dossier.kind]
    for facts in dossier.records.values():
        assert [fact.no for fact in facts] == list(range(1, len(facts) + 1))
        for fact in facts:
            assert fact.subject_id == dossier.subject_id
            assert type(fact).model_validate(fact.model_dump()) == fact
    assert view_of(dossier, as_of=AS_OF, duty=DutyReading()).kind is dossier.kind


@pytest.mark.parametrize("kind", list(Kind))
def test_dossiers_of_a_kind_shrink_to_one_without_records(kind: Kind) -> None:
    smallest = find(subjects(kind), lambda _: True, settings=settings(database=None))
    assert smallest.records == {}
    assert smallest.kind is kind
    optional = smallest.subject.model_dump(exclude_none=True)
    assert "name" not in optional


@pytest.mark.parametrize(
    "wanted",
    [
        lambda c: isinstance(c, Quantified) and c.quantifier == "none",
        lambda c: isinstance(c, Not) and isinstance(c.part, Quantified),
        lambda c: isinstance(c, AllOf) and not c.parts,
    ],
)
def test_conditions_of_every_sort_are_drawn(wanted: object) -> None:
    assert callable(wanted)
    found = find(
        conditions(signals=["s"], category=True),
        wanted,
        settings=settings(database=None, max_examples=2_000),
    )
    assert wanted(found)


@given(views())
def test_views_hold_only_what_the_vocabulary_has(view: View) -> None:
    known = vocabulary()
    assert all(known.find("subject", name) for name in view.subject)
    for record, rows in view.records.items():
        assert rows
        assert all(known.find(record, name) for row in rows for name in row)


@settings(max_examples=20)
@given(programs_and_views(most_views=1), st.none() | st.sampled_from(Colour))
def test_counterexamples_read_back_as_written(
    tmp_path_factory: pytest.TempPathFactory,
    case: tuple[Program, list[tuple[View, Colour | None]]],
    override: Colour | None,
) -> None:
    program, [(view, _)] = case
    text = as_text(Counterexample("made up", program, view, override))
    path: Path = tmp_path_factory.getbasetemp() / "one.json"
    path.write_text(text, encoding="utf-8")
    example = read(path)
    assert as_text(example) == text
    conditions_read: list[Condition] = [item.condition for item in example.program.items()]
    assert conditions_read == [item.condition for item in program.items()]
    assert (example.view.subject, example.view.records) == (view.subject, view.records)
