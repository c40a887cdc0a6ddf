"""Every field that a rule may test, with its type, its words or bounds, and its heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.analysis.words import Words
from engine.facts import FieldSpec, ValueType, vocabulary
from engine.rulebook.catalogue import STANDARD_RULES, Lang
from models.registers import Registers

__all__ = ["FieldRow", "field_lines", "field_list"]

_LONGEST_AGE = 36_600


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as a rule's author needs to know it."""

    spec: FieldSpec
    heading: str

    @property
    def values(self) -> str:
        """The words, the register, or the bounds."""
        spec = self.spec
        if spec.value_type is ValueType.FLAG:
            return "yes, no"
        if spec.register is not None:
            return f"a word of registers/ ({spec.register})"
        if spec.words:
            return ", ".join(spec.words)
        if spec.minimum == -_LONGEST_AGE:
            return "whole days; negative: still to come"
        low = "" if spec.minimum is None else spec.minimum
        high = "" if spec.maximum is None else spec.maximum
        return f"{low} to {high}"

    def data(self) -> dict[str, Any]:
        """The row for programs."""
        return {
            "record": self.spec.record,
            "field": self.spec.name,
            "type": self.spec.value_type.value,
            "values": self.values,
            "kinds": sorted(kind.value for kind in self.spec.kinds),
            "heading": self.heading,
        }


def field_list(
    registers: Registers,
    *,
    record: str | None = None,
    lang: Lang = "da",
    rules_dir: Path = STANDARD_RULES,
) -> tuple[FieldRow, ...]:
    """The testable fields of one kind of record, or of all, the subject's first."""
    words = Words(registers, lang=lang, rules_dir=rules_dir)
    return tuple(
        FieldRow(spec, words.field(name, spec.name))
        for name, fields in vocabulary().fields.items()
        if record in (None, name)
        for _, spec in sorted(fields.items())
    )


def field_lines(rows: Iterable[FieldRow]) -> Iterator[str]:
    """The fields as a list for people, grouped by record."""
    rows = list(rows)
    width = max(len(row.spec.name) for row in rows)
    last = ""
    for row in rows:
        if row.spec.record != last:
            if last:
                yield ""
            yield row.spec.record.replace("_", " ")
            last = row.spec.record
        yield f"  {row.spec.name:<{width}}  {row.spec.value_type.value:<8}{row.heading}"
        yield f"  {'':<{width}}          {row.values}"
