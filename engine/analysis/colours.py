"""Colours alone, on any day: the signals and categories of a rulebook, read by the reference.

Asking for one subject on many days needs no visits and no proposals, and most rules read the same
from one day to the next; what reads the same is prepared once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from engine.backends.reference import Prepared, Scope, prepare
from engine.decisions.categories import override_in_force
from engine.facts import DutyReading, View, view_of
from engine.rulebook.asked import comparisons_of, quantifiers_of
from engine.rulebook.book import Rulebook
from engine.rulebook.resolve import ResolvedRulebook, parameters_in, resolve
from models.conditions import ParameterRef
from models.facts import Dossier
from models.rulebook import ColourOutcome, ParameterValue, Rule, SignalOutcome
from models.terms import Colour, Kind

__all__ = ["ColourReading", "Colours", "Raised"]


class Raised(NamedTuple):
    """The engine's colour and the one in force, with the colour rules that hold."""

    proposed: Colour
    in_force: Colour
    rules: frozenset[str]
    signals: frozenset[str] = frozenset()


class ColourReading(NamedTuple):
    """The signal and colour rules of one kind of subject through a period, ready to run."""

    signals: tuple[tuple[Rule, str, Prepared], ...]
    colours: tuple[tuple[Rule, Colour, Prepared], ...]
    duty: DutyReading
    records: frozenset[str]

    def raised(self, view: View, override: Colour | None = None) -> Raised:
        """The colour of a view."""
        held: set[str] = set()
        scope = Scope(view.subject, view.records, held)
        held |= {name for _, name, prepared in self.signals if prepared.test(scope)}
        found = [(rule.id, c) for rule, c, prepared in self.colours if prepared.test(scope)]
        proposed = max((c for _, c in found), key=lambda c: c.rank, default=Colour.GREEN)
        rules = frozenset(rule for rule, _ in found)
        return Raised(proposed, override or proposed, rules, frozenset(held))


class Colours:
    """Reads colours by one rulebook on any day; keeps what it has prepared."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.days_of_change = book.days_of_change()
        self.override_longest_days = frozenset(
            value.value
            for value in book.parameters["judgement.override_longest_days"].values
            if isinstance(value.value, int)
        )
        self._thresholds: dict[Kind, Mapping[tuple[str, str], frozenset[int]]] = {}
        self._rules = tuple(
            (rule, parameters_in(rule.when))
            for rule in book.rules
            if isinstance(rule.then, (SignalOutcome, ColourOutcome))
        )
        self._readings: dict[tuple[Kind, int], ColourReading] = {}
        self._prepared: dict[tuple[str, tuple[ParameterValue, ...]], Prepared] = {}
        self._resolved: dict[int, ResolvedRulebook] = {}

    def reading(self, kind: Kind, day: date) -> ColourReading:
        """The rules of a kind as they stand on a day."""
        period = sum(changed <= day for changed in self.days_of_change)
        if (kind, period) not in self._readings:
            if period not in self._resolved:
                self._resolved[period] = resolve(self.book, as_of=day)
            self._readings[kind, period] = self._read(kind, day, self._resolved[period])
        return self._readings[kind, period]

    def _read(self, kind: Kind, day: date, resolved: ResolvedRulebook) -> ColourReading:
        signals: list[tuple[Rule, str, Prepared]] = []
        colours: list[tuple[Rule, Colour, Prepared]] = []
        records: set[str] = set()
        for rule, names in self._rules:
            if kind not in rule.applies_to or rule.valid_from > day:
                continue
            if rule.valid_until is not None and rule.valid_until < day:
                continue
            key = (rule.id, tuple(resolved.parameters[name].value for name in names))
            if key not in self._prepared:
                self._prepared[key] = prepare(resolved.resolved(rule.when))
            prepared = self._prepared[key]
            if isinstance(rule.then, SignalOutcome):
                signals.append((rule, rule.then.signal, prepared))
            elif isinstance(rule.then, ColourOutcome):
                colours.append((rule, rule.then.colour, prepared))
            records |= {node.record for node in quantifiers_of(rule.when)}
        return ColourReading(tuple(signals), tuple(colours), resolved.duty(), frozenset(records))

    def on(self, dossier: Dossier, day: date) -> Raised:
        """The colour of a dossier on a day; the dossier is taken as it is."""
        reading = self.reading(dossier.kind, day)
        needed: Callable[[str], bool] = reading.records.__contains__
        view = view_of(dossier, as_of=day, duty=reading.duty, needed=needed)
        override = override_in_force(dossier, day, reading.duty.override_longest_days)
        return reading.raised(view, None if override is None else override.colour)

    def thresholds(self, kind: Kind) -> Mapping[tuple[str, str], frozenset[int]]:
        """The numbers each field is compared with, on any day: (record, field) -> numbers."""
        if kind not in self._thresholds:
            self._thresholds[kind] = self._compared_with(kind)
        return self._thresholds[kind]

    def _compared_with(self, kind: Kind) -> Mapping[tuple[str, str], frozenset[int]]:
        found: dict[tuple[str, str], set[int]] = {}
        for rule, _ in self._rules:
            if kind not in rule.applies_to:
                continue
            for record, node in comparisons_of(rule.when):
                for operand in node.operands:
                    if isinstance(operand, ParameterRef):
                        dated = self.book.parameters[operand.parameter].values
                        values: list[ParameterValue] = [value.value for value in dated]
                    else:
                        values = [operand]
                    numbers = {v for v in values if isinstance(v, int) and not isinstance(v, bool)}
                    found.setdefault((record, node.field), set()).update(numbers)
        return {key: frozenset(numbers) for key, numbers in found.items()}
