"""Chance is even, and what is drawn for one thing says nothing of what is drawn for another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import chisquare

from engine.simulation.world import draws
from engine.simulation.world.draws import replicate_key, uniform

BINS = 16
LEAST = 1e-4
"""A fair generator fails a fixed check as seldom as this."""


def drawn(
    *, replicate: int = 0, subjects: int = 1, months: int = 1, purposes: int = 1
) -> np.ndarray:
    key = replicate_key(1, replicate)
    return np.array(
        [
            [[uniform(key, s, m, p) for p in range(purposes)] for m in range(months)]
            for s in range(subjects)
        ]
    )


def even(values: np.ndarray) -> None:
    counts, _ = np.histogram(values, bins=BINS, range=(0.0, 1.0))
    assert chisquare(counts).pvalue > LEAST


def independent(one: np.ndarray, other: np.ndarray) -> None:
    counts, _, _ = np.histogram2d(one.ravel(), other.ravel(), bins=8, range=[(0, 1), (0, 1)])
    assert chisquare(counts.ravel()).pvalue > LEAST


def test_from_nothing_up_to_but_not_one() -> None:
    values = drawn(subjects=50, months=40, purposes=20)
    assert values.min() >= 0.0
    assert values.max() < 1.0
    assert len(np.unique(values)) == values.size


@pytest.mark.parametrize("along", ["subjects", "months", "purposes"])
def test_even_along_each_direction(along: str) -> None:
    even(drawn(**{along: 20_000}))


def test_even_from_replicate_to_replicate_and_seed_to_seed() -> None:
    even(np.array([uniform(replicate_key(1, r), 3, 5, 7) for r in range(10_000)]))
    even(np.array([uniform(replicate_key(s, 0), 3, 5, 7) for s in range(10_000)]))


def test_neighbours_say_nothing_of_each_other() -> None:
    values = drawn(subjects=80, months=30, purposes=10)
    independent(values[1:], values[:-1])
    independent(values[:, 1:], values[:, :-1])
    independent(values[:, :, 1:], values[:, :, :-1])
    independent(values[1:, :-1], values[:-1, 1:])
    independent(values, drawn(replicate=1, subjects=80, months=30, purposes=10))


def test_every_purpose_has_room_for_its_index() -> None:
    names = [name for name in draws.__all__ if name.isupper() and not name.startswith("DRAWS")]
    firsts = sorted(getattr(draws, name) for name in names)
    assert len(firsts) == len(set(firsts)) == 18
    assert all(
        after - before == draws.DRAWS_OF_A_PURPOSE for before, after in itertools.pairwise(firsts)
    )


@pytest.mark.parametrize("seed", [-1, 0, 2**63, 2**64 - 1, 2**64 + 5, 10**30])
def test_any_whole_number_is_a_seed(seed: int) -> None:
    assert 0.0 <= uniform(replicate_key(seed, 0), 0, 0, 0) < 1.0
    assert replicate_key(seed, 0) != replicate_key(seed, 1)
    assert replicate_key(seed, 0) != replicate_key(seed + 1, 0)
