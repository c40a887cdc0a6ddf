"""A rulebook that is being tested: its days, its deciders, and where its rules stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from engine.backends.durable import DurableBackend
from engine.backends.reference import ReferenceBackend
from engine.decisions.decide import Decider
from engine.decisions.notice import NoticeError
from engine.decisions.reasons import ReasonWriter
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.program import Program
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.testing.facts import subjects, subjects_near
from engine.testing.laws.law import LawBroken
from engine.testing.telling import facts_of
from models.decisions import Decision
from models.facts import Dossier
from models.rulebook import Place

__all__ = ["Case", "RulebookUnderTest"]

_MOST_DAYS = 8


class Case(NamedTuple):
    """A subject on a day."""

    day: date
    dossier: Dossier


class RulebookUnderTest:
    """Everything the laws need of one rulebook; what is slow to make is made once and kept.

    `days` are the days it is tried on; by default its first, and those before and on its changes.
    Close it when done: the case engine holds what Python does not see.
    """

    def __init__(self, book: Rulebook, *, days: Iterable[date] | None = None) -> None:
        self.book = book
        self.days = _days_of(book) if days is None else tuple(days)
        self._deciders: dict[tuple[date, bool], Decider] = {}
        self._durable: dict[date, DurableBackend] = {}
        self._reasons: dict[date, ReasonWriter] = {}
        self._places: dict[str, Place] = {rule.id: rule.place for rule in book.rules}
        self._places |= {floor.id: floor.place for floor in book.floors}
        self._places |= {frame.id: frame.place for frame in book.frames}
        self._places |= {parameter.id: parameter.place for parameter in book.parameters.values()}

    def close(self) -> None:
        """Lets the case engine's rulesets go."""
        for backend in self._durable.values():
            backend.close()
        self._durable.clear()

    def decider(self, day: date, *, afresh: bool = False) -> Decider:
        """The reference's decider on a day, or a second one made apart from it."""
        if (day, afresh) not in self._deciders:
            self._deciders[day, afresh] = Decider(resolve(self.book, as_of=day))
        return self._deciders[day, afresh]

    def resolved(self, day: date) -> ResolvedRulebook:
        """The rulebook as it stands on a day."""
        return self.decider(day).resolved

    def program(self, day: date) -> Program:
        """What the backends run on a day."""
        return self.decider(day).program

    def reference(self, day: date) -> ReferenceBackend:
        """The reference reading on a day."""
        return self.decider(day).reference

    def reasons(self, day: date) -> ReasonWriter:
        """The writer of reasons on a day."""
        if day not in self._reasons:
            self._reasons[day] = ReasonWriter(self.resolved(day), self.reference(day))
        return self._reasons[day]

    def durable(self, day: date) -> DurableBackend:
        """The case engine on a day."""
        if day not in self._durable:
            self._durable[day] = DurableBackend(self.program(day))
        return self._durable[day]

    def decide(self, case: Case, *, afresh: bool = False) -> Decision | None:
        """The decision, or None where the notice rules fail: one law of its own speaks of those."""
        try:
            return self.decider(case.day, afresh=afresh).decide(case.dossier)
        except NoticeError:
            return None

    def place_of(self, name: str) -> Place | None:
        """Where a rule, floor, frame, parameter or precondition (`rule#need`) stands."""
        return self._places.get(name.partition("#")[0])

    def cases(self) -> st.SearchStrategy[Case]:
        """A day and a subject; half of the subjects lie on the rulebook's own thresholds."""
        return st.one_of([drawn for day in self.days for drawn in self._on(day)])

    def _on(self, day: date) -> Iterator[st.SearchStrategy[Case]]:
        for drawn in (subjects(as_of=day), subjects_near(self.book, as_of=day)):
            yield drawn.map(lambda dossier: Case(day, dossier))

    def broken(
        self, law: str, what: str, case: Case | None = None, rules: Iterable[str] = ()
    ) -> LawBroken:
        """The law's breach, with the facts of a case and the places of rules."""
        named = dict.fromkeys(rules)
        return LawBroken(
            law,
            what,
            facts=() if case is None else facts_of(case.dossier, case.day),
            rules=[(name, self.place_of(name)) for name in named],
        )


def _days_of(book: Rulebook) -> tuple[date, ...]:
    """The first day, the days of change with the days before them (the latest count most), and a
    day a year and a half after the last change."""
    changes = book.days_of_change()
    last = max((FIRST_DAY, *changes))
    around = [day for change in changes for day in (change - timedelta(days=1), change)]
    chosen = sorted({FIRST_DAY, *around[-(_MOST_DAYS - 2) :], last + timedelta(days=545)})
    return tuple(day for day in chosen if day >= FIRST_DAY)
