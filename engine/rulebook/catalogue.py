"""The words people read: sheets, headings, explanations, labels and messages, Danish and English.

Everything comes from `rules/catalogue/`. A file is read when a word of it is first asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from engine.facts.introspection import age_name, fields_of, unwrap
from engine.facts.vocabulary import ValueType, vocabulary
from engine.rulebook.documents import Document, load_document, plain_document
from engine.rulebook.problems import RulebookProblem, said
from models import conditions, decisions, rulebook, terms
from models.facts import course_records, quality_records, subjects
from models.facts.dossier import RECORD_MODELS, SUBJECT_MODELS
from models.terms import Kind

__all__ = [
    "STANDARD_RULES",
    "Catalogue",
    "Lang",
    "UnknownWordError",
    "catalogue_problems",
    "closed_sets",
    "load_catalogue",
    "set_name",
    "word_set_of",
]

Lang = Literal["da", "en"]
STANDARD_RULES = Path(__file__).resolve().parents[2] / "rules"
"""The rulebook that is installed with the program."""

_LANGS: tuple[Lang, Lang] = ("da", "en")
_LONGEST_SHEET_NAME = 31
_SUBJECT = "subject"
_COMMON = "every_record"
_MODULES = (terms, subjects, quality_records, course_records, rulebook, conditions, decisions)


class UnknownWordError(LookupError):
    """The catalogue has no entry for something that was asked of it."""


def set_name(enum: type[Enum]) -> str:
    """`SanctionStep` -> `sanction_step`, its name in `words.yaml`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", enum.__name__).lower()


@cache
def closed_sets() -> dict[str, tuple[str, ...]]:
    """Every closed set of words in the models, and the two words of a flag."""
    sets: dict[str, tuple[str, ...]] = {"flag": ("true", "false")}
    for module in _MODULES:
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum:
                sets[set_name(found)] = tuple(word.value for word in found)
    return sets


def _model_fields(record: str) -> dict[str, Any]:
    if record in RECORD_MODELS:
        return fields_of(RECORD_MODELS[record])
    if record == _SUBJECT:
        return {n: a for model in SUBJECT_MODELS.values() for n, a in fields_of(model).items()}
    return fields_of(SUBJECT_MODELS[Kind(record)])


@cache
def word_set_of(record: str, field: str) -> str | None:
    """The closed set a field draws its words from; None if it has none (or a register's)."""
    annotation = _model_fields(record).get(field)
    if annotation is not None and field != "kind":
        plain, _ = unwrap(annotation)
        if plain is bool:
            return "flag"
        return set_name(plain) if isinstance(plain, type) and issubclass(plain, Enum) else None
    spec = vocabulary().find(record if record in RECORD_MODELS else _SUBJECT, field)
    if spec is not None and spec.value_type is ValueType.FLAG:
        return "flag"
    if spec is not None and spec.words:
        return next((name for name, words in closed_sets().items() if words == spec.words), None)
    return None


