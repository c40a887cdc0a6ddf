"""The visit plan: what the rules and the law require, merged into as few visits as meet it all.

Every requirement has a window of days. Requirements whose windows meet and that can be seen to at
one visit become one; its window is what they share, so that it never ends later than any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from engine.decisions.floor import last_lawful_day
from engine.decisions.reasons import Evaluated, ReasonWriter, matched_records
from engine.facts.derived import is_duty_visit
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import ParameterRef
from models.decisions import PlannedVisit, Reason, VisitPlan
from models.facts import Dossier
from models.rulebook import CountedFrom, Floor, NoticeOutcome, Rule, VisitOutcomeRule
from models.terms import ApprovalStatus, Notice, PerformedBy, Purpose

__all__ = ["NoticeGapError", "Planner", "Requirement"]

_SUPERVISED = (ApprovalStatus.APPROVED, ApprovalStatus.APPROVED_WITH_CONDITIONS)
_PLANNED_FOR = (*_SUPERVISED, ApprovalStatus.APPLIED)
_ALONE = frozenset({Purpose.NIGHT, Purpose.APPROVAL, Purpose.SAMPLE})


class NoticeGapError(Exception):
    """No notice rule says whether a visit is announced; the rulebook has a gap."""

    def __init__(self, subject_id: str, purpose: Purpose) -> None:
        super().__init__(
            f"{subject_id}: no notice rule holds for a visit with purpose {purpose.value}; "
            "add one to visits/ that always holds"
        )


@dataclass(frozen=True, slots=True)
class Requirement:
    """One visit that a rule or the law requires, with the window in which it must fall."""

    purpose: Purpose
    earliest: date
    latest: date
    overdue: bool
    reason: Reason
    department: int | None = None
    performed_by: PerformedBy = PerformedBy.CONSULTANT
    themes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    hear: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    at_most_minutes: int | None = None


@dataclass(slots=True)
class _Draft:
    """A visit in the making."""

    requirements: list[Requirement]
    earliest: date
    latest: date
    purposes: set[Purpose] = field(default_factory=set)
    department: int | None = None

    def takes(self, other: Requirement) -> bool:
        first = self.requirements[0]
        return (
            not (self.purposes | {other.purpose}) & _ALONE
            and first.performed_by is other.performed_by
            and first.at_most_minutes == other.at_most_minutes
            and (
                self.department == other.department
                or self.department is None
                or other.department is None
            )
            and not any(
                r.reason.rule == other.reason.rule and r.department == other.department
                for r in self.requirements
            )
            and max(self.earliest, other.earliest) <= min(self.latest, other.latest)
        )

    def take(self, other: Requirement) -> None:
        self.requirements.append(other)
        self.earliest = max(self.earliest, other.earliest)
        self.latest = min(self.latest, other.latest)
        self.purposes.add(other.purpose)
        if self.department is None:
            self.department = other.department


class Planner:
    """Plans visits by one resolved rulebook."""

    def __init__(
        self, resolved: ResolvedRulebook, reasons: ReasonWriter, *, period_days: int | None = None
    ) -> None:
        self._as_of = resolved.as_of
        self._resolved = resolved
        self._reasons = reasons
        days = period_days or resolved.days(_parameter("planning.period_days")) or 365
        self._until = self._as_of + timedelta(days=days)
        self._duty = resolved.duty()
        self._window_days = resolved.days(_parameter("visits.window_days")) or 0
        self._announce_days = resolved.days(_parameter("visits.announce_at_most_days"))
        self._floor_values = {
            floor.id: tuple(
                (value.valid_from, value.value)
                for value in resolved.book.parameters[floor.interval_days.parameter].values
                if isinstance(value.value, int)
            )
            for floor in resolved.floors
        }
        self._visit_rules: dict[str, tuple[Rule, VisitOutcomeRule]] = {}
        self._notice_rules: list[tuple[str, NoticeOutcome]] = []
        for rule in resolved.rules:
            if isinstance(rule.then, VisitOutcomeRule):
                self._visit_rules[rule.id] = (rule, rule.then)
            elif isinstance(rule.then, NoticeOutcome):
                self._notice_rules.append((rule.id, rule.then))
        self._notice_rules.sort(key=lambda entry: (-entry[1].rank, entry[0]))

    def plan(self, case: Evaluated) -> VisitPlan:
        """The visits of the planning period, numbered by their latest day."""
        dossier, firing = case.dossier, case.firing
        status = dossier.subject.approval_status
        if status not in _PLANNED_FOR:
            return VisitPlan(self._as_of, self._until, None, ())
        required: list[Requirement] = []
        floor_due: date | None = None
        if status in _SUPERVISED:
            floors = list(self._floor_requirements(dossier))
            floor_due = min((day for day, _ in floors), default=None)
            required += [r for day, r in floors if day <= self._until]
        for rule_id in sorted(self._visit_rules.keys() & firing.held):
            rule, outcome = self._visit_rules[rule_id]
            required += self._required_by(rule, outcome, case)
        notices = [rule for rule in self._notice_rules if rule[0] in firing.held]
        visits = tuple(
            self._visit(no, draft, case, notices)
            for no, draft in enumerate(_merge(required), start=1)
        )
        return VisitPlan(self._as_of, self._until, floor_due, visits)

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

    def _floor_requirements(self, dossier: Dossier) -> Iterator[tuple[date, Requirement]]:
        for floor in self._resolved.floors:
            if dossier.kind not in floor.applies_to:
                continue
            reason = self._floor_reason(floor)
            for target in self._targets(dossier, each_department=floor.each_department):
                start = self._start(dossier, target)
                due = (
                    self._as_of
                    if start is None
                    else last_lawful_day(start, self._floor_values[floor.id])
                )
                latest = max(due, self._as_of)
                yield (
                    latest,
                    Requirement(
                        purpose=Purpose.BASIS if target is None else Purpose.DEPARTMENT,
                        earliest=self._earliest(latest, self._window_days),
                        latest=latest,
                        overdue=due < self._as_of,
                        reason=reason,
                        department=None if target is None else target.no,
                    ),
                )

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
        reason = self._reasons.reason(rule.id, case)
        window = self._resolved.days(outcome.window_days) or 0
        themes = outcome.themes
        every, within = (
            self._resolved.days(outcome.every_days),
            self._resolved.days(outcome.within_days),
        )
        for target in self._targets(case.dossier, each_department=outcome.each_department):
            wanted = Requirement(
                purpose=outcome.purpose if target is None else Purpose.DEPARTMENT,
                earliest=self._as_of,
                latest=self._as_of,
                overdue=False,
                reason=reason,
                department=None if target is None else target.no,
                performed_by=outcome.performed_by,
                themes=themes,
                methods=outcome.methods,
                hear=outcome.hear,
                documents=outcome.documents,
                at_most_minutes=self._resolved.days(outcome.at_most_minutes),
            )
            if every is not None and every > 0:
                yield from self._recurring(wanted, self._start(case.dossier, target), every, window)
            elif within is not None:
                base, themes = self._base(rule, outcome, case)
                due = base + timedelta(days=within)
                latest = max(due, self._as_of)
                yield replace(
                    wanted,
                    earliest=self._earliest(latest, window),
                    latest=latest,
                    overdue=due < self._as_of,
                    themes=outcome.themes or themes,
                )

    def _recurring(
        self, wanted: Requirement, start: date | None, every_days: int, window_days: int
    ) -> Iterator[Requirement]:
        due = self._as_of if start is None else start + timedelta(days=every_days)
        overdue = due < self._as_of
        latest = max(due, self._as_of)
        while latest <= self._until:
            yield replace(
                wanted,
                earliest=self._earliest(latest, min(window_days, every_days - 1)),
                latest=latest,
                overdue=overdue,
            )
            latest, overdue = latest + timedelta(days=every_days), False

    def _base(
        self, rule: Rule, outcome: VisitOutcomeRule, case: Evaluated
    ) -> tuple[date, tuple[str, ...]]:
        """The day a one-off deadline runs from, and the themes of what triggered it."""
        matched = matched_records(self._reasons.trace(rule.id, case))
        themes = tuple(dict.fromkeys(row["theme"] for _, row in matched if row.get("theme")))
        if outcome.counted_from is CountedFrom.TRIGGER and outcome.trigger_field and matched:
            record = matched[0][0]
            age = outcome.trigger_field.removesuffix("_on") + "_age_days"
            ages = [row[age] for kind, row in matched if kind == record and row[age] is not None]
            if ages:
                return self._as_of - timedelta(days=max(ages)), themes
        if outcome.counted_from is CountedFrom.LAST_VISIT:
            return self._start(case.dossier, None) or self._as_of, themes
        return self._as_of, themes

    def _visit(
        self, no: int, draft: _Draft, case: Evaluated, notices: list[tuple[str, NoticeOutcome]]
    ) -> PlannedVisit:
        needed = draft.requirements
        purposes = tuple(purpose for purpose in Purpose if purpose in draft.purposes)
        notice, notice_rule = _notice(case.view.subject_id, draft.purposes, notices)
        announce = None
        if notice is Notice.ANNOUNCED and self._announce_days is not None:
            announce = max(self._as_of, draft.earliest - timedelta(days=self._announce_days))
        first = needed[0]
        return PlannedVisit(
            no=no,
            purposes=purposes,
            earliest=draft.earliest,
            latest=draft.latest,
            notice=notice,
            notice_reason=self._reasons.reason(notice_rule, case),
            announce_not_before=announce,
            department=draft.department,
            themes=_joined(r.themes for r in needed) if all(r.themes for r in needed) else (),
            methods=_joined(r.methods for r in needed),
            hear=_joined(r.hear for r in needed),
            documents=_joined(r.documents for r in needed),
            performed_by=first.performed_by,
            at_most_minutes=first.at_most_minutes,
            overdue=any(r.overdue for r in needed),
            reasons=tuple(r.reason for r in needed),
        )


def _notice(
    subject_id: str, purposes: set[Purpose], notices: list[tuple[str, NoticeOutcome]]
) -> tuple[Notice, str]:
    """The notice of the highest rank among the rules that held and speak of these purposes."""
    for rule_id, outcome in notices:
        if not outcome.purposes or not purposes.isdisjoint(outcome.purposes):
            return outcome.notice, rule_id
    raise NoticeGapError(subject_id, min(purposes))


def _parameter(name: str) -> ParameterRef:
    return ParameterRef(parameter=name)


def _joined(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))


def _merge(required: list[Requirement]) -> list[_Draft]:
    """Joins requirements that one visit can meet; the most urgent first.

    The order is fixed by the requirements alone, so that the same facts give the same plan.
    """
    drafts: list[_Draft] = []
    for item in sorted(
        required,
        key=lambda r: (r.latest, r.department is None, r.department or 0, r.purpose, r.reason.rule),
    ):
        home = next((draft for draft in drafts if draft.takes(item)), None)
        if home is None:
            drafts.append(
                _Draft([item], item.earliest, item.latest, {item.purpose}, item.department)
            )
        else:
            home.take(item)
    drafts.sort(key=lambda draft: (draft.latest, draft.earliest, draft.department or 0))
    return drafts
