"""One replicate of one policy.

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
from engine.simulation.world.counts import Tally, new_tally
from engine.simulation.world.draws import replicate_key
from engine.simulation.world.months import end_the_period, live_months
from engine.simulation.world.places import Codes, Places
from engine.simulation.world.rates import GROUPS, KINDS, Rates
from engine.simulation.world.state import NEEDS, Calendar, Costs, Frame, Needs, Reading, Rules
from models.terms import Purpose

__all__ = ["Costs", "PolicyPlan", "World", "run_replicate"]

_MONTHS_A_YEAR = 12


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
    """A policy made ready: its rules, rates and costs, and what each authority has (in the unit of
    the prices, as a rate a year): [authority], or [year, authority] where years differ; nothing
    where nothing is cut."""

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


def run_replicate(world: World, plan: PolicyPlan, *, seed: int, replicate: int) -> Tally:
    """Lives through the period once. The same arguments give the same tally, on any machine.

    The rules must be compiled to machine code (`prepared(..., jit=True)`)."""
    portfolio, places, codes, rates = world.portfolio, world.places, world.codes, plan.rates
    number = len(portfolio.ids)
    state = portfolio.state(len(GROUPS), len(world.slots))
    needs = _needs(number, portfolio.department_start.shape[1])
    tally = new_tally(world.months, len(KINDS), len(AUTHORITIES), len(GROUPS), len(tuple(Purpose)))
    key = replicate_key(seed, replicate)
    a_year = np.zeros(len(AUTHORITIES)) if plan.frame_per_year is None else plan.frame_per_year
    years = -(-world.months // _MONTHS_A_YEAR)
    frame = Frame(
        cut=plan.frame_per_year is not None,
        left=np.full(len(AUTHORITIES), np.inf),
        monthly=np.broadcast_to(a_year, (years, len(AUTHORITIES))) / _MONTHS_A_YEAR,
    )
    calendar = Calendar(
        days=np.array(world.days, dtype=np.int64),
        months=np.array(world.calendar_months, dtype=np.int64),
        before=portfolio.as_of.toordinal(),
        lead_days=plan.lead_days,
    )
    untils = [regime.from_month for regime in plan.regimes[1:]] + [world.months]
    for regime, until in zip(plan.regimes, untils, strict=True):
        kernel = regime.kernel
        rules = Rules(
            kernel.module.fired_at, regime.parameters, regime.plan, regime.sample_priority
        )
        reading = Reading(
            fired=np.zeros((number, len(kernel.keys)), dtype=np.uint8),
            both=np.zeros(number, dtype=np.int64),
            colours=np.zeros(number, dtype=np.int64),
        )
        live_months(
            state,
            needs,
            reading,
            rules,
            portfolio.supervised,
            rates,
            places,
            codes,
            plan.costs,
            frame,
            key,
            calendar,
            regime.from_month,
            until,
            tally,
        )
    end_the_period(state, reading, rules, rates, places, codes, key, calendar, tally)
    return tally
