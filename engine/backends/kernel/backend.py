"""The compiled reading of a program, for subjects given as facts like every other reading's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from engine.backends.kernel.compiled import CompiledKernel, compile_kernel
from engine.backends.kernel.filling import Case, fill_all, most_records
from engine.backends.kernel.layout import kernel_layout
from engine.facts import View
from engine.rulebook.program import Firing, Program
from models.terms import Colour

__all__ = ["KernelBackend"]

BATCH = 5_000
"""How many subjects are laid out at a time, which is what bounds the memory."""


class KernelBackend:
    """Evaluates subjects by the compiled function. Rows have room for the most records there are.

    Subjects read together are of one day.
    """

    name = "kernel compiled by numba"

    def __init__(self, program: Program, *, jit: bool = True) -> None:
        layout = kernel_layout(program, capacity=dict.fromkeys(program.record_kinds(), 0))
        self._kernel: CompiledKernel = compile_kernel(program, layout, jit=jit)

    def firings(self, cases: Iterable[Case], *, batch: int = BATCH) -> Iterator[tuple[str, Firing]]:
        """What held for each subject, by its id, in the order given. Raises DoesNotFitError."""
        waiting = iter(cases)
        while some := list(islice(waiting, batch)):
            as_of = some[0][0].as_of
            if any(view.as_of != as_of for view, _ in some):
                raise ValueError("subjects of different days are evaluated together")
            self._make_room([view for view, _ in some])
            rows = fill_all(self._kernel.layout, some, as_of)
            found = self._kernel.firings(rows, as_of.toordinal())
            for (view, _), firing in zip(some, found, strict=True):
                yield view.subject_id, firing

    def evaluate(self, view: View, override: Colour | None = None) -> Firing:
        """All strata for one subject."""
        ((_, firing),) = self.firings([(view, override)])
        return firing

    def _make_room(self, views: list[View]) -> None:
        room = self._kernel.layout.capacity
        needed = most_records(self._kernel.program, views)
        if any(needed[record] > most for record, most in room.items()):
            grown = {record: max(needed[record], most) for record, most in room.items()}
            self._kernel = self._kernel.for_capacity(grown)
