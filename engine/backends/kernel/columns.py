"""What the fields that a program tests hold, and how they stand as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from engine.facts import ValueType, vocabulary
from engine.rulebook.asked import comparisons_of
from engine.rulebook.program import Program

__all__ = ["AGE_SUFFIX", "Columns", "Held", "columns_of"]

AGE_SUFFIX = "_age_days"
"""Ends the name of every field that is the age of a day; see `engine.facts`."""


class Held(StrEnum):
    """What a column holds: a number or flag as it is, the day an age is counted from, or a word's
    code."""

    NUMBER = "number"
    DAY = "day"
    WORD = "word"


Columns: TypeAlias = Mapping[tuple[str, str], Held]
"""What each field holds, by record (or `subject`) and name."""


def columns_of(program: Program) -> Columns:
    """What every field that the program tests holds. The vocabulary says; of a field that it does
    not know, the words that rules compare it with."""
    found: dict[tuple[str, str], Held] = {}
    for item in program.items():
        for record, comparison in comparisons_of(item.condition):
            place = (record, comparison.field)
            if any(isinstance(operand, str) for operand in comparison.operands):
                found[place] = Held.WORD
            else:
                found.setdefault(place, Held.NUMBER)
    for record, name in found:
        spec = vocabulary().find(record, name)
        if spec is None:
            continue
        if spec.value_type is ValueType.WORD:
            found[record, name] = Held.WORD
        else:
            found[record, name] = Held.DAY if name.endswith(AGE_SUFFIX) else Held.NUMBER
    return found
