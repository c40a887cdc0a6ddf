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

from engine.facts import vocabulary
from engine.portfolio.sheets import sheet_spec
from engine.portfolio.write import dossier_line
from engine.rulebook.catalogue import Catalogue, UnknownWordError
from engine.rulebook.types import nearest
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, Dossier
from models.terms import BudgetStatus, ConcernStage

__all__ = ["AlterationError", "Alterations", "altered_line"]

_TARGET = re.compile(r"(?:(?P<record>[\w æøåÆØÅ]+?)\s*\[\s*(?P<no>\d+)\s*\]\s*\.\s*)?(?P<field>.+)")
_RECORD = re.compile(r"(?P<record>[\w æøåÆØÅ]+?)\s*\[\s*(?P<no>\d+)\s*\]")

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
    """Some change cannot be made; `problems` are all that are wrong, one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def altered_line(
    dossier: Dossier, alterations: Alterations, *, as_of: date, catalogue: Catalogue
) -> bytes:
    """The changed subject as one JSON line, to be read like any other. Raises AlterationError."""
    altering = _Altering(dossier, as_of, catalogue)
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
    def __init__(self, dossier: Dossier, as_of: date, catalogue: Catalogue) -> None:
        self._kind = dossier.kind
        self._data: dict[str, Any] = json.loads(dossier_line(dossier))
        self._today = as_of.isoformat()
        self._catalogue = catalogue
        self._dropped: set[tuple[str, int]] = set()
        self.written = ""
        self.problems: list[str] = []

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
            self._wrong("write FIELD=VALUE or RECORD[NUMBER].FIELD=VALUE")
            return
        if found["record"] is None:
            field = found["field"].removeprefix("subject.")
            self._assign(self._kind.value, self._data["subject"], field, value)
            return
        row = self._row(found["record"], int(found["no"]))
        if row is not None:
            self._assign(row[0], row[1], found["field"], value)

    def add(self, text: str) -> None:
        """`concern: severity=serious, theme=competences, received_on=2025-05-20`."""
        name, colon, rest = text.partition(":")
        if not colon or not rest.strip():
            self._wrong("write RECORD: FIELD=VALUE, FIELD=VALUE")
            return
        record = self._record(name)
        if record is None:
            return
        rows = self._data["records"].setdefault(record, [])
        row: dict[str, Any] = {"no": max((r["no"] for r in rows), default=0) + 1}
        for part in rest.split(","):
            field, equals, value = part.partition("=")
            if not equals:
                self._wrong(f"'{part.strip()}' is not FIELD=VALUE")
                continue
            self._assign(record, row, field, value)
        rows.append(row)

    def drop(self, text: str) -> None:
        """`concern[1]`."""
        found = _RECORD.fullmatch(text.strip())
        if found is None:
            self._wrong("write RECORD[NUMBER]")
            return
        row = self._row(found["record"], int(found["no"]))
        if row is not None:
            self._dropped.add((row[0], row[1]["no"]))

    def _wrong(self, why: str) -> None:
        self.problems.append(f"{self.written}: {why}")

    def _record(self, name: str) -> str | None:
        spoken = _spoken(name)
        allowed = RECORD_KINDS_OF[self._kind]
        for record in RECORD_MODELS:
            sheets = (self._catalogue.sheet(record, "da"), self._catalogue.sheet(record, "en"))
            if spoken in (_spoken(record), *map(_spoken, sheets)):
                if record in allowed:
                    return record
                self._wrong(f"a {self._kind.value} has no '{record}'")
                return None
        near = nearest(name.strip(), sorted(allowed))
        self._wrong(f"'{name.strip()}' is not a kind of record{near}")
        return None

    def _row(self, name: str, no: int) -> tuple[str, dict[str, Any]] | None:
        record = self._record(name)
        if record is None:
            return None
        rows = self._data["records"].get(record, [])
        for row in rows:
            if row["no"] == no:
                return record, row
        numbers = ", ".join(str(row["no"]) for row in rows) or "none"
        self._wrong(f"there is no {record}[{no}]; there is: {numbers}")
        return None

    def _assign(self, record: str, row: dict[str, Any], field: str, value: str) -> None:
        name, value = self._field(record, field), value.strip()
        if name in ("no", "subject_id"):
            self._wrong(f"'{name}' names the fact and cannot be changed")
        elif name is not None:
            row[name] = value or None
        elif not self._followed(record, row, _spoken(field), value):
            self._wrong(self._not_a_field(record, field.strip()))

    def _field(self, record: str, field: str) -> str | None:
        spoken = _spoken(field)
        for column in sheet_spec(record).columns:
            if spoken == _spoken(column.name):
                return column.name
        for column in sheet_spec(record).columns:
            for lang in ("da", "en"):
                try:
                    heading = self._catalogue.heading(record, column.name, lang)
                except UnknownWordError:
                    continue
                if spoken == _spoken(heading):
                    return column.name
        return None

    def _not_a_field(self, record: str, field: str) -> str:
        names = [column.name for column in sheet_spec(record).columns]
        of_subject = record == self._kind.value
        tested = vocabulary().find("subject" if of_subject else record, field)
        if tested is not None and field not in names:
            return f"'{field}' is worked out from other facts; change those: {', '.join(names)}"
        return f"'{field}' is not a fact of '{record}'{nearest(field, names)}"

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
            labels = (self._catalogue.word(word, "da"), self._catalogue.word(word, "en"))
            if spoken in (_spoken(word.value), *map(_spoken, labels)):
                return word.value
        return None
