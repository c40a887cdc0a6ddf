"""What is counted at the end of each month, and at the end of the period."""

from __future__ import annotations

from typing import Any

from engine.simulation.world import counts
from engine.simulation.world.compiled import compiled, part
from engine.simulation.world.draws import SAMPLE, SAMPLE_MONTH, uniform
from engine.simulation.world.plan import last_lawful_day
from engine.simulation.world.state import GREEN, NOT_FOUND

__all__ = ["count_end", "count_month", "count_overdue", "draw_samples"]

_DAYS_A_MONTH = 30.4375


@part
def _overdue_by_law(state: Any, subject: int, plan: Any, places: Any, day: int) -> bool:
    """Whether the law's last day for a visit, to the place or one of its departments, lies before
    `day`."""
    kind = state.kind[subject]
    number = plan.floor_values[kind]
    if number == 0:
        return False
    froms, days = plan.floor_from[kind], plan.floor_days[kind]
    row = state.rows[subject]
    block = places.department
    any_open = False
    if plan.floor_each_department[kind]:
        for place in range(row[block.counted] if block.capacity > 0 else 0):
            if row[block.first + place * block.stride + block.open] != 1:
                continue
            any_open = True
            if last_lawful_day(state.department_start[subject, place], froms, days, number) < day:
                return True
    if any_open:
        return False
    return bool(last_lawful_day(state.start[subject], froms, days, number) < day)


@compiled
def count_month(
    state: Any,
    supervised: Any,
    colours: Any,
    plan: Any,
    places: Any,
    clock: Any,
    tally: Any,
    first: int,
    last: int,
) -> None:
    """Colours, wrong greens, what is amiss and not found, and what is later than the law allows."""
    for subject in range(first, last):
        kind, where = state.kind[subject], state.authority[subject]
        colour = colours[subject]
        month = tally.month[clock.month, kind, where]
        month[counts.COLOUR_FIRST + colour] += 1.0
        wrong = False
        for group in range(state.quality.shape[1]):
            quality = state.quality[subject, group]
            if quality == 0:
                continue
            month[counts.POOR] += 1.0
            if not state.known[subject, group]:
                wrong = True
            if state.found[subject, group] == NOT_FOUND:
                month[counts.UNDETECTED] += 1.0
                tally.undetected[kind, group, colour] += 1.0
                if quality == 2:
                    month[counts.UNDETECTED_SERIOUS] += 1.0
        if wrong and colour == GREEN:
            month[counts.FALSE_GREENS] += 1.0
        if supervised[subject] and _overdue_by_law(state, subject, plan, places, clock.tomorrow):
            month[counts.BREACHES] += 1.0
        if clock.month % 12 == 0:
            if clock.year > 0:
                tally.flow[clock.year - 1, kind, state.colour_before[subject], colour] += 1.0
            state.colour_before[subject] = colour
        state.colour[subject] = colour


@compiled
def count_overdue(
    state: Any,
    supervised: Any,
    plan: Any,
    places: Any,
    clock: Any,
    tally: Any,
    first: int,
    last: int,
) -> None:
    """Who is later than the law allows when the simulation begins; no policy is to blame for it."""
    for subject in range(first, last):
        if supervised[subject] and _overdue_by_law(state, subject, plan, places, clock.today):
            kind, where = state.kind[subject], state.authority[subject]
            tally.month[0, kind, where, counts.OVERDUE_AT_START] += 1.0


@compiled
def count_end(state: Any, colours: Any, end: int, tally: Any) -> None:
    """Whole months since each subject's last visit that met somebody, declines that are yet to be
    found, and what became of the colours in the last year: `colours` are those of the day after."""
    last = tally.flow.shape[0] - 1
    for subject in range(state.rows.shape[0]):
        kind, where = state.kind[subject], state.authority[subject]
        tally.flow[last, kind, state.colour_before[subject], colours[subject]] += 1.0
        since = int((end - state.visited[subject]) / _DAYS_A_MONTH)
        tally.since[kind, where, min(max(since, 0), counts.LONGEST_MONTHS)] += 1.0
        for group in range(state.quality.shape[1]):
            declined = state.quality[subject, group] > 0 and state.declined[subject, group] >= 0
            if declined and state.found[subject, group] == NOT_FOUND:
                colour = state.declined_colour[subject, group]
                tally.unfound[kind, where, group, colour] += 1.0


@compiled
def draw_samples(
    state: Any, fired: Any, plan: Any, key: Any, clock: Any, first: int, last: int
) -> None:
    """Once a year: of every frame a share is drawn, each for a month of its own. A subject is drawn
    in one frame at most."""
    for subject in range(first, last):
        state.sample_month[subject] = -1
        for frame in range(len(plan.frame_item)):
            if not fired[subject, plan.frame_item[frame]]:
                continue
            if uniform(key, subject, clock.month, SAMPLE + frame) < plan.frame_share[frame]:
                state.sample_frame[subject] = frame
                u = uniform(key, subject, clock.month, SAMPLE_MONTH)
                state.sample_month[subject] = int(u * 12.0)
                break
