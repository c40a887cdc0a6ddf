"""The month loop, in one compiled function with the rulebook inside it.

The portfolio is gone through a stretch of subjects at a time, so that a stretch is read from memory
once before the visits of the month are granted and once after: what happens to a subject depends on
the others only in what time there is.
"""

from __future__ import annotations

from typing import Any

from engine.simulation.world.beginning import begin
from engine.simulation.world.capacity import grant_visits
from engine.simulation.world.compiled import compiled
from engine.simulation.world.living import live_through
from engine.simulation.world.measures import count_end, count_month, count_overdue, draw_samples
from engine.simulation.world.plan import wanted_visits
from engine.simulation.world.sanctions import take_proposals
from engine.simulation.world.state import Calendar, Clock
from engine.simulation.world.visits import make_visits

__all__ = ["end_the_period", "live_months"]

_TOGETHER = 256
_YEAR = 12


@compiled
def _clock(calendar: Calendar, month: int) -> Clock:
    """The month of that number; one after the last is where the period ends."""
    days = calendar.days
    tomorrow = days[min(month + 1, len(days) - 1)]
    return Clock(
        month,
        days[month],
        tomorrow,
        tomorrow + calendar.lead_days,
        calendar.months[month],
        month // _YEAR,
    )


@compiled
def _read(state: Any, reading: Any, rules: Any, today: int, first: int, last: int) -> None:
    """The rulebook reads the facts of the subjects from `first` up to `last`."""
    rows = state.rows[first:last]
    fired = reading.fired[first:last]
    both = reading.both[first:last]
    rules.fired_at(
        rows.ctypes,
        last - first,
        rows.shape[1],
        today,
        rules.parameters.ctypes,
        rules.parameters.shape[0],
        fired.ctypes,
        fired.shape[1],
        both.ctypes,
    )
    for subject in range(first, last):
        reading.colours[subject] = reading.both[subject] >> 2


@compiled
def live_months(
    state: Any,
    needs: Any,
    reading: Any,
    rules: Any,
    supervised: Any,
    rates: Any,
    places: Any,
    codes: Any,
    costs: Any,
    frame: Any,
    key: Any,
    calendar: Any,
    month_from: int,
    month_until: int,
    tally: Any,
) -> None:
    """Lives from one month up to another under one set of rules, and counts."""
    number = state.rows.shape[0]
    plan, fired = rules.plan, reading.fired
    for month in range(month_from, month_until):
        clock = _clock(calendar, month)
        days = clock.today - (calendar.days[month - 1] if month > 0 else calendar.before)
        new_year = clock.calendar_month == 1 or month == 0
        for first in range(0, number, _TOGETHER):
            last = min(first + _TOGETHER, number)
            if month > 0:
                live_through(state, rates, places, codes, key, clock, days, tally, first, last)
            _read(state, reading, rules, clock.today, first, last)
            if month == 0:
                begin(state, reading.colours, rates, places, codes, key, first, last)
                count_overdue(state, supervised, plan, places, clock, tally, first, last)
            if new_year:
                draw_samples(state, fired, plan, key, clock, first, last)
            wanted_visits(
                state, needs, fired, plan, places, rules.sample_priority, clock, first, last
            )
        if frame.cut:
            for where in range(len(frame.left)):
                if month == 0:
                    frame.left[where] = 0.0
                frame.left[where] += frame.monthly[clock.year, where]
        grant_visits(state, needs, costs.price, costs.department_price, frame.left, clock, tally)
        for first in range(0, number, _TOGETHER):
            last = min(first + _TOGETHER, number)
            make_visits(
                state,
                needs,
                fired,
                plan,
                rates,
                places,
                codes,
                costs,
                frame.left,
                key,
                clock,
                tally,
                first,
                last,
            )
            take_proposals(state, fired, plan, rates, places, codes, key, clock, tally, first, last)
            count_month(state, supervised, reading.colours, plan, places, clock, tally, first, last)


@compiled
def end_the_period(
    state: Any,
    reading: Any,
    rules: Any,
    rates: Any,
    places: Any,
    codes: Any,
    key: Any,
    calendar: Any,
    tally: Any,
) -> None:
    """The last month is lived through to its end, where the rulebook reads the facts once more."""
    months = len(calendar.days) - 1
    clock = _clock(calendar, months)
    days = clock.today - calendar.days[months - 1]
    number = state.rows.shape[0]
    live_through(state, rates, places, codes, key, clock, days, tally, 0, number)
    _read(state, reading, rules, clock.today, 0, number)
    count_end(state, reading.colours, clock.today, tally)
