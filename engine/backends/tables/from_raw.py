"""Facts as rules see them on a day, worked out by the database from facts as recorded.

Every day becomes an age first, so that all that follows is whole numbers; a later day has a smaller
age. What each derived field means is said in `engine/facts/derived.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import ibis

from engine.backends.tables import from_raw_scores
from engine.backends.tables.ages import after, later_of, lawful_age, past
from engine.backends.tables.conditions import certain
from engine.backends.tables.raw import NUMBER, RawType, raw_columns
from engine.backends.tables.schema import KIND, OVERRIDE, SUBJECT, SUBJECT_ID
from engine.facts import DutyReading
from engine.facts.introspection import age_name
from models.facts.course_records import SupervisionKind
from models.facts.dossier import RECORD_MODELS
from models.terms import (
    BudgetStatus,
    ConcernStage,
    LeadDecisionKind,
    PerformedBy,
    Purpose,
    SanctionStatus,
    SanctionStep,
    SupportNeed,
    TimeOfDay,
    VisitOutcome,
)

__all__ = ["facts_from_raw", "raw_table"]

Table = Any
_ORDERS = (SanctionStep.ORDER.value, SanctionStep.INTENSIFIED_WITH_ORDER.value)
_FOR_A_TIME = (
    SanctionStep.INTENSIFIED_WITHOUT_ORDER.value,
    SanctionStep.INTENSIFIED_WITH_ORDER.value,
)


def raw_table(name: str) -> Table:
    """A table of facts as recorded, by name and columns, wherever it lies."""
    columns = {SUBJECT_ID: "string"}
    columns |= {column: type_.value for column, type_ in raw_columns(name).items()}
    return ibis.table(columns, name=name)


def facts_from_raw(
    *,
    as_of: date,
    duty: DutyReading,
    raw: Callable[[str], Table] = raw_table,
) -> dict[str, Table]:
    """The table of subjects (with the colour a person has set, where it holds) and of each kind of
    record as rules see them on a day."""
    return _OneDay(as_of, duty, raw).tables()


class _OneDay:
    def __init__(self, as_of: date, duty: DutyReading, raw: Callable[[str], Table]) -> None:
        self._as_of = as_of
        self._duty = duty
        self._aged = {name: self._with_ages(name, raw(name)) for name in (SUBJECT, *RECORD_MODELS)}
        self._visits = self._visits_of_each()
        self._overrides = self._override()

    def tables(self) -> dict[str, Table]:
        """All tables."""
        derived: Mapping[str, Callable[[], Table]] = {
            SUBJECT: self._subject,
            "score": lambda: from_raw_scores.scores(self._aged["score"], self._duty),
            "concern": self._concern,
            "sanction": self._sanction,
            "budget": self._budget,
            "placed_child": self._placed_child,
            "department": self._department,
            "staffing": self._staffing,
            "approval_condition": self._approval_condition,
            "override": lambda: self._overrides,
            "lead_decision": self._lead_decision,
        }
        return {
            name: derived[name]() if name in derived else table
            for name, table in self._aged.items()
        }

    def _with_ages(self, name: str, table: Table) -> Table:
        today = ibis.literal(self._as_of)
        columns = {SUBJECT_ID: table[SUBJECT_ID]}
        for column, type_ in raw_columns(name).items():
            if type_ is RawType.DAY:
                age = today.delta(table[column], unit="day").cast("int32")
                columns[age_name(column)] = age
            else:
                columns[column] = table[column]
        return table.select(**columns)

    def _beside(self, table: Table, other: Table) -> Table:
        """A table with the other's columns beside it, by subject; `other` has a row for each."""
        beside = other.rename({"beside_id": SUBJECT_ID})
        return table.left_join(beside, table[SUBJECT_ID] == beside["beside_id"]).drop("beside_id")

    def _is_duty(self, visit: Table) -> Any:
        counts = visit.performed_by != PerformedBy.ECONOMY.value
        if not self._duty.sample_counts:
            counts &= visit.purpose != Purpose.SAMPLE.value
        if not self._duty.not_met_counts:
            counts &= visit.outcome == VisitOutcome.MET.value
        return counts

    def _visits_of_each(self) -> Table:
        """Of each subject the ages of its last visits of several sorts."""
        visit = self._aged["visit"]
        age, met = visit.held_age_days, visit.outcome == VisitOutcome.MET.value
        duty = self._is_duty(visit)
        approval = visit.purpose == Purpose.APPROVAL.value
        return visit.group_by(SUBJECT_ID).aggregate(
            duty_age=age.min(where=duty),
            supervised_age=age.min(where=duty & ~approval),
            night_age=age.min(where=met & (visit.time_of_day == TimeOfDay.NIGHT.value)),
            economy_age=age.min(where=met & (visit.performed_by == PerformedBy.ECONOMY.value)),
            approval_age=age.min(where=met & approval),
        )

    def _with_visits(self, name: str, *ages: str) -> Table:
        return self._beside(self._aged[name], self._visits.select(SUBJECT_ID, *ages))

    def _lawful(self, kind: Any, start: Any) -> Any:
        return lawful_age(kind, start, self._duty.floor_days, self._as_of)

    def _subject(self) -> Table:
        department, supervision = self._aged["department"], self._aged["supervision"]
        change = supervision.supervision_kind == SupervisionKind.SUBSTANTIAL_CHANGE.value
        table = self._with_visits(SUBJECT, "duty_age", "night_age", "approval_age")
        table = self._beside(
            table,
            department.group_by(SUBJECT_ID).aggregate(
                open_ones=department.count(where=~past(department.closed_age_days))
            ),
        )
        table = self._beside(
            table,
            supervision.group_by(SUBJECT_ID).aggregate(
                change_age=supervision.ended_age_days.min(where=change)
            ),
        )
        active = self._overrides.filter(self._overrides.active)
        order = [active.decided_age_days, active[NUMBER].desc()]
        last = ibis.row_number().over(group_by=active[SUBJECT_ID], order_by=order)
        newest = active.mutate(place=last).filter(ibis._.place == 0)
        table = self._beside(table, newest.select(SUBJECT_ID, **{OVERRIDE: newest.colour}))
        applied = table.substantial_change_applied_age_days
        settled = [
            certain(age <= applied)
            for age in (
                table.substantial_change_decided_age_days,
                table.change_age,
                table.approval_age,
            )
        ]
        return table.mutate(
            last_visit_age_days=table.duty_age,
            last_assessed_age_days=later_of(table.duty_age, table.risk_assessed_age_days),
            departments_open=table.open_ones.fill_null(0),
            last_night_visit_age_days=table.night_age,
            substantial_change_waits=applied.notnull() & ~ibis.or_(*settled),
            lawful_day_age_days=self._lawful(
                table[KIND], ibis.coalesce(table.duty_age, table.approved_age_days)
            ),
        ).drop("duty_age", "night_age", "approval_age", "open_ones", "change_age")

    def _concern(self) -> Table:
        table = self._with_visits("concern", "supervised_age")
        last, statement = table.supervised_age, table.statement_received_age_days
        return table.mutate(
            stage=ibis.cases(
                (table.closed_age_days.notnull(), ConcernStage.CLOSED.value),
                (table.effect_confirmed_age_days.notnull(), ConcernStage.EFFECT_CONFIRMED.value),
                (statement.notnull(), ConcernStage.STATEMENT_RECEIVED.value),
                (
                    table.statement_requested_age_days.notnull(),
                    ConcernStage.STATEMENT_REQUESTED.value,
                ),
                (table.dialogue_age_days.notnull(), ConcernStage.DIALOGUE.value),
                else_=ConcernStage.RECEIVED.value,
            ),
            open=table.closed_age_days.isnull() & table.effect_confirmed_age_days.isnull(),
            visited_since=after(last, table.received_age_days),
            visited_after_statement_days=ibis.cases((last <= statement, statement - last)),
        ).drop("supervised_age")

    def _extended(self) -> Table:
        """For each sanction whose deadline a lead has extended, the age of the last day."""
        decision = self._aged["lead_decision"]
        extends = decision.filter(
            decision.decision == LeadDecisionKind.EXTEND_DEADLINE.value,
            decision.decided_age_days >= 0,
        )
        sanction = self._aged["sanction"].select(
            sanction_of=SUBJECT_ID,
            sanction_no=NUMBER,
            sanction_step="step",
            taken="decided_age_days",
            fulfilled="fulfilled_age_days",
            sanction_status="status",
            ends="ends_age_days",
        )
        day = extends.decided_age_days
        step = ibis.cases(
            (extends.step.isnull(), sanction.sanction_step.isin(_ORDERS)),
            else_=certain(sanction.sanction_step == extends.step),
        )
        lapsed = (sanction.sanction_status == SanctionStatus.LAPSED.value) & (sanction.ends > day)
        pairs = extends.filter(extends.sanction.isnull()).join(
            sanction,
            [
                extends[SUBJECT_ID] == sanction.sanction_of,
                step,
                sanction.taken >= day,
                ~certain(sanction.fulfilled >= day),
                ~certain(lapsed),
            ],
        )
        sole = pairs.group_by([SUBJECT_ID, NUMBER]).aggregate(
            candidates=pairs.count(), meant=pairs.sanction_no.min(), to=pairs.expires_age_days.min()
        )
        told = extends.filter(extends.sanction.notnull())
        meant = told.select(SUBJECT_ID, meant=told.sanction, to=told.expires_age_days).union(
            sole.filter(sole.candidates == 1).select(SUBJECT_ID, "meant", "to")
        )
        return meant.group_by([SUBJECT_ID, "meant"]).aggregate(extended_age=meant.to.min())

    def _sanction(self) -> Table:
        table = self._with_visits("sanction", "supervised_age")
        extended = self._extended().rename({"beside_id": SUBJECT_ID})
        table = table.left_join(
            extended,
            [table[SUBJECT_ID] == extended.beside_id, table[NUMBER] == extended.meant],
        ).drop("beside_id", "meant")
        in_force = table.status == SanctionStatus.IN_FORCE.value
        unmet = in_force & ~past(table.fulfilled_age_days)
        ran_out = table.step.isin(_FOR_A_TIME) & certain(table.ends_age_days > 0)
        deadline = later_of(table.deadline_age_days, table.extended_age)
        return table.mutate(
            unmet=unmet,
            current=unmet & ~ran_out,
            extended_deadline_age_days=deadline,
            visited_since_deadline=after(table.supervised_age, deadline),
        ).drop("supervised_age", "extended_age")

    def _budget(self) -> Table:
        table = self._with_visits("budget", "economy_age")
        approved, rejected = table.approved_age_days, table.rejected_age_days
        filed, due = table.filed_age_days, table.deadline_age_days
        examined = ibis.coalesce(later_of(approved, rejected), filed, due)
        return table.mutate(
            status=ibis.cases(
                (
                    approved.notnull() & certain((rejected >= approved) | rejected.isnull()),
                    BudgetStatus.APPROVED.value,
                ),
                (rejected.notnull(), BudgetStatus.REJECTED.value),
                (filed.notnull(), BudgetStatus.FILED.value),
                else_=BudgetStatus.AWAITED.value,
            ),
            theme=ibis.literal("economy"),
            examined_age_days=examined,
            economy_followed_up=after(table.economy_age, examined),
            years_ahead=table.budget_year - self._as_of.year,
            filed_after_deadline_days=due - filed,
        ).drop("economy_age")

    def _placed_child(self) -> Table:
        subject = self._aged[SUBJECT]
        needs = subject.select(
            SUBJECT_ID,
            approved_rank=_rank(subject.approved_need),
            previous_rank=_rank(subject.previous_approved_need),
        )
        table = self._beside(self._aged["placed_child"], needs)
        return table.mutate(
            present=~past(table.moved_out_age_days),
            above_approved=_rank(table.need) > table.approved_rank,
            above_previous_approved=_rank(table.need) > table.previous_rank,
        ).drop("approved_rank", "previous_rank")

    def _department(self) -> Table:
        visit, subject = self._aged["visit"], self._aged[SUBJECT]
        duty = visit.filter(self._is_duty(visit), visit.department.notnull())
        last = duty.group_by([SUBJECT_ID, "department"]).aggregate(
            visited_age=duty.held_age_days.min()
        )
        last = last.rename({"beside_id": SUBJECT_ID})
        of_subject = subject.select(
            SUBJECT_ID, subject_kind=subject[KIND], subject_approved_age=subject.approved_age_days
        )
        table = self._beside(self._aged["department"], of_subject)
        table = table.left_join(
            last, [table[SUBJECT_ID] == last.beside_id, table[NUMBER] == last.department]
        ).drop("beside_id", "department")
        start = ibis.coalesce(table.visited_age, table.opened_age_days, table.subject_approved_age)
        return table.mutate(
            open=~past(table.closed_age_days),
            last_visit_age_days=table.visited_age,
            lawful_day_age_days=self._lawful(table.subject_kind, start),
        ).drop("visited_age", "subject_kind", "subject_approved_age")

    def _staffing(self) -> Table:
        table = self._aged["staffing"]
        order = [table.reported_age_days, table[NUMBER].desc()]
        place = ibis.row_number().over(group_by=table[SUBJECT_ID], order_by=order)
        return table.mutate(
            latest=place == 0,
            sickness_above_peers_days=table.sickness_days_per_employee
            - table.sickness_days_of_peers,
        )

    def _approval_condition(self) -> Table:
        table = self._with_visits("approval_condition", "supervised_age")
        return table.mutate(
            open=~past(table.fulfilled_age_days),
            visited_since_due=after(table.supervised_age, table.due_age_days),
        ).drop("supervised_age")

    def _override(self) -> Table:
        table = self._aged["override"]
        longest = self._duty.override_longest_days
        decided = table.decided_age_days
        active = (decided >= 0) & (decided <= longest) & (table.expires_age_days <= 0)
        return table.mutate(active=active)

    def _lead_decision(self) -> Table:
        table = self._aged["lead_decision"]
        return table.mutate(active=(table.decided_age_days >= 0) & (table.expires_age_days <= 0))


def _rank(need: Any) -> Any:
    return ibis.cases(*((need == word.value, word.rank) for word in SupportNeed))
