"""Single words and short phrases for people: fields, values, days, numbers with their unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from engine.facts import vocabulary
from engine.rulebook.catalogue import STANDARD_RULES, Catalogue, Lang, UnknownWordError
from engine.rulebook.documents import plain_document
from models.registers import Registers
from models.rulebook import ParameterValue, Source, Text
from models.terms import Basis, Colour

__all__ = ["Words"]

_AMOUNTS = ("_days", "_dkk")
_REGISTERS = {
    "theme": "themes",
    "indicator": "indicators",
    "offer_type": "offer_types",
    "municipality": "municipalities",
    "source": "sources",
}


class Words:
    """The words of one language, from the catalogue of a rulebook and its registers."""

    def __init__(
        self, registers: Registers, *, lang: Lang = "da", rules_dir: Path = STANDARD_RULES
    ) -> None:
        folder = rules_dir if (rules_dir / "catalogue").is_dir() else STANDARD_RULES
        self.lang: Lang = lang
        self.catalogue = Catalogue(folder)
        self._registers = registers
        own = folder / "catalogue" / "prose.yaml"
        self._prose: Any = plain_document(
            own if own.is_file() else STANDARD_RULES / "catalogue" / "prose.yaml"
        )
        self._titles: dict[str, dict[str, str]] = {}

    def said(self, section: str, code: str, **blanks: object) -> str:
        """A sentence of the catalogue with its blanks filled in."""
        text: str = self._prose[section][code][self.lang]
        return text.format(**blanks) if blanks else text

    def text(self, text: Text) -> str:
        """A text of the rulebook."""
        return text.da if self.lang == "da" else text.en

    def source(self, source: Source) -> str:
        """A citation, with the words around it in this language."""
        return source if isinstance(source, str) else self.text(source)

    def sources(self, sources: Iterable[Source]) -> str:
        """Citations on one line."""
        return "; ".join(self.source(source) for source in sources)

    def record(self, record: str, *, many: bool = False) -> str:
        """A kind of record in the singular or plural."""
        entry: list[str] = self._prose["records"][record][self.lang]
        return entry[1 if many else 0]

    def names_of(self, record: str) -> frozenset[str]:
        """Every name people know a kind of record by, in Danish and English."""
        entry = self._prose["records"][record]
        sheets = (self.catalogue.sheet(record, "da"), self.catalogue.sheet(record, "en"))
        return frozenset([record, *sheets, *entry["da"], *entry["en"]])

    def names_of_field(self, record: str, field: str) -> frozenset[str]:
        """Every name people know a field by: its heading, and that of a day without its `den`."""
        found = {field}
        for lang, day in (("da", " den"), ("en", " on")):
            try:
                heading = self.catalogue.heading(record, field, "da" if lang == "da" else "en")
            except UnknownWordError:
                continue
            found |= {heading, heading.removesuffix(day)}
        return frozenset(found)

    def is_neuter(self, record: str) -> bool:
        """Whether a kind of record is of the neuter gender (Danish only)."""
        return self.lang == "da" and record in self._prose["neuter"]["da"]

    def numbered(self, record: str, no: int | None) -> str:
        """`bekymring nr. 2`, or `en bekymring` where the number is not shown."""
        if no is not None:
            return self.said("facts", "numbered", record=self.record(record), no=no)
        code = "unnumbered_neuter" if self.is_neuter(record) else "unnumbered"
        return self.said("facts", code, record=self.record(record))

    def known_field(self, record: str, field: str) -> str:
        """A field's name where the question is whether it is known at all."""
        if field.endswith("_age_days"):
            return self.event(record, field)
        return self.field(record, field)

    def field(self, record: str, field: str) -> str:
        """A field's name within a sentence."""
        if record == "subject" and field == "category":
            return self.said("facts", "category")
        try:
            heading = self.catalogue.heading(record, field, self.lang)
        except UnknownWordError:
            heading = field.replace("_", " ")
        return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]

    def event(self, record: str, field: str) -> str:
        """What an age counts from, for saying that its day is known or not."""
        day = field.removesuffix("_age_days") + "_on"
        try:
            heading = self.catalogue.heading(record, day, self.lang)
        except UnknownWordError:
            return self.field(record, field).removeprefix(self.said("ages", "starts"))
        heading = heading.removesuffix(self.said("ages", "dated"))
        return heading[:1].lower() + heading[1:]

    def value(self, record: str, field: str, value: ParameterValue) -> str:
        """A field's value: its word, yes or no, or the number."""
        if value is None:
            return self.said("facts", "unknown")
        if isinstance(value, bool):
            return self.catalogue.word(value, self.lang)
        if isinstance(value, int):
            return self.number(value) if field.endswith(_AMOUNTS) else str(value)
        if record == "subject" and field == "category":
            return self.colour(Colour(value))
        spec = vocabulary().find(record, field)
        if spec is not None and spec.register is not None:
            return self.register_word(spec.register, value)
        try:
            return self.catalogue.word(value, self.lang, (record, field))
        except UnknownWordError:
            return value

    def register_word(self, register: str, word: str) -> str:
        """The title of a register's word; an indicator keeps its number."""
        if register not in self._titles:
            self._titles[register] = {
                line.word: self.text(line.title)
                for line in getattr(self._registers, _REGISTERS[register])
            }
        title = self._titles[register].get(word, word)
        if register == "indicator":
            return word
        return title if register == "municipality" else title[:1].lower() + title[1:]

    def colour(self, colour: Colour) -> str:
        """`gul`."""
        return self.catalogue.word(colour, self.lang)

    def basis(self, basis: Basis) -> str:
        """`praksis`, `antagelse`, ..."""
        return self.catalogue.word(basis, self.lang)

    def of_set(self, section: str, word: str) -> str:
        """A word of a small set of the catalogue, or the word itself where it has no entry."""
        entry = self._prose.get(section, {}).get(word)
        return word.replace("_", " ") if entry is None else str(entry[self.lang])

    def days(self, number: int) -> str:
        """`1 dag`, `12 dage`."""
        return self.amount(number, "days")

    def amount(self, value: ParameterValue, unit: str) -> str:
        """A parameter's value with its unit; what is unset says so."""
        if value is None:
            return self.said("parameters", "unset")
        if isinstance(value, bool):
            return self.catalogue.word(value, self.lang)
        units = self._prose["units"].get(unit)
        word = unit if units is None else units[self.lang][0 if value == 1 else 1]
        return f"{self.number(value)} {word}".strip()

    def number(self, value: int | str) -> str:
        """A number as it is written in the language: `1.409`, `1,409`."""
        if isinstance(value, str):
            return value
        return f"{value:,}".replace(",", "." if self.lang == "da" else ",")

    def age(self, field: str, value: int) -> str | None:
        """An age as people say it: `bekymringen kom ind for 12 dage siden`. None if it is none."""
        starts, over = self.said("ages", "starts"), self.said("ages", "over")
        if field.lower().startswith(starts):
            what, codes = field[len(starts) :], ("ago", "today", "ahead")
        elif field.lower().startswith(over):
            what, codes = field[len(over) :], ("past", "past_today", "left")
        else:
            return None
        code = codes[0] if value > 0 else codes[1] if value == 0 else codes[2]
        return self.said("ages", code, what=what, days=self.days(abs(value)))

    def day(self, day: date) -> str:
        """A day as `2025-06-01`."""
        return day.isoformat()

    def listed(self, items: Iterable[str], *, last: str = "or") -> str:
        """`a, b eller c`."""
        *most, end = list(items)
        return ", ".join(most) + self.said("conditions", last) + end if most else end
