"""Every entry of a rulebook that has a page, where its page lies, and links to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.analysis.pages import Pages
from engine.analysis.prose import Prose
from engine.analysis.rule_pages.content import Inline, Line, Link, Mark
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.catalogue import STANDARD_RULES, Lang
from engine.rulebook.documents import plain_document
from engine.rulebook.resolve import resolve
from models.rulebook import Floor, Frame, LadderStep, Parameter, Place, Rule, SignalOutcome, Text
from models.terms import Basis, Kind, SanctionStep

__all__ = ["ROOMS", "Entry", "Shelf"]

ROOMS = ("signals", "category", "visits", "samples", "sanctions", "parameters")
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_TOKEN = re.compile(r"[A-Za-z][\w.]*\.[\w.]*\w")


@dataclass(frozen=True)
class Entry:
    """A rule, parameter, floor, frame or step. `basis` is that of the day shown."""

    id: str
    path: str
    room: str
    title: Text
    kinds: tuple[Kind, ...]
    basis: Basis
    place: Place
    of: Rule | Parameter | Floor | Frame | LadderStep


class Shelf:
    """The entries of one rulebook on the day of its last change, said in one language."""

    def __init__(self, book: Rulebook, *, lang: Lang) -> None:
        self.book = book
        self.as_of = max(book.days_of_change(), default=FIRST_DAY)
        self.resolved = resolve(book, as_of=self.as_of)
        self.prose = Prose(book, lang=lang, parameters=self.resolved.parameters)
        self.words = self.prose.words
        self.pages = Pages(self.resolved, self.prose)
        own = book.folder / "catalogue" / "rule-pages.yaml"
        standard = STANDARD_RULES / "catalogue" / "rule-pages.yaml"
        self._texts: Any = plain_document(own if own.is_file() else standard)
        self._taken: set[str] = set()
        self.rules = {rule.id: self._rule(rule) for rule in book.rules}
        self.floors = {floor.id: self._undated(floor, floor.id) for floor in book.floors}
        self.frames = {frame.id: self._undated(frame, frame.id) for frame in book.frames}
        self.steps = tuple(self._undated(step, step.step.value) for step in book.ladder)
        self.parameters = {p.id: self._parameter(p) for p in book.parameters.values()}
        self._by_id = {
            entry.id: entry
            for entries in (self.parameters, self.rules, self.floors, self.frames)
            for entry in entries.values()
        }
        self._signals = self._signal_titles()

    def said(self, section: str, code: str, **blanks: object) -> str:
        """A sentence of the pages."""
        return str(self._texts[section][code][self.words.lang]).format(**blanks)

    def label(self, section: str, code: str) -> str:
        """A word of the pages, or the code itself where there is none."""
        known = code in self._texts[section]
        return self.said(section, code) if known else code.replace("_", " ")

    def entries(self) -> list[Entry]:
        """All entries in order of room and title."""
        found: list[Entry] = []
        for entries in (self.rules, self.floors, self.frames, self.parameters):
            found += entries.values()
        found += self.steps
        return sorted(found, key=lambda e: (ROOMS.index(e.room), self.words.text(e.title), e.path))

    def steps_of(self, step: SanctionStep, kinds: Iterable[Kind]) -> list[Entry]:
        """The nodes of a step for kinds of subject; a step may have one for each."""
        wanted = set(kinds)
        return [e for e in self.steps if e.id == step.value and wanted & set(e.kinds)]

    def link(self, entry: Entry) -> Link:
        """A link by the title."""
        return Link(self.words.text(entry.title).strip(), entry.path)

    def marked(self, entry: Entry) -> Line:
        """A link by the title, with the mark of an assumption."""
        assumed = entry.basis is Basis.ASSUMPTION
        mark: tuple[Inline, ...] = (Mark(self.said("said", "mark")),) if assumed else ()
        return (self.link(entry), *mark)

    def kinds(self, kinds: Iterable[Kind]) -> str:
        """Kinds of subject in words."""
        found = list(kinds)
        if len(found) in (0, len(Kind)):
            return self.said("said", "all_kinds")
        return ", ".join(self.words.catalogue.word(kind, self.words.lang) for kind in found)

    def linked(self, text: str) -> Line:
        """A sentence in which the ids and signals that have a page are links."""
        found: list[Inline] = []
        for part in self._split(text):
            if isinstance(part, Link):
                found.append(part)
                continue
            rest = part
            for token in _TOKEN.finditer(part):
                entry = self._by_id.get(token[0])
                if entry is not None:
                    before, _, rest = rest.partition(token[0])
                    found += [before, Link(token[0], entry.path)]
            found.append(rest)
        return tuple(part for part in found if part != "")

    def _split(self, text: str) -> Iterable[str | Link]:
        if not self._signals:
            return [text]
        pattern = "|".join(map(re.escape, sorted(self._signals, key=len, reverse=True)))
        parts = re.split(f"({pattern})", text)
        return [
            Link(part, self._signals[part]) if part in self._signals else part for part in parts
        ]

    def _signal_titles(self) -> dict[str, str]:
        return {
            self.words.said("conditions", "signal", title=self.words.text(entry.title)): entry.path
            for entry in self.rules.values()
            if isinstance(entry.of, Rule) and isinstance(entry.of.then, SignalOutcome)
        }

    def _path(self, place: Place, entry_id: str) -> str:
        room = Path(place.file).parts[1]
        stem = f"{room}/{_UNFIT.sub('-', entry_id)}"
        path, number = stem, 1
        while path.lower() in self._taken:
            number += 1
            path = f"{stem}-{number}"
        self._taken.add(path.lower())
        return path

    def _rule(self, rule: Rule) -> Entry:
        return self._undated(rule, rule.id)

    def _undated(self, entry: Rule | Floor | Frame | LadderStep, entry_id: str) -> Entry:
        return Entry(
            id=entry_id,
            path=self._path(entry.place, entry_id),
            room=Path(entry.place.file).parts[1],
            title=entry.title,
            kinds=entry.applies_to,
            basis=entry.basis,
            place=entry.place,
            of=entry,
        )

    def _parameter(self, parameter: Parameter) -> Entry:
        return Entry(
            id=parameter.id,
            path=self._path(parameter.place, parameter.id),
            room="parameters",
            title=parameter.title,
            kinds=(),
            basis=self.resolved.parameters[parameter.id].basis,
            place=parameter.place,
            of=parameter,
        )
