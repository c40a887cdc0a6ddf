"""How our workbooks look, and what makes two of them the same to the byte."""

from __future__ import annotations

import errno
from datetime import date, datetime
from pathlib import Path
from typing import Any

from engine.rulebook.problems import SaidError, said

__all__ = [
    "FIRST_EXCEL_DAY",
    "Style",
    "TooManyRowsError",
    "new_workbook",
    "sheet_limit",
    "write_out",
]

FIRST_EXCEL_DAY = date(1900, 3, 1)
"""Excel counts 29 February 1900, which never was; earlier days are written as text."""
_CREATED = datetime(2000, 1, 1)
_MOST_ROWS = 1_048_575


class TooManyRowsError(SaidError):
    """A sheet would have more rows than Excel opens."""


def sheet_limit(row: int, name: str) -> None:
    """Raises TooManyRowsError past the last row that Excel opens."""
    if row > _MOST_ROWS:
        raise TooManyRowsError(said("run.too_many_rows", sheet=name))


def new_workbook(target: Path) -> Any:
    """A workbook in which no text ever becomes a formula or a link, with a fixed birthday."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    workbook = xlsxwriter.Workbook(str(target), options)
    workbook.set_properties({"created": _CREATED})
    return workbook


def write_out(workbook: Any) -> None:
    """Writes the workbook to its file. Raises OSError where that cannot be written."""
    from xlsxwriter.exceptions import XlsxFileError

    try:
        workbook.close()
    except XlsxFileError as error:
        cause = error.args[0] if error.args else None
        raise cause if isinstance(cause, OSError) else OSError(errno.EFBIG, str(error)) from None


class Style:
    """The formats of one workbook."""

    def __init__(self, workbook: Any) -> None:
        heading = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
        self.required = workbook.add_format(
            {**heading, "bg_color": "#1F3864", "font_color": "#FFFFFF"}
        )
        self.optional = workbook.add_format({**heading, "bg_color": "#D9E2F3"})
        self.title = workbook.add_format({"bold": True, "font_size": 13})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.date = workbook.add_format({"num_format": "dd-mm-yyyy"})
        self.integer = workbook.add_format({"num_format": "#,##0"})
        self.decimal = workbook.add_format({"num_format": "#,##0.00"})
        self.green = workbook.add_format({"bg_color": "#C6EFCE", "font_color": "#006100"})
        self.yellow = workbook.add_format({"bg_color": "#FFEB9C", "font_color": "#7F6000"})
        self.red = workbook.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
