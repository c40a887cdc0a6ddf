"""A defect of a rulebook that concerns its meaning: who, where, since when, and an example."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from engine.analysis.proof.answers import Method, Possible
from engine.rulebook.problems import RulebookProblem
from models.rulebook import Place
from models.terms import Kind

__all__ = ["Decided", "Defect", "Finding", "line_of"]


class Defect(StrEnum):
    """What can be wrong with rules that are each well formed."""

    GAP = "gap"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    SUBSUMED = "subsumed"
    SHADOWED = "shadowed"
    NEVER_FIRES = "never_fires"
    NEVER_MATTERS = "never_matters"
    NOT_MONOTONE = "not_monotone"
    TIME_GAP = "time_gap"
    TIME_OVERLAP = "time_overlap"
    STALE_REVIEW = "stale_review"
    MISSING_TRANSLATION = "missing_translation"


class Finding(NamedTuple):
    """One defect. `others` are the other places that take part; `example` facts that show it.

    `days` are the first days of the periods for which it holds, `kinds` the kinds of subject.
    """

    defect: Defect
    problem: RulebookProblem
    others: tuple[Place, ...] = ()
    kinds: tuple[Kind, ...] = ()
    days: tuple[date, ...] = ()
    example: Possible | None = None


class Decided(NamedTuple):
    """How many questions were decided in which way; `undecided` lacked the solver."""

    by: dict[Method, int]
    undecided: int


def line_of(place: Place) -> str:
    """`file:line`."""
    return f"{place.file}:{place.line}"
