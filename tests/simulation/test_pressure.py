"""Pressure as a vector: what is counted, summed, and how the documents' readings come out."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date, timedelta

import pytest

from engine.finance import hourly_price_on, load_finance
from engine.simulation.assumptions import load_assumptions
from engine.simulation.cut_standing import Standing, Standings
from engine.simulation.pressure import Measure, Pressure, pressure_of_visits
from engine.simulation.pressure_readings import cut_readings
from engine.simulation.pressure_sums import Dimension, dimensions_of, summed
from models.rulebook import VisitOutcomeRule
from models.terms import Authority, Colour, Kind, Notice, PerformedBy, Purpose, VisitOutcome
from tests.simulation.portfolios import ASSUMED, DAY, resolved_on, small, subject, visit

FINANCE = load_finance()


def test_the_plan_is_counted_visit_by_visit() -> None:
    for _, decision, pressure in small():
        planned = pressure.planned
        visits = [v for v in decision.plan.visits if v.performed_by is not PerformedBy.ECONOMY]
        assert planned.visits == len(visits)
        assert planned.desk_cases == len(decision.plan.visits) - len(visits)
        assert planned.unannounced == sum(v.notice is Notice.UNANNOUNCED for v in visits)
        assert planned.by_purpose == Counter(p for v in visits for p in v.purposes)
        assert planned.documents == sum(len(v.documents) for v in decision.plan.visits)
        assert planned.announced + planned.unannounced == planned.visits
        assert planned.money_dkk == pytest.approx(626 * planned.hours)


def test_what_was_done_is_what_was_held_in_the_year_before() -> None:
    total = 0
    for dossier, _, pressure in small():
        held = [v for v in dossier.of("visit") if DAY - timedelta(days=365) < v.held_on <= DAY]
        at_the_place = [v for v in held if v.performed_by is not PerformedBy.ECONOMY]
        done = pressure.done
        assert done.visits == len(at_the_place)
        assert done.not_met == sum(v.outcome is VisitOutcome.NOT_MET for v in at_the_place)
        assert done.documents == (None if held else 0)
        total += done.visits
    assert total == 193


def test_the_same_visit_counts_once_under_each_purpose() -> None:
    both = dataclasses.replace(
        visit(1, Standing.STATUTORY), purposes=(Purpose.BASIS, Purpose.FOLLOW_UP)
    )
    pressure = pressure_of_visits([both])
    assert pressure.visits == 1
    assert pressure.by_purpose == {Purpose.BASIS: 1, Purpose.FOLLOW_UP: 1}
    assert [pressure.of(measure) for measure in Measure] == [1, 17.5, 17.5 * 626, 1, 1]


def test_nothing_is_lost_or_counted_twice_when_summing() -> None:
    subjects = [pressure for _, _, pressure in small()]
    (total,) = summed(subjects)
    for by in ([Dimension.COLOUR], [Dimension.KIND, Dimension.AUTHORITY], list(Dimension)):
        parts = summed(subjects, by)
        assert sum(part.subjects for part in parts) == total.subjects == 80
        added = Pressure()
        for part in parts:
            added = added.plus(part.planned)
        assert added.hours == pytest.approx(total.planned.hours)
        assert added.money_dkk == pytest.approx(total.planned.money_dkk)
        exact = ("visits", "unannounced", "overdue", "desk_cases", "documents", "by_purpose")
        assert all(getattr(added, name) == getattr(total.planned, name) for name in exact)


def test_sums_stand_in_the_order_of_the_closed_sets() -> None:
    some = [
        subject(1, colour=Colour.RED),
        subject(2, authority=Authority.NORD, colour=Colour.RED),
        subject(3, team="K-2"),
        subject(4, team="K-1"),
    ]
    assert [s.key for s in summed(some, [Dimension.COLOUR])] == [("green",), ("red",)]
    assert [s.key for s in summed(some, [Dimension.COLOUR, Dimension.AUTHORITY])] == [
        ("green", "syd"),
        ("red", "nord"),
        ("red", "syd"),
    ]
    assert [s.key for s in summed(some, [Dimension.TEAM])] == [
        ("nord",),
        ("syd",),
        ("K-1",),
        ("K-2",),
    ]
    assert dimensions_of("colour, kind,colour") == (Dimension.COLOUR, Dimension.KIND)
    with pytest.raises(ValueError, match="size"):
        dimensions_of("colour,size")


def test_standings_of_the_small_portfolio() -> None:
    found = Counter(
        (pressure.kind, planned.standing)
        for _, _, pressure in small()
        for planned in pressure.planned_visits
    )
    assert found[Kind.TREATMENT_SCHOOL, Standing.ORDERED] == 7
    assert found[Kind.SOCIAL_OFFER, Standing.DESK] == 5
    assert found[Kind.FOSTER_FAMILY, Standing.STATUTORY] == 11
    assert not found[Kind.TREATMENT_SCHOOL, Standing.STATUTORY]
    assert sum(found.values()) == 243


SERIOUS = (
    "acute",
    "serious",
    "effect_check",
    "overdue",
    "intensified",
    "special_effort",
    "imminent",
)


def test_which_follow_up_is_serious_is_told_by_the_rules_and_not_by_what_may_be_shown() -> None:
    """Of an anonymous concern a reason shows next to nothing; its follow-up is as serious."""
    for day in (DAY, date(2026, 6, 1)):
        resolved = resolved_on(day)
        follow_up = {
            rule.id
            for rule in resolved.rules
            if isinstance(rule.then, VisitOutcomeRule) and rule.then.purpose is Purpose.FOLLOW_UP
        }
        serious = Standings(resolved).serious_rules
        assert serious < follow_up
        desk = "economy_budget"
        for rule in sorted(follow_up):
            expected = any(word in rule for word in SERIOUS) and desk not in rule
            assert (rule in serious) is expected, rule


READINGS = {
    (None, "national_money"): (-30, -22.7),  # 000_0be2027a0e412987.txt:4481-4485
    (None, "national_floor_visits"): (None, -54.8),  # the notes' F25
    (Authority.SYD, "total"): (-18.9, -20.3),  # 000_...txt:4513-4545
    (Authority.SYD, "offers"): (-33.97, -33.97),  # 000_...txt:4592
    (Authority.SYD, "families"): (-9.93, -9.93),  # 000_...txt:4639
    (Authority.SYD, "base_tariff"): (-28, -28.2),  # 000_...txt:4581-4590
    (Authority.SYD, "floor_visits"): (None, -53.3),  # the notes' F25
}


def test_every_reading_of_the_documents_printed_and_recomputed() -> None:
    readings = {(r.authority, r.change.reading.value): r.change for r in cut_readings(FINANCE)}
    assert readings.keys() >= READINGS.keys()
    for name, (printed, recomputed) in READINGS.items():
        stated = readings[name].stated_percent
        assert (None if stated is None else float(stated)) == printed
        digits = len(str(recomputed).partition(".")[2])
        assert round(float(readings[name].percent), digits) == recomputed


def test_the_price_of_the_simulation_is_that_of_the_finance_files() -> None:
    for day in (date(2022, 12, 31), date(2026, 6, 1)):
        for authority in Authority:
            price = hourly_price_on(FINANCE, authority, day).dkk
            assert price == load_assumptions().on(day).number("hours.price_dkk")


def test_the_time_before_is_as_long_as_the_period() -> None:
    assert ASSUMED.day == DAY
    assert all(v.on > date(2024, 6, 1) for _, _, pressure in small() for v in pressure.done_visits)
