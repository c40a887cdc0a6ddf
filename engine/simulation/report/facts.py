"""What the title of a report says of the simulation behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["ReportFacts"]


@dataclass(frozen=True, kw_only=True)
class ReportFacts:
    """Whose supervision was simulated, from when, how long, how often, and on which rules.

    `portfolio` is its name for people. `synthetic`: its subjects are generated, none is real.
    `command` gives the same report again.
    """

    portfolio: str
    subjects: int
    as_of: date
    years: int
    replicates: int
    seed: int
    rulebook_hash: str
    synthetic: bool = False
    command: str = ""
