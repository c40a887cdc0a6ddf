"""A scenario: a few changes over a rulebook, to ask what would follow; it stays as it is."""

from datetime import date

from pydantic import Field, StrictBool, StrictInt, StrictStr

from models.rulebook import Entry, Place, Source, Text
from models.terms import Basis

__all__ = ["ParameterChange", "RuleSwitchedOff", "Scenario"]


class ParameterChange(Entry):
    """A parameter has this value from a day on; later values of the baseline do not count."""

    parameter: str
    valid_from: date
    value: StrictBool | StrictInt | StrictStr


class RuleSwitchedOff(Entry):
    """A rule no longer holds from a day on."""

    rule: str
    valid_from: date


class Scenario(Entry):
    """Changes of parameters, and rules switched off. Floors and what they rest on cannot change."""

    id: str = Field(min_length=1)
    title: Text
    changes: tuple[ParameterChange, ...] = ()
    switched_off: tuple[RuleSwitchedOff, ...] = ()
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None
    place: Place
