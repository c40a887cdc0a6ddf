"""Reading a portfolio of any form: every problem found, and the dossiers that have none."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from engine.facts.as_known import as_known
from engine.portfolio.budgets import with_deadlines
from engine.portfolio.checks import Checks, Gathered
from engine.portfolio.incoming import Collector, Heading, RawTable
from engine.portfolio.problems import PlaceKind, Problem, Where
from engine.portfolio.register_index import RegisterIndex
from engine.portfolio.rows import Located, RowReader, read_table
from engine.portfolio.sheets import RECORD_SHEETS, SUBJECT_SHEETS, sheet_spec
from engine.portfolio.step_periods import StepPeriods
from models.facts.dossier import Dossier

if TYPE_CHECKING:
    from engine.rulebook.catalogue import Catalogue
    from models.registers import Registers
    from models.rulebook import LadderStep

__all__ = [
    "Gatherer",
    "PortfolioRead",
    "RowSource",
    "read_portfolio",
    "read_rows",
    "without_collection",
]

_PROGRESS_ROWS = 10_000


@dataclass(frozen=True)
class PortfolioRead:
    """What was read. `dossiers` holds only subjects without any problem, sorted by id.

    `unattributed`: something is wrong that may concern any subject; then there are no dossiers.
    `subjects_fine` counts the dossiers, `subjects_seen` every subject met, `rows_read` every row.
    """

    dossiers: tuple[Dossier, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    subjects_with_problems: frozenset[str]
    unattributed: bool = False
    subjects_fine: int = 0
    subjects_seen: int = 0
    subjects_not_yet_there: int = 0
    rows_read: int = 0
    kinds_in_files: dict[str, int] = field(default_factory=dict)

    @property
    def fine(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.problems


class Gatherer:
    """Gathers rows by subject, checks them, and makes dossiers."""

    def __init__(
        self,
        *,
        registers: Registers,
        ladder: Iterable[LadderStep],
        as_of: date,
        ignore_later: bool = False,
        catalogue: Catalogue | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._given_catalogue = catalogue
        self.sink = Collector(lambda: self.catalogue)
        self.index = RegisterIndex(registers)
        self.registers = registers
        self.steps = StepPeriods(ladder)
        self.as_of = as_of
        self.ignore_later = ignore_later
        self.progress = progress
        self.line_readers: dict[str, RowReader] = {}
        self.subjects: dict[str, Gathered] = {}
        self.records: dict[str, dict[str, list[Located]]] = {}
        self.astray: list[Located] = []
        self.counts: dict[str, int] = {}
        self.rows = self.seen = self.fine = self.not_yet = 0
        self.spoilt: set[str] = set()

    @cached_property
    def catalogue(self) -> Catalogue:
        """The words for messages, and for cells in Danish; read when first needed."""
        if self._given_catalogue is not None:
            return self._given_catalogue
        from engine.rulebook.catalogue import load_catalogue

        return load_catalogue()

    def add_table(self, raw: RawTable) -> None:
        """Reads a whole sheet or file."""
        _, rows = read_table(raw, self.sink, self.index)
        for row in rows:
            self.add_row(raw.key, row)
        if raw.unfilled:
            count = str(raw.unfilled)
            self.sink.warn(Problem(raw.where, "form_rows_unfilled", values=(("count", count),)))

    def add_row(self, key: str, row: Located) -> None:
        """Puts one row with its subject."""
        self.rows += 1
        self.counts[key] = self.counts.get(key, 0) + 1
        if self.progress is not None and self.rows % _PROGRESS_ROWS == 0:
            self.progress(self.rows)
        if row.subject_id is None:
            self.astray.append(row)
            return
        if key in RECORD_SHEETS:
            self.records.setdefault(row.subject_id, {}).setdefault(key, []).append(row)
            return
        first = self.subjects.get(row.subject_id)
        if first is None:
            self.subjects[row.subject_id] = Gathered(key, row)
            return
        catalogue = self.catalogue
        other = tuple(
            f"{catalogue.sheet(first.key, lang)}, "
            f"{catalogue.message('row', lang, section='place').format(row=first.subject.row)}"
            for lang in ("da", "en")
        )
        values = (("other", (other[0], other[1])),)
        self.sink.add(
            row.reader.problem(
                "subject_twice", row.row, "subject_id", row.subject_id, values=values
            )
        )
        self.astray.append(row)

    def has_subjects(self) -> bool:
        """Whether any subject was met."""
        return bool(self.subjects)

    def finish(self) -> PortfolioRead:
        """Checks every subject and says what came of it."""
        return self.told(self.settle())

    def settle(self) -> list[Dossier]:
        """Checks the subjects gathered; gives those without a problem, in order of id."""
        self._find_orphans()
        checks = Checks(
            sink=self.sink,
            index=self.index,
            steps=self.steps,
            as_of=self.as_of,
            ignore_later=self.ignore_later,
        )
        for subject_id, gathered in self.subjects.items():
            gathered.records = self.records.pop(subject_id, {})
            checks.check(gathered)
        for row in self.astray:
            checks.check_alone(row)
        self.seen += len(self.subjects)
        dossiers: list[Dossier] = []
        for subject_id in sorted(self.subjects):
            if self._is_spoilt(subject_id):
                self.spoilt.add(subject_id)
                continue
            dossier: Dossier | None = self.subjects[subject_id].dossier()
            if self.ignore_later and dossier is not None:
                dossier = as_known(dossier, self.as_of)
            if dossier is None:
                self.not_yet += 1
            else:
                dossiers.append(with_deadlines(dossier, self.registers))
        self.fine += len(dossiers)
        return dossiers

    def told(self, dossiers: Iterable[Dossier] = ()) -> PortfolioRead:
        """What came of all that was settled."""
        if self.progress is not None:
            self.progress(self.rows)
        return PortfolioRead(
            dossiers=tuple(dossiers),
            problems=tuple(sorted(self.sink.problems)),
            warnings=tuple(sorted(self.sink.warnings)),
            subjects_with_problems=frozenset(self.spoilt | self.sink.spoilt_subjects),
            unattributed=self.sink.unattributed,
            subjects_fine=self.fine,
            subjects_seen=self.seen,
            subjects_not_yet_there=self.not_yet,
            rows_read=self.rows,
            kinds_in_files=dict(self.counts),
        )

    def _find_orphans(self) -> None:
        """Rows about nobody. Where an id may stand in a sheet that could not be read, they are
        not said to be, for that is said of the sheet."""
        silent = not self.sink.unread.isdisjoint(SUBJECT_SHEETS)
        for subject_id, kinds in self.records.items():
            if subject_id in self.subjects:
                continue
            for row in (row for rows in kinds.values() for row in rows):
                self.astray.append(row)
                if not silent and subject_id not in self.sink.kindless:
                    values = (("value", subject_id),)
                    self.sink.add(
                        row.reader.problem(
                            "subject_unknown", row.row, "subject_id", subject_id, values=values
                        )
                    )

    def _is_spoilt(self, subject_id: str) -> bool:
        if self.sink.unattributed or subject_id in self.sink.spoilt_subjects:
            return True
        gathered, sheets = self.subjects[subject_id], self.sink.spoilt_sheets
        return gathered.key in sheets or not sheets.isdisjoint(gathered.records)

    def add_lines(self, source: Iterable[bytes], where: Where) -> None:
        """Reads JSON lines, one dossier a line."""
        from engine.portfolio.lines import cells_in_order, read_lines

        for items in read_lines(source, where, self.sink):
            for key, number, item in items:
                reader = self._line_reader(key, where)
                self.add_cells(reader, number, cells_in_order(reader, number, item))

    def add_cells(self, reader: RowReader, number: int, cells: Sequence[Any]) -> None:
        """Reads one row of JSON lines."""
        self.add_row(reader.spec.key, reader.read(number, cells))

    def _line_reader(self, key: str, where: Where) -> RowReader:
        reader = self.line_readers.get(key)
        if reader is None:
            names = [column.name for column in sheet_spec(key).columns]
            headings = [Heading(i, name, name) for i, name in enumerate(names)]
            reader = RowReader(sheet_spec(key), where, headings, self.sink, self.index)
            self.line_readers[key] = reader
        return reader


class RowSource(Protocol):
    """Facts that lie elsewhere than in files."""

    def give_rows(self, gatherer: Gatherer) -> None:
        """Gives all rows; says what is wrong with the source, also that it has no subjects."""


def read_portfolio(
    source: Path | RowSource | None,
    *,
    stream: BinaryIO | None = None,
    sample_forms: Sequence[Path] = (),
    registers: Registers,
    ladder: Iterable[LadderStep],
    as_of: date,
    ignore_later: bool = False,
    progress: Callable[[int], None] | None = None,
    catalogue: Catalogue | None = None,
) -> PortfolioRead:
    """Reads a workbook (.xlsx), a folder of CSV or Parquet, a .jsonl file, or a stream of lines.

    `sample_forms` are filled-in forms for the results of sample visits (.xlsx), read beside it.
    All problems are found, in every sheet, row and column; the caller decides what to do about
    them. Facts later than `as_of` are problems, unless `ignore_later` leaves them out.
    """
    gatherer = Gatherer(
        registers=registers,
        ladder=ladder,
        as_of=as_of,
        ignore_later=ignore_later,
        progress=progress,
        catalogue=catalogue,
    )
    with without_collection():
        read_rows(source, stream, sample_forms, gatherer)
        return gatherer.finish()


@contextmanager
def without_collection() -> Iterator[None]:
    """Nothing read is garbage; walking millions of live facts again and again is half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_rows(
    source: Path | RowSource | None,
    stream: BinaryIO | None,
    sample_forms: Sequence[Path],
    gatherer: Gatherer,
) -> None:
    """Gives all rows of a source and of forms to a gatherer."""
    if isinstance(source, Path):
        _read_source(source, gatherer)
    elif source is not None:
        source.give_rows(gatherer)
    elif stream is not None:
        gatherer.add_lines(stream, Where(PlaceKind.LINES, "stdin"))
    else:
        raise ValueError("neither a source nor a stream was given")
    if not gatherer.has_subjects() and not gatherer.sink.problems:
        name = source.name if isinstance(source, Path) else "stdin"
        sheets = [gatherer.sink.sheet(key) for key in SUBJECT_SHEETS]
        said = (", ".join(s[0] for s in sheets), ", ".join(s[1] for s in sheets))
        gatherer.sink.source(Where(PlaceKind.FILE, name, -1), "no_subjects", sheets=said)
    if sample_forms:
        from engine.portfolio.sample_forms import read_sample_forms

        for table in read_sample_forms(sample_forms, gatherer.sink):
            gatherer.add_table(table)


def _read_source(source: Path, gatherer: Gatherer) -> None:
    where = Where(PlaceKind.FILE, source.name, -1)
    suffix = source.suffix.casefold()
    if not source.exists():
        gatherer.sink.source(Where(PlaceKind.FILE, str(source), -1), "file_not_found")
    elif source.is_dir() or suffix == ".xlsx":
        for table in _tables(source, gatherer.sink):
            gatherer.add_table(table)
    elif suffix in (".jsonl", ".ndjson"):
        try:
            with source.open("rb") as lines:
                gatherer.add_lines(lines, Where(PlaceKind.LINES, source.name))
        except OSError as error:
            gatherer.sink.source(where, "file_unreadable", reason=error.strerror or "?")
    else:
        gatherer.sink.source(where, "old_excel" if suffix == ".xls" else "format_unknown")


def _tables(source: Path, sink: Collector) -> Iterator[RawTable]:
    if source.is_dir():
        from engine.portfolio.folders import read_folder

        return read_folder(source, sink)
    from engine.portfolio.workbook import read_workbook

    return read_workbook(source, sink)
