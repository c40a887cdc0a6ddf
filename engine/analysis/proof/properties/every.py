"""The properties that `tilsynstryk rules prove` knows, by name."""

from __future__ import annotations

from collections.abc import Callable

from engine.analysis.proof.properties.explained import prove_explained
from engine.analysis.proof.properties.floor import prove_floor
from engine.analysis.proof.properties.frames import prove_frames_green
from engine.analysis.proof.properties.ladder import prove_kinds_of_sanction, prove_preconditions
from engine.analysis.proof.properties.monotone import prove_monotone
from engine.analysis.proof.properties.one_answer import prove_one_answer
from engine.analysis.proof.properties.report import Proof
from engine.analysis.proof.properties.scenarios import (
    prove_baseline_untouched,
    prove_red_keeps_visits,
)
from engine.rulebook.book import Rulebook

__all__ = ["PROPERTIES"]

PROPERTIES: dict[str, Callable[[Rulebook], Proof]] = {
    "one_answer": prove_one_answer,
    "monotone": prove_monotone,
    "floor": prove_floor,
    "kinds_of_sanction": prove_kinds_of_sanction,
    "preconditions": prove_preconditions,
    "red_keeps_visits": prove_red_keeps_visits,
    "frames": prove_frames_green,
    "baseline_untouched": prove_baseline_untouched,
    "explained": prove_explained,
}
"""In the order in which they are proved and reported."""
