"""Files that are either whole or not there: written aside, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["folder_aside", "folder_beside", "written_aside"]


@contextmanager
def written_aside(target: Path) -> Iterator[Path]:
    """A path to write to; it takes the target's place when all went well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with folder_beside(target) as beside:
        aside = beside / target.name
        yield aside
        os.replace(aside, target)


@contextmanager
def folder_beside(target: Path) -> Iterator[Path]:
    """A passing folder on the target's own disk; what is in it goes when all is done."""
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def folder_aside(target: Path, *, replaces: frozenset[str]) -> Iterator[Path]:
    """A folder to write files in; they move to the target when all went well.

    Files there named in `replaces` that were not written anew are removed: they belong to what
    is replaced. Other files are left alone.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with folder_beside(target) as beside:
        yield beside
        target.mkdir(exist_ok=True)
        written = sorted(path.name for path in beside.iterdir())
        for name in written:
            os.replace(beside / name, target / name)
        for name in sorted(replaces.difference(written)):
            (target / name).unlink(missing_ok=True)
