"""Pages as Markdown that repository viewers render: relative links, tables, plain anchors."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from engine.analysis.rule_pages.content import (
    Block,
    Bullets,
    Code,
    Heading,
    Item,
    Line,
    Link,
    Mark,
    Page,
    Paragraph,
    Table,
)

__all__ = ["markdown"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#])")


def markdown(page: Page) -> str:
    """The text of a page."""
    lines: list[str] = []
    if page.crumbs:
        lines += [" · ".join(_link(link, page.path) for link in page.crumbs), ""]
    lines += [f"# {_escaped(page.title)}", ""]
    for block in page.blocks:
        lines += [*_block(block, page.path), ""]
    lines += ["---", "", _escaped(page.foot)]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _link(link: Link, at: str) -> str:
    target = posixpath.relpath(f"{link.page}.md", posixpath.dirname(at) or ".")
    anchor = f"#{link.anchor}" if link.anchor else ""
    return f"[{_escaped(link.text)}]({target}{anchor})"


def _line(line: Line, at: str) -> str:
    said = []
    for part in line:
        match part:
            case Link():
                said.append(_link(part, at))
            case Code():
                said.append(f"`{part.text}`")
            case Mark():
                said.append(f"**{_escaped(part.text.strip())}**".join([" ", ""]))
            case str():
                said.append(_escaped(part))
    return "".join(said)


def _block(block: Block, at: str) -> Iterator[str]:
    match block:
        case Heading():
            if block.anchor:
                yield f'<a id="{block.anchor}"></a>'
                yield ""
            yield f"{'#' * block.level} {_escaped(block.text)}"
        case Paragraph():
            yield _line(block.line, at)
        case Bullets():
            yield from _items(block.items, at, "")
        case Table():
            yield _row(_escaped(text) for text in block.head)
            yield _row("---" for _ in block.head)
            for row in block.rows:
                yield _row(_line(line, at) for line in row)


def _items(items: Iterable[Item], at: str, pad: str) -> Iterator[str]:
    for item in items:
        yield f"{pad}- {_line(item.line, at)}"
        yield from _items(item.items, at, pad + "  ")


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
