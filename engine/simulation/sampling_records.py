"""What the sample visits recorded in a portfolio found, frame by frame, and whether picking by risk
found more than picking at random."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from engine.rulebook.resolve import ResolvedRulebook
from engine.simulation.sampling import Arm, Estimate, Lift, estimate, lift
from models.conditions import ParameterRef
from models.decisions import Decision
from models.facts import Dossier
from models.facts.course_records import SampleResult
from models.rulebook import Frame
from models.terms import Colour, Kind

__all__ = ["FrameResult", "KindLift", "frame_results", "lifts"]

_RANDOM_SHARE = "samples.random_share_percent"
"""The parameter that says how many are drawn at random among all greens."""


@dataclass(frozen=True, slots=True)
class FrameResult:
    """Results of one frame. `members` are those who could be drawn on the day, and those who were;
    where the frame is no longer in force, all subjects of its kinds (`members_known` is False):
    too many rather than too few, so that the interval is too wide rather than too narrow.

    `changed` had a score changed; `not_green` had yellow or red proposed (the two outcomes of a
    sample visit, 000_0be2027a0e412987.txt:2062-2075).
    """

    frame: Frame
    random: bool
    kinds: tuple[Kind, ...]
    members: frozenset[str]
    members_known: bool
    visited: frozenset[str]
    changed: frozenset[str]
    not_green: frozenset[str]

    def estimate_of(self, found: frozenset[str], confidence: Fraction) -> Estimate:
        """What `found` (changed or not green) tell of all members."""
        return estimate(
            frame=len(self.members),
            drawn=len(self.visited),
            changed=len(found),
            confidence=confidence,
        )


@dataclass(frozen=True, slots=True)
class KindLift:
    """Risk-picked against random visits to one kind of subject, by changed scores."""

    kind: Kind
    picked: Arm
    random: Arm
    lift: Lift


def frame_results(
    resolved: ResolvedRulebook,
    pairs: Iterable[tuple[Dossier, Decision]],
    *,
    since: date,
) -> tuple[FrameResult, ...]:
    """Every frame with results after `since` and until the day, in order of ids. A subject counts
    once in a frame; a form not filled in yet counts as not visited."""
    known = tuple(pairs)
    frames = {frame.id: frame for frame in resolved.book.frames}
    in_force = {frame.id for frame in resolved.frames}
    results: dict[str, dict[str, list[SampleResult]]] = {}
    for dossier, _ in known:
        for result in dossier.of("sample_result"):
            if since < result.visited_on <= resolved.as_of and _is_filled_in(result):
                of_frame = results.setdefault(result.frame, {})
                of_frame.setdefault(dossier.subject_id, []).append(result)
    found: list[FrameResult] = []
    for frame_id in sorted(results.keys() & frames.keys()):
        frame, visited = frames[frame_id], results[frame_id]
        members_known = frame_id in in_force
        could = {
            decision.subject_id
            for _, decision in known
            if (frame_id in decision.frames if members_known else decision.kind in frame.applies_to)
        }
        found.append(
            FrameResult(
                frame=frame,
                random=frame.share_percent == ParameterRef(parameter=_RANDOM_SHARE),
                kinds=frame.applies_to,
                members=frozenset(could | visited.keys()),
                members_known=members_known,
                visited=frozenset(visited),
                changed=frozenset(
                    s for s, rs in visited.items() if any(r.score_changed for r in rs)
                ),
                not_green=frozenset(s for s, rs in visited.items() if any(map(_is_not_green, rs))),
            )
        )
    return tuple(found)


def _is_filled_in(result: SampleResult) -> bool:
    return result.score_changed is not None or result.proposed_category is not None


def _is_not_green(result: SampleResult) -> bool:
    return result.proposed_category not in (None, Colour.GREEN)


def lifts(results: Sequence[FrameResult], *, confidence: Fraction) -> tuple[KindLift, ...]:
    """Kind by kind, where there are both risk-picked and random results. A subject that was in
    several frames of one arm counts once in it."""
    found: list[KindLift] = []
    for kind in Kind:
        of_kind = [result for result in results if kind in result.kinds]
        picked = _arm([result for result in of_kind if not result.random])
        random = _arm([result for result in of_kind if result.random])
        if picked.drawn and random.drawn:
            found.append(
                KindLift(
                    kind, picked, random, lift(picked=picked, random=random, confidence=confidence)
                )
            )
    return tuple(found)


def _arm(results: Sequence[FrameResult]) -> Arm:
    members = frozenset[str]().union(*(result.members for result in results))
    visited = frozenset[str]().union(*(result.visited for result in results))
    changed = frozenset[str]().union(*(result.changed for result in results))
    return Arm(len(members), len(visited), len(changed))
