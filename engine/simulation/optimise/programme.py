"""The choice as a programme for a solver (HiGHS): the bound, and the policy.

A rulebook's parameter has one value for a kind and colour in the whole country, and one depth and
one sample share for all: that is a programme in whole numbers, and its answer is the policy. If
every stratum might be divided among all options as one liked, it would be a linear programme; no
rulebook is that fine, so its answer is the bound that the policy is held against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

__all__ = ["Option", "Place", "Solution", "best_policy", "cheapest_policy", "lower_bound"]

_YEAR_DAYS = 365.0
_TIE = 1e-7
"""How much a change that gains nothing weighs: enough to leave well alone."""


@dataclass(frozen=True)
class Option:
    """What can be done in a place: an interval (None: no recurring visit) under the setting with
    that number; what it takes of the measure and what harm it leaves."""

    interval_days: int | None
    setting: int
    cost: float
    harm: float


@dataclass(frozen=True)
class Place:
    """Where one choice is made. Within a `chain` a place of higher rank is visited at least as
    often. `floor_days`: the law's longest interval; options beyond it are never taken. `today` is
    kept where nothing speaks for another."""

    name: Any
    options: tuple[Option, ...]
    chain: Any = None
    rank: int = 0
    floor_days: int | None = None
    today: int | None = None


@dataclass(frozen=True)
class Solution:
    """`shares` [place]: the options taken, by their number, with the share of each."""

    shares: tuple[dict[int, float], ...]
    cost: float
    harm: float

    def chosen(self, places: Sequence[Place]) -> tuple[Option, ...]:
        """The option of each place, where every place has one."""
        return tuple(
            place.options[max(share, key=lambda number: share[number])]
            for place, share in zip(places, self.shares, strict=True)
        )


def lower_bound(places: Sequence[Place], budget: float) -> Solution | None:
    """The least harm if every place may be divided among its options; None if the budget cannot be
    met within the law."""
    from scipy.optimize import linprog

    model = _Model(places)
    rows, below = model.inequalities(budget)
    equal, right = model.each_place_once()
    found = linprog(
        model.harm,
        A_ub=rows,
        b_ub=below,
        A_eq=equal,
        b_eq=right,
        bounds=list(zip(np.zeros(model.size), model.upper, strict=True)),
        method="highs",
    )
    return model.solution(found.x) if found.success else None


def best_policy(places: Sequence[Place], budget: float) -> Solution | None:
    """The least harm with one option for each place and one setting for all; None if the budget
    cannot be met within the law."""
    return _whole(places, budget=budget, for_cost=False)


def cheapest_policy(places: Sequence[Place]) -> Solution:
    """What takes least within the law, whatever harm it leaves. Raises ValueError if not even today
    is lawful."""
    found = _whole(places, budget=None, for_cost=True)
    if found is None:
        raise ValueError("no option keeps the law")
    return found


def _whole(places: Sequence[Place], *, budget: float | None, for_cost: bool) -> Solution | None:
    """The best of all settings. A setting that cannot do better than what is found already is not
    looked into."""
    best: Solution | None = None
    for setting, least in _settings_by_promise(places, budget=budget, for_cost=for_cost):
        if best is not None and least >= _worth(best, for_cost)[0]:
            break
        found = _under(places, setting, budget=budget, for_cost=for_cost)
        if found is None:
            continue
        if best is None or _worth(found, for_cost) < _worth(best, for_cost):
            best = found
    return best


def _worth(solution: Solution, for_cost: bool) -> tuple[float, float]:
    if for_cost:
        return solution.cost, solution.harm
    return solution.harm, solution.cost


def _settings_by_promise(
    places: Sequence[Place], *, budget: float | None, for_cost: bool
) -> list[tuple[int, float]]:
    """Each setting with a value that no choice under it can better, the most promising first. What
    goes over the budget is charged at a price (Lagrange): whatever the price, that is a bound."""
    settings = sorted({option.setting for place in places for option in place.options})
    prices = [0.0] if budget is None or for_cost else _prices(places)
    found = []
    for setting in settings:
        bounds = np.zeros(len(prices)) - np.array(prices) * (budget or 0.0)
        for place in places:
            own = [option for option in place.options if option.setting == setting]
            cost = np.array([option.cost for option in own])
            harm = cost if for_cost else np.array([option.harm for option in own])
            charged = harm + np.outer(prices, cost)
            bounds += charged.min(axis=1, initial=np.inf)
        found.append((setting, float(bounds.max())))
    return sorted(found, key=lambda pair: (pair[1], pair[0]))


def _prices(places: Sequence[Place]) -> list[float]:
    """Prices of a unit of the measure, in harm, from far too low to far too high."""
    options = [option for place in places for option in place.options]
    harm = max(option.harm for option in options)
    cost = max([option.cost for option in options]) or 1.0
    return [0.0, *(harm / cost * np.logspace(-3, 3, 61)).tolist()]


def _under(
    places: Sequence[Place], setting: int, *, budget: float | None, for_cost: bool
) -> Solution | None:
    """The best choice under one setting."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    numbers = [
        [at for at, option in enumerate(place.options) if option.setting == setting]
        for place in places
    ]
    own = [
        replace(place, options=tuple(place.options[at] for at in kept))
        for place, kept in zip(places, numbers, strict=True)
    ]
    model = _Model(own)
    rows, below = model.inequalities(budget)
    equal, right = model.each_place_once()
    constraints = [LinearConstraint(equal, right, right)]
    if len(rows):
        constraints.append(LinearConstraint(rows, -np.inf, below))
    found = milp(
        model.cost if for_cost else model.harm + _TIE * model.changes,
        constraints=constraints,
        integrality=np.ones(model.size),
        bounds=Bounds(0.0, model.upper),
        options={"mip_rel_gap": 0.0},
    )
    if not found.success:
        return None
    solved = model.solution(np.round(found.x))
    return replace(
        solved,
        shares=tuple(
            {kept[at]: share for at, share in shares.items()}
            for shares, kept in zip(solved.shares, numbers, strict=True)
        ),
    )


