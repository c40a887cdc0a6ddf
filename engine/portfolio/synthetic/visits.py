"""The visits of a synthetic subject: the published year, two years before it, and their cases."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.plan import YEAR_DAYS, Base, SubjectPlan
from engine.portfolio.synthetic.record_book import RecordBook
from models.facts.course_records import SupervisionKind
from models.registers import SourceWord
from models.terms import Notice, Purpose, TimeOfDay, VisitOutcome

__all__ = ["add_visits"]


@dataclass(frozen=True, slots=True)
class _Visit:
    held_on: date
    purpose: Purpose
    notice: Notice
    outcome: VisitOutcome = VisitOutcome.MET
    department: int | None = None


def add_visits(
    base: Base, plan: SubjectPlan, book: RecordBook, *, residential: bool, registered: bool
) -> list[date]:
    """Adds visits and supervision cases; returns the day on which each round of them ended."""
    stream = base.chance.stream(plan.subject_id, "visits")
    years = [
        *[_history_year(base, plan, back, stream) for back in (2, 1) if plan.history[back - 1]],
        _published_year(base, plan, stream, residential=residential),
    ]
    rounds = []
    turn = 0
    for year in years:
        if not year:
            continue
        ended = max(v.held_on for v in year) + timedelta(days=stream.randrange(3, 35))
        known = ended if ended <= base.as_of else None
        case = book.add(
            "supervision",
            {
                "supervision_kind": (
                    SupervisionKind.APPROVAL
                    if year[0].purpose is Purpose.APPROVAL
                    else SupervisionKind.OPERATIONAL
                ),
                "started_on": year[0].held_on,
                "ended_on": known,
                "report_issued_on": known,
            },
        )
        for visit in year:
            department = None
            if registered and visit.outcome is VisitOutcome.MET:
                department = turn % plan.departments + 1
                turn += 1
            _add_visit(base, plan, book, visit, department=department, case=case, stream=stream)
        rounds.append(max(v.held_on for v in year if v.outcome is VisitOutcome.MET))
    return rounds


def _history_year(base: Base, plan: SubjectPlan, back: int, stream: random.Random) -> list[_Visit]:
    begun = base.start - timedelta(days=YEAR_DAYS * back)
    day = begun + timedelta(days=stream.randrange(YEAR_DAYS))
    day = max(day, plan.approved_on + timedelta(days=30))
    unannounced = stream.random() < assumed.HISTORY_UNANNOUNCED_CHANCE
    notice = Notice.UNANNOUNCED if unannounced else Notice.ANNOUNCED
    return [_Visit(_working_day(day, plan.approved_on), Purpose.BASIS, notice)]


def _published_year(
    base: Base, plan: SubjectPlan, stream: random.Random, *, residential: bool
) -> list[_Visit]:
    days = _days_of_year(base, plan, stream)
    visits = []
    for number, (day, notice) in enumerate(zip(days, plan.notices, strict=True)):
        purpose = _purpose(plan, number, notice, stream, residential)
        visits.append(_Visit(day, purpose, notice))
    for number in range(plan.not_met):
        met = next(v for v in visits if v.notice is Notice.UNANNOUNCED)
        tried = met.held_on - timedelta(days=stream.randrange(1, 15) + number)
        low = max(base.start, plan.approved_on)
        visits.append(
            _Visit(max(tried, low), met.purpose, Notice.UNANNOUNCED, VisitOutcome.NOT_MET)
        )
    return sorted(visits, key=lambda v: (v.held_on, v.outcome is VisitOutcome.MET))


def _days_of_year(base: Base, plan: SubjectPlan, stream: random.Random) -> list[date]:
    count = len(plan.notices)
    if not plan.newly_approved:
        offsets = [int((n + stream.random()) * YEAR_DAYS / count) for n in range(count)]
        return [_working_day(base.start + timedelta(days=o), base.start) for o in offsets]
    since = (base.as_of - plan.approved_on).days
    first = plan.approved_on - timedelta(days=stream.randrange(10, 60))
    later = sorted(stream.randrange(since + 1) for _ in range(count - 1))
    return [
        _working_day(first, base.start),
        *[_working_day(plan.approved_on + timedelta(days=o), plan.approved_on) for o in later],
    ]


def _purpose(
    plan: SubjectPlan, number: int, notice: Notice, stream: random.Random, residential: bool
) -> Purpose:
    if number == 0:
        return Purpose.APPROVAL if plan.newly_approved else Purpose.BASIS
    if (
        residential
        and notice is Notice.UNANNOUNCED
        and stream.random() < assumed.NIGHT_VISIT_CHANCE
    ):
        return Purpose.NIGHT
    if number < plan.departments:
        return Purpose.DEPARTMENT
    return Purpose.FOLLOW_UP


def _working_day(day: date, lowest: date) -> date:
    """The Friday before a weekend day, unless that lies before `lowest`."""
    friday = day - timedelta(days=max(0, day.weekday() - 4))
    return friday if friday >= lowest else day


def _add_visit(
    base: Base,
    plan: SubjectPlan,
    book: RecordBook,
    visit: _Visit,
    *,
    department: int | None,
    case: int,
    stream: random.Random,
) -> None:
    met = visit.outcome is VisitOutcome.MET
    time_of_day = TimeOfDay.DAY
    if visit.purpose is Purpose.NIGHT:
        time_of_day = TimeOfDay.NIGHT
    elif stream.random() < assumed.EVENING_CHANCE:
        time_of_day = TimeOfDay.EVENING
    sent = visit.held_on + timedelta(days=stream.randrange(2, 25))
    reported = met and sent <= base.as_of and stream.random() < assumed.REPORT_CHANCE
    announced = visit.notice is Notice.ANNOUNCED
    ahead = timedelta(days=stream.randrange(7, 28))
    minutes = stream.randrange(*assumed.VISIT_MINUTES)
    book.add(
        "visit",
        {
            "held_on": visit.held_on,
            "purpose": visit.purpose,
            "notice": visit.notice,
            "outcome": visit.outcome,
            "time_of_day": time_of_day,
            "department": department,
            "announced_on": visit.held_on - ahead if announced else None,
            "duration_minutes": minutes if met else None,
            "supervision": case,
            "report_sent_on": sent if reported else None,
            "sources": _sources(base.registers.sources, plan, stream) if met else (),
        },
    )


def _sources(
    words: tuple[SourceWord, ...], plan: SubjectPlan, stream: random.Random
) -> tuple[str, ...]:
    fitting = [w.word for w in words if plan.kind in w.applies_to]
    chosen = stream.sample(fitting, stream.randrange(2, 5))
    return tuple(sorted(chosen))
