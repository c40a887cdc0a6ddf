"""One replicate of one policy: the month loop.

Each month: the compiled rulebook reads every subject's facts; its visit rules and the law say what
is needed; the frame says what there is time for; visits find and follow up; people take proposals;
all is counted; then quality, concerns and steps move until the next month begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.simulation.regimes import Regime, Slots
from engine.simulation.start import AUTHORITIES, Portfolio
from engine.simulation.world.beginning import begin
from engine.simulation.world.capacity import grant_visits
from engine.simulation.world.counts import Tally, new_tally
from engine.simulation.world.draws import replicate_key
from engine.simulation.world.living import live_through
from engine.simulation.world.measures import count_end, count_month, count_overdue, draw_samples
from engine.simulation.world.places import Codes, Places
from engine.simulation.world.plan import wanted_visits
from engine.simulation.world.rates import GROUPS, KINDS, Rates
from engine.simulation.world.sanctions import take_proposals
from engine.simulation.world.state import NEEDS, Clock, Needs
from engine.simulation.world.visits import make_visits
from models.terms import Purpose

__all__ = ["Costs", "PolicyPlan", "World", "run_replicate"]

_MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Costs:
    """What visits take. `hours` [kind, need, purpose], `department_hours` [kind] for each further
    department, `hours_not_met` [kind]; `price`, `department_price` and `price_not_met` in the unit
    of the frame. A visit at which nobody is met counts as a visit, but takes fewer hours."""

    hours: Any
    department_hours: Any
    hours_not_met: Any
    price: Any
    department_price: Any
    price_not_met: Any


@dataclass(frozen=True)
class World:
    """What all policies share: the portfolio, where facts stand, the days of the months."""

    portfolio: Portfolio
    places: Places
    codes: Codes
    slots: Slots
    days: tuple[int, ...]
    calendar_months: tuple[int, ...]

    @property
    def months(self) -> int:
        """How many months are lived through."""
        return len(self.days) - 1


@dataclass(frozen=True)
class PolicyPlan:
    """A policy made ready: its rules, rates and costs, and the frame of each authority a year (in
    the unit of the prices), or nothing where nothing is cut."""

    regimes: Sequence[Regime]
    rates: Rates
    costs: Costs
    lead_days: int
    frame_per_year: Any | None


def _needs(number: int, departments: int) -> Needs:
    return Needs(
        due=np.zeros((number, NEEDS), dtype=np.int32),
        priority=np.zeros((number, NEEDS), dtype=np.int32),
        purpose=np.full((number, NEEDS), -1, dtype=np.int32),
        departments=np.ones(number, dtype=np.int32),
        department_due=np.zeros((number, departments), dtype=np.int32),
        granted=np.zeros((number, NEEDS), dtype=np.bool_),
        price=np.zeros((number, NEEDS)),
    )


def _clock(world: World, month: int, lead_days: int) -> Clock:
    """The month of that number; one after the last is where the period ends."""
    today = world.days[month]
    tomorrow = world.days[min(month + 1, world.months)]
    return Clock(
        month,
        today,
        tomorrow,
        tomorrow + lead_days,
        world.calendar_months[month],
        month // _MONTHS_A_YEAR,
    )


def run_replicate(world: World, plan: PolicyPlan, *, seed: int, replicate: int) -> Tally:
    """Lives through the period once. The same arguments give the same tally, on any machine."""
    portfolio, places, codes, rates = world.portfolio, world.places, world.codes, plan.rates
    number = len(portfolio.ids)
    state = portfolio.state(len(GROUPS), len(world.slots))
    needs = _needs(number, portfolio.department_start.shape[1])
    tally = new_tally(world.months, len(KINDS), len(AUTHORITIES), len(GROUPS), len(tuple(Purpose)))
    key = replicate_key(seed, replicate)
    colours = np.zeros(number, dtype=np.int64)
    left = np.full(len(AUTHORITIES), np.inf)
    monthly = None if plan.frame_per_year is None else plan.frame_per_year / _MONTHS_A_YEAR
    regimes = {regime.from_month: regime for regime in plan.regimes}
    regime = plan.regimes[0]
    fired = np.zeros((number, len(regime.kernel.keys)), dtype=np.uint8)
    before = portfolio.as_of.toordinal()
    for month in range(world.months):
        today = world.days[month]
        clock = _clock(world, month, plan.lead_days)
        if month in regimes:
            regime = regimes[month]
            fired = np.zeros((number, len(regime.kernel.keys)), dtype=np.uint8)
        if month > 0:
            live_through(state, rates, places, codes, key, clock, today - before, tally)
        before = today
        regime.kernel.module.fired_all(state.rows, today, regime.parameters, fired, colours)
        in_force = colours >> 2
        if month == 0:
            begin(state, in_force, rates, places, codes, key)
            count_overdue(state, portfolio.supervised, regime.plan, places, clock, tally)
        if clock.calendar_month == 1 or month == 0:
            draw_samples(state, fired, regime.plan, key, clock)
            if monthly is not None:
                left[:] = np.minimum(left, 0.0)
                left[~np.isfinite(left)] = 0.0
        if monthly is not None:
            left += monthly
        wanted_visits(state, needs, fired, regime.plan, places, regime.sample_priority, clock)
        costs = plan.costs
        grant_visits(state, needs, costs.price, costs.department_price, left, clock, tally)
        make_visits(
            state,
            needs,
            fired,
            regime.plan,
            rates,
            places,
            codes,
            costs.hours,
            costs.department_hours,
            costs.hours_not_met,
            costs.price_not_met,
            left,
            key,
            clock,
            tally,
        )
        take_proposals(state, fired, regime.plan, rates, places, codes, key, clock, tally)
        count_month(state, portfolio.supervised, in_force, regime.plan, places, clock, tally)
    end = world.days[-1]
    clock = _clock(world, world.months, plan.lead_days)
    live_through(state, rates, places, codes, key, clock, end - before, tally)
    regime.kernel.module.fired_all(state.rows, end, regime.parameters, fired, colours)
    count_end(state, colours >> 2, end, tally)
    return tally
