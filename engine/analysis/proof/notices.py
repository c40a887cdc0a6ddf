"""Announced or unannounced: for every visit some rule must say it, and no two may contradict.

Asked per purpose and kind: can none of the notice rules hold (a gap); can two of the same rank and
of opposite notice hold together for one visit, and none of higher rank (a conflict).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from engine.analysis.proof.answers import Answer
from engine.analysis.proof.ledger import Ledger
from engine.analysis.proof.matters import SPEAKING
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import Asked, Questions
from engine.decisions.requirements import ALONE
from models.rulebook import NoticeOutcome

__all__ = ["CONFLICT", "SILENT", "ask_about_notices"]

SILENT, CONFLICT = "silent", "conflict"


def ask_about_notices(rules: PlainRules, ledger: Ledger, known: dict[Asked, Answer]) -> None:
    """Asks whether every visit of a kind on a day gets one notice."""
    day, kind = rules.resolved.as_of, rules.kind
    keys = {rule.id for purpose in SPEAKING for rule, _ in rules.notices(purpose)}
    named = {key: rules.condition(key) for key in sorted(keys)}
    questions = Questions(rules, named, at_once=2, known=known)
    for purpose in SPEAKING:
        notices = rules.notices(purpose)
        silent = questions.ask((), [rule.id for rule, _ in notices])
        ledger.note((SILENT, purpose.value), day, kind, silent)
    by_id = {rule.id: then for purpose in SPEAKING for rule, then in rules.notices(purpose)}
    for one, other in itertools.combinations(sorted(by_id), 2):
        if by_id[one].rank != by_id[other].rank or by_id[one].notice is by_id[other].notice:
            continue
        for higher in _outranking(by_id, one, other):
            answer = questions.ask((one, other), higher)
            ledger.note((CONFLICT, one, other), day, kind, answer)


def _outranking(
    by_id: Mapping[str, NoticeOutcome], one: str, other: str
) -> Iterator[tuple[str, ...]]:
    """For each visit of which both rules speak, the rules of higher rank that speak of it too. A
    visit that serves more purposes has more of those, never fewer."""
    found: dict[tuple[str, ...], None] = {}
    spoken_of = [
        [purpose for purpose in by_id[key].purposes or SPEAKING if purpose in SPEAKING]
        for key in (one, other)
    ]
    for purposes in map(frozenset, itertools.product(*spoken_of)):
        if len(purposes) > 1 and purposes & ALONE:
            continue
        higher = tuple(
            key
            for key, notice in by_id.items()
            if notice.rank > by_id[one].rank
            and (not notice.purposes or not purposes.isdisjoint(notice.purposes))
        )
        found[higher] = None
    yield from found
