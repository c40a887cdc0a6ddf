"""Every small change of what a rule leads to: a colour, a visit, a notice, a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.analysis.mutation.mutant import ChangeKind
from engine.rulebook.problems import Said, said
from models.rulebook import (
    ColourOutcome,
    CountedFrom,
    NoticeOutcome,
    Outcome,
    ProposalOutcome,
    VisitOutcomeRule,
)
from models.terms import Colour, Notice, PerformedBy, Purpose

__all__ = ["ChangedOutcome", "changed_outcomes"]


class ChangedOutcome(NamedTuple):
    """An outcome with one change; `named` is a word of the line that was changed."""

    outcome: Outcome
    kind: ChangeKind
    what: str
    named: str
    case_to_add: Said


_INSTEAD = {
    Purpose.BASIS: Purpose.FOLLOW_UP,
    Purpose.FOLLOW_UP: Purpose.BASIS,
    Purpose.DEPARTMENT: Purpose.BASIS,
    Purpose.NIGHT: Purpose.FOLLOW_UP,
    Purpose.APPROVAL: Purpose.BASIS,
    Purpose.SAMPLE: Purpose.BASIS,
}
_NEEDS_NO_FIELD = (CountedFrom.LAST_VISIT, CountedFrom.EVALUATION_DATE)
"""Days that are there without a field being named."""
_OTHER_NOTICE = {
    Notice.ANNOUNCED: Notice.UNANNOUNCED,
    Notice.UNANNOUNCED: Notice.ANNOUNCED,
}


def _first_visit(what: str) -> Said:
    return said("mutation_add.first_visit", what=what)


def changed_outcomes(outcome: Outcome) -> Iterator[ChangedOutcome]:
    """The outcome once for every change. Words to people (methods, whom to hear, documents) and
    numbers of parameters are not changed here."""
    match outcome:
        case ColourOutcome():
            yield from _of_colour(outcome)
        case VisitOutcomeRule():
            yield from _of_visit(outcome)
        case NoticeOutcome():
            yield from _of_notice(outcome)
        case ProposalOutcome():
            yield from _of_proposal(outcome)
        case _:
            return


def _of_colour(outcome: ColourOutcome) -> Iterator[ChangedOutcome]:
    for colour in Colour:
        if abs(colour.rank - outcome.colour.rank) == 1:
            yield ChangedOutcome(
                outcome.model_copy(update={"colour": colour}),
                ChangeKind.COLOUR,
                f"colour {outcome.colour.value} became {colour.value}",
                "colour",
                said("mutation_add.alone_colours", colour=outcome.colour.value),
            )


def _of_visit(outcome: VisitOutcomeRule) -> Iterator[ChangedOutcome]:
    def change(what: str, named: str, says: Said, **fields: Any) -> ChangedOutcome:
        changed = outcome.model_copy(update=fields)
        return ChangedOutcome(changed, ChangeKind.VISIT, what, named, says)

    for name in ("every_days", "within_days", "window_days"):
        value, shown = getattr(outcome, name), name.replace("_", " ")
        if isinstance(value, int):
            for moved in (value - 1, value + 1):
                says = _first_visit("earliest" if name == "window_days" else "latest")
                yield change(f"{shown} {value} became {moved}", shown, says, **{name: moved})
    if outcome.within_days is not None:
        for start in CountedFrom:
            if start is not outcome.counted_from and start in _NEEDS_NO_FIELD:
                what = f"counted from {outcome.counted_from.value} became {start.value}"
                yield change(what, "counted from", _first_visit("latest"), counted_from=start)
    instead = _INSTEAD[outcome.purpose]
    what = f"visit {outcome.purpose.value} became {instead.value}"
    yield change(what, "visit", _first_visit(outcome.purpose.value), purpose=instead)
    if outcome.each_department:
        says = said("mutation_add.departments")
        yield change("each department dropped", "each department", says, each_department=False)
    if outcome.performed_by is not PerformedBy.CONSULTANT:
        staff = PerformedBy.CONSULTANT
        what = f"performed by {outcome.performed_by.value} became {staff.value}"
        yield change(what, "performed by", _first_visit("performed by"), performed_by=staff)


def _of_notice(outcome: NoticeOutcome) -> Iterator[ChangedOutcome]:
    def change(what: str, named: str, **fields: Any) -> ChangedOutcome:
        changed = outcome.model_copy(update=fields)
        says = said("mutation_add.notice")
        return ChangedOutcome(changed, ChangeKind.NOTICE, what, named, says)

    other = _OTHER_NOTICE[outcome.notice]
    what = f"notice {outcome.notice.value} became {other.value}"
    yield change(what, "notice", notice=other)
    yield change(f"rank {outcome.rank} became the lowest", "rank", rank=0)
    for purpose in outcome.purposes if len(outcome.purposes) > 1 else ():
        left = tuple(p for p in outcome.purposes if p is not purpose)
        yield change(f"purpose {purpose.value} dropped", "purposes", purposes=left)


def _of_proposal(outcome: ProposalOutcome) -> Iterator[ChangedOutcome]:
    def change(what: str, named: str, says: Said, **fields: Any) -> ChangedOutcome:
        changed = outcome.model_copy(update=fields)
        return ChangedOutcome(changed, ChangeKind.PROPOSAL, what, named, says)

    for number, need in enumerate(outcome.needs):
        left = (*outcome.needs[:number], *outcome.needs[number + 1 :])
        says = said("mutation_add.missing", need=need.id)
        yield change(f"precondition {need.id} dropped", need.id, says, needs=left)
        bypass = need.model_copy(update={"acute_bypass": not need.acute_bypass})
        needs = (*outcome.needs[:number], bypass, *outcome.needs[number + 1 :])
        what = f"precondition {need.id}: acute bypass became {'no' if need.acute_bypass else 'yes'}"
        says = said("mutation_add.bypassed", need=need.id)
        yield change(what, need.id, says, needs=needs)
    if outcome.at_most_days is not None:
        says = said("mutation_add.at_most_days")
        yield change("at most days dropped", "at most days", says, at_most_days=None)
