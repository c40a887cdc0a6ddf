"""What is compared: two rulebooks on every day, or one rulebook's two days."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.resolve import resolve
from models.rulebook import Frame, LadderStep, Rule

__all__ = ["Side", "Sides", "as_on", "two_days", "two_rulebooks"]

EntryT = TypeVar("EntryT", Rule, Frame, LadderStep)


@dataclass(frozen=True)
class Side:
    """One of the two. `read` is the rulebook as it stands in its files, `in_force` what it means;
    with `on` they are held against each other as they stand on that day only."""

    label: str
    read: Rulebook
    in_force: Rulebook
    on: date | None = None


@dataclass(frozen=True)
class Sides:
    """Old and new, and the first days of the periods within which neither changes.

    `one_day`: nothing is said of other days than the one.
    """

    old: Side
    new: Side
    days: tuple[date, ...]
    one_day: bool


def two_rulebooks(
    old: Rulebook, new: Rulebook, *, labels: tuple[str, str], on: date | None = None
) -> Sides:
    """Two rulebooks on every day on which one of them changes, or `on` one day."""
    days = {FIRST_DAY, *old.days_of_change(), *new.days_of_change()}
    return Sides(
        Side(labels[0], old, old, on),
        Side(labels[1], new, new, on),
        tuple(sorted(days)) if on is None else (on,),
        on is not None,
    )


def two_days(book: Rulebook, old: date, new: date) -> Sides:
    """One rulebook as it stands on a day against what it is on another."""
    return Sides(
        Side(old.isoformat(), book, as_on(book, old), old),
        Side(new.isoformat(), book, as_on(book, new), new),
        (new,),
        True,
    )


def as_on(book: Rulebook, day: date) -> Rulebook:
    """A rulebook that is on every day what this one is on `day`."""
    resolved = resolve(book, as_of=day)
    values = {
        name: next(v for v in reversed(parameter.values) if v.valid_from <= day)
        for name, parameter in book.parameters.items()
    }
    return replace(
        book,
        content_hash=hashlib.sha256(f"{book.content_hash}\0as on {day}".encode()).hexdigest(),
        parameters={
            name: parameter.model_copy(
                update={"values": (values[name].model_copy(update={"valid_from": FIRST_DAY}),)}
            )
            for name, parameter in book.parameters.items()
        },
        rules=_always(resolved.rules),
        frames=_always(resolved.frames),
        ladder=_always(resolved.ladder),
    )


def _always(entries: tuple[EntryT, ...]) -> tuple[EntryT, ...]:
    dates = {"valid_from": FIRST_DAY, "valid_until": None}
    return tuple(entry.model_copy(update=dates) for entry in entries)
