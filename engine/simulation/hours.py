"""Hours that a visit costs a consultant: preparation, travel, on site, report.

A visit costs as much as a basis visit to that kind of subject, times a share that depends on the
purpose. Travel is the same whatever the visit is for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from engine.simulation.assumptions import AssumedOn, Assumptions
from models.terms import Kind, PerformedBy, Purpose

__all__ = [
    "NO_HOURS",
    "HourParts",
    "hours_at_ends",
    "price_per_hour_dkk",
    "visit_hours",
    "visit_parts",
]

_MINUTES = 60
_NOT_OF_A_VISIT = frozenset(
    {"hours.price_dkk", "hours.consultant_year", "hours.visits_share", "hours.light_visit_share"}
)


class HourParts(NamedTuple):
    """Hours by what they are used for."""

    preparation_hours: float
    travel_hours: float
    on_site_hours: float
    report_hours: float

    @property
    def total_hours(self) -> float:
        """All of them."""
        return sum(self)

    def plus(self, other: HourParts) -> HourParts:
        """Part by part."""
        return HourParts(*(one + two for one, two in zip(self, other, strict=True)))

    def times(self, factor: float) -> HourParts:
        """Every part that many times."""
        return HourParts(*(part * factor for part in self))


NO_HOURS = HourParts(0.0, 0.0, 0.0, 0.0)


def visit_parts(
    assumed: AssumedOn,
    *,
    kind: Kind,
    purposes: Iterable[Purpose],
    performed_by: PerformedBy = PerformedBy.CONSULTANT,
    at_most_minutes: int | None = None,
    met: bool = True,
    depth: float = 1.0,
) -> HourParts:
    """The hours of one visit. A visit with several purposes costs as much as the dearest of them;
    one that found nobody at home costs its preparation and its travel. `depth` is the share of the
    usual time on site and at the report.

    What the economy team does at the desk is one number. Raises AssumptionError.
    """
    if performed_by is PerformedBy.ECONOMY:
        return HourParts(assumed.number("hours.economy_desk"), 0.0, 0.0, 0.0)
    share = max(_share(assumed, kind, purpose) for purpose in purposes)
    preparation, travel, on_site, report = (
        assumed.number(f"hours.{kind.value}.{part}")
        for part in ("preparation", "travel", "on_site", "report")
    )
    on_site *= share * depth
    if at_most_minutes is not None:
        on_site = min(on_site, at_most_minutes / _MINUTES)
    parts = HourParts(preparation * share, travel, on_site, report * share * depth)
    if not met:
        parts = parts._replace(on_site_hours=0.0, report_hours=0.0)
    if performed_by is PerformedBy.SPECIAL_EFFORT_TEAM:
        parts = parts.times(assumed.number("hours.special_effort_team_share"))
    return parts


def visit_hours(
    assumed: AssumedOn,
    kind: Kind,
    purpose: Purpose,
    *,
    performed_by: PerformedBy = PerformedBy.CONSULTANT,
    at_most_minutes: int | None = None,
    depth: float = 1.0,
) -> float:
    """All hours of a visit with one purpose. Raises AssumptionError."""
    return visit_parts(
        assumed,
        kind=kind,
        purposes=(purpose,),
        performed_by=performed_by,
        at_most_minutes=at_most_minutes,
        depth=depth,
    ).total_hours


def price_per_hour_dkk(assumed: AssumedOn) -> float:
    """What a consultant's hour costs, in kroner of 2026 (000_0be2027a0e412987.txt:4626)."""
    return assumed.number("hours.price_dkk")


def hours_at_ends(assumptions: Assumptions, day: date) -> tuple[AssumedOn, AssumedOn]:
    """The quantities with all hours a visit at their lowest, and all at their highest: the widest
    that the ranges allow, and wider than they will be together."""
    assumed = assumptions.on(day)
    of_visits = [
        name
        for name in assumptions.quantities
        if name.startswith("hours.") and name not in _NOT_OF_A_VISIT
    ]
    low = {name: assumed.range(name)[0] for name in of_visits}
    high = {name: assumed.range(name)[1] for name in of_visits}
    return assumptions.with_values(low).on(day), assumptions.with_values(high).on(day)


def _share(assumed: AssumedOn, kind: Kind, purpose: Purpose) -> float:
    """A purpose's share of a basis visit; a kind may have one of its own."""
    if purpose is Purpose.BASIS:
        return 1.0
    own = f"hours.{kind.value}.{purpose.value}_share"
    return assumed.number(own if own in assumed.quantities else f"hours.{purpose.value}_share")
