"""The visit plan: concerns are followed up in time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.terms import Notice, Purpose, Severity
from tests.decisions.case_facts import (
    AS_OF,
    concern,
    days,
    decide,
    family,
    offer,
    visit,
    visits_for,
)


class TestConcerns:
    @pytest.mark.parametrize("make", [offer, family])
    def test_an_acute_concern_is_followed_up_sooner_than_a_serious_one(self, make: Any) -> None:
        latest = {}
        for severity in (Severity.SERIOUS, Severity.ACUTE):
            records = {
                "visit": [visit(AS_OF - days(30))],
                "concern": [concern(AS_OF, severity)],
            }
            planned = visits_for(decide(make(records=records)), Purpose.FOLLOW_UP)[0]
            assert planned.notice is Notice.UNANNOUNCED
            assert planned.themes in ((), ("competences",))
            latest[severity] = planned.latest
        assert AS_OF <= latest[Severity.ACUTE] < latest[Severity.SERIOUS]

    def test_the_oldest_concern_sets_the_day(self) -> None:
        def first(*ages: int) -> date:
            records = {"concern": [concern(AS_OF - days(age)) for age in ages]}
            records["visit"] = [visit(AS_OF - days(60))]
            return visits_for(decide(family(records=records)), Purpose.FOLLOW_UP)[0].latest

        assert first(10, 1) == first(1, 10) <= first(10) < first(1)

    def test_a_deadline_in_the_past_is_now_and_overdue(self) -> None:
        records = {"concern": [concern(AS_OF - days(200))], "visit": [visit(AS_OF - days(300))]}
        planned = visits_for(decide(family(records=records)), Purpose.FOLLOW_UP)[0]
        assert (planned.latest, planned.overdue) == (AS_OF, True)

    def test_once_visited_a_concern_needs_no_first_follow_up(self) -> None:
        records = {"concern": [concern(AS_OF - days(20), dialogue_on=AS_OF - days(19))]}
        before = decide(family(records={**records, "visit": [visit(AS_OF - days(60))]}))
        after = decide(family(records={**records, "visit": [visit(AS_OF - days(2))]}))
        assert "visits.serious_concern_family" in before.fired
        assert "visits.serious_concern_family" not in after.fired
