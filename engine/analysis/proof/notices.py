"""Announced or unannounced: for every visit some rule must say it, and no two may contradict.

Asked per purpose and kind: can none of the notice rules hold (a gap); can two of the same rank and
of opposite notice hold together (a conflict).
"""

from __future__ import annotations

import itertools

from engine.analysis.proof.answers import Answer
from engine.analysis.proof.ledger import Ledger
from engine.analysis.proof.matters import SPEAKING
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import Asked, Questions

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
    speaking = sorted(
        {rule.id: (rule, then) for p in SPEAKING for rule, then in rules.notices(p)}.items()
    )
    pairs = [
        (one, other)
        for (one, (_, first)), (other, (_, second)) in itertools.combinations(speaking, 2)
        if first.rank == second.rank and first.notice is not second.notice
    ]
    for one, other in pairs:  # of any purposes: a visit may have several
        ledger.note((CONFLICT, one, other), day, kind, questions.ask((one, other)))
