"""A program compiled to a function over rows of numbers.

What a rule compares with stands apart from the function, so that asking what another threshold
would do takes another list of numbers and no new machine code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.backends.kernel.columns import columns_of
from engine.backends.kernel.filling import Rows
from engine.backends.kernel.layout import KernelLayout, kernel_layout
from engine.backends.kernel.modules import module_of
from engine.backends.kernel.shape import Shape, shape_of
from engine.backends.kernel.source import source_of
from engine.rulebook.problems import SaidError, said
from engine.rulebook.program import Firing, Program
from engine.rulebook.resolve import ResolvedRulebook
from models.terms import Colour

__all__ = ["CompiledKernel", "Fired", "Parameters", "ShapeDiffersError", "compile_kernel"]

Parameters: TypeAlias = NDArray[np.int64]
"""The numbers that conditions compare with, then where each kind of record begins in a row."""
Fired: TypeAlias = NDArray[np.uint8]
"""For each subject and item (in the order of the keys) whether it held."""

_FARTHEST = 2**62
"""No fact is as large; a number beyond it is held against facts as if it were this one."""
_COLOUR_OF_RANK = {colour.rank: colour for colour in Colour}


class ShapeDiffersError(SaidError):
    """Another program differs in more than its numbers; it must be compiled for itself."""

    def __init__(self) -> None:
        super().__init__(said("kernel.other_shape"))


@dataclass(frozen=True)
class CompiledKernel:
    """A program's function, and the numbers it is given.

    `fired(row, today, parameters, out)` writes 0 or 1 for each of `keys` to `out` (uint8) and gives
    the rank of the category in force times 4, plus that of the proposed one; -1 for a row without a
    kind. `today` is `date.toordinal()`. `slots` says for each parameter of the rulebook that some
    condition names where it stands among the parameters (of a kernel compiled with `resolved`).
    `module` holds `fired`, `fired_all`, and what `extra_source` defined.
    """

    program: Program
    layout: KernelLayout
    keys: tuple[str, ...]
    slots: Mapping[str, int]
    source: str
    module: ModuleType
    jit: bool
    _own: tuple[int, ...]
    _shape: Shape
    _slots: tuple[int, ...]
    _extra_source: str
    _resolved: ResolvedRulebook | None

    @property
    def parameters(self) -> Parameters:
        """The program's own numbers, free to be changed. Never read-only: that is another type to
        numba, which would compile all for it once more."""
        return np.array(self._own, dtype=np.int64)

    @property
    def fired(self) -> Any:
        """The function for one subject; callable from compiled functions of `module`."""
        return self.module.fired

    def parameters_of(
        self, program: Program, resolved: ResolvedRulebook | None = None
    ) -> Parameters:
        """The parameters with which this kernel runs another program of the same form.

        Raises ShapeDiffersError if they differ in more than numbers, or if two numbers that were
        one here differ there.
        """
        shape = shape_of(program, columns_of(program), resolved)
        if shape.items != self._shape.items:
            raise ShapeDiffersError
        return np.array(_vector(shape, self._slots, self.layout), dtype=np.int64)

    def for_capacity(self, capacity: Mapping[str, int]) -> CompiledKernel:
        """The same kernel for rows with other room; the same machine code."""
        layout = kernel_layout(self.program, capacity=capacity, words=self.layout.words)
        return compile_kernel(
            self.program,
            layout,
            resolved=self._resolved,
            extra_source=self._extra_source,
            jit=self.jit,
        )

    def fired_all(
        self, rows: Rows, today: int, parameters: Parameters | None = None
    ) -> tuple[Fired, NDArray[np.int64]]:
        """What `fired` says of each row: what held, and the colours."""
        values = self.parameters if parameters is None else np.array(parameters, dtype=np.int64)
        rows = np.require(rows, dtype=np.int32, requirements=["C", "W"])
        out = np.zeros((len(rows), len(self.keys)), dtype=np.uint8)
        colours = np.zeros(len(rows), dtype=np.int64)
        if self.jit:
            self.module.fired_all(rows, today, values, out, colours)
        else:
            plain = values.tolist()
            for number, row in enumerate(rows.tolist()):
                colours[number] = self.module.fired(row, today, plain, out[number])
        return out, colours

    def firings(self, rows: Rows, today: int, parameters: Parameters | None = None) -> list[Firing]:
        """What held for each row, as every other reading says it."""
        out, colours = self.fired_all(rows, today, parameters)
        raises = {item.key: item.raises_signal or "" for item in self.program.strata[0][1]}
        firings: list[Firing] = []
        for held, both in zip(out, colours.tolist(), strict=True):
            keys = frozenset(self.keys[number] for number in np.flatnonzero(held))
            in_force, proposed = divmod(both, 4)
            firings.append(
                Firing(
                    keys,
                    frozenset(raises[key] for key in keys & raises.keys()),
                    _COLOUR_OF_RANK[proposed],
                    _COLOUR_OF_RANK[in_force],
                )
            )
        return firings


def compile_kernel(
    program: Program,
    layout: KernelLayout,
    *,
    resolved: ResolvedRulebook | None = None,
    extra_source: str = "",
    jit: bool = True,
) -> CompiledKernel:
    """The function of a program over rows of a layout made for it.

    With `resolved`, whose program it must be, the numbers go by the names of their parameters.
    `extra_source` is Python text (`written` makes it of functions) that becomes a module of its
    own, where `@_jit` compiles, `fired` and `fired_all` can be called, and `np` and `UNKNOWN` are
    known; its machine code is kept as well. Another text leaves that of the program as it is.
    Machine code is made when a function is first called, or read from the user's cache. With
    `jit=False` the functions run as plain Python, slowly.

    The layout may hold more than the program tests: one row can serve several programs.

    Raises NumbaMissingError, and ValueError for a layout that lacks what the program tests.
    """
    if not _serves(layout, program):
        raise ValueError("the layout was made for another program")
    shape = shape_of(program, layout.columns, resolved)
    places: dict[tuple[str, ...], int] = {}
    slots = tuple(places.setdefault(number.owner, len(places)) for number in shape.numbers)
    source = source_of(shape, layout, slots)
    module = module_of(source, jit=jit)
    if extra_source:
        imports = {module.__name__: ("fired", "fired_all")}
        module = module_of(extra_source, jit=jit, imports=imports)
    return CompiledKernel(
        program=program,
        layout=layout,
        keys=tuple(item.key for item in shape.items),
        slots={owner[0]: slot for owner, slot in places.items() if len(owner) == 1},
        source=source,
        module=module,
        jit=jit,
        _own=_vector(shape, slots, layout),
        _shape=shape,
        _slots=slots,
        _extra_source=extra_source,
        _resolved=resolved,
    )


def _serves(layout: KernelLayout, program: Program) -> bool:
    """Whether rows of a layout hold every fact that a program tests, in the same form."""
    own = kernel_layout(program, capacity=dict.fromkeys(program.record_kinds(), 0))
    return (
        all(layout.columns.get(place) == held for place, held in own.columns.items())
        and own.subject.keys() <= layout.subject.keys()
        and own.records.keys() <= layout.records.keys()
        and own.words.keys() <= layout.words.keys()
        and all(
            block.fields.keys() <= layout.records[record].fields.keys()
            for record, block in own.records.items()
        )
    )


def _vector(shape: Shape, slots: Sequence[int], layout: KernelLayout) -> tuple[int, ...]:
    values: dict[int, int] = {}
    for number, slot in zip(shape.numbers, slots, strict=True):
        if values.setdefault(slot, number.value) != number.value:
            raise ShapeDiffersError
    numbers = [max(-_FARTHEST, min(values[slot], _FARTHEST)) for slot in range(len(values))]
    firsts = [layout.records[record].first for record in sorted(layout.records)]
    return (*numbers, *firsts)
