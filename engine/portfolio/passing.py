"""Folders for what passes through: gone afterwards, or cleared away later if a run was killed.

Each holds a lock for as long as its run lives, which the system lets go of however that ends. The
next run that works in the same place removes those whose lock nobody holds; anything without our
lock is left alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["REPLACED", "passing"]

REPLACED = "replaced"
"""Where in such a folder lies what is about to be replaced, under its own name."""
_LOCK = "tilsynstryk.lock"


@contextmanager
def passing(where: Path, *, prefix: str) -> Iterator[Path]:
    """A new hidden folder in `where` that only this user can read. Raises OSError."""
    _clear(where)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=where))
    lock = None
    try:
        lock = _locked(folder)
        yield folder
    finally:
        _remove(folder, where)
        if lock is not None:
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """Takes the lock before it has its name, so that nobody finds it free; None where the disk has
    no locks, and nobody will then look for one."""
    waiting = folder / f"{_LOCK}.new"
    lock = os.open(waiting, os.O_CREAT | os.O_RDWR, 0o600)
    if not _take(lock):
        os.close(lock)
        return None
    waiting.rename(folder / _LOCK)
    return lock


def _take(lock: int) -> bool:
    """Whether the lock was free and is now ours, until it is closed or the process ends."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _clear(where: Path) -> None:
    """Removes what dead runs of this user left in a place."""
    with contextlib.suppress(OSError):
        for folder in sorted(where.glob(f".*/{_LOCK}")):
            with contextlib.suppress(OSError):
                _clear_if_dead(folder.parent, where)


def _clear_if_dead(folder: Path, where: Path) -> None:
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        return
    lock = os.open(folder / _LOCK, os.O_RDWR)
    try:
        if _take(lock):
            _remove(folder, where)
    finally:
        os.close(lock)


def _remove(folder: Path, where: Path) -> None:
    """Removes the folder. What was to be replaced takes its place again if nothing else has; where
    it cannot, it stays, for there may be no other copy."""
    replaced = folder / REPLACED
    try:
        for kept in list(replaced.iterdir()) if replaced.exists() else ():
            if not (where / kept.name).exists():
                kept.rename(where / kept.name)
    except OSError:
        for other in folder.iterdir():
            if other != replaced and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)
        return
    shutil.rmtree(folder, ignore_errors=True)
