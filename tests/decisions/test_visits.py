"""The visit plan: what law and rules require, merged without losing a window or a department."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rulebook.resolve import resolve
from models.decisions import Decision
from models.facts.course_records import SupervisionKind
from models.terms import (
    ApprovalStatus,
    Colour,
    Kind,
    LeadDecisionKind,
    Notice,
    Purpose,
    SanctionStep,
    Severity,
    VisitOutcome,
)
from tests.decisions.case_facts import (
    AS_OF,
    acute_decision,
    case,
    concern,
    days,
    decide,
    decider,
    family,
    offer,
    override,
    sanction,
    shipped,
    visit,
    visits_for,
)

YEAR = timedelta(days=365)


def basis_days(decision: Decision) -> list[date]:
    return [planned.latest for planned in visits_for(decision, Purpose.BASIS)]


class TestTheDuty:
    def test_until_2025_a_visit_a_year_and_the_plan_keeps_it(self) -> None:
        last = AS_OF - days(100)
        decision = decide(offer(records={"visit": [visit(last)]}))
        assert decision.plan.floor_due_on == last + YEAR
        assert min(basis_days(decision)) <= last + YEAR
        assert not any(planned.overdue for planned in decision.plan.visits)

    @pytest.mark.parametrize(("make", "years"), [(offer, 3), (family, 2)])
    def test_from_2026_the_law_allows_longer(self, make: Any, years: int) -> None:
        day = date(2026, 6, 1)
        last = date(2026, 2, 1)
        decision = decide(make(day, records={"visit": [visit(last)]}), as_of=day)
        assert decision.plan.floor_due_on == last + timedelta(days=365 * years)
        assert basis_days(decision) == []

    @pytest.mark.parametrize("late_days", [1, 400])
    def test_what_is_overdue_is_to_be_made_good_now(self, late_days: int) -> None:
        last = AS_OF - YEAR - days(late_days)
        decision = decide(offer(records={"visit": [visit(last)]}))
        first = decision.plan.visits[0]
        assert first.overdue
        assert (first.earliest, first.latest) == (AS_OF, AS_OF)
        assert decision.plan.floor_due_on is not None
        assert decision.plan.floor_due_on <= AS_OF

    def test_on_its_last_day_it_is_due_and_not_overdue(self) -> None:
        first = decide(offer(records={"visit": [visit(AS_OF - YEAR)]})).plan.visits[0]
        assert (first.latest, first.overdue) == (AS_OF, False)

    @pytest.mark.parametrize(
        "other",
        [
            {"outcome": VisitOutcome.NOT_MET},
            {"purpose": Purpose.SAMPLE},
            {"purpose": Purpose.SAMPLE, "outcome": VisitOutcome.NOT_MET},
        ],
    )
    def test_a_visit_that_met_nobody_or_was_a_sample_does_not_reset_the_clock(
        self, other: dict[str, Any]
    ) -> None:
        last = AS_OF - days(300)
        before = decide(offer(records={"visit": [visit(last)]}))
        after = decide(offer(records={"visit": [visit(last), visit(AS_OF - days(3), **other)]}))
        assert after.plan.floor_due_on == before.plan.floor_due_on == last + YEAR
        real = decide(offer(records={"visit": [visit(last), visit(AS_OF - days(3))]}))
        assert real.plan.floor_due_on == AS_OF - days(3) + YEAR

    def test_without_any_visit_the_clock_runs_from_the_approval(self) -> None:
        decision = decide(family(approved_on=AS_OF - days(200)))
        assert decision.plan.floor_due_on == AS_OF - days(200) + YEAR

    @pytest.mark.parametrize("kind", [Kind.PERSONAL_ASSISTANCE_EMPLOYER, Kind.TREATMENT_SCHOOL])
    def test_the_law_sets_no_floor_for_employers_and_schools(self, kind: Kind) -> None:
        assert decide(case(kind)).plan.floor_due_on is None

    @pytest.mark.parametrize(
        "status",
        [
            ApprovalStatus.ENDED,
            ApprovalStatus.REFUSED,
            ApprovalStatus.WITHDRAWN_BY_APPLICANT,
        ],
    )
    @pytest.mark.parametrize("kind", list(Kind))
    def test_who_is_not_supervised_gets_no_plan(self, kind: Kind, status: ApprovalStatus) -> None:
        facts = {"approval_status": status, "ended_on": AS_OF - days(30)}
        acute = [concern(AS_OF - days(2), Severity.ACUTE)]
        decision = decide(case(kind, records={"concern": acute}, **facts))
        assert decision.plan.visits == ()
        assert decision.plan.floor_due_on is None

    @pytest.mark.parametrize("make", [offer, family])
    def test_an_applicant_gets_an_announced_approval_visit_and_no_floor(self, make: Any) -> None:
        decision = decide(
            make(
                approval_status=ApprovalStatus.APPLIED,
                applied_on=AS_OF - days(30),
                approved_on=None,
            )
        )
        (planned,) = visits_for(decision, Purpose.APPROVAL)
        assert planned.notice is Notice.ANNOUNCED
        assert planned.purposes == (Purpose.APPROVAL,)
        assert decision.plan.floor_due_on is None


class TestDepartments:
    def test_every_open_department_is_visited_in_its_time(self) -> None:
        departments = [{}, {}, {"closed_on": AS_OF - days(10)}, {"opened_on": AS_OF - days(40)}]
        visits = [visit(AS_OF - days(300), department=1), visit(AS_OF - days(20), department=2)]
        decision = decide(offer(records={"department": departments, "visit": visits}))
        first: dict[int | None, date] = {}
        for planned in decision.plan.visits:
            first.setdefault(planned.department, planned.latest)
        assert first[1] <= AS_OF - days(300) + YEAR
        assert first[2] <= AS_OF - days(20) + YEAR
        assert first[4] <= AS_OF - days(40) + YEAR
        assert 3 not in first
        assert decision.plan.floor_due_on == AS_OF - days(300) + YEAR

    def test_a_visit_elsewhere_does_not_count_for_a_department(self) -> None:
        records = {"department": [{}, {}], "visit": [visit(AS_OF - days(10), department=2)]}
        decision = decide(offer(records=records))
        (first,) = (v for v in decision.plan.visits if v.department == 1 and v.overdue)
        assert first.latest == AS_OF

    def test_two_departments_are_never_one_visit(self) -> None:
        same = [visit(AS_OF - days(200), department=number) for number in (1, 2, 3)]
        decision = decide(offer(records={"department": [{}, {}, {}], "visit": same}))
        due = visits_for(decision, Purpose.DEPARTMENT)
        assert {planned.department for planned in due} == {1, 2, 3}


class TestMerging:
    def test_a_follow_up_takes_the_basic_visit_along_when_their_windows_meet(self) -> None:
        records = {
            "visit": [visit(AS_OF - days(340))],
            "concern": [concern(AS_OF - days(2), dialogue_on=AS_OF - days(1))],
        }
        decision = decide(family(records=records))
        merged = [
            planned
            for planned in decision.plan.visits
            if {Purpose.BASIS, Purpose.FOLLOW_UP} <= set(planned.purposes)
        ]
        assert merged
        assert merged[0].latest <= AS_OF - days(340) + YEAR
        assert len(merged[0].reasons) >= 2

    @given(
        visit_ages=st.lists(st.integers(0, 700), max_size=3),
        concern_ages=st.lists(st.integers(0, 60), max_size=2),
        severity=st.sampled_from(list(Severity)),
        departments=st.integers(0, 3),
    )
    def test_no_visit_of_a_plan_lies_outside_its_window_or_after_what_it_serves(
        self,
        visit_ages: list[int],
        concern_ages: list[int],
        severity: Severity,
        departments: int,
    ) -> None:
        records: dict[str, list[dict[str, Any]]] = {
            "visit": [visit(AS_OF - days(age)) for age in visit_ages],
            "concern": [concern(AS_OF - days(age), severity) for age in concern_ages],
            "department": [{} for _ in range(departments)],
        }
        decision = decide(offer(records=records))
        plan = decision.plan
        assert [v.no for v in plan.visits] == list(range(1, len(plan.visits) + 1))
        assert [v.latest for v in plan.visits] == sorted(v.latest for v in plan.visits)
        for planned in plan.visits:
            assert AS_OF <= planned.earliest <= planned.latest
            assert len({(r.rule, planned.department) for r in planned.reasons}) == len(
                planned.reasons
            )
            if planned.overdue:
                assert planned.latest == AS_OF
        if plan.floor_due_on is not None and plan.floor_due_on <= plan.period_until:
            assert plan.visits[0].latest <= max(plan.floor_due_on, AS_OF)

    @given(
        visit_age=st.integers(0, 900),
        as_of=st.sampled_from([date(2024, 6, 1), date(2025, 10, 1), date(2026, 6, 1)]),
        make=st.sampled_from([offer, family]),
    )
    def test_between_the_visits_of_a_plan_no_lawful_day_is_missed(
        self, visit_age: int, as_of: date, make: Any
    ) -> None:
        last = as_of - days(visit_age)
        decision = decide(make(as_of, records={"visit": [visit(last)]}), as_of=as_of)
        duty = [v.latest for v in visits_for(decision, Purpose.BASIS)]
        steps = itertools.pairwise([last, *duty, decision.plan.period_until])
        name = "floors.social_offer_days" if make is offer else "floors.foster_family_days"
        for before, after in steps:
            if after <= as_of:
                continue
            longest = resolve(shipped(), as_of=after).parameters[name].value
            assert isinstance(longest, int)
            assert (after - before).days <= longest

    def test_night_and_approval_visits_stand_alone(self) -> None:
        decision = decide(
            offer(
                records={"visit": [visit(AS_OF - days(350))]},
                substantial_change_applied_on=AS_OF - days(5),
                night_staff_employed=True,
                night_staff_with_background_percent=0,
            )
        )
        for planned in decision.plan.visits:
            if {Purpose.NIGHT, Purpose.APPROVAL} & set(planned.purposes):
                assert len(planned.purposes) == 1
        assert visits_for(decision, Purpose.APPROVAL)
        assert visits_for(decision, Purpose.BASIS)


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


def windows(decision: Decision) -> list[tuple[object, ...]]:
    visits = decision.plan.visits
    return [(v.purposes, v.earliest, v.latest, v.notice, v.overdue) for v in visits]


class TestThePeriod:
    def test_a_shorter_period_plans_less_and_the_floor_is_still_told(self) -> None:
        dossier = offer(records={"visit": [visit(AS_OF - days(10))]})
        short = decider(AS_OF, period_days=30).decide(dossier).plan
        assert short.period_until == AS_OF + days(30)
        assert short.visits == ()
        assert short.floor_due_on == AS_OF - days(10) + YEAR

    def test_the_same_facts_in_another_order_give_the_same_plan(self) -> None:
        visits = [visit(AS_OF - days(age), no=no) for no, age in enumerate((400, 200, 90), 1)]
        concerns = [concern(AS_OF - days(age), no=no) for no, age in enumerate((20, 5), 1)]
        one = decide(family(records={"visit": visits, "concern": concerns}))
        two = decide(family(records={"visit": visits[::-1], "concern": concerns[::-1]}))
        assert windows(one) == windows(two)
        assert one.category.proposed is two.category.proposed
