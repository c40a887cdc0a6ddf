"""Pages as HTML files that need nothing else: readable on a phone, on paper, in light and dark."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import quote

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

__all__ = ["html"]

_STYLE = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;
--link:#0550ae;--mark:#7a4b00;--mark-paper:#fff4d6;--code:#f3f4f6}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa4b0;--line:#3a424c;
--paper:#14181d;--link:#7fb4ff;--mark:#ffd98a;--mark-paper:#3d2f0c;--code:#222831}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:54rem;font:1rem/1.55 system-ui,sans-serif;
color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:.6rem 0 1rem}
h2{font-size:1.2rem;margin:2rem 0 .5rem;padding-top:.6rem;border-top:1px solid var(--line)}
h3{font-size:1.02rem;margin:1.4rem 0 .3rem}
a{color:var(--link)}nav{font-size:.9rem}
ul{padding-left:1.3rem;margin:.4rem 0}li{margin:.15rem 0}
code{font-size:.9em;background:var(--code);padding:.08em .3em;border-radius:.25em}
mark{color:var(--mark);background:var(--mark-paper);padding:0 .35em;border-radius:.25em;
font-size:.85em;white-space:nowrap}
td:first-child>code{display:table;margin-top:.15rem}
.wide{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.93rem;overflow-wrap:normal}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;
border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600}
footer{margin-top:2.5rem;padding-top:.6rem;border-top:1px solid var(--line);
color:var(--soft);font-size:.85rem}
@media(max-width:40rem){thead{display:none}table,tbody,tr,td{display:block;width:100%}
tr{padding:.5rem 0;border-bottom:1px solid var(--line)}
td{padding:.05rem 0;border:0}td:empty{display:none}
td[data-head]:not(:first-child)::before{content:attr(data-head) ": ";color:var(--soft)}}
@media print{body{max-width:none}nav{display:none}}
"""


def html(page: Page, lang: str) -> str:
    """The whole file of a page."""
    crumbs = " · ".join(_link(link, page.path) for link in page.crumbs)
    lines = [
        "<!doctype html>",
        f'<html lang="{lang}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(page.title)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        *([f"<nav>{crumbs}</nav>"] if crumbs else []),
        f"<main><h1>{escape(page.title)}</h1>",
        *(line for block in page.blocks for line in _block(block, page.path)),
        f"</main><footer>{escape(page.foot)}</footer></body></html>",
    ]
    return "\n".join(lines) + "\n"


def _link(link: Link, at: str) -> str:
    target = posixpath.relpath(f"{link.page}.html", posixpath.dirname(at) or ".")
    anchor = f"#{link.anchor}" if link.anchor else ""
    return f'<a href="{escape(quote(target) + anchor)}">{escape(link.text)}</a>'


def _line(line: Line, at: str) -> str:
    said = []
    for part in line:
        match part:
            case Link():
                said.append(_link(part, at))
            case Code():
                said.append(f"<code>{escape(part.text)}</code>")
            case Mark():
                said.append(f" <mark>{escape(part.text.strip(' []'))}</mark>")
            case str():
                said.append(escape(part))
    return "".join(said)


def _block(block: Block, at: str) -> Iterator[str]:
    match block:
        case Heading():
            anchor = f' id="{escape(block.anchor)}"' if block.anchor else ""
            yield f"<h{block.level}{anchor}>{escape(block.text)}</h{block.level}>"
        case Paragraph():
            yield f"<p>{_line(block.line, at)}</p>"
        case Bullets():
            yield _items(block.items, at)
        case Table():
            yield from _table(block, at)


def _items(items: Iterable[Item], at: str) -> str:
    listed = (
        f"<li>{_line(item.line, at)}{_items(item.items, at) if item.items else ''}</li>"
        for item in items
    )
    return f"<ul>{''.join(listed)}</ul>"


def _table(table: Table, at: str) -> Iterator[str]:
    heads = "".join(f"<th>{escape(text)}</th>" for text in table.head)
    yield f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>'
    for row in table.rows:
        cells = (
            f'<td data-head="{escape(head)}">{_line(line, at)}</td>'
            for head, line in zip(table.head, row, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"
