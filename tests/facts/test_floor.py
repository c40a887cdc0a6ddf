"""The last lawful day against its definition, and on the change of 1 January 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts.floor import last_lawful_day

OFFERS = [(date(2022, 1, 1), 365), (date(2026, 1, 1), 1095)]
FAMILIES = [(date(2022, 1, 1), 365), (date(2026, 1, 1), 730)]


@pytest.mark.parametrize(
    ("last_visit", "intervals", "due"),
    [
        (date(2024, 3, 1), OFFERS, date(2025, 3, 1)),
        (date(2024, 12, 31), OFFERS, date(2025, 12, 31)),
        (date(2025, 1, 1), OFFERS, date(2028, 1, 1)),
        (date(2025, 6, 1), OFFERS, date(2028, 5, 31)),
        (date(2025, 6, 1), FAMILIES, date(2027, 6, 1)),
        (date(2026, 2, 1), FAMILIES, date(2028, 2, 1)),
    ],
)
def test_known_cases(last_visit: date, intervals: list[tuple[date, int]], due: date) -> None:
    assert last_lawful_day(last_visit, intervals) == due


def test_a_shorter_interval_is_due_before_it_begins() -> None:
    intervals = [(date(2022, 1, 1), 1000), (date(2024, 1, 1), 100)]
    assert last_lawful_day(date(2023, 1, 1), intervals) == date(2023, 12, 31)


def _lawful(day: date, last_visit: date, intervals: list[tuple[date, int]]) -> bool:
    days = next(n for start, n in reversed(intervals) if start <= day)
    return (day - last_visit).days <= days


@given(
    last_visit=st.dates(date(2022, 1, 1), date(2023, 12, 31)),
    lengths=st.lists(st.integers(1, 400), min_size=1, max_size=4),
    gaps=st.lists(st.integers(1, 400), min_size=3, max_size=3),
)
def test_every_day_until_then_is_lawful_and_the_next_is_not(
    last_visit: date, lengths: list[int], gaps: list[int]
) -> None:
    start = date(2022, 1, 1)
    intervals = []
    for index, length in enumerate(lengths):
        intervals.append((start, length))
        start += timedelta(days=gaps[index % len(gaps)])
    due = last_lawful_day(last_visit, intervals)
    day = last_visit
    while day <= due:
        assert _lawful(day, last_visit, intervals)
        day += timedelta(days=1)
    assert not _lawful(due + timedelta(days=1), last_visit, intervals)
