"""Pages about the rulebook: every entry has one, all links lead somewhere, bytes do not vary."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser

import pytest

from engine.analysis.case_run import CaseResult, run_cases
from engine.analysis.rule_pages import rule_pages, text_of
from engine.analysis.rule_pages.content import (
    Bullets,
    Code,
    Heading,
    Item,
    Link,
    Mark,
    Page,
    Paragraph,
    Table,
)
from engine.rulebook.catalogue import Lang
from engine.rulebook.load import load_rulebook
from engine.run.tally import rests_on_assumption
from models.rulebook import SignalOutcome
from models.terms import Basis

pytestmark = pytest.mark.slow

BOOK = load_rulebook()
LANGS: tuple[Lang, Lang] = ("da", "en")


@pytest.fixture(scope="module")
def results() -> tuple[CaseResult, ...]:
    return run_cases(BOOK.folder / "cases", BOOK).results


@pytest.fixture(scope="module")
def books(results: tuple[CaseResult, ...]) -> dict[Lang, dict[str, Page]]:
    return {lang: {page.path: page for page in _pages(results, lang)} for lang in LANGS}


def _pages(results: tuple[CaseResult, ...], lang: Lang) -> tuple[Page, ...]:
    return rule_pages(BOOK, results, lang=lang, rests_on_assumption=rests_on_assumption)


def test_every_entry_has_a_page_in_the_room_it_stands_in(
    books: dict[Lang, dict[str, Page]],
) -> None:
    pages = books["da"]
    entries = [(r.id, r) for r in BOOK.rules] + [(p.id, p) for p in BOOK.parameters.values()]
    entries += [(f.id, f) for f in (*BOOK.floors, *BOOK.frames)]
    seen: dict[str, int] = {}
    for step in BOOK.ladder:
        number = seen[step.step.value] = seen.get(step.step.value, 0) + 1
        entries.append((f"{step.step.value}{f'-{number}' if number > 1 else ''}", step))
    for name, entry in entries:
        page = pages[f"{entry.place.file.split('/')[1]}/{name}"]
        assert page.title == entry.title.da.strip()
        text = text_of(page, "md", "da")
        assert f"`{getattr(entry, 'id', None) or entry.step.value}`" in text
        assert f"`{entry.place.file}:{entry.place.line}`" in text


@pytest.mark.parametrize("lang", LANGS)
def test_every_link_leads_to_a_page_and_a_heading(
    lang: Lang, books: dict[Lang, dict[str, Page]]
) -> None:
    texts = {f"{path}.md": text_of(page, "md", lang) for path, page in books[lang].items()}
    found = 0
    for path, text in texts.items():
        for target, anchor in re.findall(r"\]\(([^)#]+)#?([^)]*)\)", text):
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            assert there in texts, (path, target)
            assert not anchor or f'<a id="{anchor}"></a>' in texts[there], (path, target, anchor)
            found += 1
    assert found > 1_000


class _Reader(HTMLParser):
    """Gathers ids and links, and sees that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        given = dict(attrs)
        self.ids.add(given.get("id") or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        self.fetched += [given[name] or "" for name in ("src", "style") if name in given]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_whole_linked_and_needs_nothing_from_elsewhere(
    books: dict[Lang, dict[str, Page]],
) -> None:
    read: dict[str, _Reader] = {}
    for path, page in books["da"].items():
        text = text_of(page, "html", "da")
        reader = read[f"{path}.html"] = _Reader()
        reader.feed(text)
        assert reader.open == []
        assert reader.fetched == []
        assert "://" not in text
        assert '<html lang="da">' in text
        assert 'name="viewport"' in text
    for path, reader in read.items():
        for link in reader.links:
            target, _, anchor = link.partition("#")
            there = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            assert anchor in read[there].ids | {""}, (path, link)


def test_the_same_rulebook_gives_the_same_bytes(
    results: tuple[CaseResult, ...], books: dict[Lang, dict[str, Page]]
) -> None:
    again = _pages(tuple(results), "da")
    assert [page.path for page in again] == sorted(books["da"])
    for form in ("md", "html"):
        for page in again:
            assert text_of(page, form, "da") == text_of(books["da"][page.path], form, "da")


def test_the_page_of_a_rule_says_what_why_cases_and_neighbours(
    books: dict[Lang, dict[str, Page]],
) -> None:
    text = text_of(books["da"]["signals/signals.serious_dialogue_overdue"], "md", "da")
    assert "mindst én bekymring, hvor åben: ja" in text
    assert "`003_ba9e4b5b744942cc.txt:4424-4430`" in text
    assert "| 2022-01-01 | 14 dage |" in text
    assert "(../parameters/concerns.serious_dialogue_days.md)" in text
    assert "(../category/category.serious_concern_unanswered.md)" in text
    assert "– den gælder ikke" in text
    assert "Oplysninger: bekymring: modtaget den" in text
    assert "Svar: Farve: rød" in text
    english = text_of(books["en"]["signals/signals.serious_dialogue_overdue"], "md", "en")
    assert "## Worked cases" in english
    assert "it does not hold" in english


def test_the_rules_behind_a_signal_and_those_that_ask_for_it_name_each_other(
    books: dict[Lang, dict[str, Page]],
) -> None:
    raiser = next(
        rule
        for rule in BOOK.rules
        if isinstance(rule.then, SignalOutcome) and rule.then.signal == "acute_concern"
    )
    above = text_of(books["da"]["category/category.acute_concern"], "md", "da")
    below = text_of(books["da"][f"signals/{raiser.id}"], "md", "da")
    assert f"(../signals/{raiser.id}.md)" in above.partition("## Naboer")[2]
    assert "(../category/category.acute_concern.md)" in below.partition("## Naboer")[2]


def test_a_parameter_shows_every_value_and_its_users(books: dict[Lang, dict[str, Page]]) -> None:
    for parameter in BOOK.parameters.values():
        text = text_of(books["da"][f"parameters/{parameter.id}"], "md", "da")
        for value in parameter.values:
            assert f"| {value.valid_from} |" in text
    text = text_of(books["da"]["parameters/floors.foster_family_days"], "md", "da")
    assert "730 dage" in text
    assert "(../visits/floor.foster_family.md)" in text


def test_a_proposal_says_when_its_preconditions_are_met(
    books: dict[Lang, dict[str, Page]],
) -> None:
    text = text_of(books["da"]["sanctions/sanctions.order_offer"], "md", "da")
    assert "Hvornår forudsætningerne er opfyldt:" in text
    assert "(order.md)" in text.partition("## Naboer")[2]


def test_steps_and_frames_have_the_cases_that_expect_them(
    books: dict[Lang, dict[str, Page]],
) -> None:
    for path in ("sanctions/order", "samples/families_random"):
        text = text_of(books["da"][path], "md", "da")
        assert "(../cases/" in text.partition("## Eksempler")[2].partition("## Naboer")[0]


def test_assumptions_are_listed_and_counted(
    books: dict[Lang, dict[str, Page]], results: tuple[CaseResult, ...]
) -> None:
    text = text_of(books["en"]["assumptions"], "md", "en")
    own = [rule for rule in BOOK.rules if rule.basis is Basis.ASSUMPTION]
    assert f"{len(own)} of {len(BOOK.rules)} rules are assumptions themselves" in text
    for rule in own:
        assert f"/{rule.id}.md)" in text
    values = [value for p in BOOK.parameters.values() for value in p.values]
    assumed = [value for value in values if value.basis is Basis.ASSUMPTION]
    assert f"{len(assumed)} of {len(values)} values of numbers are assumptions." in text
    resting = sum(rests_on_assumption(result.decision) for result in results)
    assert f"Of {len(results)} worked cases {resting} have a decision" in text


def test_the_index_leads_to_every_kind_and_every_file_of_cases(
    books: dict[Lang, dict[str, Page]],
) -> None:
    text = text_of(books["da"]["index"], "md", "da")
    for path in books["da"]:
        if path.startswith(("kinds/", "cases/")):
            assert f"({path}.md" in text


EVERYTHING = Page(
    "a/b",
    "A *title* <b>",
    (
        Heading("One|two", 2, "one"),
        Paragraph(("x < y & z_", Code("a.b"), Mark(" [antagelse]"))),
        Bullets((Item(("outer",), (Item((Link("in [ner]", "c/d", "e"),)),)),)),
        Table(("H",), ((("a|b",),), ((),))),
    ),
    (Link("up", "index"),),
    "foot",
)


def test_what_is_special_in_markdown_is_escaped() -> None:
    text = text_of(EVERYTHING, "md", "da")
    assert "# A \\*title\\* \\<b\\>" in text
    assert "x \\< y & z\\_`a.b` **\\[antagelse\\]**" in text
    assert "- outer\n  - [in \\[ner\\]](../c/d.md#e)" in text
    assert "| a\\|b |" in text
    assert "[up](../index.md)" in text


def test_what_is_special_in_html_is_escaped() -> None:
    text = text_of(EVERYTHING, "html", "en")
    assert "<h1>A *title* &lt;b&gt;</h1>" in text
    assert "x &lt; y &amp; z_<code>a.b</code> <mark>antagelse</mark>" in text
    assert '<a href="../c/d.html#e">in [ner]</a>' in text
