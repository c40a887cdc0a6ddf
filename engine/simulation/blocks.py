"""Replicates in blocks. A block is what one worker does at a time; what comes out does not depend
on who did it, or on how many there were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.simulation.hours import price_per_hour_dkk
from engine.simulation.prepared import Prepared
from engine.simulation.replicate import run_replicate
from engine.simulation.start import AUTHORITIES
from engine.simulation.summary import curves, delays, headline, with_all
from engine.simulation.world.counts import Tally
from engine.simulation.world.rates import PREFIX

__all__ = [
    "BLOCK",
    "MONTHS_A_YEAR",
    "Block",
    "Executor",
    "PolicyResult",
    "Threads",
    "YearlyFrames",
    "blocks_of",
    "run_block",
    "together",
]

MONTHS_A_YEAR = 12
YearlyFrames = tuple[tuple[float, ...], ...]
"""Of each year what each authority has, as a rate a year."""
BLOCK = 10
"""Replicates in a block, whatever the number of workers, so that sums are made in one order."""


@dataclass(frozen=True)
class Block:
    """Some replicates of one policy, with its frames or nothing."""

    policy: str
    seed: int
    first: int
    number: int
    frame_per_year: YearlyFrames | None


@dataclass
class PolicyResult:
    """Sums and sums of squares of every tally over replicates, with "all" in front of each of its
    axes, the headline of each replicate [replicate, measure, kind, authority], its delays by theme
    group and colour [replicate, measure, word], and its curves [replicate, curve, month]."""

    sums: Tally
    squares: Tally
    headlines: Any
    delays: Any
    curves: Any

    @property
    def replicates(self) -> int:
        """How many replicates this is of."""
        return int(self.headlines.shape[0])

    def plus(self, other: PolicyResult) -> PolicyResult:
        """Both together; this one first."""
        return PolicyResult(
            Tally(*(one + two for one, two in zip(self.sums, other.sums, strict=True))),
            Tally(*(one + two for one, two in zip(self.squares, other.squares, strict=True))),
            np.concatenate([self.headlines, other.headlines]),
            np.concatenate([self.delays, other.delays]),
            np.concatenate([self.curves, other.curves]),
        )


class Executor(Protocol):
    """Does blocks, and gives what they came to in the order of the blocks."""

    def run(self, blocks: Sequence[Block]) -> Iterator[PolicyResult]:
        """What each block came to, in order."""
        ...


def blocks_of(
    policy: str, *, seed: int, replicates: int, frame_per_year: YearlyFrames | None
) -> list[Block]:
    """All replicates of a policy, numbered from 0."""
    return [
        Block(policy, seed, first, min(BLOCK, replicates - first), frame_per_year)
        for first in range(0, replicates, BLOCK)
    ]


def run_block(prepared: Prepared, block: Block) -> PolicyResult:
    """Lives through the replicates of a block, one after the other."""
    frame = None if block.frame_per_year is None else np.array(block.frame_per_year)
    plan = prepared.plan(block.policy, frame)
    assumed = prepared.assumptions.on(prepared.world.portfolio.as_of)
    price = price_per_hour_dkk(assumed)
    consultants = np.array(
        [assumed.number(f"{PREFIX}consultants_{authority.value}") for authority in AUTHORITIES]
    )
    result: PolicyResult | None = None
    for replicate in range(block.first, block.first + block.number):
        tally = run_replicate(prepared.world, plan, seed=block.seed, replicate=replicate)
        whole = with_all(tally)
        one = PolicyResult(
            whole,
            Tally(*(values * values for values in whole)),
            headline(tally, price_dkk=price, consultants=consultants)[None],
            delays(tally, years=prepared.world.months / MONTHS_A_YEAR)[None],
            curves(tally)[None],
        )
        result = one if result is None else result.plus(one)
    if result is None:
        raise ValueError("a block has at least one replicate")
    return result


@dataclass(frozen=True)
class Threads:
    """The blocks on this machine's cores. The compiled month loop runs without Python's lock.
    `progress` is told how many replicates are done anew."""

    prepared: Prepared
    workers: int = 1
    progress: Callable[[int], None] | None = None

    def run(self, blocks: Sequence[Block]) -> Iterator[PolicyResult]:
        """What each block came to, in order."""

        def one(block: Block) -> PolicyResult:
            return run_block(self.prepared, block)

        with ThreadPoolExecutor(max_workers=self.workers) as pool:
            for block, result in zip(blocks, pool.map(one, blocks), strict=True):
                if self.progress is not None:
                    self.progress(block.number)
                yield result


def together(results: Iterable[PolicyResult]) -> PolicyResult:
    """The blocks of one policy as one result, in order."""
    whole: PolicyResult | None = None
    for result in results:
        whole = result if whole is None else whole.plus(result)
    if whole is None:
        raise ValueError("a policy has at least one block")
    return whole
