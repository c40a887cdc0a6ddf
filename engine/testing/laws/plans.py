"""Laws of the visit plan: the statutory floor, one notice for each visit, and its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from hypothesis import strategies as st

from engine.decisions.decide import Decider
from engine.decisions.notice import NoticeConflictError, NoticeError
from engine.facts.derived import DutyReading, is_duty_visit
from engine.facts.floor import last_lawful_day
from engine.testing.laws.law import Law
from engine.testing.laws.under_test import Case, RulebookUnderTest
from models.conditions import ParameterRef
from models.decisions import PlannedVisit, VisitPlan
from models.facts import Dossier
from models.rulebook import Floor, NoticeOutcome, VisitOutcomeRule
from models.terms import ApprovalStatus, Colour, Notice, PerformedBy, Purpose

__all__ = ["last_duty_visit", "plan_laws", "unkept_floor"]

_SUPERVISED = (ApprovalStatus.APPROVED, ApprovalStatus.APPROVED_WITH_CONDITIONS)
_SHORTEST_DAYS, _LONGEST_DAYS = 30, 1_500


def plan_laws(under: RulebookUnderTest) -> Iterator[Law]:
    """The laws of plans and of sample frames."""
    cases = under.cases()
    says = "every planned visit gets one notice"
    yield Law("one_notice", says, _Plans(under, says).one_notice, cases)
    says = "an announced visit is announced no sooner than the law allows"
    yield Law("longest_notice", says, _Plans(under, says).longest_notice, cases)
    says = "every visit has a purpose and a window within the planning period"
    yield Law("windows", says, _Plans(under, says).windows, cases)
    says = "the plan keeps the statutory floor"
    yield Law("floor", says, _Plans(under, says).floor, cases)
    says = "the floor is kept through a planning period of any length"
    periods = st.tuples(cases, st.integers(_SHORTEST_DAYS, _LONGEST_DAYS))
    yield Law("floor_of_any_period", says, _Plans(under, says).floor_of_any_period, periods)
    says = "only green subjects stand in a sample frame"
    yield Law("frames_hold_greens", says, _Plans(under, says).frames_hold_greens, cases)


class _Plans:
    """The checks of one rulebook's plans."""

    def __init__(self, under: RulebookUnderTest, says: str) -> None:
        self._under = under
        self._says = says

    def one_notice(self, case: Case) -> None:
        decider = self._under.decider(case.day)
        try:
            plan = decider.decide(case.dossier).plan
        except NoticeConflictError as error:
            blanks = dict(error.what.blanks)
            pair = [str(blanks["one"]), str(blanks["other"])]
            what = f"{pair[0]} and {pair[1]} have the same rank and say the opposite."
            raise self._under.broken(self._says, what, case, pair) from None
        except NoticeError as error:
            rules = [
                r.id
                for r in decider.resolved.rules
                if isinstance(r.then, NoticeOutcome) and case.dossier.kind in r.applies_to
            ]
            what = f"{error}"
            raise self._under.broken(self._says, what, case, rules) from None
        for visit in plan.visits:
            if visit.notice is Notice.UNANNOUNCED and visit.announce_not_before is not None:
                what = f"Visit {visit.no} is unannounced and has a day for announcing it."
                raise self._under.broken(self._says, what, case, _rules_of(visit))

    def longest_notice(self, case: Case) -> None:
        plan = self._plan(case)
        parameter = ParameterRef(parameter="visits.announce_at_most_days")
        for visit in () if plan is None else plan.visits:
            if visit.notice is not Notice.ANNOUNCED:
                continue
            limit = self._limit(parameter.parameter, visit.latest)
            told = visit.announce_not_before
            if limit is None:
                continue
            if told is None or visit.earliest - told > timedelta(days=limit):
                what = f"Visit {visit.no} may be announced more than {limit} days ahead."
                raise self._under.broken(self._says, what, case, [parameter.parameter])

    def _limit(self, parameter: str, day: date) -> int | None:
        values = self._under.book.parameters[parameter].values
        value = [v.value for v in values if v.valid_from <= day][-1]
        return value if isinstance(value, int) else None

    def windows(self, case: Case) -> None:
        plan = self._plan(case)
        if plan is None:
            return
        for visit in plan.visits:
            last = visit.latest if self._once(case.day, visit) else plan.period_until
            whole = case.day <= visit.earliest <= visit.latest <= last
            if not visit.purposes or not whole:
                what = f"Visit {visit.no} lies from {visit.earliest} to {visit.latest}."
                raise self._under.broken(self._says, what, case, _rules_of(visit))

    def _once(self, day: date, visit: PlannedVisit) -> bool:
        """Whether a rule asks for the visit by a day of the facts, which may lie anywhere."""
        within = {
            rule.id
            for rule in self._under.resolved(day).rules
            if isinstance(rule.then, VisitOutcomeRule) and rule.then.within_days is not None
        }
        return any(reason.rule in within for reason in visit.reasons)

    def floor(self, case: Case) -> None:
        plan = self._plan(case)
        if plan is not None:
            self._floor_of(case, plan)

    def floor_of_any_period(self, drawn: tuple[Case, int]) -> None:
        case, period_days = drawn
        try:
            decider = Decider(self._under.resolved(case.day), period_days=period_days)
            self._floor_of(case, decider.decide(case.dossier).plan)
        except NoticeError:
            return

    def _floor_of(self, case: Case, plan: VisitPlan) -> None:
        resolved = self._under.resolved(case.day)
        for floor in resolved.floors:
            if case.dossier.kind not in floor.applies_to:
                continue
            values = resolved.dated_days(floor.interval_days)
            unkept = unkept_floor(case.dossier, floor, values, plan, resolved.duty())
            if unkept is not None:
                department, day = unkept
                whom = "" if department is None else f" to department {department}"
                seen = ", ".join(f"{v.earliest} to {v.latest}" for v in plan.visits) or "none"
                what = (
                    f"The law's last day for a visit{whom} is {day}, and no visit is planned by "
                    f"then. Planned: {seen}."
                )
                named = [floor.id, floor.interval_days.parameter]
                raise self._under.broken(self._says, what, case, named)

    def frames_hold_greens(self, case: Case) -> None:
        decision = self._under.decide(case)
        if decision is None or decision.category.in_force is Colour.GREEN:
            return
        if decision.frames:
            frames = ", ".join(decision.frames)
            what = f"A {decision.category.in_force} subject stands in the frame {frames}."
            placed = [
                rule.id
                for rule in self._under.resolved(case.day).rules
                if getattr(rule.then, "frame", None) in decision.frames
                and rule.id in decision.fired
            ]
            raise self._under.broken(self._says, what, case, [*placed, *decision.frames])

    def _plan(self, case: Case) -> VisitPlan | None:
        decision = self._under.decide(case)
        return None if decision is None else decision.plan


