"""The visit plan: announced or unannounced, by law, need or a lead's decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.terms import Colour, Kind, LeadDecisionKind, Notice, Purpose
from tests.decisions.case_facts import (
    AS_OF,
    acute_decision,
    case,
    days,
    decide,
    family,
    offer,
    override,
    visit,
    visits_for,
)


class TestNotice:
    def test_a_plan_reaching_into_2026_is_unannounced_there(self) -> None:
        """Families are visited announced in 2025 and unannounced by law from 2026 on."""
        day = date(2025, 10, 1)
        records = {"visit": [visit(date(2024, 12, 1))], "override": []}
        yellow = override(Colour.YELLOW, decided_on=day, expires_on=date(2026, 12, 31))
        plain = decide(family(day, records=records), as_of=day)
        in_2025 = [v for v in plain.plan.visits if v.latest < date(2026, 1, 1)]
        assert [planned.notice for planned in in_2025] == [Notice.ANNOUNCED]
        records["override"] = [yellow]
        visits = decide(family(day, records=records), as_of=day).plan.visits
        later = [v for v in visits if v.latest >= date(2026, 1, 1)]
        assert later
        assert {planned.notice for planned in later} == {Notice.UNANNOUNCED}
        assert {v.notice_reason.rule for v in later} == {"visits.notice_unannounced_by_law"}

    def test_a_special_need_is_announced_at_most_four_weeks_ahead_from_2026(self) -> None:
        day = date(2026, 6, 1)
        records = {"visit": [visit(date(2024, 1, 1))]}
        decision = decide(offer(day, records=records, needs_predictability=True), as_of=day)
        planned = visits_for(decision, Purpose.BASIS)[0]
        assert planned.notice is Notice.ANNOUNCED
        assert planned.announce_not_before == max(day, planned.earliest - days(28))
        in_2024 = decide(offer(records={"visit": [visit(AS_OF)]}, needs_predictability=True))
        before_reform = visits_for(in_2024, Purpose.BASIS)[0]
        assert before_reform.notice is Notice.ANNOUNCED
        assert before_reform.announce_not_before is None

    def test_a_lead_may_decide_on_an_announced_visit(self) -> None:
        day = date(2026, 6, 1)
        records: dict[str, list[dict[str, Any]]] = {"visit": [visit(date(2024, 1, 1))]}
        assert decide(family(day, records=records), as_of=day).plan.visits[0].notice is (
            Notice.UNANNOUNCED
        )
        records["lead_decision"] = [
            acute_decision(
                decision=LeadDecisionKind.SPECIAL_CIRCUMSTANCES_ANNOUNCED,
                decided_on=day,
                expires_on=day + days(30),
            )
        ]
        assert decide(family(day, records=records), as_of=day).plan.visits[0].notice is (
            Notice.ANNOUNCED
        )

    def test_schools_are_visited_announced(self) -> None:
        day = date(2024, 9, 1)
        records = {"visit": [visit(day - days(300))]}
        school = case(Kind.TREATMENT_SCHOOL, as_of=day, records=records)
        planned = decide(school, as_of=day).plan.visits
        assert planned
        assert {each.notice for each in planned} == {Notice.ANNOUNCED}
