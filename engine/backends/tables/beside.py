"""What comes along beside what rules ask: facts that say when, where the rules say only that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import ibis

from engine.facts import ValueType
from engine.facts.hidden import HIDDEN
from models.conditions import Condition, Quantified

__all__ = ["NOTHING_BESIDE", "Beside", "Oldest", "shown_age"]

_DAYS_A_WEEK = 7


class Oldest(NamedTuple):
    """The greatest age in a field of the records that fulfil a condition."""

    record: str
    where: Condition
    field: str


class Beside(NamedTuple):
    """Further fields by record, further counts with what they are for, and the oldest records by
    the column that tells of them. Every record of `oldest` is counted too."""

    as_of: date = date.min
    fields: Mapping[str, Mapping[str, ValueType]] = {}
    counted: tuple[tuple[str, Quantified], ...] = ()
    oldest: Mapping[str, Oldest] = {}


NOTHING_BESIDE = Beside()


def shown_age(oldest: Oldest, rows: Any, as_of: date) -> Any:
    """A record's age; of a concern whose source is hidden, the age of the Monday before it, so
    that the day of a visit does not tell the day of the call."""
    age = rows[oldest.field]
    if oldest.record != "concern":
        return age
    since_monday = (as_of.weekday() - age) % _DAYS_A_WEEK
    weekday = (since_monday + _DAYS_A_WEEK) % _DAYS_A_WEEK
    return ibis.ifelse(rows[HIDDEN], age + weekday, age).cast("int32")
