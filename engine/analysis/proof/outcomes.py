"""Whether two rules lead to the same; where their preconditions stand in the files is no part."""

from __future__ import annotations

from models.rulebook import Outcome, Place, ProposalOutcome

__all__ = ["same_outcome"]

_ANYWHERE = Place(file="", line=1)


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes are the same, word for word."""
    return _without_places(one) == _without_places(other)


def _without_places(outcome: Outcome) -> Outcome:
    if not isinstance(outcome, ProposalOutcome):
        return outcome
    needs = tuple(need.model_copy(update={"place": _ANYWHERE}) for need in outcome.needs)
    return outcome.model_copy(update={"needs": needs})
