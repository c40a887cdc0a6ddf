"""What a report is made of, before it is a page: paragraphs, statements, tables and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Block", "Bullets", "Cell", "Chart", "Key", "Paragraph", "Section", "Table", "Tone"]

Tone = Literal["", "good", "bad", "doubt", "note", "lead"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a statement that stands out: `good`, `bad`, `doubt`, said by `sign` too."""

    text: str
    tone: Tone = ""
    sign: str = ""
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each line may begin with words in bold."""

    items: tuple[tuple[str, str], ...]
    kind: str = "bullets"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, what is said small below it, and whether it marks an assumption."""

    text: str
    below: str = ""
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The columns numbered in `words` hold words, the others numbers."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: tuple[int, ...] = (0,)
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Key:
    """A line of a chart's key: a sample of the line or bar, as SVG, and what it stands for."""

    svg: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart twice, for wide and for narrow pages; its title says what it shows."""

    name: str
    title: str
    axis: str
    wide_svg: str
    narrow_svg: str
    key: tuple[Key, ...] = ()
    note: str = ""
    kind: str = "chart"


Block = Paragraph | Bullets | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A section with a heading that links lead to."""

    name: str
    title: str
    blocks: tuple[Block, ...]
