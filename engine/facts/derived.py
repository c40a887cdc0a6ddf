"""Fields worked out from several facts at once, before any rule sees them.

Rules compare and count; they never subtract, join records or look things up. Whatever needs that
(the change since the last score, a concern's stage, a child's need above the approval) is here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from engine.facts.floor import last_lawful_day
from models.facts.course_records import SupervisionKind
from models.facts.dossier import Dossier
from models.terms import (
    BudgetStatus,
    ConcernStage,
    Kind,
    LeadDecisionKind,
    PerformedBy,
    Purpose,
    SanctionStatus,
    SanctionStep,
    ScoreModel,
    SupportNeed,
    TimeOfDay,
    VisitOutcome,
)

__all__ = [
    "DutyReading",
    "concern_stage",
    "derive",
    "is_duty_visit",
    "override_ends_on",
    "still_stands",
]

Values = dict[str, Any]


class DutyReading(NamedTuple):
    """What derived fields need of the rulebook: how the visit duty is read, each indicator's theme,
    the law's intervals of each kind (from, days), how far back a decline is looked for, and how
    long a person's colour may stand at most."""

    not_met_counts: bool = False
    sample_counts: bool = False
    theme_of_indicator: tuple[tuple[str, str], ...] = ()
    floor_days: tuple[tuple[Kind, tuple[tuple[date, int], ...]], ...] = ()
    decline_window_days: int = 0
    override_longest_days: int = 36_600


def is_duty_visit(visit: Any, duty: DutyReading) -> bool:
    """Whether a visit satisfies the visit duty, as the parameters read it. What the economy team
    does at the desk never does."""
    if visit.performed_by is PerformedBy.ECONOMY:
        return False
    if visit.purpose is Purpose.SAMPLE and not duty.sample_counts:
        return False
    return visit.outcome is VisitOutcome.MET or duty.not_met_counts


def _last(days: list[date]) -> date | None:
    return max(days) if days else None


def _age(day: date | None, as_of: date) -> int | None:
    return None if day is None else as_of.toordinal() - day.toordinal()


