"""Defects of days and of upkeep: what is in force when, what was reviewed when, what is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.analysis.proof.answers import Ruled
from engine.analysis.proof.findings import Defect, Finding, line_of
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import Questions
from engine.analysis.proof.times import missing_in_time, successions
from engine.analysis.proof.upkeep import unreviewed, untranslated
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import RulebookProblem, Said, said
from engine.rulebook.resolve import resolve
from models.rulebook import Rule

__all__ = ["equivalent", "time_defects", "upkeep_defects"]


def equivalent(book: Rulebook, one: Rule, other: Rule) -> bool:
    """Whether two rules hold for the same facts wherever both apply."""
    day = max(one.valid_from, other.valid_from)
    resolved = resolve(book, as_of=day)
    for kind in set(one.applies_to) & set(other.applies_to):
        rules = PlainRules(resolved, kind)
        if not {one.id, other.id} <= rules.rules.keys():
            return False
        named = {rule.id: rules.condition(rule.id) for rule in (one, other)}
        if not isinstance(Questions(rules, named).ask([other.id], [one.id]), Ruled):
            return False
    return True


def time_defects(book: Rulebook) -> Iterator[Finding]:
    """Gaps and overlaps between rules that succeed each other; what is led to and not in force."""
    for taken in successions(book):
        before, after = taken.before, taken.after
        kinds = tuple(kind for kind in before.applies_to if kind in after.applies_to)
        if taken.first_gap is not None:
            what = said(
                "proof.time_gap",
                id=after.id,
                other=before.id,
                place=line_of(before.place),
                first=taken.first_gap,
                last=taken.last_gap,
            )
            yield Finding(
                Defect.TIME_GAP,
                RulebookProblem(after.place, what),
                (before.place,),
                kinds,
                (taken.first_gap,),
            )
        elif taken.first_overlap is not None and _says_the_same(book, before, after):
            what = said(
                "proof.time_overlap",
                id=after.id,
                other=before.id,
                place=line_of(before.place),
                first=taken.first_overlap,
                last=taken.last_overlap,
            )
            yield Finding(
                Defect.TIME_OVERLAP,
                RulebookProblem(after.place, what),
                (before.place,),
                kinds,
                (taken.first_overlap,),
            )
    for missing in missing_in_time(book):
        until: Said | str = (
            "" if missing.last is None else said("proof.no_longer", day=missing.last)
        )
        what = said(
            "proof.not_in_force",
            id=missing.rule.id,
            what=missing.what,
            kinds=", ".join(kind.value for kind in missing.kinds),
            first=missing.first,
            until=until,
        )
        problem = RulebookProblem(missing.rule.place, what)
        days = (missing.first,)
        yield Finding(Defect.TIME_GAP, problem, missing.places, missing.kinds, days)


def _says_the_same(book: Rulebook, before: Rule, after: Rule) -> bool:
    """Whether on the days of both one of them says nothing that the other does not."""
    return equivalent(book, before, after) or equivalent(book, after, before)


def upkeep_defects(book: Rulebook, *, as_of: date | None) -> Iterator[Finding]:
    """Old reviews on a day, and texts that were not translated."""
    for old in unreviewed(book, as_of=as_of):
        what = said("proof.stale_review", id=old.id, reviewed=old.reviewed, since=old.since)
        yield Finding(Defect.STALE_REVIEW, RulebookProblem(old.place, what, warning=True))
    for text in untranslated(book):
        what = said("proof.missing_translation", id=text.id, text=text.text)
        yield Finding(Defect.MISSING_TRANSLATION, RulebookProblem(text.place, what))
