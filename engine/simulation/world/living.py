"""What happens between visits: quality declines and recovers, concerns come in and run their
course, steps are fulfilled or run out."""

from __future__ import annotations

from typing import Any

from engine.backends.kernel.layout import UNKNOWN
from engine.simulation.world import counts
from engine.simulation.world.compiled import compiled, part
from engine.simulation.world.draws import (
    ADEQUATE,
    BUDGET,
    BUDGET_FILED,
    CLOSE,
    CONCERN,
    CONDITION,
    COURSE,
    FORCE,
    QUALITY,
    SOURCE,
    uniform,
)
from engine.simulation.world.findings import (
    FORCE_GROUP,
    MODERATE,
    SERIOUS,
    concern_group,
    concern_open,
    drawn_severity,
    open_concern,
    rank_of,
)
from engine.simulation.world.places import put
from engine.simulation.world.state import NOT_FOUND

__all__ = ["live_through"]

_NOTICES = (1, 3, 6, 7)
_ORDER, _INTENSIFIED, _INTENSIFIED_WITH_ORDER = 2, 4, 5
_NO_ONE_ORDERED = 0
_OFFER = 0
_FRAME_GROUP = 2


@part
def _sanction_level(row: Any, places: Any, codes: Any) -> int:
    """0 without a step that bites, 1 with an order in force, 2 under intensified supervision."""
    block = places.sanction
    level = 0
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if row[first + block.current] != 1:
            continue
        step = row[first + block.step]
        if step == codes.step[_INTENSIFIED] or step == codes.step[_INTENSIFIED_WITH_ORDER]:
            return 2
        if step == codes.step[_ORDER]:
            level = 1
    return level


@part
def _recovery(state: Any, subject: int, group: int, sanctioned: int, rates: Any) -> float:
    """The chance that quality is restored this month."""
    rate = rates.recovery_unfound
    if state.known[subject, group]:
        rate = rates.recovery_known
        if sanctioned == 1:
            rate = max(rate, rates.recovery_order)
        elif sanctioned == 2:
            rate = max(rate, rates.recovery_intensified)
    if state.quality[subject, group] == 2:
        rate *= rates.recovery_serious_factor
    return float(rate)


@part
def _quality_moves(
    state: Any,
    subject: int,
    kind: int,
    sanctioned: int,
    rates: Any,
    key: Any,
    clock: Any,
    tally: Any,
) -> None:
    where = state.authority[subject]
    for group in range(state.quality.shape[1]):
        u = uniform(key, subject, clock.month, QUALITY + group)
        quality = state.quality[subject, group]
        if quality == 0:
            if u < rates.decline[kind, group]:
                state.quality[subject, group] = 1
                state.declined[subject, group] = clock.month
                state.declined_colour[subject, group] = state.colour[subject]
                state.found[subject, group] = NOT_FOUND
                tally.month[clock.month - 1, kind, where, counts.DECLINES] += 1.0
            continue
        if u < _recovery(state, subject, group, sanctioned, rates):
            unfound = state.found[subject, group] == NOT_FOUND
            if unfound and state.declined[subject, group] >= 0:
                tally.month[clock.month - 1, kind, where, counts.RECOVERED_UNFOUND] += 1.0
            state.quality[subject, group] = 0
            state.declined[subject, group] = NOT_FOUND
            state.found[subject, group] = NOT_FOUND
        elif quality == 1 and u > 1.0 - rates.worsening:
            state.quality[subject, group] = 2


@part
def _calls_come_in(
    state: Any,
    subject: int,
    kind: int,
    rates: Any,
    places: Any,
    codes: Any,
    key: Any,
    clock: Any,
    tally: Any,
) -> None:
    """Concerns from whistleblowers, relatives, municipalities, employees."""
    row = state.rows[subject]
    where = state.authority[subject]
    for group in range(state.quality.shape[1]):
        quality = state.quality[subject, group]
        rate = rates.concern[kind, quality]
        if uniform(key, subject, clock.month, CONCERN + group) >= rate:
            continue
        severity = drawn_severity(rates, quality, key, subject, clock.month, group)
        tally.month[clock.month - 1, kind, where, counts.CONCERNS_OUTSIDE] += 1.0
        if uniform(key, subject, clock.month, SOURCE + group) < rates.whistleblower:
            tally.month[clock.month - 1, kind, where, counts.CONCERNS_WHISTLEBLOWER] += 1.0
        open_concern(row, places, codes, kind, group, severity, clock.today)


@part
def _concerns_run(
    state: Any, subject: int, rates: Any, places: Any, codes: Any, key: Any, clock: Any
) -> None:
    """Dialogue, statement, closing. The authority closes what it does not know to be amiss."""
    row = state.rows[subject]
    block = places.concern
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if not concern_open(row, first, places):
            continue
        severity = rank_of(row[first + block.severity], codes.severity)
        group = concern_group(row, first, places, codes)
        u = uniform(key, subject, clock.month, COURSE + number)
        talked = row[first + block.dialogue_age_days] != UNKNOWN
        asked = row[first + block.statement_requested_age_days] != UNKNOWN
        answered = row[first + block.statement_received_age_days] != UNKNOWN
        if not talked:
            if u < (rates.dialogue_serious if severity >= SERIOUS else rates.dialogue):
                put(row, first, block.dialogue_age_days, clock.today)
            continue
        if state.known[subject, group]:
            if severity >= MODERATE and not asked:
                if u < rates.statement_requested:
                    put(row, first, block.statement_requested_age_days, clock.today)
                    due = clock.today + rates.statement_due_days
                    put(row, first, block.statement_due_age_days, due)
            elif asked and not answered and u < rates.statement_received:
                put(row, first, block.statement_received_age_days, clock.today)
                v = uniform(key, subject, clock.month, ADEQUATE + number)
                put(row, first, block.statement_adequate, 1 if v < rates.statement_adequate else 0)
            continue
        looked_into = severity == 0 or row[first + block.visited_since] == 1
        if looked_into and uniform(key, subject, clock.month, CLOSE + number) < rates.closed:
            put(row, first, block.open, 0)


