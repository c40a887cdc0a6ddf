"""Writes a run's outputs into one folder: tables, decisions, summary, sample form, record, log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from engine.analysis.prose import Prose
from engine.portfolio.tables import Column, ColumnType, Table, TableFormat, write_tables
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang
from engine.run.evaluate import RunResult
from engine.run.summary import summary_lines
from engine.run.tables import decision_tables
from models.decisions import Decision

__all__ = ["decision_lines", "write_outputs"]

_DECISION = TypeAdapter(Decision)
_FORM_FIELDS = (
    "subject_id",
    "no",
    "frame",
    "visited_on",
    "score_changed",
    "indicator",
    "proposed_category",
    "report_sent_on",
)


def decision_lines(decisions: Sequence[Decision]) -> Iterator[bytes]:
    """Each decision in full as one JSON line."""
    for decision in decisions:
        yield _DECISION.dump_json(decision) + b"\n"


def write_outputs(
    result: RunResult,
    folder: Path,
    *,
    formats: Sequence[TableFormat],
    book: Rulebook,
    prose: Prose,
    quarantined: int = 0,
) -> None:
    """Everything but the record and the log."""
    catalogue, lang = prose.words.catalogue, prose.words.lang
    with (folder / "decisions.jsonl").open("wb") as stream:
        stream.writelines(decision_lines(result.decisions))
    lines = summary_lines(result, catalogue=catalogue, lang=lang, quarantined=quarantined)
    summary = "\n".join(lines)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8")
    tables = decision_tables(result, book=book, prose=prose)
    for format_ in formats:
        if format_ == "xlsx":
            write_tables(tables, folder / "decisions.xlsx", format="xlsx", lang=lang)
        else:
            write_tables(tables, folder / format_, format=format_, lang=lang)
    if any(line.drawn for line in result.draw.lines):
        form = sample_form(result, catalogue=catalogue, lang=lang)
        write_tables([form], folder / "sample-form.xlsx", format="xlsx", lang=lang)


def sample_form(result: RunResult, *, catalogue: Catalogue, lang: Lang) -> Table:
    """The form for the results of the drawn sample visits, with its two outcomes: did a score
    change, and is another category proposed. Filled in, it is read as facts again."""
    types = {"visited_on": ColumnType.DATE, "report_sent_on": ColumnType.DATE}
    columns = tuple(
        Column(
            name=name,
            heading_da=catalogue.heading("sample_result", name, "da"),
            heading_en=catalogue.heading("sample_result", name, "en"),
            type=types.get(name, ColumnType.TEXT),
        )
        for name in _FORM_FIELDS
    )
    drawn = sorted((line.subject_id, line.frame) for line in result.draw.lines if line.drawn)
    rows = [(subject, None, frame, None, None, None, None, None) for subject, frame in drawn]
    return Table(
        name="sample_result",
        title=catalogue.sheet("sample_result", lang),
        columns=columns,
        rows=rows,
    )
