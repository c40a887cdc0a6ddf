"""Sample visits as measurement: how many are needed, what they can find, and what was found.

All chances are exact: n visits are drawn without replacement from a frame of N subjects of which K
are not what their colour says, so the number found is hypergeometric. They are reckoned in whole
numbers, without rounding, so that a stated confidence is never less than stated.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

__all__ = [
    "Arm",
    "Estimate",
    "Lift",
    "chance_of_finding",
    "estimate",
    "interval",
    "lift",
    "sample_size",
    "upper_bound",
]


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a draw tells of its frame: `low` and `high` subjects (two-sided), and `at_most`, the
    one-sided bound at the same confidence."""

    frame: int
    drawn: int
    changed: int
    confidence: Fraction
    low: int
    high: int
    at_most: int

    @property
    def share(self) -> float:
        """Of those drawn; 0 where nobody was."""
        return self.changed / self.drawn if self.drawn else 0.0

    @property
    def low_share(self) -> float:
        """Of the frame, at the least."""
        return self.low / self.frame

    @property
    def high_share(self) -> float:
        """Of the frame, at the most."""
        return self.high / self.frame

    @property
    def at_most_share(self) -> float:
        """Of the frame, by the one-sided bound."""
        return self.at_most / self.frame


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of picking visits: how many could have been picked, were, and changed something."""

    frame: int
    drawn: int
    changed: int


@dataclass(frozen=True, slots=True)
class Lift:
    """How many times oftener risk-picked visits change something than random ones. None where it
    cannot be said: `ratio` if the random ones changed nothing, `high` if they may change nothing.
    """

    ratio: float | None
    low: float
    high: float | None


def _found_at_most(frame: int, bad: int, drawn: int, most: int) -> int:
    """The number of draws, of all C(frame, drawn), that find at most `most` of the `bad` ones."""
    return sum(_ways(frame, bad, drawn, most))


def _ways(frame: int, bad: int, drawn: int, most: int) -> Iterator[int]:
    """How many draws find exactly k, from the smallest k that can be on to `most`."""
    k = max(0, drawn - (frame - bad))
    if k > min(most, bad, drawn):
        return
    ways = math.comb(bad, k) * math.comb(frame - bad, drawn - k)
    while True:
        yield ways
        if k >= min(most, bad, drawn):
            return
        ways = ways * (bad - k) * (drawn - k) // ((k + 1) * (frame - bad - drawn + k + 1))
        k += 1


def _checked(frame: int, drawn: int, changed: int = 0) -> None:
    if not (0 <= changed <= drawn <= frame and frame >= 1):
        raise ValueError(f"{changed} changed of {drawn} drawn of a frame of {frame} cannot be")


def chance_of_finding(*, frame: int, bad: int, drawn: int, at_least: int = 1) -> Fraction:
    """The chance that a draw finds at least so many of the `bad` ones of a frame: its power."""
    _checked(frame, drawn)
    missed = _found_at_most(frame, bad, drawn, at_least - 1)
    return 1 - Fraction(missed, math.comb(frame, drawn))


def upper_bound(*, frame: int, drawn: int, changed: int, risk: Fraction) -> int:
    """The largest number of bad ones under which so few would be found with a chance above `risk`:
    the one-sided bound of confidence 1 - risk."""
    _checked(frame, drawn, changed)
    total = math.comb(frame, drawn)

    def plausible(bad: int) -> bool:
        return _found_at_most(frame, bad, drawn, changed) > risk * total

    low, high = changed, frame - (drawn - changed)
    while low < high:
        middle = (low + high + 1) // 2
        if plausible(middle):
            low = middle
        else:
            high = middle - 1
    return low


def _lower_bound(*, frame: int, drawn: int, changed: int, risk: Fraction) -> int:
    """By symmetry: the largest plausible number of good ones, taken from the frame."""
    good = upper_bound(frame=frame, drawn=drawn, changed=drawn - changed, risk=risk)
    return frame - good


def interval(*, frame: int, drawn: int, changed: int, confidence: Fraction) -> tuple[int, int]:
    """How many of the frame would have changed, at the least and at the most: the exact interval by
    inversion of the two one-sided tests (as Clopper and Pearson's, for a finite frame). It holds
    the true number at least as often as `confidence` says, whatever that number is."""
    each = (1 - confidence) / 2
    return (
        _lower_bound(frame=frame, drawn=drawn, changed=changed, risk=each),
        upper_bound(frame=frame, drawn=drawn, changed=changed, risk=each),
    )


def estimate(*, frame: int, drawn: int, changed: int, confidence: Fraction) -> Estimate:
    """What `changed` of `drawn` tell of the frame."""
    low, high = interval(frame=frame, drawn=drawn, changed=changed, confidence=confidence)
    at_most = upper_bound(frame=frame, drawn=drawn, changed=changed, risk=1 - confidence)
    return Estimate(frame, drawn, changed, confidence, low, high, at_most)


def sample_size(*, frame: int, bound: Fraction, confidence: Fraction, changed: int = 0) -> int:
    """The smallest draw that, if it changes no more than `changed`, bounds the share of bad ones in
    the frame by `bound`. A draw of the whole frame always does, unless `changed` is above the
    bound itself: then ValueError, as no draw can."""
    allowed = math.floor(bound * frame)
    if changed > allowed:
        raise ValueError(f"{changed} of {frame} are more than the bound allows")
    if allowed >= frame:
        return changed
    bad, risk = allowed + 1, 1 - confidence
    low, high = changed, frame
    while low < high:
        middle = (low + high) // 2
        if _found_at_most(frame, bad, middle, changed) <= risk * math.comb(frame, middle):
            high = middle
        else:
            low = middle + 1
    return low


def lift(*, picked: Arm, random: Arm, confidence: Fraction) -> Lift:
    """Risk-picked over random, with an interval that holds the true ratio at least as often as
    `confidence` says: each arm has half of the risk."""
    each = 1 - (1 - confidence) / 2
    of_picked = estimate(
        frame=picked.frame, drawn=picked.drawn, changed=picked.changed, confidence=each
    )
    of_random = estimate(
        frame=random.frame, drawn=random.drawn, changed=random.changed, confidence=each
    )
    return Lift(
        ratio=of_picked.share / of_random.share if of_random.changed else None,
        low=of_picked.low_share / of_random.high_share,
        high=of_picked.high_share / of_random.low_share if of_random.low else None,
    )
