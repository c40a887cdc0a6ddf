"""Sanction proposals: intensified supervision, its notice and its time."""

from __future__ import annotations

from datetime import date

from models.decisions import SanctionProposal
from models.terms import SanctionStep
from tests.decisions.case_facts import (
    AS_OF,
    concern,
    days,
    decide,
    decider_with,
    family,
    proposals,
    sanction,
    shipped,
)
from tests.decisions.grave_concern import TALKED, Step, changed_rule, grave


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
        shorter = changed_rule(name, then=rule.then.model_copy(update={"at_most_days": 30}))
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
