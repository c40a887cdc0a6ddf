"""The tables that a simulation gives: what a report, a workbook and a reader of Parquet go by.

Every figure is a mean over replicates with its Monte Carlo error (the standard error of that mean)
and the range that nine of ten replicates fall in. Of two policies the same draws are made, so a
difference between them is paired: `difference` holds it with an error of its own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pyarrow as pa

__all__ = ["REST", "SCHEMAS", "Measure", "table_of"]

REST = "rest"
"""Stands for no assumption: the share of an answer's variance that goes with none."""


class Measure(StrEnum):
    """What is counted of a policy. Shares are percent; other units stand in the name."""

    VISITS = "visits"
    VISITS_UNANNOUNCED_PERCENT = "visits_unannounced_percent"
    VISITS_NOT_MET = "visits_not_met"
    VISITS_PUT_OFF = "visits_put_off"
    HOURS = "hours"
    MONEY_DKK = "money_dkk"
    BREACHES = "breaches"
    OVERDUE_AT_START = "overdue_at_start"
    DECLINES = "declines"
    DECLINES_FOUND = "declines_found"
    DECLINES_RECOVERED_UNFOUND = "declines_recovered_unfound"
    DECLINES_LEFT_UNFOUND = "declines_left_unfound"
    DECLINES_UNFOUND_AT_END = "declines_unfound_at_end"
    DELAY_MEAN_MONTHS = "delay_mean_months"
    DELAY_MEDIAN_MONTHS = "delay_median_months"
    DELAY_90_PERCENT_MONTHS = "delay_90_percent_months"
    DELAY_OVER_A_YEAR_PERCENT = "delay_over_a_year_percent"
    UNDETECTED_MONTHS = "undetected_months"
    UNDETECTED_SERIOUS_MONTHS = "undetected_serious_months"
    POOR_MONTHS = "poor_months"
    GREENS = "greens"
    FALSE_GREENS = "false_greens"
    FALSE_GREEN_PERCENT = "false_green_percent"
    YELLOWS = "yellows"
    REDS = "reds"
    CONCERNS_OUTSIDE = "concerns_outside"
    CONCERNS_WHISTLEBLOWER = "concerns_whistleblower"
    CONCERNS_VISIT = "concerns_visit"
    FORCE_REPORTS = "force_reports"
    SAMPLES = "samples"
    SAMPLES_CHANGED = "samples_changed"
    SAMPLES_RANDOM = "samples_random"
    SAMPLES_RANDOM_NOT_GREEN = "samples_random_not_green"
    SAMPLES_CHANGED_PERCENT = "samples_changed_percent"
    ORDERS = "orders"
    ORDERS_WARNED = "orders_warned"
    INTENSIFIED = "intensified"
    WITHDRAWALS = "withdrawals"
    SINCE_VISIT_MEAN_MONTHS = "since_visit_mean_months"
    SINCE_VISIT_OVER_TWO_YEARS = "since_visit_over_two_years"
    HOURS_PER_CONSULTANT = "hours_per_consultant"


_FIGURE = [("mean", pa.float64()), ("mc_error", pa.float64())]
_RANGE = [*_FIGURE, ("low", pa.float64()), ("high", pa.float64())]

