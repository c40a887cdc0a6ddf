"""The statutory floor holds in every plan.

Two parts. The planner itself is run for every number of days since the last visit up to beyond the
longest interval, on every day on which something changes and the day before. And merging is tried
on every combination of three requirements in a small frame: a requirement always ends up in a visit
that is over no later than it must be, so whatever else rules ask for, the floor's visit stays.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from engine.analysis.proof.ledger import every_rulebook_day
from engine.analysis.proof.properties.bare import bare_dossier, bare_record
from engine.analysis.proof.properties.report import Proof, Tally
from engine.decisions.decide import Decider
from engine.decisions.requirements import Requirement, merged
from engine.facts.floor import last_lawful_day
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.problems import said
from engine.rulebook.resolve import resolve
from models.decisions import PlannedVisit
from models.facts import Dossier
from models.rulebook import Floor
from models.terms import Kind, Purpose, VisitOutcome

__all__ = ["prove_floor"]

_DAY = timedelta(days=1)
_SUPERVISED_BY_LAW = (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY)
"""Whom the law wants visited (lov om socialtilsyn § 7; 001_289735031603f19e.txt:4062-4068)."""
_BEYOND_DAYS = 30
_FRAME_DAYS = 4
_Starts = dict[int | None, date | None]
"""From when the interval of each target runs; None: the subject itself."""


def prove_floor(book: Rulebook) -> Proof:
    """The next visit the law demands is in the plan, in time, for every target."""
    tally = Tally("floor")
    longest = max(
        (
            v.value
            for f in book.floors
            for v in book.parameters[f.interval_days.parameter].values
            if isinstance(v.value, int)
        ),
        default=0,
    )
    days = sorted({d for day in every_rulebook_day(book) for d in (day, day - _DAY)})
    for day in days:
        if day >= FIRST_DAY:
            _plans(tally, book, day, longest + _BEYOND_DAYS)
    _merges(tally)
    return tally.proof(
        said("prove.every_age", days=longest + _BEYOND_DAYS),
        said("prove.every_day_before"),
        said("prove.every_merge", days=_FRAME_DAYS),
    )


def _plans(tally: Tally, book: Rulebook, day: date, oldest_days: int) -> None:
    decider = Decider(resolve(book, as_of=day))
    for kind in _SUPERVISED_BY_LAW:
        floors = [floor for floor in decider.resolved.floors if kind in floor.applies_to]
        set_ = any(decider.resolved.days(floor.interval_days) for floor in floors)
        tally.case(holds=set_, what=said("prove.no_floor", kind=kind.value, day=day))
    for floor in decider.resolved.floors:
        for kind in floor.applies_to:
            for dossier, starts in _histories(kind, day, oldest_days, floor=floor):
                plan = decider.decide(dossier).plan
                what = said("prove.floor_broken", id=floor.id, kind=kind.value, day=day)
                intervals = decider.resolved.dated_days(floor.interval_days)
                for target, start in starts.items():
                    visits = [v for v in plan.visits if target in (None, v.department)]
                    kept = _kept(visits, day, start, intervals, plan.period_until)
                    tally.case(holds=kept, what=what)


def _histories(
    kind: Kind, day: date, oldest_days: int, *, floor: Floor
) -> Iterator[tuple[Dossier, _Starts]]:
    """Subjects visited so many days ago, never visited but approved so many days ago, or neither;
    and, where every department counts, four of them: visited then, visited later, opened then and
    not visited, closed."""
    yield bare_dossier(kind, {}), {None: None}
    for age in range(oldest_days + 1):
        then = day - timedelta(days=age)
        visit = bare_record("visit", held_on=then, purpose=Purpose.BASIS, outcome=VisitOutcome.MET)
        yield bare_dossier(kind, {"visit": [visit]}), {None: then}
        if age % 7 == 0:
            yield bare_dossier(kind, {}, approved_on=then), {None: then}
            forgave = visit.model_copy(update={"outcome": VisitOutcome.NOT_MET})
            sample = visit.model_copy(update={"purpose": Purpose.SAMPLE, "no": 2})
            records = {"visit": [forgave, sample]}
            yield bare_dossier(kind, records, approved_on=then), {None: then}
            if floor.each_department:
                yield _with_departments(kind, visit, day - timedelta(days=age // 2))


def _with_departments(kind: Kind, visit: Any, later: date) -> tuple[Dossier, _Starts]:
    then = visit.held_on
    visits = [
        visit.model_copy(update={"department": 1}),
        visit.model_copy(update={"department": 2, "no": 2, "held_on": later}),
    ]
    departments = [
        bare_record("department", 1),
        bare_record("department", 2),
        bare_record("department", 3, opened_on=then),
        bare_record("department", 4, opened_on=then, closed_on=then),
    ]
    records = {"visit": visits, "department": departments}
    return bare_dossier(kind, records), {1: then, 2: later, 3: then}


def _kept(
    visits: Sequence[PlannedVisit],
    day: date,
    start: date | None,
    intervals: tuple[tuple[date, int], ...],
    until: date,
) -> bool:
    """Whether from the last visit on every lawful day within the period has its visit."""
    due = day if start is None else max(last_lawful_day(start, intervals), day)
    duty = {Purpose.BASIS, Purpose.DEPARTMENT}
    planned = sorted(visit.latest for visit in visits if duty & set(visit.purposes))
    for latest in planned:
        if latest > due:
            return False
        due = last_lawful_day(latest, intervals)
    return due > until


def _merges(tally: Tally) -> None:
    first = date(2026, 1, 1)
    windows = [
        (first + i * _DAY, first + j * _DAY)
        for i in range(_FRAME_DAYS)
        for j in range(i, _FRAME_DAYS)
    ]
    purposes = ((Purpose.BASIS, None), (Purpose.DEPARTMENT, 1), (Purpose.NIGHT, None))
    what = said("prove.merged_late")
    for three in itertools.product(itertools.product(windows, purposes), repeat=3):
        required = [
            Requirement(
                purpose=purpose,
                earliest=window[0],
                latest=window[1],
                due=window[1],
                rule=str(number),
                department=department,
            )
            for number, (window, (purpose, department)) in enumerate(three)
        ]
        drafts = merged(required, lambda item, planned: None)
        holds = all(
            any(
                item in draft.requirements
                and item.earliest <= draft.earliest <= draft.latest <= item.latest
                for draft in drafts
            )
            for item in required
        )
        tally.case(holds=holds, what=what)
