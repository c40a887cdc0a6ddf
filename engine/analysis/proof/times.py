"""Gaps and overlaps in time: where one rule takes over from another, and what is in force when.

A rule succeeds another if both lead to the same and test the same facts, one has an end, and the
other begins later. Between them no day may be missing, and on no day may both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from engine.analysis.proof.outcomes import same_outcome
from engine.rulebook.asked import comparisons_of
from engine.rulebook.book import Rulebook
from models.rulebook import FrameOutcome, Place, ProposalOutcome, Rule
from models.terms import Kind

__all__ = ["Missing", "Succession", "missing_in_time", "successions"]


class Succession(NamedTuple):
    """One rule that takes over from another; `gap` days lie between, or `overlap` days are both."""

    before: Rule
    after: Rule
    first_gap: date | None = None
    last_gap: date | None = None
    first_overlap: date | None = None
    last_overlap: date | None = None


class Missing(NamedTuple):
    """A rule that leads to what is not in force on some of its days."""

    rule: Rule
    what: str
    places: tuple[Place, ...]
    kinds: tuple[Kind, ...]
    first: date
    last: date | None


def successions(book: Rulebook) -> Iterator[Succession]:
    """Every pair of rules of which one takes over from the other with a gap or an overlap."""
    for before in book.rules:
        if before.valid_until is None:
            continue
        heirs = [rule for rule in book.rules if _takes_over(before, rule)]
        if not heirs:
            continue
        next_day = before.valid_until + timedelta(days=1)
        first = min(heirs, key=lambda rule: (rule.valid_from, rule.id))
        if first.valid_from > next_day:
            last = first.valid_from - timedelta(days=1)
            yield Succession(before, first, next_day, last)
        for heir in heirs:
            if heir.valid_from < next_day:
                ends = min(before.valid_until, heir.valid_until or before.valid_until)
                yield Succession(before, heir, None, None, heir.valid_from, ends)


def _takes_over(before: Rule, after: Rule) -> bool:
    return (
        after.id != before.id
        and after.valid_from > before.valid_from
        and same_outcome(after.then, before.then)
        and bool(set(after.applies_to) & set(before.applies_to))
        and _tested(after) == _tested(before)
    )


def _tested(rule: Rule) -> frozenset[tuple[str, str]]:
    return frozenset((record, c.field) for record, c in comparisons_of(rule.when))


def missing_in_time(book: Rulebook) -> Iterator[Missing]:
    """Rules for a sample frame or a step of the ladder that is not in force on all their days."""
    for rule in book.rules:
        match rule.then:
            case FrameOutcome():
                frames = [f for f in book.frames if f.id == rule.then.frame]
                for kind in rule.applies_to:
                    periods = [
                        (f.valid_from, f.valid_until) for f in frames if kind in f.applies_to
                    ]
                    places = tuple(f.place for f in frames)
                    yield from _missing(rule, rule.then.frame, places, kind, periods)
            case ProposalOutcome():
                steps = [s for s in book.ladder if s.step is rule.then.step]
                for kind in rule.applies_to:
                    periods = [(s.valid_from, s.valid_until) for s in steps if kind in s.applies_to]
                    places = tuple(s.place for s in steps if kind in s.applies_to)
                    yield from _missing(rule, rule.then.step.value, places, kind, periods)


def _missing(
    rule: Rule,
    what: str,
    places: tuple[Place, ...],
    kind: Kind,
    periods: list[tuple[date, date | None]],
) -> Iterator[Missing]:
    """The first stretch of a rule's days that no period covers."""
    day = rule.valid_from
    for first, last in sorted(periods, key=lambda period: period[0]):
        if first > day:
            break
        if last is None:
            return
        day = max(day, last + timedelta(days=1))
    if rule.valid_until is not None and day > rule.valid_until:
        return
    later = [first - timedelta(days=1) for first, _ in periods if first > day]
    ends = [end for end in (rule.valid_until, min(later, default=None)) if end is not None]
    yield Missing(rule, what, places, (kind,), day, min(ends, default=None))
