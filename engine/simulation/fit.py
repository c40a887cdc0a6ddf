"""Fits the world to published figures: each assumption that a figure steers is scaled until the
simulation gives the figure back.

Every round simulates with the same draws, so the fit is the same each time it is made. A round
multiplies each assumption by a power of published over simulated, less than one so that figures
that hang together settle; a value never leaves its range.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from engine.simulation.assumptions import Assumptions
from engine.simulation.blocks import PolicyResult, Threads, blocks_of, together
from engine.simulation.margins import Fit, FittedValue, Margin
from engine.simulation.prepared import BASELINE, Prepared
from engine.simulation.summary import AUTHORITY_NAMES, KIND_NAMES, MEASURES
from models.rulebook import Place

__all__ = ["Round", "fitted"]

_DAMPING = 0.6
_LARGEST_STEP = 3.0
_FEWEST = 0.5
"""Of a figure that the simulation never shows, so that its assumption can still be scaled."""


@dataclass(frozen=True)
class Round:
    """One round: the values tried, and each figure that came out with its Monte Carlo error."""

    number: int
    values: dict[str, float]
    figures: dict[str, tuple[float, float]]


def _figure(result: PolicyResult, margin: Margin) -> tuple[float, float]:
    values = result.headlines[
        :,
        MEASURES.index(margin.measure),
        KIND_NAMES.index(margin.kind),
        AUTHORITY_NAMES.index(margin.authority),
    ]
    held = values[~np.isnan(values)]
    if not len(held):
        return 0.0, float("nan")
    return float(held.mean()), float(held.std(ddof=1) / np.sqrt(len(held)))


def _scaled(
    margins: Sequence[Margin], values: dict[str, float], figures: dict[str, Any], ranges: Any
) -> dict[str, float]:
    changed = dict(values)
    for margin in margins:
        simulated = max(figures[margin.id][0], _FEWEST)
        factor = (margin.published / simulated) ** _DAMPING
        factor = min(max(factor, 1 / _LARGEST_STEP), _LARGEST_STEP)
        for name in margin.steers:
            low, high = ranges(name)
            changed[name] = min(max(changed[name] * factor, low), high)
    return changed


def fitted(
    prepared: Prepared,
    margins: Sequence[Margin],
    assumptions: Assumptions,
    *,
    seed: int,
    replicates: int,
    rounds: int,
    workers: int,
    told: Callable[[Round], None] | None = None,
) -> Fit:
    """The fit after so many rounds; its figures are those of a last round with other draws, so that
    they are not the draws it was fitted to."""
    assumed = assumptions.on(prepared.world.portfolio.as_of)
    values = {name: assumed.number(name) for margin in margins for name in margin.steers}

    def run(seed_: int, number: int) -> dict[str, tuple[float, float]]:
        changed = replace(prepared, assumptions=assumptions.with_values(values))
        blocks = blocks_of(BASELINE, seed=seed_, replicates=replicates, frame_per_year=None)
        result = together(Threads(changed, workers).run(blocks))
        figures = {margin.id: _figure(result, margin) for margin in margins}
        if told is not None:
            told(Round(number, dict(values), figures))
        return figures

    for number in range(1, rounds + 1):
        values = _scaled(margins, values, run(seed, number), assumed.range)
    last = run(seed + 1, rounds + 1)
    nowhere = Place(file="", line=0)
    return Fit(
        tuple(margins),
        tuple(
            FittedValue(
                margin=margin.id,
                simulated=last[margin.id][0],
                mc_error=last[margin.id][1],
                values={name: values[name] for name in margin.steers},
                place=nowhere,
            )
            for margin in margins
        ),
    )
