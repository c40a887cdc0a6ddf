"""Numbers of days that lead out of the calendar: no deadline can be reckoned with them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rulebook.book import Rulebook
from engine.rulebook.problems import RulebookProblem, said
from models.rulebook import Place

__all__ = ["MOST_DAYS", "day_bound_problems"]

MOST_DAYS = 36_500
"""A century, as for days in the facts; more is a slip."""


def day_bound_problems(book: Rulebook) -> Iterator[RulebookProblem]:
    """Every number of days below 0 or past a century, in a parameter or where a rule says it."""
    for parameter in book.parameters.values():
        for dated in parameter.values:
            if parameter.unit == "days" and _too_many(dated.value):
                yield _problem(parameter.place, parameter.id, dated.value)
    for place, entry in _entries(book):
        for name, value in vars(entry).items():
            if name.endswith("_days") and _too_many(value):
                yield _problem(place, name.replace("_", " "), value)


def _too_many(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= MOST_DAYS


def _entries(book: Rulebook) -> Iterator[tuple[Place, object]]:
    yield from ((rule.place, rule.then) for rule in book.rules)
    yield from ((floor.place, floor) for floor in book.floors)
    yield from ((frame.place, frame) for frame in book.frames)
    yield from ((node.place, node) for node in book.ladder)


def _problem(place: Place, name: str, days: object) -> RulebookProblem:
    return RulebookProblem(
        place, said("needs.days_out_of_bounds", name=name, days=days, most=MOST_DAYS)
    )
