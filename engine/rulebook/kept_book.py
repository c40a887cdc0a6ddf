"""A rulebook that was read and checked once, kept so that the next query need not do it again.

It is kept as the JSON of its models, and held against them again when it is taken out. Only books
without problems are kept, under a hash of every rule file and of the program that read them.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.rulebook import user_cache
from engine.rulebook.book import Rulebook
from models.registers import Registers
from models.rulebook import Floor, Frame, LadderStep, Parameter, Promise, Rule

__all__ = ["keep_book", "kept_book"]

_READERS = ("engine/facts", "engine/rulebook", "models", "models/facts")
"""Where the modules stand that decide what becomes of a rule file."""


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", defer_build=True)

    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...]
    floors: tuple[Floor, ...]
    frames: tuple[Frame, ...]
    ladder: tuple[LadderStep, ...]
    promises: tuple[Promise, ...]
    registers: Registers


def kept_book(folder: Path, content_hash: str) -> Rulebook | None:
    """The book of a folder with this content, if this program has read and checked it before."""
    content = user_cache.kept(_digest(folder, content_hash))
    if content is None:
        return None
    try:
        kept = _Kept.model_validate_json(content)
    except ValidationError:
        return None
    parts = dict(kept)
    parts["parameters"] = {parameter.id: parameter for parameter in kept.parameters}
    return Rulebook(folder=folder, content_hash=content_hash, **parts)


def keep_book(book: Rulebook) -> None:
    """Keeps a book in which nothing is wrong."""
    parts = {name: getattr(book, name) for name in _Kept.model_fields}
    parts["parameters"] = tuple(book.parameters.values())
    content = _Kept.model_construct(**parts).model_dump_json()
    user_cache.keep(_digest(book.folder, book.content_hash), content.encode())


def _digest(folder: Path, content_hash: str) -> str:
    """Places name the folder; another program, told as Python does by its files, may read anew."""
    program = Path(__file__).parents[2]
    found: list[tuple[str, int, int]] = []
    for reader in _READERS:
        with os.scandir(program / reader) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    stat = entry.stat()
                    found.append((f"{reader}/{entry.name}", stat.st_size, stat.st_mtime_ns))
    text = f"book-1\0{folder.name}\0{content_hash}\0{sorted(found)}"
    return hashlib.sha256(text.encode()).hexdigest()
