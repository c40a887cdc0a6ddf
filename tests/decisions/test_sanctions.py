"""Sanction proposals: the ladder in its order, what must come first, and who may skip it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.decisions.decide import Decider
from engine.rulebook.resolve import resolve
from models.conditions import Comparison, Operator
from models.decisions import PreconditionState, ProposalStatus, SanctionProposal
from models.facts import Dossier
from models.rulebook import StepNature
from models.terms import (
    Kind,
    LeadDecisionKind,
    SanctionStatus,
    SanctionStep,
    ScoreModel,
    Severity,
    SupportNeed,
)
from tests.decisions.case_facts import (
    AS_OF,
    acute_decision,
    case,
    concern,
    days,
    decide,
    decider,
    decider_with,
    family,
    offer,
    proposals,
    sanction,
    shipped,
    visit,
)

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


def _changed_rule(rule_id: str, **changes: Any) -> Decider:
    """The shipped rulebook with one rule changed."""
    book = shipped()
    rules = tuple(
        rule.model_copy(update=changes) if rule.id == rule_id else rule for rule in book.rules
    )
    return Decider(resolve(replace(book, rules=rules), as_of=AS_OF))


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
        careless = _changed_rule(
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


class TestTheLadder:
    def test_an_offers_withdrawal_is_noticed_after_an_order_or_intensified_supervision(
        self,
    ) -> None:
        records = grave(**TALKED)
        bare = proposals(decide(offer(records=records)))[Step.WITHDRAWAL_NOTICE]
        assert bare.status is MISSING
        assert not states(bare)["ladder.follows"].met
        records["sanction"] = [sanction(Step.ORDER, AS_OF - days(100))]
        after = proposals(decide(offer(records=records)))[Step.WITHDRAWAL_NOTICE]
        assert states(after)["ladder.follows"].met
        assert after.status is READY

    @pytest.mark.parametrize(
        ("order", "stands"),
        [
            ({"themes": ("economy", "competences")}, True),
            ({"themes": ("economy",)}, False),
            ({"themes": ()}, False),
            ({"decided_on": AS_OF - days(2000)}, True),
            ({"status": SanctionStatus.LAPSED}, False),
            ({"fulfilled_on": AS_OF - days(1)}, False),
            ({"step": Step.INTENSIFIED_WITHOUT_ORDER}, True),
            ({"step": Step.INTENSIFIED_WITHOUT_ORDER, "ends_on": AS_OF - days(1)}, False),
            ({"step": Step.INTENSIFIED_WITH_ORDER, "ends_on": AS_OF - days(1)}, True),
        ],
        ids=[
            "several themes",
            "another theme",
            "no theme recorded",
            "old and unmet",
            "lapsed",
            "fulfilled",
            "intensified",
            "intensified until yesterday",
            "an order outlives its intensified supervision",
        ],
    )
    def test_a_step_follows_one_that_stands_under_the_same_theme(
        self, order: dict[str, Any], stands: bool
    ) -> None:
        records = grave(**TALKED)
        records["sanction"] = [{**sanction(Step.ORDER, AS_OF - days(100)), **order}]
        notice = proposals(decide(offer(records=records)))[Step.WITHDRAWAL_NOTICE]
        assert states(notice)["ladder.follows"].met is stands
        assert notice.status is (READY if stands else MISSING)

    def test_what_rests_on_a_condition_goes_with_a_notice_under_any_theme(self) -> None:
        """A condition of the approval has no theme of its own."""
        records: dict[str, list[dict[str, Any]]] = {
            "approval_condition": [{"set_on": AS_OF - days(200), "due_on": AS_OF - days(50)}],
            "sanction": [sanction(Step.ORDER_NOTICE, AS_OF - days(40), themes=("economy",))],
        }
        order = proposals(decide(offer(records=records)))[Step.ORDER]
        assert states(order)["ladder.warned"].met

    def test_a_familys_withdrawal_may_be_noticed_without_an_order(self) -> None:
        """The same step stands in the ladder once for offers and once for families."""
        notice = proposals(decide(family(records=grave(**TALKED))))[Step.WITHDRAWAL_NOTICE]
        assert "ladder.follows" not in states(notice)
        assert notice.status is READY

    def test_proposals_stand_in_the_order_of_the_ladder(self) -> None:
        records = {"concern": [concern(AS_OF - days(60), Severity.ACUTE)]}
        records["sanction"] = [sanction(Step.ORDER_NOTICE, AS_OF - days(40))]
        steps = [proposal.step for proposal in decide(offer(records=records)).proposals]
        assert len(set(steps)) > 2
        assert steps == sorted(steps, key=list(SanctionStep).index)

    def test_what_is_in_force_is_not_proposed_again(self) -> None:
        records = grave(**TALKED)
        assert Step.INTENSIFIED_NOTICE in proposals(decide(family(records=records)))
        records["sanction"] = [sanction(Step.INTENSIFIED_NOTICE, AS_OF - days(10))]
        assert Step.INTENSIFIED_NOTICE not in proposals(decide(family(records=records)))

    def test_every_lacking_precondition_says_what_to_do(self) -> None:
        decision = decide(offer(records={"concern": [concern(AS_OF, Severity.ACUTE)]}))
        lacking = [s for p in decision.proposals for s in p.preconditions if not s.met]
        assert len(lacking) > 3
        assert all(state.remedy.da and state.remedy.en for state in lacking)
        assert all(p.person_must.da for p in decision.proposals)


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


def _everything(kind: Kind, as_of: date) -> list[Dossier]:
    """Subjects in many kinds of trouble."""
    steps = [[], *([sanction(step, as_of - days(200))] for step in SanctionStep)]
    found = []
    for severity in Severity:
        for course in ({}, {"dialogue_on": as_of - days(50)}):
            for sanctions in steps:
                records = {
                    "concern": [concern(as_of - days(60), severity, **course) for _ in range(3)],
                    "visit": [visit(as_of - days(10))],
                    "sanction": sanctions,
                    "approval_condition": [
                        {"set_on": as_of - days(400), "due_on": as_of - days(200)}
                    ],
                }
                found.append(case(kind, as_of=as_of, records=records))
    return found


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "allowed"),
        [
            (
                Kind.PERSONAL_ASSISTANCE_EMPLOYER,
                {Step.WITHDRAWAL_NOTICE, Step.WITHDRAWAL},
            ),
            (Kind.TREATMENT_SCHOOL, {Step.REPORT_TO_MUNICIPALITY}),
        ],
    )
    @pytest.mark.parametrize("as_of", [date(2024, 9, 1), date(2026, 6, 1)])
    def test_they_get_no_step_but_their_own(
        self, kind: Kind, allowed: set[SanctionStep], as_of: date
    ) -> None:
        found = {
            proposal.step
            for dossier in _everything(kind, as_of)
            for proposal in decider(as_of).decide(dossier).proposals
        }
        assert found == allowed

    @pytest.mark.parametrize(
        ("kind", "never"),
        [
            (Kind.SOCIAL_OFFER, {Step.REDUCTION_NOTICE, Step.REPORT_TO_MUNICIPALITY}),
            (Kind.FOSTER_FAMILY, {Step.REPORT_TO_MUNICIPALITY}),
        ],
    )
    def test_offers_and_families_get_the_rest(self, kind: Kind, never: set[SanctionStep]) -> None:
        found = {p.step for d in _everything(kind, AS_OF) for p in decide(d).proposals}
        assert not found & never
        assert {Step.STATEMENT, Step.INTENSIFIED_NOTICE, Step.WITHDRAWAL_NOTICE} <= found

    def test_schools_are_reported_from_july_2024_on(self) -> None:
        for day, steps in (
            (date(2024, 6, 30), set()),
            (date(2024, 7, 1), {Step.REPORT_TO_MUNICIPALITY}),
        ):
            school = case(Kind.TREATMENT_SCHOOL, as_of=day, records=grave(day))
            assert {p.step for p in decide(school, as_of=day).proposals} == steps

    def test_a_familys_approval_may_be_reduced_where_a_childs_need_is_above_it(self) -> None:
        records = grave(**TALKED)
        records["placed_child"] = [{"need": SupportNeed.SEVERE, "placed_on": AS_OF - days(90)}]
        above = family(records=records, approved_need=SupportNeed.MILD)
        assert proposals(decide(above))[Step.REDUCTION_NOTICE].status is READY
        within = family(records=records, approved_need=SupportNeed.SEVERE)
        assert Step.REDUCTION_NOTICE not in proposals(decide(within))


class TestIntensifiedSupervision:
    def on(self, day: date) -> dict[SanctionStep, SanctionProposal]:
        records = grave(day, dialogue_on=day - days(50), statement_requested_on=day - days(45))
        records["sanction"] = [sanction(Step.INTENSIFIED_NOTICE, day - days(20))]
        return proposals(decide(family(day, records=records), as_of=day))

    def test_without_an_order_it_exists_from_february_2022(self) -> None:
        assert Step.INTENSIFIED_WITHOUT_ORDER not in self.on(date(2022, 1, 31))
        assert Step.INTENSIFIED_WITHOUT_ORDER in self.on(date(2022, 2, 1))

    def test_it_lasts_at_most_six_months_at_a_time(self) -> None:
        proposal = self.on(date(2022, 2, 1))[Step.INTENSIFIED_WITHOUT_ORDER]
        assert proposal.at_most_days == 181
        assert self.on(AS_OF)[Step.INTENSIFIED_WITHOUT_ORDER].at_most_days == 181

    def test_a_shorter_time_of_the_ladder_holds(self) -> None:
        day = AS_OF
        records = grave(day, **TALKED)
        records["sanction"] = [sanction(Step.INTENSIFIED_NOTICE, day - days(20))]
        shorter = decider_with(day, sanctions__intensified_longest_days=90)
        found = proposals(shorter.decide(family(records=records)))
        assert found[Step.INTENSIFIED_WITHOUT_ORDER].at_most_days == 90

    def test_a_shorter_time_of_the_rule_holds(self) -> None:
        records = grave(**TALKED)
        records["sanction"] = [sanction(Step.INTENSIFIED_NOTICE, AS_OF - days(20))]
        name = "sanctions.intensified_without_order"
        (rule,) = (rule for rule in shipped().rules if rule.id == name)
        shorter = _changed_rule(name, then=rule.then.model_copy(update={"at_most_days": 30}))
        found = proposals(shorter.decide(family(records=records)))
        assert found[Step.INTENSIFIED_WITHOUT_ORDER].at_most_days == 30

    def test_a_step_without_a_time_has_none(self) -> None:
        statement = decide(family(records={"concern": [concern(AS_OF)]})).proposals[0]
        assert statement.at_most_days is None

    def test_with_an_order_noticed_it_is_with_an_order(self) -> None:
        records = grave(**TALKED)
        records["sanction"] = [
            sanction(Step.INTENSIFIED_NOTICE, AS_OF - days(20)),
            sanction(Step.ORDER_NOTICE, AS_OF - days(20)),
        ]
        found = proposals(decide(family(records=records)))
        assert Step.INTENSIFIED_WITH_ORDER in found
        assert Step.INTENSIFIED_WITHOUT_ORDER not in found
