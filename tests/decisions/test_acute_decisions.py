"""Sanction proposals: who may skip what must come first."""

from __future__ import annotations

from typing import Any

import pytest

from models.decisions import SanctionProposal
from models.terms import LeadDecisionKind, SanctionStep, Severity
from tests.decisions.case_facts import (
    AS_OF,
    acute_decision,
    concern,
    days,
    decide,
    family,
    proposals,
)
from tests.decisions.grave_concern import MISSING, READY, Step, states


class TestAcuteDecisions:
    """A lead's recorded decision stands in for the dialogue: active, and for that very step."""

    def statement(self, *decisions: dict[str, Any]) -> SanctionProposal:
        records = {"concern": [concern(AS_OF - days(2))], "lead_decision": list(decisions)}
        return proposals(decide(family(records=records)))[Step.STATEMENT]

    @pytest.mark.parametrize("step", [None, Step.STATEMENT])
    def test_it_opens_the_step(self, step: SanctionStep | None) -> None:
        proposal = self.statement(acute_decision(step))
        assert proposal.status is READY
        assert proposal.opened_acutely_by == 1
        held = states(proposal)["dialogue_held"]
        assert (held.met, held.bypassed) == (False, True)

    @pytest.mark.parametrize(
        "decision",
        [
            acute_decision(Step.ORDER_NOTICE),
            acute_decision(decided_on=AS_OF - days(9), expires_on=AS_OF - days(1)),
            acute_decision(decided_on=AS_OF + days(1), expires_on=AS_OF + days(9)),
            acute_decision(decision=LeadDecisionKind.EXTEND_DEADLINE),
            acute_decision(decision=LeadDecisionKind.SPECIAL_CIRCUMSTANCES_ANNOUNCED),
        ],
        ids=["another step", "expired", "not yet", "a deadline", "an announcement"],
    )
    def test_any_other_does_not(self, decision: dict[str, Any]) -> None:
        proposal = self.statement(decision)
        assert proposal.status is MISSING
        assert proposal.opened_acutely_by is None
        assert not any(state.bypassed for state in proposal.preconditions)

    def test_of_several_the_one_that_counts_is_named(self) -> None:
        proposal = self.statement(acute_decision(Step.ORDER_NOTICE), acute_decision())
        assert (proposal.status, proposal.opened_acutely_by) == (READY, 2)

    def test_it_is_not_named_where_it_was_not_needed(self) -> None:
        records = {
            "concern": [concern(AS_OF - days(2), dialogue_on=AS_OF)],
            "lead_decision": [acute_decision()],
        }
        proposal = proposals(decide(family(records=records)))[Step.STATEMENT]
        assert (proposal.status, proposal.opened_acutely_by) == (READY, None)

    def test_a_fresh_assessment_cannot_be_skipped(self) -> None:
        records = {
            "concern": [concern(AS_OF - days(2), Severity.ACUTE)],
            "lead_decision": [acute_decision()],
        }
        old = family(records=records, risk_assessed_on=AS_OF - days(400))
        proposal = proposals(decide(old))[Step.INTENSIFIED_NOTICE]
        assert proposal.status is MISSING
        assert [s.id for s in proposal.preconditions if not (s.met or s.bypassed)] == [
            "facts_fresh"
        ]

    def test_on_its_first_and_last_day_it_counts(self) -> None:
        today = acute_decision(decided_on=AS_OF, expires_on=AS_OF)
        assert self.statement(today).status is READY
