"""The core of the simulated world as somebody would write it in NumPy, a column at a time.

Quality declines, worsens and recovers; facts that nobody moves grow older; calls come in; every
subject is announced a basis visit each twelfth month, which finds what is amiss or not. The draws
are those of the compiled world, so both must count the same. Left out: how serious concerns are and
what becomes of them, everything that is written down (concerns, visits, scores, steps), sanctions,
budgets, conditions, the rulebook, the plan that follows from it, capacity, and the counts by kind
and authority.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.backends.kernel.layout import UNKNOWN
from engine.simulation.prepared import Prepared
from engine.simulation.start import AUTHORITIES
from engine.simulation.world import counts
from engine.simulation.world.beginning import begin
from engine.simulation.world.counts import new_tally
from engine.simulation.world.draws import CONCERN, DETECT, QUALITY, SOURCE, replicate_key
from engine.simulation.world.living import live_through
from engine.simulation.world.rates import GROUPS, KINDS, Rates
from engine.simulation.world.state import NEEDS, Clock, Needs, State
from engine.simulation.world.visits import make_visits
from models.terms import Purpose

__all__ = ["COUNTED", "Core"]

COUNTED = {
    "declines": counts.DECLINES,
    "recovered unfound": counts.RECOVERED_UNFOUND,
    "calls": counts.CONCERNS_OUTSIDE,
    "whistleblowers": counts.CONCERNS_WHISTLEBLOWER,
    "visits": counts.VISITS,
    "found": counts.FOUND,
}
_EVERY = 12
_U64 = np.uint64


def _mixed(x: Any) -> Any:
    x = (x ^ (x >> _U64(30))) * _U64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> _U64(27))) * _U64(0x94D049BB133111EB)
    return x ^ (x >> _U64(31))


def _uniform(begun: Any, month: int, purpose: int) -> Any:
    """The draws of the compiled world, for a column of subjects."""
    moved = (month + 1) * 0xC2B2AE3D27D4EB4F + purpose * 0x165667B19E3779F9
    return (_mixed(begun + _U64(moved % 2**64)) >> _U64(11)) * (1.0 / 2**53)


class Core:
    """The same months by NumPy and by the compiled world, under a plan that is fixed."""

    def __init__(self, ready: Prepared, *, seed: int) -> None:
        self._world = ready.world
        self._plan = ready.plan("baseline")
        self._regime = self._plan.regimes[0]
        self._key = replicate_key(seed, 0)

    def start(self) -> State:
        """The portfolio without steps, every subject's quality drawn as that of a green one."""
        world = self._world
        state = world.portfolio.state(len(GROUPS), len(world.slots))
        state.rows[:, world.places.sanction.counted] = 0
        state.rows[:, world.places.subject.override] = UNKNOWN
        colours = np.zeros(len(state.rows), dtype=np.int64)
        begin(
            state, colours, self._plan.rates, world.places, world.codes, self._key, 0, len(colours)
        )
        return state

    def compiled(self, state: State) -> dict[str, int]:
        """What the compiled world counts: its own month between visits, its own visits."""
        world, plan, number = self._world, self._plan, len(state.rows)
        tally = new_tally(world.months, len(KINDS), len(AUTHORITIES), len(GROUPS), len(Purpose))
        fired = np.zeros((number, len(self._regime.kernel.keys)), dtype=np.uint8)
        left = np.full(len(AUTHORITIES), np.inf)
        needs = Needs(
            due=np.zeros((number, NEEDS), dtype=np.int32),
            priority=np.ones((number, NEEDS), dtype=np.int32),
            purpose=np.zeros((number, NEEDS), dtype=np.int32),
            departments=np.ones(number, dtype=np.int32),
            department_due=np.zeros((number, state.department_start.shape[1]), dtype=np.int32),
            granted=np.zeros((number, NEEDS), dtype=np.bool_),
            price=np.zeros((number, NEEDS)),
        )
        costs, places, codes, rates = plan.costs, world.places, world.codes, plan.rates
        for month in range(1, world.months):
            today, tomorrow = world.days[month], world.days[month + 1]
            year = month // 12
            clock = Clock(month, today, tomorrow, tomorrow, world.calendar_months[month], year)
            days = today - world.days[month - 1]
            live_through(state, rates, places, codes, self._key, clock, days, tally, 0, number)
            needs.granted[:, 0] = (np.arange(number) + month) % _EVERY == 0
            make_visits(
                state,
                needs,
                fired,
                self._regime.plan,
                rates,
                places,
                codes,
                costs,
                left,
                self._key,
                clock,
                tally,
                0,
                number,
            )
        sums = tally.month.sum(axis=(0, 1, 2))
        return {name: int(sums[place]) for name, place in COUNTED.items()}

    def by_numpy(self, state: State) -> dict[str, int]:
        """What NumPy counts of the same."""
        number = len(state.rows)
        subjects = np.arange(number)
        begun = _U64(self._key) + subjects.astype(_U64) * _U64(0x9E3779B97F4A7C15)
        found = dict.fromkeys(COUNTED, 0)
        for month in range(1, self._world.months):
            days = self._world.days[month] - self._world.days[month - 1]
            aged = state.rows[:, state.frozen]
            aged[aged != UNKNOWN] += days
            state.rows[:, state.frozen] = aged
            rows = np.flatnonzero((subjects + month) % _EVERY == 0)
            found["visits"] += len(rows)
            for group in range(len(GROUPS)):
                _moves(state, self._plan.rates, begun, month, group, found=found)
                quality = state.quality[:, group]
                rates = self._plan.rates
                calls = _uniform(begun, month, CONCERN + group) < rates.concern[state.kind, quality]
                found["calls"] += int(calls.sum())
                blown = _uniform(begun[calls], month, SOURCE + group) < rates.whistleblower
                found["whistleblowers"] += int(blown.sum())
                _visits(state, rates, begun, month, group, rows=rows, found=found)
        return found


