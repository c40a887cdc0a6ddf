"""What stands on a page, whatever it is written as: paragraphs, lists, tables and links."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "Block",
    "Bullets",
    "Code",
    "Heading",
    "Inline",
    "Item",
    "Line",
    "Link",
    "Mark",
    "Page",
    "Paragraph",
    "Table",
]


@dataclass(frozen=True, slots=True)
class Link:
    """Leads to another page of the same book, or to a heading of it."""

    text: str
    page: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """An id, a path, or what stands in a file."""

    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The visible mark of an assumption."""

    text: str


Inline = str | Link | Code | Mark
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a page. `anchor` is what links lead to."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list, and the list within it."""

    line: Line
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Heading | Paragraph | Bullets | Table


@dataclass(frozen=True)
class Page:
    """A page: its path in the book without an ending, its title, and the pages above it."""

    path: str
    title: str
    blocks: tuple[Block, ...]
    crumbs: tuple[Link, ...] = ()
    foot: str = ""
