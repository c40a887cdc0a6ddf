"""Numbers as people read them in Danish and English, no finer than their Monte Carlo error."""

from __future__ import annotations

import math
from enum import StrEnum

from engine.rulebook.catalogue import Lang
from engine.simulation.tables import Measure

__all__ = ["NO_NUMBER", "Numbers", "Unit", "unit_of"]

NO_NUMBER = "–"
_MINUS = "−"
_THIN = "\u00a0"
_MILLION = 1e6
_FEW = 10


class Unit(StrEnum):
    """What a figure is counted in."""

    COUNT = "count"
    PERCENT = "percent"
    MONTHS = "months"
    SUBJECT_MONTHS = "subject_months"
    HOURS = "hours"
    DKK = "dkk"


_SUBJECT_MONTHS = frozenset(
    {Measure.UNDETECTED_MONTHS, Measure.UNDETECTED_SERIOUS_MONTHS, Measure.POOR_MONTHS}
)
_FINEST = {
    Unit.COUNT: 1,
    Unit.PERCENT: 2,
    Unit.MONTHS: 2,
    Unit.SUBJECT_MONTHS: 1,
    Unit.HOURS: 0,
    Unit.DKK: 2,
}
_PLAIN = {Unit.PERCENT: 1, Unit.MONTHS: 1, Unit.DKK: 1}


def unit_of(measure: str) -> Unit:
    """The unit that stands in a measure's name; a count where none does."""
    if measure in _SUBJECT_MONTHS:
        return Unit.SUBJECT_MONTHS
    if measure.endswith("_percent"):
        return Unit.PERCENT
    if measure.endswith("_months"):
        return Unit.MONTHS
    if measure.endswith("_dkk"):
        return Unit.DKK
    return Unit.HOURS if measure.startswith("hours") else Unit.COUNT


class Numbers:
    """Writes numbers in one language."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang

    def plain(self, value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
        """`1.234,5` in Danish and `1,234.5` in English; a dash for no number."""
        if value is None or not math.isfinite(value):
            return NO_NUMBER
        rounded = round(value, decimals) + 0.0
        text = f"{abs(rounded):,.{decimals}f}"
        if self._lang == "da":
            text = text.translate(str.maketrans(",.", ".,"))
        if rounded < 0:
            return _MINUS + text
        return "+" + text if signed and rounded > 0 else text

    def as_written(self, value: float | None) -> str:
        """A number that is no result but was written down by someone: no zeros after it, and four
        figures of one that a fit has set."""
        if value is None or not math.isfinite(value):
            return NO_NUMBER
        places = 3 - math.floor(math.log10(abs(value))) if value else 0
        text = f"{value:.{min(max(places, 0), 6)}f}"
        decimals = len(text.rstrip("0").partition(".")[2]) if "." in text else 0
        return self.plain(value, decimals)

    def decimals(self, unit: Unit, error: float | None) -> int:
        """How many decimals a figure with this error beside it can bear."""
        if error is None or not math.isfinite(error) or error <= 0:
            return _PLAIN.get(unit, 0)
        return max(0, min(_FINEST[unit], -math.floor(math.log10(error))))

    def _sure(self, unit: Unit, error: float | None) -> int:
        """How many decimals it can bear alone: only those that are not in doubt."""
        if error is None or not math.isfinite(error) or error <= 0:
            return self.decimals(unit, error)
        least = _PLAIN.get(unit, 0) if error < 1 else 0
        return max(least, min(_FINEST[unit], -math.ceil(math.log10(error))))

    def figure(
        self, value: float | None, unit: Unit, *, error: float | None = None, signed: bool = False
    ) -> str:
        """A figure with its unit: `12,3 %`, `DKK 4.2 million`; a bare number for counts."""
        if value is None or not math.isfinite(value):
            return NO_NUMBER
        scale = self._scale(unit)
        decimals = self._sure(unit, error and error / scale)
        if unit is Unit.COUNT and abs(value) < _FEW and error:
            decimals = self.decimals(unit, error)
        number = self.plain(value / scale, decimals, signed=signed)
        return self._with_unit(number, unit)

    def with_error(
        self, value: float | None, unit: Unit, error: float | None, *, signed: bool = False
    ) -> str:
        """A figure with its Monte Carlo error: `1.234 ± 12`."""
        if value is None or not math.isfinite(value):
            return NO_NUMBER
        if error is None or not math.isfinite(error):
            return self.figure(value, unit, signed=signed)
        scale = self._scale(unit)
        decimals = self.decimals(unit, error / scale)
        number = self.plain(value / scale, decimals, signed=signed)
        return self._with_unit(
            f"{number}{_THIN}±{_THIN}{self._error(error / scale, decimals)}", unit
        )

    def range(self, low: float | None, high: float | None, unit: Unit, error: float | None) -> str:
        """`1.100 til 1.300`, without the word between: `1.100–1.300`."""
        if low is None or high is None:
            return NO_NUMBER
        scale = self._scale(unit)
        decimals = self._sure(unit, error and error / scale)
        first, last = (self.plain(value / scale, decimals) for value in (low, high))
        between = f" {NO_NUMBER} " if _MINUS in first + last else NO_NUMBER
        return self._with_unit(f"{first}{between}{last}", unit)

    def _error(self, error: float, decimals: int) -> str:
        text = self.plain(error, decimals)
        if error > 0 and round(error, decimals) == 0:
            return f"<{_THIN}{self.plain(10.0**-decimals, decimals)}"
        return text

    @staticmethod
    def _scale(unit: Unit) -> float:
        return _MILLION if unit is Unit.DKK else 1.0

    def percent(self, number: str) -> str:
        """A written number as per cent: `30 %`, `30%`."""
        return f"{number}{_THIN}%" if self._lang == "da" else f"{number}%"

    def _with_unit(self, number: str, unit: Unit) -> str:
        if unit is Unit.PERCENT:
            return self.percent(number)
        if unit is Unit.DKK:
            after = f"{number}{_THIN}mio.{_THIN}kr."
            return after if self._lang == "da" else f"DKK{_THIN}{number}{_THIN}m"
        return number
