"""The reading over tables gives what the reference gives, for all subjects of a table at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend
from engine.facts import view_of
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Program, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.testing import programs_and_views, subjects, views_near
from engine.testing.counterexamples import read
from models.terms import Authority, Colour, Kind
from tests.generated_portfolio import generated
from tests.properties.examples import examples
from tests.properties.readings import Case, LeftOpen, hold, numbered

pytestmark = pytest.mark.slow

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
COUNTEREXAMPLES = sorted((FIXTURES / "counterexamples").glob("*.json"))
DAYS = (date(2022, 12, 31), date(2024, 7, 1), date(2026, 3, 1))
BOOK = load_rulebook()
COLOURS = st.none() | st.sampled_from(Colour)


@cache
def resolved(day: date) -> ResolvedRulebook:
    return resolve(BOOK, as_of=day)


@cache
def compiled(day: date) -> tuple[Program, TablesBackend]:
    program = program_of(resolved(day))
    return program, TablesBackend(program)


def hold_shipped(day: date, cases: Sequence[Case]) -> None:
    """The shipped rulebook, compiled once, means the same for subjects beside each other."""
    program, tables = compiled(day)

    def once(asked: Program) -> LeftOpen | TablesBackend:
        return LeftOpen(tables) if asked is program else TablesBackend(asked)

    assert hold(program, cases, once, test="tables-shipped") == len(cases)


@settings(max_examples=examples(50))
@given(programs_and_views(most_views=12))
def test_random_programs_mean_the_same(case: tuple[Program, list[Case]]) -> None:
    program, cases = case
    hold(program, numbered(cases), TablesBackend, test="tables-programs")


@settings(max_examples=examples(10, share=3))
@given(data=st.data(), day=st.sampled_from(DAYS))
def test_the_shipped_rulebook_means_the_same(data: st.DataObject, day: date) -> None:
    drawn = data.draw(st.lists(st.tuples(subjects(as_of=day), COLOURS), min_size=1, max_size=16))
    duty = resolved(day).duty()
    cases = [(view_of(dossier, as_of=day, duty=duty), override) for dossier, override in drawn]
    hold_shipped(day, numbered(cases))


@settings(max_examples=examples(10, share=3))
@given(data=st.data(), day=st.sampled_from(DAYS))
def test_the_shipped_rulebook_means_the_same_beside_its_thresholds(
    data: st.DataObject, day: date
) -> None:
    near = st.tuples(views_near(BOOK, as_of=day), COLOURS)
    hold_shipped(day, numbered(data.draw(st.lists(near, min_size=1, max_size=16))))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_generated_portfolio_means_the_same(day: date) -> None:
    dossiers = generated(Authority.SYD, as_of=DAYS[0], seed=3, every=3)
    duty = resolved(day).duty()
    cases = [(view_of(dossier, as_of=day, duty=duty), None) for dossier in dossiers]
    assert len(cases) > 500
    assert {view.kind for view, _ in cases} >= {Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY}
    hold_shipped(day, cases)


@pytest.mark.parametrize("path", COUNTEREXAMPLES, ids=lambda path: path.stem)
def test_no_old_disagreement_comes_back(path: Path) -> None:
    example = read(path)
    expected = ReferenceBackend(example.program).evaluate(example.view, example.override)
    with TablesBackend(example.program) as tables:
        assert tables.evaluate(example.view, example.override) == expected


def test_counterexamples_are_kept() -> None:
    assert COUNTEREXAMPLES
