"""What can be wrong in a rulebook, always with file and line, and the sentences it is said in."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from models.rulebook import Place

__all__ = [
    "RulebookError",
    "RulebookProblem",
    "Said",
    "SaidError",
    "nothing_said",
    "reason_of",
    "said",
    "sentences",
]

_REASONS = {
    errno.ENOENT: "not_there",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EEXIST: "in_the_way",
    errno.EISDIR: "folder",
    errno.ENOTDIR: "no_folder",
    errno.ENOSPC: "full",
    errno.EROFS: "read_only",
}

_CATALOGUE = Path(__file__).resolve().parents[2] / "rules" / "catalogue"
"""Sentences belong to the program: another rulebook need not bring its own."""


class Said(NamedTuple):
    """A sentence of the catalogue by its code (`section.sentence`) and what fills its blanks."""

    code: str
    blanks: tuple[tuple[str, object], ...] = ()

    def text(self, lang: Literal["da", "en"] = "en") -> str:
        """The sentence. Where the catalogue cannot be read, its code and blanks must do."""
        if not self.code:
            return ""
        filled = {
            name: value.text(lang) if isinstance(value, Said) else value
            for name, value in self.blanks
        }
        section, _, name = self.code.partition(".")
        try:
            sentence: str = _section(section)[name][lang]
        except (KeyError, TypeError, RulebookError):
            return " ".join([self.code, *(f"{blank}={value}" for blank, value in filled.items())])
        return sentence.format(**filled)

    def __str__(self) -> str:
        return self.text()


def said(code: str, /, **blanks: object) -> Said:
    """A sentence with its blanks filled in; a blank may be a sentence itself."""
    return Said(code, tuple(blanks.items()))


def reason_of(error: OSError) -> Said:
    """Why a file could not be read or written."""
    return said(f"file.{_REASONS.get(error.errno or 0, 'other')}", number=error.errno)


nothing_said = Said("")
"""Fills a blank that holds nothing this time."""


@cache
def _sentences() -> Any:
    from engine.rulebook.documents import plain_document

    return plain_document(_CATALOGUE / "messages.yaml")


@cache
def _section(name: str) -> Any:
    """A section of `messages.yaml`, or one that has a file of its own in `messages/`."""
    if name in _sentences():
        return _sentences()[name]
    from engine.rulebook.documents import plain_document

    return plain_document(_CATALOGUE / "messages" / f"{name}.yaml")


def sentences(section: str) -> list[tuple[str, str]]:
    """A section of the catalogue, English beside Danish, blanks not filled in."""
    return [(text["en"], text["da"]) for text in _section(section).values()]


class RulebookProblem(NamedTuple):
    """One thing wrong, where it stands, and how to mend it."""

    place: Place
    what: Said
    warning: bool = False

    @property
    def text(self) -> str:
        """What is wrong, in English."""
        return self.what.text()

    def line(self, lang: Literal["da", "en"] = "en") -> str:
        """`file:line: text`, as editors understand it."""
        level = said("rulebook.warning").text(lang) if self.warning else ""
        return f"{self.place.file}:{self.place.line}: {level}{self.what.text(lang)}"

    def __str__(self) -> str:
        return self.line()


class SaidError(Exception):
    """Something that ends a command with one sentence, in the language of whoever reads it."""

    def __init__(self, what: Said) -> None:
        self.what = what
        super().__init__(what)

    def __str__(self) -> str:
        return self.what.text()


class RulebookError(Exception):
    """The rulebook cannot be used. Carries every problem found, in order of place."""

    def __init__(self, problems: Iterable[RulebookProblem]) -> None:
        self.problems = tuple(
            sorted(set(problems), key=lambda p: (p.place.file, p.place.line, str(p.what.blanks)))
        )
        super().__init__(self.problems)

    def lines(self, lang: Literal["da", "en"] = "en") -> list[str]:
        """Each problem on its line."""
        return [problem.line(lang) for problem in self.problems]

    def __str__(self) -> str:
        return "\n".join(self.lines())
