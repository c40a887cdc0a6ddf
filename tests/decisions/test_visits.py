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
from models.terms import ApprovalStatus, Kind, Notice, Purpose, Severity, VisitOutcome
from tests.decisions.case_facts import (
    AS_OF,
    case,
    concern,
    days,
    decide,
    decider,
    family,
    offer,
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
