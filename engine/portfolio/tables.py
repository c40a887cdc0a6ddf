"""Tables of results: declared columns, written for machines and for people."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO

from engine.portfolio.aside import folder_aside, written_aside
from engine.portfolio.csv_text import BOM
from engine.portfolio.spreadsheet_text import csv_text

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Lang

__all__ = [
    "Column",
    "ColumnType",
    "Rows",
    "Table",
    "TableFormat",
    "print_table",
    "write_tables",
]

TableFormat = Literal["csv", "json", "jsonl", "xlsx", "parquet"]
_COLOURS = {"green": "green", "yellow": "yellow", "red": "red"}
_LONGEST_SHEET_NAME = 31
_ROWS_A_PART = 1 << 16
_ROWS_A_GROUP = 1 << 20
"""What pyarrow itself takes for a row group."""


class ColumnType(StrEnum):
    """What a column of a table holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    FLAG = "flag"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for machines, its headings, its type.

    `words`: for words (and flags, as `true` and `false`), the Danish and English label of each.
    """

    name: str
    heading_da: str
    heading_en: str
    type: ColumnType | Literal["text", "integer", "decimal", "date", "flag", "word"]
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def heading(self, lang: Lang) -> str:
        """The heading in a language."""
        return self.heading_da if lang == "da" else self.heading_en

    def label(self, value: Any, lang: Lang) -> str:
        """A word or flag as people read it."""
        key = _key(value)
        if key in self.words:
            return self.words[key][0 if lang == "da" else 1]
        if isinstance(value, bool):
            return {"true": ("ja", "yes"), "false": ("nej", "no")}[key][0 if lang == "da" else 1]
        return key


class Rows(Protocol):
    """Rows of a table that can be gone through as often as needed: a list, or a file of rows."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[Any]:
        """Each row, a sequence of values in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. Rows are tuples in the order of the columns; None is an empty cell."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Rows


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.value) if isinstance(value, Enum) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "; ".join(str(_plain(item)) for item in value)
    return value


def write_tables(
    tables: Sequence[Table], target: Path, *, format: TableFormat, lang: Lang = "da"
) -> None:
    """Writes tables: one workbook for xlsx; else a file if there is one table, or a folder.

    A single table goes to a folder too, if the target has no suffix. Machines' formats have the
    columns' names and the words themselves; workbooks have headings and labels in `lang`.
    """
    if format == "xlsx":
        with written_aside(target) as aside:
            _write_workbook(tables, aside, lang)
    elif len(tables) == 1 and target.suffix:
        with written_aside(target) as aside:
            _write_one(tables[0], aside, format)
    else:
        with folder_aside(target, replaces=frozenset()) as folder:
            for table in tables:
                _write_one(table, folder / f"{table.name}.{format}", format)


def _write_one(table: Table, target: Path, format: TableFormat) -> None:
    if format == "csv":
        _write_csv(table, target)
    elif format == "parquet":
        _write_parquet(table, target)
    else:
        _write_json(table, target, lines=format == "jsonl")


def _write_csv(table: Table, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM.decode())
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.name for column in table.columns])
        for row in table.rows:
            writer.writerow([_csv_cell(value) for value in row])


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _key(value)
    plain = _plain(value)
    return csv_text(plain) if isinstance(plain, str) else str(plain)


def _write_json(table: Table, target: Path, *, lines: bool) -> None:
    names = [column.name for column in table.columns]

    def number(value: Any) -> Any:
        return float(value) if isinstance(value, Decimal) else _plain(value)

    objects = (dict(zip(names, map(number, row), strict=True)) for row in table.rows)
    with target.open("w", encoding="utf-8", newline="\n") as file:
        if lines:
            file.writelines(json.dumps(item, ensure_ascii=False) + "\n" for item in objects)
        else:
            # The same text as json.dumps(list(objects), indent=1), one object at a time.
            between = "[\n"
            for item in objects:
                shown = json.dumps([item], ensure_ascii=False, indent=1)
                file.write(between + shown.removeprefix("[\n").removesuffix("\n]"))
                between = ",\n"
            file.write("\n]\n" if len(table.rows) else "[]\n")


def _write_parquet(table: Table, target: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        ColumnType.INTEGER: pa.int64(),
        ColumnType.DECIMAL: pa.float64(),
        ColumnType.DATE: pa.date32(),
        ColumnType.FLAG: pa.bool_(),
    }
    kinds = [types.get(ColumnType(column.type), pa.string()) for column in table.columns]
    schema = pa.schema(
        [pa.field(column.name, kind) for column, kind in zip(table.columns, kinds, strict=True)]
    )

    def part(of: Iterable[Any]) -> Any:
        rows, arrays = list(of), []
        for position, (column, kind) in enumerate(zip(table.columns, kinds, strict=True)):
            values = [row[position] for row in rows]
            if kind == pa.string():
                values = [None if value is None else str(_plain(value)) for value in values]
            elif column.type == ColumnType.DECIMAL:
                values = [None if value is None else float(value) for value in values]
            arrays.append(pa.array(values, type=kind))
        return pa.Table.from_arrays(arrays, schema=schema)

    with pq.ParquetWriter(target, schema, compression="zstd", store_schema=False) as writer:
        for group in _parts(_parts(table.rows, _ROWS_A_PART), _ROWS_A_GROUP // _ROWS_A_PART):
            whole = pa.concat_tables([part(rows) for rows in group]).combine_chunks()
            writer.write_table(whole, row_group_size=_ROWS_A_GROUP)
        if not len(table.rows):
            writer.write_table(part([]))


def _parts(rows: Iterable[Any], size: int) -> Iterator[Iterator[Any]]:
    waiting = iter(rows)
    for first in waiting:
        yield chain([first], islice(waiting, size - 1))


def _write_workbook(tables: Sequence[Table], target: Path, lang: Lang) -> None:
    from engine.portfolio.workbook_style import Style, new_workbook, sheet_limit, write_out

    workbook = new_workbook(target)
    style = Style(workbook)
    for name, table in zip(_sheet_names(tables), tables, strict=True):
        sheet = workbook.add_worksheet(name)
        for position, column in enumerate(table.columns):
            sheet.set_column(position, position, _width(table, position, lang))
            sheet.write_string(0, position, column.heading(lang), style.optional)
            _colour(sheet, position, column, style, lang, last=len(table.rows))
        for number, row in enumerate(table.rows, start=1):
            sheet_limit(number, name)
            for position, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                if value is not None:
                    _write_cell(sheet, number, position, column, value, style=style, lang=lang)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(len(table.rows), 1), max(len(table.columns) - 1, 0))
    write_out(workbook)


def _sheet_names(tables: Sequence[Table]) -> list[str]:
    """Titles as sheets may be called: without forbidden signs, short, and all different."""
    names: list[str] = []
    for table in tables:
        clean = "".join(" " if sign in "[]:*?/\\'" else sign for sign in table.title)
        name = " ".join(clean.split())[:_LONGEST_SHEET_NAME] or table.name[:_LONGEST_SHEET_NAME]
        number = 2
        while name.casefold() in {other.casefold() for other in names}:
            name = f"{name[: _LONGEST_SHEET_NAME - 4]} ({number})"
            number += 1
        names.append(name)
    return names


def _write_cell(
    sheet: Any, row: int, position: int, column: Column, value: Any, *, style: Any, lang: Lang
) -> None:
    from engine.portfolio.workbook_style import FIRST_EXCEL_DAY

    if column.type == ColumnType.INTEGER:
        sheet.write_number(row, position, value, style.integer)
    elif column.type == ColumnType.DECIMAL:
        sheet.write_number(row, position, float(value), style.decimal)
    elif column.type == ColumnType.DATE and value >= FIRST_EXCEL_DAY:
        midnight = datetime(value.year, value.month, value.day)
        sheet.write_datetime(row, position, midnight, style.date)
    elif column.type in (ColumnType.WORD, ColumnType.FLAG):
        sheet.write_string(row, position, column.label(value, lang))
    else:
        sheet.write_string(row, position, str(_plain(value)))


def _colour(
    sheet: Any, position: int, column: Column, style: Any, lang: Lang, *, last: int
) -> None:
    """Green, yellow and red cells are filled; the word stands there for whoever sees no colour."""
    if column.type != ColumnType.WORD or not last or not set(_COLOURS) & set(column.words):
        return
    for word, name in _COLOURS.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{column.label(word, lang)}"',
            "format": getattr(style, name),
        }
        sheet.conditional_format(1, position, last, position, rule)


def _width(table: Table, position: int, lang: Lang) -> int:
    column = table.columns[position]
    shown = [_shown(column, row[position], lang) for row in islice(table.rows, 200)]
    longest = max((len(text) for text in shown), default=0)
    return min(60, max(longest + 2, len(column.heading(lang)) + 4, 8))


def _shown(column: Column, value: Any, lang: Lang) -> str:
    """A value as people read it: 1.234, 1,5 and 14-03-2025 in Danish."""
    if value is None:
        return ""
    if column.type in (ColumnType.INTEGER, ColumnType.DECIMAL):
        text = f"{value:,}" if column.type == ColumnType.INTEGER else f"{value:,.2f}"
        return text.translate(str.maketrans(",.", ".,")) if lang == "da" else text
    if column.type == ColumnType.DATE:
        return str(value.strftime("%d-%m-%Y")) if lang == "da" else str(value.isoformat())
    if column.type in (ColumnType.WORD, ColumnType.FLAG):
        return column.label(value, lang)
    return str(_plain(value))


def print_table(
    table: Table, stream: TextIO, *, lang: Lang = "da", width: int | None = None
) -> None:
    """Prints a table for people; colours only where the stream is a terminal."""
    from rich.console import Console
    from rich.table import Table as Printed
    from rich.text import Text

    printed = Printed(title=Text(table.title), title_justify="left")
    numbers = (ColumnType.INTEGER, ColumnType.DECIMAL)
    for column in table.columns:
        side: Literal["left", "right"] = "right" if column.type in numbers else "left"
        printed.add_column(Text(column.heading(lang)), justify=side)
    for row in table.rows:
        printed.add_row(*_cells(table.columns, row, lang))
    Console(file=stream, width=width, highlight=False).print(printed)


def _cells(columns: Iterable[Column], row: Sequence[Any], lang: Lang) -> list[Any]:
    from rich.text import Text

    cells = []
    for column, value in zip(columns, row, strict=True):
        word = column.type == ColumnType.WORD and value is not None
        colour = _COLOURS.get(_key(value), "") if word else ""
        cells.append(Text(_shown(column, value, lang), style=colour))
    return cells