@part
def _steps_end(state: Any, subject: int, rates: Any, places: Any, codes: Any, clock: Any) -> None:
    """Steps are fulfilled when the authority knows of nothing amiss any more; intensified
    supervision also ends with its term."""
    row = state.rows[subject]
    block = places.sanction
    if row[block.counted] <= 0:
        return
    restored = True
    for group in range(state.known.shape[1]):
        if state.known[subject, group]:
            restored = False
    for number in range(row[places.concern.counted]):
        first = places.concern.first + number * places.concern.stride
        if concern_open(row, first, places) and (
            rank_of(row[first + places.concern.severity], codes.severity) >= MODERATE
        ):
            restored = False
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if row[first + block.current] != 1 and row[first + block.unmet] != 1:
            continue
        step = row[first + block.step]
        timed = step == codes.step[_INTENSIFIED] or step == codes.step[_INTENSIFIED_WITH_ORDER]
        decided = row[first + block.decided_age_days]
        if restored:
            put(row, first, block.current, 0)
            put(row, first, block.unmet, 0)
        elif timed and decided != UNKNOWN and clock.today - decided > rates.intensified_days:
            put(row, first, block.current, 0)


@part
def _budgets_move(
    state: Any, subject: int, kind: int, rates: Any, places: Any, codes: Any, key: Any, clock: Any
) -> None:
    """A budget that is late is awaited from the deadline on, and comes in time."""
    block = places.budget
    if block.capacity == 0 or kind != _OFFER:
        return
    row = state.rows[subject]
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if row[first + block.status] == codes.awaited and (
            uniform(key, subject, clock.month, BUDGET_FILED + number) < rates.budget_filed
        ):
            put(row, first, block.status, codes.approved)
    if clock.calendar_month != rates.budget_month:
        return
    poor = 1 if state.quality[subject, _FRAME_GROUP] > 0 else 0
    if uniform(key, subject, clock.month, BUDGET) >= rates.budget_late[poor]:
        return
    first = -1
    for number in range(row[block.counted]):
        place = block.first + number * block.stride
        if row[place + block.status] == codes.approved:
            first = place
            break
    if first < 0 and row[block.counted] < block.capacity:
        first = block.first + row[block.counted] * block.stride
        row[block.counted] += 1
    if first < 0:
        return
    for offset in range(block.stride):
        row[first + offset] = UNKNOWN
    put(row, first, block.status, codes.awaited)
    put(row, first, block.years_ahead, 1)
    put(row, first, block.deadline_age_days, clock.today)
    put(row, first, block.economy_followed_up, 0)


@part
def _conditions_are_met(
    state: Any, subject: int, rates: Any, places: Any, key: Any, clock: Any
) -> None:
    row = state.rows[subject]
    block = places.condition
    for number in range(row[block.counted] if block.capacity > 0 else 0):
        first = block.first + number * block.stride
        if row[first + block.open] == 1 and (
            uniform(key, subject, clock.month, CONDITION + number) < rates.condition_fulfilled
        ):
            put(row, first, block.open, 0)


@part
def _force_is_reported(
    state: Any, subject: int, kind: int, rates: Any, key: Any, clock: Any, tally: Any
) -> None:
    """Offers report use of force. A report makes nobody visit: it tells the next visit which score
    bears what it finds."""
    if kind != _OFFER:
        return
    quality = state.quality[subject, FORCE_GROUP]
    if uniform(key, subject, clock.month, FORCE) < rates.force_report[quality]:
        state.force_reports[subject] += 1
        where = state.authority[subject]
        tally.month[clock.month - 1, kind, where, counts.FORCE_REPORTS] += 1.0


@compiled
def live_through(
    state: Any,
    rates: Any,
    places: Any,
    codes: Any,
    key: Any,
    clock: Any,
    days: int,
    tally: Any,
    first: int,
    last: int,
) -> None:
    """The month up to `clock.today`, `days` long, for every subject; what happens is counted in it.
    What the world does not move stands still: facts of it are as old each month as they were at the
    start."""
    for subject in range(first, last):
        row = state.rows[subject]
        kind = state.kind[subject]
        for index in state.frozen:
            if row[index] != UNKNOWN:
                row[index] += days
        if row[places.subject.override] != UNKNOWN and clock.today > state.override_ends[subject]:
            row[places.subject.override] = UNKNOWN
        sanctioned = _sanction_level(row, places, codes)
        _quality_moves(state, subject, kind, sanctioned, rates, key, clock, tally)
        _calls_come_in(state, subject, kind, rates, places, codes, key, clock, tally)
        _force_is_reported(state, subject, kind, rates, key, clock, tally)
        _concerns_run(state, subject, rates, places, codes, key, clock)
        _steps_end(state, subject, rates, places, codes, clock)
        _budgets_move(state, subject, kind, rates, places, codes, key, clock)
        _conditions_are_met(state, subject, rates, places, key, clock)
