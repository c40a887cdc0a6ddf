"""One subject's decision: facts laid out, rules run, answers written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from engine.backends.reference import ReferenceBackend
from engine.decisions.categories import CategoryWriter, override_in_force
from engine.decisions.reasons import Backend, Evaluated, ReasonWriter
from engine.decisions.requirements import Requirement
from engine.decisions.sanctions import Proposer
from engine.decisions.visits import Planner
from engine.facts import View, view_of, vocabulary
from engine.rulebook.program import Firing, Program, program_of
from engine.rulebook.resolve import ResolvedRulebook
from models.decisions import Decision, SanctionProposal
from models.facts import Dossier
from models.rulebook import FrameOutcome
from models.terms import Colour

__all__ = ["Decider"]


class Decider:
    """Decides subjects by one resolved rulebook.

    `make_backend` gives the backend of a program, with the reference at hand to check it
    (default: the reference itself).
    """

    def __init__(
        self,
        resolved: ResolvedRulebook,
        *,
        make_backend: Callable[[Program, ReferenceBackend], Backend] | None = None,
        period_days: int | None = None,
    ) -> None:
        self.resolved = resolved
        self.program = program_of(resolved)
        self.reference = ReferenceBackend(self.program)
        self.backend: Backend = (
            self.reference if make_backend is None else make_backend(self.program, self.reference)
        )
        self._duty = resolved.duty()
        self._reasons = ReasonWriter(resolved, self.reference)
        self._categories = CategoryWriter(resolved, self._reasons)
        self._planner = Planner(
            resolved, self._reasons, period_days=period_days, make_backend=make_backend
        )
        self._needed: Callable[[str], bool] = (
            vocabulary().fields.__contains__
            if self._planner.reaches_over_a_change
            else self.program.record_kinds().__contains__
        )
        self._proposer = Proposer(resolved, self._reasons)
        self._frame_of = {
            rule.id: rule.then.frame
            for rule in resolved.rules
            if isinstance(rule.then, FrameOutcome)
        }

    @property
    def as_of(self) -> date:
        """The evaluation date."""
        return self.resolved.as_of

    def view(self, dossier: Dossier) -> View:
        """The facts as the rules see them."""
        return view_of(dossier, as_of=self.as_of, duty=self._duty, needed=self._needed)

    def override(self, dossier: Dossier) -> Colour | None:
        """The colour that a person has set and that still holds."""
        override = override_in_force(dossier, self.as_of, self._duty.override_longest_days)
        return None if override is None else override.colour

    def evaluate(self, dossier: Dossier) -> Evaluated:
        """What held for a subject, by the official backend."""
        view = self.view(dossier)
        firing = self.backend.evaluate(view, self.override(dossier))
        return Evaluated(dossier, view, firing)

    def requirements(self, case: Evaluated) -> list[tuple[Requirement, str | None]]:
        """Each visit that rules and law require before any are merged, and the notice rule that
        decides of it alone."""
        required = self._planner.requirements(case)
        return [(item, self._planner.notice_rule(case, item)) for item in required]

    def frames(self, firing: Firing) -> tuple[str, ...]:
        """The sample frames that fired rules let a subject into."""
        return tuple(sorted({self._frame_of[key] for key in firing.held & self._frame_of.keys()}))

    def proposals(self, case: Evaluated) -> tuple[SanctionProposal, ...]:
        """The steps that fired rules put before a person."""
        return self._proposer.proposals(case)

    def decide(self, dossier: Dossier) -> Decision:
        """Category, visit plan, frames and proposals of one subject."""
        return self.decided(self.evaluate(dossier))

    def decided(self, case: Evaluated) -> Decision:
        """The decision on a subject for whom it is known what held."""
        dossier, firing = case.dossier, case.firing
        return Decision(
            subject_id=dossier.subject_id,
            kind=dossier.kind,
            authority=dossier.subject.authority,
            as_of=self.as_of,
            rulebook_hash=self.resolved.content_hash,
            category=self._categories.category(case),
            plan=self._planner.plan(case),
            frames=self.frames(firing),
            proposals=self.proposals(case),
            fired=tuple(sorted(firing.held)),
        )
