"""Evaluates a portfolio: the case engine decides, the reference checks, samples are drawn.

If the two readings differ for any subject the run stops and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from engine.backends.shadow import Difference, ReadingsDisagree
from engine.decisions.decide import Decider
from engine.decisions.reasons import Evaluated
from engine.decisions.samples import Candidate, SampleDraw, Sampler, with_sample_visit
from engine.run.fingerprints import fingerprint
from engine.run.official import official_decider
from engine.run.tally import Tally
from models.decisions import Decision
from models.facts import Dossier

if TYPE_CHECKING:
    from engine.run.by_tables import ReadTogether

__all__ = [
    "Earlier",
    "Outcome",
    "RunResult",
    "decided_in_order",
    "evaluate_portfolio",
    "official_decider",
    "places_in_frames",
    "reading_name",
    "with_drawn_visits",
]

_MOST_DIFFERENCES = 20
_AT_A_TIME = 20_000


class Earlier(Protocol):
    """Decisions of an earlier run that still hold."""

    def decision(self, dossier: Dossier) -> Decision | None:
        """The decision on a subject whose facts are as they were, without sample visits; None if
        it must be evaluated. To be asked in order of subject id."""


class Outcome(Protocol):
    """What a run has found, whether it is held in memory or lies on disk."""

    @property
    def decisions(self) -> Iterable[Decision]:
        """All decisions, in order of subject id."""

    @property
    def draw(self) -> SampleDraw:
        """The sample draw."""

    @property
    def backend(self) -> str:
        """Who said what holds."""

    @property
    def fingerprints(self) -> Iterable[str]:
        """The fingerprint of each subject's facts, in the order of the decisions."""

    def __len__(self) -> int:
        """How many subjects were decided."""


@dataclass(frozen=True)
class RunResult:
    """All decisions of a run, in order of subject id, and the sample draw."""

    decisions: tuple[Decision, ...]
    draw: SampleDraw
    backend: str
    fingerprints: tuple[str, ...]

    def __len__(self) -> int:
        """How many subjects were decided."""
        return len(self.decisions)

    def counts(self) -> dict[str, int]:
        """The figures of the run record."""
        return Tally.of(self.decisions).counts(self.draw)


def evaluate_portfolio(
    dossiers: Sequence[Dossier],
    decider: Decider,
    *,
    seed: int,
    progress: Callable[[int], None] | None = None,
    tables: ReadTogether | None = None,
    earlier: Earlier | None = None,
) -> RunResult:
    """Decides every subject, then draws the samples and adds their visits to the plans.

    With `tables` these say what held for all subjects together, and not the decider's backend one
    by one. What an `earlier` run has decided is not decided again.
    Raises ReadingsDisagree, naming ids and rules, after at most 20 differing subjects.
    """
    sampler = Sampler(decider.resolved)
    decisions: list[Decision] = []
    candidates: list[Candidate] = []
    fingerprints: list[str] = []
    ordered = sorted(dossiers, key=lambda d: d.subject_id)
    for dossier, decision in decided_in_order(
        ordered, decider, tables=tables, earlier=earlier, progress=progress
    ):
        decisions.append(decision)
        candidates += places_in_frames(sampler, dossier, decision)
        fingerprints.append(fingerprint(dossier))
    draw = sampler.draw(candidates, seed=seed)
    drawn = draw.drawn()
    final = tuple(with_drawn_visits(sampler, decision, drawn) for decision in decisions)
    return RunResult(final, draw, reading_name(decider, tables), tuple(fingerprints))


def reading_name(decider: Decider, tables: ReadTogether | None) -> str:
    """Who says what holds, as the run record names it."""
    if tables is None:
        return decider.backend.name
    return f"{tables.name}, each set of fired rules checked by {decider.reference.name}"


def decided_in_order(
    dossiers: Iterable[Dossier],
    decider: Decider,
    *,
    tables: ReadTogether | None = None,
    earlier: Earlier | None = None,
    progress: Callable[[int], None] | None = None,
    at_a_time: int = _AT_A_TIME,
) -> Iterator[tuple[Dossier, Decision]]:
    """Each subject with its decision, without sample visits. `dossiers` stand in order of id, and
    no more than `at_a_time` of them are held. Raises ReadingsDisagree once all are seen, or 20."""
    differences: list[Difference] = []
    waiting = iter(dossiers)
    done = 0
    while some := list(islice(waiting, at_a_time)):
        kept = [None if earlier is None else earlier.decision(dossier) for dossier in some]
        changed = [dossier for dossier, held in zip(some, kept, strict=True) if held is None]
        cases = _cases(decider, changed, tables)
        for dossier, held in zip(some, kept, strict=True):
            done += 1
            try:
                decision = _decided(decider, next(cases)) if held is None else held
            except ReadingsDisagree as error:
                differences += error.differences
                if len(differences) >= _MOST_DIFFERENCES:
                    raise ReadingsDisagree(tuple(differences)) from None
                continue
            yield dossier, decision
            if progress is not None:
                progress(done)
    if differences:
        raise ReadingsDisagree(tuple(differences))


def places_in_frames(sampler: Sampler, dossier: Dossier, decision: Decision) -> Sequence[Candidate]:
    """The places in sample frames that a decision gives its subject."""
    if not decision.frames:
        return ()
    words = dossier.subject.__dict__
    return sampler.candidates(decision.subject_id, decision.frames, words)


def with_drawn_visits(
    sampler: Sampler, decision: Decision, drawn: Mapping[str, Sequence[str]]
) -> Decision:
    """The decision with the sample visits of the frames its subject was drawn in."""
    frames = drawn.get(decision.subject_id)
    if not frames:
        return decision
    plan = decision.plan
    visits = [
        sampler.visit(frame, no=len(plan.visits) + i, until=plan.period_until)
        for i, frame in enumerate(frames, start=1)
    ]
    return replace(decision, plan=with_sample_visit(plan, visits))


def _cases(
    decider: Decider, dossiers: Sequence[Dossier], tables: ReadTogether | None
) -> Iterator[Evaluated | ReadingsDisagree]:
    if tables is None:
        return _one_by_one(decider, dossiers)
    from engine.run.by_tables import all_at_once

    return all_at_once(decider, tables, dossiers)


def _decided(decider: Decider, case: Evaluated | ReadingsDisagree) -> Decision:
    if isinstance(case, ReadingsDisagree):
        raise case
    return decider.decided(case)


def _one_by_one(
    decider: Decider, dossiers: Sequence[Dossier]
) -> Iterator[Evaluated | ReadingsDisagree]:
    for dossier in dossiers:
        try:
            yield decider.evaluate(dossier)
        except ReadingsDisagree as error:
            yield error
