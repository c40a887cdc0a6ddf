"""What memory cannot hold, in files of a passing folder: piles, and piles sorted by a key.

The files are this run's own and are gone with their folder; nothing else is ever read by these.
"""

from __future__ import annotations

import heapq
import pickle
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, TypeVar

__all__ = ["Pile", "SortedPile"]

ItemT = TypeVar("ItemT")
_A_BLOCK = 256
_A_RUN = 150_000
"""How many items are sorted at a time, which is what is held of them."""
_FILES_AT_ONCE = 200
"""How many sorted parts are open while they are merged, well below what a system allows."""


class Pile(Generic[ItemT]):
    """Items in the order they came, to be gone through as often as needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._block: list[ItemT] = []
        self._count = 0

    def append(self, item: ItemT, /) -> None:
        """One more item."""
        self._block.append(item)
        self._count += 1
        if len(self._block) >= _A_BLOCK:
            self._write()

    def _write(self) -> None:
        if self._block:
            pickle.dump(self._block, self._file, protocol=5)
            self._block = []

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __iter__(self) -> Iterator[ItemT]:
        """All of them, from the first."""
        if not self._file.closed:
            self._write()
            self._file.flush()
        with self._path.open("rb") as blocks:
            while True:
                try:
                    block = pickle.load(blocks)
                except EOFError:
                    return
                yield from block

    def close(self) -> None:
        """Closes the file; the items can still be gone through."""
        if not self._file.closed:
            self._write()
            self._file.close()

    def discard(self) -> None:
        """Removes the items, which nobody needs any more."""
        self._file.close()
        self._path.unlink()


class SortedPile:
    """Items by key, given back key by key in order; those of one key in the order they came.

    Sorted parts are written as they fill up and merged when read; where there are many, some at a
    time become one part first. What is held is a part, or a block of each part being merged.
    """

    def __init__(self, folder: Path, *, at_a_time: int | None = None) -> None:
        self._folder = folder
        self._at_a_time = at_a_time or _A_RUN
        self._waiting: list[tuple[str, Any]] = []
        self._parts: list[Pile[tuple[str, Any]]] = []
        self._written = 0

    def add(self, key: str, item: Any) -> None:
        """One more item of a key."""
        self._waiting.append((key, item))
        if len(self._waiting) >= self._at_a_time:
            self._write()

    def _write(self) -> None:
        self._waiting.sort(key=itemgetter(0))
        self._parts.append(self._part(self._waiting))
        self._waiting = []

    def _part(self, items: Iterable[tuple[str, Any]]) -> Pile[tuple[str, Any]]:
        part: Pile[tuple[str, Any]] = Pile(self._folder / f"part-{self._written}")
        self._written += 1
        for item in items:
            part.append(item)
        part.close()
        return part

    def _fewer(self, parts: list[Pile[tuple[str, Any]]]) -> list[Pile[tuple[str, Any]]]:
        """Neighbours merged into one, in the same order; each leaves the disk when it is."""
        merged = []
        for first in range(0, len(parts), _FILES_AT_ONCE):
            some = parts[first : first + _FILES_AT_ONCE]
            merged.append(self._part(heapq.merge(*some, key=itemgetter(0))))
            for part in some:
                part.discard()
        return merged

    def groups(self) -> Iterator[tuple[str, Iterator[Any]]]:
        """Each key with its items, to be gone through once. Nothing can be added any more."""
        if self._waiting:
            self._write()
        while len(self._parts) > _FILES_AT_ONCE:
            self._parts = self._fewer(self._parts)
        merged = heapq.merge(*self._parts, key=itemgetter(0))
        for key, items in groupby(merged, key=itemgetter(0)):
            yield key, (item for _, item in items)
