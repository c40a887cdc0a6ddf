"""Every mutant of a rulebook, and a seeded sample of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.analysis.mutation.measures import (
    mutants_of_floor,
    mutants_of_frame,
    mutants_of_parameter,
    mutants_of_step,
)
from engine.analysis.mutation.mutant import Mutant
from engine.analysis.mutation.places import Lines
from engine.analysis.mutation.rules import mutants_of_rule
from engine.rulebook.book import Rulebook

__all__ = ["all_mutants", "of_entries", "sampled"]


def all_mutants(book: Rulebook) -> tuple[Mutant, ...]:
    """Every mutant, in order of file and line; each has an id of its own."""
    lines = Lines(book.folder)
    found = sorted(
        _mutants(book, lines), key=lambda m: (m.place.file, m.place.line, m.entry, m.what)
    )
    seen: Counter[str] = Counter()
    unique: list[Mutant] = []
    for mutant in found:
        seen[mutant.id] += 1
        again = seen[mutant.id]
        unique.append(
            mutant if again == 1 else replace(mutant, what=f"{mutant.what} (no. {again})")
        )
    return tuple(unique)


def _mutants(book: Rulebook, lines: Lines) -> Iterator[Mutant]:
    for rule in book.rules:
        yield from mutants_of_rule(rule, lines)
    for parameter in book.parameters.values():
        yield from mutants_of_parameter(parameter, book, lines)
    for floor in book.floors:
        yield from mutants_of_floor(floor, lines)
    for frame in book.frames:
        yield from mutants_of_frame(frame, lines)
    for step in book.ladder:
        yield from mutants_of_step(step, lines)


def of_entries(mutants: Iterable[Mutant], names: Iterable[str]) -> tuple[Mutant, ...]:
    """The mutants of the entries named, or of all whose id begins so (`signals.`)."""
    wanted = tuple(names)
    return tuple(
        mutant
        for mutant in mutants
        if any(
            mutant.entry == name or mutant.entry.startswith(f"{name.rstrip('.')}.")
            for name in wanted
        )
    )


def sampled(mutants: Iterable[Mutant], *, number: int, seed: int) -> tuple[Mutant, ...]:
    """So many of the mutants, in their order: those of the smallest SHA-256 of seed and id, so
    that a changed rule elsewhere does not change which of the others are drawn."""
    listed = list(mutants)
    ranked = sorted(listed, key=lambda m: hashlib.sha256(f"{seed}|{m.id}".encode()).digest())
    drawn = {mutant.id for mutant in ranked[:number]}
    return tuple(mutant for mutant in listed if mutant.id in drawn)
