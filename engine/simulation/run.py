"""Policies side by side: the baseline first, then each cut measured against what it used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.simulation.blocks import Executor, PolicyResult, blocks_of, together
from engine.simulation.prepared import Policy
from engine.simulation.summary import MEASURES
from engine.simulation.tables import Measure
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
    """What each policy came to, the first being the baseline. `frames` by policy: what it had for
    each authority a year in the unit of its cut, or nothing."""

    policies: tuple[Policy, ...]
    results: dict[str, PolicyResult]
    frames: dict[str, tuple[float, ...] | None]
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

    def overall(self, policy: str, measure: Measure) -> Any:
        """[replicate], of all kinds and authorities together."""
        return self.values(policy, measure)[:, 0, 0]


def frame_of(policy: Policy, baseline: PolicyResult) -> tuple[float, ...] | None:
    """What a cut leaves each authority a year: its share of what the baseline used on average."""
    if policy.cut is None:
        return None
    measure = MEASURES.index(MEASURE_OF[policy.cut.measure])
    used = baseline.headlines[:, measure, 0, 1:].mean(axis=0)
    left = used * (1.0 - policy.cut.percent / 100.0)
    return tuple(float(value) for value in left)


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
    frames: dict[str, tuple[float, ...] | None] = {}
    for policy in policies:
        if begun is not None:
            begun(policy)
        frame = frame_of(policy, results[policies[0].id]) if results else None
        frames[policy.id] = frame
        blocks = blocks_of(policy.id, seed=seed, replicates=replicates, frame_per_year=frame)
        results[policy.id] = together(executor.run(blocks))
    return Comparison(tuple(policies), results, frames, as_of, months, seed, replicates)
