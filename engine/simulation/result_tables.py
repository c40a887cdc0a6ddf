"""A comparison as tables: every figure with its Monte Carlo error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any

import numpy as np

from engine.simulation.assumptions import Assumptions
from engine.simulation.prepared import Policy
from engine.simulation.regimes import first_days
from engine.simulation.run import MEASURE_OF, Comparison
from engine.simulation.summary import (
    ALL,
    AUTHORITY_NAMES,
    COLOUR_NAMES,
    CURVES,
    DELAYS,
    GROUP_NAMES,
    KIND_NAMES,
    MEASURES,
)
from engine.simulation.tables import Measure, table_of
from engine.simulation.world import counts
from models.terms import Basis, Notice, Purpose

__all__ = ["result_tables"]

Rows = list[dict[str, Any]]
_NINE_OF_TEN = (5.0, 95.0)
_NOT_FOUND = -1
_ENDS = (100.0, 0.0)
_AT_A_TIME = 2
_OF_CHOICES = "optimise."
"""Begins the id of what only the choice of a policy rests on."""
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


def _policies(comparison: Comparison) -> Rows:
    rows: Rows = []
    for number, policy in enumerate(comparison.policies):
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
            }
        )
    return rows


def _frames(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for policy in comparison.policies:
        frame = comparison.mean_frame(policy.id)
        if policy.cut is None or frame is None:
            continue
        used = comparison.values(policy.id, MEASURE_OF[policy.cut.measure])[:, 0, 1:]
        for number, authority in enumerate(AUTHORITY_NAMES[1:]):
            if frame[number] > 0 or used[:, number].any():
                yield {
                    "policy": policy.id,
                    "authority": authority,
                    "cut_measure": policy.cut.measure.value,
                    "frame_per_year": frame[number],
                    **_figure(used[:, number]),
                }


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
    """The kinds of which there is somebody, by their place among the names; all together first."""
    first = comparison.baseline.sums.month[0, :, 0]
    colours = first[:, counts.COLOUR_FIRST : counts.COLOUR_FIRST + counts.COLOURS].sum(axis=1)
    return [number for number in range(len(KIND_NAMES)) if number == 0 or colours[number] > 0]


def _months(comparison: Comparison, days: Sequence[date]) -> Iterator[dict[str, Any]]:
    kinds = _present(comparison)
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        total = result.sums.month
        square = result.squares.month
        for month, day in enumerate(days[:-1]):
            for measure, count in _MONTHLY.items():
                for kind in kinds:
                    for where, authority in enumerate(AUTHORITY_NAMES):
                        cell = (month, kind, where, count)
                        yield {
                            "policy": policy.id,
                            "month": day,
                            "kind": KIND_NAMES[kind],
                            "authority": authority,
                            "measure": measure.value,
                            **_mean(total[cell], square[cell], result.replicates),
                        }


def _cells_of(comparison: Comparison, tally: str) -> Iterator[tuple[str, Any, dict[str, float]]]:
    """Policy, place and figure of all that was ever counted in one of the tallies."""
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        sums, squares = getattr(result.sums, tally), getattr(result.squares, tally)
        for place in zip(*np.nonzero(sums), strict=True):
            cell = tuple(int(number) for number in place)
            yield policy.id, cell, _mean(sums[cell], squares[cell], result.replicates)


def _visits(comparison: Comparison) -> Iterator[dict[str, Any]]:
    notices = (Notice.ANNOUNCED, Notice.UNANNOUNCED)
    for policy, (year, kind, where, purpose, notice), figure in _cells_of(comparison, "visit"):
        yield {
            "policy": policy,
            "year": year + 1,
            "kind": KIND_NAMES[kind],
            "authority": AUTHORITY_NAMES[where],
            "purpose": tuple(Purpose)[purpose].value,
            "notice": notices[notice].value,
            **figure,
        }


def _delays(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Of kind, authority, theme group and colour at most two at a time; the rest together."""
    found = _cells_of(comparison, "delay")
    unfound = (
        (policy, (*cell, _NOT_FOUND), figure)
        for policy, cell, figure in _cells_of(comparison, "unfound")
    )
    for policy, (kind, where, group, colour, months), figure in chain(found, unfound):
        if sum(map(bool, (kind, where, group, colour))) <= _AT_A_TIME:
            yield {
                "policy": policy,
                "kind": KIND_NAMES[kind],
                "authority": AUTHORITY_NAMES[where],
                "theme_group": GROUP_NAMES[group],
                "colour": COLOUR_NAMES[colour],
                "months": months,
                **figure,
            }


