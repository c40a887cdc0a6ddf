"""A table as aligned columns for a terminal: nothing is cut off, long headings are broken."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from commands.options import language
from engine.portfolio.tables import Column, ColumnType, Table
from engine.simulation.pressure_tables import number_text

__all__ = ["table_lines"]

_DIGITS_ONLY = str.maketrans("", "", ".,")


def table_lines(table: Table) -> Iterator[str]:
    """Title, headings, a rule, and a line for each row. A column without a value is left out."""
    shown = [
        [_shown(column, value) for column, value in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    used = [at for at in range(len(table.columns)) if any(row[at].strip() for row in shown)]
    columns = [table.columns[at] for at in used]
    rows = [[row[at] for at in used] for row in shown]
    widths = [
        max(_longest_word(column), *(len(row[at]) for row in rows))
        for at, column in enumerate(columns)
    ]
    right = [
        column.type == ColumnType.INTEGER or all(_is_number(row[at]) for row in rows)
        for at, column in enumerate(columns)
    ]
    yield table.title
    for line in (*_headings(columns, widths), ["-" * width for width in widths], *rows):
        yield _line(line, widths, right)


def _is_number(cell: str) -> bool:
    return not cell or cell.strip().lstrip("-").translate(_DIGITS_ONLY).isdigit()


def _shown(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.type in (ColumnType.WORD, ColumnType.FLAG):
        return column.label(value, language())
    if column.type == ColumnType.INTEGER:
        return number_text(value, language())
    return value.isoformat() if isinstance(value, date) else str(value)


def _longest_word(column: Column) -> int:
    return max(len(word) for word in column.heading(language()).split())


def _headings(columns: Sequence[Column], widths: Sequence[int]) -> list[list[str]]:
    """The headings broken to the width of their columns, standing on one base line."""
    broken = [
        textwrap.wrap(column.heading(language()), width)
        for column, width in zip(columns, widths, strict=True)
    ]
    height = max((len(lines) for lines in broken), default=0)
    padded = [[""] * (height - len(lines)) + lines for lines in broken]
    return [list(line) for line in zip(*padded, strict=True)]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if by else cell.ljust(width)
        for cell, width, by in zip(cells, widths, right, strict=True)
    )
    return "  " + "  ".join(padded).rstrip()
