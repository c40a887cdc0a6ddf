"""What a rhythm of visits leaves unseen, worked out without drawing anything.

One theme group of one subject is a chain of five states: in order, declined and not found,
seriously poor and not found, declined and known, seriously poor and known. Each month quality moves
and what comes in from outside finds some of it; every so many months a visit finds more. What is to
be expected of each month follows from the month before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Chances", "Unseen", "chance_of_finding", "either", "unseen_in_period"]

_STATES = 5
_ORDER, _DECLINED, _SERIOUS, _KNOWN, _KNOWN_SERIOUS = range(_STATES)
_MONTHS_A_YEAR = 12.0


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


def unseen_in_period(
    chances: Chances,
    *,
    at_start: tuple[float, float],
    first_visits: Sequence[float],
    every_months: int | None,
) -> Unseen:
    """A year's mean over a period, month by month.

    `at_start`: the chances that the group is declined or seriously poor, and nobody knows.
    `first_visits`, one for each month of the period: the share of subjects whose first visit falls
    in it; the rest have none. Others follow at `every_months`.
    """
    months = len(first_visits)
    shares = np.array([*first_visits, max(1.0 - sum(first_visits), 0.0)])
    states = np.zeros((months + 1, _STATES))
    states[:] = (1.0 - sum(at_start), *at_start, 0.0, 0.0)
    moves, between, visit = _moves(chances), _looked(chances.between), _looked(chances.at_visit)
    whole = np.zeros(_STATES)
    for month in range(months):
        if month > 0:
            states = states @ moves
        states = states @ between
        visited = [
            first
            for first in range(month + 1)
            if first == month or (every_months and (month - first) % every_months == 0)
        ]
        states[visited] = states[visited] @ visit
        whole += shares @ states
    return _unseen(whole * (_MONTHS_A_YEAR / months))


def _moves(chances: Chances) -> Any:
    """How quality moves from one month to the next."""
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
    return moves


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


def _unseen(months: Any) -> Unseen:
    serious = max(float(months[_SERIOUS]), 0.0)
    return Unseen(max(float(months[_DECLINED]), 0.0) + serious, serious)
