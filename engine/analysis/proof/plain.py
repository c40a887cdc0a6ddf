"""The rules of one kind on one day as conditions on facts alone.

A signal stands for the rules that raise it, the category for the rules of colour and a person's
override; put in their place, every question about the rulebook becomes a question about facts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType

from pydantic import TypeAdapter

from engine.analysis.proof.classes import OVERRIDE
from engine.rulebook.program import Item, Stratum, program_of
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Operator, SignalHeld
from models.rulebook import NoticeOutcome, Rule
from models.terms import Colour, Kind, Purpose

__all__ = ["PlainRules", "all_of", "any_of", "none_of", "not_"]


def all_of(parts: Iterable[Condition]) -> Condition:
    """Every part holds."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else AllOf.model_construct(parts=found)


def any_of(parts: Iterable[Condition]) -> Condition:
    """Some part holds."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else AnyOf.model_construct(parts=found)


def not_(part: Condition) -> Condition:
    """The part does not hold."""
    return Not.model_construct(part=part)


def none_of(parts: Iterable[Condition]) -> Condition:
    """No part holds."""
    return all_of(not_(part) for part in parts)


class PlainRules:
    """The rules that apply to a kind of subject, by one resolved rulebook, without strata."""

    def __init__(self, resolved: ResolvedRulebook, kind: Kind) -> None:
        self.resolved = resolved
        self.kind = kind
        self.rules: dict[str, Rule] = {
            rule.id: rule for rule in resolved.rules if kind in rule.applies_to
        }
        strata = dict(program_of(resolved).strata)
        self._items: dict[Stratum, tuple[Item, ...]] = {
            stratum: tuple(item for item in items if kind in item.kinds)
            for stratum, items in strata.items()
        }
        self._item_of = {item.key: item for items in self._items.values() for item in items}
        self._conditions: dict[str, Condition] = {}
        self._prints: dict[str, str] = {}
        self._signals: dict[str, Condition] = {}
        self._by_signal: dict[str, list[Condition]] = {}
        for item in self._items[Stratum.SIGNALS]:
            self._by_signal.setdefault(item.raises_signal or "", []).append(item.condition)

    def condition(self, key: str) -> Condition:
        """A rule, or a precondition, as a condition on facts."""
        if key not in self._conditions:
            self._conditions[key] = self._plain(self._item_of[key].condition)
        return self._conditions[key]

    def print_of(self, key: str) -> str:
        """The same for two days if the rule, and all it rests on, is the same on both."""
        if key not in self._prints:
            item = self._item_of[key]
            texts = [_text(item.condition)]
            signals, category = _asked_of(item.condition)
            if category:
                texts += [self.print_of(other.key) for other in self._items[Stratum.COLOURS]]
                texts += [str(other.raises_colour) for other in self._items[Stratum.COLOURS]]
            for other in self._items[Stratum.SIGNALS]:
                if other.raises_signal in signals:
                    texts.append(f"{other.raises_signal} {self.print_of(other.key)}")
            self._prints[key] = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        return self._prints[key]

    def print_of_colours(self) -> str:
        """The same for two days if every rule of colour is."""
        return " ".join(
            f"{item.raises_colour}{self.print_of(item.key)}"
            for item in self._items[Stratum.COLOURS]
        )

    def keys(self, stratum: Stratum) -> tuple[str, ...]:
        """The rules (and preconditions) of a stratum."""
        return tuple(item.key for item in self._items[stratum])

    def item(self, key: str) -> Item:
        """A rule or precondition as it stands in its stratum."""
        return self._item_of[key]

    def asked_signals(self, key: str) -> frozenset[str]:
        """The signals that a rule itself asks for."""
        return _asked_of(self._item_of[key].condition)[0]

    def is_raised(self, signal: str) -> bool:
        """Whether some rule raises a signal for this kind on this day."""
        return signal in self._by_signal

    def with_signal(self, key: str, signal: str, *, held: bool) -> Condition:
        """A rule as a condition on facts, with one signal taken as raised, or as not raised."""
        return self._plain(
            self._item_of[key].condition, {signal: all_of(()) if held else any_of(())}
        )

    def signal(self, name: str) -> Condition:
        """When a signal is raised."""
        if name not in self._signals:
            self._signals[name] = any_of(self._by_signal.get(name, ()))
        return self._signals[name]

    def raises(self, *colours: Colour) -> tuple[str, ...]:
        """The rules that raise one of these colours."""
        return tuple(
            item.key for item in self._items[Stratum.COLOURS] if item.raises_colour in colours
        )

    @cached_property
    def at_least(self) -> dict[Colour, Condition]:
        """When the engine proposes a colour or a more severe one."""
        ranked = sorted(Colour, key=lambda colour: colour.rank)
        return {
            colour: any_of(self.condition(key) for key in self.raises(*ranked[colour.rank :]))
            for colour in ranked
            if colour.rank
        }

    def proposed(self, colour: Colour) -> Condition:
        """When the engine proposes exactly this colour."""
        match colour:
            case Colour.RED:
                return self.at_least[Colour.RED]
            case Colour.YELLOW:
                return all_of((self.at_least[Colour.YELLOW], not_(self.at_least[Colour.RED])))
            case Colour.GREEN:
                return not_(self.at_least[Colour.YELLOW])

    @cached_property
    def _in_force(self) -> dict[str, Condition]:
        overridden = Comparison.model_construct(
            field=OVERRIDE, operator=Operator.IS_KNOWN, operands=()
        )
        return {
            colour.value: any_of(
                (
                    Comparison.model_construct(
                        field=OVERRIDE, operator=Operator.IS, operands=(colour.value,)
                    ),
                    all_of((not_(overridden), self.proposed(colour))),
                )
            )
            for colour in Colour
        }

    def in_force(self, colour: Colour) -> Condition:
        """When this colour is in force: the engine's own, or a person's override."""
        return self._in_force[colour.value]

    def notices(self, purpose: Purpose) -> tuple[tuple[Rule, NoticeOutcome], ...]:
        """The notice rules that speak for a purpose, the highest rank first."""
        found = [
            (rule, rule.then)
            for rule in self.rules.values()
            if isinstance(rule.then, NoticeOutcome)
            and (not rule.then.purposes or purpose in rule.then.purposes)
        ]
        return tuple(sorted(found, key=lambda entry: (-entry[1].rank, entry[0].id)))

    def _plain(
        self, condition: Condition, given: Mapping[str, Condition] = MappingProxyType({})
    ) -> Condition:
        match condition:
            case AllOf():
                return all_of(self._plain(part, given) for part in condition.parts)
            case AnyOf():
                return any_of(self._plain(part, given) for part in condition.parts)
            case Not():
                return not_(self._plain(condition.part, given))
            case SignalHeld():
                return given.get(condition.signal) or self.signal(condition.signal)
            case Comparison(field="category", operator=Operator.IS_KNOWN):
                return all_of(())
            case Comparison(field="category"):
                return any_of(self._in_force[str(colour)] for colour in condition.operands)
            case _:
                return condition


_TEXT: TypeAdapter[Condition] = TypeAdapter(Condition)


def _text(condition: Condition) -> str:
    return _TEXT.dump_json(condition).decode()


def _asked_of(condition: Condition) -> tuple[frozenset[str], bool]:
    """The signals a condition asks for, and whether it asks for the category."""
    match condition:
        case AllOf() | AnyOf():
            found = [_asked_of(part) for part in condition.parts]
            signals = frozenset(signal for names, _ in found for signal in names)
            return signals, any(category for _, category in found)
        case Not():
            return _asked_of(condition.part)
        case SignalHeld():
            return frozenset({condition.signal}), False
        case Comparison(field="category"):
            return frozenset(), True
        case _:
            return frozenset(), False
