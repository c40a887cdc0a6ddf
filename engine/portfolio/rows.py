"""Rows into facts: every cell read as its column asks, every row held against its model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.portfolio.cells import CellParser, cell_parser
from engine.portfolio.incoming import Collector, Heading, RawTable, is_blank, match_headings, spoken
from engine.portfolio.problems import CellError, PlaceKind, Problem, Said, Where, shown
from engine.portfolio.register_index import RegisterIndex
from engine.portfolio.sheets import EARLIEST_DAY, CellType, ColumnSpec, SheetSpec, sheet_spec
from models.facts.fields import FactModel

__all__ = ["Located", "RowReader", "column_letter", "read_table", "unread_rows"]

_ID = re.compile(r"[A-Z]{2,4}-[0-9]{1,9}")
_CPR = re.compile(
    r"(?<![0-9])(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}-?[0-9]{4}(?![0-9])"
)
_WITHOUT_NUMBER = 1
_MOST_KNOWN = 50_000
Blocked = Sequence[tuple[int | None, CellError]]
_OF_A_SCORE = frozenset({"value", "exempt", "score_model"})
_ANY_SCORE = {"subject_id": "ST-1", "no": 1, "indicator": "any", "scored_on": EARLIEST_DAY}


@dataclass(slots=True)
class Located:
    """A fact and the row it came from; `fact` is None if the row could not be read.

    `partial` then holds what could be, unchecked, so that more of what is wrong can be told, and
    `unreadable` names the cells that could not.
    `subject_id` is None if it cannot be told whom the row is about. `no` is a record's number as
    it stands in the row; None if it was left blank.
    """

    subject_id: str | None
    row: int
    fact: Any
    no: int | None
    reader: RowReader
    partial: Any = None
    unreadable: frozenset[str | None] = frozenset()

    @property
    def known(self) -> dict[str, Any]:
        """The row's values by field, as far as they could be read."""
        fact = self.partial if self.fact is None else self.fact
        held: dict[str, Any] = fact.__dict__
        return held


