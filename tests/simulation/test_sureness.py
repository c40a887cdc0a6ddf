"""Three outcomes: an answer holds, turns around, or cannot be told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.simulation.sureness import Outcome, half_width, outcome_of


@pytest.mark.parametrize(
    ("middle", "end", "outcome"),
    [
        ((10, 1), (9, 1), "holds"),
        ((-10, 1), (-9, 1), "holds"),
        ((10, 1), (-10, 1), "turns"),
        ((10, 1), (-1, 1), "untold"),
        ((10, 1), (2.5, 1), "untold"),
        ((1, 1), (-10, 1), "untold"),
        ((1, 1), (10, 1), "untold"),
        ((0, 0), (0, 0), "untold"),
        ((10, math.nan), (9, math.nan), "untold"),
    ],
)
def test_an_answer_holds_or_turns_only_beyond_noise(
    middle: tuple[float, float], end: tuple[float, float], outcome: str
) -> None:
    assert outcome_of(middle, end, replicates=4) == outcome


def test_few_replicates_promise_less() -> None:
    """Of four, 3.18 standard errors to either side (Student); of very many, 1.96."""
    assert half_width(1.0, 4) == pytest.approx(3.1824, abs=1e-4)
    assert half_width(1.0, 100_000) == pytest.approx(1.96, abs=1e-3)
    assert half_width(1.0, 1) == math.inf
    assert outcome_of((3.0, 1.0), (3.0, 1.0), replicates=4) is Outcome.UNTOLD
    assert outcome_of((3.0, 1.0), (3.0, 1.0), replicates=40) is Outcome.HOLDS


def test_an_answer_of_nothing_is_seldom_said_to_have_a_sign() -> None:
    chance = np.random.default_rng(3)
    drawn = chance.normal(0.0, 1.0, (4000, 4))
    errors = drawn.std(axis=1, ddof=1) / 2
    told = [abs(m) > half_width(e, 4) for m, e in zip(drawn.mean(axis=1), errors, strict=True)]
    assert np.mean(told) == pytest.approx(0.05, abs=0.012)
