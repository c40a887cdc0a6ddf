"""Laws of sanction proposals: the kinds and the ladder, what comes first, never from a score."""

from __future__ import annotations

from collections.abc import Iterator

from engine.testing.laws.law import Law
from engine.testing.laws.under_test import Case, RulebookUnderTest
from models.decisions import ProposalStatus, SanctionProposal
from models.facts import Dossier
from models.terms import Kind, LeadDecisionKind, SanctionStep

__all__ = ["STEPS_BY_LAW", "proposal_laws"]

_OFFER_OR_FAMILY = frozenset(SanctionStep) - {SanctionStep.REPORT_TO_MUNICIPALITY}
STEPS_BY_LAW: dict[Kind, frozenset[SanctionStep]] = {
    Kind.SOCIAL_OFFER: _OFFER_OR_FAMILY,
    Kind.FOSTER_FAMILY: _OFFER_OR_FAMILY,
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: frozenset(
        {SanctionStep.WITHDRAWAL_NOTICE, SanctionStep.WITHDRAWAL}
    ),
    Kind.TREATMENT_SCHOOL: frozenset({SanctionStep.REPORT_TO_MUNICIPALITY}),
}
"""What a kind can get at all, whatever a rulebook says: a BPA employer can only lose its approval
(004_3585adfe5f8acb0c.txt:2469-2483), and a school's municipality is told
(000_0be2027a0e412987.txt:2811-2814)."""


def proposal_laws(under: RulebookUnderTest) -> Iterator[Law]:
    """The laws of sanction proposals."""
    cases = under.cases()
    says = "nobody is proposed a step that his kind cannot get"
    yield Law("sanctions_of_kind", says, _Proposals(under, says).of_kind, cases)
    says = "a step is ready only with its preconditions or a lead's acute decision"
    yield Law("preconditions", says, _Proposals(under, says).preconditions, cases)
    says = "no decision is ready that nobody was warned of"
    yield Law("warned_first", says, _Proposals(under, says).warned_first, cases)
    says = "no step is proposed from scores alone"
    yield Law("not_from_scores_alone", says, _Proposals(under, says).not_from_scores, cases)


class _Proposals:
    """The checks of one rulebook's proposals."""

    def __init__(self, under: RulebookUnderTest, says: str) -> None:
        self._under = under
        self._says = says

    def _of(self, case: Case) -> tuple[SanctionProposal, ...]:
        decision = self._under.decide(case)
        return () if decision is None else decision.proposals

    def of_kind(self, case: Case) -> None:
        kind = case.dossier.kind
        ladder = self._under.resolved(case.day).ladder
        there = {step.step for step in ladder if kind in step.applies_to} & STEPS_BY_LAW[kind]
        for proposal in self._of(case):
            if proposal.step not in there:
                what = f"A {kind.value} is proposed {proposal.step.value}, which it cannot get."
                raise self._under.broken(self._says, what, case, [proposal.reason.rule])

    def preconditions(self, case: Case) -> None:
        for proposal in self._of(case):
            acute = [
                d.no
                for d in case.dossier.of("lead_decision")
                if d.decision is LeadDecisionKind.ACUTE_BYPASS
                and d.decided_on <= case.day <= d.expires_on
                and d.step in (None, proposal.step)
            ]
            missing = [s.id for s in proposal.preconditions if not s.met and not s.bypassed]
            bypassed = any(state.bypassed for state in proposal.preconditions)
            ready = proposal.status is ProposalStatus.PROPOSED
            what = None
            if not proposal.preconditions:
                what = f"{proposal.step.value} is proposed without any precondition."
            elif ready == bool(missing):
                what = f"{proposal.step.value} is {proposal.status}, and lacks {missing}."
            elif bypassed != (proposal.opened_acutely_by in acute):
                what = f"{proposal.step.value} is opened acutely without a lead's decision."
            if what is not None:
                raise self._under.broken(self._says, what, case, [proposal.reason.rule])

    def warned_first(self, case: Case) -> None:
        resolved = self._under.resolved(case.day)
        warning = {
            step.step: step.warned_by
            for step in resolved.ladder
            if case.dossier.kind in step.applies_to
        }
        taken = {sanction.step for sanction in case.dossier.of("sanction")}
        for proposal in self._of(case):
            ready = proposal.status is ProposalStatus.PROPOSED
            before = warning.get(proposal.step)
            if ready and before is not None and before not in taken:
                what = f"{proposal.step.value} is ready, and nobody recorded {before.value}."
                raise self._under.broken(self._says, what, case, [proposal.reason.rule])

    def not_from_scores(self, case: Case) -> None:
        bare = Dossier(case.dossier.subject, {})
        scored = Dossier(case.dossier.subject, {"score": case.dossier.of("score")})
        without = {p.step for p in self._of(Case(case.day, bare))}
        for proposal in self._of(Case(case.day, scored)):
            if proposal.step not in without:
                what = f"{proposal.step.value} is proposed from scores alone."
                facts = Case(case.day, scored)
                raise self._under.broken(self._says, what, facts, [proposal.reason.rule])
