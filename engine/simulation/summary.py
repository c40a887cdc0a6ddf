"""What a replicate comes to: each measure for all and for each kind and authority."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.simulation.start import AUTHORITIES
from engine.simulation.tables import Measure
from engine.simulation.world import counts
from engine.simulation.world.counts import LONGEST_MONTHS, Tally
from engine.simulation.world.rates import KINDS

__all__ = ["ALL", "AUTHORITY_NAMES", "KIND_NAMES", "MEASURES", "headline"]

ALL = "all"
KIND_NAMES = (ALL, *(kind.value for kind in KINDS))
AUTHORITY_NAMES = (ALL, *(authority.value for authority in AUTHORITIES))
MEASURES = tuple(Measure)
_YEAR = 12
_PER_YEAR = {
    Measure.VISITS: counts.VISITS,
    Measure.VISITS_NOT_MET: counts.VISITS_NOT_MET,
    Measure.VISITS_PUT_OFF: counts.PUT_OFF,
    Measure.HOURS: counts.HOURS,
    Measure.DECLINES: counts.DECLINES,
    Measure.DECLINES_FOUND: counts.FOUND,
    Measure.DECLINES_RECOVERED_UNFOUND: counts.RECOVERED_UNFOUND,
    Measure.UNDETECTED_MONTHS: counts.UNDETECTED,
    Measure.UNDETECTED_SERIOUS_MONTHS: counts.UNDETECTED_SERIOUS,
    Measure.POOR_MONTHS: counts.POOR,
    Measure.CONCERNS_OUTSIDE: counts.CONCERNS_OUTSIDE,
    Measure.CONCERNS_WHISTLEBLOWER: counts.CONCERNS_WHISTLEBLOWER,
    Measure.CONCERNS_VISIT: counts.CONCERNS_VISIT,
    Measure.SAMPLES: counts.SAMPLES,
    Measure.SAMPLES_CHANGED: counts.SAMPLES_CHANGED,
    Measure.ORDERS: counts.ORDERS,
    Measure.ORDERS_WARNED: counts.ORDERS_WARNED,
    Measure.INTENSIFIED: counts.INTENSIFIED,
    Measure.WITHDRAWALS: counts.WITHDRAWALS,
}
_IN_THE_LAST_YEAR = {
    Measure.GREENS: counts.COLOUR_FIRST,
    Measure.YELLOWS: counts.COLOUR_FIRST + 1,
    Measure.REDS: counts.COLOUR_FIRST + 2,
    Measure.FALSE_GREENS: counts.FALSE_GREENS,
}


def _with_sums(cells: Any) -> Any:
    """[kind, authority, ...] with the sums over either in front."""
    kinds = np.concatenate([cells.sum(axis=0, keepdims=True), cells], axis=0)
    return np.concatenate([kinds.sum(axis=1, keepdims=True), kinds], axis=1)


def _percent(part: Any, whole: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, 100.0 * part / whole, np.nan)


def _quantile(histogram: Any, share: float) -> Any:
    """The month by which that share has come, of a histogram over whole months (last axis)."""
    total = histogram.sum(axis=-1)
    reached = histogram.cumsum(axis=-1) >= (share * total)[..., None]
    return np.where(total > 0, reached.argmax(axis=-1).astype(np.float64), np.nan)


def _mean_months(histogram: Any) -> Any:
    months = np.arange(LONGEST_MONTHS + 1)
    total = histogram.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, (histogram * months).sum(axis=-1) / total, np.nan)


def headline(tally: Tally, *, price_dkk: float, consultants: Any) -> Any:
    """[measure, kind, authority], both with "all" in front. Counts are per year; what is a state
    (colours, wrong greens) is the mean of the last twelve months; not a number where there is
    nothing to measure. `consultants` [authority]: how many share the hours;
    all together are those of the authorities with somebody to visit."""
    months = tally.month.shape[0]
    per_year = _with_sums(tally.month.sum(axis=0) * (_YEAR / months))
    lately = _with_sums(tally.month[-_YEAR:].mean(axis=0))
    delay = _with_sums(tally.delay.sum(axis=2))
    since = _with_sums(tally.since)
    at_work = consultants * (tally.month[..., counts.HOURS].sum(axis=(0, 1)) > 0)
    persons = np.concatenate([[max(at_work.sum(), 1.0)], consultants])
    found = {measure: per_year[:, :, count] for measure, count in _PER_YEAR.items()}
    found |= {measure: lately[:, :, count] for measure, count in _IN_THE_LAST_YEAR.items()}
    whole = _with_sums(tally.month.sum(axis=0))
    late = delay[..., _YEAR + 1 :].sum(axis=-1)
    rest: dict[Measure, Callable[[], Any]] = {
        Measure.VISITS_UNANNOUNCED_PERCENT: lambda: _percent(
            per_year[:, :, counts.VISITS_UNANNOUNCED], per_year[:, :, counts.VISITS]
        ),
        Measure.MONEY_DKK: lambda: per_year[:, :, counts.HOURS] * price_dkk,
        Measure.BREACHES: lambda: whole[:, :, counts.BREACHES],
        Measure.OVERDUE_AT_START: lambda: whole[:, :, counts.OVERDUE_AT_START],
        Measure.DELAY_MEAN_MONTHS: lambda: _mean_months(delay),
        Measure.DELAY_MEDIAN_MONTHS: lambda: _quantile(delay, 0.5),
        Measure.DELAY_90_PERCENT_MONTHS: lambda: _quantile(delay, 0.9),
        Measure.DELAY_OVER_A_YEAR_PERCENT: lambda: _percent(late, delay.sum(axis=-1)),
        Measure.FALSE_GREEN_PERCENT: lambda: _percent(
            lately[:, :, counts.FALSE_GREENS], lately[:, :, counts.COLOUR_FIRST]
        ),
        Measure.SAMPLES_CHANGED_PERCENT: lambda: _percent(
            per_year[:, :, counts.SAMPLES_CHANGED], per_year[:, :, counts.SAMPLES]
        ),
        Measure.SINCE_VISIT_MEAN_MONTHS: lambda: _mean_months(since),
        Measure.SINCE_VISIT_OVER_TWO_YEARS: lambda: since[..., 2 * _YEAR + 1 :].sum(axis=-1),
        Measure.HOURS_PER_CONSULTANT: lambda: per_year[:, :, counts.HOURS] / persons,
    }
    found |= {measure: make() for measure, make in rest.items()}
    return np.stack([found[measure] for measure in MEASURES])
