"""Nodes of the ladder that say different things of one step at one kind on one day."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from engine.rulebook.book import Rulebook
from engine.rulebook.problems import RulebookProblem, said
from models.rulebook import LadderStep

__all__ = ["ladder_overlap_problems"]


def ladder_overlap_problems(book: Rulebook) -> Iterator[RulebookProblem]:
    """Every pair of nodes for the same step and kind whose periods overlap."""
    for one, other in itertools.combinations(book.ladder, 2):
        both = sorted(set(one.applies_to) & set(other.applies_to))
        if one.step is other.step and both and _overlap(one, other):
            yield RulebookProblem(
                other.place,
                said(
                    "rulebook.step_twice",
                    step=other.step.value,
                    kinds=", ".join(both),
                    day=max(one.valid_from, other.valid_from),
                    first=f"{one.place.file}:{one.place.line}",
                ),
            )


def _overlap(one: LadderStep, other: LadderStep) -> bool:
    return (one.valid_until is None or other.valid_from <= one.valid_until) and (
        other.valid_until is None or one.valid_from <= other.valid_until
    )
