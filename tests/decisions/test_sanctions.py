"""Sanction proposals: the ladder in its order, and which kinds of subject meet which steps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.facts import Dossier
from models.terms import Kind, SanctionStatus, SanctionStep, Severity, SupportNeed
from tests.decisions.case_facts import (
    AS_OF,
    case,
    concern,
    days,
    decide,
    decider,
    family,
    offer,
    proposals,
    sanction,
    visit,
)
from tests.decisions.grave_concern import MISSING, READY, TALKED, Step, grave, states


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
