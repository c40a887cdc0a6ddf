"""Shared ground of the property tests: the shipped rulebook on the days around its changes."""

from __future__ import annotations

from datetime import date
from functools import cache

from hypothesis import strategies as st

from engine.decisions.decide import Decider
from engine.facts import View
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from engine.testing import dossiers
from models.facts import Dossier

DAYS = (
    date(2022, 1, 1),
    date(2022, 12, 31),
    date(2024, 7, 1),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2027, 6, 30),
)


@cache
def book() -> Rulebook:
    """The shipped rulebook."""
    return load_rulebook()


@cache
def decider(day: date) -> Decider:
    """The reference's decider on a day."""
    return Decider(resolve(book(), as_of=day))


def cases() -> st.SearchStrategy[tuple[date, Dossier]]:
    """A day and a subject."""
    return st.one_of([dossiers(as_of=day).map(lambda d, day=day: (day, d)) for day in DAYS])


def colour_rank(day: date, view: View) -> int:
    """How severe the proposed colour of a view is."""
    return decider(day).reference.evaluate(view).proposed.rank
