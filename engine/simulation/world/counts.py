"""What is counted in a replicate, month by month and at its end."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "BREACHES",
    "COLOURS",
    "COLOUR_FIRST",
    "CONCERNS_OUTSIDE",
    "CONCERNS_VISIT",
    "CONCERNS_WHISTLEBLOWER",
    "COUNTS",
    "DECLINES",
    "DECLINES_LEFT",
    "FALSE_GREENS",
    "FORCE_REPORTS",
    "FOUND",
    "HOURS",
    "INTENSIFIED",
    "LONGEST_MONTHS",
    "ORDERS",
    "ORDERS_WARNED",
    "OVERDUE_AT_START",
    "POOR",
    "PUT_OFF",
    "RECOVERED_UNFOUND",
    "SAMPLES",
    "SAMPLES_CHANGED",
    "SAMPLES_RANDOM",
    "SAMPLES_RANDOM_NOT_GREEN",
    "UNDETECTED",
    "UNDETECTED_SERIOUS",
    "VISITS",
    "VISITS_NOT_MET",
    "VISITS_UNANNOUNCED",
    "WITHDRAWALS",
    "Tally",
    "new_tally",
]

(
    COLOUR_FIRST,
    _YELLOW,
    _RED,
    FALSE_GREENS,
    DECLINES,
    FOUND,
    RECOVERED_UNFOUND,
    POOR,
    UNDETECTED,
    UNDETECTED_SERIOUS,
    VISITS,
    VISITS_UNANNOUNCED,
    VISITS_NOT_MET,
    PUT_OFF,
    HOURS,
    BREACHES,
    OVERDUE_AT_START,
    CONCERNS_OUTSIDE,
    CONCERNS_WHISTLEBLOWER,
    CONCERNS_VISIT,
    SAMPLES,
    SAMPLES_CHANGED,
    ORDERS_WARNED,
    ORDERS,
    INTENSIFIED,
    WITHDRAWALS,
    FORCE_REPORTS,
    DECLINES_LEFT,
    SAMPLES_RANDOM,
    SAMPLES_RANDOM_NOT_GREEN,
) = range(30)
COUNTS = 30
COLOURS = 3
LONGEST_MONTHS = 120
"""Delays and times since a visit that are longer are counted with this one."""


class Tally(NamedTuple):
    """`month` [month, kind, authority, count]; `visit` [year, kind, authority, purpose, notice];
    `delay` [kind, authority, group, colour, months] of declines that were found, `unfound` [kind,
    authority, group, colour] those that nobody has found by the end, both by the colour in force
    when quality declined; `undetected` [kind, group, colour], by the colour of the month;
    `flow` [year, kind, from, to]; `since` [kind, authority, months]."""

    month: Any
    visit: Any
    delay: Any
    unfound: Any
    undetected: Any
    flow: Any
    since: Any


def new_tally(months: int, kinds: int, authorities: int, groups: int, purposes: int) -> Tally:
    """A tally of nothing, for a period of so many months."""
    years = -(-months // 12)
    return Tally(
        month=np.zeros((months, kinds, authorities, COUNTS)),
        visit=np.zeros((years, kinds, authorities, purposes, 2)),
        delay=np.zeros((kinds, authorities, groups, COLOURS, LONGEST_MONTHS + 1)),
        unfound=np.zeros((kinds, authorities, groups, COLOURS)),
        undetected=np.zeros((kinds, groups, COLOURS)),
        flow=np.zeros((years, kinds, COLOURS, COLOURS)),
        since=np.zeros((kinds, authorities, LONGEST_MONTHS + 1)),
    )
