"""Reads a report's page as a browser would: tags, ids, links, text, and whether tags are closed."""

from __future__ import annotations

from datetime import date
from functools import cache
from html.parser import HTMLParser

from engine.simulation.report import ReportFacts
from engine.simulation.report.page import page_of
from engine.simulation.report.results import Results
from tests.simulation.report.synthetic_results import synthetic_tables

_EMPTY = frozenset({"meta", "link", "br", "img", "hr", "input"})

FACTS = ReportFacts(
    portfolio="Opdigtet portefølje",
    subjects=7210,
    as_of=date(2022, 12, 31),
    years=5,
    replicates=1000,
    seed=1,
    rulebook_hash="ab" * 32,
    synthetic=True,
    command="tilsynstryk simulate portfolio/",
)


class Page(HTMLParser):
    """What stands in a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.unclosed: list[str] = []
        self.mistakes: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _EMPTY:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if not self.unclosed or self.unclosed.pop() != tag:
            self.mistakes.append(tag)

    def handle_data(self, data):
        if data.strip() and self.unclosed and self.unclosed[-1] != "style":
            self.texts.append((self.unclosed[-1], " ".join(data.split())))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def said_in(self, *tags: str) -> list[str]:
        return [text for tag, text in self.texts if tag in tags]

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.texts).replace("\u00a0", " ")


def rendered(policies: int, lang: str, flips: bool = False) -> str:
    return _rendered(policies, lang, flips)


@cache
def _rendered(policies: int, lang: str, flips: bool) -> str:
    return page_of(Results(synthetic_tables(policies, flips=flips), lang=lang), FACTS)


def page(policies: int, lang: str, flips: bool = False) -> Page:
    return _page(policies, lang, flips)


@cache
def _page(policies: int, lang: str, flips: bool) -> Page:
    return Page(rendered(policies, lang, flips))
