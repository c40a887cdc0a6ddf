"""The ladder: nobody is proposed a step that his kind cannot get, and none before its time.

The proposals of every rule are written for every kind, with every combination of its preconditions
met and not met, with and without a standing warning or earlier step, and under every decision a
lead may have recorded. What comes out is held against the ladder itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from engine.analysis.proof.ledger import every_rulebook_day
from engine.analysis.proof.properties.bare import bare_dossier, bare_record
from engine.analysis.proof.properties.report import Proof, Tally
from engine.backends.reference import ReferenceBackend
from engine.decisions.reasons import Evaluated, ReasonWriter
from engine.decisions.sanctions import Proposer
from engine.facts import View
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import said
from engine.rulebook.program import Firing, need_key, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from models.decisions import ProposalStatus, SanctionProposal
from models.rulebook import LadderStep, ProposalOutcome, Rule
from models.terms import Colour, Kind, LeadDecisionKind, SanctionStatus, SanctionStep

__all__ = ["prove_kinds_of_sanction", "prove_preconditions"]

_BPA = frozenset({SanctionStep.WITHDRAWAL_NOTICE, SanctionStep.WITHDRAWAL})
_SCHOOL = frozenset({SanctionStep.REPORT_TO_MUNICIPALITY})
_DAY = timedelta(days=1)


class _Desk:
    """Where proposals are written on one day."""

    def __init__(self, resolved: ResolvedRulebook) -> None:
        self.resolved = resolved
        reference = ReferenceBackend(program_of(resolved))
        self._proposer = Proposer(resolved, ReasonWriter(resolved, reference))
        self.rules = [rule for rule in resolved.rules if isinstance(rule.then, ProposalOutcome)]

    def proposals(
        self, kind: Kind, held: frozenset[str], records: dict[str, list[Any]]
    ) -> tuple[SanctionProposal, ...]:
        """What is proposed if these rules and preconditions hold."""
        dossier = bare_dossier(kind, records)
        view = View("?", kind, self.resolved.as_of, {"kind": kind.value}, {})
        firing = Firing(held, frozenset(), Colour.RED, Colour.RED)
        return self._proposer.proposals(Evaluated(dossier, view, firing))

    def step(self, step: SanctionStep, kind: Kind) -> LadderStep | None:
        """The ladder's own word on a step for a kind."""
        found = (s for s in self.resolved.ladder if s.step is step and kind in s.applies_to)
        return next(found, None)


def _desks(book: Rulebook) -> Iterator[_Desk]:
    for day in every_rulebook_day(book):
        yield _Desk(resolve(book, as_of=day))


def prove_kinds_of_sanction(book: Rulebook) -> Proof:
    """Whatever rules hold, employers of assistants get only notice of withdrawal and withdrawal,
    schools only a report to their municipality, and others never that."""
    tally = Tally("kinds_of_sanction")
    for desk in _desks(book):
        day = desk.resolved.as_of
        every = frozenset(
            key
            for rule in desk.rules
            for key in (rule.id, *(need_key(rule.id, n.id) for n in _needs(rule)))
        )
        for kind in Kind:
            for proposal in desk.proposals(kind, every, {}):
                what = said("prove.other_kind", step=proposal.step.value, kind=kind.value, day=day)
                on_ladder = desk.step(proposal.step, kind) is not None
                tally.case(holds=on_ladder and _may_get(kind, proposal.step), what=what)
            for step in (s.step for s in desk.resolved.ladder if kind in s.applies_to):
                what = said("prove.ladder_wide", step=step.value, kind=kind.value, day=day)
                tally.case(holds=_may_get(kind, step), what=what)
    return tally.proof(said("prove.every_rule_held"), said("prove.every_day"))


def _may_get(kind: Kind, step: SanctionStep) -> bool:
    match kind:
        case Kind.PERSONAL_ASSISTANCE_EMPLOYER:
            return step in _BPA
        case Kind.TREATMENT_SCHOOL:
            return step in _SCHOOL
        case _:
            return step not in _SCHOOL


def _needs(rule: Rule) -> tuple[Any, ...]:
    return rule.then.needs if isinstance(rule.then, ProposalOutcome) else ()