def _detection(comparison: Comparison) -> Iterator[dict[str, Any]]:
    words = [(group, ALL) for group in GROUP_NAMES[1:]]
    words += [(ALL, colour) for colour in COLOUR_NAMES[1:]]
    for policy in comparison.policies:
        values = comparison.results[policy.id].delays
        for number, measure in enumerate(DELAYS):
            for place, (group, colour) in enumerate(words):
                figure = _figure(values[:, number, place])
                if figure:
                    yield {
                        "policy": policy.id,
                        "theme_group": group,
                        "colour": colour,
                        "measure": measure.value,
                        **figure,
                    }


def _curves(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Each curve until it has come to its end in every replicate."""
    for policy in comparison.policies:
        for number, (name, end) in enumerate(zip(CURVES, _ENDS, strict=True)):
            values = comparison.results[policy.id].curves[:, number]
            ended = (np.isnan(values) | (values == end)).all(axis=0)
            last = int(ended.argmax()) if ended.any() else values.shape[1] - 1
            for months in range(last + 1):
                figure = _figure(values[:, months])
                if figure:
                    yield {"policy": policy.id, "curve": name, "months": months, **figure}


def _undetected(comparison: Comparison) -> Iterator[dict[str, Any]]:
    years = comparison.months / 12
    for policy in comparison.policies:
        result = comparison.results[policy.id]
        sums, squares = result.sums.undetected, result.squares.undetected
        for kind in _present(comparison):
            for group, name in enumerate(GROUP_NAMES):
                for colour, word in enumerate(COLOUR_NAMES):
                    cell = (kind, group, colour)
                    figure = _mean(sums[cell], squares[cell], result.replicates)
                    yield {
                        "policy": policy.id,
                        "kind": KIND_NAMES[kind],
                        "theme_group": name,
                        "colour": word,
                        **{part: value / years for part, value in figure.items()},
                    }


def _flows(comparison: Comparison) -> Iterator[dict[str, Any]]:
    colours = COLOUR_NAMES[1:]
    for policy, (year, kind, before, after), figure in _cells_of(comparison, "flow"):
        yield {
            "policy": policy,
            "year": year + 1,
            "kind": KIND_NAMES[kind],
            "from_colour": colours[before],
            "to_colour": colours[after],
            **figure,
        }


def _since(comparison: Comparison) -> Iterator[dict[str, Any]]:
    for policy, (kind, where, months), figure in _cells_of(comparison, "since"):
        yield {
            "policy": policy,
            "kind": KIND_NAMES[kind],
            "authority": AUTHORITY_NAMES[where],
            "months": months,
            **figure,
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
        if name.startswith(_OF_CHOICES):
            continue
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
    rows: dict[str, Rows] = {
        "policy": _policies(comparison),
        "frame": list(_frames(comparison)),
        "headline": list(_headlines(comparison)),
        "difference": list(_differences(comparison)),
        "month": list(_months(comparison, days)),
        "visit": list(_visits(comparison)),
        "delay": list(_delays(comparison)),
        "detection": list(_detection(comparison)),
        "curve": list(_curves(comparison)),
        "undetected": list(_undetected(comparison)),
        "flow": list(_flows(comparison)),
        "since_visit": list(_since(comparison)),
        "replicate": list(_replicates(comparison)),
        "assumption": _assumptions(assumptions, comparison.as_of, fitted),
        "fit": fit or [],
        "sensitivity": sensitivity or [],
    }
    return {name: table_of(name, found) for name, found in rows.items()}
