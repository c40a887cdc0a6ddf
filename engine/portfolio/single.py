"""Reading one subject out of a portfolio, fast: only the rows about it are parsed.

A folder of CSV is searched as bytes, sorted or not. Where that could mislead (quotation marks,
other line ends, headings in Danish), the file is read row by row instead.
"""

from __future__ import annotations

import csv
import mmap
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.portfolio.csv_text import BOM, cells_of, csv_rows, separator_of
from engine.portfolio.folders import csv_table, files_of_folder
from engine.portfolio.incoming import RawTable
from engine.portfolio.problems import PlaceKind, Problem, Where
from engine.portfolio.read import Gatherer, PortfolioRead, read_portfolio
from engine.portfolio.sheets import SUBJECT_SHEETS, CellType, column_names, sheet_spec

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue
    from models.registers import Registers
    from models.rulebook import LadderStep

__all__ = ["read_subject"]

Rows = list[tuple[int, Sequence[Any]]]


def read_subject(
    source: Path,
    subject_id: str,
    *,
    registers: Registers,
    ladder: Iterable[LadderStep],
    as_of: date,
    ignore_later: bool = False,
    catalogue: Catalogue | None = None,
) -> PortfolioRead:
    """One subject and its records. An id that is not there is a problem of the source.

    Of a folder, only what concerns the subject is looked at; other subjects may be in disorder.
    """

    def gatherer() -> Gatherer:
        return Gatherer(
            registers=registers,
            ladder=ladder,
            as_of=as_of,
            ignore_later=ignore_later,
            catalogue=catalogue,
        )

    if source.is_dir():
        found = _from_folder(source, subject_id, gatherer, quick=True)
        if found.problems or any(w.row == 0 for w in found.warnings):
            found = _from_folder(source, subject_id, gatherer, quick=False)
    else:
        found = read_portfolio(
            source,
            registers=registers,
            ladder=ladder,
            as_of=as_of,
            ignore_later=ignore_later,
            catalogue=catalogue,
        )
    return _about(found, subject_id, source)


def _about(found: PortfolioRead, subject_id: str, source: Path) -> PortfolioRead:
    dossiers = tuple(d for d in found.dossiers if d.subject_id == subject_id)
    problems = tuple(p for p in found.problems if p.subject_id in (None, subject_id))
    warnings = tuple(w for w in found.warnings if w.subject_id in (None, subject_id))
    if not dossiers and not problems and not found.subjects_not_yet_there:
        where = Where(PlaceKind.FILE, source.name, -1)
        values = (("value", subject_id),)
        problems = (Problem(where, "subject_unknown", values=values),)
    return PortfolioRead(
        dossiers=dossiers,
        problems=problems,
        warnings=warnings,
        subjects_with_problems=found.subjects_with_problems & {subject_id},
        unattributed=found.unattributed,
        subjects_fine=len(dossiers),
        subjects_seen=len(dossiers),
        subjects_not_yet_there=found.subjects_not_yet_there,
        rows_read=found.rows_read,
        kinds_in_files=found.kinds_in_files,
    )


def _from_folder(
    folder: Path, subject_id: str, new: Callable[[], Gatherer], *, quick: bool
) -> PortfolioRead:
    gatherer = new()
    for order, (key, path) in enumerate(files_of_folder(folder, gatherer.sink)):
        where = Where(PlaceKind.FILE, path.name, order)
        if path.suffix.casefold() == ".parquet":
            table = _parquet_table(path, key, where, gatherer, subject_id=subject_id, quick=quick)
        else:
            table = _csv_table(path, key, where, gatherer, subject_id=subject_id, quick=quick)
        if table is not None:
            gatherer.add_table(table)
    return gatherer.finish()


def _csv_table(
    path: Path, key: str, where: Where, gatherer: Gatherer, *, subject_id: str, quick: bool
) -> RawTable | None:
    try:
        rows = _searched(path, key, subject_id) if quick else None
        if rows is not None:
            return RawTable(where, key, rows) if len(rows) > 1 else None
        table = csv_table(path, key, where, gatherer.sink)
    except OSError as error:
        gatherer.sink.source(where, "file_unreadable", reason=error.strerror or "?")
        return None
    if table is None:
        gatherer.sink.unread.add(key)
        return None
    return RawTable(where, key, _only(table.rows, subject_id), table.blocked)


