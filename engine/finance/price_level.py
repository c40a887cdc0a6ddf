"""Amounts of one year in the prices of another, by the price-level index (pris- og
lønfremskrivning, PL)."""

from __future__ import annotations

from fractions import Fraction

from engine.finance.national_schema import NationalFinance, PriceStep
from engine.rulebook.problems import SaidError, said

__all__ = ["NoPriceStepError", "forwarded", "price_index", "price_steps"]


class NoPriceStepError(SaidError):
    """The index of a year in between is not known."""


def price_steps(national: NationalFinance, from_year: int, to_year: int) -> tuple[PriceStep, ...]:
    """The yearly steps between two years, oldest first. Raises NoPriceStepError if one is
    missing."""
    known = {step.from_year: step for step in national.price_steps}
    first, last = sorted((from_year, to_year))
    for year in range(first, last):
        if year not in known:
            raise NoPriceStepError(said("finance.no_price_step", year=year, next=year + 1))
    return tuple(known[year] for year in range(first, last))


def price_index(national: NationalFinance, from_year: int, to_year: int) -> Fraction:
    """What an amount of one year is multiplied by to be in another's prices; 1.034 from 2025 to
    2026."""
    index = Fraction(1)
    for step in price_steps(national, from_year, to_year):
        index *= 1 + step.percent / 100
    return index if from_year <= to_year else 1 / index


def forwarded(
    national: NationalFinance, amount_dkk: Fraction | int, *, from_year: int, to_year: int
) -> Fraction:
    """An amount in the prices of another year, not rounded."""
    return amount_dkk * price_index(national, from_year, to_year)
