"""Registers of the field, versioned by date: themes, indicators, offer types, municipalities.

A score's theme is looked up here and never read off the indicator's number: indicator 4.a of the
family model lies under "target group, methods and results" (notes on 004, 2959-2961 and 3033).
"""

from datetime import date

from pydantic import Field

from models.rulebook import Entry, Place, Text
from models.terms import Authority, Basis, Kind, Ownership, ScoreModel

__all__ = [
    "BudgetDeadline",
    "Indicator",
    "Municipality",
    "OfferTypeEntry",
    "Registers",
    "SizeClass",
    "SourceWord",
    "Theme",
]


class Dated(Entry):
    """A register line and the period in which it holds; `valid_until` is the last day."""

    word: str
    title: Text
    valid_from: date
    valid_until: date | None = None
    basis: Basis
    sources: tuple[str, ...] = Field(min_length=1)
    place: Place

    def holds_on(self, day: date) -> bool:
        """Whether the line is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Theme(Dated):
    """A theme of the quality model, or economy, which stands beside it."""

    applies_to: tuple[Kind, ...] = Field(min_length=1)
    scored: bool = True


class Indicator(Dated):
    """An indicator: its theme, its quality model, its scale, and the offer types exempt from it."""

    theme: str
    applies_to: tuple[Kind, ...] = Field(min_length=1)
    score_model: ScoreModel
    exempt_offer_types: tuple[str, ...] = ()


class OfferTypeEntry(Dated):
    """A type a social offer may be approved as, with its legal paragraph."""

    paragraph: str


class Municipality(Dated):
    """A municipality and the authority that supervises there (own-municipality rule applied)."""

    authority: Authority


class SizeClass(Dated):
    """A tariff size class by number of places, both ends included."""

    places_from: int
    places_to: int | None = None


class SourceWord(Dated):
    """A kind of source that may be heard or observed at a visit."""

    applies_to: tuple[Kind, ...] = Field(min_length=1)


class BudgetDeadline(Dated):
    """Day of the year before the budget year by which a budget is due, by ownership."""

    ownership: tuple[Ownership, ...] = Field(min_length=1)
    due_month: int = Field(ge=1, le=12)
    due_day: int = Field(ge=1, le=31)


class Registers(Entry):
    """All registers."""

    themes: tuple[Theme, ...]
    indicators: tuple[Indicator, ...]
    offer_types: tuple[OfferTypeEntry, ...]
    municipalities: tuple[Municipality, ...]
    size_classes: tuple[SizeClass, ...]
    sources: tuple[SourceWord, ...]
    budget_deadlines: tuple[BudgetDeadline, ...]
