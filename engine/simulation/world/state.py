"""All that changes in a replicate: facts, the hidden quality behind them, clocks."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = [
    "GREEN",
    "NEEDS",
    "NEED_APPROVAL",
    "NEED_ECONOMY",
    "NEED_MAIN",
    "NEED_NIGHT",
    "NEED_SAMPLE",
    "NOT_FOUND",
    "Calendar",
    "Clock",
    "Costs",
    "Frame",
    "Needs",
    "Reading",
    "Rules",
    "State",
]

NOT_FOUND = -1
GREEN = 0
NEED_MAIN, NEED_NIGHT, NEED_APPROVAL, NEED_ECONOMY, NEED_SAMPLE = range(5)
NEEDS = 5
"""Of each subject at most one visit of each of these a month: to the place as a whole (basis,
follow-up and departments together), by night, for an approval, by economy at the desk, a sample."""


class State(NamedTuple):
    """One replicate. Arrays by subject `n`, theme group `g`, department `d`, one-off rule `r`.

    `rows` [n, width]: facts as rules see them. `quality` [n, g]: 0 satisfactory, 1 declined, 2
    seriously poor. `declined` [n, g]: the month in which it declined; `found` [n, g]: the month in
    which a visit found it, or -1; `declined_colour` [n, g]: the category in force when it declined.
    `known` [n, g]: whether the authority takes it for poor. `force_reports` [n]: months with a
    report of use of force since the last visit.
    `start` [n] and `department_start` [n, d]: the day from which the next visit is counted.
    `fired_since` [n, r]: the day on which a one-off rule began to hold, or 0. `colour` [n]: the
    category in force; `colour_before` [n]: at the start of the year. `sample_month` [n]: the month
    of the year for which a sample visit is drawn, or -1; `sample_frame` [n]: of which frame.
    `visited` [n]: the day of the last visit that met somebody.
    """

    rows: Any
    quality: Any
    declined: Any
    found: Any
    declined_colour: Any
    known: Any
    force_reports: Any
    start: Any
    department_start: Any
    fired_since: Any
    colour: Any
    colour_before: Any
    sample_month: Any
    sample_frame: Any
    visited: Any
    override_ends: Any
    kind: Any
    authority: Any
    frozen: Any


class Needs(NamedTuple):
    """What each subject needs this month. `due` [n, need]: the last day, 0 where there is no need;
    `priority` [n, need]: 0 is first; `purpose` [n, need]; `departments` [n]: how many are visited;
    `department_due` [n, d]; `granted` [n, need]: whether there is time for it; `price` [n, need]:
    what it then takes of the frame."""

    due: Any
    priority: Any
    purpose: Any
    departments: Any
    department_due: Any
    granted: Any
    price: Any


class Clock(NamedTuple):
    """Which month it is: its number from 0, its first day and that of the next (ordinals), the day
    up to which recurring visits that fall due are made already, so that one at which nobody is met
    can be made again in time, the month of the calendar (1 to 12), the year from 0."""

    month: int
    today: int
    tomorrow: int
    ahead: int
    calendar_month: int
    year: int


class Costs(NamedTuple):
    """What visits take. `hours` [kind, need, purpose] at the depth of the policy,
    `department_hours` [kind] for each further department, `hours_not_met` [kind]; `price`,
    `department_price` and `price_not_met` in the unit of the frame. A visit at which nobody is met
    counts as a visit, but takes fewer hours."""

    hours: Any
    department_hours: Any
    hours_not_met: Any
    price: Any
    department_price: Any
    price_not_met: Any


class Rules(NamedTuple):
    """The rulebook of some months: `fired_at`, its conditions compiled, behind a pointer;
    `parameters`, their numbers; `plan`, its measures as tables; `sample_priority`."""

    fired_at: Any
    parameters: Any
    plan: Any
    sample_priority: int


class Reading(NamedTuple):
    """What the rulebook says of each subject this month. `fired` [n, item]; `both` [n]: the colour
    in force and the one proposed in one number; `colours` [n]: that in force."""

    fired: Any
    both: Any
    colours: Any


class Frame(NamedTuple):
    """`left` [authority]: what is left of the frame so far, infinite where nothing is cut;
    `monthly` [year, authority]: what each month of a year adds to it."""

    cut: bool
    left: Any
    monthly: Any


class Calendar(NamedTuple):
    """`days` [month]: the first day of each month and of the one after the last; `months` [month]:
    1 to 12; `before`: the day on which the period begins; `lead_days`: how long before its last day
    a recurring visit is made."""

    days: Any
    months: Any
    before: int
    lead_days: int
