"""Where the world writes: the columns of a subject's row that change as time goes by.

A place is an index into the row, or an offset within a record; -1 where no rule tests the field, so
that writing it would change nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.backends.kernel.layout import KernelLayout
from engine.simulation.world.compiled import compiled, part
from models.terms import BudgetStatus, Purpose, SanctionStep, Severity, TimeOfDay, VisitOutcome

__all__ = [
    "BudgetPlaces",
    "Codes",
    "ConcernPlaces",
    "ConditionPlaces",
    "DepartmentPlaces",
    "Places",
    "SamplePlaces",
    "SanctionPlaces",
    "ScorePlaces",
    "SubjectPlaces",
    "VisitPlaces",
    "codes_of",
    "free_record",
    "places_of",
    "put",
]

NOWHERE = -1
_FORCE_INDICATORS = ("offer.6a", "offer.6b")
"""Reports of use of force enter no rule; only these do (000_0be2027a0e412987.txt:3352-3363)."""


class SubjectPlaces(NamedTuple):
    """The subject's own columns."""

    override: int
    last_visit_age_days: int
    last_assessed_age_days: int
    lawful_day_age_days: int
    last_night_visit_age_days: int
    declining_quality_suspected_age_days: int
    consultant_in_doubt: int
    risk_sign: int
    substantial_change_waits: int


class _Block(NamedTuple):
    counted: int
    first: int
    stride: int
    capacity: int


class ConcernPlaces(NamedTuple):
    """Concerns: their course from received to closed."""

    counted: int
    first: int
    stride: int
    capacity: int
    open: int
    severity: int
    theme: int
    received_age_days: int
    dialogue_age_days: int
    statement_requested_age_days: int
    statement_due_age_days: int
    statement_received_age_days: int
    statement_adequate: int
    visited_since: int
    visited_after_statement_days: int


class ScorePlaces(NamedTuple):
    """Scores: a newest one for each indicator."""

    counted: int
    first: int
    stride: int
    capacity: int
    theme: int
    indicator: int
    value: int
    change: int
    change_from_best: int
    score_model: int
    value_before_reform: int
    scored_age_days: int


class SanctionPlaces(NamedTuple):
    """Sanction steps that were taken."""

    counted: int
    first: int
    stride: int
    capacity: int
    step: int
    current: int
    unmet: int
    decided_age_days: int
    extended_deadline_age_days: int
    visited_since_deadline: int


class BudgetPlaces(NamedTuple):
    """Budgets: late, asked for again, filed."""

    counted: int
    first: int
    stride: int
    capacity: int
    status: int
    years_ahead: int
    deadline_age_days: int
    economy_followed_up: int


class VisitPlaces(NamedTuple):
    """Visits that were made, or at which nobody was met."""

    counted: int
    first: int
    stride: int
    capacity: int
    purpose: int
    outcome: int
    held_age_days: int
    time_of_day: int


class SamplePlaces(NamedTuple):
    """What sample visits found."""

    counted: int
    first: int
    stride: int
    capacity: int
    proposed_category: int
    visited_age_days: int


class DepartmentPlaces(NamedTuple):
    """Departments, each with a clock of its own."""

    counted: int
    first: int
    stride: int
    capacity: int
    open: int
    lawful_day_age_days: int


class ConditionPlaces(NamedTuple):
    """Conditions of an approval (vilkår)."""

    counted: int
    first: int
    stride: int
    capacity: int
    open: int
    due_age_days: int
    visited_since_due: int


class Places(NamedTuple):
    """All that the world writes to."""

    subject: SubjectPlaces
    concern: ConcernPlaces
    score: ScorePlaces
    sanction: SanctionPlaces
    budget: BudgetPlaces
    visit: VisitPlaces
    sample: SamplePlaces
    department: DepartmentPlaces
    condition: ConditionPlaces


def _block(layout: KernelLayout, record: str, kind: Any) -> Any:
    """The block of one kind of record; of no capacity where no rule looks at such records."""
    names = [name for name in kind._fields if name not in _Block._fields]
    block = layout.records.get(record)
    if block is None:
        return kind(0, 0, 0, 0, *(NOWHERE for _ in names))
    offsets = [block.fields.get(name, NOWHERE) for name in names]
    return kind(block.count_index, block.first, block.stride, block.capacity, *offsets)


def places_of(layout: KernelLayout) -> Places:
    """The places in rows of a layout."""
    subject = [layout.subject.get(name, NOWHERE) for name in SubjectPlaces._fields[1:]]
    return Places(
        SubjectPlaces(layout.override_index, *subject),
        _block(layout, "concern", ConcernPlaces),
        _block(layout, "score", ScorePlaces),
        _block(layout, "sanction", SanctionPlaces),
        _block(layout, "budget", BudgetPlaces),
        _block(layout, "visit", VisitPlaces),
        _block(layout, "sample_result", SamplePlaces),
        _block(layout, "department", DepartmentPlaces),
        _block(layout, "approval_condition", ConditionPlaces),
    )


class Codes(NamedTuple):
    """The numbers that stand for words. `severity`, `step` and `purpose` are arrays by the order of
    their closed sets; `theme_group` is by the code of a theme, -1 for what is none; `force` are the
    indicators that use of force is assessed by."""

    severity: Any
    step: Any
    purpose: Any
    theme_group: Any
    theme_of: Any
    force: Any
    met: int
    not_met: int
    day: int
    night: int
    one_to_five: int
    binary: int
    yellow: int
    red: int
    awaited: int
    approved: int


def codes_of(layout: KernelLayout, theme_group: Any, theme_of: Any) -> Codes:
    """The codes of a layout. `theme_group`: array by code; `theme_of`: a theme's code by kind and
    group."""
    import numpy as np

    def array(words: Any) -> Any:
        return np.array([layout.code(word) for word in words], dtype=np.int32)

    return Codes(
        severity=array(Severity),
        step=array(SanctionStep),
        purpose=array(Purpose),
        theme_group=theme_group,
        theme_of=theme_of,
        force=array(_FORCE_INDICATORS),
        met=layout.code(VisitOutcome.MET),
        not_met=layout.code(VisitOutcome.NOT_MET),
        day=layout.code(TimeOfDay.DAY),
        night=layout.code(TimeOfDay.NIGHT),
        one_to_five=layout.code("one_to_five"),
        binary=layout.code("binary"),
        yellow=layout.code("yellow"),
        red=layout.code("red"),
        awaited=layout.code(BudgetStatus.AWAITED),
        approved=layout.code(BudgetStatus.APPROVED),
    )


@part
def put(row: Any, first: int, offset: int, value: int) -> None:
    """Writes one fact, if some rule tests it."""
    if offset >= 0:
        row[first + offset] = value


@compiled
def free_record(row: Any, block: Any, day: int) -> int:
    """The index where a new record begins: an empty place, or else that of the oldest by the column
    `day`; -1 if there is no room for such records at all."""
    if block.capacity == 0:
        return -1
    held = row[block.counted]
    if held < block.capacity:
        row[block.counted] = held + 1
        return int(block.first + held * block.stride)
    oldest = block.first
    for number in range(1, block.capacity):
        first = block.first + number * block.stride
        if row[first + day] < row[oldest + day]:
            oldest = first
    return int(oldest)
