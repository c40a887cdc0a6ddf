"""Evaluates a portfolio: the case engine decides, the reference checks, samples are drawn.

If the two readings differ for any subject the run stops and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.backends.shadow import Difference, ReadingsDisagree
from engine.decisions.decide import Decider
from engine.decisions.reasons import Evaluated
from engine.decisions.samples import SampleDraw, Sampler, with_sample_visit
from engine.run.official import official_decider
from models.decisions import Assessment, Decision, ProposalStatus, Reason
from models.facts import Dossier
from models.terms import Colour, Notice

if TYPE_CHECKING:
    from engine.backends.tables import TablesBackend

__all__ = ["RunResult", "evaluate_portfolio", "official_decider"]

_MOST_DIFFERENCES = 20


@dataclass(frozen=True)
class RunResult:
    """All decisions of a run, in order of subject id, and the sample draw."""

    decisions: tuple[Decision, ...]
    draw: SampleDraw
    backend: str

    def counts(self) -> dict[str, int]:
        """The figures of the run record: subjects, colours, visits, proposals, assumptions."""
        counts: Counter[str] = Counter(subjects=len(self.decisions))
        for colour in Colour:
            counts[f"category_{colour.value}"] = 0
        for decision in self.decisions:
            category = decision.category
            counts[f"category_{category.in_force.value}"] += 1
            counts["overridden"] += category.override is not None
            counts["overridden_to_milder"] += category.in_force.rank < category.proposed.rank
            counts["green_not_assessed"] += (
                category.in_force is Colour.GREEN
                and category.assessment is Assessment.DEFAULT_NOT_ASSESSED
            )
            counts["visits_planned"] += len(decision.plan.visits)
            counts["visits_unannounced"] += sum(
                visit.notice is Notice.UNANNOUNCED for visit in decision.plan.visits
            )
            counts["visits_overdue"] += sum(visit.overdue for visit in decision.plan.visits)
            for proposal in decision.proposals:
                ready = proposal.status is ProposalStatus.PROPOSED
                counts["proposals_ready" if ready else "proposals_preconditions_missing"] += 1
            counts["decisions_resting_on_assumptions"] += rests_on_assumption(decision)
        counts["sample_frame_places"] = len(self.draw.lines)
        counts["samples_drawn"] = sum(line.drawn for line in self.draw.lines)
        return dict(sorted(counts.items()))


def rests_on_assumption(decision: Decision) -> bool:
    """Whether any reason behind the colour, a visit or a proposal is an assumption of ours."""
    reasons: list[Reason] = list(decision.category.reasons)
    for visit in decision.plan.visits:
        reasons += visit.reasons
    reasons += [proposal.reason for proposal in decision.proposals]
    return any(reason.rests_on_assumption for reason in reasons)


def evaluate_portfolio(
    dossiers: Sequence[Dossier],
    decider: Decider,
    *,
    seed: int,
    progress: Callable[[int], None] | None = None,
    tables: TablesBackend | None = None,
) -> RunResult:
    """Decides every subject, then draws the samples and adds their visits to the plans.

    With `tables` these say what held for all subjects together, and not the decider's backend one
    by one. Raises ReadingsDisagree, naming ids and rules, after at most 20 differing subjects.
    """
    decisions: list[Decision] = []
    differences: list[Difference] = []
    sampler = Sampler(decider.resolved)
    candidates = []
    ordered = sorted(dossiers, key=lambda d: d.subject_id)
    backend = decider.backend.name
    cases = _one_by_one(decider, ordered)
    if tables is not None:
        from engine.run.by_tables import all_at_once

        backend = f"{tables.name}, each set of fired rules checked by {decider.reference.name}"
        cases = all_at_once(decider, tables, ordered)
    for done, case in enumerate(cases, start=1):
        try:
            if isinstance(case, ReadingsDisagree):
                raise case
            decision = decider.decided(case)
        except ReadingsDisagree as error:
            differences += error.differences
            if len(differences) >= _MOST_DIFFERENCES:
                break
            continue
        decisions.append(decision)
        if decision.frames:
            words = case.dossier.subject.__dict__
            candidates += sampler.candidates(decision.subject_id, decision.frames, words)
        if progress is not None:
            progress(done)
    if differences:
        raise ReadingsDisagree(tuple(differences))
    draw = sampler.draw(candidates, seed=seed)
    drawn = draw.drawn()
    for index, decision in enumerate(decisions):
        frames = drawn.get(decision.subject_id)
        if frames:
            plan = decision.plan
            visits = [
                sampler.visit(frame, no=len(plan.visits) + i, until=plan.period_until)
                for i, frame in enumerate(frames, start=1)
            ]
            decisions[index] = replace(decision, plan=with_sample_visit(plan, visits))
    return RunResult(tuple(decisions), draw, backend)


def _one_by_one(
    decider: Decider, dossiers: Sequence[Dossier]
) -> Iterator[Evaluated | ReadingsDisagree]:
    for dossier in dossiers:
        try:
            yield decider.evaluate(dossier)
        except ReadingsDisagree as error:
            yield error
