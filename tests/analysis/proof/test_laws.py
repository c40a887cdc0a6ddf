"""The laws hold for every dossier on every day, and what is taken as known is never unknown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.analysis.proof.classes import classes_of
from engine.analysis.proof.laws import LAWS, NEWEST
from engine.backends.reference import Scope, prepare
from engine.facts import View, view_of, vocabulary
from engine.rulebook.asked import comparisons_of
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from engine.testing import subjects
from models.conditions import AllOf, Comparison, Operator, Quantified
from models.facts.dossier import RECORD_KINDS_OF, Dossier
from models.terms import Kind
from tests.analysis.proof.lawful import newest_alone

DAYS = (date(2022, 1, 1), date(2022, 12, 31), date(2024, 7, 1), date(2026, 1, 1), date(2027, 6, 30))
DUTY = {day: resolve(load_rulebook(), as_of=day).duty() for day in DAYS}
TESTS = [(record, str(law), prepare(law).test) for record, law in LAWS]


@st.composite
def derived_views(draw: st.DrawFn) -> View:
    """What the rules see of a generated dossier; often with scores of one indicator, which alone
    have a change, and a place in a row."""
    day = draw(st.sampled_from(DAYS))
    dossier = draw(subjects(as_of=day))
    if scores := dossier.of("score"):
        changed = {"indicator": scores[0].indicator}
        if draw(st.booleans()):
            scores = tuple(s for s in scores if s.score_model is scores[0].score_model)
        scores = tuple(score.model_copy(update=changed) for score in scores)
        dossier = Dossier(dossier.subject, {**dossier.records, "score": scores})
    return view_of(dossier, as_of=day, duty=DUTY[day])


def _never_unknown(kind: Kind) -> set[tuple[str, str]]:
    """The fields of which the proofs have no class for 'unknown'."""
    allowed = RECORD_KINDS_OF[kind] | {"subject"}
    asked = [
        (record, Comparison(field=name, operator=Operator.IS_KNOWN))
        for record, specs in vocabulary().fields.items()
        if record in allowed
        for name, spec in specs.items()
        if kind in spec.kinds
    ]
    conditions = [
        c if record == "subject" else Quantified(quantifier="at_least", record=record, where=c)
        for record, c in asked
    ]
    classes = classes_of([AllOf(parts=tuple(conditions))], kind, load_rulebook().registers)
    return {place for place, values in classes.values.items() if None not in values}


NEVER_UNKNOWN = {kind: _never_unknown(kind) for kind in Kind}


@settings(max_examples=max(300, settings.default.max_examples if settings.default else 0))
@given(derived_views())
def test_every_record_is_as_the_laws_say(view: View) -> None:
    for record, law, test in TESTS:
        for row in view.records.get(record, []):
            assert test(Scope(row, {}, frozenset())), f"{law}: {row}"


@given(derived_views())
def test_only_one_record_is_the_newest(view: View) -> None:
    assert newest_alone(view.records)


@given(derived_views())
def test_what_has_no_class_for_unknown_is_never_unknown(view: View) -> None:
    for record, name in NEVER_UNKNOWN[view.kind]:
        for row in [view.subject] if record == "subject" else view.records.get(record, []):
            assert row[name] is not None, f"{record}.{name}"


def test_some_fields_are_always_known() -> None:
    known = NEVER_UNKNOWN[Kind.SOCIAL_OFFER]
    assert {("concern", "stage"), ("concern", "severity"), ("subject", "places")} <= known
    assert ("subject", "residents_without_speech_percent") not in known
    assert ("concern", "dialogue_age_days") not in known


@pytest.mark.parametrize(("record", "law"), LAWS)
def test_a_law_speaks_of_facts_that_rules_may_test(record: str, law: object) -> None:
    for about, comparison in comparisons_of(law):  # type: ignore[arg-type]
        assert about == "subject"
        assert vocabulary().find(record, comparison.field) is not None


def test_newest_speaks_of_flags() -> None:
    for newest in NEWEST:
        spec = vocabulary().find(newest.record, newest.flag)
        assert spec is not None
        assert spec.value_type.value == "flag"
