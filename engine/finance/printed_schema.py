"""Printed figures that follow from others: single figures, tables that add up, worked examples."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from engine.finance.blocks import FinanceEntry, Sourced
from engine.finance.exact import Exact, PartPercent, Positive, Rounding
from engine.finance.findings import Unit
from models.rulebook import Text

__all__ = [
    "ClosureExample",
    "Example",
    "Figure",
    "Misprint",
    "PrintedFigures",
    "PrintedTable",
    "RateExample",
    "SpreadExample",
]

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Figure(Sourced):
    """A figure as printed. `follows_from` says how it is worked out from those above it.

    It reproduces if the exact result, rounded as `rounds` says to the decimals that are printed (or
    `to`), is the printed value, or lies within `within_percent` of it ("ca."). A `misprint` is one
    that does not, and why.
    """

    id: _Id
    title: Text
    unit: Unit
    value: Exact
    follows_from: str | None = None
    rounds: Rounding = Rounding.HALF_UP
    to: Positive | None = None
    within_percent: PartPercent | None = None
    misprint: Text | None = None

    @model_validator(mode="after")
    def _follows(self) -> Self:
        if self.follows_from is None and (self.misprint or self.to or self.within_percent):
            raise PydanticCustomError("finance_follows_from_nothing", "no formula")
        return self


class Misprint(FinanceEntry):
    """A total of a table that the column above it does not add up to."""

    column: str
    why: Text


class PrintedTable(Sourced):
    """A table whose columns add up to `total_row`. Names of rows and columns are as printed."""

    id: _Id
    title: Text
    unit: Unit
    columns: tuple[str, ...] = Field(min_length=1)
    rows: dict[str, tuple[Exact, ...]] = Field(min_length=1)
    total_row: tuple[Exact, ...]
    misprints: tuple[Misprint, ...] = ()


class RateExample(Sourced):
    """What of a year's result goes into the rate two years later (A1 to A7)."""

    kind: Literal["rate"]
    id: _Id
    title: Text
    proceeds_dkk: StrictInt
    cost_dkk: StrictInt
    carried_over_dkk: StrictInt
    granted_again_dkk: StrictInt
    printed_adjustment_dkk: StrictInt


class ClosureExample(Sourced):
    """Who bears a unit's part of a common result when it closes or is taken over. Deficits are
    positive, as in the source; amounts in 1,000 kr."""

    kind: Literal["municipal_closure", "takeover", "regional_closure"]
    id: _Id
    title: Text
    unit_budget: Annotated[StrictInt, Field(ge=0)]
    common_budget: Annotated[StrictInt, Field(ge=1)]
    common_result: StrictInt
    printed_on_the_unit: StrictInt
    printed_rest: StrictInt


class SpreadExample(Sourced):
    """A closing unit's result spread over the others after their budgets, in 1,000 kr."""

    kind: Literal["unit_closure"]
    id: _Id
    title: Text
    result: StrictInt
    budgets: tuple[Annotated[StrictInt, Field(ge=1)], ...] = Field(min_length=1)
    own_results: tuple[StrictInt, ...] = Field(min_length=1)
    printed_shares: tuple[StrictInt, ...] = Field(min_length=1)
    printed_carried: tuple[StrictInt, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        lists = (self.budgets, self.own_results, self.printed_shares, self.printed_carried)
        if len({len(values) for values in lists}) != 1:
            raise PydanticCustomError("finance_uneven", "not as many")
        return self


Example = Annotated[RateExample | ClosureExample | SpreadExample, Field(discriminator="kind")]


class PrintedFigures(FinanceEntry):
    """A file of printed figures."""

    figures: tuple[Figure, ...] = ()
    tables: tuple[PrintedTable, ...] = ()
    examples: tuple[Example, ...] = ()
