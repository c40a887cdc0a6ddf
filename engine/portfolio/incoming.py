"""Rows as they come from a source, and the place where everything wrong with them gathers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.portfolio.problems import CellError, PlaceKind, Problem, Said, Where, shown
from engine.portfolio.register_index import nearest
from engine.portfolio.sheets import SHEETS, SheetSpec, sheet_spec

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue

__all__ = ["Collector", "Heading", "RawTable", "is_blank", "match_headings", "sheet_key", "spoken"]

_ROWS_SEARCHED_FOR_HEADINGS = 10
_LANGS = ("da", "en")


@dataclass(slots=True)
class RawTable:
    """One sheet or file: its rows with their numbers, the first of them the headings.

    `blocked` holds, by row, what is wrong with single cells before they are read: the column's
    position (None for the whole row) and the problem. Of a form, `prefilled` are the columns that
    were filled in for whoever got it; rows with nothing else are counted in `unfilled` and left.
    """

    where: Where
    key: str
    rows: Iterable[tuple[int, Sequence[Any]]]
    blocked: dict[int, list[tuple[int | None, CellError]]] = field(default_factory=dict)
    prefilled: frozenset[str] = frozenset()
    unfilled: int = 0


class Collector:
    """Gathers problems and warnings, and which subjects may not be used because of them.

    `unattributed`: something is wrong that may concern any subject, so that none may be used.
    `unread`: sheets in which not every id could be told, so that an id missing there says nothing;
    `kindless`: ids that were met without it being said of what kind they are.
    """

    def __init__(self, catalogue: Callable[[], Catalogue]) -> None:
        self.catalogue = catalogue
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.spoilt_subjects: set[str] = set()
        self.spoilt_sheets: set[str] = set()
        self.unread: set[str] = set()
        self.kindless: set[str | None] = set()
        self.unattributed = False

    def add(self, problem: Problem, *, harmless: bool = False) -> None:
        """A problem of one subject or, without an id, of whomever it may concern."""
        self.problems.append(problem)
        if problem.subject_id is not None:
            self.spoilt_subjects.add(problem.subject_id)
        elif not harmless:
            self.unattributed = True

    def add_to_sheet(self, key: str, problem: Problem) -> None:
        """A problem of every subject that has rows in a sheet."""
        self.problems.append(problem)
        self.spoilt_sheets.add(key)

    def warn(self, problem: Problem) -> None:
        """Something a person should look at, which stops nothing."""
        self.warnings.append(problem)

    def source(
        self,
        where: Where,
        code: str,
        *,
        row: int | None = None,
        suggestion: Said | None = None,
        **values: Said,
    ) -> None:
        """A problem of the whole source."""
        self.add(Problem(where, code, row=row, values=tuple(values.items()), suggestion=suggestion))

    def unknown(self, where: Where, code: str, near: str | None) -> None:
        """A sheet or file by a name that is not known; what it may be meant to be is not read."""
        self.source(where, code, suggestion=near)
        meant = None if near is None else sheet_key(near, self.catalogue())[0]
        if meant is not None:
            self.unread.add(meant)

    def label(self, record: str, name: str) -> Said:
        """A column's heading in both languages."""
        words = self.catalogue()
        return words.heading(record, name, "da"), words.heading(record, name, "en")

    def sheet(self, record: str) -> Said:
        """A sheet's name in both languages."""
        return self.catalogue().sheet(record, "da"), self.catalogue().sheet(record, "en")


def spoken(text: str) -> str:
    """A heading or name without the differences people do not see."""
    return " ".join(text.replace("*", " ").split()).casefold()


def sheet_key(name: str, catalogue: Catalogue) -> tuple[str | None, str | None]:
    """The sheet meant by a name, and else the nearest name there is. `help` for help sheets."""
    if name in SHEETS:
        return name, None
    known: dict[str, str] = {}
    for lang in ("da", "en"):
        for key in SHEETS:
            known.setdefault(spoken(catalogue.sheet(key, lang)), key)
        for helping in ("guide", "columns", "lists"):
            known.setdefault(spoken(catalogue.sheet(helping, lang)), "help")
    known |= {key: key for key in SHEETS}
    found = known.get(spoken(name))
    if found is not None:
        return found, None
    near = nearest(name, [*(catalogue.sheet(key) for key in SHEETS), *SHEETS])
    return None, near


