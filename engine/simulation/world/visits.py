"""What a visit does: it finds what is amiss or not, scores, follows up, sets the clocks anew."""

from __future__ import annotations

from typing import Any

from engine.backends.kernel.layout import UNKNOWN
from engine.simulation.world import counts
from engine.simulation.world.compiled import compiled
from engine.simulation.world.draws import DETECT, MINOR, NOT_MET, uniform
from engine.simulation.world.findings import (
    FORCE_GROUP,
    MODERATE,
    SERIOUS,
    concern_group,
    concern_open,
    drawn_severity,
    open_concern,
    score_group,
    write_visit,
)
from engine.simulation.world.places import free_record, put
from engine.simulation.world.plan import FLOOR_FIRST, NO_NEED, last_lawful_day, need_of, notice_of
from engine.simulation.world.state import (
    NEED_APPROVAL,
    NEED_ECONOMY,
    NEED_MAIN,
    NEED_NIGHT,
    NEED_SAMPLE,
    NEEDS,
    NOT_FOUND,
)

__all__ = ["follow_up_facts", "make_visits"]

_BASIS, _FOLLOW_UP, _DEPARTMENT, _NIGHT, _APPROVAL, _SAMPLE = range(6)
_NIGHT_GROUP = 0
_SEVERITY_AT_VISIT = 8
_NO_ONE = -1


@compiled
def _looked_for(purpose: int) -> int:
    """The row of the sensitivities: basis, follow-up, night, sample."""
    if purpose == _FOLLOW_UP:
        return 1
    if purpose == _NIGHT:
        return 2
    if purpose == _SAMPLE:
        return 3
    return 0


@compiled
def _chance(rates: Any, purpose: int, unannounced: int, quality: int, about_it: bool) -> float:
    """The chance that a visit finds what is amiss in one theme group. A visit about something else
    sees less; a shorter one sees less; serious faults are seen more easily."""
    seen = rates.sensitivity[_looked_for(purpose), unannounced]
    if not about_it:
        seen *= rates.sensitivity_elsewhere
    eyes = rates.depth
    if quality == 2:
        eyes *= rates.serious_visibility
    if seen >= 1.0:
        return 1.0 if eyes > 0.0 else 0.0
    return float(1.0 - (1.0 - seen) ** eyes)


@compiled
def _found(
    state: Any,
    subject: int,
    group: int,
    rates: Any,
    places: Any,
    codes: Any,
    key: Any,
    clock: Any,
    tally: Any,
) -> None:
    """What was amiss is found: it is known, written down as a concern and counted."""
    kind, where = state.kind[subject], state.authority[subject]
    quality = state.quality[subject, group]
    state.known[subject, group] = 1
    if state.found[subject, group] == NOT_FOUND:
        state.found[subject, group] = clock.month
        if state.declined[subject, group] >= 0:
            tally.month[clock.month, kind, where, counts.FOUND] += 1.0
            waited = min(clock.month - state.declined[subject, group], counts.LONGEST_MONTHS)
            colour = state.declined_colour[subject, group]
            tally.delay[kind, where, group, colour, waited] += 1.0
    severity = drawn_severity(rates, quality, key, subject, clock.month, _SEVERITY_AT_VISIT + group)
    severity = max(severity, SERIOUS if quality == 2 else MODERATE)
    if open_concern(state.rows[subject], places, codes, kind, group, severity, clock.today):
        tally.month[clock.month, kind, where, counts.CONCERNS_VISIT] += 1.0


@compiled
def _about(row: Any, places: Any, codes: Any, group: int) -> bool:
    """Whether an open concern makes this theme group what the follow-up is about."""
    block = places.concern
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if concern_open(row, first, places) and concern_group(row, first, places, codes) == group:
            return True
    return False


@compiled
def _look(
    state: Any,
    subject: int,
    need: int,
    purpose: int,
    unannounced: int,
    only: int,
    rates: Any,
    places: Any,
    codes: Any,
    key: Any,
    clock: Any,
    tally: Any,
) -> int:
    """Looks into the theme groups; returns the worst that was seen (0 nothing, 1, 2)."""
    row = state.rows[subject]
    kind = state.kind[subject]
    worst = 0
    for group in range(state.quality.shape[1]):
        if only >= 0 and group != only:
            continue
        quality = state.quality[subject, group]
        about_it = purpose != _FOLLOW_UP or _about(row, places, codes, group)
        u = uniform(key, subject, clock.month, DETECT + need * 4 + group)
        if quality > 0:
            if state.known[subject, group] and about_it:
                seen = True
            else:
                seen = u < _chance(rates, purpose, unannounced, quality, about_it)
            if seen:
                _found(state, subject, group, rates, places, codes, key, clock, tally)
                worst = max(worst, quality)
                force = group == FORCE_GROUP and state.force_reports[subject] > 0
                score_group(row, places, codes, rates, group, quality, force, clock.today)
                continue
        else:
            if about_it:
                state.known[subject, group] = 0
            if u < rates.false_finding * rates.depth:
                severity = min(
                    drawn_severity(rates, 0, key, subject, clock.month, _SEVERITY_AT_VISIT + group),
                    MODERATE,
                )
                if open_concern(row, places, codes, kind, group, severity, clock.today):
                    where = state.authority[subject]
                    tally.month[clock.month, kind, where, counts.CONCERNS_VISIT] += 1.0
        if purpose not in (_SAMPLE, _NIGHT) and about_it:
            score_group(row, places, codes, rates, group, 0, False, clock.today)
    return worst


