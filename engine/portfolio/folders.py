"""Reading a folder: one CSV or Parquet file per kind of subject or record."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from engine.portfolio.csv_text import BOM, cells_of, csv_rows_of
from engine.portfolio.incoming import Collector, RawTable, sheet_key
from engine.portfolio.problems import CellError, PlaceKind, Where
from engine.portfolio.sheets import SHEETS

__all__ = ["csv_table", "files_of_folder", "parquet_table", "read_folder"]

_READABLE = (".csv", ".parquet")
_ALIKE = 0.75
_CHUNK_BYTES = 1 << 20
_ROWS_A_BATCH = 1 << 14
_NO_FACTS = frozenset({"manifest.json", "thumbs.db", "desktop.ini"})


def files_of_folder(folder: Path, sink: Collector) -> list[tuple[str, Path]]:
    """The files of a folder with the kind each holds, in the order of the sheets."""
    where = Where(PlaceKind.FILE, folder.name, -1)
    try:
        present = sorted(path for path in folder.iterdir() if not _of_others(path.name))
        within = {path: path.is_dir() for path in present}
    except OSError as error:
        sink.source(where, "file_unreadable", reason=error.strerror or "?")
        return []
    files = [p for p in present if not within[p] and p.suffix.casefold() in _READABLE]
    if not files:
        sink.source(where, "folder_empty")
    elif len({path.suffix.casefold() for path in files}) > 1:
        sink.source(where, "folder_mixed")
    _report_unread([path for path in present if path not in files], within, sink)
    found: dict[str, Path] = {}
    for path in files:
        stem = path.stem
        key, near = (stem, None) if stem in SHEETS else sheet_key(stem, sink.catalogue())
        place = Where(PlaceKind.FILE, path.name)
        if key is None:
            sink.unknown(place, "file_unknown", near)
        elif key in found:
            sink.source(place, "sheet_twice", other=found[key].name)
        elif key != "help":
            found[key] = path
    return [(key, found[key]) for key in SHEETS if key in found]


def _of_others(name: str) -> bool:
    """Hidden and passing files, what desktops leave behind, and the papers of a folder."""
    plain = name.casefold()
    return (
        name[:1] in "._~"
        or name[-1:] == "~"
        or plain in _NO_FACTS
        or plain.partition(".")[0] == "readme"
    )


def _alike(name: str, other: str) -> bool:
    from difflib import SequenceMatcher

    return SequenceMatcher(None, name.casefold(), other.casefold()).ratio() >= _ALIKE


def _report_unread(unread: list[Path], within: dict[Path, bool], sink: Collector) -> None:
    """A file in another form may hold facts that are looked for in vain; so may a folder with the
    name of a file, while other folders hold something else."""
    for path in unread:
        name = path.name.partition(".")[0]
        key, near = sheet_key(name, sink.catalogue())
        if near is not None and not _alike(name, near):
            near = None
        place = Where(PlaceKind.FILE, path.name, -1)
        if not within[path]:
            sink.unknown(place, "file_form_unread", key or near)
        elif key or near:
            sink.source(place, "folder_unread")


def read_folder(folder: Path, sink: Collector) -> Iterator[RawTable]:
    """The files of a folder as tables; what is wrong with the files is collected."""
    for order, (key, path) in enumerate(files_of_folder(folder, sink)):
        where = Where(PlaceKind.FILE, path.name, order)
        if path.suffix.casefold() == ".csv":
            try:
                table = csv_table(path, key, where, sink)
            except OSError as error:
                sink.source(where, "file_unreadable", reason=error.strerror or "?")
                sink.unread.add(key)
                continue
        else:
            table = parquet_table(path, key, where, sink)
        if table is None:
            sink.unread.add(key)
        else:
            yield table


def csv_table(path: Path, key: str, where: Where, sink: Collector) -> RawTable | None:
    """One CSV file as a table, whose rows are read as they are asked for; None if it is not UTF-8.
    Raises OSError."""
    with path.open("rb") as file:
        heading = file.readline().removeprefix(BOM).decode("utf-8", "replace").removesuffix("\n")
        file.seek(0)
        fault = _not_utf8(file)
    if fault is not None:
        sink.source(where, "not_utf8", byte=str(fault + 1))
        return None
    blocked: dict[int, list[tuple[int | None, CellError]]] = {}
    rows = _csv_rows(path, key, where, sink, heading=heading, blocked=blocked)
    return RawTable(where, key, rows, blocked)


def _not_utf8(file: BinaryIO) -> int | None:
    """How many bytes, after a byte order mark, are UTF-8; None if all of them."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    start = len(BOM) if file.read(len(BOM)) == BOM else 0
    file.seek(start)
    read = 0
    while True:
        chunk = file.read(_CHUNK_BYTES)
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return read - pending + error.start
        if not chunk:
            return None
        read += len(chunk)


def _csv_rows(
    path: Path,
    key: str,
    where: Where,
    sink: Collector,
    *,
    heading: str,
    blocked: dict[int, list[tuple[int | None, CellError]]],
) -> Iterator[tuple[int, Sequence[Any]]]:
    expected = 0
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for number, row in enumerate(csv_rows_of(lines, heading=heading), start=1):
                if number == 1:
                    expected = len(row)
                elif len(row) != expected and any(cell.strip() for cell in row):
                    found, headings = str(len(row)), str(expected)
                    error = CellError("row_ragged", found=found, expected=headings)
                    blocked.setdefault(number, []).append((None, error))
                yield number, cells_of(row)
    except csv.Error as error:
        sink.source(where, "csv_broken", row=number + 1, reason=str(error))
        sink.unread.add(key)


def parquet_table(
    path: Path, key: str, where: Where, sink: Collector, *, subject_id: str | None = None
) -> RawTable | None:
    """One Parquet file as a table, or only its rows about one subject, then unnumbered."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = pq.read_schema(path).names
        if subject_id is None:
            for _ in _batches(path):
                pass
            return RawTable(where, key, _parquet_rows(names, lambda: _batches(path)))
        only = [("subject_id", "=", subject_id)] if "subject_id" in names else None
        table = pq.read_table(path, partitioning=None, filters=only)
    except (pa.ArrowException, OSError):
        sink.source(where, "corrupt_parquet")
        return None
    rows = _parquet_rows(table.column_names, table.to_batches)
    return RawTable(where, key, rows if only is None else ((0, cells) for _, cells in rows))


def _batches(path: Path) -> Iterator[Any]:
    """The rows of a file, a part at a time; going through them all shows whether it is whole."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        yield from file.iter_batches(batch_size=_ROWS_A_BATCH)


def _parquet_rows(
    names: list[str], batches: Callable[[], Iterable[Any]]
) -> Iterator[tuple[int, Sequence[Any]]]:
    yield 0, names
    number = 0
    for batch in batches():
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number += 1
            yield number, cells
