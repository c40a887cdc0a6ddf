"""Why not another colour: the rules that would raise it, and what each of them lacks.

Of a concern whose source is hidden only theme and severity are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from engine.analysis.colours import ColourReading
from engine.backends.reference import Prepared, Scope, prepare
from engine.decisions.reasons import SHOWN_OF_ANONYMOUS, source_is_hidden
from engine.facts import View
from engine.rulebook.asked import comparisons_of
from models.conditions import AllOf, AnyOf, Comparison, Not, Quantified, SignalHeld
from models.rulebook import ParameterValue, Rule
from models.terms import Colour

__all__ = ["Missing", "NotRaised", "keeps_above", "would_raise"]

_A_NEW_RECORD = 2
"""A record that does not exist counts as this many failing comparisons."""


class Missing(NamedTuple):
    """One thing that would have to be otherwise.

    A comparison of a record's field (`wanted`, or its opposite where `negated`) and the value it
    has; or a whole quantifier, of which `number` records are missing or too many. `about` are the
    facts that may be shown of a record whose number may not.
    """

    record: str
    no: int | None
    wanted: Comparison | Quantified | None
    value: ParameterValue = None
    negated: bool = False
    number: int = 0
    about: tuple[tuple[str, str], ...] = ()

    @property
    def weight(self) -> int:
        """How far this is from holding, in failing comparisons."""
        return _A_NEW_RECORD * max(self.number, 1) if isinstance(self.wanted, Quantified) else 1


class NotRaised(NamedTuple):
    """A rule that would raise a colour, and the fewest things it lacks."""

    rule: Rule
    missing: tuple[Missing, ...]

    @property
    def distance(self) -> int:
        """How many comparisons fail on the nearest way."""
        return sum(missing.weight for missing in self.missing)


Found = tuple[Missing, ...]


def _weight(found: Found) -> int:
    return sum(missing.weight for missing in found)


def _nearest(ways: Iterable[Found]) -> Found | None:
    return min(ways, key=_weight, default=None)


class _Search:
    """Looks for what is missing in one view."""

    def __init__(self, reading: ColourReading, view: View) -> None:
        self._raisers: dict[str, list[Prepared]] = {}
        for _, signal, prepared in reading.signals:
            self._raisers.setdefault(signal, []).append(prepared)
        self._view = view
        signals = reading.raised(view).signals
        self._subject = Scope(view.subject, view.records, signals)

    def lacking(self, prepared: Prepared) -> Found | None:
        """The fewest things a condition lacks; None if nothing can make it hold."""
        return self._make(prepared, self._subject, "subject", None, hold=True)

    def _make(
        self, prepared: Prepared, scope: Scope, record: str, row: Any, *, hold: bool
    ) -> Found | None:
        """What must change for a condition to hold, or not to."""
        if prepared.test(scope) is hold:
            return ()
        condition = prepared.condition
        match condition:
            case AllOf() | AnyOf():
                ways = [self._make(p, scope, record, row, hold=hold) for p in prepared.parts]
                if isinstance(condition, AllOf) is hold:
                    if any(way is None for way in ways):
                        return None
                    return tuple(dict.fromkeys(m for way in ways for m in way or ()))
                return _nearest(way for way in ways if way is not None)
            case Not():
                return self._make(prepared.parts[0], scope, record, row, hold=not hold)
            case SignalHeld():
                return self._signal(condition.signal, hold=hold)
            case Quantified():
                return self._quantified(condition, hold=hold)
            case Comparison():
                return (self._comparison(condition, scope, record, row, hold=hold),)

    def _signal(self, signal: str, *, hold: bool) -> Found | None:
        ways = [
            self._make(prepared, self._subject, "subject", None, hold=hold)
            for prepared in self._raisers.get(signal, [])
        ]
        if hold:
            return _nearest(way for way in ways if way is not None)
        if any(way is None for way in ways):
            return None
        return tuple(dict.fromkeys(m for way in ways for m in way or ()))

    def _comparison(
        self, condition: Comparison, scope: Scope, record: str, row: Any, *, hold: bool
    ) -> Missing:
        value = scope.values.get(condition.field)
        if row is None or not source_is_hidden(record, row):
            no = None if row is None else row.get("no")
            return Missing(record, no, condition, value, negated=not hold)
        about = tuple((name, str(row[name])) for name in sorted(SHOWN_OF_ANONYMOUS))
        if condition.field in SHOWN_OF_ANONYMOUS:
            return Missing(record, None, condition, value, negated=not hold, about=about)
        return Missing(record, None, None, about=about)

    def _quantified(self, condition: Quantified, *, hold: bool) -> Found:
        rows = self._view.records.get(condition.record, [])
        count = condition.count if isinstance(condition.count, int) else 1
        more_wanted = (condition.quantifier == "at_least") is hold
        if more_wanted and not rows:
            return (Missing(condition.record, None, condition, number=count),)
        where = prepare(condition.where)
        scopes = [Scope(row, {}, frozenset()) for row in rows]
        matched = sum(where.test(scope) for scope in scopes)
        needed = count - matched if more_wanted else matched - count + 1
        if not more_wanted:
            return (Missing(condition.record, None, condition, negated=True, number=needed),)
        near: list[Found] = []
        for row, scope in zip(rows, scopes, strict=True):
            way = self._make(where, scope, condition.record, row, hold=True)
            if way and _weight(way) < _A_NEW_RECORD + len(comparisons_of(condition.where)) // 2:
                near.append(way)
        near.sort(key=_weight)
        found = [missing for way in near[:needed] for missing in way]
        if needed > len(near):
            wanted = needed - len(near)
            found.append(Missing(condition.record, None, condition, number=wanted))
        return tuple(found)


def would_raise(
    view: View, reading: ColourReading, colour: Colour, *, at_most: int = 3
) -> tuple[NotRaised, ...]:
    """The rules of a colour that do not hold, nearest first, each with what it lacks."""
    search = _Search(reading, view)
    held = reading.raised(view).rules
    found: list[NotRaised] = []
    for rule, raises, prepared in reading.colours:
        if raises is colour and rule.id not in held:
            missing = search.lacking(prepared)
            if missing:
                found.append(NotRaised(rule, missing))
    found.sort(key=lambda item: (item.distance, item.rule.id))
    return tuple(found[:at_most])


def keeps_above(view: View, reading: ColourReading, colour: Colour) -> tuple[Rule, ...]:
    """The rules that hold and keep the category more severe than `colour`."""
    held = reading.raised(view).rules
    return tuple(
        rule for rule, raises, _ in reading.colours if rule.id in held and raises.rank > colour.rank
    )
