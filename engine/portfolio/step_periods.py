"""Which sanction steps each kind of subject can be given, and when, by the rulebook's ladder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from models.terms import Kind, SanctionStep

if TYPE_CHECKING:
    from models.rulebook import LadderStep

__all__ = ["StepPeriods"]


class StepPeriods:
    """The ladder's nodes, asked by kind, step and day."""

    def __init__(self, ladder: Iterable[LadderStep]) -> None:
        self._ladder = tuple(ladder)

    def steps_of(self, kind: Kind) -> tuple[SanctionStep, ...]:
        """The steps a kind can be given on any day, in the ladder's order."""
        return tuple(dict.fromkeys(n.step for n in self._ladder if kind in n.applies_to))

    def periods(self, kind: Kind, step: SanctionStep) -> tuple[LadderStep, ...]:
        """The ladder's nodes for a step at a kind."""
        return tuple(n for n in self._ladder if n.step is step and kind in n.applies_to)

    def held_on(self, kind: Kind, step: SanctionStep, day: date) -> bool:
        """Whether the step could be taken on a day.

        The rulebook says nothing of the time before its first day: what it knows from then on is
        taken to have been there earlier, as old sanctions may still be in force.
        """
        from engine.rulebook.book import FIRST_DAY

        return any(
            (node.valid_from <= day or node.valid_from <= FIRST_DAY)
            and (node.valid_until is None or day <= node.valid_until)
            for node in self.periods(kind, step)
        )