class RowReader:
    """Reads the rows of one sheet."""

    def __init__(
        self,
        spec: SheetSpec,
        where: Where,
        headings: Sequence[Heading],
        sink: Collector,
        index: RegisterIndex,
    ) -> None:
        self.spec = spec
        self.where = where
        self.sink = sink
        self.columns: list[tuple[int, ColumnSpec, CellParser, dict[str, Any] | None]] = []
        for heading in headings:
            if heading.name is not None:
                column = spec.column(heading.name)
                parser = cell_parser(column, index, sink.catalogue)
                # Days, words and small numbers recur by the thousand: remembered as written.
                known: dict[str, Any] | None = None if column.cell is CellType.TEXT else {}
                self.columns.append((heading.position, column, parser, known))
        self.refused: dict[tuple[str, str], CellError] = {}
        self.headed = frozenset(heading.position for heading in headings)
        self.labels = {h.name: h.text for h in headings if h.name is not None}
        self.id_position = next((h.position for h in headings if h.name == "subject_id"), None)
        self.texts = tuple(
            column.name
            for _, column, _, _ in self.columns
            if column.cell is CellType.TEXT and column.name != "subject_id"
        )
        self.complete = all(c.name in self.labels for c in spec.columns if c.required)
        # The validator itself, without the model's call around it: rows come by the 100,000.
        spec.model.model_rebuild()
        self.validate: Callable[[Any], Any] = spec.model.__pydantic_validator__.validate_python

    def subject_of(self, cells: Sequence[Any]) -> str | None:
        """The id a row is about, if it is one."""
        at = self.id_position
        value = cells[at] if at is not None and at < len(cells) else None
        return value if isinstance(value, str) and _ID.fullmatch(value) else None

    def holds_only(self, cells: Sequence[Any], names: frozenset[str]) -> bool:
        """Whether a row holds nothing in columns other than these."""
        own = {position for position, column, _, _ in self.columns if column.name in names}
        return is_blank([cell for position, cell in enumerate(cells) if position not in own])

    def problem(
        self,
        code: str,
        row: int,
        name: str | None,
        subject_id: str | None,
        *,
        values: tuple[tuple[str, Said], ...] = (),
        suggestion: Said | None = None,
    ) -> Problem:
        """A problem of a cell (or, without a name, of a row)."""
        column = None if name is None else self.labels.get(name) or self.label(name)
        return Problem(self.where, code, row, column, name, subject_id, values, suggestion)

    def label(self, name: str) -> str:
        """How a column is called where this source calls columns at all."""
        if self.where.kind is PlaceKind.SHEET:
            return self.sink.catalogue().heading(self.spec.key, name)
        return name

    def read(
        self,
        row: int,
        cells: Sequence[Any],
        blocked: Sequence[tuple[int | None, CellError]] = (),
    ) -> Located:
        """The row's fact, or what could be read of it; what is wrong with it is collected."""
        subject_id = self.subject_of(cells)
        bad: set[str | None] = set()
        if blocked:
            cells = self._without_blocked(row, cells, blocked, subject_id, bad)
        values = self._values(row, cells, subject_id, bad)
        no: int | None = values.get("no")
        if no is None and self.spec.numbered:
            values["no"] = _WITHOUT_NUMBER
        fact = self._validated(row, values, subject_id, bad)
        if fact is not None and subject_id is not None and self.texts:
            self._warn_of_personal_numbers(row, values, subject_id)
        if fact is not None and subject_id is not None and self.complete and not bad:
            return Located(subject_id, row, fact, no, self)
        partial = self.spec.model.model_construct(**values)
        return Located(subject_id, row, None, no, self, partial, frozenset(bad))

    def _values(
        self, row: int, cells: Sequence[Any], subject_id: str | None, bad: set[str | None]
    ) -> dict[str, Any]:
        """The values of the cells that could be read; the others are collected as problems."""
        values: dict[str, Any] = {}
        width = len(cells)
        for position, column, parse, known in self.columns:
            value = cells[position] if position < width else None
            if value is None:
                continue
            name = column.name
            written = type(value) is str
            if written and known is None and not column.many:
                values[name] = value
                continue
            if written and known is not None and value in known:
                values[name] = known[value]
                continue
            error = self.refused.get((name, value)) if written else None
            if error is None:
                try:
                    parsed = parse(value)
                except CellError as refusal:
                    error = refusal.with_traceback(None)
            if error is not None:
                self._add(error, row, name, subject_id)
                bad.add(name)
                if written:
                    self.refused[name, value] = error
            elif parsed is not None:
                values[name] = parsed
                if known is not None and written and len(known) < _MOST_KNOWN:
                    known[value] = parsed
        return values

    def _add(self, error: CellError, row: int, name: str | None, subject_id: str | None) -> None:
        self.sink.add(
            self.problem(
                error.code,
                row,
                name,
                subject_id,
                values=error.values,
                suggestion=error.suggestion,
            )
        )

    def _validated(
        self, row: int, values: dict[str, Any], subject_id: str | None, bad: set[str | None]
    ) -> FactModel | None:
        try:
            fact: FactModel = self.validate(values)
        except ValidationError as error:
            details = error.errors(include_url=False)
            details += self._behind(details, values, bad)
            for detail in details:
                name, code, said = _translated(detail, self.spec, values)
                without_column = code == "empty" and name not in self.labels
                if name in bad or (without_column and not self.complete):
                    continue
                if name == "subject_id":
                    code = "id_empty" if code == "empty" else "id_form"
                self.sink.add(self.problem(code, row, name, subject_id, values=said))
            return None
        return fact

    def _behind(
        self, details: list[Any], values: dict[str, Any], bad: set[str | None]
    ) -> list[Any]:
        """What a score that cannot be read for other reasons has wrong with its value besides."""
        wrong = {detail["loc"][0] for detail in details if detail["loc"]}
        if self.spec.key != "score" or not wrong or (wrong | bad) & _OF_A_SCORE:
            return []
        readable = {name: value for name, value in values.items() if name not in wrong}
        try:
            self.validate({**_ANY_SCORE, **readable})
        except ValidationError as error:
            return list(error.errors(include_url=False))
        return []

    def _without_blocked(
        self,
        row: int,
        cells: Sequence[Any],
        blocked: Sequence[tuple[int | None, CellError]],
        subject_id: str | None,
        bad: set[str | None],
    ) -> list[Any]:
        """The cells without those that were found wrong before; says what was found."""
        names = {position: column.name for position, column, _, _ in self.columns}
        for position, error in blocked:
            name = None if position is None else names.get(position)
            about = None if position == self.id_position else subject_id
            self._add(error, row, name, about)
            bad.add(name)
        stopped = {position for position, _ in blocked}
        return [None if i in stopped else cell for i, cell in enumerate(cells)]

    def _warn_of_personal_numbers(self, row: int, values: dict[str, Any], subject_id: str) -> None:
        for name in self.texts:
            text = values.get(name)
            if text and _CPR.search(text):
                self.sink.warn(self.problem("looks_like_cpr", row, name, subject_id))


