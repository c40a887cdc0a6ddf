"""What an answer rests on is found: what does not matter has no share, what turns it is named."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest

from engine.simulation.prepared import baseline_policy
from engine.simulation.sensitivity import Study, _latin, _shares, asked, sensitivity_rows
from engine.simulation.sureness import Outcome, outcome_of
from engine.simulation.tables import REST
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
    assert shares == pytest.approx([90, 10, 0, 0], abs=5)
    assert (errors < 5).all()


def test_noise_and_what_is_not_linear_are_left_as_the_rest() -> None:
    """y = a + noise of the same variance; y = (a - 1/2)², of which nothing is linear."""
    chance = np.random.default_rng(6)
    drawn = chance.random((600, 2))
    noisy = drawn[:, 0] + chance.normal(0.0, np.sqrt(1 / 12), 600)
    shares, errors = _shares(drawn, noisy, seed=1)
    assert shares == pytest.approx([50, 0, 50], abs=6)
    assert 0 < errors[-1] < 6
    shares, _ = _shares(drawn, (drawn[:, 0] - 0.5) ** 2, seed=1)
    assert shares == pytest.approx([0, 0, 100], abs=3)


def test_many_assumptions_that_do_nothing_leave_all_to_the_rest() -> None:
    """What chance alone gives each is not added up."""
    chance = np.random.default_rng(7)
    shares, _ = _shares(chance.random((100, 60)), chance.normal(0.0, 1.0, 100), seed=1)
    assert shares[-1] > 80


def test_an_answer_that_never_varies_rests_on_nothing() -> None:
    drawn = np.random.default_rng(5).random((50, 2))
    shares, _ = _shares(drawn, np.full(50, 7.0), seed=1)
    assert list(shares) == [0.0, 0.0, 0.0]


def test_levels_cover_each_range_evenly() -> None:
    levels = _latin(np.random.default_rng(1), 20, 4)
    assert levels.shape == (20, 4)
    for column in levels.T:
        assert sorted(int(level * 20) for level in column) == list(range(20))


def test_every_assumption_of_the_world_has_a_row_for_every_policy() -> None:
    policies = [baseline_policy(BOOK), cut(30)]
    made = ready(small()[::8], ASSUMED, policies=policies, as_of=SMALL_DAY, months=3)
    study = Study(made, policies, 3, 1, 2, 30, 1)
    told: list[int] = []
    rows = list(sensitivity_rows(study, told=told.append))
    names = asked(made)
    assert {(row["assumption"], row["policy"]) for row in rows} == {
        (name, policy.id) for name in [*names, REST] for policy in policies[1:]
    }
    assert told == list(range(1, 2 * len(names) + 31))
    assert all(0 <= row["variance_share_percent"] <= 100 for row in rows)
    for row in rows:
        if row["assumption"] == REST:
            assert row["at_value"] is row["at_low"] is row["outcome"] is None
            continue
        assert row["replicates"] == 2
        assert row["at_value_error"] >= 0
        outcomes = {
            outcome_of(
                (row["at_value"], row["at_value_error"]), (row[end], row[f"{end}_error"]),
                replicates=2,
            )
            for end in ("at_low", "at_high")
        }  # fmt: skip
        expected = "holds"
        if Outcome.TURNS in outcomes:
            expected = "turns"
        elif Outcome.UNTOLD in outcomes:
            expected = "untold"
        assert row["outcome"] == expected


def test_what_is_not_varied_stands_in_the_documents() -> None:
    policies = [baseline_policy(BOOK)]
    made = ready(small()[::8], ASSUMED, policies=policies, as_of=SMALL_DAY, months=3)
    text = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text(encoding="utf-8")
    listed = text.partition("Not varied:")[2].partition("\n\n")[0]
    patterns = re.findall(r"`([a-z_.*]+)`", listed)
    varied = set(asked(made))
    of_choices = "optimise."
    for name in made.assumptions.quantities:
        if name.startswith(of_choices):
            continue
        assert any(fnmatch(name, pattern) for pattern in patterns) is (name not in varied), name


def test_of_a_single_replicate_nothing_can_be_told() -> None:
    policies = [baseline_policy(BOOK), cut(30)]
    made = ready(small()[::8], ASSUMED, policies=policies, as_of=SMALL_DAY, months=3)
    rows = list(sensitivity_rows(Study(made, policies, 3, 1, 1, 0, 1)))
    assert {row["outcome"] for row in rows if row["assumption"] != REST} == {"untold"}
