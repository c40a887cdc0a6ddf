"""The compiled last lawful day is that of the facts, whatever the intervals and their changes."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.floor import last_lawful_day as by_the_facts
from engine.simulation.world.plan import last_lawful_day

DAYS = st.dates(date(1990, 1, 1), date(2060, 1, 1))
INTERVALS = st.lists(
    st.tuples(DAYS, st.integers(1, 4000)), min_size=1, max_size=8, unique_by=lambda pair: pair[0]
).map(sorted)


@given(DAYS, INTERVALS)
def test_as_the_facts_have_it(start: date, intervals: list[tuple[date, int]]) -> None:
    froms = np.zeros(8, dtype=np.int32)
    days = np.zeros(8, dtype=np.int32)
    for place, (day, number) in enumerate(intervals):
        froms[place], days[place] = day.toordinal(), number
    found = last_lawful_day(start.toordinal(), froms, days, len(intervals))
    assert date.fromordinal(found) == by_the_facts(start, intervals)


@given(DAYS, st.integers(1, 4000))
def test_one_interval_is_added(start: date, number: int) -> None:
    froms = np.array([1] + [0] * 7, dtype=np.int32)
    days = np.array([number] + [0] * 7, dtype=np.int32)
    due = last_lawful_day(start.toordinal(), froms, days, 1)
    assert date.fromordinal(due) == start + timedelta(days=number)
