"""Tariffs of offers: every amount of a row is one unrounded base times the weight of the size
class, halves rounded up (002_c7b3169ddc9536ee.txt:157-183)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine.finance.blocks import BySize, OffersBySize
from engine.finance.exact import Rounding, half_up_dkk, rounded
from engine.finance.national_schema import NationalFinance
from engine.finance.price_level import price_index
from engine.finance.schema import AuthorityFinance, Intensified, Product, TariffRow, Weights

__all__ = [
    "FLAT",
    "BaseInterval",
    "Tariffs",
    "base_from_budget",
    "base_interval",
    "base_row",
    "intensified_on",
    "tariff_amounts",
    "tariffs_of",
    "weights_on",
]

_HALF = Fraction(1, 2)
FLAT = BySize.model_validate(dict.fromkeys(BySize.model_fields, 1))
"""Every class pays the same."""


@dataclass(frozen=True, slots=True)
class BaseInterval:
    """The unrounded bases that give a printed row: from `low` on, and below `high`. A base that is
    known is one number, and `low` and `high` are both it."""

    low: Fraction
    high: Fraction

    @property
    def known(self) -> bool:
        """The base itself is known."""
        return self.low == self.high

    def __contains__(self, base: Fraction) -> bool:
        return base == self.low or self.low <= base < self.high

    def met(self, other: BaseInterval) -> BaseInterval | None:
        """The bases that give both rows; None if there are none."""
        if self.known:
            return self if self.low in other else None
        if other.known:
            return other.met(self)
        low, high = max(self.low, other.low), min(self.high, other.high)
        return BaseInterval(low, high) if low < high else None


@dataclass(frozen=True, slots=True)
class Tariffs:
    """One product's tariffs in a year, worked out.

    `amounts_dkk`: by size class, as the base and the weights give them; `most_dkk` as the largest
    base does, if several give the printed row. `printed_dkk`: as printed, if they are. `base`: the
    bases that give the printed row, or the one it was worked out from; None where none gives it.
    `row` is None for intensified supervision that no source prints; `rule` says how that is paid.
    """

    product: Product
    year: int
    prices_of: int
    weights: BySize
    amounts_dkk: dict[str, int]
    most_dkk: dict[str, int]
    printed_dkk: dict[str, int]
    base: BaseInterval | None
    row: TariffRow | None
    rule: Intensified | None = None

    @property
    def differing(self) -> tuple[str, ...]:
        """The size classes whose printed amount is not the worked-out one."""
        return tuple(
            size for size, dkk in self.printed_dkk.items() if self.amounts_dkk.get(size) != dkk
        )

    @property
    def uncertain(self) -> tuple[str, ...]:
        """The size classes whose amount depends on which of the bases it is."""
        return tuple(size for size, dkk in self.amounts_dkk.items() if self.most_dkk[size] != dkk)


def tariff_amounts(base_dkk: Fraction, weights: BySize) -> dict[str, int]:
    """Each size class's tariff: the unrounded base times its weight, halves up."""
    return {size: half_up_dkk(base_dkk * weight) for size, weight in weights.items()}


def _most(base: BaseInterval, weights: BySize) -> dict[str, int]:
    """Each size class's tariff from the largest base; the upper end itself is not one of them."""
    if base.known:
        return tariff_amounts(base.low, weights)
    return {size: (base.high * weight + _HALF).__ceil__() - 1 for size, weight in weights.items()}


def base_from_budget(dkk: Fraction | int, offers: OffersBySize, weights: BySize) -> Fraction:
    """The unrounded base that collects an amount from so many offers of each class."""
    shares = sum(
        (count * getattr(weights, size) for size, count in offers.items()), start=Fraction(0)
    )
    return Fraction(dkk) / shares


def base_interval(
    printed: Iterable[tuple[str, int]],
    weights: BySize,
    *,
    index: Fraction = Fraction(1),
    rounds: Rounding = Rounding.HALF_UP,
) -> BaseInterval | None:
    """The bases that give printed amounts; None if there are none.

    With an index above 1 the amounts were rounded, forwarded and rounded again: then each printed
    amount goes back to the whole kroner that became it, and these to the base.
    """
    found: BaseInterval | None = None
    for size, dkk in printed:
        weight = getattr(weights, size)
        least, most = _whole_before(dkk, index, rounds)
        low, high = (least - _HALF) / weight, (most + _HALF) / weight
        if low >= high:
            return None
        here = BaseInterval(low, high)
        found = here if found is None else found.met(here)
        if found is None:
            return None
    return found


def _whole_before(dkk: int, index: Fraction, rounds: Rounding) -> tuple[int, int]:
    """The least and the largest whole amounts that are printed as `dkk` once forwarded; the least
    is the larger if there is none."""
    if index == 1:
        return dkk, dkk
    middle = (dkk / index).__floor__()
    near = [
        whole
        for whole in range(max(middle - 2, 0), middle + 4)
        if rounded(whole * index, rounds) == dkk
    ]
    return (near[0], near[-1]) if near else (1, 0)


