"""The visit plan follows a person's colour, for as long as it holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.facts.course_records import SupervisionKind
from models.terms import Colour, Purpose, SanctionStep, Severity
from tests.decisions.case_facts import (
    AS_OF,
    concern,
    days,
    decide,
    family,
    offer,
    override,
    sanction,
    visit,
    visits_for,
)


class TestOverride:
    @pytest.mark.parametrize("make", [offer, family])
    def test_the_plan_follows_a_persons_colour(self, make: Any) -> None:
        records = {"visit": [visit(AS_OF - days(10))]}
        numbers = {}
        for colour in Colour:
            decision = decide(make(records={**records, "override": [override(colour)]}))
            assert decision.category.in_force is colour
            assert decision.category.proposed is Colour.GREEN
            numbers[colour] = len(decision.plan.visits)
        assert numbers[Colour.GREEN] < numbers[Colour.YELLOW] < numbers[Colour.RED]

    def test_an_override_that_expired_changes_nothing(self) -> None:
        expired = override(Colour.RED, decided_on=AS_OF - days(90), expires_on=AS_OF - days(1))
        records = {"visit": [visit(AS_OF - days(10))]}
        assert decide(family(records={**records, "override": [expired]})).plan == (
            decide(family(records=records)).plan
        )

    def test_it_holds_no_longer_than_the_longest_term_whatever_is_written(self) -> None:
        endless = override(Colour.RED, decided_on=AS_OF - days(365), expires_on=date(2099, 1, 1))
        dossier = family(records={"override": [endless], "visit": [visit(AS_OF - days(10))]})
        category = decide(dossier).category
        assert category.in_force is Colour.RED
        assert category.override is not None
        assert category.override.expires_on == AS_OF
        after = decide(dossier, as_of=AS_OF + days(1)).category
        assert (after.in_force, after.override) == (Colour.GREEN, None)

    def test_what_came_after_it_was_decided_is_named(self) -> None:
        decided = AS_OF - days(60)
        known = {
            "visit": [visit(decided)],
            "concern": [concern(decided - days(1), dialogue_on=decided)],
            "sanction": [sanction(SanctionStep.STATEMENT, decided, deadline_on=AS_OF)],
        }
        held = [override(Colour.GREEN, decided_on=decided)]

        def newer(*, assessed: date = decided, **changed: Any) -> tuple[str, ...]:
            records = {**known, "override": held, **changed}
            category = decide(family(risk_assessed_on=assessed, records=records)).category
            assert category.override is not None
            return category.override.newer_facts

        assert newer() == ()
        assert newer(visit=[visit(decided + days(1))]) == ("visit",)
        answered = concern(decided - days(1), statement_received_on=decided + days(9))
        assert newer(concern=[answered]) == ("concern",)
        case_opened = {"supervision_kind": SupervisionKind.OPERATIONAL, "started_on": AS_OF}
        assert newer(supervision=[case_opened]) == ()
        assert newer(assessed=decided + days(1)) == ("risk_assessed_on",)

    def test_an_override_to_green_does_not_call_off_a_follow_up(self) -> None:
        records = {
            "visit": [visit(AS_OF - days(10))],
            "concern": [concern(AS_OF - days(5), Severity.ACUTE)],
            "override": [override(Colour.GREEN)],
        }
        assert visits_for(decide(family(records=records)), Purpose.FOLLOW_UP)
