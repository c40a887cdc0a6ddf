"""The registers, arranged for looking words up: by word or title, on a day, nearest known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from models.terms import Kind

if TYPE_CHECKING:
    from models.registers import Registers

__all__ = ["REGISTER_NAMES", "RegisterIndex", "nearest"]

_ATTRIBUTES = {
    "municipality": "municipalities",
    "theme": "themes",
    "indicator": "indicators",
    "offer_type": "offer_types",
    "source": "sources",
}
REGISTER_NAMES: tuple[str, ...] = tuple(_ATTRIBUTES)
"""The registers that facts draw words from."""
_SHOWN_BY_WORD = frozenset({"indicator"})


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known word most like a text, if any is like it."""
    folded = {word.casefold(): word for word in known}
    import difflib  # slow to import, and seldom needed

    found = difflib.get_close_matches(text.strip().casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


class RegisterIndex:
    """Lookups over one set of registers."""

    def __init__(self, registers: Registers) -> None:
        self.registers = registers
        self._entries: dict[str, dict[str, list[Any]]] = {}
        self._spoken: dict[str, dict[str, str]] = {}
        self._kinds: dict[tuple[str, str], frozenset[Kind]] = {}
        self._on: dict[tuple[str, str, date], Any] = {}

    def entries(self, register: str) -> dict[str, list[Any]]:
        """A register's lines by word; a word may have several, each with its period."""
        if register not in self._entries:
            lines: dict[str, list[Any]] = {}
            for line in getattr(self.registers, _ATTRIBUTES[register]):
                lines.setdefault(line.word, []).append(line)
            self._entries[register] = lines
        return self._entries[register]

    def find(self, register: str, text: str) -> str | None:
        """The word meant by a text: the word itself, or a title that belongs to one word only."""
        if text in self.entries(register):
            return text
        if register not in self._spoken:
            spoken: dict[str, set[str]] = {}
            for word, lines in self.entries(register).items():
                for said in {word, *(t for e in lines for t in (e.title.da, e.title.en))}:
                    spoken.setdefault(said.casefold(), set()).add(word)
            self._spoken[register] = {
                said: next(iter(words)) for said, words in spoken.items() if len(words) == 1
            }
        return self._spoken[register].get(text.strip().casefold())

    def suggestion(self, register: str, text: str) -> str | None:
        """The nearest known word or title."""
        self.find(register, "")
        known = dict.fromkeys(self.entries(register))
        titles = [line.title.da for lines in self.entries(register).values() for line in lines]
        return nearest(text, [*titles, *known])

    def label(self, register: str, word: str) -> str:
        """How a word is shown in a Danish sheet: its title where that is unmistakable."""
        lines = self.entries(register).get(word)
        if not lines or register in _SHOWN_BY_WORD:
            return word
        title: str = lines[-1].title.da
        return title if self.find(register, title) == word else word

    def on(self, register: str, word: str, day: date) -> Any | None:
        """The line of a word that holds on a day, as far back as the register knows anything."""
        asked = (register, word, day)
        if asked not in self._on:
            lines = self.entries(register).get(word, ())
            known_day = max(day, self.first_day.get(register, day))
            self._on[asked] = next((line for line in lines if line.holds_on(known_day)), None)
        return self._on[asked]

    def applies_to(self, register: str, word: str) -> frozenset[Kind]:
        """The kinds of subject a word is used for, over all its lines."""
        asked = (register, word)
        if asked not in self._kinds:
            lines = self.entries(register).get(word, ())
            kinds = frozenset(kind for line in lines for kind in getattr(line, "applies_to", Kind))
            self._kinds[asked] = kinds
        return self._kinds[asked]

    @cached_property
    def first_day(self) -> dict[str, date]:
        """The earliest day each register knows anything of."""
        return {
            name: min(line.valid_from for lines in self.entries(name).values() for line in lines)
            for name in REGISTER_NAMES
            if self.entries(name)
        }
