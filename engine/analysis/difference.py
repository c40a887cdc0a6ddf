"""What is different between two decisions on the same subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from engine.analysis.prose import Prose
from engine.rulebook.book import Rulebook
from models.decisions import Assessment, Decision, PlannedVisit, Reason, SanctionProposal

__all__ = ["Difference", "difference", "difference_lines"]


@dataclass(frozen=True)
class Difference:
    """What is gained, lost and moved from `before` to `after`."""

    before: Decision
    after: Decision
    reasons_gained: tuple[Reason, ...]
    reasons_lost: tuple[Reason, ...]
    visits_gained: tuple[PlannedVisit, ...]
    visits_lost: tuple[PlannedVisit, ...]
    visits_moved: tuple[tuple[PlannedVisit, PlannedVisit], ...]
    proposals_gained: tuple[SanctionProposal, ...]
    proposals_lost: tuple[SanctionProposal, ...]
    proposals_changed: tuple[tuple[SanctionProposal, SanctionProposal], ...]
    frames_gained: tuple[str, ...]
    frames_lost: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing that is proposed differs."""
        changes = (
            getattr(self, item.name)
            for item in fields(self)
            if item.name not in ("before", "after")
        )
        one, other = self.before.category, self.after.category
        return (
            not any(changes)
            and (one.in_force, one.proposed, one.assessment)
            == (other.in_force, other.proposed, other.assessment)
            and self.before.plan.floor_due_on == self.after.plan.floor_due_on
        )


def difference(before: Decision, after: Decision) -> Difference:
    """The difference of two decisions; visits are matched by purpose, department and order."""
    was = {reason.rule: reason for reason in before.category.reasons}
    now = {reason.rule: reason for reason in after.category.reasons}
    old, new = _keyed_visits(before), _keyed_visits(after)
    steps, later_steps = _keyed_proposals(before), _keyed_proposals(after)
    return Difference(
        before=before,
        after=after,
        reasons_gained=tuple(r for rule, r in now.items() if rule not in was),
        reasons_lost=tuple(r for rule, r in was.items() if rule not in now),
        visits_gained=tuple(v for key, v in new.items() if key not in old),
        visits_lost=tuple(v for key, v in old.items() if key not in new),
        visits_moved=tuple(
            (old[key], new[key]) for key in old if key in new and _moved(old[key], new[key])
        ),
        proposals_gained=tuple(p for key, p in later_steps.items() if key not in steps),
        proposals_lost=tuple(p for key, p in steps.items() if key not in later_steps),
        proposals_changed=tuple(
            (steps[key], later_steps[key])
            for key in steps
            if key in later_steps
            and (steps[key].status, steps[key].preconditions)
            != (later_steps[key].status, later_steps[key].preconditions)
        ),
        frames_gained=tuple(sorted(set(after.frames) - set(before.frames))),
        frames_lost=tuple(sorted(set(before.frames) - set(after.frames))),
    )


VisitKey = tuple[tuple[str, ...], int, int]


def _keyed_visits(decision: Decision) -> dict[VisitKey, PlannedVisit]:
    found: dict[VisitKey, PlannedVisit] = {}
    for visit in decision.plan.visits:
        purposes, department = tuple(visit.purposes), visit.department or 0
        order = sum(key[:2] == (purposes, department) for key in found)
        found[purposes, department, order] = visit
    return found


def _keyed_proposals(decision: Decision) -> dict[tuple[str, str], SanctionProposal]:
    return {(proposal.step, proposal.reason.rule): proposal for proposal in decision.proposals}


def _moved(one: PlannedVisit, other: PlannedVisit) -> bool:
    return any(
        getattr(one, name) != getattr(other, name)
        for name in (
            "earliest",
            "latest",
            "notice",
            "themes",
            "documents",
            "performed_by",
            "at_most_minutes",
            "overdue",
        )
    )


def difference_lines(found: Difference, book: Rulebook, prose: Prose) -> Iterator[str]:
    """The difference alone, as people read it."""
    words = prose.words
    before, after = found.before, found.after

    def said(code: str, **blanks: object) -> str:
        return words.said("what_if", code, **blanks)

    yield said("head", id=before.subject_id, day=words.day(before.as_of))
    yield ""
    if found.same:
        yield said("same")
        return
    was, now = before.category, after.category
    if was.in_force is now.in_force:
        yield said("colour_same", colour=words.colour(now.in_force))
    else:
        yield said("colour", before=words.colour(was.in_force), after=words.colour(now.in_force))
    if was.proposed is not now.proposed and (was.override or now.override):
        yield said("proposed", before=words.colour(was.proposed), after=words.colour(now.proposed))
    if was.assessment is not now.assessment:
        yield said(
            "assessment",
            before=_assessment(was.assessment, prose),
            after=_assessment(now.assessment, prose),
        )
    for code, reasons in (("gained", found.reasons_gained), ("lost", found.reasons_lost)):
        if reasons:
            yield said(code)
            for reason in reasons:
                lines = prose.reason_lines(reason) if code == "gained" else _title(reason, prose)
                yield from (f"  {line}" for line in lines)
    yield from _visit_lines(found, prose)
    yield from _proposal_lines(found, prose)
    titles = {frame.id: words.text(frame.title) for frame in book.frames}
    for code, frames in (
        ("frames_gained", found.frames_gained),
        ("frames_lost", found.frames_lost),
    ):
        if frames:
            yield said(code, frames="; ".join(titles[frame] for frame in frames))
    if before.plan.floor_due_on != after.plan.floor_due_on:
        days = [
            words.said("facts", "unknown") if day is None else words.day(day)
            for day in (before.plan.floor_due_on, after.plan.floor_due_on)
        ]
        yield said("floor", before=days[0], after=days[1])


def _assessment(assessment: Assessment, prose: Prose) -> str:
    return prose.words.catalogue.word(assessment, prose.words.lang)


def _title(reason: Reason, prose: Prose) -> list[str]:
    return [f"- {prose.words.text(reason.title)} ({reason.rule})"]


def _visit_lines(found: Difference, prose: Prose) -> Iterator[str]:
    for code, visits in (
        ("visits_gained", found.visits_gained),
        ("visits_lost", found.visits_lost),
    ):
        if visits:
            yield prose.words.said("what_if", code)
            yield from (f"  - {prose.visit_line(visit)}" for visit in visits)
    if found.visits_moved:
        yield prose.words.said("what_if", "visits_moved")
        for one, other in found.visits_moved:
            sides = {"before": prose.visit_line(one), "after": prose.visit_line(other)}
            yield "  - " + prose.words.said("what_if", "moved", **sides)


def _proposal_lines(found: Difference, prose: Prose) -> Iterator[str]:
    words = prose.words
    for code, proposals in (
        ("proposals_gained", found.proposals_gained),
        ("proposals_lost", found.proposals_lost),
        ("proposals_changed", tuple(after for _, after in found.proposals_changed)),
    ):
        if proposals:
            yield words.said("what_if", code)
            for proposal in proposals:
                lines = prose.proposal_lines(proposal)
                yield from (f"  {line}" for line in (lines[:1] if "lost" in code else lines))
