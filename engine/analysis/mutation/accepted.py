"""The reviewed list of survivors: changes that alter no answer, or none that a case can show.

accepted:
  - mutant: "ladder.order: follows order_notice dropped"
    reason: {da: "...", en: "..."}
    reviewed: 2026-11-22
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from engine.rulebook.documents import load_document
from engine.rulebook.problems import RulebookError, RulebookProblem, said
from models.rulebook import Entry, Place, Text

__all__ = ["ACCEPTED_FILE", "AcceptedSurvivor", "load_accepted"]

ACCEPTED_FILE = "accepted-survivors.yaml"
"""The file's name, in the folder of the worked cases."""


class AcceptedSurvivor(Entry):
    """A mutant that no case need notice, why, and when a person last looked at it."""

    mutant: str
    reason: Text
    reviewed: date
    place: Place


def load_accepted(cases: Path) -> tuple[AcceptedSurvivor, ...]:
    """The list beside the cases of a folder; empty where there is none.

    Raises RulebookError with every entry that is malformed or stands twice.
    """
    path = cases / ACCEPTED_FILE
    if not path.is_file():
        return ()
    document = load_document(path)
    listed = document.data.get("accepted") if isinstance(document.data, dict) else None
    if not isinstance(listed, list):
        raise RulebookError([RulebookProblem(document.place_of(), said("mutation.no_list"))])
    problems: list[RulebookProblem] = []
    found: list[AcceptedSurvivor] = []
    for number, entry in enumerate(listed):
        place = document.place_of(("accepted", number))
        survivor = _read(entry, place)
        if survivor is None:
            problems.append(RulebookProblem(place, said("mutation.no_survivor")))
        else:
            found.append(survivor)
    problems += _twice(found)
    if problems:
        raise RulebookError(problems)
    return tuple(found)


def _read(entry: Any, place: Place) -> AcceptedSurvivor | None:
    if not isinstance(entry, dict):
        return None
    try:
        return AcceptedSurvivor.model_validate({**entry, "place": place})
    except ValidationError:
        return None


def _twice(found: Iterable[AcceptedSurvivor]) -> Iterable[RulebookProblem]:
    seen: dict[str, Place] = {}
    for survivor in found:
        first = seen.setdefault(survivor.mutant, survivor.place)
        if first is not survivor.place:
            where = f"{first.file}:{first.line}"
            yield RulebookProblem(survivor.place, said("mutation.twice", first=where))
