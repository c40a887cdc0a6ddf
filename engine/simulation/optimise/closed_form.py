"""What a rhythm of visits leaves unseen, worked out without drawing anything.

One theme group of one subject is a chain of five states: in order, declined and not found,
seriously poor and not found, declined and known, seriously poor and known. Each month quality moves
and what comes in from outside finds some of it; every so many months a visit finds more. Where that
has gone on for long, the chain at a visit is as it was at the visit before: that gives the shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

__all__ = ["LONGEST_MONTHS", "Chances", "Unseen", "chance_of_finding", "either", "unseen_a_year"]

_STATES = 5
_ORDER, _DECLINED, _SERIOUS, _KNOWN, _KNOWN_SERIOUS = range(_STATES)
_MONTHS_A_YEAR = 12.0
LONGEST_MONTHS = 120
"""The longest time between visits that is reckoned with."""


@dataclass(frozen=True)
class Chances:
    """What happens in a month, each a chance (0 to 1). `between`: that something not found is found
    without the recurring visit, declined and serious; `at_visit`: that the recurring visit finds
    it."""

    decline: float
    worsening: float
    recovery_unfound: float
    recovery_known: float
    recovery_serious_factor: float
    between: tuple[float, float]
    at_visit: tuple[float, float]


class Unseen(NamedTuple):
    """Months a year in which a theme group is poor and no visit has found it; and those of them in
    which it is seriously poor."""

    months: float
    serious_months: float

    def plus(self, other: Unseen, weight: float = 1.0) -> Unseen:
        """Both together; the other one so many times."""
        return Unseen(
            self.months + weight * other.months,
            self.serious_months + weight * other.serious_months,
        )

    def times(self, factor: float) -> Unseen:
        """So many times this."""
        return Unseen(self.months * factor, self.serious_months * factor)


def either(*chances: float) -> float:
    """The chance that at least one of several things happens, each by itself."""
    none = 1.0
    for chance in chances:
        none *= 1.0 - chance
    return 1.0 - none


def chance_of_finding(sensitivity: float, eyes: float) -> float:
    """The chance that a look finds what is amiss, with so many times the usual attention."""
    if sensitivity >= 1.0:
        return 1.0 if eyes > 0.0 else 0.0
    return float(1.0 - (1.0 - sensitivity) ** eyes)


def unseen_a_year(chances: Chances, every_months: float | None) -> Unseen:
    """In the long run, with a visit every so many months, or none. Between whole numbers of months
    it is read off the straight line; beyond the longest it is that of the longest."""
    if chances.decline <= 0.0:
        return Unseen(0.0, 0.0)
    if every_months is None:
        return _without_visits(chances)
    every_months = min(max(every_months, 1.0), float(LONGEST_MONTHS))
    below = int(every_months)
    share = every_months - below
    low = _every(chances, below)
    if share == 0.0:
        return low
    return low.times(1.0 - share).plus(_every(chances, below + 1), share)


def _month(chances: Chances) -> Any:
    """From one month to the next, without the recurring visit."""
    unfound, serious_unfound = _recoveries(chances, chances.recovery_unfound)
    known, serious_known = _recoveries(chances, chances.recovery_known)
    worse_unfound = min(chances.worsening, 1.0 - unfound)
    worse_known = min(chances.worsening, 1.0 - known)
    moves = np.zeros((_STATES, _STATES))
    moves[_ORDER, _ORDER] = 1.0 - chances.decline
    moves[_ORDER, _DECLINED] = chances.decline
    moves[_DECLINED, _ORDER] = unfound
    moves[_DECLINED, _SERIOUS] = worse_unfound
    moves[_DECLINED, _DECLINED] = 1.0 - unfound - worse_unfound
    moves[_SERIOUS, _ORDER] = serious_unfound
    moves[_SERIOUS, _SERIOUS] = 1.0 - serious_unfound
    moves[_KNOWN, _ORDER] = known
    moves[_KNOWN, _KNOWN_SERIOUS] = worse_known
    moves[_KNOWN, _KNOWN] = 1.0 - known - worse_known
    moves[_KNOWN_SERIOUS, _ORDER] = serious_known
    moves[_KNOWN_SERIOUS, _KNOWN_SERIOUS] = 1.0 - serious_known
    return moves @ _looked(chances.between)


def _recoveries(chances: Chances, rate: float) -> tuple[float, float]:
    return rate, rate * chances.recovery_serious_factor


def _looked(found: tuple[float, float]) -> Any:
    """What a look does: what is found is known from then on."""
    looks = np.eye(_STATES)
    for state, known, chance in (
        (_DECLINED, _KNOWN, found[0]),
        (_SERIOUS, _KNOWN_SERIOUS, found[1]),
    ):
        looks[state, state] = 1.0 - chance
        looks[state, known] = chance
    return looks


def _lasting(cycle: Any) -> Any:
    """The shares that a cycle leaves as they were."""
    equations = cycle.T - np.eye(_STATES)
    equations[-1] = 1.0
    right = np.zeros(_STATES)
    right[-1] = 1.0
    return np.linalg.solve(equations, right)


def _every(chances: Chances, months: int) -> Unseen:
    powers, sums = _powers(chances)
    after = _lasting(powers[months] @ _looked(chances.at_visit))
    between = after @ sums[months - 1]
    whole = (after + between) * (_MONTHS_A_YEAR / months)
    return _unseen(whole)


@lru_cache(maxsize=1024)
def _powers(chances: Chances) -> tuple[Any, Any]:
    """The chain after so many months, and the sum over the months from the first to that one."""
    month = _month(chances)
    powers = np.empty((LONGEST_MONTHS + 2, _STATES, _STATES))
    powers[0] = np.eye(_STATES)
    for months in range(1, len(powers)):
        powers[months] = powers[months - 1] @ month
    return powers, powers.cumsum(axis=0) - powers[0]


def _without_visits(chances: Chances) -> Unseen:
    return _unseen(_lasting(_month(chances)) * _MONTHS_A_YEAR)


def _unseen(months: Any) -> Unseen:
    serious = max(float(months[_SERIOUS]), 0.0)
    return Unseen(max(float(months[_DECLINED]), 0.0) + serious, serious)
