"""The workbook of facts: a sheet per kind with Danish headings, drop-downs and explanations.

Empty it is the template; filled it is a portfolio that people can read and change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.portfolio.aside import written_aside
from engine.portfolio.register_index import RegisterIndex
from engine.portfolio.sheets import LAST_DAY, SHEETS, CellType, ColumnSpec, SheetSpec, sheet_spec
from engine.portfolio.spreadsheet_text import sheet_text
from engine.portfolio.workbook_style import (
    FIRST_EXCEL_DAY,
    Style,
    new_workbook,
    sheet_limit,
    write_out,
)
from models.facts.fields import FactModel

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue, Lang
    from models.registers import Registers

__all__ = ["write_fact_workbook", "write_template"]

_LAST_ROW = 1_048_575
_WIDTHS = {
    CellType.DATE: 13,
    CellType.INTEGER: 10,
    CellType.FLAG: 9,
    CellType.TEXT: 16,
    CellType.WORD: 22,
    CellType.REGISTER: 26,
}
_WIDEST = 44
_LONGEST_HINT = 250


def write_template(
    target: Path, *, registers: Registers, catalogue: Catalogue, lang: Lang = "da"
) -> None:
    """An empty workbook to fill in, with a guide and every column explained."""
    with written_aside(target) as aside:
        write_fact_workbook(
            aside, dict.fromkeys(SHEETS, ()), registers=registers, catalogue=catalogue, lang=lang
        )


def write_fact_workbook(
    target: Path,
    rows: Mapping[str, Iterable[FactModel]],
    *,
    registers: Registers,
    catalogue: Catalogue,
    lang: Lang = "da",
) -> None:
    """Writes the workbook with the given sheets. `target` is written in place."""
    index = RegisterIndex(registers)
    workbook = new_workbook(target)
    style = Style(workbook)
    words = _Words(catalogue, index, lang)
    keys = [key for key in SHEETS if key in rows]
    _write_guide(workbook, style, catalogue, lang)
    _write_columns(workbook, style, words, keys)
    ranges = words.ranges(keys)
    for key in keys:
        _write_sheet(workbook, style, words, sheet_spec(key), rows=rows[key], ranges=ranges)
    _write_lists(workbook, words, ranges)
    write_out(workbook)


class _Words:
    """What a workbook says, in its language."""

    def __init__(self, catalogue: Catalogue, index: RegisterIndex, lang: Lang) -> None:
        self.catalogue = catalogue
        self.index = index
        self.lang = lang

    def help(self, section: str, code: str, **said: str) -> str:
        """A text of the help sheets."""
        return self.catalogue.guide(section, code, self.lang).format(**said)

    def list_of(self, column: ColumnSpec) -> str | None:
        """The name of the list a column's words stand in, if it has one."""
        if column.cell is CellType.FLAG:
            return "flag"
        if column.enum is not None:
            from engine.rulebook.catalogue import set_name

            return set_name(column.enum)
        return column.register

    def listed(self, name: str) -> list[str]:
        """The words of a list as people read them."""
        if name in self.index_names():
            return [self.register_label(name, word) for word in self.index.entries(name)]
        return list(self.catalogue.words(name, self.lang).values())

    def index_names(self) -> tuple[str, ...]:
        """The registers."""
        from engine.portfolio.register_index import REGISTER_NAMES

        return REGISTER_NAMES

    def register_label(self, register: str, word: str) -> str:
        """A register's word as people read it, unless that could be misread."""
        label = self.index.label(register, word) if self.lang == "da" else word
        return word if ";" in label else label

    def ranges(self, keys: Iterable[str]) -> dict[str, str]:
        """For every list that the sheets need: where it stands on the sheet of lists."""
        from engine.portfolio.rows import column_letter

        names = {
            name
            for key in keys
            for column in sheet_spec(key).columns
            if (name := self.list_of(column)) is not None
        }
        sheet = self.catalogue.sheet("lists", self.lang)
        ranges: dict[str, str] = {}
        for position, name in enumerate(sorted(names)):
            letter = column_letter(position)
            last = max(2, len(self.listed(name)) + 1)
            ranges[name] = f"='{sheet}'!${letter}$2:${letter}${last}"
        return ranges

    def content(self, column: ColumnSpec) -> str:
        """What a column holds."""
        if column.enum is not None:
            listed = ", ".join(self.catalogue.words(column.enum, self.lang).values())
            text = self.help("content", "word", words=listed)
        elif column.register is not None:
            name = self.catalogue.message(column.register, self.lang, section="registers")
            text = self.help("content", "register", register=name)
        else:
            text = self.help("content", column.cell.value)
        if column.cell is CellType.INTEGER and column.low is not None:
            text += f", {self.bounds(column)}"
        return f"{text}; {self.help('content', 'many')}" if column.many else text

    def bounds(self, column: ColumnSpec) -> str:
        """The lowest and highest number of a column."""
        return self.help("content", "bounds", low=str(column.low), high=str(column.high))


def _write_guide(workbook: Any, style: Style, catalogue: Catalogue, lang: Lang) -> None:
    sheet = workbook.add_worksheet(catalogue.sheet("guide", lang))
    sheet.set_column(0, 0, 110)
    sheet.hide_gridlines(2)
    lines = catalogue.guide_lines(lang)
    row = 0
    for row, line in enumerate(lines):
        heading = row == 0 or (row > 0 and not lines[row - 1])
        sheet.write_string(row, 0, line, style.title if heading else style.wrapped)
    for offset, (code, shown) in enumerate(
        (("required", style.required), ("optional", style.optional)), start=1
    ):
        sheet.write_string(row + offset, 0, catalogue.guide("colours", code, lang), shown)