SCHEMAS: dict[str, Any] = {
    # A row per policy: the baseline first. `cut_percent` is on `cut_measure`; empty without a cut.
    "policy": pa.schema(
        [
            ("policy", pa.string()),
            ("title_da", pa.string()),
            ("title_en", pa.string()),
            ("baseline", pa.bool_()),
            ("rulebook_hash", pa.string()),
            ("cut_measure", pa.string()),
            ("cut_percent", pa.float64()),
            ("depth_percent", pa.float64()),
        ]
    ),
    # What a cut leaves each authority a year, in the unit of the cut, and what was used of it.
    # Authority by authority, since none may use what another has left.
    "frame": pa.schema(
        [
            ("policy", pa.string()),
            ("authority", pa.string()),
            ("cut_measure", pa.string()),
            ("frame_per_year", pa.float64()),
            *_RANGE,
        ]
    ),
    # The whole period, authorities and kinds together ("all") or one by one. Counts are per
    # year, breaches those of the whole period, what is unfound that of its end.
    "headline": pa.schema(
        [
            ("policy", pa.string()),
            ("kind", pa.string()),
            ("authority", pa.string()),
            ("measure", pa.string()),
            *_RANGE,
        ]
    ),
    # A policy less the baseline, replicate by replicate.
    "difference": pa.schema(
        [
            ("policy", pa.string()),
            ("kind", pa.string()),
            ("authority", pa.string()),
            ("measure", pa.string()),
            *_RANGE,
        ]
    ),
    # Month by month; the month is named by its first day. Counts are of that month. Here as
    # everywhere "all" is all kinds, authorities, theme groups or colours together.
    "month": pa.schema(
        [
            ("policy", pa.string()),
            ("month", pa.date32()),
            ("kind", pa.string()),
            ("authority", pa.string()),
            ("measure", pa.string()),
            *_FIGURE,
        ]
    ),
    # Visits per year of the simulation, by what they were for.
    "visit": pa.schema(
        [
            ("policy", pa.string()),
            ("year", pa.int32()),
            ("kind", pa.string()),
            ("authority", pa.string()),
            ("purpose", pa.string()),
            ("notice", pa.string()),
            *_FIGURE,
        ]
    ),
    # Declines found after so many whole months, by the colour in force when quality declined, and
    # at -1 months those yet to be found at the end. Those that pass unfound are in the headlines.
    "delay": pa.schema(
        [
            ("policy", pa.string()),
            ("kind", pa.string()),
            ("authority", pa.string()),
            ("theme_group", pa.string()),
            ("colour", pa.string()),
            ("months", pa.int32()),
            *_FIGURE,
        ]
    ),
    # From decline to detection for one theme group or one colour at a time: what the headlines have
    # by kind and authority. The colour is that in force when quality declined.
    "detection": pa.schema(
        [
            ("policy", pa.string()),
            ("theme_group", pa.string()),
            ("colour", pa.string()),
            ("measure", pa.string()),
            *_RANGE,
        ]
    ),
    # By whole months, of all kinds and authorities: of the declines that are found, per cent found
    # by then ("found"); of all subjects at the end, per cent without a visit for longer
    # ("unvisited"). A mean of the replicates' own curves, so that each month has an error.
    "curve": pa.schema(
        [
            ("policy", pa.string()),
            ("curve", pa.string()),
            ("months", pa.int32()),
            *_RANGE,
        ]
    ),
    # Undetected poor quality per year by theme group and by the colour of the month.
    "undetected": pa.schema(
        [
            ("policy", pa.string()),
            ("kind", pa.string()),
            ("theme_group", pa.string()),
            ("colour", pa.string()),
            *_FIGURE,
        ]
    ),
    # Subjects whose colour was one at the start of a year and another at its end.
    "flow": pa.schema(
        [
            ("policy", pa.string()),
            ("year", pa.int32()),
            ("kind", pa.string()),
            ("from_colour", pa.string()),
            ("to_colour", pa.string()),
            *_FIGURE,
        ]
    ),
    # Whole months since the last visit, at the end of the period.
    "since_visit": pa.schema(
        [
            ("policy", pa.string()),
            ("kind", pa.string()),
            ("authority", pa.string()),
            ("months", pa.int32()),
            *_FIGURE,
        ]
    ),
    # Headline figures of every replicate, to make one's own intervals from.
    "replicate": pa.schema(
        [
            ("policy", pa.string()),
            ("replicate", pa.int32()),
            ("measure", pa.string()),
            ("value", pa.float64()),
        ]
    ),
    # What is assumed of the world, of hours and prices; `fitted` where the fit has set it.
    "assumption": pa.schema(
        [
            ("assumption", pa.string()),
            ("title_da", pa.string()),
            ("title_en", pa.string()),
            ("unit", pa.string()),
            ("value", pa.float64()),
            ("low", pa.float64()),
            ("high", pa.float64()),
            ("basis", pa.string()),
            ("fitted", pa.bool_()),
            ("source_da", pa.string()),
            ("source_en", pa.string()),
        ]
    ),
    # How well the assumed world gives the published figures back.
    "fit": pa.schema(
        [
            ("margin", pa.string()),
            ("title_da", pa.string()),
            ("title_en", pa.string()),
            ("unit", pa.string()),
            ("published", pa.float64()),
            ("simulated", pa.float64()),
            ("mc_error", pa.float64()),
            ("tolerance_percent", pa.float64()),
            ("within", pa.bool_()),
            ("source", pa.string()),
        ]
    ),
    # What the answer rests on: the difference between the policies with one assumption at either
    # end of its range, each with its error over so many replicates; whether the answer keeps its
    # sign, turns, or cannot be told; and the share of the answer's variance that goes with it
    # linearly. The row `REST` is what goes with none: chance, and what is not linear.
    "sensitivity": pa.schema(
        [
            ("assumption", pa.string()),
            ("policy", pa.string()),
            ("measure", pa.string()),
            ("at_value", pa.float64()),
            ("at_value_error", pa.float64()),
            ("at_low", pa.float64()),
            ("at_low_error", pa.float64()),
            ("at_high", pa.float64()),
            ("at_high_error", pa.float64()),
            ("replicates", pa.int32()),
            ("outcome", pa.string()),
            ("variance_share_percent", pa.float64()),
            ("variance_share_error", pa.float64()),
        ]
    ),
}


def table_of(name: str, rows: list[dict[str, Any]]) -> Any:
    """Rows as the Arrow table of that name; a missing cell is empty."""
    return pa.Table.from_pylist(rows, schema=SCHEMAS[name])
