"""Writes a report: the page, the workbook, the data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.rulebook.catalogue import Lang
from engine.simulation.report.facts import ReportFacts
from engine.simulation.report.page import page_of
from engine.simulation.report.results import Results
from engine.simulation.report.workbook import write_workbook

__all__ = ["DATA", "PAGE", "WORKBOOK", "write_report"]

PAGE, WORKBOOK, DATA = "report.html", "report.xlsx", "data"


def write_report(
    tables: Mapping[str, pa.Table], folder: Path, *, lang: Lang, facts: ReportFacts
) -> list[Path]:
    """The page, the workbook and a Parquet file for each table, in that order.

    `tables` are those of `engine.simulation.tables.SCHEMAS`; of these `policy` must hold at least
    a baseline. Whoever calls this sees to it that a folder is either whole or not there.
    """
    results = Results(tables, lang=lang)
    (folder / DATA).mkdir(parents=True, exist_ok=True)
    page, workbook = folder / PAGE, folder / WORKBOOK
    page.write_text(page_of(results, facts), encoding="utf-8", newline="\n")
    write_workbook(results, facts, workbook)
    written = [page, workbook]
    for name, table in results.tables.items():
        target = folder / DATA / f"{name}.parquet"
        pq.write_table(table, target, compression="zstd")
        written.append(target)
    return written
