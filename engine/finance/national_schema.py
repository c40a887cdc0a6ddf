"""What the national finance file may hold: frames, price index, portfolios, floors."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from engine.finance.blocks import Count, Dated, FinanceEntry, Kroner, Sourced, Year
from engine.finance.exact import PartPercent, StepPercent
from models.terms import Authority

__all__ = [
    "Floors",
    "Limit",
    "NationalCounts",
    "NationalFinance",
    "PriceStep",
    "SpendingFrame",
    "StandIn",
]


class SpendingFrame(Sourced):
    """The national frame that the minister sets for a year, and how it is divided.

    It is the spending of an earlier year less a cut, plus what is given back for families; taken
    apart into tariffs (offers) and objective finance (families). `printed_*` are as stated.
    """

    year: Year
    spending_year: Year
    spending_dkk: Annotated[StrictInt, Field(ge=1)]
    cut_percent: PartPercent
    given_back_dkk: Kroner
    to_the_nearest_dkk: Annotated[StrictInt, Field(ge=1)] = 1
    printed_frame_dkk: Annotated[StrictInt, Field(ge=1)]
    printed_reduction_dkk: Kroner
    tariffs_dkk: Kroner
    objective_dkk: Kroner
    offers: Annotated[StrictInt, Field(ge=1)]
    families: Annotated[StrictInt, Field(ge=1)]
    counted_on: date
    printed_per_offer_dkk: Kroner
    printed_per_family_dkk: Kroner


class PriceStep(Sourced):
    """The price-level index (PL) from one year to the next."""

    from_year: Year
    percent: StepPercent


class NationalCounts(Sourced):
    """Approved offers and families of each authority on a day."""

    counted_on: date
    offers: dict[Authority, Count]
    families: dict[Authority, Count]

    @model_validator(mode="after")
    def _all_five(self) -> Self:
        for counts in (self.offers, self.families):
            if set(counts) != set(Authority) or not all(counts.values()):
                raise PydanticCustomError("finance_not_all_five", "all five")
        return self


class Floors(Dated):
    """The law's longest time between visits, in years."""

    offer_years: Annotated[StrictInt, Field(ge=1)]
    family_years: Annotated[StrictInt, Field(ge=1)]


class Limit(Dated):
    """The part of a budget up to which a result is carried forward and not put into the rate."""

    percent: PartPercent


class StandIn(Sourced):
    """Whose hourly price is taken where an authority's own is not known."""

    authority: Authority


class NationalFinance(FinanceEntry):
    """What holds for all five authorities."""

    frames: tuple[SpendingFrame, ...] = Field(min_length=1)
    price_steps: tuple[PriceStep, ...] = ()
    subjects: tuple[NationalCounts, ...] = Field(min_length=1)
    floors: tuple[Floors, ...] = Field(min_length=1)
    carried_results: tuple[Limit, ...] = Field(min_length=1)
    hourly_price_stand_in: StandIn
