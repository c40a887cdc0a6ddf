"""Per cents as people type them, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from commands.options import sentence

__all__ = ["Percent"]


class Percent(click.ParamType[Fraction]):
    """`5%`, `5 %`, `2,5` or `2.5` as a share of 1, with nothing lost in rounding; between `low` and
    `high` per cent, the ends left out."""

    name = "percent"

    def __init__(self, *, low: int = 0, high: int = 100) -> None:
        self._low, self._high = low, high

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """The share, or a usage error in one line."""
        if isinstance(value, Fraction):
            return value
        text = str(value).strip().removesuffix("%").strip().replace(",", ".")
        try:
            percent = Fraction(text)
        except (ValueError, ZeroDivisionError):
            self.fail(sentence("samples.no_percent", value=value), param, ctx)
        if not self._low < percent < self._high:
            blanks = {"value": value, "low": self._low, "high": self._high}
            self.fail(sentence("samples.percent_out_of_bounds", **blanks), param, ctx)
        return percent / 100
