"""What a proof of a property says: whether it holds, how far it reaches, what speaks against it."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from engine.analysis.proof.answers import Answer, Method, Possible, Ruled, Undecided
from engine.rulebook.problems import Said

__all__ = ["Against", "Proof", "Tally"]


class Against(NamedTuple):
    """Something that speaks against a property, with facts that show it where there are some."""

    what: Said
    example: Possible | None = None
    data: dict[str, Any] | None = None


class Proof(NamedTuple):
    """One property. `covers` says which facts, days and bounds; `cases` how many were decided."""

    name: str
    covers: tuple[Said, ...]
    cases: int
    by: dict[Method, int]
    against: tuple[Against, ...] = ()
    undecided: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it, nothing was left open, and there was something."""
        return bool(self.cases) and not self.against and not self.undecided

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing to prove, as where there are no promises or no scenarios."""
        return not self.cases


class Tally:
    """Counts what was decided, and keeps what speaks against a property."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._by: Counter[Method] = Counter()
        self._undecided = 0
        self._against: dict[Said, Against] = {}

    def impossible(self, answer: Answer, what: Said) -> None:
        """Counts a question that must be ruled out; facts for which it holds speak against it."""
        match answer:
            case Ruled():
                self._by[answer.extent.method] += 1
            case Possible():
                self._by[answer.method] += 1
                self._against.setdefault(what, Against(what, answer))
            case Undecided():
                self.undecided()

    def undecided(self) -> None:
        """Counts a question that could not be decided."""
        self._undecided += 1

    def case(self, *, holds: bool, what: Said, method: Method = Method.CELLS) -> None:
        """Counts one case that was tried."""
        self._by[method] += 1
        if not holds:
            self._against.setdefault(what, Against(what))

    def proof(self, *covers: Said) -> Proof:
        """The proof of all that was counted."""
        return Proof(
            self._name,
            covers,
            sum(self._by.values()) + self._undecided,
            dict(self._by),
            tuple(self._against.values()),
            self._undecided,
        )
