"""The same seed, the same world: whoever does it, in however many threads and blocks."""

from __future__ import annotations

import numpy as np
import pytest

from engine.simulation import blocks as blocks_module
from engine.simulation.blocks import PolicyResult, Threads, blocks_of, run_block, together
from engine.simulation.prepared import Policy, Prepared, baseline_policy
from engine.simulation.replicate import run_replicate
from engine.simulation.world import counts
from engine.simulation.world.counts import Tally
from models.rulebook import Text
from tests.simulation.world.worlds import BOOK, SMALL_DAY, YEAR, cut, ready, small

MONTHS = 2 * YEAR
REPLICATES = 25
FRAME = (800.0, 150.0, 120.0, 60.0, 40.0)
TWIN = Policy("twin", Text(da="Tvilling", en="Twin"), BOOK)


@pytest.fixture(scope="module")
def world() -> Prepared:
    policies = [baseline_policy(BOOK), TWIN, cut(30)]
    return ready(small(), as_of=SMALL_DAY, months=MONTHS, policies=policies)


def same(one: Tally, other: Tally) -> None:
    for values, others in zip(one, other, strict=True):
        np.testing.assert_array_equal(values, others)


def result(
    world: Prepared, workers: int, *, seed: int = 1, policy: str = "hours_30"
) -> PolicyResult:
    blocks = blocks_of(policy, seed=seed, replicates=REPLICATES, frame_per_year=FRAME)
    return together(Threads(world, workers).run(blocks))


def test_a_replicate_is_its_seed(world: Prepared) -> None:
    plan = world.plan("baseline")
    one = run_replicate(world.world, plan, seed=11, replicate=3)
    same(one, run_replicate(world.world, plan, seed=11, replicate=3))
    other = run_replicate(world.world, plan, seed=12, replicate=3)
    assert not np.array_equal(one.month, other.month)
    assert not np.array_equal(
        one.month, run_replicate(world.world, plan, seed=11, replicate=4).month
    )


def test_a_world_made_ready_again_is_the_same(world: Prepared) -> None:
    policies = [baseline_policy(BOOK), TWIN, cut(30)]
    backwards = tuple(reversed(small()))
    again = ready(backwards, as_of=SMALL_DAY, months=MONTHS, policies=policies)
    same(
        run_replicate(world.world, world.plan("baseline"), seed=1, replicate=0),
        run_replicate(again.world, again.plan("baseline"), seed=1, replicate=0),
    )


def test_the_number_of_threads_changes_nothing(world: Prepared) -> None:
    one = result(world, 1)
    assert one.replicates == REPLICATES
    for workers in (2, 3):
        other = result(world, workers)
        same(one.sums, other.sums)
        same(one.squares, other.squares)
        np.testing.assert_array_equal(one.headlines, other.headlines)


def test_where_blocks_end_changes_nothing(world: Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
    one = result(world, 1)
    monkeypatch.setattr(blocks_module, "BLOCK", 4)
    other = result(world, 2)
    np.testing.assert_array_equal(one.headlines, other.headlines)
    whole = [count for count in range(counts.COUNTS) if count != counts.HOURS]
    np.testing.assert_array_equal(one.sums.month[..., whole], other.sums.month[..., whole])
    np.testing.assert_allclose(one.sums.month, other.sums.month, rtol=1e-12)
    np.testing.assert_allclose(one.squares.month, other.squares.month, rtol=1e-12)
    for name in ("visit", "delay", "unfound", "undetected", "flow", "since"):
        np.testing.assert_array_equal(getattr(one.sums, name), getattr(other.sums, name))


def test_blocks_number_every_replicate_once() -> None:
    blocks = blocks_of("p", seed=1, replicates=23, frame_per_year=None)
    numbers = [n for block in blocks for n in range(block.first, block.first + block.number)]
    assert numbers == list(range(23))


def test_policies_with_the_same_rules_have_the_same_luck(world: Prepared) -> None:
    for replicate in range(3):
        same(
            run_replicate(world.world, world.plan("baseline"), seed=5, replicate=replicate),
            run_replicate(world.world, world.plan("twin"), seed=5, replicate=replicate),
        )


def test_a_frame_that_never_runs_out_is_no_cut(world: Prepared) -> None:
    plenty = world.plan("hours_30", np.full(5, 1e9))
    same(
        run_replicate(world.world, plenty, seed=5, replicate=0),
        run_replicate(world.world, world.plan("baseline"), seed=5, replicate=0),
    )


def test_a_block_is_its_replicates(world: Prepared) -> None:
    block = blocks_of("baseline", seed=1, replicates=3, frame_per_year=None)[0]
    found = run_block(world, block)
    tallies = [
        run_replicate(world.world, world.plan("baseline"), seed=1, replicate=number)
        for number in range(3)
    ]
    visits = sum(tally.visit for tally in tallies)
    np.testing.assert_array_equal(found.sums.visit[:, 1:, 1:], visits)
    np.testing.assert_array_equal(found.sums.visit[:, 0, 0], visits.sum(axis=(1, 2)))
    flows = sum(tally.flow**2 for tally in tallies)
    np.testing.assert_array_equal(found.squares.flow[:, 1:], flows)
    delays = sum(tally.delay.sum(axis=(1, 3)) ** 2 for tally in tallies)
    np.testing.assert_array_equal(found.squares.delay[1:, 0, 1:, 0], delays)
