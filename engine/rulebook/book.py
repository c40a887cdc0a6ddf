"""A whole rulebook as read from its folder: every date, nothing resolved yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from models.registers import Registers
from models.rulebook import Floor, Frame, LadderStep, Parameter, Promise, Rule

__all__ = ["FIRST_DAY", "Rulebook"]

FIRST_DAY = date(2022, 1, 1)
"""The first day the shipped rulebook answers for."""


@dataclass(frozen=True)
class Rulebook:
    """Parameters, rules, floors, frames, ladder and promises, with the registers they name.

    `content_hash` is over the bytes of every rule file; `folder` is where they were read.
    """

    folder: Path
    content_hash: str
    parameters: dict[str, Parameter]
    rules: tuple[Rule, ...]
    floors: tuple[Floor, ...]
    frames: tuple[Frame, ...]
    ladder: tuple[LadderStep, ...]
    promises: tuple[Promise, ...]
    registers: Registers

    def days_of_change(self) -> tuple[date, ...]:
        """Every day on which a parameter, rule, frame, step or register line changes."""
        days = {v.valid_from for p in self.parameters.values() for v in p.values}
        registers = self.registers
        periods = [(d.valid_from, d.valid_until) for d in self.rules]
        periods += [(d.valid_from, d.valid_until) for d in self.frames]
        periods += [(d.valid_from, d.valid_until) for d in self.ladder]
        for lines in (getattr(registers, name) for name in type(registers).model_fields):
            periods += [(line.valid_from, line.valid_until) for line in lines]
        for first, last in periods:
            days.add(first)
            if last is not None:
                days.add(last + date.resolution)
        return tuple(sorted(day for day in days if day > FIRST_DAY))
