"""The promises of a rulebook: a worse fact never gives a milder colour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from hypothesis import strategies as st

from engine.facts import View, vocabulary
from engine.testing.facts import views
from engine.testing.laws.law import Law, LawBroken
from engine.testing.laws.under_test import RulebookUnderTest
from engine.testing.telling import facts_of_view, told
from engine.testing.thresholds import around, thresholds_of
from models.rulebook import ColourOutcome, Promise

__all__ = ["monotone_laws"]


class _Pair(NamedTuple):
    """The same facts on a day, and with one of them made worse."""

    day: date
    before: View
    after: View
    was: Any
    becomes: Any


def monotone_laws(under: RulebookUnderTest) -> Iterator[Law]:
    """A law for each promise."""
    for promise in under.book.promises:
        says = f"a worse {promise.record}.{promise.field} never gives a milder colour"
        name = f"monotone[{promise.record}.{promise.field}]"
        kept = _Kept(under, promise, says)
        yield Law(name, says, kept.check, kept.worsened())


class _Kept:
    """One promise held against the rules."""

    def __init__(self, under: RulebookUnderTest, promise: Promise, says: str) -> None:
        self._under = under
        self._promise = promise
        self._says = says
        spec = vocabulary().find(promise.record, promise.field)
        if spec is None:
            raise ValueError(f"no field {promise.record}.{promise.field}")
        self._spec = spec

    @cached_property
    def _lines(self) -> list[int]:
        """Numbers on and beside every parameter, so that each threshold is crossed."""
        values = {
            value.value
            for parameter in self._under.book.parameters.values()
            for value in parameter.values
            if isinstance(value.value, int) and not isinstance(value.value, bool)
        }
        for day in self._under.days:
            near = thresholds_of(self._under.book, as_of=day)
            values.update(near.numbers.get((self._promise.record, self._promise.field), ()))
        low = -400 if self._spec.minimum is None else self._spec.minimum
        high = 4_000 if self._spec.maximum is None else self._spec.maximum
        return [line for line in around({*values, -1, 0, 1}) if low <= line <= high]

    @st.composite
    def _worsened(draw: st.DrawFn, self: _Kept) -> _Pair:  # noqa: N805
        promise = self._promise
        day = draw(st.sampled_from(self._under.days))
        near = thresholds_of(self._under.book, as_of=day)
        kind = draw(st.sampled_from(sorted(self._spec.kinds)))
        tested = {
            record: [
                name
                for name in names
                if (spec := vocabulary().find(record, name)) is not None and kind in spec.kinds
            ]
            for record, names in near.fields.items()
        }
        own = sorted({*tested.get(promise.record, []), promise.field})
        seen = draw(
            st.lists(st.sampled_from(tested["subject"] or ["kind"]), max_size=6, unique=True)
        )
        fields = {"subject": seen, promise.record: own}
        others = draw(st.lists(st.sampled_from(sorted(tested)), max_size=2, unique=True))
        fields |= {record: tested[record] for record in others if record not in fields}
        if promise.record == "subject":
            fields["subject"] = sorted({*seen, promise.field})
        view = draw(views(kind, fields=fields, as_of=day, near=near))
        if promise.record != "subject" and not view.records.get(promise.record):
            view.records[promise.record] = [dict.fromkeys(own)]
        for rows in view.records.values():
            for number, row in enumerate(rows, start=1):
                row["no"] = number
        last = 0 if promise.record == "subject" else len(view.records[promise.record]) - 1
        index = draw(st.integers(0, last))
        if promise.words_mild_to_severe:
            words = promise.words_mild_to_severe
            mild, severe = sorted(draw(st.tuples(*[st.integers(0, len(words) - 1)] * 2)))
            was, becomes = words[mild], words[severe]
        else:
            pair = sorted(draw(st.tuples(*[st.sampled_from(self._lines)] * 2)))
            was, becomes = pair if promise.worse == "higher" else pair[::-1]
        return _Pair(
            day, self._with(view, index, was), self._with(view, index, becomes), was, becomes
        )

    def worsened(self) -> st.SearchStrategy[_Pair]:
        """Facts, and the same facts with the promised one worse."""
        return self._worsened()

    def _with(self, view: View, index: int, value: Any) -> View:
        record, field = self._promise.record, self._promise.field
        if record == "subject":
            return view.with_facts(**{field: value})
        rows = [dict(row) for row in view.records[record]]
        rows[index][field] = value
        records = {**view.records, record: rows}
        return View(view.subject_id, view.kind, view.as_of, view.subject, records)

    def check(self, pair: _Pair) -> None:
        """Raises LawBroken where the colour grew milder."""
        reference = self._under.reference(pair.day)
        before, after = reference.evaluate(pair.before), reference.evaluate(pair.after)
        if after.proposed.rank >= before.proposed.rank:
            return
        colours = {
            rule.id
            for rule in self._under.resolved(pair.day).rules
            if isinstance(rule.then, ColourOutcome)
        }
        promise = self._promise
        named = [
            (rule, self._under.place_of(rule))
            for rule in sorted((before.held ^ after.held) & colours)
        ]
        raise LawBroken(
            self._says,
            f"{promise.record}.{promise.field} goes from {told(pair.was)} to {told(pair.becomes)}, "
            f"and the colour from {before.proposed} to {after.proposed}.",
            facts=facts_of_view(pair.before),
            rules=[(f"the promise of {promise.record}.{promise.field}", promise.place), *named],
        )
