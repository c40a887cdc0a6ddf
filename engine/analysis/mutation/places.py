"""The line within an entry of a rule file on which a word stands."""

from __future__ import annotations

import re
from pathlib import Path

from models.rulebook import Place

__all__ = ["Lines"]

_NEXT_ENTRY = re.compile(r"  - (id|step): ")


class Lines:
    """Looks words up in the files of one rulebook folder; what it does not find stands where the
    entry stands."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, list[str]] = {}

    def of(self, entry: Place, word: str) -> Place:
        """The first line from the entry's on, before the next entry, that has the word."""
        lines = self._lines(entry.file)
        for number in range(entry.line, len(lines) + 1):
            text = lines[number - 1]
            if number > entry.line and _NEXT_ENTRY.match(text):
                break
            if word and re.search(rf"(?<![\w.]){re.escape(word)}(?![\w.])", text):
                return Place(file=entry.file, line=number)
        return entry

    def _lines(self, file: str) -> list[str]:
        known = self._texts.get(file)
        if known is None:
            path = self._folder.parent / file
            known = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
            self._texts[file] = known
        return known
