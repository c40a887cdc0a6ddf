"""A worse fact never gives a milder colour, for every field the rulebook makes that promise of."""

from __future__ import annotations

from engine.analysis.proof.answers import Answer
from engine.analysis.proof.ledger import Ledger, every_day
from engine.analysis.proof.monotone import MILDER, Worsened, ask_about_promises
from engine.analysis.proof.properties.report import Proof, Tally
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import said

__all__ = ["prove_monotone"]


def prove_monotone(book: Rulebook) -> Proof:
    """Every promise of `category/promises.yaml`, for yellow and for red."""
    tally = Tally("monotone")
    known: dict[tuple[str, ...], tuple[Answer, Worsened | None]] = {}
    for rules in every_day(book):
        ledger = Ledger()
        ask_about_promises(rules, ledger, known)
        for about in ledger.matters():
            if about[0] == MILDER:
                day, kind = rules.resolved.as_of, rules.kind.value
                what = said("prove.milder", field=about[1], kind=kind, day=day)
                for asked in ledger.about(*about):
                    tally.impossible(asked.answer, what)
    fields = ", ".join(f"{p.record}.{p.field}" for p in book.promises)
    return tally.proof(
        said("prove.all_facts"), said("prove.every_day"), said("prove.promised", fields=fields)
    )
