"""The run over all subjects: in order of id, checked twice, with the samples in the plans."""

from __future__ import annotations

import pytest

from engine.backends.reference import ReferenceBackend
from engine.backends.shadow import ReadingsDisagree
from engine.facts import View
from engine.rulebook.program import Firing, Program
from engine.rulebook.resolve import resolve
from engine.run.evaluate import evaluate_portfolio, official_decider
from models.facts import Dossier
from models.terms import Colour, Purpose
from tests.run.official import AS_OF, BOOK

RESOLVED = resolve(BOOK, as_of=AS_OF)


class WrongOnce:
    """Answers rightly but for one subject, which it finds green."""

    name = "wrong"

    def __init__(self, program: Program, subject_id: str) -> None:
        self._right = ReferenceBackend(program)
        self._subject_id = subject_id

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """The answer, or the wrong one."""
        right = self._right.evaluate(view, override)
        if view.subject_id == self._subject_id:
            return Firing(frozenset(), right.signals, Colour.GREEN, right.in_force)
        return right


def test_decisions_stand_in_order_of_id_whatever_the_order_given(
    small_portfolio: tuple[Dossier, ...],
) -> None:
    decider = official_decider(RESOLVED)
    done: list[int] = []
    one = evaluate_portfolio(small_portfolio, decider, seed=1, progress=done.append)
    two = evaluate_portfolio(small_portfolio[::-1], decider, seed=1)
    assert one == two
    assert [d.subject_id for d in one.decisions] == sorted(d.subject_id for d in small_portfolio)
    assert done == list(range(1, len(small_portfolio) + 1))


def test_who_is_drawn_has_the_sample_visit_beside_the_others(
    small_portfolio: tuple[Dossier, ...],
) -> None:
    result = evaluate_portfolio(small_portfolio, official_decider(RESOLVED), seed=1)
    drawn = result.draw.drawn()
    assert drawn
    for decision in result.decisions:
        samples = [v for v in decision.plan.visits if Purpose.SAMPLE in v.purposes]
        assert len(samples) == len(drawn.get(decision.subject_id, []))
        assert [v.no for v in decision.plan.visits] == list(range(1, len(decision.plan.visits) + 1))
        if samples:
            assert decision.category.in_force is Colour.GREEN


def test_a_wrong_engine_is_found_at_the_one_subject(
    small_portfolio: tuple[Dossier, ...],
) -> None:
    right = evaluate_portfolio(small_portfolio, official_decider(RESOLVED), seed=1)
    subject_id = next(d.subject_id for d in right.decisions if d.category.proposed is Colour.YELLOW)
    decider = official_decider(RESOLVED, make_official=lambda p: WrongOnce(p, subject_id))
    with pytest.raises(ReadingsDisagree) as caught:
        evaluate_portfolio(small_portfolio, decider, seed=1)
    (difference,) = caught.value.differences
    assert difference.subject_id == subject_id
    assert difference.category_differs
    assert difference.only_shadow
