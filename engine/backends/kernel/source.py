"""The source of the machine code: a function for each kind of subject, and one that chooses.

Records are looked at once: all that is asked of a kind of record is counted in one pass, and the
answers come back as the bits of one number. Where records begin depends on how many there is room
for, so it stands at the end of the numbers given, and the code holds for every capacity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.backends.kernel.expressions import FALSE, TRUE, Writer, any_of
from engine.backends.kernel.layout import UNKNOWN, KernelLayout
from engine.backends.kernel.shape import (
    Bound,
    Counted,
    Equal,
    Every,
    ItemShape,
    Negated,
    Shape,
    Some,
    Test,
)
from models.terms import Colour, Kind

__all__ = ["source_of"]

_BITS = 60
"""How many answers one pass over records gives, of the 63 bits that a number has."""
_SIGNALS, _COLOURS = 0, 1
_ARGUMENTS = "row, today, p"


class _Passes:
    """The functions that count records. The same questions share one function."""

    def __init__(self, layout: KernelLayout, first: int) -> None:
        self._layout = layout
        self._first = {record: first + n for n, record in enumerate(sorted(layout.records))}
        self._names: dict[str, str] = {}
        self.lines: list[str] = []

    def function(self, record: str, asked: Sequence[Counted]) -> str:
        """The name of the function that answers these questions."""
        block = self._layout.records[record]
        writer = Writer(
            record, fields=block.fields, columns=self._layout.columns, words=self._layout.words
        )
        wheres = {test.where: writer.write(test.where) for test in asked}
        counters: dict[str, str] = {TRUE: "n", FALSE: "0"}
        for where in wheres.values():
            counters.setdefault(where, f"c{len(counters)}")
        counting = [(name, where) for where, name in counters.items() if where not in (TRUE, FALSE)]
        body = [f"n = row[{block.count_index}]", *(f"{name} = 0" for name, _ in counting)]
        if counting:
            body += [f"b = p[{self._first[record]}]", "for _ in range(n):"]
            inner = [*writer.reads(lambda place: f"row[b + {place}]"), *writer.shared()]
            inner += [f"{name} += {where}" for name, where in counting]
            body += [f"    {line}" for line in (*inner, f"b += {block.stride}")]
        bits = [
            f"({counters[wheres[test.where]]} {'<' if test.fewer else '>='} p[{test.number}])"
            f" * {1 << bit}"
            for bit, test in enumerate(asked)
        ]
        body += ["return (", "    " + "\n        | ".join(bits), ")"]
        text = "\n".join(f"    {line}" for line in body)
        if text not in self._names:
            name = self._names[text] = f"_count_{record}_{len(self._names)}"
            self.lines += ["", "", "@_jit_inner", f"def {name}({_ARGUMENTS}):", text]
        return self._names[text]


def _counts_in(test: Test) -> list[Counted]:
    match test:
        case Every() | Some():
            return [found for part in test.parts for found in _counts_in(part)]
        case Negated():
            return _counts_in(test.part)
        case Counted():
            return [test]
        case _:
            return []


class _KindFunction:
    """Writes the function of one kind of subject."""

    def __init__(
        self, kind: Kind, items: Sequence[ItemShape], layout: KernelLayout, passes: _Passes
    ) -> None:
        self._items = [(number, item) for number, item in enumerate(items) if kind in item.kinds]
        self._layout = layout
        self._passes = passes
        self._answers: dict[Counted, str] = {}
        self._writer = Writer(
            "subject",
            fields=layout.subject,
            columns=layout.columns,
            words=layout.words,
            answers=self._answers,
        )

    def lines(self, name: str) -> list[str]:
        """The function's lines."""
        counting = self._counting()
        strata = [*self._signals(), *self._colours(), *self._late()]
        reads = self._writer.reads(lambda place: f"row[{place}]")
        body = [*reads, *counting, *self._writer.shared(), *strata]
        head = ["", "", "@_jit_inner", f"def {name}({_ARGUMENTS}, out):"]
        return [*head, *(f"    {line}" for line in body), "    return in_force * 4 + proposed"]

    def _counting(self) -> list[str]:
        """Calls one pass, or as many as its answers need, for each kind of record asked about."""
        asked: dict[str, dict[Counted, None]] = {}
        for _, item in self._items:
            for test in _counts_in(item.test):
                asked.setdefault(test.record, {})[test] = None
        lines: list[str] = []
        for record, questions in sorted(asked.items()):
            every = list(questions)
            for start in range(0, len(every), _BITS):
                some = every[start : start + _BITS]
                bits = f"m{len(lines)}"
                lines.append(f"{bits} = {self._passes.function(record, some)}({_ARGUMENTS})")
                for bit, test in enumerate(some):
                    self._answers[test] = f"({bits} & {1 << bit}) != 0"
        return lines

    def _signals(self) -> Iterator[str]:
        raised: dict[str, list[str]] = {}
        for number, item in self._items:
            if item.stratum == _SIGNALS:
                yield from self._held(number, item)
                raised.setdefault(item.raises_signal or "", []).append(f"h{number}")
        names = {signal: f"s{place}" for place, signal in enumerate(sorted(raised))}
        for signal, name in names.items():
            yield f"{name} = {any_of(raised[signal])}"
        self._writer.raised = names

    def _colours(self) -> Iterator[str]:
        raised: dict[Colour | None, list[str]] = {}
        for number, item in self._items:
            if item.stratum == _COLOURS:
                yield from self._held(number, item)
                raised.setdefault(item.raises_colour, []).append(f"h{number}")
        proposed = str(Colour.GREEN.rank)
        for colour in sorted(Colour, key=lambda colour: colour.rank):
            if colour in raised:
                proposed = f"({colour.rank} if {any_of(raised[colour])} else {proposed})"
        yield f"proposed = {proposed}"
        yield f"override = row[{self._layout.override_index}]"
        yield f"in_force = proposed if override == {UNKNOWN} else override"
        self._writer.late = True

    def _late(self) -> Iterator[str]:
        for number, item in self._items:
            if item.stratum not in (_SIGNALS, _COLOURS):
                yield from self._held(number, item)

    def _held(self, number: int, item: ItemShape) -> Iterator[str]:
        yield f"h{number} = {self._writer.write(item.test)}"
        yield f"out[{number}] = h{number}"


