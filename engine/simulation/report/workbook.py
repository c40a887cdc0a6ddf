"""The workbook with every number behind a report: a sheet for each table, words beside codes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.portfolio.spreadsheet_text import sheet_text
from engine.portfolio.workbook_style import Style, new_workbook, write_out
from engine.simulation.report.facts import ReportFacts
from engine.simulation.report.results import Results
from engine.simulation.report.texts import Texts
from engine.simulation.tables import SCHEMAS

__all__ = ["write_workbook"]

_MOST_ROWS = 1_000_000
_BATCH = 50_000
_EXACT = "#,##0.####"
_CODED = frozenset(
    {
        *("kind", "authority", "colour", "from_colour", "to_colour", "purpose", "notice"),
        *("theme_group", "basis", "measure", "cut_measure", "unit", "curve"),
    }
)
_WIDTHS = {
    "title_da": 48,
    "title_en": 48,
    "source_da": 60,
    "source_en": 60,
    "source": 44,
    "measure": 52,
}
_FIRST_WIDTH, _WIDTH = 24, 15


def write_workbook(results: Results, facts: ReportFacts, target: Path) -> None:
    """Writes all tables. A table too long for a sheet goes on in a further one."""
    texts = Texts(results.lang)
    workbook = new_workbook(target)
    style = Style(workbook)
    _cover(workbook, style, results, facts, texts)
    formats = _Formats(style.required, style.date, workbook.add_format({"num_format": _EXACT}))
    words = _Words(texts, {policy.name: policy.title for policy in results.policies})
    for name in SCHEMAS:
        table = results.tables[name]
        for part, start in enumerate(range(0, max(table.num_rows, 1), _MOST_ROWS), start=1):
            _sheet(
                workbook.add_worksheet(_sheet_name(texts, name, part)),
                table.slice(start, _MOST_ROWS),
                formats,
                words,
            )
    write_out(workbook)


def _sheet_name(texts: Texts, table: str, part: int) -> str:
    name = texts.said(f"sheets.{table}")
    return name if part == 1 else texts.said("workbook.continued", name=name, number=part)


def _cover(workbook: Any, style: Style, results: Results, facts: ReportFacts, texts: Texts) -> None:
    sheet = workbook.add_worksheet(texts.said("workbook.cover"))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 12)
    row = _rows_from(0)
    sheet.write_string(row(), 0, texts.said("workbook.title"), style.title)
    at = row()
    sheet.set_row(at, 80)
    sheet.merge_range(at, 0, at, 2, texts.said("workbook.intro"), style.wrapped)
    if facts.synthetic:
        sheet.write_string(row(), 0, texts.said("page.synthetic"))
    row()
    for code, value in _facts(facts):
        at = row()
        sheet.write_string(at, 0, texts.said(f"facts.{code}"))
        if isinstance(value, int):
            sheet.write_number(at, 1, value, workbook.add_format({"align": "left"}))
        else:
            sheet.write_string(at, 1, sheet_text(value))
    row()
    at = row()
    for column, code in enumerate(("sheet", "holds", "rows")):
        sheet.write_string(at, column, texts.said(f"workbook.{code}"), style.required)
    for name in SCHEMAS:
        at = row()
        sheet.write_string(at, 0, texts.said(f"sheets.{name}"))
        sheet.write_string(at, 1, texts.said(f"sheets_explained.{name}"), style.wrapped)
        sheet.write_number(at, 2, results.tables[name].num_rows, style.integer)
    row()
    sheet.write_string(row(), 0, texts.said("workbook.data"))


def _rows_from(first: int) -> Callable[[], int]:
    numbers = iter(range(first, 200))
    return lambda: next(numbers)


def _facts(facts: ReportFacts) -> Iterator[tuple[str, int | str]]:
    yield "portfolio", facts.portfolio
    yield "subjects", facts.subjects
    yield "as_of", facts.as_of.isoformat()
    yield "years", facts.years
    yield "replicates", facts.replicates
    yield "seed", facts.seed
    yield "rulebook_hash", facts.rulebook_hash
    if facts.command:
        yield "command", facts.command


@dataclass(frozen=True)
class _Formats:
    heading: Any
    date: Any
    number: Any


def _sheet(sheet: Any, table: pa.Table, formats: _Formats, words: _Words) -> None:
    names = table.column_names
    for column, name in enumerate(names):
        width = _WIDTHS.get(name, _FIRST_WIDTH if column == 0 else _WIDTH)
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, words.heading(name), formats.heading)
    sheet.freeze_panes(1, 0)
    if table.num_rows:
        sheet.autofilter(0, 0, table.num_rows, len(names) - 1)
    row = 0
    for batch in table.to_batches(max_chunksize=_BATCH):
        columns = [column.to_pylist() for column in batch.columns]
        for values in zip(*columns, strict=True):
            row += 1
            for column, (name, value) in enumerate(zip(names, values, strict=True)):
                _write(sheet, (row, column), words.of(name, value), formats)


class _Words:
    """What stands in a cell: the word for a code, the number itself."""

    def __init__(self, texts: Texts, titles: dict[str, str]) -> None:
        self._texts = texts
        self._titles = titles
        self._known: dict[tuple[str, str], str] = {}

    def heading(self, column: str) -> str:
        """A column's heading."""
        return self._texts.said(f"columns.{column}")

    def of(self, column: str, value: Any) -> Any:
        """A cell's value for people; codes without a word stand as they are."""
        if isinstance(value, bool):
            return self._texts.said("words.yes" if value else "words.no")
        if not isinstance(value, str):
            return value
        key = column, value
        if key not in self._known:
            self._known[key] = self._word(column, value)
        return self._known[key]

    def _word(self, column: str, value: str) -> str:
        if column == "policy":
            return self._titles.get(value, value)
        if column not in _CODED:
            return value
        if column == "measure":
            return self._texts.measure(value)
        if column == "cut_measure":
            return self._texts.cut_measure(value)
        return self._texts.word("colour" if column.endswith("_colour") else column, value)


def _write(sheet: Any, place: tuple[int, int], value: Any, formats: _Formats) -> None:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, str):
        sheet.write_string(*place, sheet_text(value))
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, formats.date)
    elif isinstance(value, int):
        sheet.write_number(*place, value)
    else:
        sheet.write_number(*place, value, formats.number)