def _only(rows: Any, subject_id: str) -> Iterator[tuple[int, Sequence[Any]]]:
    """The heading row, and the rows in which a cell is the id."""
    iterator = iter(rows)
    heading = next(iterator, None)
    if heading is None:
        return
    yield heading
    for number, cells in iterator:
        if any(isinstance(cell, str) and cell.strip() == subject_id for cell in cells[:2]):
            yield number, cells


def _searched(path: Path, key: str, subject_id: str) -> Rows | None:
    """The heading and the rows about a subject, found by search; None where it cannot be trusted.

    Row numbers are right for subjects; rows of records have number 0.
    """
    if path.stat().st_size == 0:
        return []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = content.find(b"\n")
        heading = content[: end if end >= 0 else len(content)].removeprefix(BOM)
        heading = heading.removesuffix(b"\r")
        if b'"' in heading or b"\r" in heading:
            return None
        first = heading.decode("utf-8", "replace")
        separator = separator_of(first)
        names = first.split(separator)
        if names[0] != "subject_id" or not column_names(key).issuperset(names):
            return None
        spans = _spans(content, max(end, 0), subject_id.encode(), separator.encode())
        if spans is None:
            return None
        if spans and _has_texts(key) and _within_quotes(content, [start for start, _ in spans]):
            return None
        rows: Rows = [(1, names)]
        for start, stop in spans:
            parsed = _parsed(content[start:stop], separator)
            if parsed is None or len(parsed) != len(names):
                return None
            number = content[:start].count(b"\n") + 1 if key in SUBJECT_SHEETS else 0
            rows.append((number, cells_of(parsed)))
        return rows


def _has_texts(key: str) -> bool:
    columns = sheet_spec(key).columns
    return any(c.cell is CellType.TEXT and c.name != "subject_id" for c in columns)


def _spans(
    content: mmap.mmap, after: int, wanted: bytes, separator: bytes
) -> list[tuple[int, int]] | None:
    """Start and end of the lines that begin with an id; None if a line only nearly does."""
    spans: list[tuple[int, int]] = []
    search = re.compile(re.escape(wanted)).search  # quicker than content.find
    at = after
    while found := search(content, at):
        at = found.start()
        start = content.rfind(b"\n", 0, at) + 1
        following = content[at + len(wanted) : at + len(wanted) + 1]
        before = content[start : min(at, start + 64)]
        if start == at and following == separator:
            stop = _line_end(content, start)
            spans.append((start, stop))
            at = max(stop, at + 1)
            continue
        if not before.strip(b"\" '\t\r\xc2\xa0") and not following.isdigit():
            return None
        at += 1
    return spans


def _line_end(content: mmap.mmap, start: int) -> int:
    """The end of a row, which may hold line breaks between quotation marks."""
    stop = content.find(b"\n", start)
    while stop >= 0 and content[start:stop].count(b'"') % 2:
        stop = content.find(b"\n", stop + 1)
    return stop if stop >= 0 else len(content)


def _within_quotes(content: mmap.mmap, starts: list[int]) -> bool:
    """Whether any of these places lies between quotation marks, and so begins no row."""
    before = 0
    marks = 0
    for start in starts:
        marks += content[before:start].count(b'"')
        before = start
        if marks % 2:
            return True
    return False


def _parsed(line: bytes, separator: str) -> list[str] | None:
    try:
        text = line.decode("utf-8").removesuffix("\r")
        # A heading line of separators alone tells the reader which separator holds.
        rows = list(csv_rows(separator * 2 + "\n" + text))[1:]
    except (UnicodeDecodeError, csv.Error):
        return None
    return rows[0] if len(rows) == 1 else None


def _parquet_table(
    path: Path, key: str, where: Where, gatherer: Gatherer, *, subject_id: str, quick: bool
) -> RawTable | None:
    from engine.portfolio.folders import parquet_table

    wanted = subject_id if quick else None
    table = parquet_table(path, key, where, gatherer.sink, subject_id=wanted)
    if table is None or quick:
        return table
    return RawTable(where, key, _only(table.rows, subject_id))
