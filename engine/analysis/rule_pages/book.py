"""All pages of a rulebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.analysis.case_run import CaseResult
from engine.analysis.rule_pages.content import Link, Page
from engine.analysis.rule_pages.entry_pages import EntryPages
from engine.analysis.rule_pages.examples import Examples
from engine.analysis.rule_pages.html import html
from engine.analysis.rule_pages.index_pages import IndexPages
from engine.analysis.rule_pages.markdown import markdown
from engine.analysis.rule_pages.neighbours import Neighbours
from engine.analysis.rule_pages.shelf import Shelf
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Lang
from models.decisions import Decision

__all__ = ["rule_pages", "text_of"]

_SHOWN_OF_HASH = 12


def rule_pages(
    book: Rulebook,
    results: Sequence[CaseResult],
    *,
    lang: Lang = "da",
    rests_on_assumption: Callable[[Decision], bool],
) -> tuple[Page, ...]:
    """The pages of a rulebook with its worked cases as they came out, in order of their paths.

    `rests_on_assumption` judges the decision of a case, as runs do.
    """
    shelf = Shelf(book, lang=lang)
    neighbours = Neighbours(shelf)
    examples = Examples(shelf, results)
    foot = shelf.said("said", "generated", hash=book.content_hash[:_SHOWN_OF_HASH])
    up = Link(shelf.said("said", "up"), "index")
    crumbs = (up, Link(shelf.said("said", "assumptions"), "assumptions"))
    entries = EntryPages(shelf, neighbours, examples, crumbs)
    index = IndexPages(shelf, neighbours, examples, rests_on_assumption)
    found = [
        index.index((), foot),
        index.assumptions((up,), foot),
        *index.kinds(crumbs, foot),
        *examples.pages(crumbs, foot),
        *(entries.page(entry, foot) for entry in shelf.entries()),
    ]
    return tuple(sorted(found, key=lambda page: page.path))


def text_of(page: Page, form: str, lang: str) -> str:
    """A page as `md` or `html`."""
    return html(page, lang) if form == "html" else markdown(page)
