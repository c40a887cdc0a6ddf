"""Every reading of a program that is at hand, and how they are held against the reference."""

from __future__ import annotations

import os
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

__all__ = ["COUNTEREXAMPLES", "DEEP", "SUBJECTS", "hold_all_together"]

Case = tuple[View, Colour | None]

COUNTEREXAMPLES = Path(__file__).resolve().parents[2] / "fixtures" / "counterexamples"
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"
SUBJECTS = int(os.environ.get("FUZZ_SUBJECTS", "1000000" if DEEP else "20000"))
"""How many generated subjects the tables are held against the reference on."""
ONE_BY_ONE = 40
"""Of each program's subjects, how many are given to the readings that take them one by one."""


class Reading(Protocol):
    """A reading of a program, to be closed when it has answered."""

    @property
    def name(self) -> str: ...

    def firings(self, cases: Iterable[Case]) -> Iterator[tuple[str, Firing]]: ...

    def close(self) -> None: ...


Maker = Callable[[Program], Reading]


class _OneByOne:
    """The case engine."""

    def __init__(self, program: Program) -> None:
        self._durable = DurableBackend(program)
        self.name = self._durable.name

    def firings(self, cases: Iterable[Case]) -> Iterator[tuple[str, Firing]]:
        for view, override in cases:
            yield view.subject_id, self._durable.evaluate(view, override)

    def close(self) -> None:
        self._durable.close()


class _Uncompiled(KernelBackend):
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


def hold_all_together(
    program: Program,
    cases: Sequence[Case],
    *,
    test: str,
    further: Sequence[Maker] = (),
) -> int:
    """Every reading finds what the reference finds. Returns how many subjects were looked at.

    DuckDB (and `further` readings) look at all of them, those that take subjects one by one at the
    first. A difference is made as plain as it gets, and written to `fixtures/counterexamples/`.
    """
    reference = ReferenceBackend(program)
    expected = [reference.evaluate(view, override) for view, override in cases]
    asked: list[tuple[Maker, Sequence[Case]]] = [
        (make, cases) for make in (TablesBackend, *further)
    ]
    asked += [(make, cases[:ONE_BY_ONE]) for make in (_OneByOne, _Uncompiled)]
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
