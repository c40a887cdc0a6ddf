"""Worked cases of `rules/cases/`: facts in few lines, and the answer they must give.

A case names only what matters. The rest is a plain subject that nothing speaks against: approved
three years ago, visited and assessed 30 days ago, under Socialtilsyn Syd; an offer without night
staff and with this year's budget approved.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import ValidationError

from engine.analysis.case_details import DETAIL_KEYS, CaseDetails, read_details
from engine.facts import vocabulary
from engine.facts.introspection import fields_of, unwrap
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.check import register_words
from engine.rulebook.documents import Document, load_documents
from engine.rulebook.misfits import misfit
from engine.rulebook.problems import RulebookError, RulebookProblem, Said, said
from engine.rulebook.types import nearest
from models.decisions import ProposalStatus
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, SUBJECT_MODELS, Dossier
from models.facts.fields import FactModel
from models.rulebook import Place
from models.terms import Colour, Kind, Purpose, SanctionStep

__all__ = ["CASE_KEYS", "EXPECTED_KEYS", "Case", "Expectation", "load_cases"]

Path_ = tuple[str | int, ...]

CASE_ID = "CA-1"
_APPROVED_YEARS_AGO = 3
_SEEN_DAYS_AGO = 30
_PLAIN: dict[Kind, dict[str, Any]] = {
    Kind.SOCIAL_OFFER: {
        "ownership": "private",
        "segment": "children",
        "dwelling_form": "residential",
        "night_staff_employed": False,
        "places": 8,
    },
    Kind.FOSTER_FAMILY: {"family_type": "general"},
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: {},
    Kind.TREATMENT_SCHOOL: {},
}
_RELATIVE = re.compile(r"(?:in (?P<ahead>\d+) days?|(?P<ago>\d+) days? ago|(?P<today>today))")
CASE_KEYS = frozenset({"case", "as_of", "subject", "records", "expect"})
EXPECTED_KEYS = DETAIL_KEYS | {
    "category",
    "rules",
    "not_rules",
    "visits",
    "not_visits",
    "proposals",
    "frames",
}
_LISTED_ASIDE = "accepted-survivors.yaml"
"""Stands among the cases, and holds none (see `engine/analysis/mutation`)."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of a case. `rules`, `visits` and named `proposals` may be among others.

    What a case leaves out is read as the stricter answer: without `category` it expects red, and
    visits, reasons and proposals beyond those it lists never fail it. `proposals` is None where the
    case does not speak of them; empty means none at all. `frames` likewise, and where given they
    are all of them.
    """

    category: Colour = Colour.RED
    category_said: bool = True
    rules: tuple[str, ...] = ()
    not_rules: tuple[str, ...] = ()
    visits: tuple[Purpose, ...] = ()
    not_visits: tuple[Purpose, ...] = ()
    proposals: dict[SanctionStep, ProposalStatus] | None = None
    frames: tuple[str, ...] | None = None
    details: CaseDetails = field(default_factory=CaseDetails)


@dataclass(frozen=True)
class Case:
    """A sentence (Danish, and English where given), the facts, and the answer they must give."""

    sentence: str
    place: Place
    as_of: date
    dossier: Dossier
    expect: Expectation
    sentence_en: str | None = None

    def title(self, lang: Literal["da", "en"]) -> str:
        """The sentence in a language; Danish where nobody has translated it."""
        return self.sentence_en or self.sentence if lang == "en" else self.sentence


def load_cases(path: Path, book: Rulebook) -> tuple[Case, ...]:
    """The cases of a folder or file, in order of file and line.

    Raises RulebookError with every unknown field, word, day and rule, at file and line.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.yaml"))
    files = [file for file in files if file.name != _LISTED_ASIDE]
    if not files:
        place = Place(file=path.name, line=1)
        raise RulebookError([RulebookProblem(place, said("cases.none"))])
    folder = path.parent if path.is_file() else path
    problems: list[RulebookProblem] = []
    cases: list[Case] = []
    seen: dict[str, Place] = {}
    for document in load_documents(folder, files):
        reader = _CaseReader(document, book, problems)
        for case in reader.cases():
            first = seen.setdefault(case.sentence, case.place)
            if first is not case.place:
                what = said("cases.same_sentence", first=f"{first.file}:{first.line}")
                problems.append(RulebookProblem(case.place, what))
            cases.append(case)
    if problems:
        raise RulebookError(problems)
    return tuple(cases)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _date_fields(model: type[FactModel]) -> frozenset[str]:
    return frozenset(n for n, a in fields_of(model).items() if unwrap(a)[0] is date)


