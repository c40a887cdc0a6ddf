"""The figures of a run, counted up decision by decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from engine.decisions.samples import SampleDraw
from models.decisions import Assessment, Decision, ProposalStatus, Reason
from models.terms import Authority, Colour, Kind, Notice, Purpose

__all__ = ["Tally", "rests_on_assumption"]


def rests_on_assumption(decision: Decision) -> bool:
    """Whether any reason behind the colour, a visit or a proposal is an assumption of ours."""
    reasons: list[Reason] = list(decision.category.reasons)
    for visit in decision.plan.visits:
        reasons += visit.reasons
    reasons += [proposal.reason for proposal in decision.proposals]
    return any(reason.rests_on_assumption for reason in reasons)


class Tally:
    """What the summary and the run record say of all decisions, none of which it keeps.

    `colours` counts subjects by kind, authority and colour in force; `purposes` the purposes of
    visits; `proposals` by the step's title (Danish, English) and whether nothing is missing.
    """

    def __init__(self) -> None:
        self.as_of: date | None = None
        self.rulebook_hash = ""
        self.period: tuple[date, date] | None = None
        self.colours: Counter[tuple[Kind, Authority, Colour]] = Counter()
        self.purposes: Counter[Purpose] = Counter()
        self.proposals: Counter[tuple[tuple[str, str], bool]] = Counter()
        self._counts: Counter[str] = Counter()

    @staticmethod
    def of(decisions: Iterable[Decision]) -> Tally:
        """The figures of these decisions."""
        tally = Tally()
        for decision in decisions:
            tally.add(decision)
        return tally

    def add(self, decision: Decision) -> None:
        """Counts one more decision."""
        category, visits, counts = decision.category, decision.plan.visits, self._counts
        if self.as_of is None:
            self.as_of, self.rulebook_hash = decision.as_of, decision.rulebook_hash
            self.period = decision.plan.period_from, decision.plan.period_until
        self.colours[decision.kind, decision.authority, category.in_force] += 1
        counts["subjects"] += 1
        counts["overridden"] += category.override is not None
        counts["overridden_to_milder"] += category.in_force.rank < category.proposed.rank
        counts["green_not_assessed"] += (
            category.in_force is Colour.GREEN
            and category.assessment is Assessment.DEFAULT_NOT_ASSESSED
        )
        counts["visits_planned"] += len(visits)
        counts["visits_unannounced"] += sum(v.notice is Notice.UNANNOUNCED for v in visits)
        counts["visits_overdue"] += sum(visit.overdue for visit in visits)
        counts["decisions_resting_on_assumptions"] += rests_on_assumption(decision)
        self.purposes.update(purpose for visit in visits for purpose in visit.purposes)
        for proposal in decision.proposals:
            ready = proposal.status is ProposalStatus.PROPOSED
            counts["proposals_ready" if ready else "proposals_preconditions_missing"] += 1
            self.proposals[(proposal.step_title.da, proposal.step_title.en), ready] += 1

    def __getitem__(self, name: str) -> int:
        """A figure of the run record by its name."""
        return self._counts[name]

    def counts(self, draw: SampleDraw) -> dict[str, int]:
        """The figures of the run record: subjects, colours, visits, proposals, assumptions."""
        found = dict(self._counts) if self["subjects"] else {"subjects": 0}
        for colour in Colour:
            of_colour = sum(n for (_, _, held), n in self.colours.items() if held is colour)
            found[f"category_{colour.value}"] = of_colour
        found["sample_frame_places"] = len(draw.lines)
        found["samples_drawn"] = draw.places_drawn
        return dict(sorted(found.items()))
