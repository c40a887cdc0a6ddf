"""Reading `rules/registers/`: themes, indicators, offer types, municipalities and their like.

A line that changed over time has `versions`: dated parts that share the words above them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from engine.rulebook.documents import Document, load_documents
from engine.rulebook.misfits import misfit
from engine.rulebook.problems import RulebookError, RulebookProblem, Said, said
from models.registers import (
    BudgetDeadline,
    Dated,
    Indicator,
    Municipality,
    OfferTypeEntry,
    Registers,
    SizeClass,
    SourceWord,
    Theme,
)

__all__ = ["REGISTER_FILES", "load_registers"]

REGISTER_FILES: dict[str, type[Dated]] = {
    "themes": Theme,
    "indicators": Indicator,
    "offer_types": OfferTypeEntry,
    "municipalities": Municipality,
    "size_classes": SizeClass,
    "sources": SourceWord,
    "budget_deadlines": BudgetDeadline,
}
"""Each register's file (without `.yaml`), which is also its key and its field of `Registers`."""

_LAST_DAY = date(9999, 12, 31)
_WRITTEN = {"valid_from": "from", "valid_until": "until"}

EntryT = TypeVar("EntryT", bound=Dated)


def load_registers(rules_dir: Path) -> Registers:
    """All registers of a rulebook folder.

    Raises RulebookError with every unreadable line, unknown theme or offer type, and every word
    that would mean two things on one day.
    """
    folder = rules_dir / "registers"
    documents = load_documents(rules_dir, [folder / f"{name}.yaml" for name in REGISTER_FILES])
    problems: list[RulebookProblem] = []
    entries: dict[str, list[Any]] = {name: [] for name in REGISTER_FILES}
    for document in documents:
        name = Path(document.file).stem
        entries[name] = list(_entries(document, name, REGISTER_FILES[name], problems))
    for found in entries.values():
        problems += _double_meanings(found)
        problems += _reversed_periods(found)
    problems += _indicator_problems(entries)
    problems += _size_class_problems(entries["size_classes"])
    if problems:
        raise RulebookError(problems)
    return Registers(**{name: tuple(found) for name, found in entries.items()})


def _entries(
    document: Document, name: str, model: type[EntryT], problems: list[RulebookProblem]
) -> Iterator[EntryT]:
    def report(what: Said, *path: str | int) -> None:
        problems.append(RulebookProblem(document.place_of(path), what))

    key = name.replace("_", " ")
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get(name), list):
        report(said("registers.no_list", key=key))
        return
    for extra in data.keys() - {name}:
        report(said("registers.other_list", name=extra.replace("_", " "), key=key), extra)
    for number, line in enumerate(data[name]):
        if not isinstance(line, dict):
            report(said("registers.no_line"), name, number)
            continue
        shared = {field: value for field, value in line.items() if field != "versions"}
        versions = line.get("versions", [{}])
        if not isinstance(versions, list) or not versions:
            report(said("registers.no_versions"), name, number, "versions")
            continue
        for index, version in enumerate(versions):
            at: tuple[str | int, ...] = (name, number)
            if "versions" in line:
                at = (*at, "versions", index)
            if not isinstance(version, dict):
                report(said("registers.no_version"), *at)
                continue
            place = document.place_of(at)
            try:
                yield model.model_validate({**shared, **version, "place": place})
            except ValidationError as error:
                for issue in error.errors():
                    field = str(issue["loc"][0]) if issue["loc"] else ""
                    where = at if field in version else (name, number)
                    written = _WRITTEN.get(field, field).replace("_", " ")
                    report(misfit(written, issue), *where, *issue["loc"])


def _until(entry: Dated) -> date:
    return entry.valid_until or _LAST_DAY


def _double_meanings(entries: list[Any]) -> Iterator[RulebookProblem]:
    lines_of: dict[str, list[Dated]] = {}
    for entry in entries:
        lines_of.setdefault(entry.word, []).append(entry)
    for word, lines in lines_of.items():
        lines.sort(key=lambda entry: entry.valid_from)
        for earlier, later in itertools.pairwise(lines):
            if later.valid_from <= _until(earlier):
                yield RulebookProblem(
                    later.place,
                    said(
                        "registers.two_meanings",
                        word=word,
                        day=later.valid_from,
                        first=f"{earlier.place.file}:{earlier.place.line}",
                    ),
                )


def _reversed_periods(entries: list[Any]) -> Iterator[RulebookProblem]:
    for entry in entries:
        if _until(entry) < entry.valid_from:
            yield RulebookProblem(
                entry.place,
                said(
                    "registers.ends_before",
                    word=entry.word,
                    end=entry.valid_until,
                    start=entry.valid_from,
                ),
            )


def _indicator_problems(entries: dict[str, list[Any]]) -> Iterator[RulebookProblem]:
    offer_types = {entry.word for entry in entries["offer_types"]}
    for indicator in entries["indicators"]:
        themes = [theme for theme in entries["themes"] if theme.word == indicator.theme]
        for word in indicator.exempt_offer_types:
            if word not in offer_types:
                yield RulebookProblem(
                    indicator.place,
                    said("registers.no_offer_type", word=indicator.word, offer_type=word),
                )
        if not themes:
            code = "no_theme"
        elif not all(theme.scored for theme in themes):
            code = "theme_not_scored"
        elif not _covers(themes, indicator):
            code = "theme_not_through"
        else:
            continue
        what = said(f"registers.{code}", word=indicator.word, theme=indicator.theme)
        yield RulebookProblem(indicator.place, what)


def _covers(themes: list[Theme], indicator: Indicator) -> bool:
    for kind in indicator.applies_to:
        day, end = indicator.valid_from, _until(indicator)
        while day <= end:
            holding = [t for t in themes if kind in t.applies_to and t.holds_on(day)]
            if not holding:
                return False
            last = _until(holding[0])
            if last >= end:
                break
            day = last + timedelta(days=1)
    return True


def _size_class_problems(classes: list[SizeClass]) -> Iterator[RulebookProblem]:
    for day in sorted({entry.valid_from for entry in classes}):
        expected: int | None = 0
        for entry in sorted(
            (c for c in classes if c.holds_on(day)), key=lambda entry: entry.places_from
        ):
            if entry.places_from != expected:
                before = said("registers.no_limit") if expected is None else expected - 1
                what = said(
                    "registers.class_begins",
                    word=entry.word,
                    places=entry.places_from,
                    before=before,
                    day=day,
                )
                yield RulebookProblem(entry.place, what)
            expected = None if entry.places_to is None else entry.places_to + 1
        if expected is not None:
            what = said("registers.no_class", places=expected, day=day)
            yield RulebookProblem(classes[-1].place, what)
