"""An acute concern and the course it has had, and what is asked of the proposals it leads to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.decisions.decide import Decider
from engine.rulebook.resolve import resolve
from models.decisions import PreconditionState, ProposalStatus, SanctionProposal
from models.terms import SanctionStep, Severity
from tests.decisions.case_facts import AS_OF, concern, days, family, offer, shipped, visit

__all__ = ["BOTH", "MISSING", "READY", "TALKED", "Step", "changed_rule", "grave", "states"]

READY, MISSING = ProposalStatus.PROPOSED, ProposalStatus.PRECONDITIONS_MISSING
Step = SanctionStep
BOTH = pytest.mark.parametrize("make", [offer, family])


def states(proposal: SanctionProposal) -> dict[str, PreconditionState]:
    return {state.id: state for state in proposal.preconditions}


def grave(as_of: date = AS_OF, **course: Any) -> dict[str, list[dict[str, Any]]]:
    """An acute concern with the course it has had so far, and a recent visit."""
    return {
        "concern": [concern(as_of - days(60), Severity.ACUTE, **course)],
        "visit": [visit(as_of - days(40))],
    }


TALKED = {"dialogue_on": AS_OF - days(50), "statement_requested_on": AS_OF - days(45)}


def changed_rule(rule_id: str, **changes: Any) -> Decider:
    """The shipped rulebook with one rule changed."""
    book = shipped()
    rules = tuple(
        rule.model_copy(update=changes) if rule.id == rule_id else rule for rule in book.rules
    )
    return Decider(resolve(replace(book, rules=rules), as_of=AS_OF))
