"""Fields worked out from several facts at once, before any rule sees them.

Rules compare and count; they never subtract, join records or look things up. Whatever needs that
(the change since the last score, a concern's stage, a child's need above the approval) is here.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from typing import Any, Literal, NamedTuple

from engine.facts.floor import last_lawful_day
from models.facts.dossier import Dossier
from models.terms import (
    BudgetStatus,
    ConcernStage,
    Kind,
    Purpose,
    SanctionStatus,
    SanctionStep,
    ScoreModel,
    SupportNeed,
    VisitOutcome,
)

__all__ = ["DERIVED_FIELDS", "DerivedField", "DutyReading", "derive", "is_duty_visit"]

Values = dict[str, Any]


class DerivedField(NamedTuple):
    """A derived field: its record, type, and what it means."""

    record: str
    name: str
    value_type: Literal["integer", "flag", "word"]
    meaning: str
    words: tuple[str, ...] = ()
    register: str | None = None
    minimum: int | None = None
    maximum: int | None = None


class DutyReading(NamedTuple):
    """What derived fields need of the rulebook: how the visit duty is read, each indicator's theme,
    the law's intervals of each kind (from, days), and how far back a decline is looked for."""

    not_met_counts: bool = False
    sample_counts: bool = False
    theme_of_indicator: tuple[tuple[str, str], ...] = ()
    floor_days: tuple[tuple[Kind, tuple[tuple[date, int], ...]], ...] = ()
    decline_window_days: int = 0


_AGE = {"minimum": -36_600, "maximum": 36_600}

DERIVED_FIELDS: tuple[DerivedField, ...] = (
    DerivedField(
        "subject",
        "last_visit_age_days",
        "integer",
        "days since the last visit that satisfies the visit duty",
        **_AGE,  # type: ignore[arg-type]
    ),
    DerivedField(
        "subject",
        "last_assessed_age_days",
        "integer",
        "days since the last duty visit or risk assessment, whichever is later",
        **_AGE,  # type: ignore[arg-type]
    ),
    DerivedField(
        "subject",
        "lawful_day_age_days",
        "integer",
        "days since the last lawful day for a visit; below 0: still to come",
        **_AGE,  # type: ignore[arg-type]
    ),
    DerivedField(
        "subject",
        "departments_open",
        "integer",
        "departments registered on Tilbudsportalen and open",
        minimum=0,
        maximum=100_000,
    ),
    DerivedField("score", "theme", "word", "the indicator's theme by table", register="theme"),
    DerivedField("score", "latest", "flag", "the newest score of its indicator and scale"),
    DerivedField(
        "score",
        "change",
        "integer",
        "this score less the one before it, same indicator and scale",
        minimum=-5,
        maximum=5,
    ),
    DerivedField(
        "score",
        "change_from_best",
        "integer",
        "this score less the best one within the years before it, same indicator and scale",
        minimum=-5,
        maximum=5,
    ),
    DerivedField(
        "score",
        "value_before_reform",
        "integer",
        "of a binary score: the best score from 1 to 5 within the years before it",
        minimum=1,
        maximum=5,
    ),
    DerivedField(
        "concern",
        "stage",
        "word",
        "how far the concern has come, by its dates",
        words=tuple(s.value for s in ConcernStage),
    ),
    DerivedField("concern", "open", "flag", "neither closed nor its remedy's effect confirmed"),
    DerivedField("concern", "visited_since", "flag", "a duty visit was made after it was received"),
    DerivedField(
        "sanction", "current", "flag", "in force: not fulfilled, lapsed, revoked or ended"
    ),
    DerivedField("sanction", "unmet", "flag", "not fulfilled, lapsed or revoked, ended or not"),
    DerivedField(
        "budget",
        "status",
        "word",
        "awaited, filed, approved or rejected",
        words=tuple(s.value for s in BudgetStatus),
    ),
    DerivedField(
        "budget",
        "filed_after_deadline_days",
        "integer",
        "days between deadline and filing; above 0 means late",
        **_AGE,  # type: ignore[arg-type]
    ),
    DerivedField(
        "budget",
        "years_ahead",
        "integer",
        "budget year less the evaluation year",
        minimum=-100,
        maximum=100,
    ),
    DerivedField("placed_child", "present", "flag", "placed, and not moved out"),
    DerivedField("placed_child", "above_approved", "flag", "need above the approval today"),
    DerivedField(
        "placed_child", "above_previous_approved", "flag", "need above the approval before 2024"
    ),
    DerivedField("department", "open", "flag", "not closed"),
    DerivedField(
        "department",
        "last_visit_age_days",
        "integer",
        "days since the department's last duty visit",
        **_AGE,  # type: ignore[arg-type]
    ),
    DerivedField(
        "department",
        "lawful_day_age_days",
        "integer",
        "days since the last lawful day for a visit to it; below 0: still to come",
        **_AGE,  # type: ignore[arg-type]
    ),
    DerivedField("staffing", "latest", "flag", "the newest report"),
    DerivedField(
        "staffing",
        "sickness_above_peers_days",
        "integer",
        "sickness days per employee above comparable workplaces",
        minimum=-100_000,
        maximum=100_000,
    ),
    DerivedField("approval_condition", "open", "flag", "not fulfilled"),
    DerivedField("override", "active", "flag", "decided, and not expired"),
    DerivedField("lead_decision", "active", "flag", "decided, and not expired"),
)


def is_duty_visit(visit: Any, duty: DutyReading) -> bool:
    """Whether a visit satisfies the visit duty, as the parameters read it."""
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
    rows[0]["lawful_day_age_days"] = _lawful_age(
        dossier, visited or subject.approved_on, as_of, duty
    )


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


def _concern(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    visits = [
        v.held_on
        for v in dossier.of("visit")
        if is_duty_visit(v, duty) and v.purpose is not Purpose.APPROVAL
    ]
    last = max(visits, default=None)
    for record, row in zip(dossier.of("concern"), rows, strict=True):
        stage = concern_stage(record)
        row["stage"] = stage.value
        row["open"] = stage not in _SETTLED
        row["visited_since"] = last is not None and last > record.received_on


_FOR_A_TIME = frozenset(
    {SanctionStep.INTENSIFIED_WITHOUT_ORDER, SanctionStep.INTENSIFIED_WITH_ORDER}
)
"""Only these end by the clock; an order ends when it is fulfilled, revoked or lapses."""


def _sanction(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
    for record, row in zip(dossier.of("sanction"), rows, strict=True):
        row["unmet"] = record.status is SanctionStatus.IN_FORCE and not _past(
            record.fulfilled_on, as_of
        )
        runs_out = record.step in _FOR_A_TIME and record.ends_on is not None
        row["current"] = row["unmet"] and not (runs_out and record.ends_on < as_of)


def _budget(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
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
    for record, row in zip(dossier.of("approval_condition"), rows, strict=True):
        row["open"] = not _past(record.fulfilled_on, as_of)


def _active(kind: str) -> Callable[[Dossier, list[Values], date, DutyReading], None]:
    def calculate(dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading) -> None:
        for record, row in zip(dossier.of(kind), rows, strict=True):
            row["active"] = record.decided_on <= as_of <= record.expires_on

    return calculate


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
    "override": _active("override"),
    "lead_decision": _active("lead_decision"),
}


def derive(
    record: str, dossier: Dossier, rows: list[Values], as_of: date, duty: DutyReading
) -> None:
    """Adds the derived fields of one kind of record to its rows, in place."""
    calculate = _CALCULATORS.get(record)
    if calculate is not None and (rows or record == "subject"):
        calculate(dossier, rows, as_of, duty)
