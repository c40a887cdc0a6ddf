"""What durable-rules must survive, asked through our adapter.

What it cannot read or compare is refused.

The codes in the names of tests are those of the pitfalls that the adapter's profile avoids.
Another version of the engine, or another engine behind the same backend, is judged by this folder.
"""

import pytest

from engine.backends.durable import BackendLimitError, DurableBackend, EvaluationError
from engine.backends.durable.facts import LARGEST, LONGEST_WORD
from tests.backends.building import TRUE, count, field, item, program, view
from tests.backends.durable.both_readings import holds


@pytest.mark.parametrize("value", [1.5, float("inf"), float("nan"), 1e16, 10**20, ["a"], b"a"])
def test_w9_a_value_the_engine_cannot_read_stops_the_evaluation(value: object) -> None:
    of = program(item("x", field("places", "at_least", 1)), item("y", TRUE))
    with DurableBackend(of) as durable:
        with pytest.raises(EvaluationError, match="TB-1"):
            durable.evaluate(view(places=value))
        assert durable.evaluate(view(places=2)).held == {"x", "y"}


def test_w17_numbers_beyond_64_bits_are_refused_with_their_place() -> None:
    of = program(item("huge", field("places", "at_least", 2**63), line=17))
    with pytest.raises(BackendLimitError) as caught:
        DurableBackend(of)
    assert str(caught.value).startswith("rules/some.yaml:17: 'huge': ")


def test_w17_the_largest_numbers_are_told_apart() -> None:
    condition = field("places", "at_least", LARGEST)
    views = [view(places=LARGEST), view(places=LARGEST - 1), view(places=-LARGEST)]
    assert holds(condition, *views) == [True, False, False]


def test_w18_long_words_are_refused_not_cut() -> None:
    of = program(item("x", field("ownership", "is", "private")))
    with DurableBackend(of) as durable, pytest.raises(EvaluationError, match="ownership"):
        durable.evaluate(view(ownership="private" + "x" * 65_536))
    with pytest.raises(BackendLimitError, match=str(LONGEST_WORD)):
        DurableBackend(program(item("x", field("ownership", "is", "x" * 300))))


@pytest.mark.parametrize(("value", "operand"), [("10", 10), (10, "10"), (True, "true")])
def test_w19_values_of_another_type_are_refused_not_compared_as_texts(
    value: object, operand: int | str
) -> None:
    of = program(item("x", field("places", "is", operand)))
    with DurableBackend(of) as durable, pytest.raises(EvaluationError, match="'places'"):
        durable.evaluate(view(places=value))


def test_w19_one_field_is_not_compared_with_two_types() -> None:
    of = program(item("x", field("places", "is", 1)), item("y", field("places", "is", "1"), line=9))
    with pytest.raises(BackendLimitError, match=r"some\.yaml:9: 'y': .* two types"):
        DurableBackend(of)


def test_w22_an_evaluation_that_fails_does_not_poison_the_next() -> None:
    of = program(item("x", count("concern", field("score", "at_least", 3))))
    with DurableBackend(of) as durable:
        for _ in range(3):
            with pytest.raises(EvaluationError):
                durable.evaluate(view(records={"concern": [{"score": 5}, {"score": "five"}]}))
            assert durable.evaluate(view(records={"concern": [{"score": 3}]})).held == {"x"}
            assert durable.evaluate(view(records={"concern": [{"score": 2}]})).held == set()
