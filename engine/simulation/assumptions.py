"""Quantities that no rule rests on but a simulation or a report needs: how long a visit takes, how
often quality declines. Each is dated, has a range and a basis, and stands in `rules/simulation/`.

They are no part of the rulebook: no colour, visit or proposal changes with them, and the hash of
the rulebook does not either.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from engine.rulebook.documents import Document, load_documents
from engine.rulebook.entries import build_entry
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.problems import RulebookError, RulebookProblem, SaidError, said
from engine.rulebook.types import nearest
from models.rulebook import Entry, Place, Source, Text
from models.terms import Basis

__all__ = [
    "KNOWN_LISTS",
    "ROOM",
    "WORLD_PREFIX",
    "AssumedOn",
    "AssumedQuantity",
    "AssumedValue",
    "AssumptionError",
    "Assumptions",
    "entries_of",
    "later_values",
    "load_assumptions",
]

ROOM = "simulation"
"""The folder of a rulebook in which the quantities stand."""
ASSUMPTIONS = "assumptions"
WORLD_PREFIX = "world."
"""Begins the id of what is assumed of the simulated world."""
KNOWN_LISTS = (ASSUMPTIONS, "priorities", "margins", "fitted_from", "fitted")
"""Every list a file of the folder may hold; each is read by the module it concerns."""

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]

_WHOLE_PERCENT = 100.0
_ROUNDING = 1e-9
_LEVELS = ("mild", "moderate", "serious")
_AMISS = ("declined", "serious")
_WHOLES = (
    *(
        tuple(f"{WORLD_PREFIX}severity_{level}_{state}_percent" for level in _LEVELS)
        for state in ("satisfactory", *_AMISS)
    ),
    *(
        tuple(f"{WORLD_PREFIX}initial_{colour}_{state}_percent" for state in _AMISS)
        for colour in ("green", "yellow", "red")
    ),
)
"""Shares of one whole: of concerns by how grave they are (the rest is acute), and of theme groups
by how they stand at the start (the rest is in order)."""


class AssumptionError(SaidError):
    """A quantity was asked for that is not there, or has no value yet on the day."""


class AssumedValue(Entry):
    """A quantity's value from a day on, and the range within which it may well lie."""

    valid_from: date
    value: Number
    low: Number
    high: Number
    basis: Basis
    sources: tuple[Source, ...] = Field(min_length=1)
    reviewed: date
    note: Text | None = None


class AssumedQuantity(Entry):
    """A dated quantity. Each value holds until the next; the last holds on without end."""

    id: str = Field(min_length=1)
    title: Text
    unit: str = Field(min_length=1)
    values: tuple[AssumedValue, ...] = Field(min_length=1)
    place: Place

    def on(self, day: date) -> AssumedValue | None:
        """The value in force on a day; None before the first."""
        held = [value for value in self.values if value.valid_from <= day]
        return held[-1] if held else None


@dataclass(frozen=True)
class AssumedOn:
    """All quantities as they stand on one day."""

    day: date
    quantities: Mapping[str, AssumedQuantity]

    def entry(self, quantity: str) -> AssumedQuantity:
        """The quantity with its title, unit and place. Raises AssumptionError if there is none."""
        found = self.quantities.get(quantity)
        if found is None:
            near = nearest(quantity, self.quantities)
            raise AssumptionError(said("assumptions.none", id=quantity, near=near))
        return found

    def value(self, quantity: str) -> AssumedValue:
        """The value in force with basis, sources and range. Raises AssumptionError."""
        entry = self.entry(quantity)
        found = entry.on(self.day)
        if found is None:
            first = entry.values[0].valid_from
            raise AssumptionError(
                said("assumptions.not_yet", id=quantity, first=first, day=self.day)
            )
        return found

    def number(self, quantity: str) -> float:
        """What is reckoned with. Raises AssumptionError."""
        return self.value(quantity).value

    def range(self, quantity: str) -> tuple[float, float]:
        """The lowest and the highest that is thought possible. Raises AssumptionError."""
        found = self.value(quantity)
        return found.low, found.high


@dataclass(frozen=True)
class Assumptions:
    """Every quantity by its id, in order of ids."""

    quantities: Mapping[str, AssumedQuantity]

    def on(self, day: date) -> AssumedOn:
        """The quantities of one day."""
        return AssumedOn(day, self.quantities)

    def with_values(self, values: Mapping[str, float]) -> Assumptions:
        """The same with other numbers on every day, as for a what-if, a sensitivity or a fit; the
        range is widened where a number lies outside it. Raises AssumptionError for an id that is
        not there."""
        changed = dict(self.quantities)
        for quantity, number in values.items():
            entry = self.on(date.max).entry(quantity)
            first = entry.values[0]
            one = first.model_copy(
                update={
                    "value": float(number),
                    "low": min(number, *(value.low for value in entry.values)),
                    "high": max(number, *(value.high for value in entry.values)),
                    "basis": Basis.ASSUMPTION,
                }
            )
            changed[quantity] = entry.model_copy(update={"values": (one,)})
        return Assumptions(changed)

    @cached_property
    def content_hash(self) -> str:
        """Tells two sets apart: a hash of ids, days, numbers and ranges."""
        digest = hashlib.sha256()
        for quantity, entry in sorted(self.quantities.items()):
            for value in entry.values:
                day = value.valid_from.isoformat()
                line = f"{quantity}\0{day}\0{value.value!r}\0{value.low!r}\0{value.high!r}\0"
                digest.update(line.encode())
        return digest.hexdigest()


