"""The national spending frame, its parts, and an authority's share of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TypeVar

from engine.finance.exact import half_up, half_up_dkk
from engine.finance.national_schema import NationalCounts, SpendingFrame
from engine.finance.read import Finance
from engine.finance.schema import Budget, SubjectCounts
from engine.rulebook.problems import Said, SaidError, said
from models.rulebook import Source
from models.terms import Authority, Basis

__all__ = [
    "AuthorityFrame",
    "FrameParts",
    "NoFrameError",
    "frame_of",
    "frame_parts",
    "latest_frame",
    "per_subject_dkk",
    "recomputed_frame_dkk",
]


YearT = TypeVar("YearT", Budget, SubjectCounts)


class NoFrameError(SaidError):
    """No frame and no budget is known for a year."""


@dataclass(frozen=True, slots=True)
class FrameParts:
    """How a national frame comes about, exactly."""

    spending_dkk: int
    cut_dkk: Fraction
    given_back_dkk: int

    @property
    def exact_dkk(self) -> Fraction:
        """Spending less the cut, plus what is given back."""
        return self.spending_dkk - self.cut_dkk + self.given_back_dkk


@dataclass(frozen=True, slots=True)
class AuthorityFrame:
    """What an authority may spend in a year: objective finance for families, tariffs for offers.

    `stated`: a source prints it. Otherwise `how` says what it was worked out from, and it is an
    assumption.
    """

    authority: Authority
    year: int
    objective_dkk: int
    tariffs_dkk: int
    stated: bool
    how: Said
    basis: Basis
    sources: tuple[Source, ...]

    @property
    def total_dkk(self) -> int:
        """Both together."""
        return self.objective_dkk + self.tariffs_dkk


def frame_parts(frame: SpendingFrame) -> FrameParts:
    """The parts of a frame: 282 mio. less 30 % and plus 21 mio. is 218.4 mio."""
    cut = frame.spending_dkk * frame.cut_percent / 100
    return FrameParts(frame.spending_dkk, cut, frame.given_back_dkk)


def recomputed_frame_dkk(frame: SpendingFrame) -> int:
    """The frame as fine as it is stated."""
    return int(half_up(frame_parts(frame).exact_dkk, to=frame.to_the_nearest_dkk))


def per_subject_dkk(frame: SpendingFrame) -> tuple[Fraction, Fraction]:
    """What an offer and a family each bring of the frame."""
    return (
        Fraction(frame.tariffs_dkk, frame.offers),
        Fraction(frame.objective_dkk, frame.families),
    )


def latest_frame(finance: Finance, year: int) -> SpendingFrame:
    """The frame of a year, or the latest before it. Raises NoFrameError if there is none."""
    frames = [frame for frame in finance.national.frames if frame.year <= year]
    if not frames:
        first = min(frame.year for frame in finance.national.frames)
        raise NoFrameError(said("finance.no_frame", year=year, first=first))
    return max(frames, key=lambda frame: frame.year)


def frame_of(finance: Finance, authority: Authority, year: int) -> AuthorityFrame:
    """An authority's frame in a year.

    Its own budget for the year, as stated; else that of the latest national frame; else its number
    of offers and families times the national amounts; else its part of all offers and families at
    the last count. All but the first are assumptions. Raises NoFrameError before the first frame.
    """
    own = finance.of(authority)
    budget = _of_year(own.budgets, year)
    if budget is not None:
        how = said("finance.frame_stated")
        return AuthorityFrame(
            authority,
            year,
            objective_dkk=budget.families_dkk,
            tariffs_dkk=budget.offers_dkk,
            stated=True,
            how=how,
            basis=budget.basis,
            sources=budget.sources,
        )
    frame = latest_frame(finance, year)
    budget = _of_year(own.budgets, frame.year)
    objective, tariffs = frame.objective_dkk, frame.tariffs_dkk
    sources: tuple[Source, ...]
    if budget is not None:
        objective, tariffs = budget.families_dkk, budget.offers_dkk
        how, sources = said("finance.frame_of_earlier", year=frame.year), budget.sources
    elif (counts := _of_year(own.subjects, year)) is not None:
        per_offer, per_family = per_subject_dkk(frame)
        objective = half_up_dkk(per_family * counts.families)
        tariffs = half_up_dkk(per_offer * counts.all_offers)
        how = said("finance.frame_by_counts", frame=frame.year, year=year)
        sources = (*frame.sources, *counts.sources)
    else:
        national = _last_count(finance, year)
        objective = half_up_dkk(objective * _part(national.families, authority))
        tariffs = half_up_dkk(tariffs * _part(national.offers, authority))
        how = said("finance.frame_by_part", frame=frame.year, day=national.counted_on)
        sources = (*frame.sources, *national.sources)
    return AuthorityFrame(
        authority,
        year,
        objective_dkk=objective,
        tariffs_dkk=tariffs,
        stated=False,
        how=how,
        basis=Basis.ASSUMPTION,
        sources=sources,
    )


def _of_year(blocks: tuple[YearT, ...], year: int) -> YearT | None:
    return next((block for block in blocks if block.year == year), None)


def _part(counts: dict[Authority, int], authority: Authority) -> Fraction:
    return Fraction(counts.get(authority, 0), sum(counts.values()))


def _last_count(finance: Finance, year: int) -> NationalCounts:
    """The last count before a year, or the first of all."""
    counts = sorted(finance.national.subjects, key=lambda c: c.counted_on)
    before = [c for c in counts if c.counted_on < date(year, 1, 1)]
    return before[-1] if before else counts[0]
