"""Pressure summed over many subjects, by what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.simulation.pressure import Pressure, SubjectPressure, pressure_of_visits
from models.terms import Authority, Colour, Kind

__all__ = ["Dimension", "Sum", "dimensions_of", "summed"]


class Dimension(StrEnum):
    """What pressure is summed by."""

    COLOUR = "colour"
    KIND = "kind"
    AUTHORITY = "authority"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Sum:
    """The subjects that share the words of `key`, one word a dimension, and their pressure."""

    key: tuple[str, ...]
    subjects: int
    done: Pressure
    planned: Pressure


_WORD: dict[Dimension, Callable[[SubjectPressure], str]] = {
    Dimension.COLOUR: lambda subject: subject.colour.value,
    Dimension.KIND: lambda subject: subject.kind.value,
    Dimension.AUTHORITY: lambda subject: subject.authority.value,
    Dimension.TEAM: lambda subject: subject.team or subject.authority.value,
}
_ORDER = [word.value for words in (Colour, Kind, Authority) for word in words]


def dimensions_of(text: str) -> tuple[Dimension, ...]:
    """`colour,kind` as dimensions, each once. Raises ValueError for a word that is none."""
    return tuple(dict.fromkeys(Dimension(word.strip()) for word in text.split(",")))


def summed(subjects: Iterable[SubjectPressure], by: Sequence[Dimension] = ()) -> tuple[Sum, ...]:
    """One sum for every combination that occurs, in the order of the closed sets; without
    dimensions one sum of all. A subject without a consultant is summed under its authority."""
    groups: dict[tuple[str, ...], list[SubjectPressure]] = {} if by else {(): []}
    for subject in subjects:
        key = tuple(_WORD[dimension](subject) for dimension in by)
        groups.setdefault(key, []).append(subject)
    return tuple(_sum(key, groups[key]) for key in sorted(groups, key=_place))


def _place(key: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    return tuple((_ORDER.index(word) if word in _ORDER else len(_ORDER), word) for word in key)


def _sum(key: tuple[str, ...], subjects: Sequence[SubjectPressure]) -> Sum:
    done = (visit for subject in subjects for visit in subject.done_visits)
    planned = (visit for subject in subjects for visit in subject.planned_visits)
    return Sum(
        key=key,
        subjects=len(subjects),
        done=pressure_of_visits(done),
        planned=pressure_of_visits(planned),
    )