def _translated(
    detail: Any, spec: SheetSpec, values: dict[str, Any]
) -> tuple[str | None, str, tuple[tuple[str, Said], ...]]:
    """pydantic's finding as field, code and words of ours."""
    kind, place = detail["type"], detail["loc"]
    name = str(place[0]) if place else None
    value = shown(detail["input"])
    if kind == "missing":
        return name, "empty", ()
    if kind == "value_error" and spec.key == "score":
        return _score_error(values)
    column = next((c for c in spec.columns if c.name == name), None)
    if column is not None and kind in ("greater_than_equal", "less_than_equal"):
        low = "" if column.low is None else str(column.low)
        high = "" if column.high is None else str(column.high)
        return name, "out_of_bounds", (("value", value), ("low", low), ("high", high))
    if kind == "string_too_long":
        limit = str(detail["ctx"]["max_length"])
        found = str(len(str(detail["input"])))
        return name, "text_too_long", (("found", found), ("high", limit))
    if kind == "string_too_short":
        return name, "empty", ()
    return name, "not_acceptable", (("value", value),)


def _score_error(values: dict[str, Any]) -> tuple[str, str, tuple[tuple[str, Said], ...]]:
    if values.get("exempt"):
        return "value", "score_of_exempt", ()
    if values.get("value") is None:
        return "value", "score_missing", ()
    scale: Said = ("0 og 1", "0 and 1") if values.get("score_model") == "binary" else "1-5"
    return "value", "score_off_scale", (("value", str(values["value"])), ("scale", scale))


def read_table(
    raw: RawTable, sink: Collector, index: RegisterIndex
) -> tuple[RowReader, Iterator[Located]]:
    """A table's reader and its rows, read as they are asked for."""
    reader, rows = unread_rows(raw, sink, index)
    return reader, (reader.read(number, cells, blocked) for number, cells, blocked in rows)


def unread_rows(
    raw: RawTable, sink: Collector, index: RegisterIndex
) -> tuple[RowReader, Iterator[tuple[int, Sequence[Any], Blocked]]]:
    """A table's reader, and what it is to read: each row's number, cells, and what is known to be
    wrong with them. Blank rows and repeated headings are left out."""
    headings, rows = match_headings(raw, sink)
    reader = RowReader(sheet_spec(raw.key), raw.where, headings, sink, index)
    return reader, _to_read(raw, reader, rows)


def _to_read(
    raw: RawTable, reader: RowReader, rows: Iterator[tuple[int, Sequence[Any]]]
) -> Iterator[tuple[int, Sequence[Any], Blocked]]:
    at = reader.id_position
    width = max(reader.headed, default=-1) + 1
    gaps = [position for position in range(width) if position not in reader.headed]
    for number, cells in rows:
        if (not cells or cells[0] is None or at != 0) and is_blank(cells):
            if number not in raw.blocked:
                continue
        elif at is not None and at < len(cells) and _repeats_heading(cells[at]):
            reader.sink.add(reader.problem("heading_repeated", number, None, None), harmless=True)
            continue
        if raw.prefilled and reader.holds_only(cells, raw.prefilled):
            raw.unfilled += 1
            continue
        if (gaps or len(cells) > width) and number not in raw.blocked:
            _report_unheaded(reader, number, cells, [*gaps, *range(width, len(cells))])
        yield number, cells, raw.blocked.get(number, ())


def _report_unheaded(
    reader: RowReader, number: int, cells: Sequence[Any], positions: Sequence[int]
) -> None:
    for position in positions:
        if position < len(cells) and not is_blank(cells[position : position + 1]):
            values = (("letter", column_letter(position)),)
            about = reader.subject_of(cells)
            reader.sink.add(reader.problem("heading_empty", number, None, about, values=values))
            return


def _repeats_heading(cell: Any) -> bool:
    """Whether an id's cell holds the heading of ids. Ids have a hyphen, no heading of them does."""
    return (
        isinstance(cell, str)
        and "-" not in cell
        and spoken(cell) in {"id", "subject_id", "subject id"}
    )


def column_letter(position: int) -> str:
    """A column as spreadsheets call it: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
