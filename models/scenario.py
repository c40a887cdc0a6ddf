"""A scenario: a few changes over a rulebook, to ask what would follow; it stays as it is."""

from datetime import date
from enum import StrEnum

from pydantic import Field, StrictBool, StrictInt, StrictStr

from models.rulebook import Entry, Place, Source, Text
from models.terms import Basis

__all__ = ["Cut", "CutMeasure", "ParameterChange", "RuleSwitchedOff", "Scenario"]


class ParameterChange(Entry):
    """A parameter has this value from a day on; later values of the baseline do not count."""

    parameter: str
    valid_from: date
    value: StrictBool | StrictInt | StrictStr


class RuleSwitchedOff(Entry):
    """A rule no longer holds from a day on."""

    rule: str
    valid_from: date


class CutMeasure(StrEnum):
    """What a cut is a share of. "30 %" means nothing without it (C4 of the notes on Syd)."""

    VISITS = "visits"
    HOURS = "hours"
    MONEY_DKK = "money_dkk"


class Cut(Entry):
    """There is less of something than the baseline uses, in per cent of that. What the law demands
    is done whatever is left."""

    measure: CutMeasure
    percent: int = Field(ge=0, le=100)


class Scenario(Entry):
    """Changes of parameters, and rules switched off. Floors and what they rest on cannot change.

    A simulation also heeds `cut`, and `depth_percent`: the share of its usual time on site and at
    the desk that a visit is given.
    """

    id: str = Field(min_length=1)
    title: Text
    changes: tuple[ParameterChange, ...] = ()
    switched_off: tuple[RuleSwitchedOff, ...] = ()
    cut: Cut | None = None
    depth_percent: int = Field(default=100, ge=10, le=200)
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None
    place: Place