class Catalogue:
    """Words for people. `record` is `subject`, a kind of subject or a kind of record."""

    def __init__(self, rules_dir: Path) -> None:
        self._folder = rules_dir / "catalogue"
        self._files: dict[str, Any] = {}

    def _file(self, name: str) -> Any:
        if name not in self._files:
            self._files[name] = plain_document(self._folder / f"{name}.yaml")
        return self._files[name]

    def _sheet(self, record: str, lang: Lang) -> list[str]:
        sheets = self._file("sheets")
        for section in ("subjects", "records", "help"):
            if record in sheets[section]:
                entry: list[str] = sheets[section][record][lang]
                return entry
        raise UnknownWordError(f"no sheet for '{record}' in the catalogue")

    def sheet(self, record: str, lang: Lang = "da") -> str:
        """The name of the sheet of a kind of subject or record, or of a help sheet."""
        return self._sheet(record, lang)[0]

    def sheet_explanation(self, record: str, lang: Lang = "da") -> str:
        """One sentence on what stands in a sheet."""
        return self._sheet(record, lang)[1]

    def _field(self, record: str, field: str, lang: Lang) -> tuple[str, str]:
        fields = self._file("fields")
        own = fields.get(record if record in RECORD_MODELS else _SUBJECT, {})
        entry = own.get(field)
        if entry is None and record in RECORD_MODELS:
            entry = fields[_COMMON].get(field)
        if entry is not None:
            return entry[lang][0], entry[lang][1]
        if field.endswith("_age_days"):
            dated = own.get(field.removesuffix("_age_days") + "_on")
            if dated is not None and len(dated[lang]) == 3:
                heading = dated[lang][0]
                return dated[lang][2], fields["age"][lang].format(heading=heading)
        raise UnknownWordError(f"no heading for '{record}.{field}' in the catalogue")

    def heading(self, record: str, field: str, lang: Lang = "da") -> str:
        """A column's heading, or the name of a field that rules test."""
        return self._field(record, field, lang)[0]

    def explanation(self, record: str, field: str, lang: Lang = "da") -> str:
        """What to write in a column, or how a field is worked out."""
        return self._field(record, field, lang)[1]

    def words(self, of: type[Enum] | tuple[str, str] | str, lang: Lang = "da") -> dict[str, str]:
        """A closed set's words with their labels; `of` is an enum, (record, field) or a set."""
        if isinstance(of, tuple):
            name = word_set_of(*of)
        else:
            name = of if isinstance(of, str) else set_name(of)
        entries = self._file("words").get(name)
        if entries is None:
            raise UnknownWordError(f"no set of words for '{of}' in the catalogue")
        return {word: labels[lang] for word, labels in entries.items()}

    def word(
        self, value: object, lang: Lang = "da", of: type[Enum] | tuple[str, str] | str = ""
    ) -> str:
        """The label of a word of a closed set, or of a flag; an enum's member needs no `of`."""
        if isinstance(value, bool):
            return self.words("flag", lang)["true" if value else "false"]
        text = value.value if isinstance(value, Enum) else str(value)
        labels = self.words(of or (type(value) if isinstance(value, Enum) else "flag"), lang)
        if text not in labels:
            raise UnknownWordError(f"no label for '{text}' of '{of}' in the catalogue")
        return labels[text]

    def message(self, code: str, lang: Lang = "da", *, section: str = "messages") -> str:
        """The sentence said about a problem with the facts, with its blanks in braces."""
        try:
            text: str = self._file("problems")[section][code][lang]
        except KeyError:
            raise UnknownWordError(f"no message '{code}' in the catalogue") from None
        return text

    def guide(self, section: str, code: str, lang: Lang = "da") -> str:
        """A text of the workbook's help sheets."""
        text: str = self._file("guide")[section][code][lang]
        return text

    def guide_lines(self, lang: Lang = "da") -> list[str]:
        """The guide on how to fill in the workbook, line by line."""
        lines: list[str] = self._file("guide")["guide"][lang]
        return lines


def load_catalogue(rules_dir: Path = STANDARD_RULES) -> Catalogue:
    """The catalogue of a rulebook, or the shipped one where it has none of its own.

    Nothing is read until a word is asked for.
    """
    return Catalogue(rules_dir if (rules_dir / "catalogue").is_dir() else STANDARD_RULES)


def _expected_fields() -> dict[str, dict[str, bool]]:
    """Per section of `fields.yaml`: each field that must stand there, and whether it has an age."""
    expected: dict[str, dict[str, bool]] = {_COMMON: {"subject_id": False, "no": False}}
    for record in (_SUBJECT, *RECORD_MODELS):
        tested = set(vocabulary().fields.get(record, {}))
        names: dict[str, bool] = {}
        for name in _model_fields(record):
            if name == "model_config" or (record != _SUBJECT and name in expected[_COMMON]):
                continue
            names[name] = name.endswith("_on") and age_name(name) in tested
            tested -= {name, age_name(name)} if names[name] else {name}
        expected[record] = names | dict.fromkeys(sorted(tested), False)
    return expected


