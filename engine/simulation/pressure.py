"""Supervision pressure (tilsynstryk) of one subject: a vector, never one number.

The head of Socialtilsyn Syd wrote that he had not known pressure could be measured in per cent
(000_0be2027a0e412987.txt:1418-1423). Here it is visits by purpose, notice and outcome; hours by
part; money; documents asked for; and the unannounced share: of what was done in the year before,
and of what the plan holds for the period ahead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine.facts.derived import is_duty_visit
from engine.rulebook.resolve import ResolvedRulebook
from engine.simulation.assumptions import AssumedOn
from engine.simulation.cut_standing import Standing, Standings
from engine.simulation.hours import NO_HOURS, HourParts, visit_parts
from models.decisions import Decision, PlannedVisit
from models.facts import Dossier
from models.facts.course_records import Visit
from models.terms import Authority, Colour, Kind, Notice, PerformedBy, Purpose, VisitOutcome

__all__ = [
    "CountedVisit",
    "Measure",
    "Pressure",
    "PressureMeter",
    "SubjectPressure",
    "pressure_of_visits",
]


class Measure(StrEnum):
    """What '30 %' is of. A per cent of pressure means nothing without one of these."""

    VISITS = "visits"
    HOURS = "hours"
    DKK = "dkk"
    DOCUMENTS = "documents"
    UNANNOUNCED = "unannounced"


@dataclass(frozen=True, slots=True)
class CountedVisit:
    """A visit as pressure counts it: `on` is the day it was held, or its latest day in the plan.

    What the economy team does at the desk is no visit (`desk`), but costs hours. Which documents
    were asked for at a visit that was held is not recorded: `documents` is None. A `serious` visit
    follows up something acute or serious, whatever else it is for.
    """

    no: int
    on: date
    purposes: tuple[Purpose, ...]
    notice: Notice
    met: bool
    desk: bool
    department: int | None
    parts: HourParts
    money_dkk: float
    documents: int | None
    overdue: bool = False
    standing: Standing | None = None
    serious: bool = False


@dataclass(frozen=True, slots=True)
class Pressure:
    """The vector of one or many subjects over one period."""

    visits: int = 0
    by_purpose: Mapping[Purpose, int] = field(default_factory=dict)
    unannounced: int = 0
    not_met: int = 0
    overdue: int = 0
    desk_cases: int = 0
    parts: HourParts = NO_HOURS
    money_dkk: float = 0.0
    documents: int | None = 0

    @property
    def announced(self) -> int:
        """Visits that were told of beforehand."""
        return self.visits - self.unannounced

    @property
    def unannounced_percent(self) -> float | None:
        """Of all visits; None where there are none."""
        return 100 * self.unannounced / self.visits if self.visits else None

    @property
    def hours(self) -> float:
        """Of all parts."""
        return self.parts.total_hours

    def of(self, measure: Measure) -> float:
        """One component. Documents that nobody has recorded count as none."""
        match measure:
            case Measure.VISITS:
                return self.visits
            case Measure.HOURS:
                return self.hours
            case Measure.DKK:
                return self.money_dkk
            case Measure.DOCUMENTS:
                return self.documents or 0
            case Measure.UNANNOUNCED:
                return self.unannounced

    def plus(self, other: Pressure) -> Pressure:
        """Component by component."""
        documents = (
            None
            if self.documents is None or other.documents is None
            else self.documents + other.documents
        )
        return Pressure(
            visits=self.visits + other.visits,
            by_purpose=Counter(self.by_purpose) + Counter(other.by_purpose),
            unannounced=self.unannounced + other.unannounced,
            not_met=self.not_met + other.not_met,
            overdue=self.overdue + other.overdue,
            desk_cases=self.desk_cases + other.desk_cases,
            parts=self.parts.plus(other.parts),
            money_dkk=self.money_dkk + other.money_dkk,
            documents=documents,
        )


def pressure_of_visits(visits: Iterable[CountedVisit]) -> Pressure:
    """The vector of some visits. A visit with several purposes counts once under each."""
    purposes: Counter[Purpose] = Counter()
    counted = unannounced = not_met = overdue = desk = documents = 0
    recorded = True
    parts, money_dkk = NO_HOURS, 0.0
    for visit in visits:
        parts = parts.plus(visit.parts)
        money_dkk += visit.money_dkk
        if visit.documents is None:
            recorded = False
        else:
            documents += visit.documents
        if visit.desk:
            desk += 1
            continue
        counted += 1
        purposes.update(visit.purposes)
        unannounced += visit.notice is Notice.UNANNOUNCED
        not_met += not visit.met
        overdue += visit.overdue
    return Pressure(
        visits=counted,
        by_purpose=purposes,
        unannounced=unannounced,
        not_met=not_met,
        overdue=overdue,
        desk_cases=desk,
        parts=parts,
        money_dkk=money_dkk,
        documents=documents if recorded else None,
    )


@dataclass(frozen=True, slots=True)
class SubjectPressure:
    """One subject's visits, done and planned. The colour is that in force on the day, also for what
    was done before it. `team` is the consultant where the facts name one; `floor_targets` are the
    departments the law wants visited each by itself, or the subject as one; 0 without a floor."""

    subject_id: str
    kind: Kind
    authority: Authority
    colour: Colour
    team: str | None
    approved_on: date | None
    last_duty_visit_on: date | None
    floor_targets: int
    done_visits: tuple[CountedVisit, ...]
    planned_visits: tuple[CountedVisit, ...]

    @property
    def done(self) -> Pressure:
        """What was done in the year before."""
        return pressure_of_visits(self.done_visits)

    @property
    def planned(self) -> Pressure:
        """What the plan holds."""
        return pressure_of_visits(self.planned_visits)


class PressureMeter:
    """Measures subjects by one resolved rulebook, the hours assumed on its day, and the price of an
    hour at each authority."""

    def __init__(
        self,
        resolved: ResolvedRulebook,
        assumed: AssumedOn,
        *,
        price_dkk: Mapping[Authority, float],
    ) -> None:
        self._assumed = assumed
        self._standings = Standings(resolved)
        self._duty = resolved.duty()
        self._by_department = frozenset(
            kind for floor in resolved.floors if floor.each_department for kind in floor.applies_to
        )
        self._known: dict[tuple[object, ...], HourParts] = {}
        self._price_dkk = price_dkk

    def measure(self, dossier: Dossier, decision: Decision) -> SubjectPressure:
        """The vector of a subject. The time before is as long as the plan's period. Raises
        AssumptionError where the hours of a visit are not known."""
        plan = decision.plan
        since = plan.period_from - (plan.period_until - plan.period_from)
        held = [visit for visit in dossier.of("visit") if visit.held_on <= plan.period_from]
        duty = [visit.held_on for visit in held if is_duty_visit(visit, self._duty)]
        return SubjectPressure(
            subject_id=decision.subject_id,
            kind=decision.kind,
            authority=decision.authority,
            colour=decision.category.in_force,
            team=dossier.subject.consultant,
            approved_on=dossier.subject.approved_on,
            last_duty_visit_on=max(duty, default=None),
            floor_targets=self._floor_targets(dossier, decision),
            done_visits=tuple(
                self._held(decision, visit)
                for visit in sorted(held, key=lambda visit: (visit.held_on, visit.no))
                if visit.held_on > since
            ),
            planned_visits=tuple(self._planned(decision, visit) for visit in plan.visits),
        )

    def _floor_targets(self, dossier: Dossier, decision: Decision) -> int:
        day = decision.plan.period_from
        if decision.plan.floor_due_on is None:
            return 0
        open_ones = sum(
            department.closed_on is None or department.closed_on > day
            for department in dossier.of("department")
        )
        return max(1, open_ones) if decision.kind in self._by_department else 1

    def _held(self, decision: Decision, visit: Visit) -> CountedVisit:
        met = visit.outcome is VisitOutcome.MET
        parts = self._parts(decision.kind, (visit.purpose,), visit.performed_by, None, met)
        return CountedVisit(
            no=visit.no,
            on=visit.held_on,
            purposes=(visit.purpose,),
            notice=visit.notice,
            met=met,
            desk=visit.performed_by is PerformedBy.ECONOMY,
            department=visit.department,
            parts=parts,
            money_dkk=parts.total_hours * self._price_dkk[decision.authority],
            documents=None,
        )

    def _planned(self, decision: Decision, visit: PlannedVisit) -> CountedVisit:
        who, most = visit.performed_by, visit.at_most_minutes
        parts = self._parts(decision.kind, visit.purposes, who, most, True)
        return CountedVisit(
            no=visit.no,
            on=visit.latest,
            purposes=visit.purposes,
            notice=visit.notice,
            met=True,
            desk=who is PerformedBy.ECONOMY,
            department=visit.department,
            parts=parts,
            money_dkk=parts.total_hours * self._price_dkk[decision.authority],
            documents=len(visit.documents),
            overdue=visit.overdue,
            standing=self._standings.of(decision, visit),
            serious=self._standings.is_serious(visit),
        )

    def _parts(
        self,
        kind: Kind,
        purposes: tuple[Purpose, ...],
        performed_by: PerformedBy,
        at_most_minutes: int | None,
        met: bool,
    ) -> HourParts:
        key = (kind, purposes, performed_by, at_most_minutes, met)
        if key not in self._known:
            self._known[key] = visit_parts(
                self._assumed,
                kind=kind,
                purposes=purposes,
                performed_by=performed_by,
                at_most_minutes=at_most_minutes,
                met=met,
            )
        return self._known[key]
