"""What an answer about all facts is: a proof with its extent, or facts that show the contrary."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from engine.facts import View
from models.terms import Colour

__all__ = ["Answer", "Extent", "Method", "Possible", "ProofFaultError", "Ruled", "Undecided"]


class Method(StrEnum):
    """How a question was decided."""

    FORM = "form"
    CELLS = "cells"
    SOLVER = "z3"


class Extent(NamedTuple):
    """What a proof covers. `cells` is the number of combinations of classes of the subject's own
    facts (0: not counted); `records` how many records of each kind were needed for it to hold for
    any number of them."""

    method: Method
    fields: int
    cells: int = 0
    records: tuple[tuple[str, int], ...] = ()


class Possible(NamedTuple):
    """There are such facts: here are some, and the reference reading has confirmed them."""

    view: View
    override: Colour | None
    method: Method


class Ruled(NamedTuple):
    """No facts are like that. `because` names the conditions that together exclude it."""

    extent: Extent
    because: tuple[str, ...] = ()


class Undecided(NamedTuple):
    """The question needs the solver, which is not installed."""


Answer = Possible | Ruled | Undecided


class ProofFaultError(Exception):
    """The proof found facts that the reference reading does not confirm: one of them is wrong."""
