"""Chance, without a generator that remembers: each draw is a hash of what it is for.

The same subject, month and purpose gives the same number under every policy, on every machine and
in every order of work. So two policies differ by what they do and not by luck (common random
numbers), and a replicate is its seed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.simulation.world.compiled import compiled, part

__all__ = [
    "ADEQUATE",
    "BUDGET",
    "BUDGET_FILED",
    "CLOSE",
    "CONCERN",
    "CONDITION",
    "COURSE",
    "DETECT",
    "DRAWS_OF_A_PURPOSE",
    "FORCE",
    "MINOR",
    "NOT_MET",
    "QUALITY",
    "SAMPLE",
    "SAMPLE_MONTH",
    "SEVERITY",
    "SOURCE",
    "START",
    "TAKEN",
    "replicate_key",
    "uniform",
]

# What a draw is for. Those with an index (group, record, need) have so many numbers of their own.
DRAWS_OF_A_PURPOSE = 256
(
    QUALITY,
    CONCERN,
    SEVERITY,
    SOURCE,
    COURSE,
    ADEQUATE,
    CLOSE,
    DETECT,
    NOT_MET,
    SAMPLE,
    SAMPLE_MONTH,
    TAKEN,
    BUDGET,
    BUDGET_FILED,
    CONDITION,
    START,
    MINOR,
    FORCE,
) = (DRAWS_OF_A_PURPOSE * number for number in range(18))

_SUBJECT_STEP = np.uint64(0x9E3779B97F4A7C15)
_MONTH_STEP = np.uint64(0xC2B2AE3D27D4EB4F)
_PURPOSE_STEP = np.uint64(0x165667B19E3779F9)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_SCALE = 1.0 / 9007199254740992.0


@part
def _mixed(x: Any) -> Any:
    x = (x ^ (x >> _S30)) * _FIRST
    x = (x ^ (x >> _S27)) * _SECOND
    return x ^ (x >> _S31)


@compiled
def _key(seed: Any, replicate: Any) -> Any:
    return _mixed(_mixed(seed + _PURPOSE_STEP) + replicate * _SUBJECT_STEP)


def replicate_key(seed: int, replicate: int) -> Any:
    """The number that all draws of one replicate start from."""
    return np.uint64(_key(np.uint64(seed % 2**64), np.uint64(replicate)))


@compiled
def uniform(key: Any, subject: int, month: int, purpose: int) -> float:
    """A number from 0 up to, not including, 1."""
    x = np.uint64(key) + np.uint64(subject) * _SUBJECT_STEP
    x += np.uint64(month + 1) * _MONTH_STEP
    x = _mixed(x + np.uint64(purpose) * _PURPOSE_STEP)
    return float(np.float64(x >> _S11) * _SCALE)
