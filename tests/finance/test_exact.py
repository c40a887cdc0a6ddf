"""Rounding, shares and formulas, for every number."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from engine.finance.exact import (
    Exact,
    Rounding,
    as_decimal,
    decimals_of,
    half_up,
    half_up_dkk,
    rounded,
    shared_out,
)
from engine.finance.formula import FormulaError, names_in, value_of

fractions = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


@pytest.mark.parametrize(
    ("value", "whole"),
    [("2.5", 3), ("-2.5", -3), ("9612.5", 9613), ("0.49999", 0), ("-0.5", -1), ("8010.25", 8010)],
)
def test_halves_go_up_away_from_nought(value: str, whole: int) -> None:
    assert half_up_dkk(Fraction(value)) == whole


@given(fractions)
def test_rounding_is_the_nearest_and_symmetric(value: Fraction) -> None:
    found = half_up(value)
    assert abs(found - value) <= Fraction(1, 2)
    assert found.denominator == 1
    assert half_up(-value) == -found
    if abs(found - value) == Fraction(1, 2):
        assert abs(found) > abs(value)


@given(fractions, st.sampled_from([Fraction(1, 100), Fraction(1, 10), Fraction(1), Fraction(1000)]))
def test_down_cuts_off(value: Fraction, to: Fraction) -> None:
    found = rounded(value, Rounding.DOWN, to=to)
    assert (found / to).denominator == 1
    assert abs(found) <= abs(value) < abs(found) + to


@given(st.integers(-(10**9), 10**9), st.integers(0, 3))
def test_a_decimal_says_what_the_fraction_is(number: int, decimals: int) -> None:
    value = Fraction(number, 10**decimals)
    assert Fraction(as_decimal(value, decimals=decimals)) == value
    assert decimals_of(value) <= decimals


@given(
    st.integers(-(10**9), 10**9),
    st.dictionaries(st.text(max_size=3), st.integers(0, 10**6), min_size=1, max_size=30),
)
def test_shares_add_up_to_the_budget_and_miss_the_exact_one_by_less_than_a_krone(
    budget: int, children: dict[str, int]
) -> None:
    if not any(children.values()):
        with pytest.raises(ValueError, match="keys"):
            shared_out(budget, children)
        return
    shares = shared_out(budget, children)
    assert list(shares) == list(children)
    assert sum(shares.values()) == budget
    total = sum(children.values())
    for name, number in children.items():
        assert abs(shares[name] - Fraction(budget * number, total)) < 1


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=2, max_size=30))
def test_who_has_more_children_never_pays_less(budget: int, children: list[int]) -> None:
    shares = shared_out(budget, dict(enumerate(children)))
    for one, other in zip(range(len(children)), range(1, len(children)), strict=False):
        if children[one] > children[other]:
            assert shares[one] >= shares[other]


class _Holder(BaseModel):
    model_config = {"arbitrary_types_allowed": True}
    number: Exact


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=0, max_value=10**8))
def test_a_number_of_a_file_is_the_one_that_is_written(written: Decimal) -> None:
    """YAML hands decimals over as binary fractions; their shortest writing is the file's."""
    assert _Holder(number=float(str(written))).number == Fraction(str(written))
    assert _Holder(number=str(written)).number == Fraction(str(written))


@pytest.mark.parametrize("value", [True, None, "many", float("nan"), float("inf"), [1], "1/0"])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        _Holder(number=value)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("282 * (1 - 0.30) + 21", Fraction("218.4")),
        ("spending - 3", Fraction(279)),
        ("-spending / 4", Fraction("-70.5")),
        ("1.10 - 1.1", Fraction(0)),
    ],
)
def test_a_formula_is_exact(formula: str, value: Fraction) -> None:
    assert value_of(formula, {"spending": Fraction(282)}) == value


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "1 +",
        "unknown + 1",
        "2 ** 9",
        "max(1, 2)",
        "1 / 0",
        "'a'",
        "True",
        "1 < 2",
        "x.y",
        "1j",
        "0x10",
    ],
)
def test_what_is_no_formula_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError):
        value_of(formula, {"spending": Fraction(282)})


def test_the_names_in_a_formula_stand_in_order() -> None:
    assert names_in("b + a * b - c") == ("b", "a", "c")
