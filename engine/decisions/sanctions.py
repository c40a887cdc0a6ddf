"""Sanction proposals: a step of the ladder put before a person, with what is met and missing.

The ladder is a graph (`rules/sanctions/ladder.yaml`). Dialogue comes first, a warning comes before
what it warns of, and only a lead's recorded acute decision stands in for what is missing.
A proposal is never made from a score alone: the rulebook's proposal rules rest on concerns, unmet
orders or the economy (003_ba9e4b5b744942cc.txt:3743-3757).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.decisions.reasons import Evaluated, ReasonWriter
from engine.facts.derived import still_stands
from engine.rulebook.program import need_key
from engine.rulebook.resolve import ResolvedRulebook
from models.decisions import PreconditionState, ProposalStatus, SanctionProposal
from models.facts import Dossier
from models.rulebook import LadderStep, ProposalOutcome, Rule, Text
from models.terms import LeadDecisionKind, SanctionStep

__all__ = ["Proposer"]

_WITHOUT_THEME = frozenset({"approval_condition", "placed_child"})
"""What a proposal may rest on and that has no theme: it goes with a step under any."""


class Proposer:
    """Proposes steps by one resolved rulebook."""

    def __init__(self, resolved: ResolvedRulebook, reasons: ReasonWriter) -> None:
        self._resolved = resolved
        self._reasons = reasons
        self._as_of = resolved.as_of
        self._rules: list[tuple[Rule, ProposalOutcome]] = [
            (rule, rule.then) for rule in resolved.rules if isinstance(rule.then, ProposalOutcome)
        ]

    def proposals(self, case: Evaluated) -> tuple[SanctionProposal, ...]:
        """The steps that the facts call for, in the order of the ladder."""
        found: list[tuple[int, SanctionProposal]] = []
        for rule, outcome in self._rules:
            if rule.id not in case.firing.held:
                continue
            step = self._step(outcome.step, case.dossier)
            if step is not None:
                order = list(SanctionStep).index(outcome.step)
                found.append((order, self._proposal(rule, outcome, step, case)))
        found.sort(key=lambda item: (item[0], item[1].reason.rule))
        return tuple(proposal for _, proposal in found)

    def _step(self, wanted: SanctionStep, dossier: Dossier) -> LadderStep | None:
        """The step as it stands today for this kind of subject; None if it cannot get it."""
        for step in self._resolved.ladder:
            if step.step is wanted and dossier.kind in step.applies_to:
                return step
        return None

    def _acute(self, dossier: Dossier, step: SanctionStep) -> int | None:
        """The number of a lead's decision, active today, that opens this step acutely."""
        for decision in dossier.of("lead_decision"):
            if (
                decision.decision is LeadDecisionKind.ACUTE_BYPASS
                and decision.decided_on <= self._as_of <= decision.expires_on
                and decision.step in (None, step)
            ):
                number: int = decision.no
                return number
        return None

    def _proposal(
        self,
        rule: Rule,
        outcome: ProposalOutcome,
        step: LadderStep,
        case: Evaluated,
    ) -> SanctionProposal:
        acute = self._acute(case.dossier, step.step)
        states = [
            PreconditionState(
                id=need.id,
                title=need.title,
                met=(met := need_key(rule.id, need.id) in case.firing.held),
                remedy=need.remedy,
                bypassed=not met and need.acute_bypass and acute is not None,
            )
            for need in outcome.needs
        ]
        matched = self._reasons.matched(rule.id, case)
        themes = tuple(dict.fromkeys(row["theme"] for _, row in matched if row.get("theme")))
        on_all = any(record in _WITHOUT_THEME for record, _ in matched)
        states += self._of_the_ladder(step, case.dossier, () if on_all else themes)
        opened = any(state.bypassed for state in states)
        ready = all(state.met or state.bypassed for state in states)
        return SanctionProposal(
            step=step.step,
            step_title=step.title,
            status=ProposalStatus.PROPOSED if ready else ProposalStatus.PRECONDITIONS_MISSING,
            preconditions=tuple(states),
            opened_acutely_by=acute if opened else None,
            person_must=outcome.person_must,
            themes=themes,
            at_most_days=self._at_most_days(outcome, step),
            warn=outcome.warn,
            reason=self._reasons.reason(rule.id, case),
        )

    def _at_most_days(self, outcome: ProposalOutcome, step: LadderStep) -> int | None:
        limits = [
            days
            for operand in (outcome.at_most_days, step.longest_days)
            if (days := self._resolved.days(operand)) is not None
        ]
        return min(limits, default=None)

    def _of_the_ladder(
        self, step: LadderStep, dossier: Dossier, themes: tuple[str, ...]
    ) -> list[PreconditionState]:
        """What the graph itself demands, whatever the proposal rule says."""
        states = []
        steps = {s.step: s for s in self._resolved.ladder if dossier.kind in s.applies_to}
        if step.warned_by is not None:
            warning = steps[step.warned_by].title if step.warned_by in steps else step.title
            states.append(
                PreconditionState(
                    id="ladder.warned",
                    title=Text(
                        da=f"Skridtet er varslet under samme tema ({warning.da})",
                        en=f"The step has been warned of under the same theme ({warning.en})",
                    ),
                    met=self._standing(dossier, (step.warned_by,), steps, themes),
                    remedy=Text(
                        da=f"Varsl skridtet først, og registrér varslets temaer: {warning.da}",
                        en=f"Warn of the step first, and record the notice's themes: {warning.en}",
                    ),
                )
            )
        if step.follows and step.warned_by is None:
            names = [steps[before].title for before in step.follows if before in steps]
            stands = self._standing(dossier, step.follows, steps, themes)
            states.append(
                PreconditionState(
                    id="ladder.follows",
                    title=Text(
                        da="Et tidligere skridt under samme tema gælder stadig: "
                        + ", ".join(n.da for n in names),
                        en="An earlier step under the same theme still stands: "
                        + ", ".join(n.en for n in names),
                    ),
                    met=stands,
                    remedy=Text(
                        da="Tag et af de tidligere skridt først, og registrér dets temaer",
                        en="Take one of the earlier steps first, and record its themes",
                    ),
                    bypassed=not stands and self._acute(dossier, step.step) is not None,
                )
            )
        return states

    def _standing(
        self,
        dossier: Dossier,
        wanted: tuple[SanctionStep, ...],
        steps: dict[SanctionStep, LadderStep],
        themes: tuple[str, ...],
    ) -> bool:
        """Whether one of the steps stands, and is about one of the themes (any, if none is named).

        A notice grows too old to carry a decision. A step whose themes nobody recorded carries
        nothing that has a theme.
        """
        return any(
            sanction.step in wanted
            and still_stands(sanction, self._as_of)
            and self._is_young(sanction, steps.get(sanction.step))
            and (not themes or not set(themes).isdisjoint(sanction.themes))
            for sanction in dossier.of("sanction")
        )

    def _is_young(self, sanction: Any, step: LadderStep | None) -> bool:
        longest = None if step is None else self._resolved.days(step.stands_days)
        return longest is None or sanction.decided_on >= self._as_of - timedelta(days=longest)
