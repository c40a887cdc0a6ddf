"""Facts of one kind of subject, and conditions on them, as sentences of propositional logic.

Each class of each fact is a proposition; records are a bounded number of rows that are there or
not. The sentences are written in SMT-LIB, which any such solver reads.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.analysis.proof.classes import Classes
from engine.analysis.proof.laws import LAWS, NEWEST, Newest
from engine.backends.reference import Scope, prepare
from engine.rulebook.asked import comparisons_of
from models.conditions import AllOf, AnyOf, Comparison, Condition, Not, Quantified

__all__ = ["Place", "Sentences", "class_name", "row_name"]

SUBJECT = "subject"
Place = tuple[str, int, str]
"""(record, row, field); the subject is row 0 of itself."""


def row_name(record: str, row: int) -> str:
    """The proposition that a record is there."""
    return f"|{record}/{row}|"


def class_name(place: Place, number: int, *, changed: bool = False) -> str:
    """The proposition that a fact is in its class of this number; `changed`: for the twin."""
    record, row, field = place
    return f"|{record}/{row}/{field}{'*' if changed else ''}/{number}|"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"(and {' '.join(parts)})" if parts else "true"


def _or(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"(or {' '.join(parts)})" if parts else "false"


class Sentences:
    """Gathers sentences. `twin` is a fact of which there is a second reading."""

    def __init__(
        self, classes: Classes, rows: Mapping[str, int], *, twin: Place | None = None
    ) -> None:
        self._classes = classes
        self._rows = dict(rows)
        self._twin = twin
        self._lines: list[str] = []
        self._about_facts: list[str] = []
        self._names: dict[tuple[str, int, bool, int], str] = {}
        self._kept: list[Condition] = []
        self._facts()
        self._laws()

    def text(self) -> str:
        """Everything said since the last call."""
        text, self._lines = "\n".join(self._lines), []
        return text

    def about_facts(self) -> tuple[str, ...]:
        """Every proposition about a fact, or about a record being there."""
        return tuple(self._about_facts)

    def _say(self, sentence: str) -> None:
        self._lines.append(f"(assert {sentence})")

    def _new_name(self, name: str) -> str:
        self._lines.append(f"(declare-const {name} Bool)")
        if name[0] == "|":
            self._about_facts.append(name)
        return name

    def places(self) -> Iterator[Place]:
        """Every fact there is, or may be."""
        for record, field in self._classes.values:
            for row in range(1 if record == SUBJECT else self._rows.get(record, 0)):
                yield record, row, field

    def _facts(self) -> None:
        for place in self.places():
            self._one_class(place, changed=False)
            if self._twin == place:
                self._one_class(place, changed=True)
        for record, number in self._rows.items():
            names = [self._new_name(row_name(record, row)) for row in range(number)]
            for before, after in itertools.pairwise(names):
                self._say(f"(=> {after} {before})")
        if self._twin is not None and self._twin[0] != SUBJECT:
            self._say(row_name(*self._twin[:2]))

    def _one_class(self, place: Place, *, changed: bool) -> None:
        number = len(self._classes.of(place[0], place[2]))
        names = [self._new_name(class_name(place, n, changed=changed)) for n in range(number)]
        self._say(_or(names))
        self._say(f"((_ at-most 1) {' '.join(names)})")

    def _laws(self) -> None:
        fields = self._classes.values.keys()
        for record, law in LAWS:
            if all((record, c.field) in fields for _, c in comparisons_of(law)):
                for row in range(self._rows.get(record, 0)):
                    self._say(self._row(law, record, row, False))
                    self._say(self._row(law, record, row, True))
        for newest in NEWEST:
            if (newest.record, newest.flag) in fields:
                self._newest(newest)

    def _newest(self, newest: Newest) -> None:
        record, per = newest.record, newest.per
        flag = self._classes.of(record, newest.flag).index(True)
        for one in range(self._rows.get(record, 0)):
            for other in range(one):
                both = [class_name((record, row, newest.flag), flag) for row in (one, other)]
                both += [row_name(record, row) for row in (one, other)]
                if per is None:
                    self._say(f"(not {_and(both)})")
                    continue
                if (record, per) not in self._classes.values:
                    continue
                # the last class stands for all words that no rule names: two may differ
                for number in range(len(self._classes.of(record, per)) - 1):
                    same = [class_name((record, row, per), number) for row in (one, other)]
                    self._say(f"(not {_and([*both, *same])})")

    def name(self, name: str, condition: Condition, *, changed: bool = False) -> None:
        """Gives a condition a name to ask by. `changed`: as the twin reads it."""
        self._new_name(name)
        self._say(f"(= {name} {self._subject(condition, changed)})")

    def worse_twin(self, order: Sequence[int]) -> None:
        """The twin's class comes later in this order of classes; others are not possible."""
        if self._twin is None:
            raise ValueError("no fact has two readings")
        self._say(
            _or(
                [
                    _and(
                        [
                            class_name(self._twin, one),
                            _or([class_name(self._twin, n, changed=True) for n in order[at + 1 :]]),
                        ]
                    )
                    for at, one in enumerate(order[:-1])
                ]
            )
        )

    def _kept_name(self, key: tuple[str, int, bool, int], condition: Condition, text: str) -> str:
        self._kept.append(condition)
        if text[0] == "(":
            name = self._new_name(f"c{len(self._names)}")
            self._say(f"(= {name} {text})")
            text = name
        self._names[key] = text
        return text

    def _subject(self, condition: Condition, changed: bool) -> str:
        changed = changed and self._twin is not None
        key = (SUBJECT, 0, changed, id(condition))
        if key in self._names:
            return self._names[key]
        match condition:
            case AllOf():
                text = _and([self._subject(part, changed) for part in condition.parts])
            case AnyOf():
                text = _or([self._subject(part, changed) for part in condition.parts])
            case Not():
                text = f"(not {self._subject(condition.part, changed)})"
            case Quantified():
                text = self._counted(condition, changed)
            case Comparison():
                text = self._compared(SUBJECT, 0, condition, changed)
            case _:
                raise TypeError("signals are put in their place before a question is asked")
        return self._kept_name(key, condition, text)

    def _counted(self, condition: Quantified, changed: bool) -> str:
        count, record = condition.count, condition.record
        if not isinstance(count, int):
            raise TypeError("a parameter was left in a condition; resolve the rulebook first")
        matching = [
            _and([row_name(record, row), self._row(condition.where, record, row, changed)])
            for row in range(self._rows.get(record, 0))
        ]
        if count <= 0:
            enough = "true"
        elif count > len(matching):
            enough = "false"
        elif count == 1:
            enough = _or(matching)
        else:
            enough = f"((_ at-least {count}) {' '.join(matching)})"
        return enough if condition.quantifier == "at_least" else f"(not {enough})"

    def _row(self, condition: Condition, record: str, row: int, changed: bool) -> str:
        changed = changed and self._twin is not None and self._twin[:2] == (record, row)
        key = (record, row, changed, id(condition))
        if key in self._names:
            return self._names[key]
        match condition:
            case AllOf():
                text = _and([self._row(part, record, row, changed) for part in condition.parts])
            case AnyOf():
                text = _or([self._row(part, record, row, changed) for part in condition.parts])
            case Not():
                text = f"(not {self._row(condition.part, record, row, changed)})"
            case Comparison():
                text = self._compared(record, row, condition, changed)
            case _:
                raise TypeError("quantifiers and signals do not nest in a record's condition")
        return self._kept_name(key, condition, text)

    def _compared(self, record: str, row: int, comparison: Comparison, changed: bool) -> str:
        place = (record, row, comparison.field)
        changed = changed and self._twin == place
        return _or(
            [
                class_name(place, number, changed=changed)
                for number in self._fulfilling(record, comparison)
            ]
        )

    def _fulfilling(self, record: str, comparison: Comparison) -> Iterable[int]:
        """The classes of a field for which a comparison holds, by the reference's own word."""
        test = prepare(comparison).test
        for number, value in enumerate(self._classes.of(record, comparison.field)):
            if test(Scope({comparison.field: value}, {}, frozenset())):
                yield number
