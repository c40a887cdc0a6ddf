"""Which entries of a rulebook touch each other: by signals, parameters, frames and steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.analysis.pages import parameters_of_rule
from engine.analysis.rule_pages.shelf import Entry, Shelf
from engine.rulebook.asked import signals_of
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS
from models.conditions import ParameterRef
from models.rulebook import (
    FrameOutcome,
    LadderStep,
    Parameter,
    ProposalOutcome,
    Rule,
    SignalOutcome,
)
from models.terms import Basis

__all__ = ["Neighbours"]


def _asks_for(rule: Rule) -> set[str]:
    found = set(signals_of(rule.when))
    if isinstance(rule.then, ProposalOutcome):
        for need in rule.then.needs:
            found |= set(signals_of(need.when))
    return found


class Neighbours:
    """The neighbours of every entry, and what rests on what."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._raisers: dict[str, list[Entry]] = {}
        self._askers: dict[str, list[Entry]] = {}
        self._users: dict[str, list[Entry]] = {}
        for rule in shelf.book.rules:
            entry = shelf.rules[rule.id]
            if isinstance(rule.then, SignalOutcome):
                self._raisers.setdefault(rule.then.signal, []).append(entry)
            for signal in sorted(_asks_for(rule)):
                self._askers.setdefault(signal, []).append(entry)
        for entry in shelf.entries():
            for name in self.parameters(entry):
                self._users.setdefault(name, []).append(entry)

    @staticmethod
    def parameters(entry: Entry) -> tuple[str, ...]:
        """The parameters an entry names."""
        if isinstance(entry.of, Rule):
            return parameters_of_rule(entry.of)
        if isinstance(entry.of, Parameter):
            return ()
        found = (v.parameter for v in vars(entry.of).values() if isinstance(v, ParameterRef))
        return tuple(dict.fromkeys(found))

    def users(self, parameter: str) -> list[Entry]:
        """The entries that name a parameter."""
        return self._users.get(parameter, [])

    def raisers(self, rule: Rule) -> list[Entry]:
        """The rules that raise the signals a rule asks for."""
        signals = sorted(_asks_for(rule))
        return _once(e for signal in signals for e in self._raisers.get(signal, []))

    def groups(self, entry: Entry) -> list[tuple[str, list[Entry]]]:
        """The neighbours of an entry, each group with the sentence above it."""
        found = list(self._groups(entry))
        return [(said, others) for said, others in found if others]

    def _groups(self, entry: Entry) -> Iterator[tuple[str, list[Entry]]]:
        said = self._shelf.said
        of = entry.of
        if isinstance(of, Parameter):
            yield said("neighbours", "users"), self.users(of.id)
            return
        if isinstance(of, Rule):
            yield said("neighbours", "raised_by"), self.raisers(of)
            yield from self._of_outcome(entry, of)
        elif isinstance(of, LadderStep):
            yield from self._of_step(of)
        else:
            frame = (e for e in self._shelf.rules.values() if _frame_of(e) == entry.id)
            yield said("neighbours", "members"), list(frame)
        for name in self.parameters(entry):
            title = self._shelf.words.text(self._shelf.parameters[name].title)
            others = [user for user in self.users(name) if user is not entry]
            yield said("neighbours", "shares", parameter=f"»{title}«"), others

    def _of_outcome(self, entry: Entry, rule: Rule) -> Iterator[tuple[str, list[Entry]]]:
        said, then = self._shelf.said, rule.then
        if isinstance(then, SignalOutcome):
            yield said("neighbours", "used_by"), self._askers.get(then.signal, [])
            others = [e for e in self._raisers[then.signal] if e is not entry]
            yield said("neighbours", "also_raised"), others
        elif isinstance(then, FrameOutcome):
            yield said("neighbours", "frame"), [self._shelf.frames[then.frame]]
        elif isinstance(then, ProposalOutcome):
            yield said("neighbours", "step"), self._shelf.steps_of(then.step, rule.applies_to)

    def _of_step(self, step: LadderStep) -> Iterator[tuple[str, list[Entry]]]:
        said, shelf = self._shelf.said, self._shelf
        proposing = [
            entry
            for entry in shelf.rules.values()
            if isinstance(entry.of, Rule)
            and isinstance(entry.of.then, ProposalOutcome)
            and entry.of.then.step is step.step
            and set(entry.kinds) & set(step.applies_to)
        ]
        yield said("neighbours", "proposals"), proposing
        before = [*step.follows, *([step.warned_by] if step.warned_by else [])]
        yield (
            said("neighbours", "before"),
            _once(entry for name in before for entry in shelf.steps_of(name, step.applies_to)),
        )
        after = [
            entry
            for entry in shelf.steps
            if isinstance(entry.of, LadderStep)
            and step.step in (*entry.of.follows, entry.of.warned_by)
            and set(entry.kinds) & set(step.applies_to)
        ]
        yield said("neighbours", "after"), _once(after)

    def is_engines_own(self, parameter: str) -> bool:
        """Whether the engine itself asks for a parameter."""
        return parameter in PLANNER_PARAMETERS

    def rests_on(self, entry: Entry) -> list[Entry]:
        """The assumptions behind an entry: its numbers, the signals it asks for, and theirs."""
        found: list[Entry] = []
        for name in self.parameters(entry):
            found.append(self._shelf.parameters[name])
        if isinstance(entry.of, Rule):
            for raiser in self.raisers(entry.of):
                found += [raiser, *self.rests_on(raiser)]
        return [e for e in _once(found) if e.basis is Basis.ASSUMPTION]


def _frame_of(entry: Entry) -> str | None:
    then = entry.of.then if isinstance(entry.of, Rule) else None
    return then.frame if isinstance(then, FrameOutcome) else None


def _once(entries: Iterable[Entry]) -> list[Entry]:
    return list({entry.path: entry for entry in entries}.values())
