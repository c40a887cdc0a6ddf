"""Titles and explanations of a schema, in Danish and English at once: an editor shows both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from engine.analysis.rule_schema.keys import Schema
from engine.analysis.words import Words
from engine.facts import FieldSpec
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import STANDARD_RULES, Lang, UnknownWordError
from engine.rulebook.documents import plain_document
from models.rulebook import Text
from models.terms import Kind

__all__ = ["SchemaWords"]

_LANGS: tuple[Lang, ...] = ("da", "en")


def _file(rules_dir: Path, name: str) -> Any:
    own = rules_dir / "catalogue" / name
    return plain_document(own if own.is_file() else STANDARD_RULES / "catalogue" / name)


class SchemaWords:
    """What an editor shows beside the keys and words of a rule file."""

    def __init__(self, book: Rulebook) -> None:
        self._both = {
            lang: Words(book.registers, lang=lang, rules_dir=book.folder) for lang in _LANGS
        }
        self._prose = _file(book.folder, "prose.yaml")
        self._texts = _file(book.folder, "rule-schema.yaml")

    def both(self, said: Callable[[Words], str], *, between: str = " / ") -> str:
        """What is said in Danish, then in English; once if they are the same."""
        return between.join(dict.fromkeys(said(words) for words in self._both.values()))

    def text(self, section: str, code: str) -> str:
        """A text of the schema's own catalogue."""
        entry = self._texts[section][code]
        return self.both(lambda words: str(entry[words.lang]))

    def of_quantifier(self, code: str, record: str, *, many: bool = False) -> str:
        """What a line that counts records of a kind means."""
        entry = self._texts["said"][code]
        return self.both(
            lambda words: str(entry[words.lang]).format(record=words.record(record, many=many))
        )

    def line(self, key: str, *, section: str = "lines") -> Schema:
        """What a line is for; nothing where the catalogue does not say."""
        known = key in self._texts[section]
        return {"description": self.text(section, key)} if known else {}

    def of_text(self, text: Text) -> str:
        """A text of the rulebook."""
        return self.both(lambda words: words.text(text))

    def of_enum(self, members: Iterable[Enum]) -> Schema:
        """The words of a closed set and what they mean."""
        labels: dict[str, Callable[[Words], str]] = {
            member.value: partial(_label, member) for member in members
        }
        return self._listed(labels)

    def of_words(self, record: str, field: str, listed: Iterable[str]) -> Schema:
        """The words of a field and what they mean."""
        return self._listed({word: partial(_value, record, field, word) for word in listed})

    def of_register(self, register: str, listed: Iterable[str]) -> Schema:
        """The words of a register and their titles."""
        return self._listed({word: partial(_title, register, word) for word in sorted(listed)})

    def suggestions(self, section: str) -> Schema:
        """Words that have a label in the catalogue, and any other word."""
        known = self._prose[section]
        listed = self._listed({word: partial(_first, entry) for word, entry in known.items()})
        return {"anyOf": [listed, {"type": "string"}]}

    def _listed(self, labels: Mapping[str, Callable[[Words], str]]) -> Schema:
        said = [self.both(label) for label in labels.values()]
        return {"enum": list(labels), "enumDescriptions": said}

    def of_field(self, spec: FieldSpec) -> Schema:
        """The heading of a field, and what stands in it."""
        record, name = spec.record, spec.name
        found = {"title": self.both(lambda words: words.field(record, name))}
        explained = self.both(lambda words: self._explained(words, record, name), between="\n\n")
        if spec.kinds != frozenset(Kind):
            explained += "\n\n" + self.both(lambda words: self._kinds(words, spec))
        return found | {"description": explained.strip()}

    @staticmethod
    def _explained(words: Words, record: str, name: str) -> str:
        try:
            return words.catalogue.explanation(record, name, words.lang)
        except UnknownWordError:
            return ""

    def _kinds(self, words: Words, spec: FieldSpec) -> str:
        named = [words.catalogue.word(kind, words.lang) for kind in sorted(spec.kinds)]
        listed = words.listed(named, last="and")
        return str(self._texts["said"]["kinds"][words.lang]).format(kinds=listed)

    def of_fact(self, record: str, name: str) -> Schema:
        """The heading of a column of facts, and what to write in it."""
        try:
            title = self.both(lambda words: words.catalogue.heading(record, name, words.lang))
        except UnknownWordError:
            return {}
        return {
            "title": title,
            "description": self.both(
                lambda words: self._explained(words, record, name), between="\n\n"
            ),
        }

    def of_record(self, record: str, *, many: bool = False) -> str:
        """A kind of record in the singular or plural."""
        return self.both(lambda words: words.record(record, many=many))


def _label(member: Enum, words: Words) -> str:
    return words.catalogue.word(member, words.lang)


def _value(record: str, field: str, word: str, words: Words) -> str:
    return words.value(record, field, word)


def _title(register: str, word: str, words: Words) -> str:
    return words.register_word(register, word)


def _first(entry: Any, words: Words) -> str:
    """The label of an entry of the catalogue; a unit in the singular."""
    found = entry[words.lang]
    return str(found[0] if isinstance(found, list) else found)
