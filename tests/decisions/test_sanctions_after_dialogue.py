"""Sanction proposals: dialogue and statement come first."""

from __future__ import annotations

from typing import Any

from models.terms import ScoreModel, Severity
from tests.decisions.case_facts import AS_OF, concern, days, decide, family, offer, proposals
from tests.decisions.grave_concern import BOTH, MISSING, READY, TALKED, Step, grave, states


class TestDialogueComesFirst:
    @BOTH
    def test_a_statement_is_asked_for_after_dialogue(self, make: Any) -> None:
        before = concern(AS_OF - days(5))
        (proposal,) = decide(make(records={"concern": [before]})).proposals
        assert (proposal.step, proposal.status) == (Step.STATEMENT, MISSING)
        assert not states(proposal)["dialogue_held"].met
        after = {**before, "dialogue_on": AS_OF - days(2)}
        (proposal,) = decide(make(records={"concern": [after]})).proposals
        assert (proposal.step, proposal.status) == (Step.STATEMENT, READY)
        assert proposal.themes == ("competences",)

    @BOTH
    def test_an_order_is_noticed_after_dialogue_and_statement(self, make: Any) -> None:
        failed = concern(
            AS_OF - days(60),
            Severity.MODERATE,
            dialogue_on=AS_OF - days(55),
            statement_requested_on=AS_OF - days(50),
            statement_received_on=AS_OF - days(20),
            statement_adequate=False,
        )
        noticed = proposals(decide(make(records={"concern": [failed]})))[Step.ORDER_NOTICE]
        assert noticed.status is READY
        del failed["dialogue_on"]
        lacking = proposals(decide(make(records={"concern": [failed]})))[Step.ORDER_NOTICE]
        assert lacking.status is MISSING
        assert [s.id for s in lacking.preconditions if not s.met] == ["dialogue_held"]

    def test_no_order_rests_on_a_score_alone(self) -> None:
        scores = [
            {
                "indicator": indicator,
                "score_model": ScoreModel.ONE_TO_FIVE,
                "value": 1,
                "scored_on": AS_OF - days(10),
            }
            for indicator in ("offer.3a", "offer.3b", "offer.5a")
        ]
        assert decide(offer(records={"score": scores})).proposals == ()

    def test_a_mild_concern_leads_to_nothing(self) -> None:
        mild = concern(AS_OF - days(5), Severity.MILD, dialogue_on=AS_OF)
        assert decide(family(records={"concern": [mild]})).proposals == ()

    def test_an_old_assessment_does_not_carry_a_sanction(self) -> None:
        records = {"concern": grave(**TALKED)["concern"]}
        old = offer(records=records, risk_assessed_on=AS_OF - days(400))
        proposal = proposals(decide(old))[Step.INTENSIFIED_NOTICE]
        assert proposal.status is MISSING
        assert [s.id for s in proposal.preconditions if not s.met] == ["facts_fresh"]