def later_values(
    assumptions: Assumptions, beginnings: tuple[str, ...], *, after: date, before: date
) -> Iterator[tuple[str, date]]:
    """Which quantities, by how their ids begin, have a value that begins between two days, and the
    first such day: who reckons with the value of one day for the whole time leaves it out."""
    for quantity, entry in sorted(assumptions.quantities.items()):
        days = [v.valid_from for v in entry.values if after < v.valid_from < before]
        if days and quantity.startswith(beginnings):
            yield quantity, days[0]


def load_assumptions(folder: Path | None = None) -> Assumptions:
    """The quantities in `simulation/` of a rulebook's folder; of the shipped one if it has none.

    Raises RulebookError with everything that is wrong in the files.
    """
    shipped = default_rulebook_folder()
    root = shipped if folder is None else folder.resolve()
    if not any((root / ROOM).rglob("*.yaml")):
        root = shipped
    problems: list[RulebookProblem] = []
    found: list[AssumedQuantity] = []
    for document in load_documents(root, (root / ROOM).rglob("*.yaml")):
        for path, entry in entries_of(document, ASSUMPTIONS, problems):
            built = build_entry(AssumedQuantity, entry, document, path, problems)
            if built is not None:
                found.append(built)
                problems += _misfits(built, document, path)
    problems += _twice(found)
    problems += _over_the_whole({entry.id: entry for entry in found})
    if problems:
        raise RulebookError(problems)
    return Assumptions({entry.id: entry for entry in sorted(found, key=lambda entry: entry.id)})


def entries_of(
    document: Document, wanted: str, problems: list[RulebookProblem]
) -> Iterator[tuple[tuple[str | int, ...], dict[str, object]]]:
    """The entries of one list of a file, each with the way to it; a file may hold several lists.
    What is no list, or none that is known here, becomes problems."""
    lists = ", ".join(f"{name}:" for name in KNOWN_LISTS)
    if not isinstance(document.data, dict):
        what = said("rulebook.no_list", lists=lists)
        problems.append(RulebookProblem(document.place_of(), what))
        return
    for name, entries in document.data.items():
        if name not in KNOWN_LISTS:
            what = said("rulebook.other_list", name=name, lists=lists)
            problems.append(RulebookProblem(document.place_of((name,)), what))
        elif not isinstance(entries, list):
            what = said("rulebook.not_a_list", name=f"{name}:")
            problems.append(RulebookProblem(document.place_of((name,)), what))
        elif name == wanted:
            for number, entry in enumerate(entries):
                if isinstance(entry, dict):
                    yield (name, number), entry
                else:
                    place = document.place_of((name, number))
                    problems.append(RulebookProblem(place, said("rulebook.no_lines")))


def _misfits(
    entry: AssumedQuantity, document: Document, path: tuple[str | int, ...]
) -> Iterator[RulebookProblem]:
    days = [value.valid_from for value in entry.values]
    if days != sorted(set(days)):
        place = document.place_of((*path, "values"))
        yield RulebookProblem(place, said("rulebook.values_out_of_order"))
    for number, value in enumerate(entry.values):
        if not value.low <= value.value <= value.high:
            what = said(
                "assumptions.outside",
                id=entry.id,
                value=value.value,
                low=value.low,
                high=value.high,
            )
            yield RulebookProblem(document.place_of((*path, "values", number, "value")), what)


def _twice(found: Iterable[AssumedQuantity]) -> Iterator[RulebookProblem]:
    first: dict[str, Place] = {}
    for entry in found:
        before = first.setdefault(entry.id, entry.place)
        if before is not entry.place:
            where = f"{before.file}:{before.line}"
            yield RulebookProblem(entry.place, said("rulebook.id_twice", id=entry.id, first=where))


def _over_the_whole(found: Mapping[str, AssumedQuantity]) -> Iterator[RulebookProblem]:
    """Shares of one whole that come to more than 100 per cent on some day."""
    for names in _WHOLES:
        entries = [found[name] for name in names if name in found]
        for day in sorted({value.valid_from for entry in entries for value in entry.values}):
            held = [entry.on(day) for entry in entries]
            total = sum(value.value for value in held if value is not None)
            if total > _WHOLE_PERCENT + _ROUNDING:
                what = said(
                    "assumptions.over_the_whole",
                    ids=", ".join(f"'{entry.id}'" for entry in entries),
                    total=f"{total:.6g}",
                    day=day,
                )
                yield RulebookProblem(entries[0].place, what)
                break
