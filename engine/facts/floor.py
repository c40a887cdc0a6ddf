"""The statutory floor: the last day by which the law demands the next visit.

Until 2025 at least one visit a year, to every department (§ 7 stk. 4; 001_289735031603f19e.txt:
4062-4068); from 2026 every third year for offers and every second for families
(000_0be2027a0e412987.txt:4469-4473). Read as a hard maximum interval on every date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

__all__ = ["last_lawful_day"]


def last_lawful_day(last_visit: date, intervals: Sequence[tuple[date, int]]) -> date:
    """The last day on which the time since `last_visit` is still lawful.

    `intervals` are (from, days) in order: from that day on, at most so many days may have passed.
    Where a longer interval begins before the shorter one runs out, the longer one counts; where a
    shorter one begins, the visit is due before that day at the latest.
    """
    due = date.max
    for (start, days), following in zip(intervals, [*intervals[1:], None], strict=True):
        until = date.max if following is None else following[0] - timedelta(days=1)
        if until < last_visit:
            continue
        due = last_visit + timedelta(days=days)
        if due < start:
            return start - timedelta(days=1)
        if due <= until:
            return due
    return due
