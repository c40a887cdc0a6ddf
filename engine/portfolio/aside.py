"""Files that are either whole or not there: written aside, then renamed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.portfolio.passing import passing

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
    with passing(target.parent, prefix=f".{target.name}.") as folder:
        beside = folder / "new"
        beside.mkdir()
        yield beside


@contextmanager
def folder_aside(target: Path, *, replaces: frozenset[str]) -> Iterator[Path]:
    """A folder to write files in; they move to the target when all went well, all or none.

    Files there named in `replaces` that were not written anew are removed: they belong to what
    is replaced. Other files are left alone.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with folder_beside(target) as beside:
        yield beside
        written = sorted(path.name for path in beside.iterdir())
        names = sorted(replaces.union(written))
        for name in names:
            if (target / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target / name))
        made = not target.exists()
        target.mkdir(exist_ok=True)
        old = beside.parent / "old"
        old.mkdir()
        try:
            _move([name for name in names if os.path.lexists(target / name)], target, old)
            _move(written, beside, target)
        except BaseException:
            _move([name for name in written if not (beside / name).exists()], target, beside)
            _move([path.name for path in old.iterdir()], old, target)
            if made:
                target.rmdir()
            raise


def _move(names: list[str], here: Path, there: Path) -> None:
    """All old files leave before the first new one comes, so that at no time files of two kinds lie
    side by side."""
    for name in names:
        os.replace(here / name, there / name)
