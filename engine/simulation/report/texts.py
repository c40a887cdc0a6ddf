"""The sentences, headings and labels of a report, from `rules/catalogue/report*.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.rulebook.catalogue import STANDARD_RULES, Catalogue, Lang, UnknownWordError
from engine.rulebook.documents import plain_document
from engine.simulation.report.numbers import Numbers, Unit, unit_of

__all__ = ["CATALOGUE_FILES", "Texts"]

CATALOGUE_FILES = ("report", "report-charts", "report-words")
_ALL = "all"
_WORD_SETS = ("kind", "authority", "colour", "purpose", "notice", "basis")


class Texts:
    """What a report says, in one language. Sentences belong to the program, not to a rulebook."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.numbers = Numbers(lang)
        self._catalogue = Catalogue(STANDARD_RULES)
        folder = STANDARD_RULES / "catalogue"
        self._sections: dict[str, Any] = {}
        for name in CATALOGUE_FILES:
            self._sections |= plain_document(folder / f"{name}.yaml")

    def said(self, code: str, /, **blanks: object) -> str:
        """A sentence by `section.code`, with its blanks filled in."""
        section, _, name = code.partition(".")
        text: str = self._sections[section][name][self.lang]
        return text.format(**blanks)

    def lines(self, code: str) -> list[str]:
        """A list of sentences by `section.code`."""
        section, _, name = code.partition(".")
        found: list[str] = self._sections[section][name][self.lang]
        return found

    def has(self, section: str, code: str) -> bool:
        """Whether the catalogue knows a word."""
        return code in self._sections.get(section, {})

    def label(self, section: str, code: str) -> str:
        """A word of the catalogue, or the code with spaces where it has none."""
        if self.has(section, code):
            return self.said(f"{section}.{code}")
        return code.replace("_", " ")

    def measure(self, measure: str) -> str:
        """What a measure is called in a table."""
        return self.label("measures", measure)

    def within(self, measure: str) -> str:
        """What a measure is called within a sentence."""
        name = self.measure(measure)
        return name[:1].lower() + name[1:]

    def heading(self, column: str, code: str) -> str:
        """What a code is called where it begins a line."""
        name = self.word(column, code)
        return name[:1].upper() + name[1:]

    def word(self, column: str, code: str) -> str:
        """What a code in a column of the tables is called: a kind, an authority, a colour, ..."""
        if code == _ALL:
            return self.said("words.all")
        if column in _WORD_SETS:
            try:
                return self._catalogue.word(code, self.lang, column)
            except UnknownWordError:
                return code.replace("_", " ")
        return self.label(f"{column}s", code)

    def cut_measure(self, measure: str) -> str:
        """What a cut is a share of: `timerne`, `visits`."""
        return self.label("cut_measures", measure)

    def listed(self, items: Sequence[str], *, last: str = "words.and") -> str:
        """`a, b og c`, or with another word before the last."""
        if len(items) < 2:
            return "".join(items)
        return ", ".join(items[:-1]) + self.said(last) + items[-1]

    def figure(self, value: float | None, measure: str, error: float | None = None) -> str:
        """A level of a measure with its unit."""
        return self.numbers.figure(value, unit_of(measure), error=error)

    def with_error(
        self, value: float | None, measure: str, error: float | None, *, signed: bool = False
    ) -> str:
        """A level or difference of a measure with its Monte Carlo error. A difference of shares
        is in percentage points."""
        unit = unit_of(measure)
        text = self.numbers.with_error(value, unit, error, signed=signed)
        if signed and unit is Unit.PERCENT:
            return self.said("words.points", number=text.rstrip("%").rstrip("\u00a0"))
        return text
