"""Which visits the fired rules and the law ask for this month.

The rulebook's own visit rules, floors and notices, as `engine/decisions/visits.py` reads them, by
the month: what falls due before the next month begins is needed now, and a visit that is made sees
to everything whose window is open.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.backends.kernel.layout import UNKNOWN
from engine.simulation.world.compiled import compiled, part
from engine.simulation.world.state import (
    NEED_APPROVAL,
    NEED_ECONOMY,
    NEED_MAIN,
    NEED_NIGHT,
    NEED_SAMPLE,
    NEEDS,
)

__all__ = [
    "FLOOR_FIRST",
    "NO_NEED",
    "PlanTables",
    "last_lawful_day",
    "need_of",
    "notice_of",
    "wanted_visits",
]

NO_NEED = 0
FLOOR_FIRST = 0
_FOREVER = 3_652_059
_YEAR_DAYS = 365
_BASIS, _FOLLOW_UP, _DEPARTMENT, _NIGHT, _APPROVAL, _SAMPLE = range(6)
_ECONOMY = 2


class PlanTables(NamedTuple):
    """A rulebook's measures on a day, as numbers.

    Visit rules, each an entry: `item` its place among what fired; `rules` [kind, ...] those of a
    kind, `rules_of_kind` how many; `every_from`/`every_days`/`every`
    its dated intervals (`every` how many, 0 for none); `within` days for a one-off, or -1; `times`
    the row's column that says how many a year, or -1; `window` days; `purpose`, `performer`,
    `each_department`, `priority`; `slot` among the one-off rules. `floor_*` by kind. `notice_*`:
    the rules on announcing, `notice_purposes` a bit for each purpose. `frame_*`: sample frames,
    `frame_share` 0 to 1, `frame_random` for those at random among all greens. `proposal_*`:
    sanction rules with the items they need.
    """

    item: Any
    rules: Any
    rules_of_kind: Any
    every_from: Any
    every_days: Any
    every: Any
    within: Any
    times: Any
    window: Any
    purpose: Any
    performer: Any
    each_department: Any
    priority: Any
    slot: Any
    floor_from: Any
    floor_days: Any
    floor_values: Any
    floor_each_department: Any
    floor_window: int
    notice_item: Any
    notice_rank: Any
    notice_unannounced: Any
    notice_purposes: Any
    frame_item: Any
    frame_share: Any
    frame_group: Any
    frame_unannounced: Any
    frame_random: Any
    proposal_item: Any
    proposal_step: Any
    proposal_needs: Any
    proposal_warned_by: Any


@part
def last_lawful_day(start: int, froms: Any, days: Any, number: int) -> int:
    """The last day on which the time since `start` is within the interval in force on that day;
    the same as `engine.facts.floor.last_lawful_day`, on ordinals."""
    due = _FOREVER
    for place in range(number):
        until = froms[place + 1] - 1 if place + 1 < number else _FOREVER
        if until < start:
            continue
        due = start + days[place]
        if due < froms[place]:
            return int(froms[place] - 1)
        if due <= until:
            return int(due)
    return int(due)


@part
def _asks(needs: Any, subject: int, need: int, due: int, priority: int, purpose: int) -> None:
    """A requirement that falls due: the earliest day and the first priority count."""
    if needs.due[subject, need] == NO_NEED or due < needs.due[subject, need]:
        needs.due[subject, need] = due
    needs.priority[subject, need] = min(needs.priority[subject, need], priority)
    if needs.purpose[subject, need] < 0 or purpose == _FOLLOW_UP:
        needs.purpose[subject, need] = purpose


@part
def _departments_of(row: Any, places: Any) -> int:
    block = places.department
    open_ones = 0
    for number in range(row[block.counted] if block.capacity > 0 else 0):
        if row[block.first + number * block.stride + block.open] == 1:
            open_ones += 1
    return open_ones


@part
def _department_asks(
    state: Any,
    needs: Any,
    subject: int,
    places: Any,
    froms: Any,
    days: Any,
    number: int,
    window: int,
    priority: int,
    clock: Any,
) -> None:
    """An interval that holds for each open department, or for the place where it has none."""
    row = state.rows[subject]
    block = places.department
    for place in range(row[block.counted] if block.capacity > 0 else 0):
        if row[block.first + place * block.stride + block.open] != 1:
            continue
        due = last_lawful_day(state.department_start[subject, place], froms, days, number)
        if due - window <= clock.today:
            before = needs.department_due[subject, place]
            if before == NO_NEED or due < before:
                needs.department_due[subject, place] = due
        if due < clock.ahead:
            _asks(needs, subject, NEED_MAIN, max(due, 1), priority, _DEPARTMENT)


@part
def _floor_asks(
    state: Any, needs: Any, subject: int, kind: int, plan: Any, places: Any, clock: Any
) -> None:
    """The law's longest interval, before all else."""
    number = plan.floor_values[kind]
    if number == 0:
        return
    froms, days = plan.floor_from[kind], plan.floor_days[kind]
    if plan.floor_each_department[kind] and _departments_of(state.rows[subject], places) > 0:
        _department_asks(
            state,
            needs,
            subject,
            places,
            froms,
            days,
            number,
            plan.floor_window,
            FLOOR_FIRST,
            clock,
        )
        return
    due = last_lawful_day(state.start[subject], froms, days, number)
    if due < clock.ahead:
        _asks(needs, subject, NEED_MAIN, max(due, 1), FLOOR_FIRST, _BASIS)