@compiled
def follow_up_facts(row: Any, places: Any, codes: Any, only: int, clock: Any) -> None:
    """Open concerns, orders and conditions have been visited for; by a visit that looks at `only`
    one theme group just the concerns in it. Said before it is seen what is amiss: what the visit
    itself finds is yet to be followed up."""
    block = places.concern
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if row[first + block.open] != 1:
            continue
        if only >= 0 and concern_group(row, first, places, codes) != only:
            continue
        put(row, first, block.visited_since, 1)
        answered = row[first + block.statement_received_age_days]
        if answered != UNKNOWN and answered <= clock.today:
            put(row, first, block.visited_after_statement_days, clock.today - answered)
    if only >= 0:
        return
    steps = places.sanction
    for number in range(row[steps.counted]):
        first = steps.first + number * steps.stride
        deadline = row[first + steps.extended_deadline_age_days]
        if deadline != UNKNOWN and deadline < clock.today:
            put(row, first, steps.visited_since_deadline, 1)
    conditions = places.condition
    for number in range(row[conditions.counted] if conditions.capacity > 0 else 0):
        first = conditions.first + number * conditions.stride
        due = row[first + conditions.due_age_days]
        if due != UNKNOWN and due < clock.today:
            put(row, first, conditions.visited_since_due, 1)


@compiled
def _clocks(
    state: Any, subject: int, need: int, needs: Any, plan: Any, places: Any, worst: int, clock: Any
) -> None:
    """The next visit is counted from this one; what the consultant doubted is settled by it. Only
    the visit to the place as a whole takes in the departments that are due."""
    row = state.rows[subject]
    kind = state.kind[subject]
    state.start[subject] = clock.today
    put(row, 0, places.subject.last_visit_age_days, clock.today)
    put(row, 0, places.subject.last_assessed_age_days, clock.today)
    number = plan.floor_values[kind]
    lawful = last_lawful_day(clock.today, plan.floor_from[kind], plan.floor_days[kind], number)
    if number > 0:
        put(row, 0, places.subject.lawful_day_age_days, lawful)
    block = places.department
    for place in range(row[block.counted] if block.capacity > 0 and need == NEED_MAIN else 0):
        if needs.department_due[subject, place] == NO_NEED:
            continue
        state.department_start[subject, place] = clock.today
        if number > 0:
            first = block.first + place * block.stride
            put(row, first, block.lawful_day_age_days, lawful)
    if worst == 0:
        put(row, 0, places.subject.consultant_in_doubt, 0)


@compiled
def _settled(state: Any, subject: int, places: Any, rates: Any, u: float) -> None:
    """A suspicion or a sign of risk is withdrawn some time after a visit that confirms nothing."""
    if u < rates.doubt_settled:
        put(state.rows[subject], 0, places.subject.declining_quality_suspected_age_days, UNKNOWN)
        put(state.rows[subject], 0, places.subject.risk_sign, UNKNOWN)


@compiled
def _sample_result(row: Any, places: Any, codes: Any, worst: int, clock: Any) -> None:
    block = places.sample
    first = free_record(row, block, block.visited_age_days)
    if first < 0:
        return
    put(row, first, block.visited_age_days, clock.today)
    proposed = UNKNOWN
    if worst > 0:
        proposed = codes.red if worst == 2 else codes.yellow
    put(row, first, block.proposed_category, proposed)


