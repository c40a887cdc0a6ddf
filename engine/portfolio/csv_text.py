"""CSV as it is met: separator, byte order mark, rows as a spreadsheet counts them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from engine.portfolio.spreadsheet_text import from_csv_text

__all__ = ["BOM", "cells_of", "csv_rows", "csv_rows_of", "separator_of"]

BOM = b"\xef\xbb\xbf"
_SEPARATORS = ";,\t"
_FIELD_LIMIT = 1 << 20


def separator_of(first_line: str) -> str:
    """The separator of a file, by its heading line; `;` where nothing tells."""
    outside = "".join(first_line.split('"')[::2])
    best = max(_SEPARATORS, key=outside.count)
    return best if outside.count(best) else ";"


def cells_of(row: list[str]) -> list[str | None]:
    """The cells of a row; an empty one is None."""
    return [(from_csv_text(cell) if cell[0] == "'" else cell) if cell else None for cell in row]


def csv_rows(text: str) -> Iterator[list[str]]:
    """The rows of a CSV text. Raises csv.Error where quotation marks do not pair."""
    line_end = text.find("\n")
    heading = text if line_end < 0 else text[:line_end]
    return csv_rows_of(io.StringIO(text, newline=""), heading=heading)


def csv_rows_of(lines: Iterable[str], *, heading: str) -> Iterator[list[str]]:
    """The rows of lines with their ends, as a file opened with newline="" gives them."""
    csv.field_size_limit(_FIELD_LIMIT)
    yield from csv.reader(lines, delimiter=separator_of(heading), strict=True)
