"""Exact numbers and the ways money is rounded. Nothing here is ever a binary fraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

__all__ = [
    "Exact",
    "PartPercent",
    "Positive",
    "Rounding",
    "StepPercent",
    "as_decimal",
    "decimals_of",
    "half_up",
    "half_up_dkk",
    "rounded",
    "shared_out",
]

KeyT = TypeVar("KeyT")

_HALF = Fraction(1, 2)


class Rounding(StrEnum):
    """How an amount becomes a printed one. Halves go up: 2.5 is 3, and -2.5 is -3."""

    HALF_UP = "half_up"
    DOWN = "down"


def _exact(value: Any) -> Any:
    """A number as it was written: 38158, 14.34 or 1/3. YAML hands 14.34 over as a binary fraction,
    whose shortest writing is the one in the file."""
    if isinstance(value, Fraction):
        return value
    try:
        if isinstance(value, bool):
            raise ValueError
        if isinstance(value, (int, Decimal)):
            return Fraction(value)
        if isinstance(value, float):
            return Fraction(Decimal(repr(value)))
        if isinstance(value, str):
            return Fraction(value.replace(" ", ""))
    except (ValueError, OverflowError, ZeroDivisionError, InvalidOperation):
        pass
    raise PydanticCustomError("finance_not_a_number", "not a number")


def _positive(value: Fraction) -> Fraction:
    if value <= 0:
        raise PydanticCustomError("finance_not_positive", "not above nought")
    return value


def _part(value: Fraction) -> Fraction:
    if not 0 <= value <= 100:
        raise PydanticCustomError("finance_not_a_part", "not from 0 to 100")
    return value


def _step(value: Fraction) -> Fraction:
    if not -50 < value < 50:
        raise PydanticCustomError("finance_far_off", "not a rise or fall of a year")
    return value


Exact = Annotated[Fraction, BeforeValidator(_exact), WithJsonSchema({"type": ["number", "string"]})]
"""A number of any fineness, kept exactly."""
Positive = Annotated[Exact, AfterValidator(_positive)]
"""The same, above nought."""
PartPercent = Annotated[Exact, AfterValidator(_part)]
"""A part of something in per cent."""
StepPercent = Annotated[Exact, AfterValidator(_step)]
"""A year's rise or fall of prices in per cent."""


def decimals_of(value: Fraction) -> int:
    """How many decimals a number has as it is written; 0 where it ends nowhere."""
    for decimals in range(13):
        if (value * 10**decimals).denominator == 1:
            return decimals
    return 0


def half_up(value: Fraction | int, *, to: Fraction | int = 1) -> Fraction:
    """The nearest multiple of `to`; a half goes away from nought (round half up)."""
    steps = abs(Fraction(value)) / to
    whole = (steps + _HALF).__floor__()
    return whole * Fraction(to) * (-1 if value < 0 else 1)


def half_up_dkk(value: Fraction | int) -> int:
    """Whole kroner, halves up: 9,612.50 kr. is 9,613."""
    return int(half_up(value))


def rounded(value: Fraction | int, how: Rounding, *, to: Fraction | int = 1) -> Fraction:
    """The value as `how` rounds it; down is towards nought (cut off)."""
    if how is Rounding.HALF_UP:
        return half_up(value, to=to)
    steps = (abs(Fraction(value)) / to).__floor__()
    return steps * Fraction(to) * (-1 if value < 0 else 1)


def as_decimal(value: Fraction | int, *, decimals: int = 2) -> Decimal:
    """The value with so many decimals, halves up, for tables."""
    shown = half_up(value, to=Fraction(1, 10**decimals))
    return (Decimal(shown.numerator) / Decimal(shown.denominator)).quantize(
        Decimal(1).scaleb(-decimals)
    )


def shared_out(amount_dkk: int, keys: Mapping[KeyT, Fraction | int]) -> dict[KeyT, int]:
    """An amount shared out after keys (0-17-year-olds, budgets), in whole kroner.

    Every share is within one krone of the exact one and all of them together are the amount to the
    krone: what is left after cutting the øre off goes, a krone each, to the largest remainders; of
    equal ones to whoever stands first. Raises ValueError where the keys are nothing to share after.
    """
    total = sum(keys.values(), Fraction(0))
    if total <= 0 or any(key < 0 for key in keys.values()):
        raise ValueError("keys must be nought or more, and not all nought")
    sign = -1 if amount_dkk < 0 else 1
    exact = {name: abs(amount_dkk) * Fraction(key) / total for name, key in keys.items()}
    shares = {name: share.__floor__() for name, share in exact.items()}
    left = abs(amount_dkk) - sum(shares.values())
    for name in _largest_first([(exact[name] - shares[name], name) for name in exact])[:left]:
        shares[name] += 1
    return {name: sign * share for name, share in shares.items()}


def _largest_first(remainders: Sequence[tuple[Fraction, KeyT]]) -> list[KeyT]:
    return [name for _, name in sorted(remainders, key=lambda pair: -pair[0])]
