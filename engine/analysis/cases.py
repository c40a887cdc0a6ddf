"""Worked cases of `rules/cases/`: facts in few lines, and the answer they must give.

A case names only what matters. The rest is a plain subject that nothing speaks against: approved
three years ago, visited and assessed 30 days ago, under Socialtilsyn Syd.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from engine.facts import vocabulary
from engine.facts.introspection import fields_of, unwrap
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.check import register_words
from engine.rulebook.documents import Document, load_documents
from engine.rulebook.problems import RulebookError, RulebookProblem
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
        "places": 8,
    },
    Kind.FOSTER_FAMILY: {"family_type": "general"},
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: {},
    Kind.TREATMENT_SCHOOL: {},
}
_RELATIVE = re.compile(r"(?:in (?P<ahead>\d+) days?|(?P<ago>\d+) days? ago|(?P<today>today))")
CASE_KEYS = frozenset({"case", "as_of", "subject", "records", "expect"})
EXPECTED_KEYS = frozenset(
    {"category", "rules", "not_rules", "visits", "not_visits", "proposals", "frames"}
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must come of a case. `rules`, `visits` and named `proposals` may be among others.

    `proposals` is None where the case does not speak of them; empty means none at all. `frames`
    likewise, and where given they are all of them.
    """

    category: Colour = Colour.GREEN
    rules: tuple[str, ...] = ()
    not_rules: tuple[str, ...] = ()
    visits: tuple[Purpose, ...] = ()
    not_visits: tuple[Purpose, ...] = ()
    proposals: dict[SanctionStep, ProposalStatus] | None = None
    frames: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Case:
    """A sentence, the facts it is about, and the answer they must give."""

    sentence: str
    place: Place
    as_of: date
    dossier: Dossier
    expect: Expectation


