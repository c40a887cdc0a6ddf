"""Tests written as expressions over numbers, without branches.

Every part of an expression is cheap, so that working out all of it costs less than jumping over
some: `&`, `|` and counting instead of `and`, `or` and `if`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from engine.backends.kernel.columns import Columns, Held
from engine.backends.kernel.layout import CATEGORY, UNKNOWN
from engine.backends.kernel.shape import (
    Bound,
    Counted,
    Equal,
    Every,
    Known,
    Negated,
    Raised,
    Some,
    Test,
)
from models.terms import Colour

__all__ = ["FALSE", "TRUE", "Writer", "any_of"]

TRUE, FALSE = "True", "False"
_RANKS = {str(colour): colour.rank for colour in Colour}
_IN_FORCE = "in_force"


def any_of(parts: Iterable[str]) -> str:
    """An expression that holds if one of several does."""
    return _joined(list(parts), " | ", TRUE, FALSE)


def _joined(parts: Sequence[str], sign: str, decides: str, left_out: str) -> str:
    if decides in parts:
        return decides
    kept = list(dict.fromkeys(part for part in parts if part != left_out))
    if len(kept) < 2:
        return kept[0] if kept else left_out
    return f"({sign.join(kept)})"


class Writer:
    """Writes the tests of one function on the subject, or on one kind of record.

    `fields` says where each field stands. What is used of it is worked out once, into variables
    that `reads` and `shared` give the lines of: `v` its number, `k` whether it is known, `a` the
    age, `t` a comparison. `answers` are the counts of records that have been made, `raised` the
    variable of each signal once there are any; with `late` the category is known.
    """

    def __init__(
        self,
        record: str,
        *,
        fields: Mapping[str, int],
        columns: Columns,
        words: Mapping[str, int],
        answers: Mapping[Counted, str] = {},
    ) -> None:
        self._record = record
        self._fields = fields
        self._columns = columns
        self._words = words
        self._answers = answers
        self.raised: Mapping[str, str] = {}
        self.late = False
        self._values: set[int] = set()
        self._knowns: set[int] = set()
        self._ages: set[int] = set()
        self._shared: dict[str, str] = {}

    def reads(self, at: Callable[[int], str]) -> list[str]:
        """The lines that read all fields used so far; `at` says how a place is read."""
        lines: list[str] = []
        for place in sorted(self._values):
            lines.append(f"v{place} = {at(place)}")
            if place in self._knowns:
                lines.append(f"k{place} = v{place} != {UNKNOWN}")
            if place in self._ages:
                lines.append(f"a{place} = today - v{place}")
        return lines

    def shared(self) -> list[str]:
        """The lines that make all comparisons used so far."""
        return [f"{name} = {expression}" for expression, name in self._shared.items()]

    def write(self, test: Test) -> str:
        """The test as an expression."""
        match test:
            case Every():
                return _joined([self.write(part) for part in test.parts], " & ", FALSE, TRUE)
            case Some():
                return any_of([self.write(part) for part in test.parts])
            case Negated():
                inner = self.write(test.part)
                opposite = {TRUE: FALSE, FALSE: TRUE}
                return opposite.get(inner) or f"(not {inner})"
            case Raised():
                return self.raised.get(test.signal, FALSE)
            case Counted():
                return self._share(self._answers[test])
            case Known() | Equal() | Bound() if self._is_category(test.field):
                return self._of_category(test)
            case Known():
                return self._known(test.field)
            case Equal():
                return any_of(self._equal(test))
            case Bound():
                sign = ">=" if test.least else "<="
                bound = f"({self._number(test.field)} {sign} p[{test.number}])"
                return self._share(f"{self._known(test.field)} & {bound}")

    def _share(self, expression: str) -> str:
        return self._shared.setdefault(expression, f"t{len(self._shared)}")

    def _is_category(self, field: str) -> bool:
        return self._record == "subject" and field == CATEGORY

    def _of_category(self, test: Known | Equal | Bound) -> str:
        """The category in force is always known to the last strata, and never to the first."""
        if not self.late:
            return FALSE
        if isinstance(test, Equal):
            ranks = [_RANKS[word] for word in test.words if word in _RANKS]
            return any_of([f"({_IN_FORCE} == {rank})" for rank in ranks])
        return TRUE

    def _value(self, field: str) -> str:
        self._values.add(self._fields[field])
        return f"v{self._fields[field]}"

    def _known(self, field: str) -> str:
        self._value(field)
        self._knowns.add(self._fields[field])
        return f"k{self._fields[field]}"

    def _number(self, field: str) -> str:
        """The field's number, or its age."""
        value = self._value(field)
        if self._columns[self._record, field] is not Held.DAY:
            return value
        self._ages.add(self._fields[field])
        return f"a{self._fields[field]}"

    def _equal(self, test: Equal) -> Iterator[str]:
        """A comparison for each operand that a field of its sort can be. No word's code
        is the number that stands for unknown."""
        field, held = test.field, self._columns[self._record, test.field]
        if held is Held.WORD:
            for word in test.words:
                if isinstance(word, str):
                    yield self._share(f"{self._value(field)} == {self._words[word]}")
            return
        known = self._known(field)
        for flag in test.words:
            if isinstance(flag, bool):
                yield self._share(f"{known} & ({self._number(field)} == {int(flag)})")
        for number in test.numbers:
            yield self._share(f"{known} & ({self._number(field)} == p[{number}])")
