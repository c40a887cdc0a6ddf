"""The visit plan: what the rules and the law require, merged into as few visits as meet it all.

Intervals and notices follow their dated values, so that a plan reaching over a change of the rules
is lawful on both sides of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from engine.backends.reference import ReferenceBackend
from engine.decisions.notice import NoticeGapError, NoticeRules, later_notice_rules
from engine.decisions.reasons import (
    Backend,
    Evaluated,
    ReasonWriter,
    matched_records,
    source_is_hidden,
)
from engine.decisions.requirements import Draft, Requirement, merged
from engine.facts.derived import is_duty_visit
from engine.facts.floor import last_lawful_day
from engine.facts.introspection import age_name
from engine.rulebook.program import Program
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import ParameterRef
from models.decisions import PlannedVisit, Reason, VisitPlan
from models.facts import Dossier
from models.rulebook import CountedFrom, Floor, Rule, VisitOutcomeRule
from models.terms import ApprovalStatus, Purpose

__all__ = ["Planner"]

_SUPERVISED = (ApprovalStatus.APPROVED, ApprovalStatus.APPROVED_WITH_CONDITIONS)
_PLANNED_FOR = (*_SUPERVISED, ApprovalStatus.APPLIED)
_DAYS_A_YEAR = 365


class Planner:
    """Plans visits by one resolved rulebook."""

    def __init__(
        self,
        resolved: ResolvedRulebook,
        reasons: ReasonWriter,
        *,
        period_days: int | None = None,
        make_backend: Callable[[Program, ReferenceBackend], Backend] | None = None,
    ) -> None:
        self._as_of = resolved.as_of
        self._resolved = resolved
        self._reasons = reasons
        days = period_days or resolved.number(_parameter("planning.period_days"))
        self._until = self._as_of + timedelta(days=days)
        self._duty = resolved.duty()
        self._window_days = resolved.number(_parameter("visits.window_days"))
        self._floor_values = {
            floor.id: resolved.dated_days(floor.interval_days) for floor in resolved.floors
        }
        self._floor_reasons = {floor.id: self._floor_reason(floor) for floor in resolved.floors}
        self._visit_rules: dict[str, tuple[Rule, VisitOutcomeRule]] = {}
        for rule in resolved.rules:
            if isinstance(rule.then, VisitOutcomeRule):
                self._visit_rules[rule.id] = (rule, rule.then)
        self._notices = [
            NoticeRules(self._as_of, lambda: resolved, reasons=reasons),
            *later_notice_rules(
                resolved.book, as_of=self._as_of, until=self._until, make_backend=make_backend
            ),
        ]

    @property
    def reaches_over_a_change(self) -> bool:
        """Whether the notice rules change within the planning period."""
        return len(self._notices) > 1

    def plan(self, case: Evaluated) -> VisitPlan:
        """The visits of the planning period, numbered by their latest day."""
        required, floor_due = self._required(case)
        visits = tuple(
            self._visit(no, draft, case)
            for no, draft in enumerate(merged(required, self._following), start=1)
        )
        return VisitPlan(self._as_of, self._until, floor_due, visits)

    def requirements(self, case: Evaluated) -> list[Requirement]:
        """What rules and law require within the planning period, before any visits are merged; of
        what recurs the next visit only."""
        return self._required(case)[0]

    def notice_rule(self, case: Evaluated, item: Requirement) -> str | None:
        """The notice rule that decides of a visit which meets this requirement alone. None if no
        rule speaks of it, or if it may fall where other notice rules decide. Raises
        NoticeConflictError."""
        today, *later = self._notices
        if later and item.latest >= later[0].day:
            return None
        try:
            return today.deciding(case, {item.purpose})[0]
        except NoticeGapError:
            return None

    def _required(self, case: Evaluated) -> tuple[list[Requirement], date | None]:
        """The requirements, and the day the floor falls due, even if beyond the period."""
        dossier, firing = case.dossier, case.firing
        status = dossier.subject.approval_status
        required: list[Requirement] = []
        floor_due: date | None = None
        if status not in _PLANNED_FOR:
            return required, floor_due
        if status in _SUPERVISED:
            floors = list(self._floor_requirements(dossier))
            floor_due = min((r.due for r in floors), default=None)
            required += [r for r in floors if r.latest <= self._until]
        for rule_id in sorted(self._visit_rules.keys() & firing.held):
            rule, outcome = self._visit_rules[rule_id]
            required += self._required_by(rule, outcome, case)
        return required, floor_due

    def _last_visit(self, dossier: Dossier, department: int | None) -> date | None:
        days = [
            visit.held_on
            for visit in dossier.of("visit")
            if (department is None or visit.department == department)
            and is_duty_visit(visit, self._duty)
        ]
        return max(days, default=None)

    def _start(self, dossier: Dossier, department: Any | None) -> date | None:
        """From when an interval runs: the last visit, or else the opening or the approval."""
        no = None if department is None else department.no
        last = self._last_visit(dossier, no)
        if last is not None:
            return last
        opened = None if department is None else department.opened_on
        return opened or dossier.subject.approved_on

    def _targets(self, dossier: Dossier, *, each_department: bool) -> list[Any]:
        open_ones = [
            d for d in dossier.of("department") if d.closed_on is None or d.closed_on > self._as_of
        ]
        return open_ones if each_department and open_ones else [None]

    def _floor_requirements(self, dossier: Dossier) -> Iterator[Requirement]:
        """The next duty visit of every target, even beyond the period."""
        for floor in self._resolved.floors:
            if dossier.kind not in floor.applies_to:
                continue
            values = self._floor_values[floor.id]
            for target in self._targets(dossier, each_department=floor.each_department):
                wanted = Requirement(
                    purpose=Purpose.BASIS if target is None else Purpose.DEPARTMENT,
                    earliest=self._as_of,
                    latest=self._as_of,
                    due=self._as_of,
                    rule=floor.id,
                    department=None if target is None else target.no,
                )
                start = self._start(dossier, target)
                yield self._recurring(wanted, start, values, self._window_days)

    def _reason(self, rule_id: str, case: Evaluated) -> Reason:
        return self._floor_reasons.get(rule_id) or self._reasons.reason(rule_id, case)

    def _floor_reason(self, floor: Floor) -> Reason:
        return Reason(
            rule=floor.id,
            title=floor.title,
            basis=floor.basis,
            sources=floor.sources,
            parameters=(self._resolved.parameters[floor.interval_days.parameter],),
        )

    def _earliest(self, latest: date, window_days: int) -> date:
        return max(self._as_of, latest - timedelta(days=window_days))

    def _required_by(
        self, rule: Rule, outcome: VisitOutcomeRule, case: Evaluated
    ) -> Iterator[Requirement]:
        window = self._resolved.number(outcome.window_days)
        themes = outcome.themes
        every = self._resolved.dated_days(outcome.every_days)
        if outcome.times_a_year is not None:
            every = _evenly(case.view.subject.get(outcome.times_a_year))
        within = self._resolved.days(outcome.within_days)
        for target in self._targets(case.dossier, each_department=outcome.each_department):
            wanted = Requirement(
                purpose=outcome.purpose if target is None else Purpose.DEPARTMENT,
                earliest=self._as_of,
                latest=self._as_of,
                due=self._as_of,
                rule=rule.id,
                department=None if target is None else target.no,
                performed_by=outcome.performed_by,
                themes=themes,
                methods=outcome.methods,
                hear=outcome.hear,
                documents=outcome.documents,
                at_most_minutes=self._resolved.days(outcome.at_most_minutes),
            )
            if every:
                start = self._start(case.dossier, target)
                ends = rule.valid_until or date.max
                first = self._recurring(replace(wanted, until=ends), start, every, window)
                if first.latest <= min(self._until, ends):
                    yield first
            elif within is not None:
                base, themes = self._base(rule, outcome, case)
                due = self._as_of if base is None else base + timedelta(days=within)
                latest = max(due, self._as_of)
                yield replace(
                    wanted,
                    earliest=self._earliest(latest, window),
                    latest=latest,
                    due=due,
                    themes=outcome.themes or themes,
                    counted_from=outcome.counted_from,
                    counted_from_day=base,
                )

    def _recurring(
        self,
        wanted: Requirement,
        start: date | None,
        intervals: tuple[tuple[date, int], ...],
        window_days: int,
    ) -> Requirement:
        """The next visit, due when the interval in force runs out. Those after it are counted
        from the day it is planned for, once that is known."""
        due = self._as_of if start is None else last_lawful_day(start, intervals)
        latest = max(due, self._as_of)
        before = self._as_of if start is None else start
        window = min(window_days, max((latest - before).days - 1, 0))
        return replace(
            wanted,
            earliest=self._earliest(latest, window),
            latest=latest,
            due=due,
            counted_from_day=start,
            intervals=intervals,
            window_days=window_days,
        )

    def _following(self, item: Requirement, planned: date) -> Requirement | None:
        """The recurrence after one planned for a day, if it falls within the period."""
        latest = last_lawful_day(planned, item.intervals)
        if not planned < latest <= min(self._until, item.until):
            return None
        window = min(item.window_days, (latest - planned).days - 1)
        return replace(
            item,
            earliest=self._earliest(latest, window),
            latest=latest,
            due=latest,
            counted_from_day=planned,
        )

    def _base(
        self, rule: Rule, outcome: VisitOutcomeRule, case: Evaluated
    ) -> tuple[date | None, tuple[str, ...]]:
        """The day a one-off deadline runs from, and the themes of what triggered it. None where
        the facts do not give that day: the visit is due now, and does not wait for them."""
        matched = self._reasons.matched(rule.id, case)
        themes = tuple(dict.fromkeys(row["theme"] for _, row in matched if row.get("theme")))
        match outcome.counted_from:
            case CountedFrom.TRIGGER:
                return self._oldest_trigger(rule, outcome, case), themes
            case CountedFrom.SUBJECT_DAY:
                days = (case.view.subject.get(age_name(name)) for name in outcome.subject_field)
                known = [age for age in days if age is not None]
                return (self._as_of - timedelta(days=min(known)) if known else None), themes
            case CountedFrom.LAST_VISIT:
                return self._start(case.dossier, None), themes
            case CountedFrom.EVALUATION_DATE:
                return self._as_of, themes

    def _oldest_trigger(
        self, rule: Rule, outcome: VisitOutcomeRule, case: Evaluated
    ) -> date | None:
        """The oldest day of the records that the rule's own first quantifier matched."""
        found = matched_records(self._reasons.trace(rule.id, case))
        if outcome.trigger_field is None or not found:
            return None
        record, field = found[0][0], age_name(outcome.trigger_field)
        ages = [
            _shown_age(record, row, row[field], self._as_of)
            for kind, row in found
            if kind == record and row[field] is not None
        ]
        return self._as_of - timedelta(days=max(ages)) if ages else None

    def _visit(self, no: int, draft: Draft, case: Evaluated) -> PlannedVisit:
        needed = draft.requirements
        purposes = tuple(purpose for purpose in Purpose if purpose in draft.purposes)
        rules = [rules for rules in self._notices if rules.day <= draft.latest][-1]
        chosen = rules.choice(case, draft.purposes)
        announce = None
        if chosen.announce_at_most_days is not None:
            announce = max(
                self._as_of, draft.earliest - timedelta(days=chosen.announce_at_most_days)
            )
        first = needed[0]
        return PlannedVisit(
            no=no,
            purposes=purposes,
            earliest=draft.earliest,
            latest=draft.latest,
            notice=chosen.notice,
            notice_reason=chosen.reason,
            announce_not_before=announce,
            department=draft.department,
            themes=_joined(r.themes for r in needed) if all(r.themes for r in needed) else (),
            methods=_joined(r.methods for r in needed),
            hear=_joined(r.hear for r in needed),
            documents=_joined(r.documents for r in needed),
            performed_by=first.performed_by,
            at_most_minutes=first.at_most_minutes,
            overdue=any(r.overdue for r in needed),
            reasons=tuple(self._reason(r.rule, case) for r in needed),
        )


def _parameter(name: str) -> ParameterRef:
    return ParameterRef(parameter=name)


def _evenly(times_a_year: int | None) -> tuple[tuple[date, int], ...]:
    """The interval that spreads a number of visits evenly over the shortest year."""
    if not times_a_year:
        return ()
    return ((date.min, max(_DAYS_A_YEAR // times_a_year, 1)),)


def _joined(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _shown_age(record: str, row: dict[str, Any], age_days: int, as_of: date) -> int:
    """A record's age; of a concern whose source is hidden, the age of the Monday before it, so
    that the day of a visit does not tell the day of the call."""
    if not source_is_hidden(record, row):
        return age_days
    return age_days + (as_of - timedelta(days=age_days)).weekday()
