"""The choice for small synthetic strata: within budget and law, ordered by colour, written as a
scenario that is read back, and called better only where the simulation can tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve
from engine.rulebook.scenarios import applied, load_scenarios, untouchable_parameters
from engine.simulation.assumptions import load_assumptions
from engine.simulation.hours import visit_hours
from engine.simulation.manners import Manner, Manners
from engine.simulation.optimise.chart import curve_svg
from engine.simulation.optimise.check import Verdict, difference_of
from engine.simulation.optimise.choice import Chooser
from engine.simulation.optimise.menu import (
    Menu,
    Setting,
    floor_days,
    interval_parameter,
    menu_of,
    notice_rules,
)
from engine.simulation.optimise.outlook import Outlook, Policy
from engine.simulation.optimise.scenario import changes_of, scenario_text, write_scenario
from engine.simulation.optimise.strata import Drawn, OtherVisits, Stratum, with_other_visits
from engine.simulation.world.rates import rates_of
from models.scenario import CutMeasure
from models.terms import Authority, Colour, Kind, PerformedBy, Purpose

_DAY = date(2025, 12, 31)
_BEFORE = date(2022, 12, 31)
_ASSUMED = load_assumptions().with_values(
    {
        "optimise.interval_step_days": 182,
        "optimise.depth_step_percent": 20,
        "optimise.sample_share_step_percent": 10,
    }
)
"""A coarse menu, which is quick to go through."""


@cache
def book() -> Rulebook:
    return load_rulebook()


@cache
def menu(day: date = _DAY) -> Menu:
    return menu_of(book(), _ASSUMED.on(day), as_of=day, years=3)


def strata() -> tuple[Stratum, ...]:
    """Synthetic: two authorities, offers and families of every colour."""
    numbers = {Colour.GREEN: 60, Colour.YELLOW: 20, Colour.RED: 8}
    return tuple(
        Stratum(
            kind=kind,
            colour=colour,
            authority=authority,
            subjects=number + 5 * place,
            known_share=0.1 * colour.rank,
            unannounced_share=(0.5 + 0.2 * place, 0.9),
            other=OtherVisits({Purpose.FOLLOW_UP: 0.03 * (1 + colour.rank)}, 0.005),
            drawn=(Drawn("samples.random_share_percent", 1.0, 0, True),)
            if colour is Colour.GREEN
            else (),
            waited=tuple([1 / 12] * 12),
        )
        for kind in (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY)
        for colour, number in numbers.items()
        for place, authority in enumerate((Authority.NORD, Authority.SYD))
    )


@cache
def outlook_of(day: date) -> Outlook:
    return Outlook(strata(), _ASSUMED.on(day), 36)


@cache
def chooser(measure: CutMeasure = CutMeasure.HOURS, day: date = _DAY) -> Chooser:
    return Chooser(menu(day), outlook_of(day), measure)


def test_a_visit_takes_as_long_as_it_does_in_the_simulation() -> None:
    setting = menu().settings[0]
    assumed = _ASSUMED.on(_DAY)
    (plain, *_) = strata()
    short = replace(plain, drawn=(replace(plain.drawn[0], at_most_minutes=30),))
    team = PerformedBy.SPECIAL_EFFORT_TEAM
    manners = {(plain.kind, Purpose.FOLLOW_UP): {Manner(team): 0.5, Manner(): 0.5}}

    def hours(stratum: Stratum, manners: Manners) -> float:
        return Outlook((stratum,), assumed, 36, manners).of_stratum(stratum, None, setting).hours

    depth = setting.depth_percent / 100
    sample, capped = (
        visit_hours(assumed, plain.kind, Purpose.SAMPLE, at_most_minutes=most, depth=depth)
        for most in (None, 30)
    )
    vain = float(rates_of(assumed.number, depth_percent=100, binary_from=0).not_met[0])
    drawn = plain.subjects * setting.random_share_percent / 100 * (1 - vain)
    assert hours(plain, {}) - hours(short, {}) == pytest.approx(drawn * (sample - capped))
    alone, together = (
        visit_hours(assumed, plain.kind, Purpose.FOLLOW_UP, performed_by=who, depth=depth)
        for who in (PerformedBy.CONSULTANT, team)
    )
    visits = 12 * plain.subjects * plain.other.met[Purpose.FOLLOW_UP]
    assert hours(plain, manners) - hours(plain, {}) == pytest.approx(
        visits * (together - alone) / 2
    )


@pytest.mark.parametrize("measure", list(CutMeasure))
@pytest.mark.parametrize("percent", [0, 15, 30])
def test_every_proposal_keeps_budget_law_and_order(measure: CutMeasure, percent: int) -> None:
    choose = chooser(measure)
    if percent > choose.largest_cut_percent:
        assert choose.point(percent).policy is None
        return
    point = choose.point(percent)
    assert point.policy is not None
    assert point.totals is not None
    assert choose.outlook.use(point.totals, measure) <= point.budget * (1 + 1e-6)
    for kind in (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY):
        green, yellow, red = (point.policy.intervals[kind, colour] for colour in Colour)
        assert red <= yellow <= green <= choose.menu.floors[kind]
        assert red <= choose.menu.today[kind, Colour.RED]
    assert point.bound_harm is not None
    assert point.bound_harm <= choose.harm(point.totals) + 1e-6


def test_harm_never_grows_with_what_there_is_to_spend() -> None:
    curve = chooser().curve(range(0, 36, 7))
    harms = [chooser().harm(point.totals) for point in curve if point.totals is not None]
    assert len(harms) >= 4
    assert harms == sorted(harms)
    assert harms[0] <= chooser().harm(chooser().today) + 1e-6


def test_a_cut_that_the_law_does_not_leave_is_not_met() -> None:
    largest = chooser().largest_cut_percent
    assert 0 < largest < 90
    assert chooser().point(largest - 0.01).policy is not None
    assert chooser().point(largest + 0.01).policy is None


def test_a_plain_cut_is_met_exactly_or_not_at_all() -> None:
    choose = chooser()
    nothing = choose.plain(0)
    assert nothing.met
    assert nothing.totals == choose.today
    half = choose.plain(10)
    assert half.met
    assert choose.outlook.use(half.totals, CutMeasure.HOURS) == pytest.approx(choose.budget(10))
    assert choose.harm(half.totals) > choose.harm(choose.today)
    assert not choose.plain(99).met


def test_the_totals_of_a_policy_are_those_of_its_strata() -> None:
    outlook = chooser().outlook
    policy = Policy(menu().today, menu().setting_today)
    whole = outlook.of_policy(policy)
    parts = [
        outlook.of_stratum(s, policy.intervals[s.kind, s.colour], policy.setting) for s in strata()
    ]
    for place in range(4):
        assert whole[place] == pytest.approx(sum(part[place] for part in parts))


def test_deeper_visits_cost_more_and_leave_less() -> None:
    outlook = chooser().outlook
    found = [
        outlook.of_policy(Policy(menu().today, Setting(depth, 5, 5))) for depth in (60, 100, 120)
    ]
    assert [t.hours for t in found] == sorted(t.hours for t in found)
    assert [t.unseen_months for t in found] == sorted(
        (t.unseen_months for t in found), reverse=True
    )
    assert len({round(t.visits, 6) for t in found}) == 1


def test_more_samples_cost_more_and_leave_less() -> None:
    few, many = (
        chooser().outlook.of_policy(Policy(menu().today, Setting(100, 5, share)))
        for share in (1, 20)
    )
    assert few.visits < many.visits
    assert few.unseen_months > many.unseen_months


def test_the_menu_holds_today_and_nothing_that_the_law_forbids() -> None:
    now = menu()
    assert now.from_day == date(2026, 1, 1)
    assert now.floors == {Kind.SOCIAL_OFFER: 1095, Kind.FOSTER_FAMILY: 730}
    assert now.setting_today in now.settings
    for (kind, colour), days in now.intervals.items():
        assert now.today[kind, colour] in days
        assert max(days) <= now.floors[kind]
    before = menu(_BEFORE)
    assert before.floors == {Kind.SOCIAL_OFFER: 365, Kind.FOSTER_FAMILY: 365}
    assert max(max(days) for days in before.intervals.values()) <= 365


def test_the_shortest_of_the_laws_intervals_in_the_period_counts() -> None:
    resolved = resolve(book(), as_of=date(2025, 1, 1))
    assert floor_days(resolved, Kind.FOSTER_FAMILY, date(2028, 1, 1)) == 365
    assert floor_days(resolved, Kind.TREATMENT_SCHOOL, date(2028, 1, 1)) is None


def test_notice_is_for_choice_only_where_law_and_persons_leave_it_open() -> None:
    assert notice_rules(resolve(book(), as_of=date(2026, 6, 1))) == ()
    assert notice_rules(resolve(book(), as_of=date(2023, 6, 1))) == ("visits.notice_family",)


@pytest.mark.parametrize("day", [_DAY, _BEFORE])
def test_the_scenario_is_read_back_as_it_was_meant(day: date, tmp_path: Path) -> None:
    choose = chooser(CutMeasure.HOURS, day)
    percent = int(min(choose.largest_cut_percent, 25))
    point = choose.point(percent)
    assert point.policy is not None
    text = scenario_text(choose.menu, point.policy, measure=CutMeasure.HOURS, percent=percent)
    file = tmp_path / "scenario.yaml"
    write_scenario(file, text)
    (scenario,) = load_scenarios(book(), [file])
    assert scenario.id == f"optimised_hours_{percent}"
    assert scenario.cut is None
    assert scenario.depth_percent == point.policy.setting.depth_percent
    changes = {change.parameter: change.value for change in scenario.changes}
    assert changes == changes_of(choose.menu, point.policy)
    assert not untouchable_parameters(book()) & set(changes)
    resolved = resolve(applied(book(), scenario), as_of=choose.menu.from_day)
    for where, days in point.policy.intervals.items():
        assert resolved.parameters[interval_parameter(*where)].value == days


def test_the_same_facts_give_the_same_scenario_and_chart() -> None:
    texts, charts = set(), set()
    for _ in range(2):
        again = Chooser(menu(), Outlook(strata(), _ASSUMED.on(_DAY), 36), CutMeasure.VISITS)
        curve = again.curve((0, 10))
        policy = curve[1].policy
        assert policy is not None
        texts.add(scenario_text(menu(), policy, measure=CutMeasure.VISITS, percent=10))
        charts.add(curve_svg(again, curve, percent=10, measure="besøg", lang="da"))
    assert len(texts) == len(charts) == 1
    (chart,) = charts
    root = ElementTree.fromstring(chart)
    words = "".join(root.itertext())
    assert "Nedskæring af besøg, %" in words
    assert "A: flad nedskæring" in words
    assert "i dag" in words


def test_other_visits_of_the_simulation_take_the_place_of_those_of_the_year_before() -> None:
    wanted = {
        (Kind.SOCIAL_OFFER, Purpose.FOLLOW_UP): 120.0,
        (Kind.FOSTER_FAMILY, Purpose.FOLLOW_UP): 30.0,
        (Kind.SOCIAL_OFFER, Purpose.NIGHT): 12.0,
        (Kind.SOCIAL_OFFER, Purpose.BASIS): 999.0,
    }
    found = with_other_visits(strata(), wanted)
    for kind, purpose, number in (
        (Kind.SOCIAL_OFFER, Purpose.FOLLOW_UP, 120.0),
        (Kind.FOSTER_FAMILY, Purpose.FOLLOW_UP, 30.0),
        (Kind.SOCIAL_OFFER, Purpose.NIGHT, 12.0),
        (Kind.FOSTER_FAMILY, Purpose.NIGHT, 0.0),
    ):
        a_year = sum(12 * s.subjects * s.other.met[purpose] for s in found if s.kind is kind)
        assert a_year == pytest.approx(number)
    assert all(Purpose.BASIS not in s.other.met for s in found)


def test_better_is_said_only_where_chance_does_not_explain_it() -> None:
    other = [100.0, 110.0, 90.0, 105.0]
    assert difference_of([value - 10 for value in other], other).verdict is Verdict.LESS
    assert difference_of([value + 10 for value in other], other).verdict is Verdict.MORE
    noisy = difference_of([80.0, 130.0, 70.0, 121.0], other)
    assert noisy.mean < 0
    assert noisy.verdict is Verdict.NOT_TOLD_APART
    assert difference_of([1.0], [50.0]).verdict is Verdict.NOT_TOLD_APART
