"""Who decides in every official answer: the case engine, held against the reference."""

from __future__ import annotations

from collections.abc import Callable

from engine.backends.durable import DurableBackend
from engine.backends.reference import ReferenceBackend
from engine.backends.shadow import ShadowedBackend
from engine.decisions.decide import Decider
from engine.decisions.reasons import Backend
from engine.rulebook.program import Program
from engine.rulebook.resolve import ResolvedRulebook

__all__ = ["official_decider"]


def official_decider(
    resolved: ResolvedRulebook,
    *,
    period_days: int | None = None,
    make_official: Callable[[Program], Backend] = DurableBackend,
) -> Decider:
    """A decider whose case engine is durable-rules, checked by the reference at every subject."""

    def make_backend(program: Program, reference: ReferenceBackend) -> Backend:
        return ShadowedBackend(make_official(program), reference)

    return Decider(resolved, make_backend=make_backend, period_days=period_days)
