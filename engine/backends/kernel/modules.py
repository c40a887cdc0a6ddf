"""Generated source made into a module: compiled and kept in the user's cache, compiled in memory,
or run as it is.

A kept module is named by the hash of its source, and read again only if it still says the same.
Beside it numba keeps the machine code, which it makes anew for another processor or version.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType

from engine.backends.kernel.layout import UNKNOWN
from engine.rulebook.problems import SaidError, said
from engine.rulebook.user_cache import cache_folder

__all__ = ["NumbaMissingError", "module_of"]

_MOST_KEPT = 24
_HEAD = '''"""Made from a rulebook; changes are lost."""

from __future__ import annotations

import numpy as np

UNKNOWN = {unknown}
'''
_JIT = """
from numba import njit

_jit = njit(cache={kept}, nogil=True, no_cfunc_wrapper=True)
_jit_inner = njit(cache={kept}, nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True)
"""
_PLAIN = """

def _jit(function):
    return function


_jit_inner = _jit
"""


class NumbaMissingError(SaidError):
    """The extra that holds numba is not installed."""

    def __init__(self) -> None:
        super().__init__(said("kernel.no_numba"))


def module_of(source: str, *, jit: bool) -> ModuleType:
    """The module of generated source, in which `_jit` compiles. Raises NumbaMissingError."""
    head = _HEAD.format(unknown=UNKNOWN)
    if not jit:
        return _in_memory(f"{head}{_PLAIN}{source}")
    if importlib.util.find_spec("numba") is None:
        raise NumbaMissingError
    return _kept(f"{head}{_JIT.format(kept=True)}{source}") or _in_memory(
        f"{head}{_JIT.format(kept=False)}{source}"
    )


def _name(text: str) -> str:
    return f"tilsynstryk_kernel_{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def _in_memory(text: str) -> ModuleType:
    name = _name(text)
    module = sys.modules.get(name)
    if module is None:
        module = ModuleType(name)
        exec(compile(text, f"<{name}>", "exec"), module.__dict__)
        sys.modules[name] = module
    return module


def _kept(text: str) -> ModuleType | None:
    """The module out of the user's cache; None if it cannot be kept there."""
    name, folder = _name(text), cache_folder()
    if name in sys.modules:
        return sys.modules[name]
    if folder is None:
        return None
    file = folder / "kernel" / f"{name}.py"
    try:
        _write(file, text)
        spec = importlib.util.spec_from_file_location(name, file)
        if spec is None or spec.loader is None:
            return None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except (OSError, RuntimeError):  # numba raises RuntimeError where it finds no place to write
        sys.modules.pop(name, None)
        return None
    return module


def _write(file: Path, text: str) -> None:
    """Writes the module unless it stands there already: numba goes by the file's time."""
    content = text.encode()
    with contextlib.suppress(OSError):
        if file.read_bytes() == content:
            return
    import tempfile  # slow to import, and seldom needed

    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as aside:
        aside.write(content)
    os.replace(aside.name, file)
    _forget_oldest(file.parent)


def _forget_oldest(folder: Path) -> None:
    """Keeps the cache small: every change of a rule's form leaves one behind."""
    files = sorted(folder.glob("*.py"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_MOST_KEPT:]:
        for machine_code in folder.glob(f"__pycache__/{file.stem}.*"):
            machine_code.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