def _subject(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    subject = dossier.subject
    visited = _last([v.held_on for v in dossier.of("visit") if is_duty_visit(v, duty)])
    assessed = _last([d for d in (visited, subject.risk_assessed_on) if d is not None])
    departments = [d for d in dossier.of("department") if not _past(d.closed_on, as_of)]
    rows[0]["last_visit_age_days"] = _age(visited, as_of)
    rows[0]["last_assessed_age_days"] = _age(assessed, as_of)
    rows[0]["departments_open"] = len(departments)
    rows[0]["last_night_visit_age_days"] = _age(_last_night_visit(dossier), as_of)
    rows[0]["substantial_change_waits"] = _change_waits(dossier)
    rows[0]["lawful_day_age_days"] = _lawful_age(
        dossier, visited or subject.approved_on, as_of, duty
    )


def _last_night_visit(dossier: Dossier) -> date | None:
    return _last(
        [
            v.held_on
            for v in dossier.of("visit")
            if v.time_of_day is TimeOfDay.NIGHT and v.outcome is VisitOutcome.MET
        ]
    )


def _change_waits(dossier: Dossier) -> bool:
    """Whether a substantial change applied for is neither decided nor visited for since."""
    applied = dossier.subject.substantial_change_applied_on
    if applied is None:
        return False
    settled = [dossier.subject.substantial_change_decided_on]
    settled += [
        s.ended_on
        for s in dossier.of("supervision")
        if s.supervision_kind is SupervisionKind.SUBSTANTIAL_CHANGE
    ]
    settled += [
        v.held_on
        for v in dossier.of("visit")
        if v.purpose is Purpose.APPROVAL and v.outcome is VisitOutcome.MET
    ]
    return not any(day is not None and day >= applied for day in settled)


def _lawful_age(dossier: Dossier, start: date | None, as_of: date, duty: DutyReading) -> int | None:
    """Days since the law's last day for a visit, following the interval through its changes."""
    intervals = dict(duty.floor_days).get(dossier.kind)
    if start is None or not intervals:
        return None
    return _age(last_lawful_day(start, intervals), as_of)


def _past(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of


def _score(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    themes = dict(duty.theme_of_indicator)
    chains: dict[tuple[str, str], list[tuple[date, int, int, Values]]] = {}
    for record, row in zip(dossier.of("score"), rows, strict=True):
        row["theme"] = themes.get(record.indicator)
        row["latest"] = False
        row["change"] = None
        row["change_from_best"] = None
        row["value_before_reform"] = None
        if not record.exempt:
            chains.setdefault((record.indicator, record.score_model), []).append(
                (record.scored_on, record.no, record.value, row)
            )
    for chain in chains.values():
        chain.sort(key=lambda item: item[:2])
    for (indicator, model), chain in chains.items():
        before_reform = chains.get((indicator, ScoreModel.ONE_TO_FIVE), [])
        for place, (scored_on, _, value, row) in enumerate(chain):
            best = _best(chain[:place], scored_on, duty)
            row["change_from_best"] = None if best is None else value - best
            if model is ScoreModel.BINARY:
                row["value_before_reform"] = _best(before_reform, scored_on, duty)
    newest_of: dict[str, tuple[date, int, Values]] = {}
    for (indicator, _), chain in chains.items():
        for before, after in itertools.pairwise(chain):
            after[3]["change"] = after[2] - before[2]
        scored_on, no, _, row = chain[-1]
        if indicator not in newest_of or newest_of[indicator][:2] < (scored_on, no):
            newest_of[indicator] = (scored_on, no, row)
    for _, _, row in newest_of.values():
        row["latest"] = True


def _best(chain: list[tuple[date, int, int, Values]], day: date, duty: DutyReading) -> int | None:
    """The best score within the decline window before a day; the newest one always counts."""
    first = day.toordinal() - duty.decline_window_days
    within = [value for scored_on, _, value, _ in chain if scored_on.toordinal() >= first]
    return max(within or [chain[-1][2]]) if chain else None


def concern_stage(concern: Any) -> ConcernStage:
    """The furthest stage a concern's dates show."""
    if concern.closed_on is not None:
        return ConcernStage.CLOSED
    if concern.effect_confirmed_on is not None:
        return ConcernStage.EFFECT_CONFIRMED
    if concern.statement_received_on is not None:
        return ConcernStage.STATEMENT_RECEIVED
    if concern.statement_requested_on is not None:
        return ConcernStage.STATEMENT_REQUESTED
    if concern.dialogue_on is not None:
        return ConcernStage.DIALOGUE
    return ConcernStage.RECEIVED


_SETTLED = frozenset({ConcernStage.CLOSED, ConcernStage.EFFECT_CONFIRMED})


def _last_supervised(dossier: Dossier, duty: DutyReading) -> date | None:
    """The last duty visit at which the place was supervised, not looked at for its approval."""
    return _last(
        [
            v.held_on
            for v in dossier.of("visit")
            if v.purpose is not Purpose.APPROVAL and is_duty_visit(v, duty)
        ]
    )


def _after(visited: date | None, day: date | None) -> bool:
    return visited is not None and day is not None and visited > day


def _concern(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    last = _last_supervised(dossier, duty)
    for record, row in zip(dossier.of("concern"), rows, strict=True):
        stage = concern_stage(record)
        row["stage"] = stage.value
        row["open"] = stage not in _SETTLED
        row["visited_since"] = _after(last, record.received_on)
        statement = record.statement_received_on
        row["visited_after_statement_days"] = (
            None
            if last is None or statement is None or last < statement
            else (last - statement).days
        )


_FOR_A_TIME = frozenset(
    {SanctionStep.INTENSIFIED_WITHOUT_ORDER, SanctionStep.INTENSIFIED_WITH_ORDER}
)
"""Only these end by the clock; an order ends when it is fulfilled, revoked or lapses."""
_ORDERS = frozenset({SanctionStep.ORDER, SanctionStep.INTENSIFIED_WITH_ORDER})


def _unmet(sanction: Any, as_of: date) -> bool:
    return sanction.status is SanctionStatus.IN_FORCE and not _past(sanction.fulfilled_on, as_of)


def still_stands(sanction: Any, as_of: date) -> bool:
    """Whether a step taken can still carry another: not fulfilled, lapsed or revoked. Intensified
    supervision without an order ends by the clock; an order outlives what it came with."""
    ended = (
        sanction.step is SanctionStep.INTENSIFIED_WITHOUT_ORDER
        and sanction.ends_on is not None
        and sanction.ends_on < as_of
    )
    return sanction.decided_on <= as_of and _unmet(sanction, as_of) and not ended


def _meant(dossier: Dossier, decision: Any) -> int | None:
    """The number of the sanction whose deadline a lead extended. One that names none means the
    sole order in force on its day; of several it means none, so that no order is left waiting by
    mistake."""
    if decision.sanction is not None:
        number: int = decision.sanction
        return number
    steps = _ORDERS if decision.step is None else {decision.step}
    day = decision.decided_on
    candidates: list[int] = [
        sanction.no
        for sanction in dossier.of("sanction")
        if sanction.step in steps
        and sanction.decided_on <= day
        and not _past(sanction.fulfilled_on, day)
        and not (
            sanction.status is SanctionStatus.LAPSED
            and sanction.ends_on is not None
            and sanction.ends_on < day
        )
    ]
    return candidates[0] if len(candidates) == 1 else None


def _extended_to(dossier: Dossier, as_of: date) -> dict[int, date]:
    """The last day that leads have extended each sanction's deadline to."""
    found: dict[int, date] = {}
    for decision in dossier.of("lead_decision"):
        if decision.decision is LeadDecisionKind.EXTEND_DEADLINE and decision.decided_on <= as_of:
            number = _meant(dossier, decision)
            if number is not None:
                found[number] = max(decision.expires_on, found.get(number, decision.expires_on))
    return found


def _sanction(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    extended = _extended_to(dossier, as_of)
    visited = _last_supervised(dossier, duty)
    for record, row in zip(dossier.of("sanction"), rows, strict=True):
        row["unmet"] = _unmet(record, as_of)
        runs_out = record.step in _FOR_A_TIME and record.ends_on is not None
        row["current"] = row["unmet"] and not (runs_out and record.ends_on < as_of)
        deadlines = [d for d in (record.deadline_on, extended.get(record.no)) if d is not None]
        deadline = _last(deadlines)
        row["extended_deadline_age_days"] = _age(deadline, as_of)
        row["visited_since_deadline"] = _after(visited, deadline)


def _budget(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    economy = _last(
        [
            v.held_on
            for v in dossier.of("visit")
            if v.performed_by is PerformedBy.ECONOMY and v.outcome is VisitOutcome.MET
        ]
    )
    for record, row in zip(dossier.of("budget"), rows, strict=True):
        decided = [
            (record.approved_on, BudgetStatus.APPROVED),
            (record.rejected_on, BudgetStatus.REJECTED),
        ]
        known = [(day, status) for day, status in decided if day is not None]
        if known:
            status = max(known, key=lambda item: item[0])[1]
        else:
            status = BudgetStatus.AWAITED if record.filed_on is None else BudgetStatus.FILED
        row["status"] = status.value
        row["theme"] = "economy"
        decided_on = _last([day for day, _ in known])
        examined = decided_on or record.filed_on or record.deadline_on
        row["examined_age_days"] = _age(examined, as_of)
        row["economy_followed_up"] = _after(economy, examined)
        row["years_ahead"] = record.budget_year - as_of.year
        row["filed_after_deadline_days"] = (
            None
            if record.filed_on is None or record.deadline_on is None
            else record.filed_on.toordinal() - record.deadline_on.toordinal()
        )


def _above(need: SupportNeed | None, approved: SupportNeed | None) -> bool | None:
    return None if need is None or approved is None else need.rank > approved.rank


def _placed_child(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    family: Any = dossier.subject
    for record, row in zip(dossier.of("placed_child"), rows, strict=True):
        row["present"] = not _past(record.moved_out_on, as_of)
        row["above_approved"] = _above(record.need, family.approved_need)
        row["above_previous_approved"] = _above(record.need, family.previous_approved_need)


def _department(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    last: dict[int, date] = {}
    for visit in dossier.of("visit"):
        if visit.department is not None and is_duty_visit(visit, duty):
            last[visit.department] = max(visit.held_on, last.get(visit.department, visit.held_on))
    for record, row in zip(dossier.of("department"), rows, strict=True):
        row["open"] = not _past(record.closed_on, as_of)
        row["last_visit_age_days"] = _age(last.get(record.no), as_of)
        start = last.get(record.no) or record.opened_on or dossier.subject.approved_on
        row["lawful_day_age_days"] = _lawful_age(dossier, start, as_of, duty)


def _staffing(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    records = dossier.of("staffing")
    newest = max(((r.reported_on, r.no) for r in records), default=None)
    for record, row in zip(records, rows, strict=True):
        row["latest"] = (record.reported_on, record.no) == newest
        own, peers = record.sickness_days_per_employee, record.sickness_days_of_peers
        row["sickness_above_peers_days"] = None if own is None or peers is None else own - peers


def _approval_condition(
    dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading
) -> None:
    visited = _last_supervised(dossier, duty)
    for record, row in zip(dossier.of("approval_condition"), rows, strict=True):
        row["open"] = not _past(record.fulfilled_on, as_of)
        row["visited_since_due"] = _after(visited, record.due_on)


def override_ends_on(override: Any, longest_days: int) -> date:
    """The last day a person's colour holds: its own, or the last of the longest term."""
    expires_on: date = override.expires_on
    longest: date = override.decided_on + timedelta(days=longest_days)
    return min(expires_on, longest)


def _override(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    for record, row in zip(dossier.of("override"), rows, strict=True):
        last = override_ends_on(record, duty.override_longest_days)
        row["active"] = record.decided_on <= as_of <= last


def _lead_decision(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    for record, row in zip(dossier.of("lead_decision"), rows, strict=True):
        row["active"] = record.decided_on <= as_of <= record.expires_on


_CALCULATORS: dict[str, Callable[[Dossier, list[Values], date, DutyReading], None]] = {
    "subject": _subject,
    "score": _score,
    "concern": _concern,
    "sanction": _sanction,
    "budget": _budget,
    "placed_child": _placed_child,
    "department": _department,
    "staffing": _staffing,
    "approval_condition": _approval_condition,
    "override": _override,
    "lead_decision": _lead_decision,
}


def derive(
    record: str, dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading
) -> None:
    """Adds the derived fields of one kind of record to its rows, in place."""
    calculate = _CALCULATORS.get(record)
    if calculate is not None and (rows or record == "subject"):
        calculate(dossier, rows, as_of, duty)
