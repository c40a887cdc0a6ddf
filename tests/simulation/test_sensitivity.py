"""What an answer rests on is found: what does not matter has no share, what turns it is named."""

from __future__ import annotations

import numpy as np
import pytest

from engine.simulation.prepared import baseline_policy
from engine.simulation.sensitivity import Study, _latin, _shares, _turned, asked, sensitivity_rows
from tests.simulation.world.worlds import (
    ASSUMED,
    BOOK,
    SMALL_DAY,
    cut,
    ready,
    small,
)


def test_shares_of_a_known_function() -> None:
    """y = 3 a + b: a has nine tenths of the variance, b one, c none."""
    chance = np.random.default_rng(5)
    drawn = chance.random((400, 3))
    shares, errors = _shares(drawn, 3 * drawn[:, 0] + drawn[:, 1], seed=1)
    assert shares == pytest.approx([90, 10, 0], abs=5)
    assert (errors < 5).all()


def test_an_answer_that_never_varies_rests_on_nothing() -> None:
    drawn = np.random.default_rng(5).random((50, 2))
    shares, _ = _shares(drawn, np.full(50, 7.0), seed=1)
    assert list(shares) == [0.0, 0.0]


def test_levels_cover_each_range_evenly() -> None:
    levels = _latin(np.random.default_rng(1), 20, 4)
    assert levels.shape == (20, 4)
    for column in levels.T:
        assert sorted(int(level * 20) for level in column) == list(range(20))


@pytest.mark.parametrize(
    ("middle", "end", "turned"),
    [((10, 1), (-10, 1), True), ((10, 1), (-1, 1), False), ((1, 1), (-10, 1), False),
     ((10, 1), (9, 1), False)],
)  # fmt: skip
def test_an_answer_turns_only_beyond_noise(middle: tuple, end: tuple, turned: bool) -> None:
    assert _turned(np.array(middle), np.array(end)) is turned


def test_every_assumption_of_the_world_has_a_row_for_every_policy() -> None:
    policies = [baseline_policy(BOOK), cut(30)]
    made = ready(small()[::8], ASSUMED, policies=policies, as_of=SMALL_DAY, months=3)
    study = Study(made, policies, 3, 1, 2, 30, 1)
    told: list[int] = []
    rows = list(sensitivity_rows(study, told=told.append))
    names = asked(made)
    assert {(row["assumption"], row["policy"]) for row in rows} == {
        (name, policy.id) for name in names for policy in policies[1:]
    }
    assert told == list(range(1, 2 * len(names) + 31))
    assert all(0 <= row["variance_share_percent"] <= 100 for row in rows)
