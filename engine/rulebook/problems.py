"""What can be wrong in a rulebook, always with file and line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from models.rulebook import Place

__all__ = ["RulebookError", "RulebookProblem"]


class RulebookProblem(NamedTuple):
    """One thing wrong, where it stands, and how to mend it."""

    place: Place
    text: str
    warning: bool = False

    def __str__(self) -> str:
        """`file:line: text`, as editors understand it."""
        level = "warning: " if self.warning else ""
        return f"{self.place.file}:{self.place.line}: {level}{self.text}"


class RulebookError(Exception):
    """The rulebook cannot be used. Carries every problem found, in order of place."""

    def __init__(self, problems: Iterable[RulebookProblem]) -> None:
        self.problems = tuple(
            sorted(set(problems), key=lambda p: (p.place.file, p.place.line, p.text))
        )
        super().__init__("\n".join(str(p) for p in self.problems))
