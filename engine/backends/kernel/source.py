"""The source of the machine code: a function for each kind of subject, and one that chooses.

Records are looked at once: all that is asked of a kind of record is counted in one pass, and the
answers come back as the bits of one number. Where records begin depends on how many there is room
for, so it stands at the end of the numbers given, and the code holds for every capacity.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.backends.kernel.expressions import FALSE, TRUE, Writer, any_of
from engine.backends.kernel.layout import UNKNOWN, KernelLayout
from engine.backends.kernel.shape import (
    Counted,
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """A count of records and the slot it is held against."""

    record: str
    where: str
    slot: int
    fewer: bool


class _Passes:
    """The functions that count records. The same questions share one function."""

    def __init__(self, layout: KernelLayout, slots: Sequence[int], numbers: int) -> None:
        self._layout = layout
        self._slots = slots
        self._numbers = numbers
        self._names: dict[str, str] = {}
        self.lines: list[str] = []

    def asked(self, test: Counted) -> _Asked:
        """What a quantifier asks; the same question is the same, whichever rule asks it."""
        where = self._writer(test.record).write(test.where)
        return _Asked(test.record, where, self._slots[test.number], test.fewer)

    def _writer(self, record: str) -> Writer:
        return Writer(
            record,
            fields=self._layout.records[record].fields,
            columns=self._layout.columns,
            words=self._layout.words,
            slots=self._slots,
        )

    def function(self, record: str, asked: Sequence[tuple[_Asked, Test]]) -> str:
        """The name of the function that answers these questions."""
        block = self._layout.records[record]
        writer = self._writer(record)
        wheres = {one.where: writer.write(test) for one, test in asked}
        counters = {where: f"c{n}" for n, where in enumerate(w for w in wheres if w != FALSE)}
        counters |= {TRUE: "n", FALSE: "0"}
        first = self._numbers + sorted(self._layout.records).index(record)
        body = [f"    n = row[{block.count_index}]"]
        counting = [(name, where) for where, name in counters.items() if name.startswith("c")]
        body += [f"    {name} = 0" for name, where in counting if where != TRUE]
        if counting:
            body += [f"    b = p[{first}]", "    for _ in range(n):"]
            reads = writer.reads(lambda place: f"row[b + {place}]")
            body += [f"        {line}" for line in reads]
            body += [f"        {name} += {where}" for name, where in counting]
            body += [f"        b += {block.stride}"]
        bits = [
            f"({counters[one.where]} {'<' if one.fewer else '>='} p[{one.slot}]) * {1 << bit}"
            for bit, (one, _) in enumerate(asked)
        ]
        body += ["    return (", "        " + "\n        | ".join(bits), "    )"]
        text = "\n".join(body)
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
        self, kind: Kind, shape: Shape, layout: KernelLayout, slots: Sequence[int], passes: _Passes
    ) -> None:
        self._items = [
            (number, item) for number, item in enumerate(shape.items) if kind in item.kinds
        ]
        self._layout = layout
        self._slots = slots
        self._passes = passes
        self._answers: dict[_Asked, str] = {}
        self._signals: dict[str, str] = {}
        self._late = sorted({item.stratum for item in shape.items} - {_SIGNALS, _COLOURS})

    def lines(self, name: str) -> list[str]:
        """The function's lines."""
        counting = self._counting()
        writers = [self._writer(late=False), self._writer(late=True)]
        body: list[str] = []
        raised: dict[str, list[str]] = {}
        colours: dict[Colour, list[str]] = {}
        for number, item in self._of(_SIGNALS):
            body += self._item(number, writers[0].write(item.test))
            raised.setdefault(item.raises_signal or "", []).append(f"h{number}")
        for place, (signal, holding) in enumerate(sorted(raised.items())):
            self._signals[signal] = f"s{place}"
            body.append(f"s{place} = {any_of(holding)}")
        for writer in writers:
            writer.raised = self._signals
        for number, item in self._of(_COLOURS):
            body += self._item(number, writers[0].write(item.test))
            if item.raises_colour is not None:
                colours.setdefault(item.raises_colour, []).append(f"h{number}")
        body += _category(colours, self._layout.override_index)
        for number, item in self._of(*self._late):
            body += self._item(number, writers[1].write(item.test))
        reads = dict.fromkeys(
            line for writer in writers for line in writer.reads(lambda place: f"row[{place}]")
        )
        head = ["", "", "@_jit_inner", f"def {name}({_ARGUMENTS}, out):"]
        ordered = sorted(reads, key=lambda line: "vka".index(line[0]))
        body += ["return in_force * 4 + proposed"]
        return head + [f"    {line}" for line in (*ordered, *counting, *body)]

    def _of(self, *strata: int) -> list[tuple[int, ItemShape]]:
        return [(number, item) for number, item in self._items if item.stratum in strata]

    @staticmethod
    def _item(number: int, expression: str) -> list[str]:
        return [f"h{number} = {expression}", f"out[{number}] = h{number}"]

    def _writer(self, *, late: bool) -> Writer:
        return Writer(
            "subject",
            fields=self._layout.subject,
            columns=self._layout.columns,
            words=self._layout.words,
            slots=self._slots,
            counted=lambda test: self._answers[self._passes.asked(test)],
            late=late,
        )

    def _counting(self) -> list[str]:
        """Calls one pass, or as many as its answers need, for each kind of record asked about."""
        asked: dict[str, dict[_Asked, Test]] = {}
        for _, item in self._items:
            for test in _counts_in(item.test):
                one = self._passes.asked(test)
                asked.setdefault(one.record, {})[one] = test.where
        lines: list[str] = []
        for record, questions in sorted(asked.items()):
            every = list(questions.items())
            for start in range(0, len(every), _BITS):
                some = every[start : start + _BITS]
                bits = f"m{len(lines)}"
                function = self._passes.function(record, some)
                lines.append(f"{bits} = {function}({_ARGUMENTS})")
                for bit, (one, _) in enumerate(some):
                    self._answers[one] = f"(({bits} & {1 << bit}) != 0)"
        return lines


def _category(colours: Mapping[Colour, Sequence[str]], override_index: int) -> list[str]:
    red, yellow = (any_of(colours.get(c, ())) for c in (Colour.RED, Colour.YELLOW))
    return [
        f"proposed = {Colour.RED.rank} if {red} else ({Colour.YELLOW.rank} if {yellow} else 0)",
        f"override = row[{override_index}]",
        f"in_force = proposed if override == {UNKNOWN} else override",
    ]


def source_of(shape: Shape, layout: KernelLayout, slots: Sequence[int]) -> str:
    """The functions `fired` and `fired_all`, and those that they call.

    `slots` gives for each number of the shape where it stands among the numbers given.
    """
    numbers = max(slots, default=-1) + 1
    passes = _Passes(layout, slots, numbers)
    kinds: list[str] = []
    choices: list[str] = []
    for kind in Kind:
        name = f"_of_{kind.value}"
        kinds += _KindFunction(kind, shape, layout, slots, passes).lines(name)
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
    ]
    return "\n".join([*passes.lines, *kinds, *chooser]) + "\n"
