"""Rules as conditions on facts, once a colour is given; what is the same on both sides is one.

The category is put in as a fixed colour, so that a question about visits need not ask what makes a
colour. Equal conditions become one object: two rulebooks that share a rule are seen to share it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.analysis.proof.plain import PlainRules
from engine.rulebook.program import Stratum
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Quantified, SignalHeld
from models.terms import Colour

__all__ = ["ALWAYS", "NEVER", "Given", "Shared"]

ALWAYS: Condition = AllOf.model_construct(parts=())
NEVER: Condition = AnyOf.model_construct(parts=())


class Shared:
    """Makes conditions of which equal ones are the same object; simplifies what is settled."""

    def __init__(self) -> None:
        self._made: dict[tuple[Any, ...], Condition] = {("all",): ALWAYS, ("any",): NEVER}
        self._known: dict[int, tuple[Condition, Condition]] = {}

    def all_of(self, parts: Iterable[Condition]) -> Condition:
        """Every part holds."""
        kept = {id(part): part for part in parts if part is not ALWAYS}
        if id(NEVER) in kept:
            return NEVER
        if len(kept) == 1:
            return next(iter(kept.values()))
        found = tuple(kept.values())
        return self._make(("all", *kept), lambda: AllOf.model_construct(parts=found))

    def any_of(self, parts: Iterable[Condition]) -> Condition:
        """Some part holds."""
        kept = {id(part): part for part in parts if part is not NEVER}
        if id(ALWAYS) in kept:
            return ALWAYS
        if len(kept) == 1:
            return next(iter(kept.values()))
        found = tuple(kept.values())
        return self._make(("any", *kept), lambda: AnyOf.model_construct(parts=found))

    def not_(self, part: Condition) -> Condition:
        """The part does not hold."""
        if part is ALWAYS:
            return NEVER
        if part is NEVER:
            return ALWAYS
        return self._make(("not", id(part)), lambda: Not.model_construct(part=part))

    def of(self, condition: Condition) -> Condition:
        """A condition of a rule without signals and category."""
        found = self._known.get(id(condition))
        if found is None:
            found = self._known[id(condition)] = (condition, self._of(condition))
        return found[1]

    def _of(self, condition: Condition) -> Condition:
        match condition:
            case AllOf():
                return self.all_of([self.of(part) for part in condition.parts])
            case AnyOf():
                return self.any_of([self.of(part) for part in condition.parts])
            case Not():
                return self.not_(self.of(condition.part))
            case Quantified():
                where = self.of(condition.where)
                key = (condition.quantifier, condition.count, condition.record, id(where))
                return self._make(key, lambda: condition.model_copy(update={"where": where}))
            case Comparison():
                operands = tuple((type(value), value) for value in condition.operands)
                return self._make(
                    (condition.field, condition.operator, *operands), lambda: condition
                )
            case SignalHeld():
                return self._make(("signal", condition.signal), lambda: condition)

    def _make(self, key: tuple[Any, ...], make: Any) -> Condition:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


class Given:
    """The rules of one kind on one day, for any colour in force."""

    def __init__(self, rules: PlainRules, shared: Shared) -> None:
        self.rules = rules
        self._shared = shared
        self._raising: dict[str, list[Condition]] = {}
        self._conditions: dict[tuple[str, Colour], Condition] = {}
        for key in rules.keys(Stratum.SIGNALS):
            item = rules.item(key)
            signal = item.raises_signal or ""
            self._raising.setdefault(signal, []).append(shared.of(item.condition))

    def condition(self, key: str, colour: Colour) -> Condition:
        """A rule or a precondition as a condition on facts, where a colour is in force."""
        if (key, colour) not in self._conditions:
            own = self._shared.of(self.rules.item(key).condition)
            self._conditions[key, colour] = self._put_in(own, colour)
        return self._conditions[key, colour]

    def at_least(self, colour: Colour) -> Condition:
        """When this colour or a more severe one is proposed."""
        severe = [other for other in Colour if other.rank >= colour.rank]
        return self._shared.any_of(self.condition(k, colour) for k in self.rules.raises(*severe))

    def proposed(self, colour: Colour) -> Condition:
        """When exactly this colour is proposed."""
        above = [other for other in Colour if other.rank == colour.rank + 1]
        return self._shared.all_of(
            [
                ALWAYS if colour.rank == 0 else self.at_least(colour),
                *(self._shared.not_(self.at_least(other)) for other in above),
            ]
        )

    def _put_in(self, condition: Condition, colour: Colour) -> Condition:
        shared = self._shared
        match condition:
            case AllOf():
                return shared.all_of([self._put_in(part, colour) for part in condition.parts])
            case AnyOf():
                return shared.any_of([self._put_in(part, colour) for part in condition.parts])
            case Not():
                return shared.not_(self._put_in(condition.part, colour))
            case SignalHeld():
                return shared.any_of(self._raising.get(condition.signal, ()))
            case Comparison(field="category"):
                return ALWAYS if colour.value in condition.operands else NEVER
            case _:
                return condition
