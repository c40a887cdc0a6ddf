"""Hours as kroner: hourly prices by day, BPA cases, hours of visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.finance.exact import half_up_dkk
from engine.finance.read import Finance
from engine.finance.schema import CaseHours, CaseKind, HourlyPrice
from engine.rulebook.problems import Said, SaidError, said
from models.rulebook import Source
from models.terms import Authority, Basis

__all__ = [
    "CaseCost",
    "HoursCost",
    "NoHourlyPriceError",
    "PriceInForce",
    "case_costs",
    "cost_of_hours",
    "hourly_price_on",
]


class NoHourlyPriceError(SaidError):
    """No hourly price is known, neither the authority's own nor one to take in its place."""


@dataclass(frozen=True, slots=True)
class PriceInForce:
    """The price of an hour on a day. `assumed` says what was assumed, if no source states it."""

    dkk: int
    of: Authority
    basis: Basis
    sources: tuple[Source, ...]
    assumed: Said | None


@dataclass(frozen=True, slots=True)
class HoursCost:
    """Hours and what they cost: exactly, and in whole kroner with halves up."""

    hours: Fraction
    price: PriceInForce

    @property
    def exact_dkk(self) -> Fraction:
        """Hours times the price."""
        return self.hours * self.price.dkk

    @property
    def dkk(self) -> int:
        """In whole kroner."""
        return half_up_dkk(self.exact_dkk)


@dataclass(frozen=True, slots=True)
class CaseCost:
    """What one BPA case is invoiced: its hours times the hourly price."""

    case: CaseKind
    rule: CaseHours
    cost: HoursCost
    assumed: Said | None


def hourly_price_on(finance: Finance, authority: Authority, day: date) -> PriceInForce:
    """The price of an hour on a day.

    Where the authority states none for the day, the one nearest in time is taken as it stands, and
    where it states none at all that of the authority named in `national.yaml`; both are
    assumptions. Raises NoHourlyPriceError if there is none to take.
    """
    of = authority
    stand_in = finance.national.hourly_price_stand_in
    if not finance.of(of).hourly_prices:
        of = stand_in.authority
    prices = finance.of(of).hourly_prices
    if not prices:
        raise NoHourlyPriceError(said("finance.no_hourly_price", authority=_named(authority)))
    price = min(prices, key=lambda p: (_days_from(p, day), p.valid_from))
    exact = price.holds_on(day)
    if of is authority and exact:
        return PriceInForce(price.dkk, of, price.basis, price.sources, None)
    assumed = said("finance.price_of_other_time", dkk=price.dkk, since=price.valid_from, day=day)
    if exact:
        assumed = said("finance.price_of_other", of=_named(of), authority=_named(authority))
    elif of is not authority:
        assumed = said(
            "finance.price_of_other_and_time",
            of=_named(of),
            authority=_named(authority),
            since=price.valid_from,
            day=day,
        )
    sources = price.sources if of is authority else (*price.sources, *stand_in.sources)
    return PriceInForce(price.dkk, of, Basis.ASSUMPTION, sources, assumed)


def _days_from(price: HourlyPrice, day: date) -> int:
    if price.holds_on(day):
        return 0
    if day < price.valid_from:
        return (price.valid_from - day).days
    return (day - (price.valid_until or day)).days


def _named(authority: Authority) -> Said:
    return said(f"finance_words.authority_{authority.value}")


def cost_of_hours(
    finance: Finance, authority: Authority, *, hours: Fraction | Decimal | int, on: date
) -> HoursCost:
    """What hours of an authority's supervision cost on a day; also visits times hours a visit."""
    return HoursCost(Fraction(hours), hourly_price_on(finance, authority, on))


def case_costs(finance: Finance, authority: Authority, *, on: date) -> tuple[CaseCost, ...]:
    """What each kind of BPA case costs on a day.

    Hours of another time are taken where none are stated for the day, an assumption.
    """
    rules = finance.of(authority).case_hours
    found = []
    for case in CaseKind:
        mine = [rule for rule in rules if rule.case is case]
        if not mine:
            continue
        rule = next((r for r in mine if r.holds_on(on)), None)
        assumed = None
        if rule is None:
            rule = min(mine, key=lambda r: (abs((r.valid_from - on).days), r.valid_from))
            assumed = said("finance.hours_of_other_time", since=rule.valid_from, day=on)
        cost = cost_of_hours(finance, authority, hours=rule.hours, on=on)
        found.append(CaseCost(case, rule, cost, assumed))
    return tuple(found)
