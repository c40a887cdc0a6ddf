"""Policies side by side: the baseline first, then each cut measured against what it used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from engine.simulation.blocks import (
    MONTHS_A_YEAR,
    Executor,
    PolicyResult,
    YearlyFrames,
    blocks_of,
    together,
)
from engine.simulation.prepared import Policy
from engine.simulation.summary import MEASURES
from engine.simulation.tables import Measure
from engine.simulation.world import counts
from models.scenario import CutMeasure

__all__ = ["MEASURE_OF", "Comparison", "frame_of", "simulated"]

MEASURE_OF = {
    CutMeasure.VISITS: Measure.VISITS,
    CutMeasure.HOURS: Measure.HOURS,
    CutMeasure.MONEY_DKK: Measure.MONEY_DKK,
}
"""What a cut takes from, as it is counted."""


@dataclass(frozen=True)
class Comparison:
    """What each policy came to, the first being the baseline. `frames` by policy: what it had in
    each year for each authority in the unit of its cut, or nothing."""

    policies: tuple[Policy, ...]
    results: dict[str, PolicyResult]
    frames: dict[str, YearlyFrames | None]
    as_of: date
    months: int
    seed: int
    replicates: int

    @property
    def baseline(self) -> PolicyResult:
        """What the others are compared with."""
        return self.results[self.policies[0].id]

    def values(self, policy: str, measure: Measure) -> Any:
        """[replicate, kind, authority], with "all" in front of both."""
        return self.results[policy].headlines[:, MEASURES.index(measure)]

    def mean_frame(self, policy: str) -> tuple[float, ...] | None:
        """What a policy had for each authority, the mean of the years; nothing without a cut."""
        frames = self.frames[policy]
        if frames is None:
            return None
        lengths = [min(MONTHS_A_YEAR, self.months - MONTHS_A_YEAR * n) for n in range(len(frames))]
        return tuple(float(value) for value in np.average(frames, axis=0, weights=lengths))

    def overall(self, policy: str, measure: Measure) -> Any:
        """[replicate], of all kinds and authorities together."""
        return self.values(policy, measure)[:, 0, 0]


def frame_of(policy: Policy, baseline: PolicyResult) -> YearlyFrames | None:
    """What a cut leaves each authority in each year, as a rate a year: its share of what the
    baseline used in that year on average. Years differ, by what was overdue at the start and by
    what the law changes; a mean over all would cut some years twice and others not at all."""
    if policy.cut is None:
        return None
    measure = MEASURE_OF[policy.cut.measure]
    a_year = baseline.headlines[:, MEASURES.index(measure), 0, 1:].mean(axis=0)
    count = counts.VISITS if measure is Measure.VISITS else counts.HOURS
    by_month = baseline.sums.month[:, 0, 1:, count]
    whole = by_month.sum(axis=0)
    months = len(by_month)
    frames = []
    for first in range(0, months, MONTHS_A_YEAR):
        year = by_month[first : first + MONTHS_A_YEAR]
        rate = months / len(year)
        share = np.divide(year.sum(axis=0), whole, out=np.zeros(len(whole)), where=whole > 0)
        left = a_year * share * rate * (1.0 - policy.cut.percent / 100.0)
        frames.append(tuple(float(value) for value in left))
    return tuple(frames)


def simulated(
    policies: Sequence[Policy],
    executor: Executor,
    *,
    as_of: date,
    months: int,
    seed: int,
    replicates: int,
    begun: Callable[[Policy], None] | None = None,
) -> Comparison:
    """Runs every policy with the same draws. What comes out does not depend on the executor."""
    results: dict[str, PolicyResult] = {}
    frames: dict[str, YearlyFrames | None] = {}
    for policy in policies:
        if begun is not None:
            begun(policy)
        frame = frame_of(policy, results[policies[0].id]) if results else None
        frames[policy.id] = frame
        blocks = blocks_of(policy.id, seed=seed, replicates=replicates, frame_per_year=frame)
        results[policy.id] = together(executor.run(blocks))
    return Comparison(tuple(policies), results, frames, as_of, months, seed, replicates)
