"""What a replicate comes to: each measure for all and for each kind and authority, delays by theme
group and colour too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.simulation.start import AUTHORITIES
from engine.simulation.tables import Measure
from engine.simulation.world import counts
from engine.simulation.world.counts import LONGEST_MONTHS, Tally
from engine.simulation.world.rates import GROUPS, KINDS
from models.terms import Colour

__all__ = [
    "ALL",
    "AUTHORITY_NAMES",
    "COLOUR_NAMES",
    "CURVES",
    "DELAYS",
    "GROUP_NAMES",
    "KIND_NAMES",
    "MEASURES",
    "curves",
    "delays",
    "headline",
    "with_all",
]

ALL = "all"
KIND_NAMES = (ALL, *(kind.value for kind in KINDS))
AUTHORITY_NAMES = (ALL, *(authority.value for authority in AUTHORITIES))
GROUP_NAMES = (ALL, *GROUPS)
COLOUR_NAMES = (ALL, *(colour.value for colour in sorted(Colour, key=lambda one: one.rank)))
MEASURES = tuple(Measure)
DELAYS = (
    Measure.DECLINES_FOUND,
    Measure.DELAY_MEAN_MONTHS,
    Measure.DELAY_MEDIAN_MONTHS,
    Measure.DELAY_90_PERCENT_MONTHS,
    Measure.DELAY_OVER_A_YEAR_PERCENT,
)
"""What is asked of delays by theme group and by colour."""
CURVES = ("found", "unvisited")
"""By whole months: of the declines that are found, per cent found by then; of all subjects at the
end, per cent without a visit for longer."""
_YEAR = 12
_PER_YEAR = {
    Measure.VISITS: counts.VISITS,
    Measure.VISITS_NOT_MET: counts.VISITS_NOT_MET,
    Measure.VISITS_PUT_OFF: counts.PUT_OFF,
    Measure.HOURS: counts.HOURS,
    Measure.DECLINES: counts.DECLINES,
    Measure.DECLINES_FOUND: counts.FOUND,
    Measure.DECLINES_RECOVERED_UNFOUND: counts.RECOVERED_UNFOUND,
    Measure.DECLINES_LEFT_UNFOUND: counts.DECLINES_LEFT,
    Measure.UNDETECTED_MONTHS: counts.UNDETECTED,
    Measure.UNDETECTED_SERIOUS_MONTHS: counts.UNDETECTED_SERIOUS,
    Measure.POOR_MONTHS: counts.POOR,
    Measure.CONCERNS_OUTSIDE: counts.CONCERNS_OUTSIDE,
    Measure.CONCERNS_WHISTLEBLOWER: counts.CONCERNS_WHISTLEBLOWER,
    Measure.CONCERNS_VISIT: counts.CONCERNS_VISIT,
    Measure.FORCE_REPORTS: counts.FORCE_REPORTS,
    Measure.SAMPLES: counts.SAMPLES,
    Measure.SAMPLES_CHANGED: counts.SAMPLES_CHANGED,
    Measure.SAMPLES_RANDOM: counts.SAMPLES_RANDOM,
    Measure.SAMPLES_RANDOM_NOT_GREEN: counts.SAMPLES_RANDOM_NOT_GREEN,
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


def _summed(cells: Any, *axes: int) -> Any:
    """The same with the sums over each of the axes in front."""
    for axis in axes:
        cells = np.concatenate([cells.sum(axis=axis, keepdims=True), cells], axis=axis)
    return cells


def with_all(tally: Tally) -> Tally:
    """The tally with "all" in front of kinds and authorities, of groups and colours too where they
    are counted apart. Made of each replicate, so that what is said of all together has an error of
    its own."""
    return Tally(
        month=_summed(tally.month, 1, 2),
        visit=_summed(tally.visit, 1, 2),
        delay=_summed(tally.delay, 0, 1, 2, 3),
        unfound=_summed(tally.unfound, 0, 1, 2, 3),
        undetected=_summed(tally.undetected, 0, 1, 2),
        flow=_summed(tally.flow, 1),
        since=_summed(tally.since, 0, 1),
    )


def _with_sums(cells: Any) -> Any:
    """[kind, authority, ...] with the sums over either in front."""
    return _summed(cells, 0, 1)


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


def _over_a_year(histogram: Any) -> Any:
    return _percent(histogram[..., _YEAR + 1 :].sum(axis=-1), histogram.sum(axis=-1))


def delays(tally: Tally, *, years: float) -> Any:
    """[measure, word] for `DELAYS`, the theme groups first and then the colours; not a number where
    nothing was found. Counts are per year."""
    whole = tally.delay.sum(axis=(0, 1))
    histogram = np.concatenate([whole.sum(axis=1), whole.sum(axis=0)])
    return np.stack(
        [
            histogram.sum(axis=-1) / years,
            _mean_months(histogram),
            _quantile(histogram, 0.5),
            _quantile(histogram, 0.9),
            _over_a_year(histogram),
        ]
    )


def curves(tally: Tally) -> Any:
    """[curve, month] for `CURVES`; not a number where nothing was found."""
    found = tally.delay.sum(axis=(0, 1, 2, 3)).cumsum()
    since = tally.since.sum(axis=(0, 1)).cumsum()
    return np.stack([_percent(found, found[-1]), 100.0 - _percent(since, since[-1])])


def headline(tally: Tally, *, price_dkk: float, consultants: Any) -> Any:
    """[measure, kind, authority], both with "all" in front. Counts are per year; what is a state
    (colours, wrong greens) is the mean of the last twelve months, what is unfound that of the end;
    not a number where there is nothing to measure. `consultants` [authority]: how many share the
    hours; all together are those of the authorities with somebody to visit."""
    months = tally.month.shape[0]
    per_year = _with_sums(tally.month.sum(axis=0) * (_YEAR / months))
    lately = _with_sums(tally.month[-_YEAR:].mean(axis=0))
    delay = _with_sums(tally.delay.sum(axis=(2, 3)))
    since = _with_sums(tally.since)
    at_work = consultants * (tally.month[..., counts.HOURS].sum(axis=(0, 1)) > 0)
    persons = np.concatenate([[max(at_work.sum(), 1.0)], consultants])
    found = {measure: per_year[:, :, count] for measure, count in _PER_YEAR.items()}
    found |= {measure: lately[:, :, count] for measure, count in _IN_THE_LAST_YEAR.items()}
    whole = _with_sums(tally.month.sum(axis=0))
    rest: dict[Measure, Callable[[], Any]] = {
        Measure.VISITS_UNANNOUNCED_PERCENT: lambda: _percent(
            per_year[:, :, counts.VISITS_UNANNOUNCED], per_year[:, :, counts.VISITS]
        ),
        Measure.MONEY_DKK: lambda: per_year[:, :, counts.HOURS] * price_dkk,
        Measure.BREACHES: lambda: whole[:, :, counts.BREACHES],
        Measure.OVERDUE_AT_START: lambda: whole[:, :, counts.OVERDUE_AT_START],
        Measure.DECLINES_UNFOUND_AT_END: lambda: _with_sums(tally.unfound.sum(axis=(2, 3))),
        Measure.DELAY_MEAN_MONTHS: lambda: _mean_months(delay),
        Measure.DELAY_MEDIAN_MONTHS: lambda: _quantile(delay, 0.5),
        Measure.DELAY_90_PERCENT_MONTHS: lambda: _quantile(delay, 0.9),
        Measure.DELAY_OVER_A_YEAR_PERCENT: lambda: _over_a_year(delay),
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