def _moves(
    state: State, rates: Rates, begun: Any, month: int, group: int, *, found: dict[str, int]
) -> None:
    u = _uniform(begun, month, QUALITY + group)
    quality, declined = state.quality[:, group], state.declined[:, group]
    first = state.found[:, group]
    good = quality == 0
    recovery = np.where(state.known[:, group] == 1, rates.recovery_known, rates.recovery_unfound)
    recovery = np.where(quality == 2, recovery * rates.recovery_serious_factor, recovery)
    declines = good & (u < rates.decline[state.kind, group])
    recovers = ~good & (u < recovery)
    worsens = (quality == 1) & ~recovers & (u > 1.0 - rates.worsening)
    found["declines"] += int(declines.sum())
    found["recovered unfound"] += int((recovers & (first == -1) & (declined >= 0)).sum())
    quality[declines], quality[recovers], quality[worsens] = 1, 0, 2
    declined[declines], declined[recovers] = month, -1
    first[declines | recovers] = -1


def _visits(
    state: State,
    rates: Rates,
    begun: Any,
    month: int,
    group: int,
    *,
    rows: Any,
    found: dict[str, int],
) -> None:
    quality, known = state.quality[rows, group], state.known[rows, group]
    eyes = np.where(quality == 2, rates.depth * rates.serious_visibility, rates.depth)
    chance = 1.0 - (1.0 - rates.sensitivity[0, 0]) ** eyes
    u = _uniform(begun[rows], month, DETECT + group)
    seen = (quality > 0) & ((known == 1) | (u < chance))
    newly = seen & (state.found[rows, group] == -1)
    found["found"] += int((newly & (state.declined[rows, group] >= 0)).sum())
    state.found[rows[newly], group] = month
    state.known[rows[seen], group] = 1
    state.known[rows[quality == 0], group] = 0
