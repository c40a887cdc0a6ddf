"""Reading filled-in forms for the results of sample visits beside a portfolio.

An evaluation writes the form with a row for every drawn visit; whoever was there fills in the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.portfolio.incoming import Collector, RawTable
from engine.portfolio.problems import PlaceKind, Where
from engine.portfolio.sheets import SHEETS
from engine.portfolio.workbook import read_workbook

__all__ = ["PREFILLED", "read_sample_forms"]

PREFILLED = frozenset({"subject_id", "no", "frame"})
"""What stands in a form before anybody was there; a row with nothing else is no result yet."""
_KEY = "sample_result"


def read_sample_forms(forms: Sequence[Path], sink: Collector) -> Iterator[RawTable]:
    """The sheets of results in these workbooks; what is wrong with the forms is collected."""
    seen: set[Path] = set()
    for number, form in enumerate(forms, start=1):
        order = number * len(SHEETS) * 2  # after the sheets of the facts
        where = Where(PlaceKind.FILE, form.name, order)
        if not form.is_file():
            sink.source(Where(PlaceKind.FILE, str(form), order), "file_not_found")
        elif form.suffix.casefold() != ".xlsx":
            sink.source(where, "form_not_excel")
        elif form.resolve() in seen:
            sink.source(where, "form_twice")
        else:
            seen.add(form.resolve())
            yield from _results(form, where, sink)


def _results(form: Path, where: Where, sink: Collector) -> Iterator[RawTable]:
    before = len(sink.problems)
    found = False
    for table in read_workbook(form, sink, order=where.order, named_by_file=True):
        if table.key == _KEY:
            found = True
            table.prefilled = PREFILLED
            yield table
        else:
            sink.source(table.where, "form_other_sheet", sheet=sink.sheet(_KEY))
    if not found and len(sink.problems) == before:
        sink.source(where, "form_without_sheet", sheet=sink.sheet(_KEY))
