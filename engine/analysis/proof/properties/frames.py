"""Sample frames contain greens only."""

from __future__ import annotations

from engine.analysis.proof.ledger import every_day
from engine.analysis.proof.properties.report import Proof, Tally
from engine.analysis.proof.questions import Questions
from engine.rulebook.book import Rulebook
from engine.rulebook.problems import said
from models.rulebook import FrameOutcome
from models.terms import Colour

__all__ = ["prove_frames_green"]


def prove_frames_green(book: Rulebook) -> Proof:
    """No facts put a subject into a frame that is not green, by the engine or by an override."""
    tally = Tally("frames")
    for rules in every_day(book):
        frames = [r for r in rules.rules.values() if isinstance(r.then, FrameOutcome)]
        if not frames:
            continue
        named = {rule.id: rules.condition(rule.id) for rule in frames}
        named["green"] = rules.in_force(Colour.GREEN)
        questions = Questions(rules, named)
        for rule in frames:
            what = said("prove.frame_not_green", id=rule.id, day=rules.resolved.as_of)
            tally.impossible(questions.ask((rule.id,), ("green",)), what)
    return tally.proof(said("prove.all_facts"), said("prove.every_day"), said("prove.overrides"))
