"""What the ladder allows, told apart from the engine that proposes: a second reading of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from engine.rulebook.resolve import ResolvedRulebook
from engine.testing.laws.proposals import STEPS_BY_LAW
from models.decisions import SanctionProposal
from models.facts import Dossier
from models.rulebook import LadderStep
from models.terms import LeadDecisionKind, SanctionStatus, SanctionStep

__all__ = ["illegal_step"]


def illegal_step(
    proposal: SanctionProposal, dossier: Dossier, resolved: ResolvedRulebook
) -> str | None:
    """Why a step that is put before a person as ready may not be taken; None if it may."""
    kind, step = dossier.kind, proposal.step
    nodes = {s.step: s for s in resolved.ladder if kind in s.applies_to}
    if step not in nodes or step not in STEPS_BY_LAW[kind]:
        return f"A {kind.value} cannot get {step.value}."
    node, today = nodes[step], resolved.as_of
    if node.warned_by is not None:
        if not _stands(dossier, {node.warned_by}, nodes, resolved):
            return f"{step.value} was not warned of by a {node.warned_by.value} that stands."
        return None
    if (
        node.follows
        and not _acute(dossier, step, today)
        and not _stands(dossier, set(node.follows), nodes, resolved)
    ):
        before = ", ".join(sorted(before.value for before in node.follows))
        return f"{step.value} comes after {before}, and none of these stands."
    return None


def _stands(
    dossier: Dossier,
    wanted: set[SanctionStep],
    nodes: dict[SanctionStep, LadderStep],
    resolved: ResolvedRulebook,
) -> bool:
    return any(
        sanction.step in wanted
        and sanction.status is SanctionStatus.IN_FORCE
        and sanction.decided_on <= resolved.as_of <= _last_day(sanction, nodes, resolved)
        for sanction in dossier.of("sanction")
    )


def _last_day(
    sanction: Any, nodes: dict[SanctionStep, LadderStep], resolved: ResolvedRulebook
) -> date:
    """The last day on which a step taken can carry the next one."""
    last = date.max
    days = resolved.days(nodes[sanction.step].stands_days) if sanction.step in nodes else None
    if days is not None:
        last = sanction.decided_on + timedelta(days=days)
    ended = sanction.step is SanctionStep.INTENSIFIED_WITHOUT_ORDER
    if ended and sanction.ends_on is not None:
        last = min(last, sanction.ends_on)
    return last


def _acute(dossier: Dossier, step: SanctionStep, today: date) -> bool:
    return any(
        d.decision is LeadDecisionKind.ACUTE_BYPASS
        and d.decided_on <= today <= d.expires_on
        and d.step in (None, step)
        for d in dossier.of("lead_decision")
    )
