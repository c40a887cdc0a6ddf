"""The proposed policy lived through month by month, beside today's rules and a plain cut.

All have the same chance, and nothing is called better that chance alone could explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from engine.simulation.run import Comparison
from engine.simulation.tables import Measure
from engine.simulation.world.rates import KINDS
from models.terms import Kind, Purpose

__all__ = [
    "Checked",
    "Difference",
    "Figure",
    "Verdict",
    "difference_of",
    "figures_of",
    "held",
    "visits_a_year",
]

_SURE = 0.975


class Verdict(StrEnum):
    """What a paired difference of harm lets one say."""

    LESS = "less"
    MORE = "more"
    NOT_TOLD_APART = "not_told_apart"


@dataclass(frozen=True)
class Figure:
    """A mean over replicates with its Monte Carlo error."""

    mean: float
    error: float


@dataclass(frozen=True)
class Difference:
    """One policy less another, replicate by replicate: 95 times in 100 the true difference lies
    between `low` and `high`."""

    mean: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Less or more only where nothing of the interval says otherwise."""
        if self.high < 0:
            return Verdict.LESS
        return Verdict.MORE if self.low > 0 else Verdict.NOT_TOLD_APART


@dataclass(frozen=True)
class Checked:
    """What the simulation says. `figures` by policy: effort, harm and what it is of a year, and
    breaches in the whole period. `against` by policy: the proposed policy's
    harm less that one's."""

    figures: dict[str, dict[str, Figure]]
    against: dict[str, Difference]
    more_breaches: bool
    years: int
    replicates: int
    seed: int


_FIGURES = {
    "visits": Measure.VISITS,
    "hours": Measure.HOURS,
    "money_dkk": Measure.MONEY_DKK,
    "unseen_months": Measure.UNDETECTED_MONTHS,
    "unseen_serious_months": Measure.UNDETECTED_SERIOUS_MONTHS,
    "breaches": Measure.BREACHES,
}


def held(comparison: Comparison, *, proposed: str, serious_weight: float) -> Checked:
    """Reads a simulation of several policies, one of which is the proposed one."""
    harms = {
        policy.id: _harm(comparison, policy.id, serious_weight) for policy in comparison.policies
    }
    breaches = {
        policy.id: float(comparison.overall(policy.id, Measure.BREACHES).mean())
        for policy in comparison.policies
    }
    baseline = comparison.policies[0].id
    return Checked(
        figures={
            policy.id: figures_of(comparison, policy.id, harms[policy.id])
            for policy in comparison.policies
        },
        against={
            other: difference_of(harms[proposed], harm)
            for other, harm in harms.items()
            if other != proposed
        },
        more_breaches=breaches[proposed] > breaches[baseline],
        years=comparison.months // 12,
        replicates=comparison.replicates,
        seed=comparison.seed,
    )


def visits_a_year(comparison: Comparison) -> dict[tuple[Kind, Purpose], float]:
    """The first policy's visits a year, by kind and purpose."""
    result = comparison.baseline
    years = comparison.months / 12
    found = result.sums.visit[:, 1:, 0].sum(axis=(0, 3)) / result.replicates / years
    return {
        (kind, purpose): float(found[KINDS.index(kind), number])
        for kind in KINDS
        for number, purpose in enumerate(Purpose)
    }


def figures_of(comparison: Comparison, policy: str, harm: Any) -> dict[str, Figure]:
    """A policy's main figures."""
    found = {
        name: _figure(comparison.overall(policy, measure)) for name, measure in _FIGURES.items()
    }
    return {**found, "harm": _figure(harm)}


def difference_of(one: Sequence[float], other: Sequence[float]) -> Difference:
    """One less the other, pair by pair, with an interval after Student."""
    from scipy.stats import t

    pairs = np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    if len(pairs) < 2:
        return Difference(float(pairs.mean()), -np.inf, np.inf)
    error = float(pairs.std(ddof=1)) / len(pairs) ** 0.5
    width = float(t.ppf(_SURE, len(pairs) - 1)) * error
    mean = float(pairs.mean())
    return Difference(mean, mean - width, mean + width)


def _harm(comparison: Comparison, policy: str, serious_weight: float) -> Any:
    months = comparison.overall(policy, Measure.UNDETECTED_MONTHS)
    serious = comparison.overall(policy, Measure.UNDETECTED_SERIOUS_MONTHS)
    return months + (serious_weight - 1.0) * serious


def _figure(values: Any) -> Figure:
    error = float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return Figure(float(values.mean()), error)