def _rules_of(visit: PlannedVisit) -> list[str]:
    return [*(reason.rule for reason in visit.reasons), visit.notice_reason.rule]


def last_duty_visit(dossier: Dossier, department: int | None, duty: DutyReading) -> date | None:
    """The last visit that counts for the visit duty, to a department or to the whole."""
    days = [
        visit.held_on
        for visit in dossier.of("visit")
        if is_duty_visit(visit, duty) and department in (None, visit.department)
    ]
    return max(days, default=None)


def unkept_floor(
    dossier: Dossier,
    floor: Floor,
    intervals: tuple[tuple[date, int], ...],
    plan: VisitPlan,
    duty: DutyReading,
) -> tuple[int | None, date] | None:
    """A department (None: the whole) and the last lawful day that no planned visit keeps; None if
    all are kept. Each visit is thought to be made on its latest day."""
    if dossier.subject.approval_status not in _SUPERVISED:
        return None
    today = plan.period_from
    open_ones = [d for d in dossier.of("department") if d.closed_on is None or d.closed_on > today]
    targets = open_ones if floor.each_department and open_ones else [None]
    for target in targets:
        department = None if target is None else target.no
        opened = None if target is None else target.opened_on
        start = last_duty_visit(dossier, department, duty) or opened or dossier.subject.approved_on
        planned = sorted(
            v.latest
            for v in plan.visits
            if _counts(v) and (department is None or v.department == department)
        )
        due = today if start is None else max(today, last_lawful_day(start, intervals))
        before: date | None = None
        while due <= plan.period_until:
            kept = [day for day in planned if day <= due and (before is None or day > before)]
            if not kept:
                return department, due
            before = kept[-1]
            due = last_lawful_day(before, intervals)
    return None


def _counts(visit: PlannedVisit) -> bool:
    """Whether a planned visit, once made, satisfies the visit duty."""
    if visit.performed_by is PerformedBy.ECONOMY:
        return False
    return Purpose.SAMPLE not in visit.purposes
