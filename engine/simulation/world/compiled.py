"""How the world's functions are compiled: once a machine and version, kept in the user's cache."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config as numba_config

from engine.rulebook.user_cache import cache_folder

__all__ = ["compiled", "part"]

_SETTINGS: Any = numba_config
FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


@cache
def _folder() -> str:
    """A folder for this version of the world. numba looks only at the file of the function it
    compiles; a change in what that function calls must not leave the old machine code behind."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    cache = cache_folder()
    return "" if cache is None else str(cache / "world" / digest.hexdigest()[:24])


@contextmanager
def _kept_there() -> Iterator[None]:
    before = _SETTINGS.CACHE_DIR
    _SETTINGS.CACHE_DIR = _folder()
    try:
        yield
    finally:
        _SETTINGS.CACHE_DIR = before


def compiled(function: FunctionT) -> FunctionT:
    """The function compiled by numba, kept on disk. Strict arithmetic: the same on every run."""
    with _kept_there():
        return cast("FunctionT", numba.njit(cache=True, nogil=True)(function))


def part(function: FunctionT) -> FunctionT:
    """A step that becomes part of the function calling it, so that nothing is handed over."""
    return cast("FunctionT", numba.njit(inline="always", nogil=True)(function))
