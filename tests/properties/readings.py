"""Every reading of a program that is at hand, and how they are held against the reference."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from engine.backends.durable import DurableBackend
from engine.backends.kernel import KernelBackend
from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend
from engine.facts import View
from engine.rulebook.program import Firing, Program
from engine.testing.counterexamples import Counterexample, keep, plainest
from models.terms import Colour

__all__ = [
    "COUNTEREXAMPLES",
    "DEEP",
    "LOOKED_AT",
    "SUBJECTS",
    "LeftOpen",
    "OneByOne",
    "hold",
    "hold_all_together",
    "numbered",
]

Case = tuple[View, Colour | None]

COUNTEREXAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "counterexamples"
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
SUBJECTS = int(os.environ.get("FUZZ_SUBJECTS", "1000000" if DEEP else "20000"))
"""How many generated subjects the tables are held against the reference on."""
ONE_BY_ONE = 40
"""Of each program's subjects, how many are given to the readings that take them one by one."""


class Answering(Protocol):
    """A reading of a program."""

    @property
    def name(self) -> str: ...

    def firings(self, cases: Iterable[Case]) -> Iterator[tuple[str, Firing]]: ...


class Reading(Answering, Protocol):
    """One to be closed when it has answered."""

    def close(self) -> None: ...


Maker = Callable[[Program], Reading]


class OneByOne:
    """The case engine."""

    def __init__(self, program: Program) -> None:
        self._durable = DurableBackend(program)
        self.name = self._durable.name

    def firings(self, cases: Iterable[Case]) -> Iterator[tuple[str, Firing]]:
        for view, override in cases:
            yield view.subject_id, self._durable.evaluate(view, override)

    def close(self) -> None:
        self._durable.close()


class Uncompiled(KernelBackend):
    """The simulation's reading, as the Python that numba would compile."""

    def __init__(self, program: Program) -> None:
        super().__init__(program, jit=False)

    def close(self) -> None:
        """Nothing is open."""


def _differs(make: Maker, example: Counterexample) -> bool:
    reading = make(example.program)
    try:
        ((_, found),) = reading.firings([(example.view, example.override)])
    finally:
        reading.close()
    return found != ReferenceBackend(example.program).evaluate(example.view, example.override)


_KEPT: dict[str, Path] = {}


def _keep_only_the_last(test: str, example: Counterexample) -> Path:
    """What is found is made ever smaller; only the last of it stays."""
    before = _KEPT.pop(test, None)
    if before is not None:
        before.unlink(missing_ok=True)
    _KEPT[test] = path = keep(example, COUNTEREXAMPLES)
    return path


def _kept(make: Maker, example: Counterexample, test: str) -> Path:
    if _differs(make, example):
        smallest = plainest(example, lambda smaller: _differs(make, smaller))
    else:
        smallest = replace(example, note=f"{example.note}, among other subjects only")
    return _keep_only_the_last(test, smallest)


LOOKED_AT: Counter[tuple[str, str]] = Counter()
"""How many subjects each test (by its word) has really held each reading (by its name) against the
reference on, in this process."""


class LeftOpen:
    """A reading that others use after this one."""

    def __init__(self, reading: Answering) -> None:
        self._reading = reading
        self.name = reading.name

    def firings(self, cases: Iterable[Case]) -> Iterator[tuple[str, Firing]]:
        return self._reading.firings(cases)

    def close(self) -> None:
        """Leaves it as it is."""


def hold(
    program: Program,
    cases: Sequence[Case],
    make: Maker,
    *,
    test: str,
    expected: Sequence[Firing] | None = None,
) -> int:
    """One reading finds what the reference finds, for each subject. Returns how many were looked
    at. A difference is made as plain as it gets, and written to `fixtures/counterexamples/`."""
    if expected is None:
        reference = ReferenceBackend(program)
        expected = [reference.evaluate(view, override) for view, override in cases]
    with ExitStack() as stack:
        reading = make(program)
        stack.callback(reading.close)
        found = list(reading.firings(cases))
    assert [key for key, _ in found] == [view.subject_id for view, _ in cases]
    for (view, override), (_, firing), right in zip(cases, found, expected, strict=True):
        if firing != right:
            note = f"{reading.name} and the reference differed"
            path = _kept(make, Counterexample(note, program, view, override), test)
            raise AssertionError(f"{note}; see {path.name}")
        LOOKED_AT[test, reading.name] += 1
    return len(found)


def hold_all_together(
    program: Program, cases: Sequence[Case], *, test: str, further: Sequence[Maker] = ()
) -> int:
    """Every reading finds what the reference finds. Returns how many subjects were looked at.

    DuckDB (and `further` readings) look at all of them, those that take subjects one by one at the
    first.
    """
    reference = ReferenceBackend(program)
    expected = [reference.evaluate(view, override) for view, override in cases]
    for make in (TablesBackend, *further):
        hold(program, cases, make, test=test, expected=expected)
    for make in (OneByOne, Uncompiled):
        some = cases[:ONE_BY_ONE]
        hold(program, some, make, test=test, expected=expected[: len(some)])
    return len(cases)


def numbered(cases: Sequence[Case]) -> list[Case]:
    """The same facts, each of a subject of its own."""
    return [
        (View(f"ST-{number}", view.kind, view.as_of, view.subject, view.records), override)
        for number, (view, override) in enumerate(cases, start=1)
    ]
