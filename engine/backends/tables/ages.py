"""Comparing days by their ages: the later day has the smaller age; no age, no day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import ibis

from engine.backends.tables.conditions import certain
from models.terms import Kind

__all__ = ["after", "last_lawful_age", "later_of", "lawful_age", "past"]

Age = Any
Intervals = Sequence[tuple[date, int]]


def past(age: Age) -> Any:
    """Whether the day is known and has come."""
    return certain(age >= 0)


def after(age: Age, other: Age) -> Any:
    """Whether the one day lies after the other; false where either is unknown."""
    return certain(age < other)


def later_of(age: Age, other: Age) -> Age:
    """The later of two days, or the one that is known."""
    return ibis.cases(
        (age.isnull(), other), (other.isnull(), age), (age <= other, age), else_=other
    )


def lawful_age(kind: Any, start: Age, floors: Sequence[tuple[Kind, Intervals]], as_of: date) -> Age:
    """The age of the law's last day for a visit, by the intervals of the subject's kind; see
    `engine/facts/floor.py`."""
    cases = [
        (kind == of.value, last_lawful_age(start, intervals, as_of))
        for of, intervals in dict(floors).items()
        if intervals
    ]
    return ibis.cases(*cases) if cases else ibis.null("int32")


def last_lawful_age(start: Age, intervals: Intervals, as_of: date) -> Age:
    """The age of the last lawful day since a visit; see `engine/facts/floor.py`."""

    def age(day: date) -> int:
        return as_of.toordinal() - day.toordinal()

    cases = []
    for (begins, days), (next_begins, _) in pairwise(intervals):
        until = age(next_begins - timedelta(days=1))
        due = start - days
        in_time = start >= until
        cases += [
            (in_time & (due > age(begins)), ibis.literal(age(begins) + 1)),
            (in_time & (due >= until), due),
        ]
    begins, days = intervals[-1]
    cases += [(start - days > age(begins), ibis.literal(age(begins) + 1))]
    return ibis.cases(*cases, else_=start - days).cast("int32")
