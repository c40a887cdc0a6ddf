"""The statutory floor against rates and cuts: the reckonings that the documents never make."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from engine.simulation.cut_standing import Standing
from engine.simulation.pressure_floor import (
    after_flat_cut,
    flat_cuts,
    floor_targets,
    floor_visits_a_year,
    largest_flat_cut,
    statutory_visits,
)
from models.terms import Authority, Kind
from tests.simulation.portfolios import resolved_on, small, subject, visit

# 001_289735031603f19e.txt: Nord, Midt, Syd, Oest, Hovedstaden, all
PER_FAMILY = (1.4, 1.1, 1.8, 1.1, 1.1, 1.3)  # 4228
PER_DEPARTMENT = (1.5, 1.1, 1.9, 1.1, 1.1, 1.3)  # 4169-4172
PER_OFFER = (2.7, 2.2, 3.6, 2.1, 2.1, 2.3)  # 4167
FAMILY_VISITS = (1304, 1503, 2754, 1222, 903, 7686)  # 4221-4226
FAMILIES = (889, 1221, 1458, 1042, 727, 5337)  # 3807-3811


@pytest.mark.parametrize(
    ("rates", "left", "largest"),
    [
        (PER_FAMILY, (0.98, 0.77, 1.26, 0.77, 0.77, 0.91), (29, 9, 44, 9, 9, 23)),
        (PER_DEPARTMENT, (1.05, 0.77, 1.33, 0.77, 0.77, 0.91), (33, 9, 47, 9, 9, 23)),
        (PER_OFFER, (1.89, 1.54, 2.52, 1.47, 1.47, 1.61), (63, 55, 72, 52, 52, 57)),
    ],
)
def test_thirty_per_cent_off_the_published_rates(
    rates: tuple[float, ...], left: tuple[float, ...], largest: tuple[int, ...]
) -> None:
    """Section 4.3 of the national notes."""
    assert tuple(round(after_flat_cut(rate, 0.3), 2) for rate in rates) == left
    assert tuple(round(100 * largest_flat_cut(rate)) for rate in rates) == largest


def test_the_same_from_raw_visits_and_families() -> None:
    rates = [visits / families for visits, families in zip(FAMILY_VISITS, FAMILIES, strict=True)]
    assert [round(100 * largest_flat_cut(rate)) for rate in rates] == [32, 19, 47, 15, 19, 31]


def test_a_flat_cut_breaks_the_yearly_duty_in_four_of_five_authorities() -> None:
    broken = [after_flat_cut(rate, 0.3) < 1 for rate in PER_FAMILY[:5]]
    assert broken == [True, True, False, True, True]
    assert sum(after_flat_cut(rate, 0.3) < 1 for rate in PER_DEPARTMENT[:5]) == 3


SYD_2026 = {Kind.SOCIAL_OFFER: 336, Kind.FOSTER_FAMILY: 1_374}  # 000_...txt:4520-4524


def test_the_floor_of_syds_portfolio() -> None:
    """F25 of the notes on Syd: 1,710 visits a year, then 799; what a 30 % cut leaves above it."""
    before = floor_visits_a_year(resolved_on(date(2025, 12, 31)), SYD_2026)
    after = floor_visits_a_year(resolved_on(date(2026, 1, 1)), SYD_2026)
    assert (before, after) == (1_710, 799)
    assert round(100 * (1 - after / before), 1) == 53.3
    assert round(after_flat_cut(before, 0.3)) == 1_197
    assert round(after_flat_cut(before, 0.3)) - after == 398


def test_the_national_floor() -> None:
    nation = {Kind.SOCIAL_OFFER: 2_000, Kind.FOSTER_FAMILY: 5_000}  # 000_...txt:4501-4507
    after = floor_visits_a_year(resolved_on(date(2026, 1, 1)), nation)
    assert round(after) == 3_167
    assert round(100 * (1 - after / 7_000), 1) == 54.8


def test_kinds_without_a_floor_count_nothing() -> None:
    others = {Kind.TREATMENT_SCHOOL: 68, Kind.PERSONAL_ASSISTANCE_EMPLOYER: 20}
    assert floor_visits_a_year(resolved_on(date(2025, 1, 1)), others) == 0


def test_departments_are_targets_of_their_own() -> None:
    subjects = {dossier.subject_id: (dossier, pressure) for dossier, _, pressure in small()}
    for dossier, pressure in subjects.values():
        open_ones = sum(one.closed_on is None for one in dossier.of("department"))
        if pressure.floor_targets and dossier.kind is Kind.SOCIAL_OFFER:
            assert pressure.floor_targets == max(1, open_ones)
        elif dossier.kind in (Kind.TREATMENT_SCHOOL, Kind.PERSONAL_ASSISTANCE_EMPLOYER):
            assert pressure.floor_targets == 0
    targets = floor_targets(pressure for _, pressure in subjects.values())
    assert targets[Kind.FOSTER_FAMILY] == 33
    assert targets[Kind.SOCIAL_OFFER] > 35


def test_a_flat_cut_of_a_plan_is_held_against_its_own_floor() -> None:
    law, extra = Standing.STATUTORY, Standing.YELLOW_EXTRA
    some = [subject(1, visit(1, law), visit(2, extra)), subject(2, visit(1, law))]
    nord = [subject(3, visit(1, law), visit(2, extra), visit(3, extra), authority=Authority.NORD)]
    not_yet_due = [subject(4, visit(1, extra), authority=Authority.MIDT)]
    nothing_planned = [subject(5, authority=Authority.OEST)]
    no_floor = [dataclasses.replace(nord[0], kind=Kind.TREATMENT_SCHOOL, floor_targets=0)]
    cuts = flat_cuts([*some, *nord, *not_yet_due, *nothing_planned, *no_floor], share=0.5)
    found = {c.authority: (c.kind, c.visits, c.statutory_visits, c.breaks_duty) for c in cuts}
    assert len(cuts) == len(found) == 4
    assert found == {
        Authority.NORD: (Kind.FOSTER_FAMILY, 3, 1, False),
        Authority.MIDT: (Kind.FOSTER_FAMILY, 1, 0, False),
        Authority.SYD: (Kind.FOSTER_FAMILY, 3, 2, True),
        Authority.OEST: (Kind.FOSTER_FAMILY, 0, 0, False),
    }
    largest = {c.authority: round(c.largest_share, 3) for c in cuts}
    assert largest == {
        Authority.NORD: 0.667,
        Authority.MIDT: 1.0,
        Authority.SYD: 0.333,
        Authority.OEST: 0.0,
    }
    assert {c.authority: c.left_per_subject for c in cuts}[Authority.SYD] == 0.75


def test_the_laws_visits_of_a_plan_are_counted() -> None:
    law, extra = Standing.STATUTORY, Standing.YELLOW_EXTRA
    assert statutory_visits([subject(1, visit(1, law), visit(2, extra)), subject(2)]) == 1
