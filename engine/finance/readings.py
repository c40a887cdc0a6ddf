"""What "30 %" is said of. The sources mix money and visits, gross and net, one authority and all
five; each reading says its measure, from what to what, and what a source states of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from engine.finance.frames import NoFrameError, latest_frame
from engine.finance.national_schema import Floors
from engine.finance.objective import collected_dkk
from engine.finance.read import Finance
from engine.finance.schema import Product, Reading, StatedChange
from engine.finance.tariffs import base_row, tariffs_of
from models.rulebook import Source
from models.terms import Authority

__all__ = ["NATIONAL", "Change", "Measure", "changes_of", "floor_visits"]


NATIONAL = frozenset({Reading.NATIONAL_MONEY, Reading.NATIONAL_FLOOR_VISITS})
"""Readings of all five authorities together."""


class Measure(StrEnum):
    """What a reading counts."""

    DKK = "dkk"
    VISITS = "visits_a_year"


@dataclass(frozen=True, slots=True)
class Change:
    """A reading of a cut: its measure before and after."""

    reading: Reading
    measure: Measure
    before: Fraction
    after: Fraction
    stated: StatedChange | None
    stated_percent: Fraction | None
    sources: tuple[Source, ...]

    @property
    def percent(self) -> Fraction:
        """The change in per cent; -22.7 is a cut of 22.7 %."""
        return (self.after - self.before) / self.before * 100


def floor_visits(offers: int, families: int, floors: Floors) -> Fraction:
    """Visits a year that the law asks for if nobody gets more than it asks."""
    return Fraction(offers, floors.offer_years) + Fraction(families, floors.family_years)


def changes_of(finance: Finance, authority: Authority, year: int) -> tuple[Change, ...]:
    """Every reading that can be worked out from the year before to this one, national ones first;
    of nothing there is no change in per cent."""
    found = (*_national(finance, year), *_of_authority(finance, authority, year))
    return tuple(change for change in found if change.before)


def _national(finance: Finance, year: int) -> Iterator[Change]:
    try:
        frame = latest_frame(finance, year)
    except NoFrameError:
        return
    if frame.year != year:
        return
    yield Change(
        reading=Reading.NATIONAL_MONEY,
        measure=Measure.DKK,
        before=Fraction(frame.spending_dkk),
        after=Fraction(frame.printed_frame_dkk),
        stated=None,
        stated_percent=-frame.cut_percent,
        sources=frame.sources,
    )
    floors = _floors(finance, year)
    if floors is not None:
        before, after = (floor_visits(frame.offers, frame.families, f) for f in floors)
        sources = (*frame.sources, *floors[1].sources)
        yield _change(Reading.NATIONAL_FLOOR_VISITS, Measure.VISITS, (before, after), sources)


def _floors(finance: Finance, year: int) -> tuple[Floors, Floors] | None:
    """The floors of the year before and of this one, if they changed in between."""
    found = [
        next((f for f in finance.national.floors if f.holds_on(date(y, 1, 1))), None)
        for y in (year - 1, year)
    ]
    old, new = found
    return None if old is None or new is None or old is new else (old, new)


def _of_authority(finance: Finance, authority: Authority, year: int) -> Iterator[Change]:
    own = finance.of(authority)
    stated = {c.reading: c for c in own.stated_changes if c.year == year}

    def change(
        reading: Reading, before: Fraction | int, after: Fraction | int, *sources: Source
    ) -> Change:
        source = stated.get(reading)
        given = (*sources, *(source.sources if source else ()))
        measure = Measure.VISITS if reading is Reading.FLOOR_VISITS else Measure.DKK
        return _change(reading, measure, (before, after), given, stated=source)

    budgets = {budget.year: budget for budget in own.budgets}
    if year in budgets and year - 1 in budgets:
        old, new = budgets[year - 1], budgets[year]
        yield change(Reading.TOTAL, old.total_dkk, new.total_dkk, *new.sources)
        yield change(Reading.OFFERS, old.offers_dkk, new.offers_dkk, *new.sources)
        yield change(Reading.FAMILIES, old.families_dkk, new.families_dkk, *new.sources)
    collected = [collected_dkk(own, y) for y in (year - 1, year)]
    if collected[0] and collected[1]:
        block = next(b for b in own.municipal_shares if b.year == year)
        yield change(Reading.COLLECTED, collected[0], collected[1], *block.sources)
    base = [_smallest_base(finance, authority, y, prices_of=year) for y in (year - 1, year)]
    row = base_row(own, year)
    if base[0] and base[1] and row is not None:
        yield change(Reading.BASE_TARIFF, base[0], base[1], *row.sources)
    counts = next((c for c in own.subjects if c.year == year), None)
    floors = _floors(finance, year)
    if counts is not None and floors is not None:
        before, after = (floor_visits(counts.all_offers, counts.families, f) for f in floors)
        yield change(Reading.FLOOR_VISITS, before, after, *counts.sources, *floors[1].sources)


def _smallest_base(
    finance: Finance, authority: Authority, year: int, *, prices_of: int
) -> int | None:
    """The base tariff of the smallest size class, as printed or else as worked out; in the prices
    of that year, where it is printed in several."""
    rows = [
        tariffs
        for tariffs in tariffs_of(finance.of(authority), finance.national, year)
        if tariffs.product is Product.BASE
    ]
    for tariffs in sorted(rows, key=lambda row: row.prices_of != prices_of):
        amounts = tariffs.printed_dkk or tariffs.amounts_dkk
        return next(iter(amounts.values()), None)
    return None


def _change(
    reading: Reading,
    measure: Measure,
    span: tuple[Fraction | int, Fraction | int],
    sources: tuple[Source, ...],
    *,
    stated: StatedChange | None = None,
) -> Change:
    return Change(
        reading=reading,
        measure=measure,
        before=Fraction(span[0]),
        after=Fraction(span[1]),
        stated=stated,
        stated_percent=None if stated is None else stated.percent,
        sources=tuple(dict.fromkeys(sources)),
    )
