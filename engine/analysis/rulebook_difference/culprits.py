"""Which rules made a difference: those that differ between the sides and fired differently."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from engine.analysis.pages import parameters_of_rule
from engine.analysis.proof.plain import PlainRules
from engine.analysis.rulebook_difference.given import Given, Shared
from engine.rulebook.program import Firing, Stratum
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import Condition, ParameterRef
from models.rulebook import FrameOutcome, ParameterValue, Place, ProposalOutcome, Rule
from models.terms import Colour

__all__ = ["Culprit", "Culprits", "NumberChange", "changed_numbers", "outcome_form"]

_WORDS = frozenset({"person_must", "warn", "needs"})
Form = tuple[Condition, str]


class NumberChange(NamedTuple):
    """A parameter with its values on both sides; None: unset, or not there."""

    id: str
    before: ParameterValue
    after: ParameterValue


class Culprit(NamedTuple):
    """A rule that made a difference, where it stands on both sides, and its changed numbers."""

    rule: str
    places: tuple[Place | None, Place | None]
    numbers: tuple[NumberChange, ...] = ()


class Culprits:
    """Finds who made a difference between the rules of two rulebooks for one kind on one day."""

    def __init__(self, old: Given, new: Given, shared: Shared) -> None:
        self._given = (old, new)
        self._sides = (old.rules, new.rules)
        self._shared = shared

    @cached_property
    def _forms(self) -> tuple[dict[str, Form], dict[str, Form]]:
        """Of every rule and precondition: its own condition, and what it leads to."""
        old, new = self._sides
        return _forms(old, self._shared), _forms(new, self._shared)

    @cached_property
    def changed(self) -> frozenset[str]:
        """Rules and preconditions that are not the same on both sides."""
        old, new = self._forms
        return frozenset(
            key
            for key in old.keys() | new.keys()
            if key not in old
            or key not in new
            or old[key][0] is not new[key][0]
            or old[key][1] != new[key][1]
        )

    def behind(self, keys: Iterable[str]) -> frozenset[str]:
        """The changed rules on which some rules rest, themselves included. The colour is no part
        of this: what moved it is known by itself."""
        asked = tuple(keys)
        found = _behind(self._sides[0], asked) | _behind(self._sides[1], asked)
        return self.changed & found

    def of(self, suspects: frozenset[str], old: Firing, new: Firing) -> tuple[str, ...]:
        """Those of the suspects that held on one side only, or hold and lead to something else."""
        return tuple(key for key in sorted(suspects) if self._turned(key, old, new))

    def _turned(self, key: str, old: Firing, new: Firing) -> bool:
        before, after = self._forms
        if "#" in key and (key in before) != (key in after):
            return key not in (old if key in before else new).held
        if (key in old.held) != (key in new.held):
            return True
        return key in old.held and before[key][1] != after[key][1]

    def same(self, key: str, colours: tuple[Colour, Colour]) -> Condition:
        """When a changed rule makes no difference, where these colours are in force."""
        shared, (before, after) = self._shared, self._forms
        known = [
            given.condition(key, colour)
            for given, colour, forms in zip(self._given, colours, self._forms, strict=True)
            if key in forms
        ]
        if "#" in key and len(known) == 1:  # a precondition that is not there is never missing
            return known[0]
        neither = shared.all_of([shared.not_(condition) for condition in known])
        if key not in before or key not in after or before[key][1] != after[key][1]:
            return neither
        return shared.any_of([shared.all_of(known), neither])

    def named(self, keys: Iterable[str]) -> tuple[Culprit, ...]:
        """Rules and the rules of preconditions, with their places and changed numbers."""
        ids = dict.fromkeys(key.partition("#")[0] for key in keys)
        return tuple(self._named(rule_id) for rule_id in ids)

    def _named(self, rule_id: str) -> Culprit:
        old, new = (rules.rules.get(rule_id) for rules in self._sides)
        numbers = changed_numbers(
            [rule for rule in (old, new) if rule is not None],
            self._sides[0].resolved,
            self._sides[1].resolved,
        )
        places = (None if old is None else old.place, None if new is None else new.place)
        return Culprit(rule_id, places, numbers)


def changed_numbers(
    rules: Iterable[Rule], old: ResolvedRulebook, new: ResolvedRulebook
) -> tuple[NumberChange, ...]:
    """The parameters that rules name and whose values differ."""
    found = []
    for name in dict.fromkeys(name for rule in rules for name in parameters_of_rule(rule)):
        before, after = old.parameters.get(name), new.parameters.get(name)
        one = None if before is None else before.value
        other = None if after is None else after.value
        if one != other:
            found.append(NumberChange(name, one, other))
    return tuple(found)


def _forms(rules: PlainRules, shared: Shared) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for stratum in Stratum:
        for key in rules.keys(stratum):
            rule = rules.rules.get(key)
            condition = shared.of(rules.item(key).condition)
            found[key] = (condition, "" if rule is None else outcome_form(rules.resolved, rule))
    return found


def outcome_form(resolved: ResolvedRulebook, rule: Rule) -> str:
    """What a rule leads to, with the numbers of the day and without words for people."""
    data: dict[str, Any] = {}
    for name in type(rule.then).model_fields:
        value = getattr(rule.then, name)
        if name not in _WORDS:
            data[name] = resolved.value(value) if isinstance(value, ParameterRef) else value
    if isinstance(rule.then, FrameOutcome):
        data["drawn"] = any(frame.id == rule.then.frame for frame in resolved.frames)
    if isinstance(rule.then, ProposalOutcome):
        steps = (step for step in resolved.ladder if step.step is rule.then.step)
        data["kinds"] = sorted(kind for step in steps for kind in step.applies_to)
    return json.dumps(data, sort_keys=True)


def _behind(rules: PlainRules, keys: Iterable[str]) -> set[str]:
    """Rules with the rules that raise the signals they ask for."""
    known = {key for stratum in Stratum for key in rules.keys(stratum)}
    raising: dict[str, set[str]] = {}
    for key in rules.keys(Stratum.SIGNALS):
        raising.setdefault(rules.item(key).raises_signal or "", set()).add(key)
    found: set[str] = set()
    waiting = [key for key in keys if key in known]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            for signal in rules.asked_signals(key):
                waiting += raising.get(signal, ())
    return found
