"""What is wrong with facts that were given: where it stands, in words, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue, Lang

__all__ = ["CellError", "PlaceKind", "Problem", "Said", "Where", "problem_lines", "shown"]

Said = str | tuple[str, str]
"""A word in a message: the same in both languages, or Danish and English."""
_LONGEST_SHOWN = 60


class PlaceKind(StrEnum):
    """A sheet of a workbook, a file with rows, a file with one dossier a line, or a table of a
    database, whose rows are told apart by their keys."""

    SHEET = "sheet"
    FILE = "file"
    LINES = "lines"
    TABLE = "table"


_PLACE = {
    PlaceKind.SHEET: ("sheet", "row"),
    PlaceKind.LINES: ("file", "line"),
    PlaceKind.TABLE: ("table", "key"),
}


@dataclass(frozen=True, slots=True)
class Where:
    """The sheet or file; `order` is its place among the others."""

    kind: PlaceKind
    name: str
    order: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the facts. `column` is the heading as it stands, `field` its model's."""

    where: Where
    code: str
    row: int | None = None
    column: str | None = None
    field: str | None = None
    subject_id: str | None = None
    values: tuple[tuple[str, Said], ...] = ()
    suggestion: Said | None = None

    @property
    def sheet(self) -> str:
        """The sheet or file."""
        return self.where.name

    def __lt__(self, other: Problem) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[int, str, int, str, str, str]:
        where = self.where
        values = str(self.values)
        return (where.order, where.name, self.row or 0, self.column or "", self.code, values)

    def message(self, lang: Lang = "da", catalogue: Catalogue | None = None) -> str:
        """What is wrong and how to mend it, without the place."""
        words = catalogue or _standard_catalogue()
        said = {name: _in(value, lang) for name, value in self.values}
        text = words.message(self.code, lang).format(**said)
        if self.suggestion:
            hint = words.message("suggestion", lang, section="place")
            text = f"{text} {hint.format(suggestion=_in(self.suggestion, lang))}"
        return text

    def text(self, lang: Lang = "da", catalogue: Catalogue | None = None) -> str:
        """The whole line: sheet or file, row, column, and the message."""
        words = catalogue or _standard_catalogue()
        kind, row = _PLACE.get(self.where.kind, ("file", "row"))
        parts = [words.message(kind, lang, section="place").format(name=self.where.name)]
        if self.row is not None:
            parts.append(words.message(row, lang, section="place").format(row=self.row))
        if self.column is not None:
            column = words.message("column", lang, section="place")
            parts.append(column.format(column=shown(self.column)))
        return f"{', '.join(parts)}: {self.message(lang, words)}"


class CellError(Exception):
    """A cell cannot be read as its column asks; becomes a Problem once its place is known."""

    def __init__(self, code: str, *, suggestion: Said | None = None, **values: Said) -> None:
        super().__init__(code)
        self.code = code
        self.suggestion = suggestion
        self.values = tuple(values.items())


def _in(value: Said, lang: Lang) -> str:
    return value if isinstance(value, str) else value[0 if lang == "da" else 1]


def shown(value: object) -> str:
    """A value as a message shows it: on one line, cut where it is long."""
    text = " ".join(str(value).split())
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() else "�" for sign in text)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


@cache
def _standard_catalogue() -> Catalogue:
    from engine.rulebook.catalogue import load_catalogue

    return load_catalogue()


def problem_lines(
    problems: Sequence[Problem],
    *,
    lang: Lang = "da",
    at_most: int | None = None,
    catalogue: Catalogue | None = None,
) -> Iterable[str]:
    """One line a problem, in order; after `at_most` of them a line says how many are left out."""
    listed = problems if at_most is None else problems[:at_most]
    for problem in listed:
        yield problem.text(lang, catalogue)
    left_out = len(problems) - len(listed)
    if left_out:
        words = catalogue or _standard_catalogue()
        yield words.message("left_out", lang, section="place").format(count=left_out)
