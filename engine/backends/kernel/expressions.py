"""Tests written as expressions over numbers, without branches.

Every part of an expression is cheap, so that working out all of it costs less than jumping over
some: `&`, `|` and counting instead of `and`, `or` and `if`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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


def any_of(parts: Sequence[str]) -> str:
    """An expression that holds if one of several does."""
    return _joined(parts, " | ", TRUE, FALSE)


def _joined(parts: Sequence[str], sign: str, decides: str, left_out: str) -> str:
    if decides in parts:
        return decides
    kept = list(dict.fromkeys(part for part in parts if part != left_out))
    if len(kept) < 2:
        return kept[0] if kept else left_out
    return f"({sign.join(kept)})"


class Writer:
    """Writes the tests of one function on the subject, or on one kind of record.

    `raised` names the variable of each signal, once there are any.
    `fields` says where each field stands. What is used of it is read once, into variables that
    `reads` gives the lines of: `v` its number, `k` whether it is known, `a` the age.
    """

    def __init__(
        self,
        record: str,
        *,
        fields: Mapping[str, int],
        columns: Columns,
        words: Mapping[str, int],
        slots: Sequence[int],
        counted: Callable[[Counted], str] | None = None,
        late: bool = False,
    ) -> None:
        self._record = record
        self._fields = fields
        self._columns = columns
        self._words = words
        self._slots = slots
        self._counted = counted
        self.raised: Mapping[str, str] = {}
        self._late = late
        self._values: set[str] = set()
        self._knowns: set[str] = set()
        self._ages: set[str] = set()

    def reads(self, at: Callable[[int], str]) -> list[str]:
        """The lines that read all fields used so far; `at` says how a place is read."""
        lines: list[str] = []
        for name, place in sorted(self._fields.items(), key=lambda item: item[1]):
            if name in self._values:
                lines.append(f"v{place} = {at(place)}")
            if name in self._knowns:
                lines.append(f"k{place} = v{place} != {UNKNOWN}")
            if name in self._ages:
                lines.append(f"a{place} = today - v{place}")
        return lines

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
                return FALSE if self._counted is None else self._counted(test)
            case Known() | Equal() | Bound() if self._is_category(test.field):
                return self._of_category(test)
            case Known():
                return self._known(test.field)
            case Equal():
                return self._equal(test)
            case Bound():
                sign = ">=" if test.least else "<="
                bound = f"({self._number(test.field)} {sign} {self._slot(test.number)})"
                return self._with_known(test.field, bound)

    def _is_category(self, field: str) -> bool:
        return self._record == "subject" and field == CATEGORY

    def _of_category(self, test: Known | Equal | Bound) -> str:
        """The category in force is always known to the last strata, and never to the first."""
        if not self._late:
            return FALSE
        if isinstance(test, Equal):
            ranks = [_RANKS[word] for word in test.words if word in _RANKS]
            return any_of([f"({_IN_FORCE} == {rank})" for rank in ranks])
        return TRUE

    def _slot(self, number: int) -> str:
        return f"p[{self._slots[number]}]"

    def _value(self, field: str) -> str:
        self._values.add(field)
        return f"v{self._fields[field]}"

    def _known(self, field: str) -> str:
        self._value(field)
        self._knowns.add(field)
        return f"k{self._fields[field]}"

    def _number(self, field: str) -> str:
        """The field's number, or its age."""
        value = self._value(field)
        if self._columns[self._record, field] is not Held.DAY:
            return value
        self._ages.add(field)
        return f"a{self._fields[field]}"

    def _equal(self, test: Equal) -> str:
        of_words = self._columns[self._record, test.field] is Held.WORD
        number = self._number(test.field)
        found: list[str] = []
        for word in test.words:
            if isinstance(word, bool):
                if not of_words:
                    found.append(self._with_known(test.field, f"({number} == {int(word)})"))
            elif of_words:
                found.append(f"({number} == {self._words[word]})")
        if not of_words:
            found += [
                self._with_known(test.field, f"({number} == {self._slot(place)})")
                for place in test.numbers
            ]
        return any_of(found)

    def _with_known(self, field: str, expression: str) -> str:
        return f"({self._known(field)} & {expression})"
