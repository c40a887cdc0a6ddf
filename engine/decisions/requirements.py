"""What rules and law require of a plan, and how requirements become as few visits as meet them.

Requirements whose windows meet and that can be seen to at one visit become one; its window is what
they share, so that it never ends later than any of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from models.rulebook import CountedFrom
from models.terms import PerformedBy, Purpose

__all__ = ["ALONE", "Draft", "Requirement", "merged"]

ALONE = frozenset({Purpose.NIGHT, Purpose.APPROVAL, Purpose.SAMPLE})
"""Purposes of visits that serve no other at the same time."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One visit that a rule or a floor of the law requires, with the window in which it must fall.

    It is counted from `counted_from_day` (None: the facts do not give it, and it is due now). `due`
    is the last day as rule or law give it; if it has passed, `latest` is today instead. With
    `intervals` (from, days) it recurs until `until`.
    """

    purpose: Purpose
    earliest: date
    latest: date
    due: date
    rule: str
    department: int | None = None
    performed_by: PerformedBy = PerformedBy.CONSULTANT
    themes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    hear: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    at_most_minutes: int | None = None
    counted_from: CountedFrom = CountedFrom.LAST_VISIT
    counted_from_day: date | None = None
    intervals: tuple[tuple[date, int], ...] = ()
    window_days: int = 0
    until: date = date.max

    @property
    def overdue(self) -> bool:
        """Whether the last day has passed."""
        return self.due < self.latest


@dataclass(slots=True)
class Draft:
    """A visit in the making."""

    requirements: list[Requirement]
    earliest: date
    latest: date
    purposes: set[Purpose] = field(default_factory=set)
    department: int | None = None

    def takes(self, other: Requirement) -> bool:
        """Whether one visit can see to this requirement too."""
        first = self.requirements[0]
        return (
            not (self.purposes | {other.purpose}) & ALONE
            and first.performed_by is other.performed_by
            and first.at_most_minutes == other.at_most_minutes
            and (
                self.department == other.department
                or self.department is None
                or other.department is None
            )
            and not any(
                r.rule == other.rule and r.department == other.department for r in self.requirements
            )
            and other.latest >= self.latest
            and max(self.earliest, other.earliest) <= min(self.latest, other.latest)
        )

    def take(self, other: Requirement) -> None:
        """Takes a requirement on; the window becomes what is shared."""
        self.requirements.append(other)
        self.earliest = max(self.earliest, other.earliest)
        self.latest = min(self.latest, other.latest)
        self.purposes.add(other.purpose)
        if self.department is None:
            self.department = other.department


def merged(
    required: list[Requirement], following: Callable[[Requirement, date], Requirement | None]
) -> list[Draft]:
    """Joins requirements that one visit can meet; the most urgent first.

    A visit's latest day is that of its first requirement, so what recurs is counted on from there.
    The order is fixed by the requirements alone, so that the same facts give the same plan.
    """
    drafts: list[Draft] = []
    waiting = [(_urgency(item), number, item) for number, item in enumerate(required)]
    heapq.heapify(waiting)
    while waiting:
        *_, item = heapq.heappop(waiting)
        home = next((draft for draft in drafts if draft.takes(item)), None)
        if home is None:
            home = Draft([item], item.earliest, item.latest, {item.purpose}, item.department)
            drafts.append(home)
        else:
            home.take(item)
        if item.intervals:
            after = following(item, home.latest)
            if after is not None:
                heapq.heappush(waiting, (_urgency(after), len(drafts), after))
    drafts.sort(key=lambda draft: (draft.latest, draft.earliest, draft.department or 0))
    return drafts


def _urgency(item: Requirement) -> tuple[date, bool, int, str, str, date]:
    return (
        item.latest,
        item.department is None,
        item.department or 0,
        item.purpose.value,
        item.rule,
        item.earliest,
    )
