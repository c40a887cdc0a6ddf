"""What others ask of finance: an authority's frame in a year, and hours as kroner."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from engine.finance import (
    Finance,
    NoFrameError,
    NoHourlyPriceError,
    NoPriceStepError,
    case_costs,
    changes_of,
    cost_of_hours,
    forwarded,
    frame_of,
    hourly_price_on,
    load_finance,
    municipal_year,
)
from engine.finance.post_adjustment import beyond_limit, spread_after_budgets
from models.terms import Authority, Basis

OWN = Path(__file__).parents[2] / "fixtures" / "finance" / "midt-2027.yaml"


@pytest.fixture(scope="module")
def finance() -> Finance:
    return load_finance()


@pytest.fixture(scope="module")
def with_midt() -> Finance:
    return load_finance(authority_files=[OWN])


def test_a_stated_frame_is_taken_as_it_stands(finance: Finance) -> None:
    frame = frame_of(finance, Authority.SYD, 2026)
    assert frame.stated
    assert (frame.objective_dkk, frame.tariffs_dkk) == (31_200_000, 17_340_000)
    assert frame.total_dkk == 48_540_000
    assert frame.basis is Basis.PRACTICE


def test_a_later_year_is_like_the_last_stated_one_and_an_assumption(finance: Finance) -> None:
    frame = frame_of(finance, Authority.SYD, 2029)
    assert (frame.total_dkk, frame.stated, frame.basis) == (48_540_000, False, Basis.ASSUMPTION)
    assert "2026" in frame.how.text("en")


def test_who_states_nothing_gets_a_part_of_the_national_frame(finance: Finance) -> None:
    found = [frame_of(finance, authority, 2026) for authority in Authority]
    assert [f.stated for f in found] == [a is Authority.SYD for a in Authority]
    midt = frame_of(finance, Authority.MIDT, 2026)
    assert midt.objective_dkk == round(115_000_000 * 1221 / 5337)
    assert midt.tariffs_dkk == round(103_000_000 * 486 / 1999)


def test_own_numbers_times_the_national_amounts(with_midt: Finance) -> None:
    frame = frame_of(with_midt, Authority.MIDT, 2027)
    assert (frame.objective_dkk, frame.tariffs_dkk) == (1200 * 23_000, 486 * 51_500)
    assert frame.basis is Basis.ASSUMPTION


def test_before_the_first_frame_there_is_none(finance: Finance) -> None:
    with pytest.raises(NoFrameError, match="2025"):
        frame_of(finance, Authority.MIDT, 2025)
    with pytest.raises(NoFrameError):
        frame_of(finance, Authority.SYD, 2020)
    assert frame_of(finance, Authority.SYD, 2018).total_dkk == 52_400_000


@pytest.mark.parametrize(
    ("day", "price", "assumed"),
    [
        (date(2017, 1, 1), 497, False),
        (date(2018, 12, 31), 497, False),
        (date(2019, 1, 1), 497, True),
        (date(2016, 1, 1), 497, True),
        (date(2025, 12, 31), 626, True),
        (date(2026, 1, 1), 626, False),
        (date(2026, 12, 31), 626, False),
        (date(2030, 1, 1), 626, True),
    ],
)
def test_the_price_of_an_hour(finance: Finance, day: date, price: int, assumed: bool) -> None:
    found = hourly_price_on(finance, Authority.SYD, day)
    assert (found.dkk, found.of) == (price, Authority.SYD)
    assert (found.assumed is not None) == assumed
    assert (found.basis is Basis.ASSUMPTION) == assumed


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2029, 6, 1)])
def test_others_take_the_price_of_syd_and_say_so(finance: Finance, day: date) -> None:
    found = hourly_price_on(finance, Authority.OEST, day)
    assert (found.dkk, found.of, found.basis) == (626, Authority.SYD, Basis.ASSUMPTION)
    assert found.assumed is not None
    assert "Socialtilsyn Øst" in found.assumed.text("da")


def test_an_own_price_needs_no_assumption(with_midt: Finance) -> None:
    found = hourly_price_on(with_midt, Authority.MIDT, date(2027, 3, 1))
    assert (found.dkk, found.assumed) == (650, None)


def test_no_price_at_all_is_said(finance: Finance) -> None:
    bare = replace(finance, authorities={})
    with pytest.raises(NoHourlyPriceError):
        hourly_price_on(bare, Authority.MIDT, date(2026, 1, 1))
    assert case_costs(bare, Authority.NORD, on=date(2026, 1, 1)) == ()


@pytest.mark.parametrize("hours", [Fraction("7.4"), Decimal("7.4")])
def test_hours_are_exact(finance: Finance, hours: Fraction | Decimal) -> None:
    cost = cost_of_hours(finance, Authority.SYD, hours=hours, on=date(2026, 5, 1))
    assert cost.exact_dkk == Fraction("4632.4")
    assert cost.dkk == 4632


def test_forwarding_there_and_back(finance: Finance) -> None:
    there = forwarded(finance.national, 57_562, from_year=2025, to_year=2026)
    assert there == Fraction(57_562) * Fraction("1.034")
    assert forwarded(finance.national, there, from_year=2026, to_year=2025) == 57_562
    assert forwarded(finance.national, 5, from_year=2020, to_year=2020) == 5
    with pytest.raises(NoPriceStepError, match="2018 to 2019"):
        forwarded(finance.national, 1, from_year=2017, to_year=2026)


def test_children_and_a_budget_give_the_shares(with_midt: Finance) -> None:
    found = municipal_year(with_midt.of(Authority.MIDT), 2027)
    assert found is not None
    assert found.total_dkk == 27_000_000
    assert found.earlier_year is None
    aarhus = found.shares[0]
    assert (aarhus.children, aarhus.dkk) == (70_000, 13_775_510)
    assert aarhus.change_percent is None
    assert municipal_year(with_midt.of(Authority.MIDT), 2030) is None


def test_where_only_the_payers_are_known_there_are_no_amounts(finance: Finance) -> None:
    found = municipal_year(finance.of(Authority.NORD), 2025)
    assert found is not None
    assert found.total_dkk is None
    assert {share.dkk for share in found.shares} == {None}
    assert len(found.shares) == 11


def test_readings_need_both_years(finance: Finance) -> None:
    assert changes_of(finance, Authority.SYD, 2024) == ()
    assert [c.reading.value for c in changes_of(finance, Authority.HOVEDSTADEN, 2026)] == [
        "national_money",
        "national_floor_visits",
    ]


def test_of_nothing_there_is_no_change(tmp_path: Path) -> None:
    block = "dkk: 0, offers dkk: 0, basis: practice, sources: [x], reviewed: 2026-11-22}"
    mine = tmp_path / "mine.yaml"
    lines = [f"  - {{year: {year}, families {block}" for year in (2027, 2028)]
    mine.write_text("\n".join(["authority: midt", "budgets:", *lines]), encoding="utf-8")
    finance = load_finance(authority_files=[mine])
    assert changes_of(finance, Authority.MIDT, 2028) == ()


@pytest.mark.parametrize(
    ("result", "over"), [(4000, 0), (4001, 1), (-4000, 0), (-4500, -500), (0, 0)]
)
def test_exactly_the_limit_is_within_it(result: int, over: int) -> None:
    assert beyond_limit(result, 80_000, limit_percent=Fraction(5)) == over


def test_a_surplus_is_spread_as_a_deficit_is() -> None:
    budgets = (80_000, 100_000, 90_000)
    assert spread_after_budgets(5000, budgets) == (1481, 1852, 1667)
    assert spread_after_budgets(-5000, budgets) == (-1481, -1852, -1667)
