"""The visits that rules and the law's floors require, each in its window, before any are merged.

What a window is counted from is said in `engine/decisions/visits.py`; here it is worked out for all
subjects together. Later recurrences of a visit are counted from the day the one before it is
planned for, so that only the plan of a subject has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import ibis

from engine.backends.tables.ages import last_lawful_age
from engine.backends.tables.beside import Oldest
from engine.backends.tables.conditions import certain
from engine.backends.tables.program import CompiledProgram, quantifiers
from engine.backends.tables.rows_of_each import by_place, day_of, one_row_each
from engine.backends.tables.schema import KIND, SUBJECT, SUBJECT_ID
from engine.facts import ValueType, vocabulary
from engine.facts.hidden import HIDDEN
from engine.facts.introspection import age_name
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import AnyOf, Condition, ParameterRef, Quantified
from models.rulebook import CountedFrom, Floor, NoticeOutcome, Rule, VisitOutcomeRule
from models.terms import ApprovalStatus, PerformedBy, Purpose

__all__ = ["RequiredVisits"]

DEPARTMENT = "department"
_SUPERVISED = (ApprovalStatus.APPROVED.value, ApprovalStatus.APPROVED_WITH_CONDITIONS.value)
_PLANNED_FOR = (*_SUPERVISED, ApprovalStatus.APPLIED.value)
_DAYS_A_YEAR = 365

Table = Any
Intervals = tuple[tuple[date, int], ...]


class Asked(NamedTuple):
    """What a rule or a floor asks for: visits that recur (at `intervals`, or as often as a field
    says), or one `within` so many days of what it is counted from."""

    key: str
    purpose: Purpose
    each_department: bool
    window_days: int
    performed_by: PerformedBy
    at_most_minutes: int | None
    counted_from: CountedFrom
    intervals: Intervals = ()
    times_a_year: str | None = None
    within: int | None = None
    until: date = date.max
    floor: Floor | None = None
    rule: Rule | None = None

    @property
    def recurs(self) -> bool:
        """Whether there is a visit after the next."""
        return bool(self.intervals) or self.times_a_year is not None


class RequiredVisits:
    """The query of one resolved rulebook, and which facts it needs beside those rules ask for."""

    def __init__(self, resolved: ResolvedRulebook, *, period_days: int | None = None) -> None:
        self._resolved = resolved
        self._as_of = resolved.as_of
        days = period_days or resolved.number(ParameterRef(parameter="planning.period_days"))
        self._until = self._as_of + timedelta(days=days)
        self._asked = [*self._of_floors(), *self._of_rules()]
        self._triggers = {
            ask.key: list(_triggers(resolved.resolved(ask.rule.when)))
            for ask in self._asked
            if ask.rule is not None and ask.counted_from is CountedFrom.TRIGGER
        }

    def _of_floors(self) -> Iterator[Asked]:
        window = self._resolved.number(ParameterRef(parameter="visits.window_days"))
        for floor in self._resolved.floors:
            yield Asked(
                key=floor.id,
                purpose=Purpose.BASIS,
                each_department=floor.each_department,
                window_days=window,
                performed_by=PerformedBy.CONSULTANT,
                at_most_minutes=None,
                counted_from=CountedFrom.LAST_VISIT,
                intervals=self._resolved.dated_days(floor.interval_days),
                floor=floor,
            )

    def _of_rules(self) -> Iterator[Asked]:
        for rule in self._resolved.rules:
            outcome = rule.then
            if not isinstance(outcome, VisitOutcomeRule):
                continue
            ask = Asked(
                key=rule.id,
                purpose=outcome.purpose,
                each_department=outcome.each_department,
                window_days=self._resolved.number(outcome.window_days),
                performed_by=outcome.performed_by,
                at_most_minutes=self._resolved.days(outcome.at_most_minutes),
                counted_from=outcome.counted_from,
                intervals=self._resolved.dated_days(outcome.every_days),
                times_a_year=outcome.times_a_year,
                within=self._resolved.days(outcome.within_days),
                until=rule.valid_until or date.max,
                rule=rule,
            )
            if ask.recurs:
                yield ask._replace(counted_from=CountedFrom.LAST_VISIT)
            elif ask.within is not None:
                yield ask

    def fields(self) -> dict[str, dict[str, ValueType]]:
        """The facts it needs, by record."""
        names = {"approval_status", "approved_age_days", "last_visit_age_days"}
        for ask in self._asked:
            names |= {ask.times_a_year} if ask.times_a_year else set()
            names |= set(_subject_days(ask))
        found = {SUBJECT: {name: _type(SUBJECT, name) for name in sorted(names)}}
        if any(ask.each_department for ask in self._asked):
            days = ("last_visit_age_days", "open", "opened_age_days")
            found[DEPARTMENT] = {name: _type(DEPARTMENT, name) for name in days}
            found[DEPARTMENT]["no"] = ValueType.INTEGER
        for oldest in self.oldest().values():
            fields = found.setdefault(oldest.record, {})
            fields[oldest.field] = _type(oldest.record, oldest.field)
            if oldest.record == "concern":
                fields[HIDDEN] = ValueType.FLAG
        return found

    def oldest(self) -> dict[str, Oldest]:
        """For each rule that counts from its trigger, and each kind of record that may be that, the
        oldest among the records that its conditions match."""
        found = {}
        for number, ask in enumerate(self._asked):
            if ask.key not in self._triggers:
                continue
            for record in dict.fromkeys(node.record for node in self._triggers[ask.key]):
                wheres = [n.where for n in self._triggers[ask.key] if n.record == record]
                where: Condition = wheres[0] if len(wheres) == 1 else AnyOf(parts=tuple(wheres))
                field = age_name(_trigger_field(ask))
                if vocabulary().find(record, field) is not None:
                    found[f"oldest_{number}_{record}"] = Oldest(record, where, field)
        return found

    def table(
        self,
        compiled: CompiledProgram,
        wide: Table,
        notices_change_on: date | None,
        *,
        departments: str = DEPARTMENT,
    ) -> Table:
        """A row for each visit required, its days as days. `departments` is where they lie."""
        place = "place"
        flags = {n: self._flag(ask, compiled, wide) for n, ask in enumerate(self._asked)}
        notices = _Notices(self._resolved, compiled)
        keep = {
            SUBJECT_ID: wide[SUBJECT_ID],
            "approved_age": wide.approved_age_days,
            "start_age": ibis.coalesce(wide.last_visit_age_days, wide.approved_age_days),
            **self._bases(compiled, wide),
            **notices.by_purpose(wide, self._purposes()),
        }
        rows = one_row_each(wide, flags, name=place, type_="int32", keep=keep)
        rows = self._at_departments(rows, departments)
        rows = self._with_windows(rows)
        chosen = notices.chosen(rows, self._purposes())
        if notices_change_on is not None:
            last = (self._as_of - notices_change_on).days
            chosen = ibis.ifelse(rows.latest_age > last, chosen, ibis.null("string"))
        rows = rows.mutate(notice_rule=chosen)
        return rows.select(
            subject_id=rows[SUBJECT_ID],
            rule=by_place(rows[place], [ask.key for ask in self._asked], "string"),
            department=rows[DEPARTMENT],
            purpose=rows.purpose,
            earliest=day_of(rows.earliest_age, self._as_of),
            latest=day_of(rows.latest_age, self._as_of),
            due=day_of(rows.due_age, self._as_of),
            overdue=rows.due_age > 0,
            counted_from=self._each([ask.counted_from.value for ask in self._asked], rows),
            counted_from_day=day_of(rows.base_age, self._as_of),
            performed_by=self._each([ask.performed_by.value for ask in self._asked], rows),
            at_most_minutes=self._each([ask.at_most_minutes for ask in self._asked], rows, "int32"),
            notice=notices.word(rows.notice_rule),
            notice_rule=rows.notice_rule,
        )

    def _each(self, values: list[Any], rows: Table, type_: str = "string") -> Any:
        return by_place(rows.place, values, type_)

    def _purposes(self) -> list[Purpose]:
        found = {ask.purpose for ask in self._asked} | {Purpose.DEPARTMENT}
        return [purpose for purpose in Purpose if purpose in found]

    def _flag(self, ask: Asked, compiled: CompiledProgram, wide: Table) -> Any:
        if ask.floor is not None:
            kinds = sorted(kind.value for kind in ask.floor.applies_to)
            return certain(wide[KIND].isin(kinds) & wide.approval_status.isin(_SUPERVISED))
        flag = wide[compiled.rules[ask.key]] & certain(wide.approval_status.isin(_PLANNED_FOR))
        if ask.times_a_year is not None:
            flag &= certain(wide[ask.times_a_year] != 0)
        return flag

    def _bases(self, compiled: CompiledProgram, wide: Table) -> dict[str, Any]:
        """The age of what each one-off visit is counted from, and the days between visits that a
        field of the subject says."""
        found = {}
        for number, ask in enumerate(self._asked):
            if ask.times_a_year is not None:
                times = wide[ask.times_a_year].nullif(0)
                evenly = (ibis.literal(_DAYS_A_YEAR) // times).cast("int32")
                found[f"every_{number}"] = ibis.greatest(evenly, 1)
            elif ask.counted_from is CountedFrom.TRIGGER:
                found[f"base_{number}"] = self._oldest_of(number, ask, compiled, wide)
            elif ask.counted_from is CountedFrom.SUBJECT_DAY:
                found[f"base_{number}"] = _least(*(wide[name] for name in _subject_days(ask)))
        return found

    def _oldest_of(self, number: int, ask: Asked, compiled: CompiledProgram, wide: Table) -> Any:
        """Of the kind of record that the first condition to match anything matches."""
        nodes = [
            node for node in self._triggers[ask.key] if f"oldest_{number}_{node.record}" in wide
        ]
        cases = [
            (
                wide[compiled.counts[node.record, node.where]] > 0,
                wide[f"oldest_{number}_{node.record}"],
            )
            for node in nodes
        ]
        return ibis.cases(*cases) if cases else ibis.null("int32")

    def _at_departments(self, rows: Table, departments: str) -> Table:
        """Each department that is open, or the whole place where there is none."""
        to_each = [n for n, ask in enumerate(self._asked) if ask.each_department]
        if not to_each:
            return rows.mutate(
                department=ibis.null("int32"), first_age=rows.start_age, whole=ibis.literal(True)
            )
        columns = {
            SUBJECT_ID: "string",
            "no": "int32",
            "open": "boolean",
            "last_visit_age_days": "int32",
            "opened_age_days": "int32",
        }
        department = ibis.table(columns, name=departments)
        open_ones = department.filter(department.open).select(
            beside_id=SUBJECT_ID,
            department="no",
            visited_age="last_visit_age_days",
            opened_age="opened_age_days",
        )
        joined = rows.left_join(
            open_ones,
            [rows[SUBJECT_ID] == open_ones.beside_id, rows.place.isin(to_each)],
        ).drop("beside_id")
        of_department = ibis.coalesce(joined.visited_age, joined.opened_age, joined.approved_age)
        whole = joined.department.isnull()
        return joined.mutate(
            first_age=ibis.ifelse(whole, joined.start_age, of_department), whole=whole
        )

    def _with_windows(self, rows: Table) -> Table:
        """The first and last day of each window, as ages; the purpose, which is another for a
        department."""
        recurs = [number for number, ask in enumerate(self._asked) if ask.recurs]
        due, base = [], []
        for number, ask in enumerate(self._asked):
            if ask.times_a_year is not None:
                base.append(rows.first_age)
                due.append(rows.first_age - rows[f"every_{number}"])
            elif ask.intervals:
                base.append(rows.first_age)
                due.append(last_lawful_age(rows.first_age, ask.intervals, self._as_of))
            else:
                counted = self._one_off_base(number, ask, rows)
                base.append(counted)
                due.append(counted - (ask.within or 0))
        rows = rows.mutate(
            base_age=by_place(rows.place, base, "int32"),
            due_age=by_place(rows.place, due, "int32").fill_null(0),
            window=self._each([ask.window_days for ask in self._asked], rows, "int32"),
        )
        rows = rows.mutate(latest_age=ibis.least(rows.due_age, 0))
        days_before = rows.first_age.fill_null(0) - rows.latest_age - 1
        shorter = ibis.least(rows.window, ibis.greatest(days_before, 0))
        window = ibis.ifelse(rows.place.isin(recurs), shorter, rows.window)
        purposes = self._each([ask.purpose.value for ask in self._asked], rows)
        rows = rows.mutate(
            earliest_age=ibis.least(rows.latest_age + window, 0),
            purpose=ibis.ifelse(rows.whole, purposes, Purpose.DEPARTMENT.value),
            last_age=self._each([self._last_age(ask) for ask in self._asked], rows, "int32"),
        )
        return rows.filter(rows.last_age.isnull() | (rows.latest_age >= rows.last_age))

    def _last_age(self, ask: Asked) -> int | None:
        """What recurs is asked for within the period, and as long as its rule is in force."""
        return (self._as_of - min(self._until, ask.until)).days if ask.recurs else None

    def _one_off_base(self, number: int, ask: Asked, rows: Table) -> Any:
        if ask.counted_from is CountedFrom.LAST_VISIT:
            return rows.start_age
        if ask.counted_from is CountedFrom.EVALUATION_DATE:
            return ibis.literal(0, type="int32")
        return rows[f"base_{number}"]

    def counted(self) -> tuple[tuple[str, Quantified], ...]:
        """What must be counted to know which condition matched first."""
        return tuple((key, node) for key, nodes in self._triggers.items() for node in nodes)


class _Notices:
    """Announced or unannounced: of the rules that hold and speak of a purpose, the highest rank."""

    def __init__(self, resolved: ResolvedRulebook, compiled: CompiledProgram) -> None:
        rules = [(r.id, r.then) for r in resolved.rules if isinstance(r.then, NoticeOutcome)]
        self._rules = sorted(rules, key=lambda entry: (-entry[1].rank, entry[0]))
        self._columns = compiled.rules

    def by_purpose(self, wide: Table, purposes: list[Purpose]) -> dict[str, Any]:
        """The deciding rule for a visit of each purpose."""
        return {f"notice_{p.value}": self._deciding(wide, p) for p in purposes}

    def _deciding(self, wide: Table, purpose: Purpose) -> Any:
        cases = [
            (wide[self._columns[rule_id]], ibis.literal(rule_id))
            for rule_id, outcome in self._rules
            if not outcome.purposes or purpose in outcome.purposes
        ]
        return ibis.cases(*cases) if cases else ibis.null("string")

    def chosen(self, rows: Table, purposes: list[Purpose]) -> Any:
        """The deciding rule of each visit."""
        return ibis.cases(*((rows.purpose == p.value, rows[f"notice_{p.value}"]) for p in purposes))

    def word(self, rule: Any) -> Any:
        """What the deciding rule says."""
        said: dict[str, list[str]] = {}
        for rule_id, outcome in self._rules:
            said.setdefault(outcome.notice.value, []).append(rule_id)
        cases = [(rule.isin(ids), ibis.literal(word)) for word, ids in said.items()]
        return ibis.cases(*cases) if cases else ibis.null("string")


def _type(record: str, field: str) -> ValueType:
    spec = vocabulary().find(record, field)
    if spec is None:
        raise TypeError(f"no rule may ask for {record}.{field}")
    return spec.value_type


def _triggers(condition: Condition) -> Iterator[Quantified]:
    return (node for node in quantifiers(condition) if node.quantifier == "at_least")


def _trigger_field(ask: Asked) -> str:
    outcome = None if ask.rule is None else ask.rule.then
    if not isinstance(outcome, VisitOutcomeRule) or outcome.trigger_field is None:
        raise TypeError("a visit that is counted from its trigger names the day")
    return outcome.trigger_field


def _subject_days(ask: Asked) -> tuple[str, ...]:
    outcome = None if ask.rule is None else ask.rule.then
    if not isinstance(outcome, VisitOutcomeRule) or ask.counted_from is not CountedFrom.SUBJECT_DAY:
        return ()
    return tuple(age_name(name) for name in outcome.subject_field)


def _least(*ages: Any) -> Any:
    """The least of those that are known."""
    known = ages[0]
    for age in ages[1:]:
        known = ibis.coalesce(ibis.least(known, age), known, age)
    return known
