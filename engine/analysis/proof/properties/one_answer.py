"""Total and single-valued: every subject gets one colour, every visit one notice."""

from __future__ import annotations

import itertools

from engine.analysis.proof.answers import Answer
from engine.analysis.proof.ledger import Ledger, every_day
from engine.analysis.proof.notices import CONFLICT, SILENT, ask_about_notices
from engine.analysis.proof.properties.report import Proof, Tally
from engine.analysis.proof.questions import Asked, Questions
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import said
from models.terms import Colour

__all__ = ["prove_one_answer"]


def prove_one_answer(book: Rulebook) -> Proof:
    """No facts without a colour, none with two; no visit without a notice, none with two."""
    tally = Tally("one_answer")
    known: dict[Asked, Answer] = {}
    for rules in every_day(book):
        day, kind = rules.resolved.as_of, rules.kind
        named = {colour.value: rules.proposed(colour) for colour in Colour}
        questions = Questions(rules, named, at_once=2)
        what = said("prove.no_colour", kind=kind.value, day=day)
        tally.impossible(questions.ask((), named), what)
        for one, other in itertools.combinations(named, 2):
            what = said("prove.two_colours", one=one, other=other, kind=kind.value, day=day)
            tally.impossible(questions.ask((one, other)), what)
        ledger = Ledger()
        ask_about_notices(rules, ledger, known)
        for about in ledger.matters():
            if about[0] == SILENT:
                what = said("prove.no_notice", purpose=about[1], kind=kind.value, day=day)
            elif about[0] == CONFLICT:
                what = said("prove.two_notices", one=about[1], other=about[2], day=day)
            for asked in ledger.about(*about):
                tally.impossible(asked.answer, what)
    return tally.proof(said("prove.all_facts"), said("prove.every_day"))
