"""Since when a subject has had its colour, and what time alone will make of it.

A colour can change on few days only: where a fact became known or ran out, where an age crosses a
number that some rule compares it with, where the rulebook changes, and at the turn of a year. Only
these days are evaluated.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from engine.analysis.colours import Colours
from engine.facts.as_known import as_known
from engine.facts.floor import last_lawful_day
from engine.facts.introspection import age_name
from engine.rulebook.book import FIRST_DAY, Rulebook
from models.facts import Dossier
from models.facts.fields import FactModel
from models.terms import Colour

__all__ = ["ColourChange", "Since", "colour_ahead", "colour_since"]

_FROM_OTHER_RECORDS: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("subject", "last_visit_age_days"): (("visit", "held_on"),),
    ("subject", "last_assessed_age_days"): (
        ("visit", "held_on"),
        ("subject", "risk_assessed_on"),
    ),
    ("department", "last_visit_age_days"): (("visit", "held_on"),),
}
"""Derived ages, and the days they are counted from."""


class Since(NamedTuple):
    """The first day of the present colour; `at_least` where it may have begun even earlier."""

    day: date
    at_least: bool


class ColourChange(NamedTuple):
    """A day on which the colour in force will change if nothing but time passes.

    `rules` are the colour rules that begin to hold, or, where it grows milder, cease to.
    """

    day: date
    colour: Colour
    rules: tuple[str, ...]


def _days_held(dossier: Dossier) -> dict[tuple[str, str], set[date]]:
    """Every day in the facts: (record, date field) -> days."""
    found: dict[tuple[str, str], set[date]] = {}
    facts: list[tuple[str, FactModel]] = [("subject", dossier.subject)]
    facts += [(kind, record) for kind, records in dossier.records.items() for record in records]
    for kind, fact in facts:
        for name, value in fact.__dict__.items():
            if isinstance(value, date):
                found.setdefault((kind, name), set()).add(value)
    return found


def _days_that_matter(dossier: Dossier, colours: Colours, first: date, last: date) -> list[date]:
    """Every day from `first` to `last` on which the colour may differ from the day before."""
    held = _days_held(dossier)
    offsets: dict[tuple[str, str], set[int]] = {key: {0, 1} for key in held}
    ages = {(record, age_name(name)): [(record, name)] for record, name in held}
    for key, numbers in colours.thresholds(dossier.kind).items():
        for source in _FROM_OTHER_RECORDS.get(key, ages.get(key, ())):
            if source in offsets:
                offsets[source] |= numbers | {number + 1 for number in numbers}
    low, high = first.toordinal(), last.toordinal()
    lawful = _lawful_days(dossier, colours, held)
    limits = {
        number + 1
        for (_, name), numbers in colours.thresholds(dossier.kind).items()
        if name == "lawful_day_age_days"
        for number in (-1, *numbers, *(number - 1 for number in numbers))
    }
    found = {day.toordinal() + limit for day in lawful for limit in limits}
    found |= {
        day.toordinal() + offset
        for source, days in held.items()
        for day in days
        for offset in offsets[source]
    }
    found |= {
        day.toordinal() + longest + offset
        for day in held.get(("override", "decided_on"), ())
        for longest in colours.override_longest_days
        for offset in (0, 1)
    }
    found |= {day.toordinal() for day in colours.days_of_change}
    found |= {date(year, 1, 1).toordinal() for year in range(first.year, last.year + 1)}
    return [date.fromordinal(day) for day in sorted(found) if low <= day <= high]


def _lawful_days(
    dossier: Dossier, colours: Colours, held: dict[tuple[str, str], set[date]]
) -> set[date]:
    """The law's last days, counted from every visit, opening and approval."""
    starts = {
        day
        for source in (
            ("visit", "held_on"),
            ("department", "opened_on"),
            ("subject", "approved_on"),
        )
        for day in held.get(source, ())
    }
    book = colours.book
    intervals = [
        tuple(
            (value.valid_from, value.value)
            for value in book.parameters[floor.interval_days.parameter].values
            if isinstance(value.value, int)
        )
        for floor in book.floors
        if dossier.kind in floor.applies_to
    ]
    return {last_lawful_day(day, values) for day in starts for values in intervals}


def colour_since(
    dossier: Dossier, book: Rulebook, as_of: date, *, colours: Colours | None = None
) -> Since:
    """The first day of the unbroken stretch with the colour in force on `as_of`.

    Each day is judged by the facts known on it and by the rulebook as it stood; before the first
    day of the rulebook nothing is known.
    """
    colours = colours or Colours(book)
    now = colours.on(as_known(dossier, as_of) or dossier, as_of).in_force
    days = [day for day in _days_that_matter(dossier, colours, FIRST_DAY, as_of) if day > FIRST_DAY]
    since = as_of
    for day in reversed([FIRST_DAY, *days]):
        known = as_known(dossier, day)
        if known is None or colours.on(known, day).in_force is not now:
            return Since(since, at_least=False)
        since = day
    return Since(since, at_least=True)


def colour_ahead(
    dossier: Dossier, book: Rulebook, as_of: date, days: int, *, colours: Colours | None = None
) -> tuple[ColourChange, ...]:
    """The changes of colour within so many days if no fact changes: ages grow, overrides end."""
    colours = colours or Colours(book)
    before = colours.on(dossier, as_of)
    first, last = as_of + date.resolution, as_of + timedelta(days=days)
    changes: list[ColourChange] = []
    for day in _days_that_matter(dossier, colours, first, last):
        after = colours.on(dossier, day)
        if after.in_force is not before.in_force:
            worse = after.in_force.rank > before.in_force.rank
            rules = after.rules - before.rules if worse else before.rules - after.rules
            changes.append(ColourChange(day, after.in_force, tuple(sorted(rules))))
        before = after
    return tuple(changes)