class _CaseReader:
    """Reads the cases of one file."""

    def __init__(self, document: Document, book: Rulebook, problems: list[RulebookProblem]) -> None:
        self._document = document
        self._book = book
        self._problems = problems
        self._words = register_words(book.registers)

    def _wrong(self, path: Path_, what: Said | str, /, **blanks: object) -> None:
        what = said(f"cases.{what}", **blanks) if isinstance(what, str) else what
        self._problems.append(RulebookProblem(self._document.place_of(path), what))

    def cases(self) -> Iterator[Case]:
        data = self._document.data
        entries = data.get("cases") if isinstance(data, dict) else None
        if not isinstance(entries, list):
            self._wrong((), "no_list")
            return
        for number, entry in enumerate(entries):
            before = len(self._problems)
            case = self._case(entry, ("cases", number))
            if case is not None and len(self._problems) == before:
                yield case

    def _case(self, entry: Any, path: Path_) -> Case | None:
        if not isinstance(entry, dict):
            self._wrong(path, "no_case")
            return None
        self._known_keys(entry, CASE_KEYS, path)
        written = entry.get("case")
        titles = [written.get("da"), written.get("en")] if isinstance(written, dict) else [written]
        said_as = [" ".join(title.split()) for title in titles if isinstance(title, str)]
        if len(said_as) < len(titles) or not all(said_as):
            self._wrong(path, "no_sentence")
            return None
        sentence, *translated = said_as
        as_of = self._day(entry.get("as_of"), None, (*path, "as_of"))
        if as_of is None:
            return None
        if as_of < FIRST_DAY:
            self._wrong((*path, "as_of"), "too_early", first=FIRST_DAY, day=as_of)
            return None
        subject = entry.get("subject")
        kinds = [kind.value for kind in Kind]
        if not isinstance(subject, dict) or subject.get("kind") not in kinds:
            self._wrong((*path, "subject"), "no_kind", kinds=", ".join(kinds))
            return None
        dossier = self._dossier(Kind(subject["kind"]), entry, as_of, path)
        expect = self._expectation(entry.get("expect"), as_of, (*path, "expect"))
        if dossier is None or expect is None:
            return None
        place = self._document.place_of(path)
        return Case(sentence, place, as_of, dossier, expect, *translated)

    def _known_keys(self, entry: dict[str, Any], known: frozenset[str], path: Path_) -> None:
        for key in entry.keys() - known:
            shown, names = key.replace("_", " "), [name.replace("_", " ") for name in known]
            self._wrong((*path, key), "no_key", key=shown, near=nearest(shown, names))

    def _day(self, value: Any, as_of: date | None, path: Path_) -> date | None:
        """A day, or one counted from the case's day."""
        if isinstance(value, str):
            found = _RELATIVE.fullmatch(value.strip())
            if found and as_of is not None:
                return as_of + timedelta(days=int(found["ahead"] or 0) - int(found["ago"] or 0))
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                pass
        code = "no_day" if as_of is None else "no_day_of_case"
        self._wrong(path, code, value=repr(value))
        return None

    def _dossier(
        self, kind: Kind, entry: dict[str, Any], as_of: date, path: Path_
    ) -> Dossier | None:
        seen = as_of - timedelta(days=_SEEN_DAYS_AGO)
        plain: dict[str, Any] = {
            "subject_id": CASE_ID,
            "authority": "syd",
            "municipality": "aabenraa",
            "approved_on": _years_before(as_of, _APPROVED_YEARS_AGO).isoformat(),
            "risk_assessed_on": seen.isoformat(),
            **_PLAIN[kind],
        }
        subject = self._fact(
            SUBJECT_MODELS[kind], "subject", plain | entry["subject"], as_of, (*path, "subject")
        )
        listed = entry.get("records") or {}
        if not isinstance(listed, dict):
            self._wrong((*path, "records"), "no_records")
            return None
        records: dict[str, tuple[Any, ...]] = {}
        for name, rows in listed.items():
            where = (*path, "records", name)
            if name not in RECORD_KINDS_OF[kind]:
                near = nearest(name, RECORD_KINDS_OF[kind])
                self._wrong(where, "no_record", kind=kind.value, record=name, near=near)
            elif not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                self._wrong(where, said("rulebook.not_a_list", name=name))
            else:
                records[name] = tuple(
                    self._fact(
                        RECORD_MODELS[name],
                        name,
                        {"subject_id": CASE_ID, "no": number, **row},
                        as_of,
                        (*where, number - 1),
                    )
                    for number, row in enumerate(rows, start=1)
                )
        if "visit" not in listed:
            visit = {
                "subject_id": CASE_ID,
                "no": 1,
                "held_on": seen.isoformat(),
                "purpose": "basis",
                "notice": "unannounced",
            }
            records["visit"] = (
                self._fact(RECORD_MODELS["visit"], "visit", visit, as_of, (*path, "records")),
            )
        if kind is Kind.SOCIAL_OFFER and "budget" not in listed:
            before = as_of.year - 1
            budget = {
                "subject_id": CASE_ID,
                "no": 1,
                "budget_year": as_of.year,
                "filed_on": date(before, 9, 15).isoformat(),
                "approved_on": date(before, 12, 15).isoformat(),
            }
            records["budget"] = (
                self._fact(RECORD_MODELS["budget"], "budget", budget, as_of, (*path, "records")),
            )
        return None if subject is None else Dossier(subject, records)

    def _fact(
        self, model: type[FactModel], record: str, data: dict[str, Any], as_of: date, path: Path_
    ) -> Any:
        days = _date_fields(model)
        fields = fields_of(model)
        for name in data.keys() - fields.keys():
            self._wrong((*path, name), "no_fact", field=name, near=nearest(name, fields))
        held: dict[str, Any] = {}
        for name, value in data.items():
            if name not in fields or value is None or value == "unknown":
                continue
            if name in days:
                day = self._day(value, as_of, (*path, name))
                held[name] = (day or as_of).isoformat()
            else:
                self._register_word(record, name, value, (*path, name))
                held[name] = value
        try:
            return model.model_validate_json(json.dumps(held))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                name = str(detail["loc"][0]) if detail["loc"] else ""
                self._wrong((*path, name), misfit(name or record, detail))
            return None

    def _register_word(self, record: str, name: str, value: Any, path: Path_) -> None:
        spec = vocabulary().find(record, name)
        register = spec.register if spec is not None else _register_of(record, name)
        known = self._words.get(register or "")
        for word in value if isinstance(value, list) else [value]:
            if known is not None and word not in known:
                near = nearest(str(word), known)
                self._wrong(path, "not_in_register", word=word, register=register, near=near)

    def _expectation(self, data: Any, as_of: date, path: Path_) -> Expectation | None:
        data = {} if data is None else data
        if not isinstance(data, dict):
            self._wrong(path, "no_expectation")
            return None
        self._known_keys(data, EXPECTED_KEYS, path)
        rules = frozenset(rule.id for rule in self._book.rules)
        frames = frozenset(frame.id for frame in self._book.frames)
        purposes = frozenset(purpose.value for purpose in Purpose)
        category = data.get("category", "red")
        if category not in [colour.value for colour in Colour]:
            self._wrong((*path, "category"), "no_colour", value=repr(category))
            category = Colour.GREEN.value
        return Expectation(
            category=Colour(category),
            category_said="category" in data,
            rules=self._names(data, "rules", rules, path),
            not_rules=self._names(data, "not_rules", rules, path),
            visits=tuple(Purpose(n) for n in self._names(data, "visits", purposes, path)),
            not_visits=tuple(Purpose(n) for n in self._names(data, "not_visits", purposes, path)),
            proposals=self._proposals(data, (*path, "proposals")),
            frames=self._names(data, "frames", frames, path) if "frames" in data else None,
            details=read_details(
                data,
                path,
                frames=frames,
                wrong=self._wrong,
                day=lambda value, path: self._day(value, as_of, path),
            ),
        )

    def _names(
        self, data: dict[str, Any], key: str, known: frozenset[str], path: Path_
    ) -> tuple[str, ...]:
        names = data.get(key) or []
        if not isinstance(names, list):
            self._wrong((*path, key), "no_names", key=key.replace("_", " "))
            return ()
        for place, name in enumerate(names):
            if name not in known:
                near = nearest(str(name), known)
                self._wrong((*path, key, place), "no_name", name=name, near=near)
        return tuple(name for name in names if name in known)

    def _proposals(
        self, data: dict[str, Any], path: Path_
    ) -> dict[SanctionStep, ProposalStatus] | None:
        if "proposals" not in data:
            return None
        found: dict[SanctionStep, ProposalStatus] = {}
        listed = data["proposals"] or {}
        steps = [step.value for step in SanctionStep]
        states = [status.value for status in ProposalStatus]
        if not isinstance(listed, dict):
            self._wrong(path, "no_proposals", step=steps[0], status=states[0])
            return None
        for step, status in listed.items():
            if step not in steps:
                self._wrong((*path, step), "no_step", step=step, near=nearest(step, steps))
            elif status not in states:
                allowed = ", ".join(states)
                self._wrong((*path, step), "no_status", status=repr(status), allowed=allowed)
            else:
                found[SanctionStep(step)] = ProposalStatus(status)
        return found


def _register_of(record: str, name: str) -> str | None:
    """The register of a field that no rule tests (e.g. the themes of a sanction)."""
    models = SUBJECT_MODELS.values() if record == "subject" else [RECORD_MODELS[record]]
    for model in models:
        annotation = fields_of(model).get(name)
        for part in _annotations(annotation):
            register: str | None = getattr(part, "register", None)
            if register is not None:
                return register
    return None


def _annotations(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _annotations(part)
