"""Tariffs from a base and back again, for every base and table of weights."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.finance.blocks import BySize, OffersBySize
from engine.finance.exact import Rounding, rounded
from engine.finance.tariffs import (
    FLAT,
    BaseInterval,
    base_from_budget,
    base_interval,
    tariff_amounts,
)

bases = st.fractions(min_value=1000, max_value=200_000, max_denominator=1000)


@st.composite
def weights(draw: st.DrawFn) -> BySize:
    """Weights that rise from 1, in hundredths."""
    steps = draw(st.lists(st.integers(0, 100), min_size=3, max_size=3))
    found = [Fraction(1)]
    for step in steps:
        found.append(found[-1] + Fraction(step, 100))
    return BySize.model_validate(dict(zip(BySize.model_fields, found, strict=True)))


@given(bases, weights())
def test_a_larger_class_never_pays_less(base: Fraction, by_size: BySize) -> None:
    amounts = list(tariff_amounts(base, by_size).values())
    assert amounts == sorted(amounts)


@given(bases, bases, weights())
def test_a_larger_base_never_means_a_smaller_tariff(
    one: Fraction, other: Fraction, by_size: BySize
) -> None:
    low, high = sorted((one, other))
    smaller, larger = tariff_amounts(low, by_size), tariff_amounts(high, by_size)
    assert all(smaller[size] <= larger[size] for size in smaller)


@given(bases, weights())
def test_the_base_is_among_those_that_give_its_row(base: Fraction, by_size: BySize) -> None:
    amounts = tariff_amounts(base, by_size)
    found = base_interval(amounts.items(), by_size)
    assert found is not None
    assert base in found
    assert tariff_amounts(found.low, by_size) == amounts
    assert tariff_amounts((found.low + found.high) / 2, by_size) == amounts
    assert tariff_amounts(found.high, by_size) != amounts


@given(
    bases,
    weights(),
    st.integers(1, 100).map(lambda permille: 1 + Fraction(permille, 1000)),
    st.sampled_from(Rounding),
)
def test_the_base_is_found_through_forwarding(
    base: Fraction, by_size: BySize, index: Fraction, rounds: Rounding
) -> None:
    forwarded = {
        size: int(rounded(dkk * index, rounds))
        for size, dkk in tariff_amounts(base, by_size).items()
    }
    found = base_interval(forwarded.items(), by_size, index=index, rounds=rounds)
    assert found is not None
    assert base in found


def test_a_row_that_no_base_gives() -> None:
    row = {"places_0_7": 10498, "places_8_24": 11941, "places_25_49": 13026, "places_50_up": 14112}
    flattened = BySize.model_validate(
        {"places_0_7": 1, "places_8_24": 1.1, "places_25_49": 1.2, "places_50_up": 1.3}
    )
    assert base_interval(row.items(), flattened) is None
    assert base_interval([("places_0_7", 3), ("places_8_24", 4)], FLAT) is None


def test_rounding_the_smallest_first_would_fail() -> None:
    """38,158 x 1.2 = 45,789.6 and x 3 = 114,474: the printed 114,475 needs the unrounded base."""
    old = BySize.model_validate(
        {"places_0_7": 1, "places_8_24": 1.2, "places_25_49": 2, "places_50_up": 3}
    )
    assert tariff_amounts(Fraction(38158), old)["places_50_up"] == 114_474
    assert tariff_amounts(Fraction("38158.25"), old)["places_50_up"] == 114_475


@given(
    st.integers(10**6, 10**8),
    st.lists(st.integers(0, 300), min_size=4, max_size=4).filter(any),
    weights(),
)
def test_a_base_from_an_amount_collects_it(dkk: int, numbers: list[int], by_size: BySize) -> None:
    offers = OffersBySize.model_validate(dict(zip(OffersBySize.model_fields, numbers, strict=True)))
    base = base_from_budget(dkk, offers, by_size)
    exactly = sum(count * base * getattr(by_size, size) for size, count in offers.items())
    assert exactly == dkk
    rows = tariff_amounts(base, by_size)
    rounded_off = sum(count * rows[size] for size, count in offers.items())
    assert abs(rounded_off - dkk) <= Fraction(sum(numbers), 2)


def test_intervals_meet_in_what_they_share() -> None:
    wide, narrow = BaseInterval(Fraction(1), Fraction(5)), BaseInterval(Fraction(3), Fraction(9))
    point = BaseInterval(Fraction(4), Fraction(4))
    assert wide.met(narrow) == narrow.met(wide) == BaseInterval(Fraction(3), Fraction(5))
    assert wide.met(point) == point.met(wide) == point
    assert point.known
    assert not wide.known
    assert BaseInterval(Fraction(5), Fraction(6)).met(wide) is None
    assert point.met(BaseInterval(Fraction(5), Fraction(6))) is None
    assert Fraction(5) not in wide
    assert Fraction(1) in wide
