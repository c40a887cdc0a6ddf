"""Whether a signal changes anything: a rule that asks for it whose answer turns with it.

A signal may be named by a rule and still decide nothing, because the rule accepts anyway whatever
raises it, or never holds where it is raised. Asked are only facts that raise the signal: one that
stands beside a record that always raises it is no defect, for the record gives a visit its day.
"""

from __future__ import annotations

from engine.analysis.proof.answers import Possible
from engine.analysis.proof.ledger import Ledger
from engine.analysis.proof.plain import PlainRules
from engine.analysis.proof.questions import Questions
from engine.rulebook.program import Stratum
from models.conditions import Condition

__all__ = ["EFFECT", "ask_about_effects"]

EFFECT = "effect"


def ask_about_effects(rules: PlainRules, ledger: Ledger, settled: set[str]) -> None:
    """Asks of every signal not yet `settled` whether a rule turns with it, and settles those."""
    day, kind = rules.resolved.as_of, rules.kind
    later = [
        key for s in (Stratum.COLOURS, Stratum.MEASURES, Stratum.PROPOSALS) for key in rules.keys(s)
    ]
    named: dict[str, Condition] = {}
    asked: dict[str, list[str]] = {}
    for key in later:
        for signal in sorted(rules.asked_signals(key) - settled):
            if not rules.is_raised(signal):
                continue
            named[f"{key} {signal} on"] = rules.with_signal(key, signal, held=True)
            named[f"{key} {signal} off"] = rules.with_signal(key, signal, held=False)
            named[signal] = rules.signal(signal)
            asked.setdefault(signal, []).append(key)
    questions = Questions(rules, named, at_once=2, plain=False)
    for signal, keys in asked.items():
        for key in keys:
            on, off = f"{key} {signal} on", f"{key} {signal} off"
            for holds, fails in (((on, signal), (off,)), ((off, signal), (on,))):
                answer = questions.ask(holds, fails)
                if isinstance(answer, Possible):
                    settled.add(signal)
                ledger.note((EFFECT, signal), day, kind, answer)
                if signal in settled:
                    break
            if signal in settled:
                break
