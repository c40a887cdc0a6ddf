"""Who is visited when there is not time for all: by priority, then by who has waited longest. Of an
authority that has put a visit off nobody of a lower priority is visited that month, be the visit
ever so short; the time is saved for the next.

What the law demands comes first and is made whatever the frame says, since a cut cannot take it
away; the other visits share what is left of the month's frame, authority by authority. What is
not used is carried over to the next month, over New Year too, and so is what the law's visits took
beyond it: else a cut would take more, or less, than it says.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.simulation.world import counts
from engine.simulation.world.compiled import compiled
from engine.simulation.world.plan import FLOOR_FIRST, NO_NEED
from engine.simulation.world.state import NEED_ECONOMY, NEEDS

__all__ = ["grant_visits"]

_PRIORITIES = 16
_WAITS = 64
_DAYS_PER_WAIT = 30


@compiled
def _place_in_line(needs: Any, subject: int, need: int, tomorrow: int) -> int:
    """0 is first: the smallest priority, and in it the one that has waited longest."""
    waited = (tomorrow - needs.due[subject, need]) // _DAYS_PER_WAIT
    waited = min(max(waited, 0), _WAITS - 1)
    priority = min(needs.priority[subject, need], _PRIORITIES - 1)
    return int(priority * _WAITS + (_WAITS - 1 - waited))


@compiled
def grant_visits(
    state: Any, needs: Any, cost: Any, department_cost: Any, left: Any, clock: Any, tally: Any
) -> None:
    """Grants visits while there is time. `cost` [kind, need, purpose] and `department_cost` [kind]:
    what a visit takes of the frame; `left` [authority]: what is left of it, negative when the law's
    visits alone took more; infinite where nothing is cut."""
    lines = _PRIORITIES * _WAITS
    begins = np.zeros(lines + 1, dtype=np.int64)
    subjects = state.rows.shape[0]
    for subject in range(subjects):
        for need in range(NEEDS):
            if needs.due[subject, need] != NO_NEED:
                begins[_place_in_line(needs, subject, need, clock.tomorrow) + 1] += 1
    for line in range(lines):
        begins[line + 1] += begins[line]
    queue = np.empty(begins[lines], dtype=np.int64)
    nexts = begins.copy()
    for subject in range(subjects):
        for need in range(NEEDS):
            if needs.due[subject, need] != NO_NEED:
                line = _place_in_line(needs, subject, need, clock.tomorrow)
                queue[nexts[line]] = subject * NEEDS + need
                nexts[line] += 1
    lowest = np.full(len(left), _PRIORITIES, dtype=np.int64)
    for entry in queue:
        subject, need = entry // NEEDS, entry % NEEDS
        kind, where = state.kind[subject], state.authority[subject]
        price = cost[kind, need, needs.purpose[subject, need]]
        if need == 0 and needs.departments[subject] > 1:
            price += department_cost[kind] * (needs.departments[subject] - 1)
        priority = needs.priority[subject, need]
        there_is_time = left[where] >= price and priority <= lowest[where]
        if priority == FLOOR_FIRST or need == NEED_ECONOMY or there_is_time:
            needs.granted[subject, need] = True
            needs.price[subject, need] = price
            left[where] -= price
        else:
            lowest[where] = min(lowest[where], priority)
            tally.month[clock.month, kind, where, counts.PUT_OFF] += 1.0
