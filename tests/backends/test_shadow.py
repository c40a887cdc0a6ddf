"""The shadow check: an answer counts only if two readings give it."""

import pytest

from engine.backends.durable import DurableBackend
from engine.backends.reference import ReferenceBackend
from engine.backends.shadow import Difference, ReadingsDisagree, ShadowedBackend
from engine.facts import View
from engine.rulebook.program import Firing
from models.terms import Colour
from tests.backends.building import field, item, program, view

PROGRAM = program(
    item("visits.large", field("places", "at_least", 8)),
    signals=(item("signals.small", field("places", "at_most", 3), signal="small"),),
    colours=(item("colours.red", field("places", "is", 5), colour=Colour.RED),),
)


class Wrong:
    """The reference, but wrong in one way for some subjects."""

    name = "wrong"

    def __init__(self, *subject_ids: str, without: Firing) -> None:
        self._inner = ReferenceBackend(PROGRAM)
        self._ids = subject_ids
        self._without = without

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        if view.subject_id in self._ids:
            return self._without
        return self._inner.evaluate(view, override)


EMPTY = Firing(frozenset(), frozenset(), Colour.GREEN, Colour.GREEN)


def test_two_readings_that_agree_give_their_answer() -> None:
    shadowed = ShadowedBackend(DurableBackend(PROGRAM), ReferenceBackend(PROGRAM))
    firing = shadowed.evaluate(view(places=5), Colour.YELLOW)
    assert firing == Firing(frozenset({"colours.red"}), frozenset(), Colour.RED, Colour.YELLOW)
    assert shadowed.name == "durable-rules, checked by reference"


@pytest.mark.parametrize(
    ("places", "text"),
    [
        (5, "TB-1: colours.red only by reference; another category"),
        (2, "TB-1: signals.small, signal small only by reference"),
        (9, "TB-1: visits.large only by reference"),
    ],
)
def test_a_difference_names_the_subject_and_the_rules_and_no_facts(places: int, text: str) -> None:
    shadowed = ShadowedBackend(Wrong("TB-1", without=EMPTY), ReferenceBackend(PROGRAM))
    with pytest.raises(ReadingsDisagree) as caught:
        shadowed.evaluate(view(places=places))
    assert [str(difference) for difference in caught.value.differences] == [text]
    assert text in str(caught.value)


def test_a_colour_alone_is_a_difference() -> None:
    right = ReferenceBackend(PROGRAM).evaluate(view(places=5))
    other = Firing(right.held, right.signals, Colour.YELLOW, Colour.YELLOW)
    shadowed = ShadowedBackend(Wrong("TB-1", without=other), ReferenceBackend(PROGRAM))
    with pytest.raises(ReadingsDisagree, match="TB-1: another category"):
        shadowed.evaluate(view(places=5))


def test_many_subjects_are_all_answered_or_none() -> None:
    views = [view(f"TB-{n}", places=9) for n in range(1, 7)]
    cases = [(one, None) for one in views]
    sound = ShadowedBackend(DurableBackend(PROGRAM), ReferenceBackend(PROGRAM))
    assert [firing.held for firing in sound.evaluate_all(cases)] == [{"visits.large"}] * 6
    wrong = ShadowedBackend(Wrong("TB-2", "TB-4", "TB-5", without=EMPTY), ReferenceBackend(PROGRAM))
    with pytest.raises(ReadingsDisagree) as caught:
        wrong.evaluate_all(cases, at_most=2)
    found: tuple[Difference, ...] = caught.value.differences
    assert [difference.subject_id for difference in found] == ["TB-2", "TB-4"]
