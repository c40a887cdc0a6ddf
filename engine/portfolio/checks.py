"""Whether a subject's facts fit together: registers, dates, references, what its kind may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.facts.as_known import event_dates, happened_on
from engine.portfolio.incoming import Collector
from engine.portfolio.problems import Problem, Said, shown
from engine.portfolio.register_index import RegisterIndex
from engine.portfolio.rows import Located
from engine.portfolio.sheets import SUBJECT_SHEETS, CellType, ColumnSpec, sheet_spec
from engine.portfolio.step_periods import StepPeriods
from models.facts.dossier import RECORD_KINDS_OF, Dossier
from models.terms import DwellingForm, Kind, SanctionStatus, SpecialistFunction

if TYPE_CHECKING:
    from models.registers import Dated
    from models.rulebook import LadderStep

__all__ = ["Checks", "Gathered"]

_IN_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "subject": (("applied_on", "approved_on"), ("approved_on", "ended_on")),
    "department": (("opened_on", "closed_on"),),
    "placed_child": (("placed_on", "moved_out_on"),),
    "improvement_point": (("raised_on", "closed_on"),),
    "concern": (
        ("received_on", "dialogue_on"),
        ("received_on", "statement_requested_on"),
        ("statement_requested_on", "statement_due_on"),
        ("statement_requested_on", "statement_received_on"),
        ("received_on", "effect_confirmed_on"),
        ("received_on", "closed_on"),
    ),
    "visit": (("announced_on", "held_on"), ("held_on", "report_sent_on")),
    "supervision": (("started_on", "ended_on"), ("started_on", "report_issued_on")),
    "sanction": (
        ("decided_on", "deadline_on"),
        ("decided_on", "ends_on"),
        ("decided_on", "fulfilled_on"),
    ),
    "appeal": (("appealed_on", "decided_on"),),
    "approval_condition": (("set_on", "due_on"), ("set_on", "fulfilled_on")),
    "budget": (("filed_on", "approved_on"), ("filed_on", "rejected_on")),
    "force_report": (("occurred_on", "reported_on"),),
    "portal_report": (("reported_on", "handled_on"),),
    "override": (("decided_on", "expires_on"),),
    "lead_decision": (("decided_on", "expires_on"),),
    "sample_result": (("visited_on", "report_sent_on"),),
}
_REFERENCES = {
    "visit": (("department", "department"), ("supervision", "supervision")),
    "appeal": (("sanction", "sanction"),),
    "lead_decision": (("sanction", "sanction"),),
}


@dataclass(slots=True)
class Gathered:
    """One subject's rows: its own, and its records' by kind, as they were read."""

    key: str
    subject: Located
    records: dict[str, list[Located]] = field(default_factory=dict)

    def dossier(self) -> Dossier:
        """The facts, records in the order of their numbers. Every row must have been readable."""
        return Dossier(
            self.subject.fact,
            {
                kind: tuple(sorted((row.fact for row in rows), key=lambda fact: fact.no))
                for kind, rows in self.records.items()
                if rows
            },
        )


class Checks:
    """Checks of whole subjects. Rows that could be read in part are checked as far as that goes."""

    def __init__(
        self,
        *,
        sink: Collector,
        index: RegisterIndex,
        steps: StepPeriods,
        as_of: date,
        ignore_later: bool,
    ) -> None:
        self.sink = sink
        self.index = index
        self.steps = steps
        self.as_of = as_of
        self.ignore_later = ignore_later

    def check(self, gathered: Gathered) -> None:
        """Collects everything wrong with one subject and its records."""
        subject = gathered.subject
        kind = Kind(gathered.key)
        self._check_subject(gathered.key, subject, kind)
        for rows in gathered.records.values():
            self._check_numbers(rows)
        for record, rows in gathered.records.items():
            if record not in RECORD_KINDS_OF[kind]:
                for row in rows:
                    self._add(
                        row,
                        "record_not_allowed",
                        None,
                        kind=self._word(kind),
                        record=self.sink.sheet(record),
                    )
                    self.check_alone(row)
                continue
            self._check_references(record, rows, gathered)
            for row in rows:
                self._check_record(record, row, kind)
            if record == "sample_result":
                self._check_results(rows)

    def check_alone(self, row: Located) -> None:
        """What can be told of a row that stands with no subject: its days and register words."""
        key = row.reader.spec.key
        self._check_dates(key, row)
        self._check_register_words(key, row, self._day_of(key, row))

    def _day_of(self, key: str, row: Located) -> date:
        """The day a fact is about, which says what held."""
        name = None
        if row.reader.spec.kind is None:
            name = happened_on(key, row.reader.spec.model)
        day: date | None = None if name is None else row.known.get(name)
        return day or self.as_of

    def _add(self, row: Located, code: str, name: str | None, **values: Said) -> None:
        self.sink.add(self._problem(row, code, name, values))

    def _problem(
        self, row: Located, code: str, name: str | None, values: Mapping[str, Said]
    ) -> Problem:
        said = tuple(values.items())
        return row.reader.problem(code, row.row, name, row.subject_id, values=said)

    def _word(self, word: Any) -> Said:
        catalogue = self.sink.catalogue()
        return catalogue.word(word, "da"), catalogue.word(word, "en")

    def _check_subject(self, key: str, row: Located, kind: Kind) -> None:
        subject = row.known
        self._check_dates(key, row)
        self._check_register_words(key, row, self.as_of)
        if kind is Kind.SOCIAL_OFFER and subject.get("places") == 0:
            form = subject.get("dwelling_form")
            if form is DwellingForm.OUTPATIENT:
                self.sink.warn(self._problem(row, "no_places_outpatient", "places", {}))
            elif form is not None:
                self._add(row, "no_places", "places")
        authority = subject.get("authority")
        line = self.index.on("municipality", subject.get("municipality", ""), self.as_of)
        function = subject.get("specialist_function", SpecialistFunction.NONE)
        if (
            line is not None
            and authority is not None
            and line.authority is not authority
            and function is SpecialistFunction.NONE
        ):
            values: dict[str, Said] = {
                "municipality": (line.title.da, line.title.en),
                "expected": self._word(line.authority),
                "found": self._word(authority),
            }
            self.sink.warn(self._problem(row, "authority_differs", "authority", values))

    def _check_record(self, record: str, row: Located, kind: Kind) -> None:
        self._check_dates(record, row)
        day = self._day_of(record, row)
        self._check_register_words(record, row, day)
        if record in ("score", "sample_result") and row.known.get("indicator") is not None:
            self._check_indicator(record, row, kind, day)
        if record == "sanction":
            self._check_step(row, kind)
            if (
                row.known.get("status") is SanctionStatus.FULFILLED
                and row.known.get("fulfilled_on") is None
                and "fulfilled_on" not in row.unreadable
            ):
                self._add(row, "fulfilled_without_day", "fulfilled_on")

    def _check_step(self, row: Located, kind: Kind) -> None:
        step, day = row.known.get("step"), row.known.get("decided_on")
        if step is None:
            return
        periods = self.steps.periods(kind, step)
        if not periods:
            steps = [self._word(step) for step in self.steps.steps_of(kind)]
            allowed = (", ".join(s[0] for s in steps), ", ".join(s[1] for s in steps))
            self._add(
                row,
                "step_not_allowed" if steps else "no_steps",
                "step",
                kind=self._word(kind),
                step=self._word(step),
                allowed=allowed,
            )
        elif day is not None and not self.steps.held_on(kind, step, day):
            self._add(
                row,
                "not_valid_on",
                "step",
                value=self._word(step),
                day=_day(day),
                period=self._period(periods),
            )

    def _check_results(self, rows: list[Located]) -> None:
        """A visit may change several indicators, each in a row, but is told of in one place."""
        told: dict[tuple[Any, ...], Located] = {}
        for row in rows:
            visit = (row.known.get("frame"), row.known.get("visited_on"))
            if None not in visit:
                first = told.setdefault(visit, row)
                if first.reader is not row.reader:
                    self._add(row, "result_twice", None, other=_place_of(first))

    def _check_dates(self, key: str, row: Located) -> None:
        held = row.known
        if not self.ignore_later:
            for name in event_dates(row.reader.spec.model):
                day = held.get(name)
                if day is not None and day > self.as_of:
                    self._add(
                        row,
                        "later_than_evaluation",
                        name,
                        value=_day(day),
                        as_of=_day(self.as_of),
                    )
        order = "subject" if key in SUBJECT_SHEETS else key
        for first, second in _IN_ORDER.get(order, ()):
            earlier, later = held.get(first), held.get(second)
            if earlier is not None and later is not None and later < earlier:
                self._add(
                    row,
                    "dates_out_of_order",
                    second,
                    later=_day(later),
                    first=self.sink.label(key, first),
                    earlier=_day(earlier),
                )

    def _check_register_words(self, key: str, row: Located, day: date) -> None:
        held = row.known
        for column in _register_columns(key):
            if column.register is None:
                continue
            value = held.get(column.name)
            words = () if value is None else value if column.many else (value,)
            for word in words:
                if self.index.on(column.register, word, day) is None:
                    lines = self.index.entries(column.register).get(word, [])
                    self._add(
                        row,
                        "not_valid_on",
                        column.name,
                        value=shown(self.index.label(column.register, word)),
                        day=_day(day),
                        period=self._period(lines),
                    )

    def _period(self, lines: Iterable[Dated | LadderStep]) -> Said:
        catalogue = self.sink.catalogue()
        said: list[str] = []
        for lang in ("da", "en"):
            parts = []
            for line in lines:
                code = "open" if line.valid_until is None else "between"
                template = catalogue.message(code, lang, section="periods")
                until = "" if line.valid_until is None else _day(line.valid_until)
                parts.append(template.format(from_day=_day(line.valid_from), until_day=until))
            said.append(", ".join(parts))
        return said[0], said[1]

    def _check_indicator(self, key: str, row: Located, kind: Kind, day: date) -> None:
        indicator, scale = row.known["indicator"], row.known.get("score_model")
        if kind not in self.index.applies_to("indicator", indicator):
            word = self._word(kind)
            self._add(row, "indicator_other_kind", "indicator", value=indicator, kind=word)
            return
        line = self.index.on("indicator", indicator, day)
        if key != "score" or line is None or "score_model" in row.unreadable:
            return
        if line.score_model is not scale:
            self._add(
                row,
                "indicator_other_scale",
                "score_model",
                value=indicator,
                expected=self._word(line.score_model),
                found=self._word(scale),
            )

    def _check_numbers(self, rows: list[Located]) -> None:
        """Blank numbers get the lowest free ones in the order of the rows; doubles are said."""
        taken: dict[int, Located] = {}
        for row in rows:
            if row.no is not None:
                first = taken.setdefault(row.no, row)
                if first is not row:
                    other = str(first.row) if first.reader is row.reader else _place_of(first)
                    self._add(row, "number_twice", "no", no=str(row.no), other=other)
        free = 1
        for row in rows:
            if row.no is None:
                while free in taken:
                    free += 1
                taken[free] = row
                row.no = free
                if row.fact is not None:
                    row.fact = row.fact.model_copy(update={"no": free})

    def _check_references(self, record: str, rows: list[Located], gathered: Gathered) -> None:
        for name, to in _REFERENCES.get(record, ()):
            if to in self.sink.unread:
                continue
            numbers = {target.no for target in gathered.records.get(to, [])}
            for row in rows:
                value = row.known.get(name)
                if value is not None and value not in numbers:
                    self._add(
                        row,
                        "reference_missing",
                        name,
                        value=str(value),
                        record=self.sink.sheet(to),
                    )


@cache
def _register_columns(key: str) -> tuple[ColumnSpec, ...]:
    return tuple(c for c in sheet_spec(key).columns if c.cell is CellType.REGISTER)


def _place_of(row: Located) -> str:
    return f"{row.row} ({row.reader.where.name})"


def _day(day: date) -> str:
    return day.isoformat()