@compiled
def make_visits(
    state: Any,
    needs: Any,
    fired: Any,
    plan: Any,
    rates: Any,
    places: Any,
    codes: Any,
    costs: Any,
    left: Any,
    key: Any,
    clock: Any,
    tally: Any,
    first: int,
    last: int,
) -> None:
    """Makes every visit that there is time for, of the subjects from `first` up to `last`. Of the
    frame `left` [authority] gets back what a journey in vain does not take."""
    for subject in range(first, last):
        row = state.rows[subject]
        kind, where = state.kind[subject], state.authority[subject]
        for need in range(NEEDS):
            if not needs.granted[subject, need]:
                continue
            purpose = needs.purpose[subject, need]
            if need == NEED_ECONOMY:
                _desk(row, places, clock)
                _asked_anew(state, subject, need, plan, clock)
                tally.month[clock.month, kind, where, counts.HOURS] += costs.hours[
                    kind, need, purpose
                ]
                continue
            unannounced = notice_of(fired[subject], plan, purpose)
            only = _NO_ONE
            if need == NEED_SAMPLE:
                frame = state.sample_frame[subject]
                unannounced = plan.frame_unannounced[frame]
                only = plan.frame_group[frame]
                state.sample_month[subject] = _NO_ONE
            elif need == NEED_NIGHT:
                only = _NIGHT_GROUP
            made = needs.departments[subject] if need == NEED_MAIN else 1
            tally.visit[clock.year, kind, where, purpose, unannounced] += made
            tally.month[clock.month, kind, where, counts.VISITS] += made
            if unannounced:
                tally.month[clock.month, kind, where, counts.VISITS_UNANNOUNCED] += made
            if unannounced and (
                uniform(key, subject, clock.month, NOT_MET + need) < rates.not_met[kind]
            ):
                tally.month[clock.month, kind, where, counts.VISITS_NOT_MET] += made
                tally.month[clock.month, kind, where, counts.HOURS] += costs.hours_not_met[kind]
                write_visit(row, places, codes, purpose, False, clock.today)
                in_vain = min(costs.price_not_met[kind], needs.price[subject, need])
                if needs.priority[subject, need] != FLOOR_FIRST:
                    left[where] += needs.price[subject, need] - in_vain
                    continue
                left[where] -= in_vain
                # The law's last day is near: the visit is made again at once, and announced.
                unannounced = 0
                tally.visit[clock.year, kind, where, purpose, unannounced] += made
                tally.month[clock.month, kind, where, counts.VISITS] += made
            spent = costs.hours[kind, need, purpose]
            if made > 1:
                spent += costs.department_hours[kind] * (made - 1)
            tally.month[clock.month, kind, where, counts.HOURS] += spent
            write_visit(row, places, codes, purpose, True, clock.today)
            state.visited[subject] = clock.today
            if need != NEED_SAMPLE:
                follow_up_facts(row, places, codes, only, clock)
            worst = _look(
                state,
                subject,
                need,
                purpose,
                unannounced,
                only,
                rates,
                places,
                codes,
                key,
                clock,
                tally,
            )
            if need == NEED_SAMPLE:
                tally.month[clock.month, kind, where, counts.SAMPLES] += 1.0
                u = uniform(key, subject, clock.month, MINOR)
                if worst > 0 or u < rates.minor_change:
                    tally.month[clock.month, kind, where, counts.SAMPLES_CHANGED] += 1.0
                if plan.frame_random[state.sample_frame[subject]]:
                    tally.month[clock.month, kind, where, counts.SAMPLES_RANDOM] += 1.0
                    if worst > 0:
                        tally.month[clock.month, kind, where, counts.SAMPLES_RANDOM_NOT_GREEN] += (
                            1.0
                        )
                _sample_result(row, places, codes, worst, clock)
                continue
            state.force_reports[subject] = 0
            if need == NEED_NIGHT:
                put(row, 0, places.subject.last_night_visit_age_days, clock.today)
            if need == NEED_APPROVAL:
                put(row, 0, places.subject.substantial_change_waits, 0)
            _asked_anew(state, subject, need, plan, clock)
            _clocks(state, subject, need, needs, plan, places, worst, clock)
            if worst == 0:
                u = uniform(key, subject, clock.month, MINOR + 1 + need)
                _settled(state, subject, places, rates, u)


@compiled
def _asked_anew(state: Any, subject: int, need: int, plan: Any, clock: Any) -> None:
    """A one-off question that is still open after the visit is asked again after its term."""
    for rule in range(len(plan.item)):
        slot = plan.slot[rule]
        if slot < 0 or state.fired_since[subject, slot] == 0:
            continue
        if need_of(plan.performer[rule], plan.purpose[rule]) == need:
            state.fired_since[subject, slot] = clock.today


@compiled
def _desk(row: Any, places: Any, clock: Any) -> None:
    """The economy team follows budgets up."""
    block = places.budget
    for number in range(row[block.counted] if block.capacity > 0 else 0):
        put(row, block.first + number * block.stride, block.economy_followed_up, 1)
