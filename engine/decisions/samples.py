"""Sample visits: a seeded, stratified random draw from green subjects that anyone can repeat.

Within a stratum subjects are ranked by the SHA-256 of seed, frame and subject id, and the first n
are drawn. The draw needs no random generator, does not depend on the order of the portfolio, and
gives every subject of a stratum the same chance n/N, which is printed with the frame.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Protocol

from engine.rulebook.resolve import ResolvedRulebook
from models.decisions import PlannedVisit, Reason, VisitPlan
from models.rulebook import Frame
from models.terms import PerformedBy, Purpose

__all__ = [
    "Candidate",
    "Place",
    "SampleDraw",
    "SampleLine",
    "SampleLines",
    "Sampler",
    "with_sample_visit",
]

Place = tuple[str, tuple[str, ...], str, str]
"""A subject's place: frame, stratum, rank key, id; in this order they are drawn."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject that a frame rule let into a frame, with the words that place it in a stratum."""

    subject_id: str
    frame: str
    stratum: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A subject's place in a frame: its stratum, its rank key, its chance, and whether drawn."""

    frame: str
    stratum: tuple[str, ...]
    subject_id: str
    rank_key: str
    inclusion_probability: Fraction
    drawn: bool


class SampleLines(Protocol):
    """Lines to be gone through as often as needed, in memory or on disk."""

    def __iter__(self) -> Iterator[SampleLine]:
        """All of them, in order."""

    def __len__(self) -> int:
        """How many there are."""


@dataclass(frozen=True, slots=True)
class SampleDraw:
    """All frames of a run, in order of frame, stratum and rank, and how many places were drawn."""

    seed: int
    lines: SampleLines
    places_drawn: int

    def drawn(self) -> dict[str, list[str]]:
        """The frames each drawn subject was drawn in."""
        frames: dict[str, list[str]] = {}
        for line in self.lines:
            if line.drawn:
                frames.setdefault(line.subject_id, []).append(line.frame)
        return frames


def rank_key(seed: int, frame: str, subject_id: str) -> str:
    """What orders the subjects of a stratum: SHA-256 of `seed|frame|subject id`."""
    return hashlib.sha256(f"{seed}|{frame}|{subject_id}".encode()).hexdigest()


class Sampler:
    """Draws from the frames of one resolved rulebook."""

    def __init__(self, resolved: ResolvedRulebook) -> None:
        self._resolved = resolved
        self.frames: dict[str, Frame] = {frame.id: frame for frame in resolved.frames}

    def candidates(
        self, subject_id: str, frames: Iterable[str], words: Mapping[str, object]
    ) -> list[Candidate]:
        """The subject's place in each frame; an unknown word is a stratum of its own."""
        return [
            Candidate(
                subject_id,
                frame,
                tuple(str(words.get(name) or "unknown") for name in self.frames[frame].strata),
            )
            for frame in frames
            if frame in self.frames
        ]

    def draw(
        self,
        candidates: Iterable[Candidate],
        *,
        seed: int,
        in_order: Callable[[Iterable[Place]], Iterable[Place]] = sorted,
        kept: Callable[[Iterable[SampleLine]], SampleLines] = tuple,
    ) -> SampleDraw:
        """Draws ceil(share * N), and at least the minimum, from every stratum of every frame.

        `in_order` sorts all places, once it has seen them, and `kept` keeps the lines: in memory,
        unless there are too many.
        """
        members: Counter[tuple[str, tuple[str, ...]]] = Counter()

        def places() -> Iterator[Place]:
            for found in candidates:
                members[found.frame, found.stratum] += 1
                key = rank_key(seed, found.frame, found.subject_id)
                yield found.frame, found.stratum, key, found.subject_id

        lines = kept(self._lines(in_order(places()), members))
        drawn = sum(self._size(self.frames[frame], n) for (frame, _), n in members.items())
        return SampleDraw(seed, lines, drawn)

    def _lines(
        self, ordered: Iterable[Place], members: Mapping[tuple[str, tuple[str, ...]], int]
    ) -> Iterator[SampleLine]:
        for (frame, stratum), ranked in groupby(ordered, key=itemgetter(0, 1)):
            size = self._size(self.frames[frame], members[frame, stratum])
            chance = Fraction(size, members[frame, stratum])
            for place, (_, _, key, subject_id) in enumerate(ranked):
                yield SampleLine(frame, stratum, subject_id, key, chance, place < size)

    def _size(self, frame: Frame, population: int) -> int:
        percent = self._resolved.number(frame.share_percent)
        least = self._resolved.number(frame.at_least_per_stratum)
        return min(population, max(least, math.ceil(percent * population / 100)))

    def visit(self, frame_id: str, *, no: int, until: date) -> PlannedVisit:
        """The sample visit of a drawn subject: one theme, short, by the frame's notice."""
        frame = self.frames[frame_id]
        reason = Reason(
            rule=frame.id,
            title=frame.title,
            basis=frame.basis,
            sources=frame.sources,
            parameters=tuple(
                self._resolved.parameters[operand.parameter]
                for operand in (frame.share_percent, frame.at_most_minutes)
                if operand is not None and not isinstance(operand, int)
            ),
        )
        as_of = self._resolved.as_of
        return PlannedVisit(
            no=no,
            purposes=(Purpose.SAMPLE,),
            earliest=as_of,
            latest=until
            if frame.valid_until is None
            else max(as_of, min(until, frame.valid_until)),
            notice=frame.notice,
            notice_reason=reason,
            announce_not_before=None,
            department=None,
            themes=(frame.theme,),
            methods=frame.methods,
            hear=frame.hear,
            documents=(),
            performed_by=PerformedBy.CONSULTANT,
            at_most_minutes=self._resolved.days(frame.at_most_minutes),
            overdue=False,
            reasons=(reason,),
        )


def with_sample_visit(plan: VisitPlan, visits: Iterable[PlannedVisit]) -> VisitPlan:
    """The plan with sample visits added; they stand beside the duty and replace nothing."""
    return VisitPlan(
        plan.period_from, plan.period_until, plan.floor_due_on, (*plan.visits, *visits)
    )
