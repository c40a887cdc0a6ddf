"""How the documents read "30 %" of pressure: money, tariffs, visits. All readings side by side.

The sources mix the readings; a printed percentage stands next to what its own table gives. The
figures are those of the finance files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.finance import Change, Finance, changes_of
from engine.finance.readings import NATIONAL
from models.terms import Authority

__all__ = ["CutReading", "cut_readings"]


@dataclass(frozen=True, slots=True)
class CutReading:
    """One reading of the cut; `authority` is None where it is of all five."""

    authority: Authority | None
    change: Change


def cut_readings(finance: Finance) -> tuple[CutReading, ...]:
    """Every reading of the year of the newest national frame: the national ones first, and those of
    each authority whose figures are known."""
    return tuple(_readings(finance))


def _readings(finance: Finance) -> Iterator[CutReading]:
    year = max((frame.year for frame in finance.national.frames), default=None)
    if year is None:
        return
    for number, authority in enumerate(Authority):
        for change in changes_of(finance, authority, year):
            if change.reading not in NATIONAL:
                yield CutReading(authority, change)
            elif number == 0:
                yield CutReading(None, change)
