"""What an authority's finance file may hold. Every number stands in a block with its basis, its
sources and the day somebody last held it against them; units are in the names."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from engine.finance.blocks import (
    BySize,
    Count,
    Dated,
    FinanceEntry,
    Kroner,
    KronerBySize,
    OffersBySize,
    Sourced,
    Year,
)
from engine.finance.exact import Exact, Positive, Rounding
from models.rulebook import Text
from models.terms import Authority

__all__ = [
    "AuthorityFinance",
    "Budget",
    "CaseHours",
    "CaseKind",
    "HourlyPrice",
    "Intensified",
    "IntensifiedPeriod",
    "MunicipalShares",
    "PricePerFamily",
    "Product",
    "Reading",
    "StatedChange",
    "SubjectCounts",
    "TariffRow",
    "ToCollect",
    "Weights",
]

_UNCOMMON = Fraction(1000)
"""A base below this is a slip: nobody's tariff was ever so small."""


class Product(StrEnum):
    """What an offer pays for. `base` is a year of ordinary supervision."""

    BASE = "base"
    NEW_APPROVAL = "new_approval"
    SUBSTANTIAL_CHANGE = "substantial_change"
    CLERICAL_CHANGE = "clerical_change"
    INTENSIFIED = "intensified"


class CaseKind(StrEnum):
    """What is invoiced as hours times a price: employers of personal assistants (BPA)."""

    BPA_SUPERVISION = "bpa_supervision"
    BPA_APPROVAL = "bpa_approval"


class IntensifiedPeriod(StrEnum):
    """What one payment of intensified supervision covers."""

    QUARTER = "quarter"
    MONTH = "month"


class Reading(StrEnum):
    """One of the things that "30 %" is said of."""

    NATIONAL_MONEY = "national_money"
    TOTAL = "total"
    OFFERS = "offers"
    FAMILIES = "families"
    COLLECTED = "collected"
    BASE_TARIFF = "base_tariff"
    FLOOR_VISITS = "floor_visits"
    NATIONAL_FLOOR_VISITS = "national_floor_visits"


class Weights(Dated):
    """How many times the smallest class's tariff each class pays; the first weight is 1."""

    by_size: BySize

    @model_validator(mode="after")
    def _rising(self) -> Self:
        weights = [weight for _, weight in self.by_size.items()]
        if weights[0] != 1 or sorted(weights) != weights:
            raise PydanticCustomError("finance_weights_fall", "weights must rise from 1")
        return self


class ToCollect(FinanceEntry):
    """An amount to be collected in tariffs from so many offers of each size class."""

    dkk: Kroner
    offers: OffersBySize

    @model_validator(mode="after")
    def _somebody_pays(self) -> Self:
        if not any(count for _, count in self.offers.items()):
            raise PydanticCustomError("finance_nobody_pays", "no offers")
        return self


class TariffRow(Sourced):
    """One product's tariffs in one year: as printed, or from a base, or from an amount to collect.

    `in_prices_of`: the year whose prices the amounts are in, if not its own; they were forwarded
    with the price index and rounded once more (`forwarding_rounds`). `misprinted`: the classes
    whose printed amount is not the pattern's; `misprint` says what went wrong.
    """

    product: Product
    year: Year
    in_prices_of: Year | None = None
    forwarding_rounds: Rounding = Rounding.HALF_UP
    flat: StrictBool = False
    printed_dkk: KronerBySize | None = None
    base_dkk: Exact | None = None
    to_collect: ToCollect | None = None
    misprinted: tuple[str, ...] = ()
    misprint: Text | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [self.printed_dkk, self.base_dkk, self.to_collect]
        if sum(value is not None for value in given) != 1:
            raise PydanticCustomError("finance_one_origin", "one of three")
        if self.base_dkk is not None and self.base_dkk < _UNCOMMON:
            raise PydanticCustomError("finance_small_base", "too small")
        unknown = [size for size in self.misprinted if size not in KronerBySize.model_fields]
        if unknown or bool(self.misprinted) != (self.misprint is not None):
            raise PydanticCustomError("finance_misprint", "misprint and misprinted go together")
        return self

    @property
    def prices_of(self) -> int:
        """The year whose prices the amounts are in."""
        return self.year if self.in_prices_of is None else self.in_prices_of


