"""Every defect of a rulebook's meaning, decided over all facts and on every day.

A rule counts as idle only if it is on every day and for every kind it applies to; one that is
needed for families alone is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from engine.analysis.proof.answers import Answer, Possible, Ruled
from engine.analysis.proof.dated_defects import equivalent, time_defects, upkeep_defects
from engine.analysis.proof.effects import EFFECT, ask_about_effects
from engine.analysis.proof.findings import Decided, Defect, Finding, line_of
from engine.analysis.proof.ledger import Asked, Ledger, every_day, every_rulebook_day
from engine.analysis.proof.matters import (
    HOLDS,
    MATTERS,
    NEED_BLOCKS,
    NEED_FULFILLED,
    ask_what_matters,
)
from engine.analysis.proof.monotone import Worsened, ask_about_promises
from engine.analysis.proof.notices import CONFLICT, SILENT, ask_about_notices
from engine.analysis.proof.outcomes import same_outcome
from engine.analysis.proof.questions import Asked as AskedBefore
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import RulebookProblem, said
from engine.rulebook.program import need_key
from engine.rulebook.resolve import parameters_in
from models.rulebook import (
    ColourOutcome,
    NoticeOutcome,
    Place,
    Promise,
    ProposalOutcome,
    Rule,
    SignalOutcome,
)
from models.terms import Colour, Kind

__all__ = ["Examined", "defects_of", "steps_of"]


class Examined:
    """A rulebook that was asked everything: its findings, and how they were decided."""

    def __init__(self, findings: Iterable[Finding], decided: Decided) -> None:
        self.findings = tuple(findings)
        self.decided = decided


def steps_of(book: Rulebook) -> int:
    """How many steps `defects_of` takes: a kind of subject on a day."""
    return len(Kind) * len(every_rulebook_day(book))


def defects_of(
    book: Rulebook,
    *,
    as_of: date | None = None,
    show: Callable[[int], None] = lambda done: None,
) -> Examined:
    """Asks everything. `as_of` is the day on which reviews must be recent enough; `show` is told
    the number of steps done."""
    ledger = Ledger()
    known: dict[AskedBefore, Answer] = {}
    promised: dict[tuple[str, ...], tuple[Answer, Worsened | None]] = {}
    effective: set[str] = set()
    broken: list[tuple[Promise, Worsened]] = []
    for done, rules in enumerate(every_day(book), start=1):
        show(done)
        ask_what_matters(rules, ledger, known)
        ask_about_notices(rules, ledger, known)
        ask_about_effects(rules, ledger, effective)
        broken += ask_about_promises(rules, ledger, promised)
    findings = [
        *_idle(book, ledger),
        *_idle_needs(book, ledger),
        *_without_effect(book, ledger),
        *_notices(book, ledger),
        *_broken(book, broken),
        *time_defects(book),
        *upkeep_defects(book, as_of=as_of),
    ]
    return Examined(findings, ledger.decided)


_GREEN = ColourOutcome(colour=Colour.GREEN)


def _order(place: Place) -> tuple[str, int]:
    return place.file, place.line


def _possible(asked: Iterable[Asked]) -> Possible | None:
    return next((a.answer for a in asked if isinstance(a.answer, Possible)), None)


def _all_ruled(asked: tuple[Asked, ...]) -> bool:
    return bool(asked) and all(isinstance(a.answer, Ruled) for a in asked)


def _kinds(asked: Iterable[Asked]) -> tuple[Kind, ...]:
    return tuple(dict.fromkeys(a.kind for a in asked))


def _days(asked: Iterable[Asked]) -> tuple[date, ...]:
    return tuple(dict.fromkeys(a.day for a in asked))


def _idle(book: Rulebook, ledger: Ledger) -> Iterator[Finding]:
    """Rules that can never hold, for some kind or for all, or never make a difference."""
    duplicates: set[tuple[Place, ...]] = set()
    for rule in book.rules:
        holds = ledger.about(HOLDS, rule.id)
        never = [k for k in rule.applies_to if _all_ruled(tuple(a for a in holds if a.kind is k))]
        if never and not _unset(book, parameters_in(rule.when)):
            every = len(never) == len(rule.applies_to)
            kinds = ", ".join(kind.value for kind in never)
            code = "proof.never_fires" if every else "proof.never_fires_for"
            what = said(code, id=rule.id, kinds=kinds)
            yield Finding(
                Defect.NEVER_FIRES,
                RulebookProblem(rule.place, what),
                kinds=tuple(never),
                days=_days(holds),
            )
            if every:
                continue
        matters = tuple(a for a in ledger.about(MATTERS, rule.id) if a.kind not in never)
        if rule.then == _GREEN and not never:
            yield _raises_green(rule, matters)
        elif _all_ruled(matters):
            finding = _shaded(book, rule, matters)
            if finding.defect is Defect.DUPLICATE:
                both = tuple(sorted((rule.place, *finding.others), key=_order))
                if both in duplicates:
                    continue
                duplicates.add(both)
            yield finding


def _raises_green(rule: Rule, matters: tuple[Asked, ...]) -> Finding:
    """What nobody raises is green already."""
    what = said("proof.raises_green", id=rule.id)
    return Finding(
        Defect.NEVER_MATTERS,
        RulebookProblem(rule.place, what),
        kinds=_kinds(matters),
        days=_days(matters),
    )


def _unset(book: Rulebook, names: Iterable[str]) -> bool:
    """Whether a condition rests on a number that nobody has given, which is said elsewhere."""
    return any(all(value.value is None for value in book.parameters[name].values) for name in names)


def _shaded(book: Rulebook, rule: Rule, matters: tuple[Asked, ...]) -> Finding:
    """What stands in the way of a rule that can hold and never makes a difference."""
    others = sorted(
        {
            name
            for asked in matters
            if isinstance(asked.answer, Ruled)
            for name in asked.answer.because
            if name != rule.id
        }
    )
    by_id = {other.id: other for other in book.rules}
    culprits = [by_id[name] for name in others if name in by_id]
    defect = _relation(book, rule, culprits)
    names = ", ".join(f"'{other.id}' ({line_of(other.place)})" for other in culprits)
    what = said(f"proof.{defect.value}", id=rule.id, others=names)
    return Finding(
        defect,
        RulebookProblem(rule.place, what),
        others=tuple(other.place for other in culprits),
        kinds=_kinds(matters),
        days=_days(matters),
    )


def _relation(book: Rulebook, rule: Rule, culprits: list[Rule]) -> Defect:
    if isinstance(rule.then, (ColourOutcome, NoticeOutcome)) and any(
        other.then != rule.then for other in culprits
    ):
        return Defect.SHADOWED
    if len(culprits) == 1 and same_outcome(culprits[0].then, rule.then):
        both = equivalent(book, rule, culprits[0])
        return Defect.DUPLICATE if both else Defect.SUBSUMED
    return Defect.SUBSUMED if culprits else Defect.NEVER_MATTERS


def _idle_needs(book: Rulebook, ledger: Ledger) -> Iterator[Finding]:
    """Preconditions that are always met when they are asked for, or can never all be met."""
    for rule in book.rules:
        if not isinstance(rule.then, ProposalOutcome):
            continue
        unset = any(_unset(book, parameters_in(need.when)) for need in rule.then.needs)
        fulfilled = ledger.about(NEED_FULFILLED, rule.id)
        holds = _possible(ledger.about(HOLDS, rule.id))
        if holds and _all_ruled(fulfilled) and not unset:
            what = said("proof.never_ready", id=rule.id)
            yield Finding(
                Defect.NEVER_FIRES,
                RulebookProblem(rule.place, what),
                kinds=_kinds(fulfilled),
                days=_days(fulfilled),
            )
        for need in rule.then.needs:
            asked = ledger.about(NEED_BLOCKS, need_key(rule.id, need.id))
            if holds and _all_ruled(asked):
                what = said("proof.always_met", id=need.id, rule=rule.id)
                yield Finding(
                    Defect.NEVER_MATTERS,
                    RulebookProblem(need.place, what),
                    others=(rule.place,),
                    kinds=_kinds(asked),
                    days=_days(asked),
                )


def _without_effect(book: Rulebook, ledger: Ledger) -> Iterator[Finding]:
    for about in ledger.matters():
        if about[0] != EFFECT:
            continue
        asked = ledger.about(*about)
        if not _all_ruled(asked):
            continue
        raising = [
            rule
            for rule in book.rules
            if isinstance(rule.then, SignalOutcome) and rule.then.signal == about[1]
        ]
        what = said("proof.signal_without_effect", signal=about[1])
        yield Finding(
            Defect.NEVER_MATTERS,
            RulebookProblem(raising[0].place, what),
            others=tuple(rule.place for rule in raising[1:]),
            kinds=_kinds(asked),
            days=_days(asked),
        )


def _notices(book: Rulebook, ledger: Ledger) -> Iterator[Finding]:
    by_id = {rule.id: rule for rule in book.rules}
    for about in ledger.matters():
        asked = [a for a in ledger.about(*about) if isinstance(a.answer, Possible)]
        if not asked or about[0] not in (SILENT, CONFLICT):
            continue
        day, example = asked[0].day, _possible(asked)
        if about[0] == CONFLICT:
            one, other = by_id[about[1]], by_id[about[2]]
            rank = one.then.rank if isinstance(one.then, NoticeOutcome) else 0
            where = line_of(one.place)
            what = said("proof.conflict", id=other.id, other=one.id, place=where, rank=rank)
            place, others = other.place, (one.place,)
            yield Finding(
                Defect.CONFLICT,
                RulebookProblem(place, what),
                others,
                _kinds(asked),
                _days(asked),
                example,
            )
            continue
        kinds = ", ".join(kind.value for kind in _kinds(asked))
        what = said("proof.gap", day=day, kinds=kinds, purpose=about[1])
        place = _last_word(book)
        yield Finding(
            Defect.GAP,
            RulebookProblem(place, what),
            kinds=_kinds(asked),
            days=_days(asked),
            example=example,
        )


def _last_word(book: Rulebook) -> Place:
    """Where the notice rule of lowest rank stands: the one that is to hold when no other does."""
    ranked = [
        (rule.then.rank, _order(rule.place), rule.place)
        for rule in book.rules
        if isinstance(rule.then, NoticeOutcome)
    ]
    return min(ranked, default=(0, ("", 0), Place(file=f"{book.folder.name}/visits", line=1)))[2]


def _broken(book: Rulebook, broken: Iterable[tuple[Promise, Worsened]]) -> Iterator[Finding]:
    by_id = {rule.id: rule for rule in book.rules}
    seen: set[tuple[str, str]] = set()
    for promise, worsened in broken:
        if (promise.record, promise.field) in seen:
            continue
        seen.add((promise.record, promise.field))
        before = _value(worsened, promise, after=False)
        after = _value(worsened, promise, after=True)
        what = said(
            "proof.not_monotone",
            field=promise.field,
            record=promise.record,
            before=before,
            after=after,
            colour=worsened.lost.value,
            day=worsened.before.as_of,
        )
        yield Finding(
            Defect.NOT_MONOTONE,
            RulebookProblem(promise.place, what),
            others=tuple(by_id[key].place for key in worsened.silenced),
            kinds=(worsened.before.kind,),
            days=(worsened.before.as_of,),
            example=Possible(worsened.before, None, worsened.method),
        )


def _value(worsened: Worsened, promise: Promise, *, after: bool) -> object:
    view = worsened.after if after else worsened.before
    rows = [view.subject] if promise.record == "subject" else view.records[promise.record]
    return rows[0].get(promise.field)
