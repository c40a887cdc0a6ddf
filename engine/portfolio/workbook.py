"""Reading an Excel workbook: one sheet per kind, headings in row 1, values only."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.portfolio.incoming import Collector, RawTable, is_blank, sheet_key
from engine.portfolio.problems import CellError, PlaceKind, Problem, Where
from engine.portfolio.rows import column_letter
from engine.portfolio.spreadsheet_text import from_sheet_text

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

__all__ = ["read_workbook"]

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CHUNK_BYTES = 1 << 20


def read_workbook(
    source: Path, sink: Collector, *, order: int = 0, named_by_file: bool = False
) -> Iterator[RawTable]:
    """The sheets of a workbook as tables; what is wrong with the workbook is collected.

    Of one workbook among several, `order` is the first sheet's place among all, and what is said
    names the file with the sheet.
    """
    where = Where(PlaceKind.FILE, source.name, order - 1)
    workbook = _opened(source, where, sink)
    if workbook is None:
        return
    formulas = _formulas(source, where, sink)
    seen: dict[str, str] = {}
    for position, name in enumerate(workbook.sheet_names, start=order):
        shown = f"{source.name}, {name}" if named_by_file else name
        place = Where(PlaceKind.SHEET, shown, position)
        key, near = sheet_key(name, sink.catalogue())
        if key == "help":
            continue
        sheet = _sheet(workbook, name)
        if sheet is None:
            sink.source(place, "corrupt_excel")
            sink.unread.add(key or name)
        elif key is None:
            if not all(is_blank(row) for row in sheet.to_python()):
                sink.unknown(place, "sheet_unknown", near)
        elif key in seen:
            sink.source(place, "sheet_twice", other=seen[key])
        else:
            seen[key] = name
            _report_merged(sheet, key, place, sink)
            yield RawTable(place, key, _rows(sheet), _blocked(formulas.get(name, [])))


def _opened(source: Path, where: Where, sink: Collector) -> CalamineWorkbook | None:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with source.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        sink.source(where, "file_unreadable", reason=error.strerror or "?")
        return None
    if start == _OLD_EXCEL:
        encrypted = source.suffix.casefold() == ".xlsx"
        sink.source(where, "encrypted_excel" if encrypted else "old_excel")
        return None
    if not start.startswith(b"PK"):
        sink.source(where, "not_excel")
        return None
    try:
        with zipfile.ZipFile(source) as archive:
            damaged = archive.testzip() is not None
        if not damaged:
            return CalamineWorkbook.from_path(source)
    except PasswordError:
        sink.source(where, "encrypted_excel")
        return None
    except (zipfile.BadZipFile, zlib.error, CalamineError, OSError, EOFError, ValueError):
        pass
    except NotImplementedError:
        sink.source(where, "encrypted_excel")
        return None
    sink.source(where, "corrupt_excel")
    return None


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet | None:
    from python_calamine import CalamineError

    try:
        return workbook.get_sheet_by_name(name)
    except CalamineError:
        return None


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Sequence[Any]]]:
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        cells: list[Any] = [
            (from_sheet_text(cell) if cell[0] == "'" else cell)
            if isinstance(cell, str) and cell
            else (None if cell == "" else cell)
            for cell in row
        ]
        while cells and cells[-1] is None:
            cells.pop()
        yield number, cells


def _report_merged(sheet: CalamineSheet, key: str, where: Where, sink: Collector) -> None:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        cells = f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}"
        problem = Problem(where, "merged", top + 1, values=(("range", cells),))
        if left == 0:
            sink.add(problem)
        else:
            sink.add_to_sheet(key, problem)


def _has_formulas(source: Path) -> bool:
    with zipfile.ZipFile(source) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            with archive.open(name) as part:
                rest = b""
                while chunk := part.read(_CHUNK_BYTES):
                    if _FORMULA.search(rest + chunk):
                        return True
                    rest = chunk[-40:]
    return False


def _formulas(source: Path, where: Where, sink: Collector) -> dict[str, list[tuple[int, int]]]:
    """Row and column position of every formula, by sheet."""
    found: dict[str, list[tuple[int, int]]] = {}
    if not _has_formulas(source):
        return found
    import openpyxl

    try:
        workbook = openpyxl.load_workbook(source, read_only=True)
        for sheet in workbook.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f" and cell.row and cell.column:
                        found.setdefault(sheet.title, []).append((cell.row, int(cell.column) - 1))
        workbook.close()
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile):
        sink.source(where, "corrupt_excel")
    return found


def _blocked(formulas: list[tuple[int, int]]) -> dict[int, list[tuple[int | None, CellError]]]:
    blocked: dict[int, list[tuple[int | None, CellError]]] = {}
    for row, position in formulas:
        error = CellError("formula", cell=f"{column_letter(position)}{row}")
        blocked.setdefault(row, []).append((position, error))
    return blocked
