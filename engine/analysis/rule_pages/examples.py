"""Worked cases in words: the facts they give, the answer they must get, and which rules held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

from engine.analysis.case_run import CaseResult
from engine.analysis.cases import Case, Expectation
from engine.analysis.rule_pages.content import (
    Block,
    Bullets,
    Heading,
    Inline,
    Item,
    Line,
    Link,
    Page,
    Paragraph,
)
from engine.analysis.rule_pages.shelf import Entry, Shelf
from engine.rulebook.catalogue import UnknownWordError
from engine.rulebook.documents import load_documents
from models.rulebook import Floor, Frame, LadderStep

__all__ = ["Examples"]

_MOST_IN_FULL = 8
_MOST_LINKED = 12


class Examples:
    """The worked cases of a rulebook, by the rules they name and by those that held in them."""

    def __init__(self, shelf: Shelf, results: Sequence[CaseResult]) -> None:
        self._shelf = shelf
        self.results = results
        self._written = self._as_written(shelf.book.folder / "cases", results)
        self._links: dict[int, Link] = {}
        numbers: dict[str, int] = {}
        for result in results:
            file = result.case.place.file
            numbers[file] = numbers.get(file, 0) + 1
            path, anchor = f"cases/{Path(file).stem}", f"case-{numbers[file]}"
            self._links[id(result)] = Link(self._title(result.case), path, anchor)

    def _title(self, case: Case) -> str:
        return case.title(self._shelf.words.lang)

    @staticmethod
    def _as_written(folder: Path, results: Sequence[CaseResult]) -> dict[tuple[str, int], Any]:
        """What stands in the files, by file and line."""
        names = {result.case.place.file for result in results}
        files = sorted(folder.parent / name for name in names)
        return {
            (document.file, document.line_of(("cases", number))): entry
            for document in load_documents(folder, files)
            for number, entry in enumerate(document.data["cases"])
        }

    def link(self, result: CaseResult) -> Link:
        """A link to the case by its sentence."""
        return self._links[id(result)]

    def naming(self, rule: str) -> list[tuple[CaseResult, bool]]:
        """The cases that name a rule, and whether it must hold there."""
        found = [(r, True) for r in self.results if rule in r.case.expect.rules]
        return found + [(r, False) for r in self.results if rule in r.case.expect.not_rules]

    def holding(self, rules: Iterable[str]) -> list[CaseResult]:
        """The cases in which one of the rules held."""
        wanted = set(rules)
        return [result for result in self.results if not wanted.isdisjoint(result.decision.fired)]

    def of_rule(self, entry: Entry) -> list[Block]:
        """The cases of a rule: those that name it in full, further ones by their sentence."""
        said = self._shelf.said
        named = self.naming(entry.id)
        if not named:
            blocks: list[Block] = [Paragraph((said("cases", "none"),))]
        else:
            blocks = [Bullets(tuple(self._named(named)))]
        seen = {id(result) for result, _ in named}
        others = [result for result in self.holding([entry.id]) if id(result) not in seen]
        return blocks + self._further(others)

    def _named(self, named: Sequence[tuple[CaseResult, bool]]) -> Iterator[Item]:
        for number, (result, holds) in enumerate(named):
            code = "fires" if holds else "silent"
            line: Line = (self.link(result), f" – {self._shelf.said('cases', code)}")
            inner = self._facts_and_answer(result) if number < _MOST_IN_FULL else ()
            yield Item(line, tuple(inner))

    def _facts_and_answer(self, result: CaseResult) -> Iterator[Item]:
        said = self._shelf.said
        facts = "; ".join(self.facts(result.case))
        if facts:
            yield Item((f"{said('cases', 'facts')}: {facts}",))
        answer = "; ".join(self.answer(result.case))
        yield Item((f"{said('cases', 'answer')}: {answer}",))

    def _further(self, others: Sequence[CaseResult]) -> list[Block]:
        if not others:
            return []
        code = "also_1" if len(others) == 1 else "also"
        many = self._shelf.said("cases", code, count=len(others))
        _, *listed = self._linked(others, "named")
        return [Paragraph((f"{many}:",)), *listed]

    def of_parameter(self, users: Iterable[Entry]) -> list[Block]:
        """The cases that name a rule which uses the number."""
        found = {id(result): result for user in users for result, _ in self.naming(user.id)}
        return self._linked(list(found.values()), "through")

    def of_measure(self, of: Floor | Frame | LadderStep) -> list[Block]:
        """The cases that expect something of a floor, a sample frame or a step."""
        found = [
            result
            for result in self.results
            if result.case.dossier.kind in of.applies_to and _expects(result.case.expect, of)
        ]
        return self._linked(found, "named")

    def _linked(self, found: Sequence[CaseResult], code: str) -> list[Block]:
        if not found:
            return [Paragraph((self._shelf.said("cases", "none"),))]
        items = [Item((self.link(result),)) for result in found[:_MOST_LINKED]]
        items += [Item(("…",))] if len(found) > _MOST_LINKED else []
        return [Paragraph((self._shelf.said("cases", code),)), Bullets(tuple(items))]

    def facts(self, case: Case) -> Iterator[str]:
        """The facts a case gives, record by record."""
        written, words = self._raw(case), self._shelf.words
        given = [name for name in written.get("subject", {}) if name != "kind"]
        if given:
            yield ", ".join(self._fact("subject", case.dossier.subject, name) for name in given)
        for record, rows in (written.get("records") or {}).items():
            if not rows:
                yield f"{self._shelf.said('cases', 'empty')} {words.record(record, many=True)}"
            for number, row in enumerate(rows):
                of = case.dossier.records[record][number]
                parts = ", ".join(self._fact(record, of, name) for name in row)
                said = words.record(record)
                yield f"{said}: {parts}" if parts else said

    def _raw(self, case: Case) -> Any:
        return self._written[case.place.file, case.place.line]

    def _fact(self, record: str, of: Any, name: str) -> str:
        words = self._shelf.words
        try:
            heading = words.catalogue.heading(record, name, words.lang)
        except UnknownWordError:
            heading = name.replace("_", " ")
        heading = heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]
        value = getattr(of, name)
        values = value if isinstance(value, tuple) else (value,)
        return f"{heading} {', '.join(self._value(record, name, part) for part in values)}"

    def _value(self, record: str, name: str, value: Any) -> str:
        if isinstance(value, date):
            return self._shelf.words.day(value)
        plain = value.value if isinstance(value, Enum) else value
        return self._shelf.words.value(record, name, plain)

    def answer(self, case: Case) -> Iterator[str]:
        """The answer a case must get, without the rules it names."""
        words, expect = self._shelf.words, case.expect
        label = self._shelf.label
        yield f"{label('expected', 'category')}: {words.colour(expect.category)}"
        for code in ("visits", "not_visits"):
            purposes: tuple[Enum, ...] = getattr(expect, code)
            if purposes:
                named = (words.catalogue.word(purpose, words.lang) for purpose in purposes)
                yield f"{label('expected', code)}: {', '.join(named)}"
        if expect.proposals is not None:
            yield f"{label('expected', 'proposals')}: {self._proposals(case)}"
        if expect.frames is not None:
            titles = [words.text(self._shelf.frames[name].title) for name in expect.frames]
            none = self._shelf.said("cases", "empty").lower()
            yield f"{label('expected', 'frames')}: {', '.join(titles) or none}"
        said = {"category", "visits", "not_visits", "proposals", "frames", "rules", "not_rules"}
        for key, value in (self._raw(case).get("expect") or {}).items():
            if key not in said:
                yield f"{label('expected', key)}: {self._flat(value)}"

    def _proposals(self, case: Case) -> str:
        words = self._shelf.words
        found = [
            f"{words.catalogue.word(step, words.lang)} ({words.catalogue.word(status, words.lang)})"
            for step, status in (case.expect.proposals or {}).items()
        ]
        return ", ".join(found) or self._shelf.said("cases", "empty").lower()

    def _flat(self, value: Any) -> str:
        if isinstance(value, bool):
            return self._shelf.words.catalogue.word(value, self._shelf.words.lang)
        if isinstance(value, dict):
            return ", ".join(f"{k.replace('_', ' ')}: {self._flat(v)}" for k, v in value.items())
        if isinstance(value, list):
            return ", ".join(self._flat(part) for part in value)
        return str(value)

    def pages(self, crumbs: tuple[Link, ...], foot: str) -> Iterator[Page]:
        """A page for every file of cases."""
        files: dict[str, list[CaseResult]] = {}
        for result in self.results:
            files.setdefault(result.case.place.file, []).append(result)
        said = self._shelf.said
        for file, results in files.items():
            blocks: list[Block] = [Paragraph((said("cases", "intro"),))]
            blocks.append(Paragraph((said("cases", "plain"),)))
            for result in results:
                blocks += self._blocks(result)
            title = f"{said('said', 'cases')}: {Path(file).name}"
            yield Page(f"cases/{Path(file).stem}", title, tuple(blocks), crumbs, foot)

    def _blocks(self, result: CaseResult) -> Iterator[Block]:
        case, words, said = result.case, self._shelf.words, self._shelf.said
        link = self.link(result)
        yield Heading(link.text, 2, link.anchor)
        kind = words.catalogue.word(case.dossier.kind, words.lang)
        yield Paragraph((said("cases", "as_of", kind=kind, day=words.day(case.as_of)),))
        items = [Item((said("cases", "facts"),), tuple(Item((f,)) for f in self.facts(case)))]
        answer = [Item((line,)) for line in self.answer(case)]
        answer += self._rules("rules", case.expect.rules)
        answer += self._rules("not_rules", case.expect.not_rules)
        items.append(Item((said("cases", "answer"),), tuple(answer)))
        yield Bullets(tuple(item for item in items if item.items))

    def _rules(self, code: str, names: Sequence[str]) -> list[Item]:
        if not names:
            return []
        line: list[Inline] = [f"{self._shelf.label('expected', code)}: "]
        for number, name in enumerate(names):
            line += ["; "] if number else []
            line.append(self._shelf.link(self._shelf.rules[name]))
        return [Item(tuple(line))]


def _expects(expect: Expectation, of: Floor | Frame | LadderStep) -> bool:
    match of:
        case Floor():
            return expect.details.floor_due is not None
        case Frame():
            return of.id in (expect.frames or ()) or of.id in expect.details.draws
        case LadderStep():
            return of.step in (expect.proposals or ())
