"""Facts that come to be written down: a concern, a visit, a score, a sanction step."""

from __future__ import annotations

from typing import Any

from engine.backends.kernel.layout import UNKNOWN
from engine.simulation.world.compiled import compiled, part
from engine.simulation.world.draws import SEVERITY, uniform
from engine.simulation.world.places import free_record, put

__all__ = [
    "ACUTE",
    "FORCE_GROUP",
    "MILD",
    "MODERATE",
    "SERIOUS",
    "close_everything",
    "concern_group",
    "concern_open",
    "drawn_severity",
    "open_concern",
    "rank_of",
    "score_group",
    "write_sanction",
    "write_visit",
]

MILD, MODERATE, SERIOUS, ACUTE = range(4)
FORCE_GROUP = 0
"""The theme group that use of force belongs to: the citizens' or children's daily life."""


@compiled
def rank_of(code: int, severities: Any) -> int:
    """The rank of a severity by its code; mild for one that is unknown."""
    for rank in range(len(severities)):
        if severities[rank] == code:
            return rank
    return 0


@compiled
def concern_group(row: Any, first: int, places: Any, codes: Any) -> int:
    """The theme group of a concern; the first for a theme that is unknown."""
    offset = places.concern.theme
    code = row[first + offset] if offset >= 0 else 0
    if code < 0 or codes.theme_group[code] < 0:
        return 0
    return int(codes.theme_group[code])


@part
def concern_open(row: Any, first: int, places: Any) -> bool:
    """Whether the concern in this place is open."""
    return bool(row[first + places.concern.open] == 1)


@compiled
def drawn_severity(
    rates: Any, quality: int, key: Any, subject: int, month: int, purpose: int
) -> int:
    """How serious a concern is taken to be, given what is truly the matter."""
    u = uniform(key, subject, month, SEVERITY + purpose)
    total = 0.0
    for level in range(3):
        total += rates.severity[quality, level]
        if u < total:
            return level
    return 3


@compiled
def open_concern(
    row: Any, places: Any, codes: Any, kind: int, group: int, severity: int, today: int
) -> bool:
    """Writes a concern down; if one of the group is open already, it is made as serious as this.
    Says whether there is something new to follow up."""
    block = places.concern
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if concern_open(row, first, places) and concern_group(row, first, places, codes) == group:
            if rank_of(row[first + block.severity], codes.severity) >= severity:
                return False
            put(row, first, block.severity, codes.severity[severity])
            put(row, first, block.received_age_days, today)
            put(row, first, block.visited_since, 0)
            return True
    first = -1
    for number in range(row[block.counted]):
        place = block.first + number * block.stride
        if not concern_open(row, place, places):
            first = place
            break
    if first < 0:
        first = free_record(row, block, block.received_age_days)
    if first < 0:
        return False
    for offset in range(block.stride):
        row[first + offset] = UNKNOWN
    put(row, first, block.open, 1)
    put(row, first, block.severity, codes.severity[severity])
    put(row, first, block.theme, codes.theme_of[kind, group])
    put(row, first, block.received_age_days, today)
    put(row, first, block.visited_since, 0)
    return True


@part
def _in_group(row: Any, first: int, places: Any, codes: Any, group: int) -> bool:
    block = places.score
    code = row[first + block.theme] if block.theme >= 0 else -1
    return bool(code >= 0 and codes.theme_group[code] == group)


@compiled
def _bearer(row: Any, places: Any, codes: Any, group: int, force: bool) -> int:
    """Which of a group's scores bears what was found: one on use of force if there were reports of
    it, else the first that is not about force; -1 if the group is not scored at all."""
    block = places.score
    any_of_it = -1
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if not _in_group(row, first, places, codes, group):
            continue
        code = row[first + block.indicator] if block.indicator >= 0 else -1
        about_force = False
        for indicator in codes.force:
            if indicator == code:
                about_force = True
        if about_force == force:
            return number
        if any_of_it < 0:
            any_of_it = number
    return any_of_it


