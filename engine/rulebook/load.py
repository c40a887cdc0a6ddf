"""A rulebook folder as a checked rulebook; every problem at once, with file and line."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.rulebook.book import Rulebook
from engine.rulebook.kept_book import keep_book, kept_book
from engine.rulebook.problems import RulebookError, RulebookProblem, said
from models.rulebook import Place

__all__ = ["default_rulebook_folder", "load_rulebook"]

_ROOMS = ("parameters", "signals", "category", "visits", "samples", "sanctions", "registers")


def default_rulebook_folder() -> Path:
    """The rulebook shipped beside the program."""
    return Path(__file__).resolve().parents[2] / "rules"


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Reads, checks and returns the rulebook of a folder (default: the shipped one).

    Raises RulebookError with everything that is wrong.
    """
    folder = default_rulebook_folder() if folder is None else folder.resolve()
    files = [path for room in _ROOMS for path in sorted((folder / room).rglob("*.yaml"))]
    if not files:
        place = Place(file=folder.name, line=1)
        raise RulebookError([RulebookProblem(place, said("rulebook.no_files"))])
    content_hash = _content_hash(folder, files)
    book = kept_book(folder, content_hash)
    if book is None:
        from engine.rulebook.entries import read_book  # slow to import

        book = read_book(folder, files, content_hash)
        if _content_hash(folder, files) == content_hash:
            keep_book(book)
    return book


def _content_hash(folder: Path, files: list[Path]) -> str:
    """The hash of every rule file; one that cannot be read is left to the reader to report."""
    digest = hashlib.sha256()
    for path in sorted(files):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
