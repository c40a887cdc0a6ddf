"""Sanction proposals: no decision without the notice that warned of it."""

from __future__ import annotations

from typing import Any

import pytest

from models.conditions import Comparison, Operator
from models.decisions import SanctionProposal
from models.rulebook import StepNature
from models.terms import Kind, SanctionStatus
from tests.decisions.case_facts import (
    AS_OF,
    acute_decision,
    case,
    days,
    decide,
    decider_with,
    family,
    proposals,
    sanction,
    shipped,
)
from tests.decisions.grave_concern import (
    BOTH,
    MISSING,
    READY,
    TALKED,
    Step,
    changed_rule,
    grave,
    states,
)


class TestWarnedBeforeIssued:
    """A decision is never ready without the notice that warned of it, not even acutely."""

    def withdrawal(self, *notices: dict[str, Any], **more: Any) -> SanctionProposal | None:
        records = grave(**TALKED)
        noticed = sanction(Step.WITHDRAWAL_NOTICE, AS_OF - days(35))
        records["sanction"] = [{**noticed, **notice} for notice in notices]
        records |= more
        with_hearing = decider_with(AS_OF, sanctions__hearing_days=14)
        found = with_hearing.decide(family(records=records)).proposals
        return next((p for p in found if p.step is Step.WITHDRAWAL), None)

    def test_after_the_notice_and_the_hearing_it_is_ready(self) -> None:
        proposal = self.withdrawal({})
        assert proposal is not None
        assert proposal.status is READY
        assert states(proposal)["ladder.warned"].met

    def test_without_the_notice_it_is_not_even_proposed(self) -> None:
        assert self.withdrawal() is None

    @pytest.mark.parametrize("status", [SanctionStatus.LAPSED, SanctionStatus.REVOKED_ON_APPEAL])
    def test_a_notice_that_no_longer_stands_does_not_warn(self, status: SanctionStatus) -> None:
        assert self.withdrawal({"status": status}) is None

    @pytest.mark.parametrize(
        "notice",
        [{"themes": ("economy",)}, {"themes": ()}, {"decided_on": AS_OF - days(366)}],
        ids=["another theme", "no theme recorded", "too old"],
    )
    def test_a_notice_of_something_else_or_of_long_ago_does_not_warn(
        self, notice: dict[str, Any]
    ) -> None:
        proposal = self.withdrawal(notice)
        assert proposal is not None
        assert [s.id for s in proposal.preconditions if not s.met] == ["ladder.warned"]
        on_its_last_day = self.withdrawal({"decided_on": AS_OF - days(365)})
        assert on_its_last_day is not None
        assert on_its_last_day.status is READY

    def test_before_the_hearing_is_over_it_is_not_ready(self) -> None:
        proposal = self.withdrawal({"decided_on": AS_OF - days(13)})
        assert proposal is not None
        assert [s.id for s in proposal.preconditions if not s.met] == ["hearing_over"]

    def test_a_leads_acute_decision_does_not_skip_the_hearing(self) -> None:
        proposal = self.withdrawal(
            {"decided_on": AS_OF - days(1)}, lead_decision=[acute_decision()]
        )
        assert proposal is not None
        assert proposal.status is MISSING
        assert not states(proposal)["hearing_over"].bypassed

    def test_while_the_hearing_period_is_unset_nothing_is_ready(self) -> None:
        records = grave(**TALKED)
        records["sanction"] = [sanction(Step.WITHDRAWAL_NOTICE, AS_OF - days(300))]
        proposal = proposals(decide(family(records=records)))[Step.WITHDRAWAL]
        assert proposal.status is MISSING
        assert not states(proposal)["hearing_over"].met

    @pytest.mark.parametrize("acute", [False, True])
    def test_the_ladder_demands_it_whatever_a_rule_says(self, acute: bool) -> None:
        """A rule that forgot the notice cannot make a withdrawal ready."""
        careless = changed_rule(
            "sanctions.withdrawal",
            when=Comparison(field="municipality", operator=Operator.IS_KNOWN),
        )
        records = grave(**TALKED)
        if acute:
            records["lead_decision"] = [acute_decision()]
        dossier = case(Kind.PERSONAL_ASSISTANCE_EMPLOYER, records=records)
        proposal = proposals(careless.decide(dossier))[Step.WITHDRAWAL]
        assert proposal.status is MISSING
        warned = states(proposal)["ladder.warned"]
        assert (warned.met, warned.bypassed) == (False, False)

    @BOTH
    def test_every_decision_of_the_ladder_has_its_warning(self, make: Any) -> None:
        kind = make().kind
        for step in shipped().ladder:
            if step.nature is StepNature.DECISION and kind in step.applies_to:
                assert step.warned_by is not None
                (warning,) = {s.nature for s in shipped().ladder if s.step is step.warned_by}
                assert warning is StepNature.WARNING