class _Model:
    """Options of all places in one row of unknowns."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self.first: list[int] = []
        at = 0
        for place in places:
            self.first.append(at)
            at += len(place.options)
        self.size = at
        options = [option for place in places for option in place.options]
        self.cost = np.array([option.cost for option in options])
        self.harm = np.array([option.harm for option in options])
        self.changes = np.array(
            [
                abs((option.interval_days or 0) - (place.today or option.interval_days or 0))
                for place in places
                for option in place.options
            ],
            dtype=np.float64,
        )
        self.upper = np.array(
            [
                0.0
                if place.floor_days is not None
                and (option.interval_days is None or option.interval_days > place.floor_days)
                else 1.0
                for place in places
                for option in place.options
            ]
        )

    def inequalities(self, budget: float | None) -> tuple[Any, Any]:
        """The budget, and in each chain the rhythm of a colour beside that of the next milder."""
        rows, below = [], []
        if budget is not None:
            rows.append(self.cost)
            below.append(budget)
        for number, place in enumerate(self.places):
            if place.chain is None:
                continue
            milder = [
                other
                for other, candidate in enumerate(self.places)
                if candidate.chain == place.chain and candidate.rank < place.rank
            ]
            if milder:
                nearest = max(milder, key=lambda other: self.places[other].rank)
                rows.append(self._visits(nearest) - self._visits(number))
                below.append(0.0)
        return np.array(rows).reshape(-1, self.size), np.array(below)

    def _visits(self, number: int) -> Any:
        row = np.zeros(self.size)
        for at, option in enumerate(self.places[number].options, start=self.first[number]):
            if option.interval_days is not None:
                row[at] = _YEAR_DAYS / option.interval_days
        return row

    def each_place_once(self) -> tuple[Any, Any]:
        """The shares of a place come to one."""
        rows = np.zeros((len(self.places), self.size))
        for number, place in enumerate(self.places):
            rows[number, self.first[number] : self.first[number] + len(place.options)] = 1.0
        return rows, np.ones(len(self.places))

    def solution(self, shares: Any) -> Solution:
        """What the unknowns say."""
        taken = tuple(
            {
                at: float(shares[first + at])
                for at in range(len(place.options))
                if shares[first + at] > 1e-9
            }
            for place, first in zip(self.places, self.first, strict=True)
        )
        return Solution(taken, float(self.cost @ shares), float(self.harm @ shares))
