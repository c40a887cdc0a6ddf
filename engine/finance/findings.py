"""What becomes of a printed figure that is worked out again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from engine.rulebook.problems import Said
from models.rulebook import Place, Source, Text
from models.terms import Basis

__all__ = ["Finding", "Status", "Unit", "status_of"]


class Unit(StrEnum):
    """What a printed figure counts."""

    DKK = "dkk"
    THOUSAND_DKK = "thousand_dkk"
    MIO_DKK = "mio_dkk"
    PERCENT = "percent"
    OFFERS = "offers"
    FAMILIES = "families"
    COUNT = "count"
    VISITS_A_YEAR = "visits_a_year"
    SCORE = "score"


class Status(StrEnum):
    """Whether a printed figure follows from the others.

    `reproduces`; `misprint`: it does not, and the file says why; `differs`: it should and does not;
    `no_misprint`: it is called a misprint and reproduces.
    """

    REPRODUCES = "reproduces"
    MISPRINT = "misprint"
    DIFFERS = "differs"
    NO_MISPRINT = "no_misprint"


@dataclass(frozen=True, slots=True)
class Finding:
    """A printed figure beside the recomputed one. `recomputed` is None where nothing gives it."""

    about: Said | Text
    unit: Unit
    stated: Fraction
    recomputed: Fraction | None
    status: Status
    why: Text | None
    basis: Basis
    sources: tuple[Source, ...]
    place: Place


def status_of(*, same: bool, misprint: bool) -> Status:
    """The status of a figure that is the recomputed one or not, and is called a misprint or not."""
    if misprint:
        return Status.NO_MISPRINT if same else Status.MISPRINT
    return Status.REPRODUCES if same else Status.DIFFERS
