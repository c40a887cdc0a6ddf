"""What becomes of an offer's result (002_c7b3169ddc9536ee.txt:4690-4713, 5200-5355): up to 5 % of
the budget is carried forward, the rest goes into the rate two years later, or follows the unit when
it closes or is taken over. These are results of those who run offers, not of the supervision.

A result is a surplus where it is positive in `rate_adjustment`, as A5 is; in the sums about units,
which say nothing of the sign, a deficit and a surplus mirror each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.finance.exact import shared_out

__all__ = [
    "RateAdjustment",
    "beyond_limit",
    "closure_parts",
    "rate_adjustment",
    "spread_after_budgets",
    "takeover_parts",
]


@dataclass(frozen=True, slots=True)
class RateAdjustment:
    """A year's result on its way into the rate (A1 to A7 of the source).

    `adjusted_cost_dkk` (A4), `result_dkk` (A5; positive: too much was collected),
    `granted_again_dkk` (A6), `into_rate_dkk` (A7; positive lowers the rate two years later).
    """

    adjusted_cost_dkk: int
    result_dkk: int
    granted_again_dkk: int
    into_rate_dkk: int


def rate_adjustment(
    *, proceeds_dkk: int, cost_dkk: int, carried_over_dkk: int, granted_again_dkk: int
) -> RateAdjustment:
    """A4 = A2 + A3, A5 = A1 - A4, A7 = A5 - A6."""
    adjusted = cost_dkk + carried_over_dkk
    result = proceeds_dkk - adjusted
    return RateAdjustment(adjusted, result, granted_again_dkk, result - granted_again_dkk)


def beyond_limit(
    result: Fraction | int, budget: Fraction | int, *, limit_percent: Fraction
) -> Fraction:
    """The part of a result above the limit, with its sign. A result of exactly the limit is
    within it (002_c7b3169ddc9536ee.txt:4801-4830)."""
    limit = budget * limit_percent / 100
    over = max(abs(Fraction(result)) - limit, Fraction(0))
    return -over if result < 0 else over


def closure_parts(
    result: int, *, unit_budget: int, common_budget: int, limit_percent: Fraction
) -> tuple[Fraction, Fraction]:
    """When a municipality closes a unit: its budget's part of the common result above the limit,
    and the rest of that, which goes into the rates of the others."""
    over = beyond_limit(result, common_budget, limit_percent=limit_percent)
    on_unit = over * unit_budget / common_budget
    return on_unit, over - on_unit


def takeover_parts(
    result: int, *, unit_budget: int, common_budget: int
) -> tuple[Fraction, Fraction]:
    """When a unit is taken over: its budget's part of the whole common result goes with it; the
    rest stays."""
    with_unit = Fraction(result * unit_budget, common_budget)
    return with_unit, result - with_unit


def spread_after_budgets(result: int, budgets: Sequence[int]) -> tuple[int, ...]:
    """A closing unit's result on the others, after their budgets, to the last unit of money."""
    return tuple(shared_out(result, dict(enumerate(budgets))).values())