class _Lead(NamedTuple):
    """A lead's decision, and whether it opens the step."""

    decision: Any
    opens: bool


def _leads(step: SanctionStep, day: date) -> Iterator[_Lead]:
    """None; one for this step, for any, for another; one expired, to come, or of another kind."""
    other = next(s for s in SanctionStep if s is not step)
    yield _Lead(None, False)

    def decision(**facts: Any) -> Any:
        known = {"decision": LeadDecisionKind.ACUTE_BYPASS, "step": step}
        days = {"decided_on": day, "expires_on": day}
        return bare_record("lead_decision", **{**known, **days, **facts})

    yield _Lead(decision(), True)
    yield _Lead(decision(step=None), True)
    yield _Lead(decision(step=other), False)
    yield _Lead(decision(decided_on=day - 2 * _DAY, expires_on=day - _DAY), False)
    yield _Lead(decision(decided_on=day + _DAY, expires_on=day + _DAY), False)
    yield _Lead(decision(decision=LeadDecisionKind.EXTEND_DEADLINE), False)


class _Earlier(NamedTuple):
    """An earlier step, and whether it carries the next."""

    record: Any
    carries: bool


def _earlier(desk: _Desk, step: SanctionStep, kind: Kind) -> Iterator[_Earlier]:
    """One in force; one revoked, fulfilled, or still to come; and where a notice grows too old, one
    on its last day and one beyond it."""
    day, node = desk.resolved.as_of, desk.step(step, kind)

    def taken(**facts: Any) -> Any:
        known = {"decided_on": day, "status": SanctionStatus.IN_FORCE}
        return bare_record("sanction", step=step, **{**known, **facts})

    yield _Earlier(taken(), True)
    yield _Earlier(taken(status=SanctionStatus.REVOKED_ON_APPEAL), False)
    yield _Earlier(taken(fulfilled_on=day), False)
    yield _Earlier(taken(decided_on=day + _DAY), False)
    longest = None if node is None else desk.resolved.days(node.stands_days)
    if longest is not None:
        yield _Earlier(taken(decided_on=day - longest * _DAY), True)
        yield _Earlier(taken(decided_on=day - (longest + 1) * _DAY), False)


def prove_preconditions(book: Rulebook) -> Proof:
    """Nothing is put forward as ready unless all it needs is met, or a lead's recorded acute
    decision, in force and for this step, stands for what it may stand for; and what the ladder
    says must be warned of is warned of, whatever a lead decided."""
    tally = Tally("preconditions")
    for desk in _desks(book):
        for rule in desk.rules:
            for kind in rule.applies_to:
                _try_all(tally, desk, rule, kind)
    return tally.proof(
        said("prove.every_precondition"), said("prove.every_lead"), said("prove.every_day")
    )


def _try_all(tally: Tally, desk: _Desk, rule: Rule, kind: Kind) -> None:
    if not isinstance(rule.then, ProposalOutcome):
        return
    step, day, needs = rule.then.step, desk.resolved.as_of, rule.then.needs
    node = desk.step(step, kind)
    if node is None:
        return
    earlier = [node.warned_by] if node.warned_by else list(node.follows)
    standing = [_Earlier(None, False)]
    for before in earlier:
        standing += _earlier(desk, before, kind)
    for met in itertools.product((True, False), repeat=len(needs)):
        held = {rule.id, *(need_key(rule.id, n.id) for n, m in zip(needs, met, strict=True) if m)}
        for lead, sanction in itertools.product(_leads(step, day), standing):
            records = {
                "lead_decision": [] if lead.decision is None else [lead.decision],
                "sanction": [] if sanction.record is None else [sanction.record],
            }
            (proposal,) = desk.proposals(kind, frozenset(held), records)
            stands = sanction.carries
            may = all(m or (n.acute_bypass and lead.opens) for n, m in zip(needs, met, strict=True))
            if node.warned_by is not None:
                may = may and stands
            elif node.follows:
                may = may and (stands or lead.opens)
            ready = proposal.status is ProposalStatus.PROPOSED
            what = said("prove.ready_too_soon", id=rule.id, kind=kind.value, day=day)
            tally.case(holds=ready == may, what=what)