class Intensified(Dated):
    """The payment for intensified supervision, as a share of the yearly base tariff."""

    share_of_base: Exact
    per: IntensifiedPeriod

    @model_validator(mode="after")
    def _a_share(self) -> Self:
        if not 0 < self.share_of_base <= 1:
            raise PydanticCustomError("finance_not_a_share", "a share")
        return self


class HourlyPrice(Dated):
    """What an hour of supervision costs whoever pays for it."""

    dkk: Annotated[StrictInt, Field(ge=1)]


class CaseHours(Dated):
    """The hours that one case of a kind is invoiced with."""

    case: CaseKind
    hours: Positive


class SubjectCounts(Sourced):
    """Approved offers and families that a year's budget is made for.

    `printed_offers`: the total that the source prints; `misprint` says why the parts are another.
    """

    year: Year
    adult_offers: Count | None = None
    child_offers: Count | None = None
    offers: Count | None = None
    families: Count
    printed_offers: Count | None = None
    misprint: Text | None = None

    @model_validator(mode="after")
    def _offers_known(self) -> Self:
        parts = (self.adult_offers is None, self.child_offers is None)
        if parts not in ((True, True), (False, False)) or parts[0] is (self.offers is None):
            raise PydanticCustomError("finance_offers_or_parts", "offers, or both parts")
        return self

    @property
    def all_offers(self) -> int:
        """Offers, added up where they are given in parts."""
        if self.offers is not None:
            return self.offers
        return (self.adult_offers or 0) + (self.child_offers or 0)


class Budget(Sourced):
    """What is to be collected in a year: from municipalities for families, from offers in tariffs.

    `to_the_nearest_dkk`: how finely the source states the amounts.
    """

    year: Year
    families_dkk: Kroner
    offers_dkk: Kroner
    printed_total_dkk: Kroner | None = None
    to_the_nearest_dkk: Annotated[StrictInt, Field(ge=1)] = 1

    @property
    def total_dkk(self) -> int:
        """Both together."""
        return self.families_dkk + self.offers_dkk


class StatedChange(Sourced):
    """A change in per cent that the source states; `misprint` says why it is another."""

    year: Year
    reading: Reading
    percent: Exact
    misprint: Text | None = None


class PricePerFamily(Sourced):
    """What is collected for each family: an amount over the families, and over those expected."""

    year: Year
    dkk: Kroner
    families: Annotated[StrictInt, Field(ge=1)]
    expected_approvals: Count = 0
    printed_dkk: Kroner | None = None
    rounds: Rounding = Rounding.HALF_UP


class MunicipalShares(Sourced):
    """What each municipality pays for the supervision of families in a year.

    With `children` (0-17-year-olds) and `budget_dkk` the shares are worked out; `printed_dkk` are
    the amounts that a source prints. With neither the municipalities stand in `paying`.
    """

    year: Year
    paying: tuple[str, ...] = ()
    children: dict[str, Count] = Field(default_factory=dict)
    budget_dkk: Kroner | None = None
    printed_dkk: dict[str, Kroner] = Field(default_factory=dict)
    printed_total_dkk: Kroner | None = None
    rounding_left_dkk: Count = 0
    misprint: Text | None = None

    @model_validator(mode="after")
    def _somebody_pays(self) -> Self:
        if not (self.paying or self.children or self.printed_dkk):
            raise PydanticCustomError("finance_nobody_pays", "no municipalities")
        if bool(self.children) != (self.budget_dkk is not None):
            raise PydanticCustomError("finance_children_and_budget", "go together")
        if self.children and not any(self.children.values()):
            raise PydanticCustomError("finance_nobody_pays", "no children")
        return self

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Everybody named in the block, each once."""
        return tuple(dict.fromkeys([*self.paying, *self.children, *self.printed_dkk]))


class AuthorityFinance(FinanceEntry):
    """One authority's own figures; what it leaves out is worked out from the national ones or not
    at all."""

    authority: Authority
    weights: tuple[Weights, ...] = ()
    tariffs: tuple[TariffRow, ...] = ()
    intensified: tuple[Intensified, ...] = ()
    hourly_prices: tuple[HourlyPrice, ...] = ()
    case_hours: tuple[CaseHours, ...] = ()
    subjects: tuple[SubjectCounts, ...] = ()
    budgets: tuple[Budget, ...] = ()
    stated_changes: tuple[StatedChange, ...] = ()
    prices_per_family: tuple[PricePerFamily, ...] = ()
    municipal_shares: tuple[MunicipalShares, ...] = ()
