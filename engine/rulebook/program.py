"""What a backend runs: the resolved conditions in strata, each with a key.

Facts -> signals -> colours -> measures (visits, notices, frames) -> proposals and preconditions.
A stratum sees only what stands before it, so rules cannot run in circles.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from engine.rulebook.asked import quantifiers_of
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not
from models.rulebook import ColourOutcome, Place, ProposalOutcome, Rule, SignalOutcome
from models.terms import Colour, Kind

__all__ = ["Firing", "Item", "Program", "Stratum", "need_key", "program_of"]


class Stratum(StrEnum):
    """The steps of inference, in order."""

    SIGNALS = "signals"
    COLOURS = "colours"
    MEASURES = "measures"
    PROPOSALS = "proposals"


class Item(NamedTuple):
    """One condition to decide. `raises_signal` and `raises_colour` feed the strata behind it."""

    key: str
    kinds: frozenset[Kind]
    condition: Condition
    place: Place
    raises_signal: str | None = None
    raises_colour: Colour | None = None


class Program(NamedTuple):
    """All strata, in order; within a stratum items are sorted by key and independent."""

    strata: tuple[tuple[Stratum, tuple[Item, ...]], ...]
    content_hash: str

    def items(self) -> Iterator[Item]:
        """Every item of every stratum."""
        for _, items in self.strata:
            yield from items

    def record_kinds(self) -> frozenset[str]:
        """The kinds of record that some condition looks at."""
        return frozenset(
            node.record for item in self.items() for node in quantifiers_of(item.condition)
        )

    def fields_of(self, record: str) -> frozenset[str]:
        """The fields of a record, or of the subject, that some condition tests."""
        names: set[str] = set()
        for item in self.items():
            if record == "subject":
                names |= _fields(item.condition)
            for node in quantifiers_of(item.condition):
                if node.record == record:
                    names |= _fields(node.where)
        return frozenset(names)


class Firing(NamedTuple):
    """What a backend found: keys of the conditions that held, signals, and the category.

    `proposed` is the most severe colour raised; `in_force` is a person's override where active.
    """

    held: frozenset[str]
    signals: frozenset[str]
    proposed: Colour
    in_force: Colour


def need_key(rule_id: str, need_id: str) -> str:
    """The key of a proposal's precondition."""
    return f"{rule_id}#{need_id}"


def _fields(condition: Condition) -> set[str]:
    match condition:
        case AllOf() | AnyOf():
            return {name for part in condition.parts for name in _fields(part)}
        case Not():
            return _fields(condition.part)
        case Comparison():
            return {condition.field}
        case _:
            return set()


_STRATUM_OF = {
    "signal": Stratum.SIGNALS,
    "colour": Stratum.COLOURS,
    "visit": Stratum.MEASURES,
    "notice": Stratum.MEASURES,
    "frame": Stratum.MEASURES,
    "proposal": Stratum.PROPOSALS,
}


def program_of(resolved: ResolvedRulebook) -> Program:
    """The program of a resolved rulebook."""
    strata: dict[Stratum, list[Item]] = {stratum: [] for stratum in Stratum}
    for rule in resolved.rules:
        strata[_STRATUM_OF[rule.then.leads_to]].append(_item(resolved, rule))
        if isinstance(rule.then, ProposalOutcome):
            strata[Stratum.PROPOSALS] += [
                Item(
                    key=need_key(rule.id, need.id),
                    kinds=frozenset(rule.applies_to),
                    condition=resolved.resolved(need.when),
                    place=need.place,
                )
                for need in rule.then.needs
            ]
    return Program(
        strata=tuple(
            (stratum, tuple(sorted(items, key=lambda item: item.key)))
            for stratum, items in strata.items()
        ),
        content_hash=resolved.content_hash,
    )


def _item(resolved: ResolvedRulebook, rule: Rule) -> Item:
    outcome = rule.then
    return Item(
        key=rule.id,
        kinds=frozenset(rule.applies_to),
        condition=resolved.resolved(rule.when),
        place=rule.place,
        raises_signal=outcome.signal if isinstance(outcome, SignalOutcome) else None,
        raises_colour=outcome.colour if isinstance(outcome, ColourOutcome) else None,
    )
