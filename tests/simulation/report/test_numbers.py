"""Numbers in Danish and English, no finer than their errors."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.simulation.report.numbers import NO_NUMBER, Numbers, Unit, unit_of
from engine.simulation.tables import Measure

DA, EN = Numbers("da"), Numbers("en")


def plain(text):
    return text.replace("\u00a0", " ")


def test_separators_follow_the_language():
    assert DA.plain(1234567.891, 2) == "1.234.567,89"
    assert EN.plain(1234567.891, 2) == "1,234,567.89"
    assert DA.plain(-0.04, 1) == "0,0"
    assert DA.plain(-12, signed=True) == "−12"
    assert EN.plain(12, signed=True) == "+12"
    assert EN.plain(0.0, signed=True) == "0"


@pytest.mark.parametrize(
    ("value", "unit", "error", "da", "en"),
    [
        (1234.6, Unit.COUNT, 12.0, "1.235 ± 12", "1,235 ± 12"),
        (6.943, Unit.MONTHS, 0.031, "6,94 ± 0,03", "6.94 ± 0.03"),
        (4.3, Unit.PERCENT, 0.27, "4,3 ± 0,3 %", "4.3 ± 0.3%"),
        (213.6e6, Unit.DKK, 1.3e6, "214 ± 1 mio. kr.", "DKK 214 ± 1 m"),
        (182300.4, Unit.HOURS, 0.2, "182.300 ± < 1", "182,300 ± < 1"),
        (0.0, Unit.COUNT, 0.0, "0 ± 0", "0 ± 0"),
    ],
)
def test_a_figure_with_its_error(value, unit, error, da, en):
    assert plain(DA.with_error(value, unit, error)) == da
    assert plain(EN.with_error(value, unit, error)) == en


def test_alone_only_those_decimals_are_shown_that_are_sure():
    assert DA.figure(6.943, Unit.MONTHS, error=0.031) == "6,9"
    assert DA.figure(84.0, Unit.COUNT, error=0.53) == "84"
    assert EN.figure(19.04, Unit.PERCENT) == "19.0%"
    assert EN.figure(1.62, Unit.COUNT, error=0.14) == "1.6"


def test_no_number_is_a_dash():
    for value in (None, math.nan, math.inf):
        assert DA.with_error(value, Unit.COUNT, 1.0) == NO_NUMBER
        assert DA.figure(value, Unit.PERCENT) == NO_NUMBER
        assert DA.as_written(value) == NO_NUMBER
    assert DA.range(None, 1.0, Unit.COUNT, 1.0) == NO_NUMBER


def test_what_somebody_wrote_keeps_its_decimals():
    assert DA.as_written(0.18) == "0,18"
    assert EN.as_written(1174.0) == "1,174"
    assert EN.as_written(0.00031) == "0.00031"
    assert DA.as_written(1.17423) == "1,174"
    assert DA.as_written(100.0) == "100"
    assert EN.as_written(0.0) == "0"
    assert EN.as_written(1924.5) == "1,924"


def test_ranges_with_negative_ends_can_be_read():
    assert DA.range(1100.0, 1300.0, Unit.COUNT, 10.0) == "1.100–1.300"
    assert EN.range(-54.0, 87.0, Unit.COUNT, 10.0) == "−54 – 87"


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e6))
def test_what_is_shown_lies_within_half_an_error_of_what_is(value, error):
    decimals = EN.decimals(Unit.MONTHS, error)
    shown = float(EN.plain(value, decimals).replace(",", "").replace("−", "-"))
    assert abs(shown - value) <= max(0.5 * error, 0.5 * 10.0**-decimals) * 1.0001
    assert float(
        DA.plain(value, decimals).replace(".", "").replace(",", ".").replace("−", "-")
    ) == (shown)


def test_every_measure_has_its_unit():
    assert unit_of(Measure.UNDETECTED_MONTHS) is Unit.SUBJECT_MONTHS
    assert unit_of(Measure.DELAY_90_PERCENT_MONTHS) is Unit.MONTHS
    assert unit_of(Measure.DELAY_OVER_A_YEAR_PERCENT) is Unit.PERCENT
    assert unit_of(Measure.MONEY_DKK) is Unit.DKK
    assert unit_of(Measure.HOURS_PER_CONSULTANT) is Unit.HOURS
    assert unit_of(Measure.VISITS) is Unit.COUNT
