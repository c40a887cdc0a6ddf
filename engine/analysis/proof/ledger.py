"""What was asked of a rulebook over all its days and kinds, kept together per rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from engine.analysis.proof.answers import Answer, Method, Possible, Ruled, Undecided
from engine.analysis.proof.findings import Decided
from engine.analysis.proof.plain import PlainRules
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.resolve import resolve
from models.terms import Kind

__all__ = ["Asked", "Ledger", "every_day", "every_rulebook_day"]


class Asked(NamedTuple):
    """One question's answer, on one day and for one kind."""

    day: date
    kind: Kind
    answer: Answer


class Ledger:
    """Answers by subject of the question, with a count of how they were found."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, ...], list[Asked]] = {}
        self._by: Counter[Method] = Counter()
        self._undecided = 0

    def note(self, about: tuple[str, ...], day: date, kind: Kind, answer: Answer) -> Answer:
        """Keeps an answer."""
        self._asked.setdefault(about, []).append(Asked(day, kind, answer))
        match answer:
            case Possible():
                self._by[answer.method] += 1
            case Ruled():
                self._by[answer.extent.method] += 1
            case Undecided():
                self._undecided += 1
        return answer

    def about(self, *about: str) -> tuple[Asked, ...]:
        """All answers on one matter."""
        return tuple(self._asked.get(about, ()))

    def matters(self) -> Iterator[tuple[str, ...]]:
        """Everything that was asked about."""
        yield from self._asked

    @property
    def decided(self) -> Decided:
        """How the questions were decided."""
        return Decided(dict(self._by), self._undecided)


def every_rulebook_day(book: Rulebook) -> tuple[date, ...]:
    """The first day, and every day on which something changes: between them nothing does."""
    return (FIRST_DAY, *book.days_of_change())


def every_day(book: Rulebook) -> Iterator[PlainRules]:
    """The rules of every kind on every day on which something changes."""
    for day in every_rulebook_day(book):
        resolved = resolve(book, as_of=day)
        for kind in Kind:
            yield PlainRules(resolved, kind)
