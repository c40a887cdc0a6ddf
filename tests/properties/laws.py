"""Shared ground of the property tests: the shipped rulebook on the days around its changes."""

from __future__ import annotations

from datetime import date
from functools import cache

from engine.rulebook.load import load_rulebook
from engine.testing import RulebookUnderTest

DAYS = (
    date(2022, 1, 1),
    date(2022, 12, 31),
    date(2024, 7, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2027, 6, 30),
)


@cache
def shipped() -> RulebookUnderTest:
    """The shipped rulebook."""
    return RulebookUnderTest(load_rulebook(), days=DAYS)
