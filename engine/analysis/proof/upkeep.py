"""What a rulebook's keepers owe it: a recent review of every entry, and words in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from engine.rulebook.book import Rulebook
from engine.rulebook.needed_numbers import REVIEW_WITHIN
from models.rulebook import Place, ProposalOutcome, Text

__all__ = ["Unreviewed", "Untranslated", "unreviewed", "untranslated"]


class Unreviewed(NamedTuple):
    """An entry whose review lies too far back."""

    id: str
    place: Place
    reviewed: date
    since: date


class Untranslated(NamedTuple):
    """An entry of which a text is the same in both languages, or is blank in one."""

    id: str
    place: Place
    text: str


def unreviewed(book: Rulebook, *, as_of: date | None = None) -> Iterator[Unreviewed]:
    """Entries not reviewed in time on a day; without one, the day of the newest review counts."""
    parameter = book.parameters.get(REVIEW_WITHIN)
    entries = list(_reviewed(book))
    if parameter is None or not entries:
        return
    day = as_of or max(reviewed for _, _, reviewed in entries)
    within = [v.value for v in parameter.values if v.valid_from <= day]
    if not within or not isinstance(within[-1], int):
        return
    for name, place, reviewed in entries:
        since = reviewed + timedelta(days=within[-1])
        if since < day:
            yield Unreviewed(name, place, reviewed, since)


def _reviewed(book: Rulebook) -> Iterator[tuple[str, Place, date]]:
    for rule in book.rules:
        yield rule.id, rule.place, rule.reviewed
    for floor in book.floors:
        yield floor.id, floor.place, floor.reviewed
    for frame in book.frames:
        yield frame.id, frame.place, frame.reviewed
    for step in book.ladder:
        yield step.step.value, step.place, step.reviewed
    for parameter in book.parameters.values():
        for value in parameter.values:
            yield parameter.id, parameter.place, value.reviewed


def untranslated(book: Rulebook) -> Iterator[Untranslated]:
    """Texts that were copied from one language into the other."""
    for name, place, text in _texts(book):
        danish, english = text.da.strip(), text.en.strip()
        if not danish or not english or (danish == english and " " in danish):
            yield Untranslated(name, place, danish or english)


def _texts(book: Rulebook) -> Iterator[tuple[str, Place, Text]]:
    for rule in book.rules:
        yield rule.id, rule.place, rule.title
        if rule.note is not None:
            yield rule.id, rule.place, rule.note
        if isinstance(rule.then, ProposalOutcome):
            yield rule.id, rule.place, rule.then.person_must
            if rule.then.warn is not None:
                yield rule.id, rule.place, rule.then.warn
            for need in rule.then.needs:
                yield f"{rule.id}#{need.id}", need.place, need.title
                yield f"{rule.id}#{need.id}", need.place, need.remedy
    for parameter in book.parameters.values():
        yield parameter.id, parameter.place, parameter.title
        for value in parameter.values:
            if value.note is not None:
                yield parameter.id, parameter.place, value.note
    for floor in book.floors:
        yield floor.id, floor.place, floor.title
    for frame in book.frames:
        yield frame.id, frame.place, frame.title
        yield frame.id, frame.place, frame.topic
    for step in book.ladder:
        yield step.step.value, step.place, step.title
    for promise in book.promises:
        yield f"{promise.record}.{promise.field}", promise.place, promise.note