@compiled
def need_of(performer: int, purpose: int) -> int:
    """Which visit of the month sees to a requirement."""
    if performer == _ECONOMY:
        return NEED_ECONOMY
    if purpose == _NIGHT:
        return NEED_NIGHT
    if purpose == _APPROVAL:
        return NEED_APPROVAL
    return NEED_MAIN


@part
def _rules_ask(
    state: Any, needs: Any, subject: int, fired: Any, plan: Any, places: Any, clock: Any
) -> None:
    row = state.rows[subject]
    departments = _departments_of(row, places)
    kind = state.kind[subject]
    for place in range(plan.rules_of_kind[kind]):
        rule = plan.rules[kind, place]
        slot = plan.slot[rule]
        if not fired[plan.item[rule]]:
            if slot >= 0:
                state.fired_since[subject, slot] = 0
            continue
        need = need_of(plan.performer[rule], plan.purpose[rule])
        made_until = clock.tomorrow
        if plan.every[rule] > 0:
            froms, days = plan.every_from[rule], plan.every_days[rule]
            if plan.each_department[rule] and departments > 0:
                _department_asks(
                    state,
                    needs,
                    subject,
                    places,
                    froms,
                    days,
                    plan.every[rule],
                    plan.window[rule],
                    plan.priority[rule],
                    clock,
                )
                continue
            due = last_lawful_day(state.start[subject], froms, days, plan.every[rule])
            made_until = clock.ahead
        elif plan.times[rule] >= 0:
            times = row[plan.times[rule]]
            if times == UNKNOWN or times <= 0:
                continue
            due = state.start[subject] + max(_YEAR_DAYS // times, 1)
        elif slot >= 0:
            if state.fired_since[subject, slot] == 0:
                state.fired_since[subject, slot] = clock.today
            due = state.fired_since[subject, slot] + plan.within[rule]
        else:
            continue
        if due < made_until:
            _asks(needs, subject, need, max(due, 1), plan.priority[rule], plan.purpose[rule])
        elif (
            need == NEED_MAIN
            and plan.purpose[rule] == _FOLLOW_UP
            and due - plan.window[rule] <= clock.today
            and needs.due[subject, NEED_MAIN] != NO_NEED
        ):
            needs.purpose[subject, NEED_MAIN] = _FOLLOW_UP


@compiled
def wanted_visits(
    state: Any,
    needs: Any,
    fired: Any,
    plan: Any,
    places: Any,
    sample_priority: int,
    clock: Any,
    first: int,
    last: int,
) -> None:
    """Fills `needs` for all subjects, from what fired for each."""
    for subject in range(first, last):
        for need in range(NEEDS):
            needs.due[subject, need] = NO_NEED
            needs.priority[subject, need] = 127
            needs.purpose[subject, need] = -1
            needs.granted[subject, need] = False
        for place in range(needs.department_due.shape[1]):
            needs.department_due[subject, place] = NO_NEED
        kind = state.kind[subject]
        _floor_asks(state, needs, subject, kind, plan, places, clock)
        _rules_ask(state, needs, subject, fired[subject], plan, places, clock)
        due_departments = 0
        for place in range(needs.department_due.shape[1]):
            if needs.department_due[subject, place] != NO_NEED:
                due_departments += 1
        needs.departments[subject] = max(due_departments, 1)
        if state.sample_month[subject] == clock.calendar_month - 1:
            frame = state.sample_frame[subject]
            if 0 <= frame < len(plan.frame_item) and fired[subject, plan.frame_item[frame]]:
                _asks(needs, subject, NEED_SAMPLE, clock.tomorrow - 1, sample_priority, _SAMPLE)


@part
def notice_of(fired: Any, plan: Any, purpose: int) -> int:
    """1 for unannounced: among the rules on notice that hold, the highest rank decides."""
    best, unannounced = -1, 0
    for rule in range(len(plan.notice_item)):
        if not fired[plan.notice_item[rule]] or plan.notice_rank[rule] <= best:
            continue
        if (plan.notice_purposes[rule] >> purpose) & 1:
            best, unannounced = plan.notice_rank[rule], plan.notice_unannounced[rule]
    return int(unannounced)
