"""From flags in one row to a row for each that is raised, and back to words by what is raised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

__all__ = ["AND", "by_place", "day_of", "one_row_each", "words_in_order"]

AND = "; "
"""Stands between words in one cell."""
_NONE = ""
_MOST_AT_ONCE = 50

Table = Any
Expression = Any


def one_row_each(
    table: Table,
    flags: Mapping[Any, Expression],
    *,
    name: str,
    type_: str,
    keep: Mapping[str, Expression],
) -> Table:
    """A row for each flag that holds, its key under `name`, beside what is kept. The table is read
    once, however many flags there are."""
    held = [
        ibis.ifelse(flag, ibis.literal(key, type=type_), ibis.null(type_))
        for key, flag in flags.items()
    ]
    keys = ibis.array(held or [ibis.null(type_)])
    each = table.select(**keep, **{name: keys.unnest()})
    return each.filter(each[name].notnull())


def words_in_order(flags: Mapping[str, Expression]) -> Expression:
    """The keys of the flags that hold, in the order given, in one cell; empty if none does."""
    held = [ibis.ifelse(flag, f"{AND}{key}", _NONE) for key, flag in flags.items()]
    if not held:
        return ibis.literal(_NONE)
    return _concatenated(held).substr(len(AND))


def _concatenated(parts: Sequence[Expression]) -> Expression:
    """Joined in halves, so that no expression becomes deep."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return _concatenated(parts[:half]) + _concatenated(parts[half:])


def by_place(place: Expression, values: Sequence[Any], type_: str) -> Expression:
    """A value by the number of what was raised: `values[place]`, each an expression or a literal
    (None: empty)."""
    if not values:
        return ibis.null(type_)
    if all(isinstance(value, (str, int, type(None))) for value in values):
        places: dict[Any, list[int]] = {}
        for number, value in enumerate(values):
            places.setdefault(value, []).append(number)
        known = {value: numbers for value, numbers in places.items() if value is not None}
        cases = [
            (place.isin(numbers), ibis.literal(value, type=type_))
            for value, numbers in known.items()
        ]
    else:
        cases = [
            (place == number, value) for number, value in enumerate(values) if value is not None
        ]
    return ibis.cases(*cases).cast(type_) if cases else ibis.null(type_)


def day_of(age: Expression, as_of: Any) -> Expression:
    """The day that has an age. Some databases make a moment of a day and a span, and must be asked
    for the day of it."""
    moment = ibis.literal(as_of) - age.as_interval("D")
    return moment.cast("timestamp").cast("date")