@compiled
def score_group(
    row: Any, places: Any, codes: Any, rates: Any, group: int, finding: int, force: bool, today: int
) -> None:
    """Scores a theme group anew. `finding` is what was seen: 0 nothing amiss, 1 declined, 2 serious
    faults. One indicator of the group bears a decline, of those on force where `force` was used;
    the others stand as they were, or are in order again."""
    block = places.score
    binary = today >= rates.binary_from
    bearer = _bearer(row, places, codes, group, force) if finding > 0 else -1
    for number in range(row[block.counted]):
        first = block.first + number * block.stride
        if not _in_group(row, first, places, codes, group):
            continue
        before = row[first + block.value] if block.value >= 0 else UNKNOWN
        was_binary = block.score_model >= 0 and row[first + block.score_model] == codes.binary
        put(row, first, block.scored_age_days, today)
        level = rates.score_in_order
        if number == bearer:
            level = rates.score_declined if finding == 1 else rates.score_serious
        elif before != UNKNOWN and not was_binary and before > level:
            level = before
        value = (1 if level >= rates.score_in_order else 0) if binary else level
        if binary and not was_binary:
            put(row, first, block.value_before_reform, before)
            put(row, first, block.change, UNKNOWN)
            put(row, first, block.change_from_best, UNKNOWN)
        else:
            change = value - before if before != UNKNOWN else UNKNOWN
            put(row, first, block.change, change)
            put(row, first, block.change_from_best, min(change, 0))
            if binary and value == 1:
                put(row, first, block.value_before_reform, UNKNOWN)
        put(row, first, block.score_model, codes.binary if binary else codes.one_to_five)
        put(row, first, block.value, value)


@compiled
def write_visit(row: Any, places: Any, codes: Any, purpose: int, met: bool, today: int) -> None:
    """Writes a visit down, met or not."""
    block = places.visit
    first = free_record(row, block, block.held_age_days)
    if first < 0:
        return
    put(row, first, block.held_age_days, today)
    put(row, first, block.purpose, codes.purpose[purpose])
    put(row, first, block.outcome, codes.met if met else codes.not_met)
    put(row, first, block.time_of_day, codes.night if purpose == 3 else codes.day)


@compiled
def write_sanction(row: Any, places: Any, codes: Any, step: int, deadline: int, today: int) -> None:
    """Writes a sanction step down, in force from today; `deadline` 0 is none."""
    block = places.sanction
    first = -1
    for number in range(row[block.counted]):
        place = block.first + number * block.stride
        if row[place + block.current] != 1 and row[place + block.unmet] != 1:
            first = place
            break
    if first < 0:
        first = free_record(row, block, block.decided_age_days)
    if first < 0:
        return
    put(row, first, block.step, codes.step[step])
    put(row, first, block.current, 1)
    put(row, first, block.unmet, 1)
    put(row, first, block.decided_age_days, today)
    put(row, first, block.extended_deadline_age_days, deadline if deadline > 0 else UNKNOWN)
    put(row, first, block.visited_since_deadline, 0)


@compiled
def close_everything(row: Any, places: Any, codes: Any) -> None:
    """A place that lost its approval: whoever comes after begins without concerns, sanctions, open
    conditions, results of samples and budgets that are awaited."""
    block = places.concern
    for number in range(row[block.counted]):
        put(row, block.first + number * block.stride, block.open, 0)
    steps = places.sanction
    for number in range(row[steps.counted]):
        put(row, steps.first + number * steps.stride, steps.current, 0)
        put(row, steps.first + number * steps.stride, steps.unmet, 0)
    conditions = places.condition
    for number in range(row[conditions.counted] if conditions.capacity > 0 else 0):
        put(row, conditions.first + number * conditions.stride, conditions.open, 0)
    budgets = places.budget
    for number in range(row[budgets.counted] if budgets.capacity > 0 else 0):
        first = budgets.first + number * budgets.stride
        if row[first + budgets.status] == codes.awaited:
            put(row, first, budgets.status, codes.approved)
    if places.sample.capacity > 0:
        row[places.sample.counted] = 0
