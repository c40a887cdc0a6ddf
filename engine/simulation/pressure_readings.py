"""How the documents read "30 %" of pressure: money, tariffs, visits. All readings side by side.

The sources mix the readings; a printed percentage is shown next to what its own table gives.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from engine.rulebook.documents import load_documents
from engine.rulebook.entries import build_entry
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import RulebookError, RulebookProblem
from engine.simulation.assumptions import READINGS, ROOM, entries_of
from models.rulebook import Entry, Place, Source, Text

__all__ = ["Reading", "load_readings"]

Amount = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]


class Reading(Entry):
    """One reading of the cut: what it is of, from what to what, and what stands printed."""

    id: str = Field(min_length=1)
    title: Text
    measure: Text
    unit: Text
    before: Amount
    after: Amount
    printed_percent: Amount | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None
    place: Place

    @property
    def cut_percent(self) -> float:
        """How much less it is, reckoned from the amounts."""
        return 100 * (1 - self.after / self.before)


def load_readings(folder: Path | None = None) -> tuple[Reading, ...]:
    """The readings in `simulation/` of a rulebook's folder, in the order they stand; the shipped
    ones if it has no such folder. Raises RulebookError with all that is wrong."""
    shipped = default_rulebook_folder()
    root = shipped if folder is None else folder.resolve()
    if not any((root / ROOM).rglob("*.yaml")):
        root = shipped
    problems: list[RulebookProblem] = []
    found: list[Reading] = []
    for document in load_documents(root, (root / ROOM).rglob("*.yaml")):
        for path, entry in entries_of(document, READINGS, problems):
            built = build_entry(Reading, entry, document, path, problems)
            if built is not None:
                found.append(built)
    if problems:
        raise RulebookError(problems)
    return tuple(found)
