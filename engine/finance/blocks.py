"""What every block of a finance file is made of: what a number rests on, when it holds, and numbers
for each size class."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Generic, Self, TypeVar

from pydantic import ConfigDict, Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from engine.finance.exact import Exact
from models.rulebook import Entry, Source, Text
from models.terms import Basis

__all__ = [
    "BySize",
    "Count",
    "Dated",
    "FinanceEntry",
    "Kroner",
    "KronerBySize",
    "OffersBySize",
    "Sourced",
    "Year",
]

NumberT = TypeVar("NumberT")

Year = Annotated[StrictInt, Field(ge=2014, le=2100)]
"""A budget year; the authorities are of 2014."""
Count = Annotated[StrictInt, Field(ge=0)]
"""So many of something."""
Kroner = Annotated[StrictInt, Field(ge=0)]
"""Whole kroner."""


class FinanceEntry(Entry):
    """Base of every part of a finance file."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", defer_build=True, arbitrary_types_allowed=True
    )


class Sourced(FinanceEntry):
    """What a number rests on."""

    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None


class Dated(Sourced):
    """A number that holds from a day on, until another day or without end."""

    valid_from: date
    valid_until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise PydanticCustomError("finance_ends_before", "ends before it begins")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class _PerSize(FinanceEntry, Generic[NumberT]):
    places_0_7: NumberT
    places_8_24: NumberT
    places_25_49: NumberT
    places_50_up: NumberT

    def items(self) -> Iterator[tuple[str, NumberT]]:
        """The size classes from the smallest to the largest, each with its number."""
        for size in type(self).model_fields:
            yield size, getattr(self, size)


class BySize(_PerSize[Exact]):
    """A number for each tariff size class (`rules/registers/size_classes.yaml`)."""


class KronerBySize(_PerSize[Kroner]):
    """Whole kroner for each tariff size class."""


class OffersBySize(_PerSize[Count]):
    """Offers in each tariff size class."""
