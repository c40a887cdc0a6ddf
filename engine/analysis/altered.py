"""The same subject with changed facts, for "what if": facts set, records added or dropped.

Changes are written as people write cells, and the changed facts are read and checked as any other
facts are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.analysis.words import Words
from engine.facts import vocabulary
from engine.portfolio.sheets import sheet_spec
from engine.portfolio.write import dossier_line
from engine.rulebook.catalogue import Lang
from engine.rulebook.problems import Said, said
from engine.rulebook.types import nearest
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, Dossier
from models.terms import BudgetStatus, ConcernStage

__all__ = ["AlterationError", "Alterations", "altered_line"]

_TARGET = re.compile(r"(?:(?P<record>[\w æøåÆØÅ]+?)\s*\[\s*(?P<no>\d+)\s*\]\s*\.\s*)?(?P<field>.+)")
_RECORD = re.compile(r"(?P<record>[\w æøåÆØÅ]+?)\s*\[\s*(?P<no>\d+)\s*\]")

_OF_SUBJECT = re.compile(r"^\s*(?:subject|sagen)\s*\.\s*", re.IGNORECASE)

_STAGE_DAY: dict[str, tuple[str, ...]] = {
    ConcernStage.RECEIVED.value: (),
    ConcernStage.DIALOGUE.value: ("dialogue_on",),
    ConcernStage.STATEMENT_REQUESTED.value: ("statement_requested_on",),
    ConcernStage.STATEMENT_RECEIVED.value: ("statement_received_on",),
    ConcernStage.EFFECT_CONFIRMED.value: ("effect_confirmed_on",),
    ConcernStage.CLOSED.value: ("closed_on",),
}
_STAGES_IN_ORDER = tuple(days[0] for days in _STAGE_DAY.values() if days)
_BUDGET_DAY = {
    BudgetStatus.FILED.value: "filed_on",
    BudgetStatus.APPROVED.value: "approved_on",
    BudgetStatus.REJECTED.value: "rejected_on",
}
_OPEN_UNTIL = {
    "concern": "closed_on",
    "approval_condition": "fulfilled_on",
    "department": "closed_on",
}
_YES = frozenset({"ja", "yes", "true", "sand"})
_NO = frozenset({"nej", "no", "false", "falsk"})


@dataclass(frozen=True, slots=True)
class Alterations:
    """What was asked for, as it was written."""

    set: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


class AlterationError(Exception):
    """Some change cannot be made; `problems` are all that are wrong, a sentence each."""

    def __init__(self, problems: Iterable[Said]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def lines(self, lang: Lang = "en") -> list[str]:
        """What is wrong, a line each."""
        return [problem.text(lang) for problem in self.problems]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def altered_line(dossier: Dossier, alterations: Alterations, *, as_of: date, words: Words) -> bytes:
    """The changed subject as one JSON line, to be read like any other. Raises AlterationError.

    Records and fields go by the names of the catalogue, in Danish or English.
    """
    altering = _Altering(dossier, as_of, words)
    for option, make, texts in (
        ("set", altering.set, alterations.set),
        ("add", altering.add, alterations.add),
        ("drop", altering.drop, alterations.drop),
    ):
        for text in texts:
            altering.written = f"--{option} '{text}'"
            make(text)
    if altering.problems:
        raise AlterationError(altering.problems)
    return altering.line()


def _spoken(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()


class _Altering:
    def __init__(self, dossier: Dossier, as_of: date, words: Words) -> None:
        self._kind = dossier.kind
        self._data: dict[str, Any] = json.loads(dossier_line(dossier))
        self._today = as_of.isoformat()
        self._words = words
        self._dropped: set[tuple[str, int]] = set()
        self.written = ""
        self.problems: list[Said] = []

    def line(self) -> bytes:
        records = {
            record: [row for row in rows if (record, row["no"]) not in self._dropped]
            for record, rows in self._data["records"].items()
        }
        return json.dumps({**self._data, "records": records}, ensure_ascii=False).encode()

    def set(self, text: str) -> None:
        """`concern[2].status=closed`, `places=12`; an empty value makes the fact unknown."""
        target, equals, value = text.partition("=")
        found = _TARGET.fullmatch(target.strip())
        if not equals or found is None:
            self._wrong("set_form")
            return
        if found["record"] is None:
            field = _OF_SUBJECT.sub("", found["field"])
            self._assign(self._kind.value, self._data["subject"], field, value)
            return
        row = self._row(found["record"], int(found["no"]))
        if row is not None:
            self._assign(row[0], row[1], found["field"], value)

    def add(self, text: str) -> None:
        """`concern: severity=serious, theme=competences, received_on=2025-05-20`."""
        name, colon, rest = text.partition(":")
        if not colon or not rest.strip():
            self._wrong("add_form")
            return
        record = self._record(name)
        if record is None:
            return
        rows = self._data["records"].setdefault(record, [])
        row: dict[str, Any] = {"no": max((r["no"] for r in rows), default=0) + 1}
        for part in rest.split(","):
            field, equals, value = part.partition("=")
            if not equals:
                self._wrong("no_value", part=part.strip())
                continue
            self._assign(record, row, field, value)
        rows.append(row)

    def drop(self, text: str) -> None:
        """`concern[1]`."""
        found = _RECORD.fullmatch(text.strip())
        if found is None:
            self._wrong("drop_form")
            return
        row = self._row(found["record"], int(found["no"]))
        if row is not None:
            self._dropped.add((row[0], row[1]["no"]))

    def _wrong(self, code: str, /, **blanks: object) -> None:
        why = said(f"altered.{code}", **blanks)
        self.problems.append(said("altered.wrong", written=self.written, why=why))

    def _record(self, name: str) -> str | None:
        spoken, kind = _spoken(name), self._kind
        if spoken.replace(" ", "_") in RECORD_MODELS:
            meant = [spoken.replace(" ", "_")]
        else:
            names = {record: self._words.names_of(record) for record in RECORD_MODELS}
            meant = [r for r, known in names.items() if spoken in map(_spoken, known)]
        allowed = [record for record in meant if record in RECORD_KINDS_OF[kind]]
        if len(allowed) == 1:
            return allowed[0]
        if allowed:
            self._wrong("two_records", name=name.strip(), records=", ".join(allowed))
        elif meant:
            self._wrong("other_kind", kind=kind.value, record=meant[0])
        else:
            known = sorted(n for r in RECORD_KINDS_OF[kind] for n in self._words.names_of(r))
            self._wrong("no_record", name=name.strip(), near=nearest(spoken, known))
        return None

    def _row(self, name: str, no: int) -> tuple[str, dict[str, Any]] | None:
        record = self._record(name)
        if record is None:
            return None
        rows = self._data["records"].get(record, [])
        for row in rows:
            if row["no"] == no:
                return record, row
        numbers = ", ".join(str(row["no"]) for row in rows) or said("commands.none")
        self._wrong("no_row", record=record, no=no, numbers=numbers)
        return None

    def _assign(self, record: str, row: dict[str, Any], field: str, value: str) -> None:
        names, value = self._fields(record, field), value.strip()
        if names in (["no"], ["subject_id"]):
            self._wrong("names_the_fact", field=names[0])
        elif len(names) == 1:
            row[names[0]] = value or None
        elif names:
            self._wrong("two_fields", field=field.strip(), fields=", ".join(names))
        elif not self._followed(record, row, _spoken(field), value):
            self._not_a_field(record, field.strip())

    def _fields(self, record: str, field: str) -> list[str]:
        """The columns that a name may mean; a column's own name means that one alone."""
        spoken = _spoken(field)
        columns = [column.name for column in sheet_spec(record).columns]
        if spoken.replace(" ", "_") in columns:
            return [spoken.replace(" ", "_")]
        return [
            name
            for name in columns
            if spoken in map(_spoken, self._words.names_of_field(record, name))
        ]

    def _not_a_field(self, record: str, field: str) -> None:
        columns = [column.name for column in sheet_spec(record).columns]
        of_subject = record == self._kind.value
        tested = vocabulary().fields["subject" if of_subject else record]
        spoken = _spoken(field)
        if any(
            spoken in map(_spoken, self._words.names_of_field(record, name))
            for name in tested.keys() - columns
        ):
            self._wrong("worked_out", field=field, fields=", ".join(columns))
            return
        known = sorted(n for c in columns for n in self._words.names_of_field(record, c))
        self._wrong("no_field", field=field, record=record, near=nearest(field, known))

    def _followed(self, record: str, row: dict[str, Any], field: str, value: str) -> bool:
        """A stage, open or not, and a status follow from days: the day is set to today."""
        if record == "concern" and field in ("status", "stage", "forløb"):
            stage = self._word(ConcernStage, value)
            if stage is None:
                return False
            reached = _STAGE_DAY[stage]
            later = (
                _STAGES_IN_ORDER[_STAGES_IN_ORDER.index(reached[0]) + 1 :]
                if reached
                else (_STAGES_IN_ORDER)
            )
            row |= dict.fromkeys(later)
            row |= {name: row.get(name) or self._today for name in reached}
            return True
        if record == "budget" and field in ("status", "budgetstatus"):
            status = self._word(BudgetStatus, value)
            if status is None:
                return False
            row |= dict.fromkeys(_BUDGET_DAY.values() if status == "awaited" else ())
            row |= dict.fromkeys(("approved_on", "rejected_on"))
            if status in _BUDGET_DAY:
                row["filed_on"] = row.get("filed_on") or self._today
                row[_BUDGET_DAY[status]] = row.get(_BUDGET_DAY[status]) or self._today
            return True
        if record in _OPEN_UNTIL and field in ("open", "åben", "åbent"):
            if value.casefold() in _YES:
                row[_OPEN_UNTIL[record]] = None
                if record == "concern":
                    row["effect_confirmed_on"] = None
                return True
            if value.casefold() in _NO:
                row[_OPEN_UNTIL[record]] = self._today
                return True
        return False

    def _word(self, enum: type[ConcernStage] | type[BudgetStatus], value: str) -> str | None:
        spoken = _spoken(value)
        for word in enum:
            catalogue = self._words.catalogue
            labels = (catalogue.word(word, "da"), catalogue.word(word, "en"))
            if spoken in (_spoken(word.value), *map(_spoken, labels)):
                return word.value
        return None
