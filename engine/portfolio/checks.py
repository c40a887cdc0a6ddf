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
from engine.portfolio.rows import Located, RowReader
from engine.portfolio.sheets import CellType, ColumnSpec, sheet_spec
from models.facts.dossier import RECORD_KINDS_OF, Dossier
from models.facts.fields import FactModel
from models.terms import DwellingForm, Kind, SanctionStep, SpecialistFunction

if TYPE_CHECKING:
    from models.registers import Dated

__all__ = ["Checks", "Gathered"]

_STEPS_OF = {
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: (
        SanctionStep.STATEMENT,
        SanctionStep.WITHDRAWAL_NOTICE,
        SanctionStep.WITHDRAWAL,
    ),
    Kind.TREATMENT_SCHOOL: (SanctionStep.REPORT_TO_MUNICIPALITY,),
}
"""Kinds that may be given few steps only (domain notes: S21 of 004; C36 of 000)."""

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
    """Checks of whole subjects; `readers` know how each sheet calls its columns."""

    def __init__(
        self,
        *,
        sink: Collector,
        readers: Mapping[str, RowReader],
        index: RegisterIndex,
        as_of: date,
        ignore_later: bool,
    ) -> None:
        self.sink = sink
        self.readers = readers
        self.index = index
        self.as_of = as_of
        self.ignore_later = ignore_later

    def check(self, gathered: Gathered) -> None:
        """Collects everything wrong with one subject and its records."""
        subject = gathered.subject
        kind = Kind(gathered.key)
        if subject.fact is not None:
            self._check_subject(gathered.key, subject, kind)
        for record, rows in gathered.records.items():
            self._check_numbers(record, rows)
        for record, rows in gathered.records.items():
            if record not in RECORD_KINDS_OF[kind]:
                for row in rows:
                    self._add(
                        record,
                        row,
                        "record_not_allowed",
                        None,
                        kind=self._word(kind),
                        record=self.sink.sheet(record),
                    )
                continue
            self._check_references(record, rows, gathered)
            for row in rows:
                if row.fact is not None:
                    self._check_record(record, row, kind)

    def _add(self, key: str, row: Located, code: str, name: str | None, **values: Said) -> None:
        self.sink.add(self._problem(key, row, code, name, values))

    def _problem(
        self, key: str, row: Located, code: str, name: str | None, values: Mapping[str, Said]
    ) -> Problem:
        reader = self.readers[key]
        said = tuple(values.items())
        return reader.problem(code, row.row, name, row.subject_id, values=said)

    def _word(self, word: Any) -> Said:
        catalogue = self.sink.catalogue()
        return catalogue.word(word, "da"), catalogue.word(word, "en")

    def _check_subject(self, key: str, row: Located, kind: Kind) -> None:
        subject = row.fact
        self._check_dates(key, "subject", row)
        self._check_register_words(key, row, self.as_of)
        if kind is Kind.SOCIAL_OFFER and subject.places == 0:
            if subject.dwelling_form is DwellingForm.OUTPATIENT:
                self.sink.warn(self._problem(key, row, "no_places_outpatient", "places", {}))
            else:
                self._add(key, row, "no_places", "places")
        line = self.index.on("municipality", subject.municipality, self.as_of)
        function = getattr(subject, "specialist_function", SpecialistFunction.NONE)
        if (
            line is not None
            and line.authority is not subject.authority
            and function is SpecialistFunction.NONE
        ):
            values: dict[str, Said] = {
                "municipality": (line.title.da, line.title.en),
                "expected": self._word(line.authority),
                "found": self._word(subject.authority),
            }
            self.sink.warn(self._problem(key, row, "authority_differs", "authority", values))

    def _check_record(self, record: str, row: Located, kind: Kind) -> None:
        fact = row.fact
        self._check_dates(record, record, row)
        model: type[FactModel] = type(fact)
        name = happened_on(record, model)
        day = getattr(fact, name) if name is not None else None
        self._check_register_words(record, row, day or self.as_of)
        if record in ("score", "sample_result") and fact.indicator is not None:
            self._check_indicator(record, row, kind, day or self.as_of)
        if record == "sanction" and kind in _STEPS_OF and fact.step not in _STEPS_OF[kind]:
            steps = [self._word(step) for step in _STEPS_OF[kind]]
            allowed = (", ".join(s[0] for s in steps), ", ".join(s[1] for s in steps))
            self._add(
                record,
                row,
                "step_not_allowed",
                "step",
                kind=self._word(kind),
                step=self._word(fact.step),
                allowed=allowed,
            )

    def _check_dates(self, key: str, order: str, row: Located) -> None:
        held = row.fact.__dict__
        model: type[FactModel] = type(row.fact)
        if not self.ignore_later:
            for name in event_dates(model):
                day = held[name]
                if day is not None and day > self.as_of:
                    self._add(
                        key,
                        row,
                        "later_than_evaluation",
                        name,
                        value=_day(day),
                        as_of=_day(self.as_of),
                    )
        for first, second in _IN_ORDER.get(order, ()):
            earlier, later = held[first], held[second]
            if earlier is not None and later is not None and later < earlier:
                self._add(
                    key,
                    row,
                    "dates_out_of_order",
                    second,
                    later=_day(later),
                    first=self.sink.label(key, first),
                    earlier=_day(earlier),
                )

    def _check_register_words(self, key: str, row: Located, day: date) -> None:
        held = row.fact.__dict__
        for column in _register_columns(key):
            if column.register is None:
                continue
            value = held[column.name]
            for word in value if column.many else () if value is None else (value,):
                if self.index.on(column.register, word, day) is None:
                    lines = self.index.entries(column.register).get(word, [])
                    self._add(
                        key,
                        row,
                        "not_valid_on",
                        column.name,
                        value=shown(self.index.label(column.register, word)),
                        day=_day(day),
                        period=self._period(lines),
                    )

    def _period(self, lines: Iterable[Dated]) -> Said:
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
        fact = row.fact
        if kind not in self.index.applies_to("indicator", fact.indicator):
            word = self._word(kind)
            self._add(
                key, row, "indicator_other_kind", "indicator", value=fact.indicator, kind=word
            )
            return
        line = self.index.on("indicator", fact.indicator, day)
        if key == "score" and line is not None and line.score_model is not fact.score_model:
            self._add(
                key,
                row,
                "indicator_other_scale",
                "score_model",
                value=fact.indicator,
                expected=self._word(line.score_model),
                found=self._word(fact.score_model),
            )

    def _check_numbers(self, record: str, rows: list[Located]) -> None:
        """Blank numbers get the lowest free ones in the order of the rows; doubles are said."""
        taken: dict[int, Located] = {}
        for row in rows:
            if row.no is not None:
                first = taken.setdefault(row.no, row)
                if first is not row:
                    other = str(first.row)
                    self._add(record, row, "number_twice", "no", no=str(row.no), other=other)
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
            numbers = {target.no for target in gathered.records.get(to, [])}
            for row in rows:
                value = None if row.fact is None else getattr(row.fact, name)
                if value is not None and value not in numbers:
                    self._add(
                        record,
                        row,
                        "reference_missing",
                        name,
                        value=str(value),
                        record=self.sink.sheet(to),
                    )


@cache
def _register_columns(key: str) -> tuple[ColumnSpec, ...]:
    return tuple(c for c in sheet_spec(key).columns if c.cell is CellType.REGISTER)


def _day(day: date) -> str:
    return day.isoformat()
