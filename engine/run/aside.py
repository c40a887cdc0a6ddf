"""Writes a folder of outputs whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from engine.portfolio.passing import REPLACED, passing
from engine.rulebook.problems import Said, SaidError, reason_of, said
from engine.run.manifest import FILE_NAME, Manifest, ManifestError, checksums

__all__ = ["OutputFolderError", "passing_folder", "written_whole"]


class OutputFolderError(SaidError):
    """The output folder cannot be written, or holds something that is not ours to replace."""


@contextlib.contextmanager
def written_whole(
    target: Path, *, written_before: Callable[[Path], Mapping[str, str] | None] | None = None
) -> Iterator[Path]:
    """A folder beside `target` to write into; it takes the target's place when all went well.

    An earlier output is replaced; anything else is left alone. `written_before` says which files,
    with their checksums, an earlier output in a folder has, and None if there is none; by default
    the run record says so. Raises OutputFolderError in one line.
    """
    if target.exists():
        _check_replaceable(target, written_before or _of_a_run)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with passing(target.parent, prefix=f".{target.name}.") as folder:
            aside = folder / "new"
            aside.mkdir()
            yield aside
            os.chmod(aside, 0o755)
            _swap(aside, target, folder / REPLACED)
    except OSError as error:
        raise OutputFolderError(_unwritable(target, error)) from None


@contextlib.contextmanager
def passing_folder(near: Path | None) -> Iterator[Path]:
    """A folder for what memory cannot hold, beside an output (or where passing files go), that
    only this user can read and that is gone afterwards. Raises OutputFolderError in one line."""
    where = Path(tempfile.gettempdir()) if near is None else near.parent
    try:
        where.mkdir(parents=True, exist_ok=True)
        with passing(where, prefix=".tilsynstryk.") as folder:
            yield folder
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputFolderError(_unwritable(where, error)) from None


def _unwritable(target: Path, error: OSError) -> Said:
    return said("run.unwritable", target=target, reason=reason_of(error))


def _of_a_run(folder: Path) -> Mapping[str, str] | None:
    try:
        written = Manifest.read(folder / FILE_NAME).outputs_sha256
    except ManifestError:
        return None
    return {**written, FILE_NAME: checksums(folder)[FILE_NAME]}


def _check_replaceable(
    target: Path, written_before: Callable[[Path], Mapping[str, str] | None]
) -> None:
    """Only an earlier output, whole and untouched, is replaced: somebody may have filled in the
    sample form, or put a file of his own beside it."""
    if target.is_dir() and not any(target.iterdir()):
        return
    written = written_before(target)
    if written is None:
        raise OutputFolderError(said("run.not_an_output", target=target))
    found = checksums(target)
    own = sorted(name for name, digest in found.items() if written.get(name) != digest)
    if own:
        raise OutputFolderError(said("run.own_files", target=target, files=", ".join(own)))


def _swap(aside: Path, target: Path, replaced: Path) -> None:
    """Should this be broken off between the two renames, what was there comes back."""
    if target.exists():
        replaced.mkdir()
        target.rename(replaced / target.name)
    aside.rename(target)
