"""Proposals that people take: the rulebook proposes, and some of it is decided."""

from __future__ import annotations

from typing import Any

from engine.backends.kernel.layout import UNKNOWN
from engine.simulation.world import counts
from engine.simulation.world.compiled import compiled
from engine.simulation.world.draws import TAKEN, uniform
from engine.simulation.world.findings import close_everything, score_group, write_sanction
from engine.simulation.world.places import put
from engine.simulation.world.plan import last_lawful_day
from engine.simulation.world.state import NOT_FOUND

__all__ = ["begin_anew", "take_proposals"]

_STATEMENT, _ORDER_NOTICE, _ORDER, _INTENSIFIED_NOTICE = 0, 1, 2, 3
_INTENSIFIED, _INTENSIFIED_WITH_ORDER = 4, 5
_REDUCTION_NOTICE, _WITHDRAWAL_NOTICE, _WITHDRAWAL = 6, 7, 8
_NOTICE, _AS_ORDER, _AS_INTENSIFIED, _AS_WITHDRAWAL = range(4)


@compiled
def _weight(step: int) -> int:
    """Which of the four chances a step has of being taken; -1 for steps that are left out."""
    if step == _ORDER_NOTICE:
        return _NOTICE
    if step == _ORDER:
        return _AS_ORDER
    if step in (_INTENSIFIED_NOTICE, _INTENSIFIED, _INTENSIFIED_WITH_ORDER):
        return _AS_INTENSIFIED
    if step in (_WITHDRAWAL_NOTICE, _WITHDRAWAL):
        return _AS_WITHDRAWAL
    return -1


@compiled
def _stands(row: Any, places: Any, codes: Any, step: int) -> bool:
    block = places.sanction
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if row[first + block.current] == 1 and row[first + block.step] == codes.step[step]:
            return True
    return False


@compiled
def _ends(row: Any, places: Any, codes: Any, step: int) -> None:
    """A notice has done its work when its decision is made."""
    block = places.sanction
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if row[first + block.step] == codes.step[step]:
            put(row, first, block.current, 0)
            put(row, first, block.unmet, 0)


@compiled
def begin_anew(
    state: Any,
    subject: int,
    plan: Any,
    rates: Any,
    places: Any,
    codes: Any,
    clock: Any,
    tally: Any,
) -> None:
    """A withdrawn approval: its place in the portfolio is taken by somebody newly approved, so that
    the portfolio stays as large as it was. What was said of the one who left, a person's colour
    among it, is not held against the newcomer."""
    row = state.rows[subject]
    kind, where = state.kind[subject], state.authority[subject]
    for group in range(state.quality.shape[1]):
        hidden = state.quality[subject, group] > 0 and state.declined[subject, group] >= 0
        if hidden and state.found[subject, group] == NOT_FOUND:
            tally.month[clock.month, kind, where, counts.DECLINES_LEFT] += 1.0
        state.quality[subject, group] = 0
        state.known[subject, group] = 0
        state.declined[subject, group] = NOT_FOUND
        state.found[subject, group] = NOT_FOUND
        score_group(row, places, codes, rates, group, 0, False, clock.today)
    close_everything(row, places, codes)
    row[places.subject.override] = UNKNOWN
    put(row, 0, places.subject.consultant_in_doubt, 0)
    put(row, 0, places.subject.substantial_change_waits, 0)
    put(row, 0, places.subject.declining_quality_suspected_age_days, UNKNOWN)
    put(row, 0, places.subject.risk_sign, UNKNOWN)
    state.sample_month[subject] = NOT_FOUND
    state.start[subject] = clock.today
    state.department_start[subject, :] = clock.today
    state.force_reports[subject] = 0
    state.fired_since[subject, :] = 0
    state.visited[subject] = clock.today
    put(row, 0, places.subject.last_visit_age_days, clock.today)
    put(row, 0, places.subject.last_assessed_age_days, clock.today)
    number = plan.floor_values[kind]
    if number > 0:
        lawful = last_lawful_day(clock.today, plan.floor_from[kind], plan.floor_days[kind], number)
        put(row, 0, places.subject.lawful_day_age_days, lawful)
        block = places.department
        for place in range(row[block.counted] if block.capacity > 0 else 0):
            put(row, block.first + place * block.stride, block.lawful_day_age_days, lawful)


@compiled
def take_proposals(
    state: Any,
    fired: Any,
    plan: Any,
    rates: Any,
    places: Any,
    codes: Any,
    key: Any,
    clock: Any,
    tally: Any,
    first: int,
    last: int,
) -> None:
    """Of the proposals whose preconditions are met, people take some each month."""
    for subject in range(first, last):
        row = state.rows[subject]
        kind, where = state.kind[subject], state.authority[subject]
        for rule in range(len(plan.proposal_item)):
            if not fired[subject, plan.proposal_item[rule]]:
                continue
            step = plan.proposal_step[rule]
            weight = _weight(step)
            if weight < 0:
                continue
            ready = True
            for need in plan.proposal_needs[rule]:
                if need >= 0 and not fired[subject, need]:
                    ready = False
            warned_by = plan.proposal_warned_by[rule]
            if warned_by >= 0 and not _stands(row, places, codes, warned_by):
                ready = False
            if not ready or _stands(row, places, codes, step):
                continue
            if (
                uniform(key, subject, clock.month, TAKEN + step)
                >= rates.proposal_taken[kind, weight]
            ):
                continue
            if step == _WITHDRAWAL:
                tally.month[clock.month, kind, where, counts.WITHDRAWALS] += 1.0
                begin_anew(state, subject, plan, rates, places, codes, clock, tally)
                break
            deadline = 0
            if step in (_ORDER, _INTENSIFIED_WITH_ORDER):
                deadline = clock.today + rates.order_deadline_days
            write_sanction(row, places, codes, step, deadline, clock.today)
            if warned_by >= 0:
                _ends(row, places, codes, warned_by)
            if step == _ORDER_NOTICE:
                tally.month[clock.month, kind, where, counts.ORDERS_WARNED] += 1.0
            elif step == _ORDER:
                tally.month[clock.month, kind, where, counts.ORDERS] += 1.0
            elif step in (_INTENSIFIED, _INTENSIFIED_WITH_ORDER):
                tally.month[clock.month, kind, where, counts.INTENSIFIED] += 1.0
