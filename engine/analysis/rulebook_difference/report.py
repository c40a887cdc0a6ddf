"""All that is said of two rulebooks, put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.analysis.rulebook_difference.answers import Verdict
from engine.analysis.rulebook_difference.entries import EntryChange, changes_of_entries
from engine.analysis.rulebook_difference.levels import What
from engine.analysis.rulebook_difference.meaning import Period, compare_meaning
from engine.analysis.rulebook_difference.sides import Sides

__all__ = ["Report", "compare_rulebooks"]


@dataclass(frozen=True)
class Report:
    """What changes from the old rulebook to the new one."""

    sides: Sides
    entries: tuple[EntryChange, ...]
    meaning: tuple[Period, ...]

    @property
    def differing(self) -> tuple[Period, ...]:
        """Answers that are not, or may not be, the same."""
        return tuple(p for p in self.meaning if p.finding.verdict is not Verdict.EQUAL)

    @property
    def undecided(self) -> int:
        """Answers that could not be decided."""
        return sum(p.finding.verdict is Verdict.UNDECIDED for p in self.meaning)

    @property
    def same(self) -> bool:
        """Whether the two are proven to mean the same."""
        return not self.differing

    def rules_that_move_categories(self) -> tuple[str, ...]:
        """The rules by whose change some facts get another category."""
        found = (
            culprit.rule
            for period in self.differing
            if period.finding.what is What.CATEGORY
            for culprit in period.finding.did
        )
        return tuple(sorted(set(found)))


def compare_rulebooks(
    sides: Sides, *, progress: Callable[[int], None] = lambda done: None
) -> Report:
    """Compares what stands in the files, and what it means."""
    return Report(sides, changes_of_entries(sides), compare_meaning(sides, progress=progress))