def load_cases(path: Path, book: Rulebook) -> tuple[Case, ...]:
    """The cases of a folder or file, in order of file and line.

    Raises RulebookError with every unknown field, word, day and rule, at file and line.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.yaml"))
    if not files:
        place = Place(file=path.name, line=1)
        raise RulebookError([RulebookProblem(place, "no cases (*.yaml) here")])
    folder = path.parent if path.is_file() else path
    problems: list[RulebookProblem] = []
    cases: list[Case] = []
    seen: dict[str, Place] = {}
    for document in load_documents(folder, files):
        reader = _CaseReader(document, book, problems)
        for case in reader.cases():
            first = seen.setdefault(case.sentence, case.place)
            if first is not case.place:
                text = f"the same sentence stands in {first.file}:{first.line}; make them differ"
                problems.append(RulebookProblem(case.place, text))
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

    def _wrong(self, path: Path_, text: str) -> None:
        self._problems.append(RulebookProblem(self._document.place_of(path), text))

    def cases(self) -> Iterator[Case]:
        data = self._document.data
        entries = data.get("cases") if isinstance(data, dict) else None
        if not isinstance(entries, list):
            self._wrong((), "a file of cases holds one list under 'cases:'")
            return
        for number, entry in enumerate(entries):
            before = len(self._problems)
            case = self._case(entry, ("cases", number))
            if case is not None and len(self._problems) == before:
                yield case

    def _case(self, entry: Any, path: Path_) -> Case | None:
        if not isinstance(entry, dict):
            self._wrong(path, "a case has the lines 'case:', 'as of:', 'subject:', 'expect:'")
            return None
        self._known_keys(entry, CASE_KEYS, path)
        sentence = entry.get("case")
        if not isinstance(sentence, str) or not sentence.strip():
            self._wrong(path, "'case' is missing: a sentence saying what the case shows")
            return None
        as_of = self._day(entry.get("as_of"), None, (*path, "as_of"))
        if as_of is None:
            return None
        if as_of < FIRST_DAY:
            self._wrong((*path, "as_of"), f"the rulebook answers from {FIRST_DAY} on, not {as_of}")
            return None
        subject = entry.get("subject")
        kinds = [kind.value for kind in Kind]
        if not isinstance(subject, dict) or subject.get("kind") not in kinds:
            self._wrong((*path, "subject"), f"'subject' needs a kind: {', '.join(kinds)}")
            return None
        dossier = self._dossier(Kind(subject["kind"]), entry, as_of, path)
        expect = self._expectation(entry.get("expect"), (*path, "expect"))
        if dossier is None or expect is None:
            return None
        return Case(
            " ".join(sentence.split()), self._document.place_of(path), as_of, dossier, expect
        )

    def _known_keys(self, entry: dict[str, Any], known: frozenset[str], path: Path_) -> None:
        for key in entry.keys() - known:
            shown, names = key.replace("_", " "), [name.replace("_", " ") for name in known]
            self._wrong((*path, key), f"'{shown}' is not known here{nearest(shown, names)}")

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
        relative = "" if as_of is None else ", '60 days ago' or 'in 10 days'"
        self._wrong(path, f"{value!r} is not a day; write 2025-06-01{relative}")
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
            self._wrong((*path, "records"), "'records' holds lists, one a kind: 'concern:'")
            return None
        records: dict[str, tuple[Any, ...]] = {}
        for name, rows in listed.items():
            where = (*path, "records", name)
            if name not in RECORD_KINDS_OF[kind]:
                text = f"a {kind.value} has no '{name}'{nearest(name, RECORD_KINDS_OF[kind])}"
                self._wrong(where, text)
            elif not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                self._wrong(where, f"'{name}' must hold a list, each entry behind a '-'")
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
        return None if subject is None else Dossier(subject, records)

    def _fact(
        self, model: type[FactModel], record: str, data: dict[str, Any], as_of: date, path: Path_
    ) -> Any:
        days = _date_fields(model)
        fields = fields_of(model)
        for name in data.keys() - fields.keys():
            self._wrong((*path, name), f"'{name}' is not a fact of this{nearest(name, fields)}")
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
                said = detail["msg"][:1].lower() + detail["msg"][1:]
                self._wrong((*path, name), f"'{name}': {said}" if name else said)
            return None

    def _register_word(self, record: str, name: str, value: Any, path: Path_) -> None:
        spec = vocabulary().find(record, name)
        register = spec.register if spec is not None else _register_of(record, name)
        known = self._words.get(register or "")
        for word in value if isinstance(value, list) else [value]:
            if known is not None and word not in known:
                self._wrong(path, f"'{word}' is not a {register}{nearest(str(word), known)}")

    def _expectation(self, data: Any, path: Path_) -> Expectation | None:
        data = {} if data is None else data
        if not isinstance(data, dict):
            self._wrong(path, "'expect' holds lines such as 'category: yellow'")
            return None
        self._known_keys(data, EXPECTED_KEYS, path)
        rules = frozenset(rule.id for rule in self._book.rules)
        frames = frozenset(frame.id for frame in self._book.frames)
        purposes = frozenset(purpose.value for purpose in Purpose)
        category = data.get("category", "green")
        if category not in [colour.value for colour in Colour]:
            self._wrong((*path, "category"), f"{category!r} is not a colour: green, yellow, red")
            category = Colour.GREEN.value
        return Expectation(
            category=Colour(category),
            rules=self._names(data, "rules", rules, path),
            not_rules=self._names(data, "not_rules", rules, path),
            visits=tuple(Purpose(n) for n in self._names(data, "visits", purposes, path)),
            not_visits=tuple(Purpose(n) for n in self._names(data, "not_visits", purposes, path)),
            proposals=self._proposals(data, (*path, "proposals")),
            frames=self._names(data, "frames", frames, path) if "frames" in data else None,
        )

    def _names(
        self, data: dict[str, Any], key: str, known: frozenset[str], path: Path_
    ) -> tuple[str, ...]:
        names = data.get(key) or []
        if not isinstance(names, list):
            self._wrong((*path, key), f"'{key.replace('_', ' ')}' must hold a list in brackets")
            return ()
        for place, name in enumerate(names):
            if name not in known:
                text = f"there is no '{name}'{nearest(str(name), known)}"
                self._wrong((*path, key, place), text)
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
            self._wrong(path, f"'proposals' holds lines such as '{steps[0]}: {states[0]}'")
            return None
        for step, status in listed.items():
            if step not in steps:
                self._wrong((*path, step), f"'{step}' is not a step{nearest(step, steps)}")
            elif status not in states:
                self._wrong((*path, step), f"{status!r} must be {' or '.join(states)}")
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
