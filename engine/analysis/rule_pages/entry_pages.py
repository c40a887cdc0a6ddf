"""The page of one entry: what, why, the law, its numbers, cases, neighbours, where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.analysis.rule_pages.content import (
    Block,
    Bullets,
    Code,
    Heading,
    Inline,
    Item,
    Line,
    Link,
    Mark,
    Page,
    Paragraph,
    Table,
)
from engine.analysis.rule_pages.examples import Examples
from engine.analysis.rule_pages.neighbours import Neighbours
from engine.analysis.rule_pages.shelf import Entry, Shelf
from models.rulebook import (
    Floor,
    Frame,
    LadderStep,
    Parameter,
    Precondition,
    ProposalOutcome,
    Rule,
)
from models.terms import Basis

__all__ = ["EntryPages"]

_STATUTE = re.compile(r"§|\b[Ll]ov\b|\bL \d+|bekendtgørelse|Act\b")
_FILE_AND_LINE = re.compile(r"([\w-]+\.txt:\d+(?:-\d+)?)")


class EntryPages:
    """Writes the pages of a shelf's entries."""

    def __init__(
        self, shelf: Shelf, neighbours: Neighbours, examples: Examples, crumbs: tuple[Link, ...]
    ) -> None:
        self._shelf = shelf
        self._neighbours = neighbours
        self._examples = examples
        self._crumbs = crumbs
        self._words = shelf.words

    def page(self, entry: Entry, foot: str) -> Page:
        """The page of an entry."""
        title = self._words.text(entry.title).strip()
        blocks = [
            Paragraph(self._head(entry)),
            *self._section("what", self._what(entry)),
            *self._section("why", self._why(entry)),
            *self._section("law", self._law(entry)),
            *self._numbers(entry),
            *self._section("cases", self._cases(entry)),
            *self._section("neighbours", self._near(entry)),
            *self._section("place", [Paragraph((Code(f"{entry.place.file}:{entry.place.line}"),))]),
        ]
        return Page(entry.path, title, tuple(blocks), self._crumbs, foot)

    def _section(self, code: str, blocks: Sequence[Block]) -> Iterator[Block]:
        if blocks:
            yield Heading(self._shelf.said("sections", code))
            yield from blocks

    def _head(self, entry: Entry) -> Line:
        room = self._shelf.said("rooms", entry.room)
        found: list[Inline] = [Code(entry.id), f" · {room}"]
        if entry.basis is Basis.ASSUMPTION:
            found.append(Mark(self._shelf.said("said", "mark")))
        return tuple(found)

    def _what(self, entry: Entry) -> list[Block]:
        of, pages = entry.of, self._shelf.pages
        match of:
            case Rule():
                lines = pages.rule_page(of)
            case Floor():
                lines = pages.floor_page(of)
            case Frame():
                lines = pages.frame_page(of)
            case LadderStep():
                lines = pages.step_page(of)
            case Parameter():
                used = self._shelf.resolved.parameters[of.id]
                return [Paragraph((self._shelf.prose.parameter_sentence(used),))]
        blocks = list(self._blocks(lines[1 : self._end_of_what(lines)]))
        if isinstance(of, Rule) and of not in self._shelf.resolved.rules:
            day = self._words.day(self._shelf.as_of)
            blocks.insert(0, Paragraph((self._words.said("pages", "not_in_force", day=day),)))
        if isinstance(of, Rule) and isinstance(of.then, ProposalOutcome):
            blocks.append(Paragraph((self._shelf.said("said", "needs"),)))
            blocks.append(Bullets(tuple(self._need(need) for need in of.then.needs)))
        return blocks

    def _need(self, need: Precondition) -> Item:
        lines = list(self._shelf.prose.condition_lines(need.when))
        inner = self._items(lines)
        if need.acute_bypass:
            inner += (Item((self._shelf.said("said", "acute_bypass"),)),)
        return Item((self._words.text(need.title),), inner)

    def _end_of_what(self, lines: Sequence[str]) -> int:
        """Where the numbers, the values or the basis begin; these have sections of their own."""
        day = self._words.day(self._shelf.as_of)
        ends = {
            self._words.said("pages", "values"),
            self._words.said("pages", "parameters", day=day),
            *(self._words.said("pages", "basis", basis=self._words.basis(b)) for b in Basis),
        }
        return next((i for i, line in enumerate(lines) if line in ends), len(lines))

    def _blocks(self, lines: Sequence[str]) -> Iterator[Block]:
        listed: list[str] = []
        for line in [*lines, ""]:
            if line.startswith(" "):
                listed.append(line)
                continue
            if listed:
                yield Bullets(self._items(listed))
                listed = []
            if line:
                yield Paragraph(self._shelf.linked(line))

    def _items(self, lines: Sequence[str]) -> tuple[Item, ...]:
        """Lines as a nested list, by how far in they stand."""
        depth = min(_depth(line) for line in lines)
        starts = [i for i, line in enumerate(lines) if _depth(line) == depth]
        found = []
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            inner = lines[start + 1 : end]
            said = lines[start].strip().removeprefix("- ")
            items = self._items(inner) if inner else ()
            found.append(Item(self._shelf.linked(said), items))
        return tuple(found)

    def _why(self, entry: Entry) -> list[Block]:
        said, of = self._shelf.said, entry.of
        if isinstance(of, Parameter):
            bases = {value.basis for value in of.values}
            code = next(iter(bases)).value if len(bases) == 1 else "changed"
            sources = of.values[-1].sources if len(of.values) == 1 else ()
        else:
            code, sources = of.basis.value, of.sources
        blocks: list[Block] = [Paragraph((said("why", code),))]
        if sources:
            blocks.append(
                Bullets(tuple(Item(_cited(self._words.source(source))) for source in sources))
            )
        if not isinstance(of, Parameter):
            blocks.append(Paragraph((self._dated(of),)))
            if isinstance(of, Rule) and of.note is not None:
                blocks.append(Paragraph((self._note(self._words.text(of.note)),)))
        resting = self._neighbours.rests_on(entry)
        if resting:
            before, _, after = said("why", "rests", titles="\0").partition("\0")
            line: list[Inline] = [before]
            for number, other in enumerate(resting):
                line += [", " if number else "", self._shelf.link(other)]
            blocks.append(Paragraph((*line, after)))
        return blocks

    def _note(self, note: str) -> str:
        return self._words.said("pages", "note", note=note)

    def _dated(self, of: Rule | Floor | Frame | LadderStep) -> str:
        words, reviewed = self._words, self._words.day(of.reviewed)
        said = words.said("pages", "reviewed", day=reviewed)
        if isinstance(of, Floor):
            return f"{said}."
        first, last = words.day(of.valid_from), of.valid_until
        valid = (
            words.said("pages", "valid", first=first)
            if last is None
            else words.said("pages", "valid_until", first=first, last=words.day(last))
        )
        return f"{valid}. {said}."

    def _law(self, entry: Entry) -> list[Block]:
        said = self._shelf.said
        named = list(dict.fromkeys(filter(_STATUTE.search, self._sources(entry))))
        blocks: list[Block] = []
        if named:
            blocks.append(Paragraph((said("law", "named"),)))
            blocks.append(Bullets(tuple(Item(_cited(source)) for source in named)))
        else:
            blocks.append(Paragraph((said("law", "none"),)))
        floors = [
            floor
            for floor in self._shelf.floors.values()
            if entry.room == "visits" and isinstance(entry.of, Rule)
            if set(floor.kinds) & set(entry.kinds)
        ]
        if floors:
            blocks.append(Paragraph((said("law", "floor"),)))
            blocks.append(Bullets(tuple(Item((self._shelf.link(floor),)) for floor in floors)))
        return blocks

    def _sources(self, entry: Entry) -> Iterator[str]:
        if isinstance(entry.of, Parameter):
            for value in entry.of.values:
                yield from map(self._words.source, value.sources)
            return
        yield from map(self._words.source, entry.of.sources)
        for name in self._neighbours.parameters(entry):
            yield from self._sources(self._shelf.parameters[name])

    def _numbers(self, entry: Entry) -> Iterator[Block]:
        if isinstance(entry.of, Parameter):
            yield Heading(self._shelf.said("sections", "history"))
            yield self._history(entry.of)
            return
        names = self._neighbours.parameters(entry)
        if names:
            yield Heading(self._shelf.said("sections", "numbers"))
            for name in names:
                parameter = self._shelf.parameters[name]
                yield Paragraph((self._shelf.link(parameter), " (", Code(name), ")"))
                if isinstance(parameter.of, Parameter):
                    yield self._history(parameter.of)

    def _history(self, parameter: Parameter) -> Table:
        said, words = self._shelf.said, self._words
        noted = any(value.note for value in parameter.values)
        codes = ["since", "value", "basis", "sources", "reviewed", *(["note"] if noted else [])]
        rows: list[tuple[Line, ...]] = []
        for value in parameter.values:
            sources: list[Inline] = []
            for number, source in enumerate(value.sources):
                sources += ["; " if number else "", *_cited(self._words.source(source))]
            row: list[Line] = [
                (words.day(value.valid_from),),
                (words.amount(value.value, parameter.unit),),
                self._basis(value.basis),
                tuple(sources),
                (words.day(value.reviewed),),
            ]
            if noted:
                row.append((words.text(value.note),) if value.note else ())
            rows.append(tuple(row))
        return Table(tuple(said("said", code) for code in codes), tuple(rows))

    def _basis(self, basis: Basis) -> Line:
        if basis is Basis.ASSUMPTION:
            return (Mark(self._shelf.said("said", "mark")),)
        return (self._words.basis(basis),)

    def _cases(self, entry: Entry) -> list[Block]:
        if isinstance(entry.of, Rule):
            return self._examples.of_rule(entry)
        if isinstance(entry.of, Parameter):
            return self._examples.of_parameter(self._neighbours.users(entry.id))
        return self._examples.of_measure(entry.of)

    def _near(self, entry: Entry) -> list[Block]:
        blocks: list[Block] = []
        for said, others in self._neighbours.groups(entry):
            blocks.append(Paragraph(self._shelf.linked(said)))
            items = tuple(Item(self._shelf.marked(other)) for other in others)
            blocks.append(Bullets(items))
        if isinstance(entry.of, Parameter) and self._neighbours.is_engines_own(entry.id):
            blocks.append(Paragraph((self._shelf.said("neighbours", "engine"),)))
        return blocks or [Paragraph((self._shelf.said("neighbours", "none"),))]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _cited(source: str) -> Line:
    """Places in files as code, the words around them as they are."""
    parts = enumerate(_FILE_AND_LINE.split(source))
    return tuple(Code(part) if number % 2 else part for number, part in parts if part)