def weights_on(authority: AuthorityFinance, day: date) -> Weights | None:
    """The weights in force on a day."""
    return next((weights for weights in authority.weights if weights.holds_on(day)), None)


def intensified_on(authority: AuthorityFinance, day: date) -> Intensified | None:
    """How intensified supervision is paid for on a day."""
    return next((rule for rule in authority.intensified if rule.holds_on(day)), None)


def base_row(authority: AuthorityFinance, year: int) -> TariffRow | None:
    """The row of a year's base tariff, in the prices of the year itself where there are two."""
    rows = [r for r in authority.tariffs if r.product is Product.BASE and r.year == year]
    return min(rows, key=lambda row: row.prices_of != year, default=None)


def tariffs_of(
    authority: AuthorityFinance, national: NationalFinance, year: int
) -> tuple[Tariffs, ...]:
    """Every product's tariffs in a year, those of intensified supervision worked out from the base
    where no source prints them."""
    order = list(Product)
    rows = sorted(
        (row for row in authority.tariffs if row.year == year),
        key=lambda row: (order.index(row.product), row.prices_of),
    )
    found = [_of_row(authority, national, row) for row in rows]
    rule = intensified_on(authority, date(year, 1, 1))
    base = base_row(authority, year)
    printed = any(row.product is Product.INTENSIFIED for row in rows)
    if rule is not None and base is not None and not printed:
        found.append(_intensified_of(_of_row(authority, national, base), rule))
    return tuple(found)


def _weights_of(authority: AuthorityFinance, row: TariffRow) -> BySize:
    weights = None if row.flat else weights_on(authority, date(row.year, 1, 1))
    return FLAT if weights is None else weights.by_size


def _scaled(weights: BySize, share: Fraction) -> BySize:
    return BySize.model_validate({size: weight * share for size, weight in weights.items()})


def _of_row(authority: AuthorityFinance, national: NationalFinance, row: TariffRow) -> Tariffs:
    weights = _weights_of(authority, row)
    index = price_index(national, row.year, row.prices_of)
    rule = None
    if row.product is Product.INTENSIFIED:
        rule = intensified_on(authority, date(row.year, 1, 1))
        if rule is not None:
            weights = _scaled(weights, rule.share_of_base)
    if row.printed_dkk is None:
        base = row.base_dkk
        if row.to_collect is not None:
            base = base_from_budget(row.to_collect.dkk, row.to_collect.offers, weights)
        interval = None if base is None else BaseInterval(base, base)
        printed: dict[str, int] = {}
    else:
        printed = dict(row.printed_dkk.items())
        sound = [(size, dkk) for size, dkk in printed.items() if size not in row.misprinted]
        interval = base_interval(sound, weights, index=index, rounds=row.forwarding_rounds)
        if rule is not None and interval is not None:
            yearly = _base_of_year(authority, national, row.year)
            interval = None if yearly is None else interval.met(yearly)
    amounts: dict[str, int] = {}
    most: dict[str, int] = {}
    if interval is not None:
        amounts, most = (
            {size: int(rounded(dkk * index, row.forwarding_rounds)) for size, dkk in found.items()}
            for found in (tariff_amounts(interval.low, weights), _most(interval, weights))
        )
    return Tariffs(
        product=row.product,
        year=row.year,
        prices_of=row.prices_of,
        weights=weights,
        amounts_dkk=amounts,
        most_dkk=most,
        printed_dkk=printed,
        base=interval,
        row=row,
        rule=rule,
    )


def _base_of_year(
    authority: AuthorityFinance, national: NationalFinance, year: int
) -> BaseInterval | None:
    """The bases that the year's base tariff allows; None where there is no such row."""
    row = base_row(authority, year)
    return None if row is None else _of_row(authority, national, row).base


def _intensified_of(base: Tariffs, rule: Intensified) -> Tariffs:
    """A payment of intensified supervision as its share of the yearly base."""
    weights = _scaled(base.weights, rule.share_of_base)
    amounts: dict[str, int] = {}
    most: dict[str, int] = {}
    if base.prices_of != base.year:
        yearly = base.printed_dkk or base.amounts_dkk
        amounts = {size: half_up_dkk(dkk * rule.share_of_base) for size, dkk in yearly.items()}
        most = amounts
    elif base.base is not None:
        amounts, most = tariff_amounts(base.base.low, weights), _most(base.base, weights)
    return Tariffs(
        product=Product.INTENSIFIED,
        year=base.year,
        prices_of=base.prices_of,
        weights=weights,
        amounts_dkk=amounts,
        most_dkk=most,
        printed_dkk={},
        base=base.base,
        row=None,
        rule=rule,
    )
