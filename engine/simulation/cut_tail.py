"""Who is left longest without a visit, before a cut and after it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from engine.simulation.pressure import SubjectPressure
from models.terms import Purpose

__all__ = ["Tail", "Unvisited", "tail_of", "unvisited"]

_DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Unvisited:
    """How long a subject goes without a visit that counts: from the last one held (or, if there is
    none, the approval) to the next one planned, or to the end of the period if none is planned.

    `days` is None where neither a visit nor the day of approval is known.
    """

    subject: SubjectPressure
    last_on: date | None
    next_on: date | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Tail:
    """The times of many subjects: median, nine of ten, longest; and how many go longer than one,
    two and three years."""

    subjects: int
    median_days: int
    nine_of_ten_days: int
    longest_days: int
    over_one_year: int
    over_two_years: int
    over_three_years: int


def unvisited(subjects: Iterable[SubjectPressure], *, period_until: date) -> tuple[Unvisited, ...]:
    """Every subject, the longest unvisited first. A sample visit and the economy desk count for
    nothing here."""
    found = []
    for subject in subjects:
        coming = [
            visit.on
            for visit in subject.planned_visits
            if not visit.desk and Purpose.SAMPLE not in visit.purposes
        ]
        last_on = subject.last_duty_visit_on or subject.approved_on
        next_on = min(coming, default=None)
        until = period_until if next_on is None else next_on
        days = None if last_on is None else (until - last_on).days
        found.append(Unvisited(subject, subject.last_duty_visit_on, next_on, days))
    found.sort(key=lambda item: (-(item.days or 0), item.subject.subject_id))
    return tuple(found)


def tail_of(items: Sequence[Unvisited]) -> Tail:
    """The shape of the tail; of subjects whose time is not known nothing is said."""
    days = sorted(item.days for item in items if item.days is not None)
    if not days:
        return Tail(0, 0, 0, 0, 0, 0, 0)
    over = [sum(one > years * _DAYS_A_YEAR for one in days) for years in (1, 2, 3)]
    return Tail(len(days), _quantile(days, 0.5), _quantile(days, 0.9), days[-1], *over)


def _quantile(days: Sequence[int], share: float) -> int:
    """The smallest number of days that at least `share` of the subjects do not exceed."""
    return days[max(0, math.ceil(share * len(days)) - 1)]
