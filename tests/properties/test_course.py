"""A subject's course through 2025 and 2026 under the shipped rulebook, step by step."""

from __future__ import annotations

from datetime import date

from hypothesis import HealthCheck, settings

from engine.rulebook.resolve import resolve
from engine.testing import course_of
from engine.testing.laws.clock import timed_rules
from tests.properties.laws import shipped

FUZZ = 1_000
USUAL = settings.default
DEEP = USUAL is not None and USUAL.max_examples > FUZZ

TestCourse = course_of(shipped().book).TestCase
TestCourse.settings = settings(
    max_examples=FUZZ if DEEP else 8,
    stateful_step_count=40 if DEEP else 16,
    suppress_health_check=list(HealthCheck),
)


def test_these_colours_may_end_by_the_clock_and_no_others() -> None:
    """A sample's proposal stands for so many days. Beside these only intensified supervision ends
    by the clock, on its last day."""
    for day in (date(2025, 1, 1), date(2026, 12, 31)):
        assert timed_rules(resolve(shipped().book, as_of=day)) == TIMED


TIMED = {"category.sample_proposes_red", "category.sample_proposes_yellow"}
