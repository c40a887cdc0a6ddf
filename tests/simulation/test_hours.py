"""Hours a visit: by part, kind and purpose, and the fit to what is published."""

from __future__ import annotations

from datetime import date

import pytest

from engine.simulation.assumptions import load_assumptions
from engine.simulation.hours import hours_at_ends, price_per_hour_dkk, visit_hours, visit_parts
from models.terms import Kind, PerformedBy, Purpose

ASSUMED = load_assumptions().on(date(2022, 12, 31))
FAMILY, OFFER = Kind.FOSTER_FAMILY, Kind.SOCIAL_OFFER

CONSULTANTS = 247  # 001_289735031603f19e.txt:6920-6928
VISITS = {FAMILY: 7_686, OFFER: 5_185}  # 001_...txt:4221-4226; the rows of 4160-4165 added up
MIX = {  # visits of the synthetic national portfolio in 2022 that were met; its margins are VISITS
    FAMILY: {Purpose.BASIS: 5_041, Purpose.FOLLOW_UP: 2_377, Purpose.APPROVAL: 268},
    OFFER: {
        Purpose.BASIS: 1_909,
        Purpose.DEPARTMENT: 1_508,
        Purpose.FOLLOW_UP: 1_676,
        Purpose.NIGHT: 23,
        Purpose.APPROVAL: 69,
    },
}
NOT_MET = {Purpose.BASIS: 338, Purpose.FOLLOW_UP: 107}


def hours_of(kind: Kind) -> float:
    met = sum(n * visit_hours(ASSUMED, kind, purpose) for purpose, n in MIX[kind].items())
    in_vain = sum(
        n * visit_parts(ASSUMED, kind=kind, purposes=[purpose], met=False).total_hours
        for purpose, n in NOT_MET.items()
    )
    return met + (in_vain if kind is FAMILY else 0)


def test_the_hours_of_all_visits_are_those_of_the_consultants() -> None:
    assert {kind: sum(mix.values()) for kind, mix in MIX.items()} == VISITS
    there = (
        CONSULTANTS * ASSUMED.number("hours.consultant_year") * ASSUMED.number("hours.visits_share")
    )
    assert hours_of(FAMILY) + hours_of(OFFER) == pytest.approx(there, rel=0.02)


def test_the_money_of_a_year_is_about_what_a_subject_costs() -> None:
    """About 70 % of the price of a subject follows the visits, as in 002_...txt:31-32."""
    price = price_per_hour_dkk(ASSUMED)
    family = price * hours_of(FAMILY) / 5_337  # 001_...txt:3807-3811
    offer = price * (hours_of(OFFER) / 1_999 + ASSUMED.number("hours.economy_desk"))
    assert 0.6 < family / 23_000 < 0.8  # 000_...txt:4501-4507
    assert 0.7 < offer / 51_500 < 0.85
    assert offer == pytest.approx(42_729, rel=0.07)  # the smallest basic tariff, 4581-4585


def test_personal_assistance_employers_cost_the_hours_that_are_stated() -> None:
    kind = Kind.PERSONAL_ASSISTANCE_EMPLOYER
    assert visit_hours(ASSUMED, kind, Purpose.BASIS) == pytest.approx(13)
    assert visit_hours(ASSUMED, kind, Purpose.APPROVAL) == pytest.approx(36)


def test_a_sample_visit_is_no_longer_than_its_frame_says() -> None:
    short = visit_parts(ASSUMED, kind=OFFER, purposes=[Purpose.SAMPLE], at_most_minutes=30)
    assert short.on_site_hours == 0.5
    assert short.total_hours < visit_hours(ASSUMED, OFFER, Purpose.SAMPLE)


def test_several_purposes_cost_as_much_as_the_dearest() -> None:
    both = visit_parts(ASSUMED, kind=FAMILY, purposes=[Purpose.FOLLOW_UP, Purpose.BASIS])
    assert both.total_hours == visit_hours(ASSUMED, FAMILY, Purpose.BASIS) == 17.5
    assert visit_hours(ASSUMED, FAMILY, Purpose.FOLLOW_UP) < 17.5


def test_who_comes_and_whether_anybody_is_at_home() -> None:
    alone = visit_parts(ASSUMED, kind=OFFER, purposes=[Purpose.BASIS])
    team = visit_hours(ASSUMED, OFFER, Purpose.BASIS, performed_by=PerformedBy.SPECIAL_EFFORT_TEAM)
    assert team == pytest.approx(1.5 * alone.total_hours)
    desk = visit_parts(
        ASSUMED, kind=OFFER, purposes=[Purpose.BASIS], performed_by=PerformedBy.ECONOMY
    )
    assert (desk.total_hours, desk.travel_hours, desk.on_site_hours) == (6.0, 0.0, 0.0)
    in_vain = visit_parts(ASSUMED, kind=OFFER, purposes=[Purpose.BASIS], met=False)
    assert in_vain == (alone.preparation_hours, alone.travel_hours, 0.0, 0.0)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_visit_costs_something(kind: Kind, purpose: Purpose) -> None:
    parts = visit_parts(ASSUMED, kind=kind, purposes=[purpose])
    assert min(parts) > 0
    assert parts.plus(parts) == parts.times(2)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_ends_of_the_ranges_enclose_every_visit(kind: Kind, purpose: Purpose) -> None:
    low, high = hours_at_ends(load_assumptions(), date(2022, 12, 31))
    middle = visit_hours(ASSUMED, kind, purpose)
    assert visit_hours(low, kind, purpose) < middle < visit_hours(high, kind, purpose)
    assert price_per_hour_dkk(low) == price_per_hour_dkk(high) == price_per_hour_dkk(ASSUMED)
