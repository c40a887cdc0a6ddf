"""Generated source made into a module: compiled and kept in the user's cache, compiled in memory,
or run as it is.

A kept module is named by the hash of its source, and read again only if it still says the same.
Beside it numba keeps the machine code, which it makes anew for another processor or version.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import inspect
import io
import os
import pickletools
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType

from engine.backends.kernel.layout import UNKNOWN
from engine.rulebook.problems import SaidError, said
from engine.rulebook.user_cache import cache_folder

__all__ = ["NumbaMissingError", "module_of", "written"]

_MOST_KEPT = 48
_HEAD = '''"""Made from a rulebook; changes are lost."""

from __future__ import annotations

import numpy as np
{jit}
UNKNOWN = {unknown}
{source}'''
_NUMBA = """from numba import carray, cfunc, njit, types

_jit = njit(cache={kept}, nogil=True, no_cfunc_wrapper=True)
_jit_inner = njit(nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True)
_rows, _day, _size = types.CPointer(types.int32), types.int64, types.int64
_numbers, _flags = types.CPointer(types.int64), types.CPointer(types.uint8)
_pointed = cfunc(
    types.void(_rows, _size, _size, _day, _numbers, _size, _flags, _size, _numbers), cache={kept}
)
"""
_PLAIN = """

def _jit(function):
    return function


_jit_inner = _jit
_pointed = _jit
"""


class NumbaMissingError(SaidError):
    """The extra that holds numba is not installed."""

    def __init__(self) -> None:
        super().__init__(said("kernel.no_numba"))


def module_of(source: str, *, jit: bool, imports: Mapping[str, Sequence[str]] = {}) -> ModuleType:
    """The module of generated source, in which `_jit` compiles a function and keeps its machine
    code, and `_jit_inner` compiles one that only those call. `imports` are names it takes from
    modules made before. Raises NumbaMissingError.
    """
    taken = [f"from {module} import {', '.join(names)}" for module, names in imports.items()]
    source = "\n".join([*taken, source])
    if not jit:
        return _in_memory(_HEAD.format(jit=_PLAIN, unknown=UNKNOWN, source=source))
    if importlib.util.find_spec("numba") is None:
        raise NumbaMissingError
    kept, in_memory = (
        _HEAD.format(jit=_NUMBA.format(kept=kept), unknown=UNKNOWN, source=source)
        for kept in (True, False)
    )
    return _kept(kept) or _in_memory(in_memory)


def written(*functions: Callable[..., object]) -> str:
    """Plain functions as text for a generated module, compiled there. What they use must be
    arguments, each other, or what the module knows."""
    texts = [textwrap.dedent(inspect.getsource(function)).rstrip() for function in functions]
    return "\n\n\n".join(f"@_jit\n{text}" for text in texts) + "\n"


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
        _forget_spoilt(file)
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


def _machine_code(file: Path) -> list[Path]:
    """What numba keeps of a module."""
    return sorted(file.parent.glob(f"__pycache__/{file.stem}.*.nb[ci]"))


def _forget_spoilt(file: Path) -> None:
    """Removes machine code that was cut short, at which numba would fail."""
    for kept in _machine_code(file):
        with contextlib.suppress(FileNotFoundError):  # another process may remove it, too
            if not _is_whole(kept.read_bytes()):
                kept.unlink()


def _is_whole(pickles: bytes) -> bool:
    content = io.BytesIO(pickles)
    try:
        while content.tell() < len(pickles):
            for _ in pickletools.genops(content):
                pass
    except (ValueError, IndexError, KeyError):
        return False
    return True


def _forget_oldest(folder: Path) -> None:
    """Keeps the cache small: every change of a rule's form leaves one behind."""
    files = sorted(folder.glob("*.py"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[_MOST_KEPT:]:
        for machine_code in _machine_code(file):
            machine_code.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
