"""Whether an answer keeps its sign where an assumption is changed, from few replicates.

The interval is Student's t: of few replicates their own spread is little known, and two standard
errors would promise too much.
"""

from __future__ import annotations

import math
from enum import StrEnum

__all__ = ["Outcome", "half_width", "outcome_of"]

_SURENESS = 0.95


class Outcome(StrEnum):
    """What a changed assumption does to the sign of an answer."""

    HOLDS = "holds"
    TURNS = "turns"
    UNTOLD = "untold"


def half_width(error: float, replicates: int) -> float:
    """How far to either side of a mean its 95 % interval reaches; without end for a single
    replicate, which tells nothing of chance."""
    if replicates < 2 or not math.isfinite(error):
        return math.inf
    from scipy.stats import t

    return float(error * t.ppf((1 + _SURENESS) / 2, replicates - 1))


def outcome_of(
    middle: tuple[float, float], end: tuple[float, float], *, replicates: int
) -> Outcome:
    """Of the answer at the assumption's value and at an end of its range, each a mean and its
    standard error. Where either interval holds both signs, nothing can be told."""
    signs = [_sign(mean, half_width(error, replicates)) for mean, error in (middle, end)]
    if None in signs:
        return Outcome.UNTOLD
    return Outcome.HOLDS if signs[0] == signs[1] else Outcome.TURNS


def _sign(mean: float, reach: float) -> float | None:
    return math.copysign(1.0, mean) if abs(mean) > reach else None
