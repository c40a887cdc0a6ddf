"""Words for the difference of two rulebooks, in one language."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from engine.analysis.prose import Prose
from engine.rulebook.catalogue import STANDARD_RULES, Lang
from engine.rulebook.documents import plain_document
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Not,
    ParameterRef,
    Quantified,
    SignalHeld,
)
from models.rulebook import DatedValue, Place, Precondition, Text
from models.terms import Kind

__all__ = ["Said"]

_CONDITIONS = (AllOf, AnyOf, Comparison, Not, Quantified, SignalHeld)


class Said:
    """Sentences of the catalogue, and values as people read them. `old` and `new` say what is of
    either rulebook."""

    def __init__(self, old: Prose, new: Prose) -> None:
        self.old = old
        self.new = new
        self.lang: Lang = new.words.lang
        self._texts: Any = plain_document(STANDARD_RULES / "catalogue" / "rules-diff.yaml")

    def __call__(self, section: str, code: str, /, **blanks: object) -> str:
        """A sentence with its blanks filled in."""
        text: str = self._texts[section][code][self.lang]
        return text.format(**blanks) if blanks else text

    def word(self, value: Any) -> str:
        """A word of a closed set."""
        return self.new.words.catalogue.word(value, self.lang)

    def kind(self, kind: Kind | None) -> str:
        """A kind of subject, or all of them."""
        return self("said", "all_kinds") if kind is None else self.word(kind)

    def places(self, places: tuple[Place | None, Place | None]) -> str:
        """`rules/visits/a.yaml:3 → mine/visits/a.yaml:5`."""
        before, after = (
            None if place is None else f"{place.file}:{place.line}" for place in places
        )
        if before is None or after is None or before == after:
            return before or after or ""
        return f"{before} → {after}"

    def value(self, value: Any, prose: Prose) -> str:
        """A line of an entry as people read it."""
        if value is None:
            return self("said", "nothing")
        if isinstance(value, Text):
            return prose.words.text(value)
        if isinstance(value, ParameterRef):
            return value.parameter
        if isinstance(value, _CONDITIONS):
            return prose.condition_sentence(value)
        if isinstance(value, Precondition):
            return f"{prose.words.text(value.title)}: {prose.condition_sentence(value.when)}"
        if isinstance(value, DatedValue):
            shown = self("said", "unset") if value.value is None else self.plain(value.value)
            return f"{shown} ({self.word(value.basis)})"
        if isinstance(value, BaseModel):
            return value.model_dump_json()
        if isinstance(value, tuple):
            return ", ".join(self.value(item, prose) for item in value)
        return self.plain(value)

    def plain(self, value: object) -> str:
        """A number, a flag or a word of the rule file."""
        if isinstance(value, bool):
            return self.word(value)
        return self("said", "nothing") if value is None else str(value)
