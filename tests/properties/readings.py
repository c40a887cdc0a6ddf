"""Every reading of a program that is at hand, and how they are held against the reference."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from engine.backends.durable import DurableBackend
from engine.backends.kernel import KernelBackend
from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend
from engine.facts import View
from engine.rulebook.program import Firing, Program
from engine.testing.counterexamples import Counterexample, keep, plainest
from models.terms import Colour

__all__ = ["COUNTEREXAMPLES", "DEEP", "SUBJECTS", "hold_all_together"]

Case = tuple[View, Colour | None]

COUNTEREXAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "counterexamples"
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
SUBJECTS = int(os.environ.get("FUZZ_SUBJECTS", "1000000" if DEEP else "20000"))
"""How many generated subjects the tables are held against the reference on."""
BY_CASE_ENGINE = 40
"""Of each program's subjects, how many the case engine decides too: it takes them one by one."""


class _OneByOne:
    """The case engine on the first of many subjects."""

    def __init__(self, program: Program) -> None:
        self._durable = DurableBackend(program)
        self.name = self._durable.name

    def firings(self, cases: Iterable[Case]) -> Iterator[tuple[str, Firing]]:
        for view, override in cases:
            yield view.subject_id, self._durable.evaluate(view, override)

    def close(self) -> None:
        self._durable.close()


class _KernelUncompiled:
    """The source of the kernel run as it is: machine code would take seconds for each program."""

    def __init__(self, program: Program) -> None:
        self._kernel = KernelBackend(program, jit=False)
        self.name = self._kernel.name
        self.firings = self._kernel.firings

    def close(self) -> None:
        """Nothing is held open."""


Reading = TablesBackend | _OneByOne | _KernelUncompiled


def _differs(make: type[Reading], example: Counterexample) -> bool:
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


def _kept(make: type[Reading], example: Counterexample, test: str) -> Path:
    if _differs(make, example):
        smallest = plainest(example, lambda smaller: _differs(make, smaller))
    else:
        smallest = replace(example, note=f"{example.note}, among other subjects only")
    return _keep_only_the_last(test, smallest)


def hold_all_together(
    program: Program, cases: Sequence[Case], *, test: str, by_case_engine: int = BY_CASE_ENGINE
) -> int:
    """Every reading finds what the reference finds. Returns how many subjects were looked at.

    A difference is made as plain as it gets, and written to `fixtures/counterexamples/`.
    """
    reference = ReferenceBackend(program)
    expected = [reference.evaluate(view, override) for view, override in cases]
    asked: tuple[tuple[type[Reading], Sequence[Case]], ...] = (
        (TablesBackend, cases),
        (_OneByOne, cases[:by_case_engine]),
        (_KernelUncompiled, cases),
    )
    for make, some in asked:
        with ExitStack() as stack:
            reading = make(program)
            stack.callback(reading.close)
            found = list(reading.firings(some))
        assert [key for key, _ in found] == [view.subject_id for view, _ in some]
        for (view, override), (_, firing), right in zip(some, found, expected, strict=False):
            if firing != right:
                note = f"{reading.name} and the reference differed"
                path = _kept(make, Counterexample(note, program, view, override), test)
                raise AssertionError(f"{note}; see {path.name}")
    return len(cases)
