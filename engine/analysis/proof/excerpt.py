"""The lines of a rule file that a finding is about, with a mark under what is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from engine.rulebook.book import Rulebook
from models.rulebook import Place

__all__ = ["excerpt_lines"]


def excerpt_lines(book: Rulebook, places: Iterable[Place]) -> Iterator[str]:
    """Each place as `file:line`, its line, and carets under the entry's name."""
    found = [(place, _line(book.folder, place)) for place in dict.fromkeys(places)]
    width = max((len(str(place.line)) for place, _ in found), default=1)
    for place, text in found:
        yield f"  {place.file}:{place.line}"
        if text is None:
            continue
        start, length = _meant(text)
        yield f"  {place.line:>{width}} | {text}"
        yield f"  {'':>{width}} | {' ' * start}{'^' * length}"


def _line(folder: Path, place: Place) -> str | None:
    """A line of a rule file; None where it cannot be read any more."""
    path = folder.resolve().parent / place.file
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return lines[place.line - 1].rstrip() if 0 < place.line <= len(lines) else None


def _meant(text: str) -> tuple[int, int]:
    """Where the entry's name stands in its line: behind the first `key: `, else the whole line."""
    plain = text.lstrip(" -")
    start = len(text) - len(plain)
    key, colon, value = plain.partition(": ")
    if colon and value:
        return start + len(key) + len(colon), len(value)
    return start, max(len(plain), 1)
