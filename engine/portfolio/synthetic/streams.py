"""Chance with a memory: seeded streams for each subject, and exact quotas in place of sampling.

A stream depends on seed, subject and topic alone, so no subject changes when others are left out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

__all__ = ["Chance", "apportion", "ranked", "share_out", "spread"]

KeyT = TypeVar("KeyT")


class Chance:
    """Seeded chance: `stream` for many draws on a topic, `level` for one number in [0, 1)."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def _number(self, subject_id: str, topic: str) -> int:
        text = f"{self._seed}:{subject_id}:{topic}".encode()
        return int.from_bytes(blake2b(text, digest_size=8).digest(), "big")

    def stream(self, subject_id: str, topic: str) -> random.Random:
        """An own stream of random numbers for a subject and a topic."""
        return random.Random(self._number(subject_id, topic))

    def level(self, subject_id: str, topic: str) -> float:
        """One number in [0, 1) for a subject and a topic."""
        return self._number(subject_id, topic) / 2**64


def ranked(ids: Iterable[str], level: Mapping[str, float]) -> list[str]:
    """Ids by rising level; equal levels by id."""
    return sorted(ids, key=lambda subject_id: (level[subject_id], subject_id))


def apportion(total: int, weights: Mapping[KeyT, float]) -> dict[KeyT, int]:
    """Whole numbers that add up to `total`, in proportion to the weights (largest remainder)."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    parts = {key: int(value) for key, value in exact.items()}
    order = sorted(parts, key=lambda key: parts[key] - exact[key])
    for key in order[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def share_out(ids: Sequence[str], weights: Mapping[KeyT, float]) -> dict[str, KeyT]:
    """A label for each id, in exact quotas; the first ids get the first label."""
    labels = [key for key, n in apportion(len(ids), weights).items() for _ in range(n)]
    return dict(zip(ids, labels, strict=True))


def spread(total: int, groups: Sequence[int], *, steepness: float) -> list[int]:
    """Adds `total` to the minimum values in `groups`, more to the later ones.

    With `steepness` 0 everybody gets alike; the higher, the more the last ones get.
    """
    weights = {i: ((i + 1) / len(groups)) ** steepness for i in range(len(groups))}
    extra = apportion(total, weights) if groups else {}
    return [low + extra[i] for i, low in enumerate(groups)]