class Heading(NamedTuple):
    """A column found in a source: where, what it says, and which field it stands for, if any."""

    position: int
    text: str
    name: str | None


def _names(spec: SheetSpec, catalogue: Catalogue) -> dict[str, str]:
    """Every way to write a heading of a sheet, with the field it stands for."""
    known = {column.name: column.name for column in spec.columns}
    known |= {spoken(column.name.replace("_", " ")): column.name for column in spec.columns}
    for lang in ("da", "en"):
        for column in spec.columns:
            heading = catalogue.heading(spec.key, column.name, lang)
            known.setdefault(spoken(heading), column.name)
    return known


def is_blank(row: Sequence[Any]) -> bool:
    """Whether nothing can be seen in a row."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def match_headings(
    raw: RawTable, sink: Collector
) -> tuple[list[Heading], Iterator[tuple[int, Sequence[Any]]]]:
    """The columns of a table, and the rows below. What is wrong with the headings is collected."""
    spec = sheet_spec(raw.key)
    rows = iter(raw.rows)
    first = next(rows, None)
    if first is None:
        return [], iter(())
    number, cells = first
    own = {column.name for column in spec.columns}
    if own.issuperset(cells) and cells:
        known = {name: name for name in own}
    else:
        known = _names(spec, sink.catalogue())
        found = _find_headings(first, rows, known)
        if found is None:
            _report(raw, sink, "heading_missing", row=number)
            return [], iter(())
        if found[0] != number:
            values = (("found", str(found[0])),)
            _report(raw, sink, "heading_not_first", row=number, values=values)
        number, cells = found
    return _columns(raw, sink, spec, known, cells), rows


def _find_headings(
    first: tuple[int, Sequence[Any]],
    rows: Iterator[tuple[int, Sequence[Any]]],
    known: dict[str, str],
) -> tuple[int, Sequence[Any]] | None:
    row: tuple[int, Sequence[Any]] | None = first
    for _ in range(_ROWS_SEARCHED_FOR_HEADINGS):
        if row is None:
            return None
        if sum(isinstance(c, str) and spoken(c) in known for c in row[1]) >= 2:
            return row
        row = next(rows, None)
    return None


def _report(
    raw: RawTable,
    sink: Collector,
    code: str,
    *,
    row: int | None = None,
    column: str | None = None,
    name: str | None = None,
    values: tuple[tuple[str, Said], ...] = (),
    suggestion: str | None = None,
) -> None:
    problem = Problem(raw.where, code, row, column, name, None, values, suggestion)
    if code == "heading_missing" or name == "subject_id":
        sink.add(problem)
        sink.unread.add(raw.key)
    else:
        sink.add_to_sheet(raw.key, problem)


def _columns(
    raw: RawTable, sink: Collector, spec: SheetSpec, known: dict[str, str], cells: Sequence[Any]
) -> list[Heading]:
    headings: list[Heading] = []
    seen: set[str] = set()
    for position, cell in enumerate(cells):
        if cell is None or not str(cell).strip():
            continue
        text = shown(cell)
        name = known.get(str(cell)) or known.get(spoken(str(cell)))
        headings.append(Heading(position, text, None if name in seen else name))
        if name is None:
            words = sink.catalogue()
            labels = [words.heading(spec.key, column.name) for column in spec.columns]
            near = nearest(text, [*labels, *(column.name for column in spec.columns)])
            _report(raw, sink, "column_unknown", row=1, column=text, suggestion=near)
        elif name in seen:
            _report(raw, sink, "column_twice", row=1, column=text, name=name)
        else:
            seen.add(name)
    for column in spec.columns:
        if column.required and column.name not in seen:
            english = raw.where.kind is not PlaceKind.SHEET
            label = column.name if english else sink.catalogue().heading(spec.key, column.name)
            _report(raw, sink, "column_missing", column=label, name=column.name)
    return headings
