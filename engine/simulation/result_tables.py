"""A comparison as tables: every figure with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from engine.simulation.assumptions import Assumptions
from engine.simulation.hours import price_per_hour_dkk
from engine.simulation.prepared import Policy
from engine.simulation.regimes import first_days
from engine.simulation.run import Comparison
from engine.simulation.start import AUTHORITIES
from engine.simulation.summary import AUTHORITY_NAMES, KIND_NAMES, MEASURES
from engine.simulation.tables import Measure, table_of
from engine.simulation.world import counts
from engine.simulation.world.rates import GROUPS, KINDS
from models.scenario import CutMeasure
from models.terms import Basis, Colour, Notice, Purpose

__all__ = ["result_tables"]

Rows = list[dict[str, Any]]
_NINE_OF_TEN = (5.0, 95.0)
_NOT_FOUND = -1
_MONTHLY = {
    Measure.VISITS: counts.VISITS,
    Measure.HOURS: counts.HOURS,
    Measure.VISITS_PUT_OFF: counts.PUT_OFF,
    Measure.UNDETECTED_MONTHS: counts.UNDETECTED,
    Measure.UNDETECTED_SERIOUS_MONTHS: counts.UNDETECTED_SERIOUS,
    Measure.GREENS: counts.COLOUR_FIRST,
    Measure.YELLOWS: counts.COLOUR_FIRST + 1,
    Measure.REDS: counts.COLOUR_FIRST + 2,
    Measure.FALSE_GREENS: counts.FALSE_GREENS,
    Measure.BREACHES: counts.BREACHES,
}


def _figure(values: Any) -> dict[str, float]:
    """Mean, its error, and the range of nine of ten, of the replicates that have a value."""
    held = values[~np.isnan(values)]
    if not len(held):
        return {}
    error = float(held.std(ddof=1) / np.sqrt(len(held))) if len(held) > 1 else float("nan")
    low, high = np.percentile(held, _NINE_OF_TEN)
    return {
        "mean": float(held.mean()),
        "mc_error": error,
        "low": float(low),
        "high": float(high),
    }


def _mean(total: float, square: float, number: int) -> dict[str, float]:
    mean = total / number
    if number < 2:
        return {"mean": mean, "mc_error": float("nan")}
    variance = max(square / number - mean * mean, 0.0) * number / (number - 1)
    return {"mean": mean, "mc_error": float(np.sqrt(variance / number))}


def _frame_hours(policy: Policy, frame: tuple[float, ...] | None, price_dkk: float) -> float | None:
    """The hours a year that a policy has; nothing where nothing is cut, or visits are counted."""
    if frame is None or policy.cut is None or policy.cut.measure is CutMeasure.VISITS:
        return None
    return sum(frame) / (price_dkk if policy.cut.measure is CutMeasure.MONEY_DKK else 1.0)


def _policies(comparison: Comparison, price_dkk: float) -> Rows:
    rows: Rows = []
    for number, policy in enumerate(comparison.policies):
        frame = comparison.frames[policy.id]
        rows.append(
            {
                "policy": policy.id,
                "title_da": policy.title.da,
                "title_en": policy.title.en,
                "baseline": number == 0,
                "rulebook_hash": policy.book.content_hash,
                "cut_measure": None if policy.cut is None else policy.cut.measure.value,
                "cut_percent": None if policy.cut is None else float(policy.cut.percent),
                "depth_percent": float(policy.depth_percent),
                "frame_hours_per_year": _frame_hours(policy, frame, price_dkk),
            }
        )
    return rows


def _headlines(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for policy in comparison.policies:
        values = comparison.results[policy.id].headlines
        yield from _cells(policy, values)


def _differences(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for policy in comparison.policies[1:]:
        values = comparison.results[policy.id].headlines - comparison.baseline.headlines
        yield from _cells(policy, values)


def _cells(policy: Policy, values: Any) -> Iterator[dict[str, Any]]:
    for number, measure in enumerate(MEASURES):
        for kind, kind_name in enumerate(KIND_NAMES):
            for authority, authority_name in enumerate(AUTHORITY_NAMES):
                figure = _figure(values[:, number, kind, authority])
                if figure:
                    yield {
                        "policy": policy.id,
                        "kind": kind_name,
                        "authority": authority_name,
                        "measure": measure.value,
                        **figure,
                    }


def _present(comparison: Comparison) -> list[int]:
    """The kinds of which there is somebody."""
    first = comparison.baseline.sums.month[0].sum(axis=1)
    colours = first[:, counts.COLOUR_FIRST : counts.COLOUR_FIRST + 3].sum(axis=1)
    return [number for number in range(len(KINDS)) if colours[number] > 0]


def _months(comparison: Comparison, days: Sequence[date]) -> Iterator[dict[str, Any]]:
    kinds = _present(comparison)
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        total = result.sums.month
        square = result.squares.month
        for month, day in enumerate(days[:-1]):
            for measure, count in _MONTHLY.items():
                for kind in kinds:
                    for where, authority in enumerate(AUTHORITIES):
                        cell = (month, kind, where, count)
                        yield {
                            "policy": policy.id,
                            "month": day,
                            "kind": KINDS[kind].value,
                            "authority": authority.value,
                            "measure": measure.value,
                            **_mean(total[cell], square[cell], result.replicates),
                        }


def _visits(comparison: Comparison) -> Iterator[dict[str, Any]]:
    notices = (Notice.ANNOUNCED, Notice.UNANNOUNCED)
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        for cell in zip(*np.nonzero(result.sums.visit), strict=True):
            year, kind, where, purpose, notice = (int(number) for number in cell)
            yield {
                "policy": policy.id,
                "year": year + 1,
                "kind": KINDS[kind].value,
                "authority": AUTHORITIES[where].value,
                "purpose": tuple(Purpose)[purpose].value,
                "notice": notices[notice].value,
                **_mean(result.sums.visit[cell], result.squares.visit[cell], result.replicates),
            }


def _delays(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        sums, squares = result.sums.delay.sum(axis=1), result.squares.delay[:, 0]
        for cell in zip(*np.nonzero(sums), strict=True):
            kind, group, months = (int(number) for number in cell)
            yield {
                "policy": policy.id,
                "kind": KINDS[kind].value,
                "theme_group": GROUPS[group],
                "months": months,
                **_mean(sums[cell], squares[cell], result.replicates),
            }
        sums, squares = result.sums.unfound.sum(axis=1), result.squares.unfound[:, 0]
        for cell in zip(*np.nonzero(sums), strict=True):
            kind, group = (int(number) for number in cell)
            yield {
                "policy": policy.id,
                "kind": KINDS[kind].value,
                "theme_group": GROUPS[group],
                "months": _NOT_FOUND,
                **_mean(sums[cell], squares[cell], result.replicates),
            }


def _undetected(comparison: Comparison) -> Iterator[dict[str, Any]]:
    years = comparison.months / 12
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        for kind in _present(comparison):
            for group, name in enumerate(GROUPS):
                for colour in Colour:
                    cell = (kind, group, colour.rank)
                    figure = _mean(
                        result.sums.undetected[cell],
                        result.squares.undetected[cell],
                        result.replicates,
                    )
                    yield {
                        "policy": policy.id,
                        "kind": KINDS[kind].value,
                        "theme_group": name,
                        "colour": colour.value,
                        **{part: value / years for part, value in figure.items()},
                    }


def _flows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    colours = {colour.rank: colour.value for colour in Colour}
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        for cell in zip(*np.nonzero(result.sums.flow), strict=True):
            year, kind, before, after = (int(number) for number in cell)
            yield {
                "policy": policy.id,
                "year": year + 1,
                "kind": KINDS[kind].value,
                "from_colour": colours[before],
                "to_colour": colours[after],
                **_mean(result.sums.flow[cell], result.squares.flow[cell], result.replicates),
            }


def _since(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        sums, squares = result.sums.since.sum(axis=1), result.squares.since[:, 0]
        for cell in zip(*np.nonzero(sums), strict=True):
            kind, months = (int(number) for number in cell)
            yield {
                "policy": policy.id,
                "kind": KINDS[kind].value,
                "months": months,
                **_mean(sums[cell], squares[cell], result.replicates),
            }


def _replicates(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for policy in comparison.policies:
        values = comparison.results[policy.id].headlines[:, :, 0, 0]
        for replicate, row in enumerate(values):
            for measure, value in zip(MEASURES, row, strict=True):
                if not np.isnan(value):
                    yield {
                        "policy": policy.id,
                        "replicate": replicate,
                        "measure": measure.value,
                        "value": float(value),
                    }


def _assumptions(assumptions: Assumptions, as_of: date, fitted: frozenset[str]) -> Rows:
    assumed = assumptions.on(as_of)
    rows: Rows = []
    for name, entry in assumptions.quantities.items():
        value = assumed.value(name)
        source = value.sources[0]
        da, en = (source, source) if isinstance(source, str) else (source.da, source.en)
        rows.append(
            {
                "assumption": name,
                "title_da": entry.title.da,
                "title_en": entry.title.en,
                "unit": entry.unit,
                "value": value.value,
                "low": value.low,
                "high": value.high,
                "basis": (value.basis or Basis.ASSUMPTION).value,
                "fitted": name in fitted,
                "source_da": da,
                "source_en": en,
            }
        )
    return rows


def result_tables(
    comparison: Comparison,
    assumptions: Assumptions,
    *,
    fitted: frozenset[str] = frozenset(),
    fit: Rows | None = None,
    sensitivity: Rows | None = None,
) -> dict[str, Any]:
    """Every table of `engine.simulation.tables`, by name."""
    days = first_days(comparison.as_of, comparison.months)
    price = price_per_hour_dkk(assumptions.on(comparison.as_of))
    rows: dict[str, Rows] = {
        "policy": _policies(comparison, price),
        "headline": list(_headlines(comparison)),
        "difference": list(_differences(comparison)),
        "month": list(_months(comparison, days)),
        "visit": list(_visits(comparison)),
        "delay": list(_delays(comparison)),
        "undetected": list(_undetected(comparison)),
        "flow": list(_flows(comparison)),
        "since_visit": list(_since(comparison)),
        "replicate": list(_replicates(comparison)),
        "assumption": _assumptions(assumptions, comparison.as_of, fitted),
        "fit": fit or [],
        "sensitivity": sensitivity or [],
    }
    return {name: table_of(name, found) for name, found in rows.items()}