def _with_slots(test: Test, slots: Sequence[int]) -> Test:
    """The test with slots for the places of its numbers, so that the same test is equal."""
    match test:
        case Every() | Some():
            return replace(test, parts=tuple(_with_slots(part, slots) for part in test.parts))
        case Negated():
            return Negated(_with_slots(test.part, slots))
        case Counted():
            where = _with_slots(test.where, slots)
            return replace(test, where=where, number=slots[test.number])
        case Equal():
            return replace(test, numbers=tuple(slots[number] for number in test.numbers))
        case Bound():
            return replace(test, number=slots[test.number])
        case _:
            return test


def source_of(shape: Shape, layout: KernelLayout, slots: Sequence[int]) -> str:
    """The functions `fired` and `fired_all`, those that they call, and `fired_at`: `fired_all`
    behind a pointer, which a compiled loop can be given without being compiled anew.

    `slots` gives for each number of the shape where it stands among the numbers given.
    """
    items = [replace(item, test=_with_slots(item.test, slots)) for item in shape.items]
    passes = _Passes(layout, max(slots, default=-1) + 1)
    kinds: list[str] = []
    choices: list[str] = []
    for kind in Kind:
        name = f"_of_{kind.value}"
        kinds += _KindFunction(kind, items, layout, passes).lines(name)
        choices += [
            f"    if kind == {layout.words[kind]}:",
            f"        return {name}({_ARGUMENTS}, out)",
        ]
    chooser = [
        "",
        "",
        "@_jit",
        f"def fired({_ARGUMENTS}, out):",
        f"    for number in range({len(shape.items)}):",
        "        out[number] = 0",
        f"    kind = row[{layout.kind_index}]",
        *choices,
        "    return -1",
        "",
        "",
        "@_jit",
        "def fired_all(rows, today, p, out, colours):",
        "    for number in range(rows.shape[0]):",
        "        colours[number] = fired(rows[number], today, p, out[number])",
        "",
        "",
        "@_pointed",
        "def fired_at(rows, number, width, today, p, numbers, out, items, colours):",
        "    fired_all(",
        "        carray(rows, (number, width)),",
        "        today,",
        "        carray(p, (numbers,)),",
        "        carray(out, (number, items)),",
        "        carray(colours, (number,)),",
        "    )",
    ]
    return "\n".join([*passes.lines, *kinds, *chooser]) + "\n"
