"""A portfolio larger than memory: rows sorted by subject on disk, read a few subjects at a time.

All is done by the same steps as where everything is held, so the same dossiers come in the same
order and the same problems are found. What is held: a sorted part, a batch of subjects, and the
problems themselves. A workbook is still opened whole; Excel bounds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from engine.portfolio.incoming import RawTable
from engine.portfolio.problems import Problem
from engine.portfolio.read import Gatherer, PortfolioRead, RowSource, read_portfolio, read_rows
from engine.portfolio.rows import RowReader, unread_rows
from engine.portfolio.sheets import SUBJECT_SHEETS
from engine.portfolio.spool import SortedPile
from models.facts.dossier import Dossier

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.rulebook.catalogue import Catalogue
    from models.registers import Registers
    from models.rulebook import LadderStep

__all__ = ["StreamedPortfolio", "is_large"]

_ROWS_AT_A_TIME = 20_000
_LARGE_BYTES = 64_000_000
_PACKED = 8
"""About how much larger facts are as text than as Parquet."""


def is_large(source: Path | None) -> bool:
    """Whether a folder or a file of JSON lines would take gigabytes of memory if held whole."""
    if source is None:
        return False
    try:
        files = [p for p in source.iterdir() if p.is_file()] if source.is_dir() else [source]
        sizes = [p.stat().st_size * (_PACKED if p.suffix == ".parquet" else 1) for p in files]
    except OSError:
        return False
    return source.suffix.casefold() != ".xlsx" and sum(sizes) > _LARGE_BYTES


class _Spooled(Gatherer):
    """Puts rows on disk as they come, and settles them subject by subject."""

    def __init__(self, pile: SortedPile, **given: Any) -> None:
        super().__init__(**given)
        self._pile = pile
        self._readers: list[RowReader] = []
        self._numbers: dict[int, int] = {}
        self.any_subject = False

    def add_table(self, raw: RawTable) -> None:
        """Reads a whole sheet or file, and keeps its rows unparsed."""
        reader, rows = unread_rows(raw, self.sink, self.index)
        for number, cells, blocked in rows:
            self._put(reader, number, cells, blocked)
        if raw.unfilled:
            count = str(raw.unfilled)
            self.sink.warn(Problem(raw.where, "form_rows_unfilled", values=(("count", count),)))

    def add_cells(self, reader: RowReader, number: int, cells: Sequence[Any]) -> None:
        """Keeps one row of JSON lines."""
        self._put(reader, number, cells, ())

    def has_subjects(self) -> bool:
        """Whether any row is about a subject itself."""
        return self.any_subject

    def _put(self, reader: RowReader, number: int, cells: Sequence[Any], blocked: Any) -> None:
        place = self._numbers.get(id(reader))
        if place is None:
            place = self._numbers[id(reader)] = len(self._readers)
            self._readers.append(reader)
        about = reader.subject_of(cells)
        self.any_subject |= about is not None and reader.spec.key in SUBJECT_SHEETS
        self._pile.add(about or "", (place, number, tuple(cells), tuple(blocked)))

    def settled(self) -> Iterator[Dossier]:
        """The dossiers of subjects without a problem, in order of id."""
        waiting = 0
        for about, rows in self._pile.groups():
            for place, number, cells, blocked in rows:
                reader = self._readers[place]
                self.add_row(reader.spec.key, reader.read(number, cells, blocked))
                waiting += 1
                if not about and waiting >= _ROWS_AT_A_TIME:
                    waiting = len(self._settled_now())
            if waiting >= _ROWS_AT_A_TIME:
                waiting = 0
                yield from self._settled_now()
        yield from self._settled_now()

    def _settled_now(self) -> list[Dossier]:
        dossiers = self.settle()
        self.subjects, self.records, self.astray = {}, {}, []
        return dossiers


class StreamedPortfolio:
    """A portfolio whose dossiers come one after the other, in order of id. One without any subject
    has nothing to give but problems, and is read whole.

    They are to be gone through once; `finish` then says what was wrong, and only when nothing was,
    or all that was concerns subjects set aside, may what was made of them be used.
    """

    def __init__(
        self,
        source: Path | RowSource | None,
        *,
        folder: Path,
        stream: BinaryIO | None = None,
        sample_forms: Sequence[Path] = (),
        registers: Registers,
        ladder: Iterable[LadderStep],
        as_of: date,
        ignore_later: bool = False,
        all_or_nothing: bool = True,
        catalogue: Catalogue | None = None,
        progress: Callable[[int], None] | None = None,
        rows_held: int | None = None,
    ) -> None:
        """Sorts the rows into files of `folder`. With `all_or_nothing` no more dossiers come once
        a problem is found, and the rest is only looked through for others."""
        self._all_or_nothing = all_or_nothing
        self._whole: PortfolioRead | None = None
        ladder = tuple(ladder)
        given: dict[str, Any] = {
            "registers": registers,
            "ladder": ladder,
            "as_of": as_of,
            "ignore_later": ignore_later,
            "catalogue": catalogue,
            "progress": progress,
        }
        self._gatherer = _Spooled(SortedPile(folder, at_a_time=rows_held), **given)
        read_rows(source, stream, sample_forms, self._gatherer)
        if not self._gatherer.has_subjects():
            if stream is not None:
                stream.seek(0)
            self._whole = read_portfolio(source, stream=stream, sample_forms=sample_forms, **given)
        self._dossiers = self._flow()

    def _flow(self) -> Iterator[Dossier]:
        if self._whole is not None:
            yield from self._whole.dossiers
            return
        for dossier in self._gatherer.settled():
            if not (self._all_or_nothing and self._gatherer.sink.problems):
                yield dossier

    def dossiers(self) -> Iterator[Dossier]:
        """Each subject without a problem, as far as is known by then."""
        return self._dossiers

    def finish(self) -> PortfolioRead:
        """Looks through what is left, and says what came of it all; the dossiers are gone."""
        for _ in self._dossiers:
            pass
        return self._gatherer.told() if self._whole is None else self._whole