def _differences(
    document: Document, path: tuple[str, ...], found: Any, expected: set[str]
) -> Iterator[RulebookProblem]:
    place = document.place_of(path)
    if not isinstance(found, dict):
        yield RulebookProblem(place, said("catalogue.missing", entry=".".join(path)))
        return
    for name in sorted(expected - set(found)):
        what = said("catalogue.missing", entry=".".join((*path, name)))
        yield RulebookProblem(place, what)
    for name in sorted(set(found) - expected):
        surplus = document.place_of((*path, name))
        what = said("catalogue.of_no_use", entry=".".join((*path, name)))
        yield RulebookProblem(surplus, what)


def _texts(
    document: Document, path: tuple[str, ...], entry: Any, size: int
) -> Iterator[RulebookProblem]:
    """An entry has `da` and `en`: a text each, or `size` texts each."""
    place = document.place_of(path)
    for lang in _LANGS:
        found = entry.get(lang) if isinstance(entry, dict) else None
        texts = found if isinstance(found, list) else [found]
        if len(texts) != size or not all(isinstance(t, str) and t.strip() for t in texts):
            what = said("catalogue.texts", entry=".".join(path), size=size, lang=lang)
            yield RulebookProblem(place, what)


def _label(entry: Any, lang: Lang) -> str:
    """The first text of an entry, or nothing where the entry is not of its form."""
    found = entry.get(lang) if isinstance(entry, dict) else None
    return str(found[0] if isinstance(found, list) and found else found or "")


def _unique(
    document: Document, path: tuple[str, ...], labels: dict[str, str]
) -> Iterator[RulebookProblem]:
    seen: dict[str, str] = {}
    for name, label in labels.items():
        first = seen.setdefault(label.casefold(), name)
        if label and first != name:
            what = said("catalogue.two_meanings", label=label, first=first, second=name)
            yield RulebookProblem(document.place_of((*path, name)), what)


def _check_sheets(document: Document) -> Iterator[RulebookProblem]:
    wanted = {
        "subjects": {kind.value for kind in Kind},
        "records": set(RECORD_MODELS),
        "help": {"guide", "columns", "lists"},
    }
    for lang in _LANGS:
        names: dict[str, str] = {}
        for section, expected in wanted.items():
            found = document.data.get(section)
            if lang == "da":
                yield from _differences(document, (section,), found, expected)
            for record, entry in (found or {}).items():
                path = (section, record)
                if lang == "da":
                    yield from _texts(document, path, entry, 2)
                names[record] = _label(entry, lang)
                if len(names[record]) > _LONGEST_SHEET_NAME:
                    what = said("catalogue.too_long", label=names[record], most=_LONGEST_SHEET_NAME)
                    yield RulebookProblem(document.place_of(path), what)
        yield from _unique(document, (), names)


def _check_fields(document: Document) -> Iterator[RulebookProblem]:
    sections = _expected_fields()
    yield from _differences(document, (), document.data, {*sections, "age"})
    for section, expected in sections.items():
        found = document.data.get(section)
        yield from _differences(document, (section,), found, set(expected))
        for name, entry in (found or {}).items():
            size = 3 if expected.get(name) else 2
            yield from _texts(document, (section, name), entry, size)
        for lang in _LANGS:
            headings = {n: _label(e, lang) for n, e in (found or {}).items()}
            yield from _unique(document, (section,), headings)


def _check_words(document: Document) -> Iterator[RulebookProblem]:
    yield from _differences(document, (), document.data, set(closed_sets()))
    for name, words in closed_sets().items():
        found = document.data.get(name)
        yield from _differences(document, (name,), found, set(words))
        for word, entry in (found or {}).items():
            yield from _texts(document, (name, word), entry, 1)
        for lang in _LANGS:
            labels = {w: _label(e, lang) for w, e in (found or {}).items()}
            yield from _unique(document, (name,), labels)


def catalogue_problems(rules_dir: Path = STANDARD_RULES) -> tuple[RulebookProblem, ...]:
    """Everything missing, left over or not unique in the catalogue, with file and line."""
    folder = rules_dir / "catalogue"
    found = [
        *_check_sheets(load_document(folder / "sheets.yaml")),
        *_check_fields(load_document(folder / "fields.yaml")),
        *_check_words(load_document(folder / "words.yaml")),
    ]
    return tuple(sorted(set(found), key=lambda p: (p.place.file, p.place.line, p.text)))
