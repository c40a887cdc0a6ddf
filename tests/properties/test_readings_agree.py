"""Every reading gives the same answer: random programs, old mistakes, a mistake put in.

The shipped rulebook's own law is among `test_laws.py`.
"""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backends.durable import DurableBackend
from engine.backends.reference import ReferenceBackend
from engine.backends.shadow import ReadingsDisagree, ShadowedBackend
from engine.facts import View, view_of
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Firing, Program, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.testing import AS_OF, programs_and_views, subjects
from engine.testing.counterexamples import as_text, read
from models.facts import Dossier
from models.terms import Colour
from tests.properties.readings import OneByOne, hold

COUNTEREXAMPLES = sorted(
    (Path(__file__).resolve().parents[2] / "fixtures" / "counterexamples").glob("*.json")
)
MANY = max(250, settings.default.max_examples if settings.default else 0)
DAYS = (AS_OF,)


@pytest.fixture(scope="module")
def resolved() -> dict[date, ResolvedRulebook]:
    book = load_rulebook()
    return {day: resolve(book, as_of=day) for day in DAYS}


@pytest.fixture(scope="module")
def readings(
    resolved: dict[date, ResolvedRulebook],
) -> dict[date, tuple[DurableBackend, ReferenceBackend]]:
    programs = {day: program_of(resolved[day]) for day in DAYS}
    return {day: (DurableBackend(p), ReferenceBackend(p)) for day, p in programs.items()}


@settings(max_examples=MANY)
@given(programs_and_views())
def test_random_programs_mean_the_same_to_both_readings(
    case: tuple[Program, list[tuple[View, Colour | None]]],
) -> None:
    program, cases = case
    assert hold(program, cases, OneByOne, test="durable") == len(cases)


@pytest.mark.parametrize("path", COUNTEREXAMPLES, ids=lambda path: path.stem)
def test_no_old_disagreement_comes_back(path: Path) -> None:
    example = read(path)
    expected = ReferenceBackend(example.program).evaluate(example.view, example.override)
    with DurableBackend(example.program) as durable:
        assert durable.evaluate(example.view, example.override) == expected
    assert path.read_text(encoding="utf-8") == as_text(example)


def test_counterexamples_are_kept() -> None:
    assert COUNTEREXAMPLES


class OneAnswerWrong:
    """A reading that gives the opposite answer for one rule."""

    name = "planted"

    def __init__(self, inner: ReferenceBackend, key: str) -> None:
        self._inner = inner
        self._key = key

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        right = self._inner.evaluate(view, override)
        return Firing(right.held ^ {self._key}, right.signals, right.proposed, right.in_force)


@given(dossier=subjects(as_of=AS_OF), number=st.integers(min_value=0))
def test_a_planted_wrong_answer_is_caught(
    resolved: dict[date, ResolvedRulebook],
    readings: dict[date, tuple[DurableBackend, ReferenceBackend]],
    dossier: Dossier,
    number: int,
) -> None:
    durable, reference = readings[AS_OF]
    keys = [item.key for item in program_of(resolved[AS_OF]).items()]
    key = keys[number % len(keys)]
    view = view_of(dossier, as_of=AS_OF, duty=resolved[AS_OF].duty())
    shadowed = ShadowedBackend(durable, OneAnswerWrong(reference, key))
    with pytest.raises(ReadingsDisagree) as caught:
        shadowed.evaluate(view)
    (difference,) = caught.value.differences
    assert difference.subject_id == view.subject_id
    assert set(difference.only_official) | set(difference.only_shadow) == {key}
