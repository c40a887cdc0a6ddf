"""The reading for the simulation: conditions compiled to one function over rows of numbers.

Only this package and the simulation know numba; it comes with the extra `simulate`.
"""

from engine.backends.kernel.backend import KernelBackend
from engine.backends.kernel.compiled import CompiledKernel, ShapeDiffersError, compile_kernel
from engine.backends.kernel.filling import DoesNotFitError, fill, fill_all, most_records
from engine.backends.kernel.layout import (
    OTHER_WORD,
    UNKNOWN,
    KernelLayout,
    RecordBlock,
    kernel_layout,
)
from engine.backends.kernel.modules import NumbaMissingError, written
from engine.backends.kernel.subset import subset

__all__ = [
    "OTHER_WORD",
    "UNKNOWN",
    "CompiledKernel",
    "DoesNotFitError",
    "KernelBackend",
    "KernelLayout",
    "NumbaMissingError",
    "RecordBlock",
    "ShapeDiffersError",
    "compile_kernel",
    "fill",
    "fill_all",
    "kernel_layout",
    "most_records",
    "subset",
    "written",
]
