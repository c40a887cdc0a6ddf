"""Who is visited first when there is not time for all: `rules/simulation/priorities.yaml`."""

from __future__ import annotations

from datetime import date

from pydantic import Field, StrictBool

from engine.rulebook.book import Rulebook
from engine.rulebook.documents import load_documents
from engine.rulebook.entries import build_entry
from engine.rulebook.problems import RulebookError, RulebookProblem, said
from engine.rulebook.types import nearest
from engine.simulation.assumptions import ROOM, entries_of
from models.rulebook import Entry, Place, Source, Text
from models.terms import Basis

__all__ = ["Priorities", "Priority", "load_priorities"]

_FILE, _LIST = "priorities.yaml", "priorities"


class Priority(Entry):
    """A class of visits. Those of an earlier class are made before those of a later one."""

    id: str = Field(min_length=1)
    title: Text
    rules: tuple[str, ...]
    samples: StrictBool = False
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    place: Place


class Priorities(tuple[Priority, ...]):
    """The classes in order. What the law demands is class 0, before all of them."""

    __slots__ = ()

    def of_rule(self, rule: str) -> int:
        """The class of a visit rule, from 1; one that is not named comes last."""
        places = [number for number, entry in enumerate(self, start=1) if rule in entry.rules]
        return places[0] if places else len(self) + 1

    def of_samples(self) -> int:
        """The class of sample visits."""
        places = [number for number, entry in enumerate(self, start=1) if entry.samples]
        return places[0] if places else len(self) + 1


def load_priorities(book: Rulebook) -> Priorities:
    """The order of a rulebook's visits. Raises RulebookError with all that is wrong in the file."""
    path = book.folder / ROOM / _FILE
    if not path.exists():
        return Priorities(())
    known = {rule.id for rule in book.rules}
    found: list[Priority] = []
    problems: list[RulebookProblem] = []
    named: dict[str, Place] = {}
    for document in load_documents(book.folder, [path]):
        for place, entry in entries_of(document, _LIST, problems):
            built = build_entry(Priority, entry, document, place, problems)
            if built is None:
                continue
            found.append(built)
            for rule in built.rules:
                first = named.setdefault(rule, built.place)
                if first is not built.place or built.rules.count(rule) > 1:
                    where = f"{first.file}:{first.line}"
                    what = said("rulebook.id_twice", id=rule, first=where)
                    problems.append(RulebookProblem(built.place, what))
                if rule not in known:
                    what = said("scenarios.no_rule", id=rule, near=nearest(rule, known))
                    problems.append(RulebookProblem(built.place, what))
    if problems:
        raise RulebookError(problems)
    return Priorities(found)
