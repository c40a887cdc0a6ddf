"""The hidden state at the start: nobody has measured it, so it is drawn."""

from __future__ import annotations

from typing import Any

from engine.simulation.world.compiled import compiled
from engine.simulation.world.draws import START, uniform
from engine.simulation.world.findings import MODERATE, concern_group, concern_open, rank_of
from engine.simulation.world.state import NOT_FOUND

__all__ = ["begin"]

_BEFORE = -1


@compiled
def begin(
    state: Any, colours: Any, rates: Any, places: Any, codes: Any, key: Any, first: int, last: int
) -> None:
    """Draws true quality by the colour at the start. In yellow and red subjects it is the theme
    groups with an open concern that are the likelier to be amiss; what is amiss there is known."""
    for subject in range(first, last):
        row = state.rows[subject]
        block = places.concern
        for group in range(state.quality.shape[1]):
            concerned = False
            for number in range(row[block.counted]):
                first = block.first + number * block.stride
                if (
                    concern_open(row, first, places)
                    and concern_group(row, first, places, codes) == group
                    and rank_of(row[first + block.severity], codes.severity) >= MODERATE
                ):
                    concerned = True
            colour = colours[subject] if concerned else 0
            u = uniform(key, subject, 0, START + group)
            serious = rates.initial[colour, 1]
            state.declined[subject, group] = NOT_FOUND
            state.found[subject, group] = NOT_FOUND
            state.known[subject, group] = 0
            state.quality[subject, group] = 0
            if u < serious + rates.initial[colour, 0]:
                state.quality[subject, group] = 2 if u < serious else 1
                state.declined[subject, group] = _BEFORE
                if concerned:
                    state.known[subject, group] = 1
                    state.found[subject, group] = 0
