"""Pages that lead to the others: by what is decided, by kind of subject, and what is assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.analysis.rule_pages.content import (
    Block,
    Bullets,
    Code,
    Heading,
    Item,
    Line,
    Link,
    Page,
    Paragraph,
    Table,
)
from engine.analysis.rule_pages.examples import Examples
from engine.analysis.rule_pages.neighbours import Neighbours
from engine.analysis.rule_pages.shelf import ROOMS, Entry, Shelf
from models.decisions import Decision
from models.rulebook import Parameter, Rule
from models.terms import Basis, Kind

__all__ = ["IndexPages"]


class IndexPages:
    """The index, a page for each kind of subject, and the page of assumptions."""

    def __init__(
        self,
        shelf: Shelf,
        neighbours: Neighbours,
        examples: Examples,
        rests_on_assumption: Callable[[Decision], bool],
    ) -> None:
        self._shelf = shelf
        self._neighbours = neighbours
        self._examples = examples
        self._rests = rests_on_assumption
        self._rooms: dict[str, list[Entry]] = {room: [] for room in ROOMS}
        for entry in shelf.entries():
            self._rooms[entry.room].append(entry)

    def index(self, crumbs: tuple[Link, ...], foot: str) -> Page:
        """The first page."""
        shelf, said = self._shelf, self._shelf.said
        counts = said(
            "said",
            "counts",
            rules=len(shelf.rules),
            parameters=len(shelf.parameters),
            cases=len(self._examples.results),
        )
        blocks: list[Block] = [
            Paragraph((said("said", "intro"),)),
            Paragraph((counts, " ", said("said", "day", day=shelf.words.day(shelf.as_of)))),
            Paragraph((Link(said("said", "assumptions"), "assumptions"),)),
            Heading(said("said", "by_kind")),
            Bullets(tuple(Item((self._to_kind(kind),)) for kind in Kind)),
            Heading(said("said", "by_room")),
        ]
        held = [room for room in ROOMS if self._rooms[room]]
        links = (Item((Link(said("rooms", room), "index", room),)) for room in held)
        blocks.append(Bullets(tuple(links)))
        for room in held:
            blocks.append(Heading(said("rooms", room), 2, room))
            blocks.append(Paragraph((said("rooms_explained", room),)))
            blocks.append(self._table(self._rooms[room], values=room == "parameters"))
        blocks += self._case_files()
        return Page("index", said("said", "book"), tuple(blocks), crumbs, foot)

    def _case_files(self) -> Iterator[Block]:
        files = dict.fromkeys(self._examples.link(r).page for r in self._examples.results)
        if files:
            yield Heading(self._shelf.said("said", "cases"))
            yield Bullets(tuple(Item((Link(page.split("/")[1], page),)) for page in files))

    def _to_kind(self, kind: Kind) -> Link:
        name = self._shelf.kinds([kind])
        count = sum(kind in entry.kinds for entry in self._shelf.entries())
        said = self._shelf.said("said", "kind_counts", kind=name, count=count)
        return Link(said, f"kinds/{kind.value}")

    def _table(self, entries: list[Entry], *, values: bool = False) -> Table:
        said, words = self._shelf.said, self._shelf.words
        codes = ["title", "value" if values else "applies_to", "basis"]
        rows: list[tuple[Line, ...]] = []
        for entry in entries:
            third = self._shelf.kinds(entry.kinds)
            if values:
                used = self._shelf.resolved.parameters[entry.id]
                third = words.amount(used.value, used.unit)
            rows.append(
                (
                    (*self._shelf.marked(entry), " ", Code(entry.id)),
                    (third,),
                    (words.basis(entry.basis),),
                )
            )
        return Table(tuple(said("said", code) for code in codes), tuple(rows))

    def kinds(self, crumbs: tuple[Link, ...], foot: str) -> Iterator[Page]:
        """A page for each kind of subject."""
        for kind in Kind:
            blocks: list[Block] = []
            for room in ROOMS:
                entries = [entry for entry in self._rooms[room] if kind in entry.kinds]
                if entries:
                    blocks.append(Heading(self._shelf.said("rooms", room)))
                    items = (Item(self._shelf.marked(entry)) for entry in entries)
                    blocks.append(Bullets(tuple(items)))
            name = self._shelf.kinds([kind])
            title = name[:1].upper() + name[1:]
            yield Page(f"kinds/{kind.value}", title, tuple(blocks), crumbs, foot)

    def assumptions(self, crumbs: tuple[Link, ...], foot: str) -> Page:
        """Everything that is assumed, how many rules rest on it, and in how many cases it held."""
        said, examples = self._shelf.said, self._examples
        own = [e for e in self._shelf.entries() if e.basis is Basis.ASSUMPTION]
        undated = [e for e in own if not isinstance(e.of, Parameter)]
        resting = {
            entry.path: {other.path for other in self._neighbours.rests_on(entry)}
            for entry in self._shelf.rules.values()
        }
        more = sum(
            bool(behind) and self._shelf.rules[name].basis is not Basis.ASSUMPTION
            for name, behind in zip(self._shelf.rules, resting.values(), strict=True)
        )
        rules = [entry for entry in undated if isinstance(entry.of, Rule)]
        dated = [
            (entry, value)
            for entry in self._rooms["parameters"]
            if isinstance(entry.of, Parameter)
            for value in entry.of.values
        ]
        assumed = [(entry, value) for entry, value in dated if value.basis is Basis.ASSUMPTION]
        total, bearing = len(self._shelf.rules), len(examples.results)
        count = sum(self._rests(result.decision) for result in examples.results)
        blocks: list[Block] = [
            Paragraph((said("assumptions", "intro"),)),
            Bullets(
                (
                    Item((said("assumptions", "rules", count=len(rules), total=total, more=more),)),
                    Item((said("assumptions", "values", count=len(assumed), total=len(dated)),)),
                    Item((said("assumptions", "decisions", count=count, total=bearing),)),
                )
            ),
        ]
        heads = tuple(
            said(*code)
            for code in (
                ("assumptions", "what"),
                ("said", "sources"),
                ("assumptions", "bears"),
                ("assumptions", "in_cases"),
            )
        )
        for room in ROOMS[:-1]:
            rows = tuple(
                self._row(entry, self._shelf.words.sources(entry.of.sources), resting)
                for entry in undated
                if entry.room == room and not isinstance(entry.of, Parameter)
            )
            if rows:
                blocks += [Heading(said("rooms", room)), Table(heads, rows)]
        rows = tuple(
            self._row(
                entry,
                self._shelf.words.sources(value.sources),
                resting,
                f"{self._shelf.words.amount(value.value, entry.of.unit)}, "
                f"{said('said', 'since').lower()} {self._shelf.words.day(value.valid_from)}",
            )
            for entry, value in assumed
            if isinstance(entry.of, Parameter)
        )
        if rows:
            blocks += [Heading(said("rooms", "parameters")), Table(heads, rows)]
        return Page("assumptions", said("said", "assumptions"), tuple(blocks), crumbs, foot)

    def _row(
        self, entry: Entry, sources: str, resting: dict[str, set[str]], value: str = ""
    ) -> tuple[Line, ...]:
        """`resting`: what the rule of a page rests on."""
        bears = sum(entry.path in behind for behind in resting.values())
        if isinstance(entry.of, Parameter):
            named = [e.id for e in self._neighbours.users(entry.id)]
        else:
            named = [entry.id]
        held = len(self._examples.holding(named))
        what: Line = (
            (self._shelf.link(entry), f": {value}") if value else (self._shelf.link(entry),)
        )
        return (what, (sources,), (str(bears),), (str(held),))