def _write_columns(workbook: Any, style: Style, words: _Words, keys: Iterable[str]) -> None:
    catalogue, lang = words.catalogue, words.lang
    sheet = workbook.add_worksheet(catalogue.sheet("columns", lang))
    headings = ("sheet", "column", "required", "content", "explanation", "field")
    for position, (code, width) in enumerate(zip(headings, (28, 34, 14, 48, 80, 32), strict=True)):
        sheet.write_string(0, position, words.help("columns", code), style.optional)
        sheet.set_column(position, position, width)
    sheet.freeze_panes(1, 0)
    row = 0
    for key in keys:
        for column in sheet_spec(key).columns:
            row += 1
            cells = (
                catalogue.sheet(key, lang),
                catalogue.heading(key, column.name, lang),
                catalogue.word(column.required, lang),
                words.content(column),
                catalogue.explanation(key, column.name, lang),
                column.name,
            )
            for position, text in enumerate(cells):
                sheet.write_string(row, position, text, style.wrapped)
    sheet.autofilter(0, 0, row, len(headings) - 1)


def _write_sheet(
    workbook: Any,
    style: Style,
    words: _Words,
    spec: SheetSpec,
    *,
    rows: Iterable[FactModel],
    ranges: Mapping[str, str],
) -> None:
    catalogue, lang = words.catalogue, words.lang
    sheet = workbook.add_worksheet(catalogue.sheet(spec.key, lang))
    writers = [_cell_writer(sheet, style, words, column) for column in spec.columns]
    for position, column in enumerate(spec.columns):
        heading = catalogue.heading(spec.key, column.name, lang)
        text = f"{heading} *" if column.required else heading
        width = min(_WIDEST, max(_WIDTHS[column.cell], len(text) + 4))
        sheet.set_column(position, position, width)
        sheet.write_string(0, position, text, style.required if column.required else style.optional)
        note = catalogue.explanation(spec.key, column.name, lang)
        sheet.write_comment(0, position, note, {"x_scale": 2, "y_scale": 1})
        _validate(sheet, position, column, words, ranges)
    last = 0
    for last, row in enumerate(rows, start=1):
        sheet_limit(last, spec.key)
        held = row.__dict__
        for position, column in enumerate(spec.columns):
            value = held[column.name]
            if value is not None:
                writers[position](last, position, value)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(last, 1), len(spec.columns) - 1)


def _cell_writer(
    sheet: Any, style: Style, words: _Words, column: ColumnSpec
) -> Callable[[int, int, Any], None]:
    labels: dict[Any, str] = {}

    def label(value: Any) -> str:
        if value not in labels:
            if column.register is not None:
                labels[value] = words.register_label(column.register, value)
            elif isinstance(value, (bool, Enum)):
                labels[value] = words.catalogue.word(value, words.lang)
            else:
                return sheet_text(value)
        return labels[value]

    def write(row: int, position: int, value: Any) -> None:
        if column.many:
            if value:
                sheet.write_string(row, position, "; ".join(label(item) for item in value))
        elif column.cell is CellType.INTEGER:
            sheet.write_number(row, position, value)
        elif isinstance(value, date):
            if value < FIRST_EXCEL_DAY:
                sheet.write_string(row, position, value.isoformat())
            else:
                midnight = datetime(value.year, value.month, value.day)
                sheet.write_datetime(row, position, midnight, style.date)
        else:
            sheet.write_string(row, position, label(value))

    return write


def _validate(
    sheet: Any, position: int, column: ColumnSpec, words: _Words, ranges: Mapping[str, str]
) -> None:
    """Drop-downs and bounds for the rows a person fills in."""
    rule: dict[str, Any] | None = None
    name = words.list_of(column)
    if column.many:
        rule = None
    elif name is not None:
        rule = {"validate": "list", "source": ranges[name]}
        rule["error_message"] = words.help("refusals", "not_in_list")
    elif column.cell is CellType.DATE:
        rule = {"validate": "date", "criteria": "between"}
        rule |= {"minimum": FIRST_EXCEL_DAY, "maximum": LAST_DAY}
        rule["error_message"] = words.help("refusals", "not_a_date")
    elif column.cell is CellType.INTEGER and column.low is not None:
        rule = {"validate": "integer", "criteria": "between"}
        rule |= {"minimum": column.low, "maximum": column.high}
        bounds = words.bounds(column)
        rule["error_message"] = words.help("refusals", "not_a_number", bounds=bounds)
    if rule is not None:
        sheet.data_validation(1, position, _LAST_ROW, position, rule)


def _write_lists(workbook: Any, words: _Words, ranges: Mapping[str, str]) -> None:
    sheet = workbook.add_worksheet(words.catalogue.sheet("lists", words.lang))
    columns = [[name, *words.listed(name)] for name in ranges]
    for row in range(max((len(column) for column in columns), default=0)):
        for position, column in enumerate(columns):
            if row < len(column):
                sheet.write_string(row, position, column[row])
    sheet.hide()
