"""Writes a run's outputs into one folder: tables, decisions, summary, sample form, record, log."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from engine.analysis.prose import Prose
from engine.decisions.samples import SampleDraw
from engine.portfolio.tables import Column, ColumnType, Table, TableFormat, write_tables
from engine.rulebook.book import Rulebook
from engine.rulebook.catalogue import Catalogue, Lang
from engine.run.evaluate import Outcome
from engine.run.fingerprints import FINGERPRINTS, fingerprint_line
from engine.run.summary import summary_lines
from engine.run.tables import DecisionTables, GrowingRows
from engine.run.tally import Tally
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


def decision_lines(decisions: Iterable[Decision]) -> Iterator[bytes]:
    """Each decision in full as one JSON line."""
    for decision in decisions:
        yield _DECISION.dump_json(decision) + b"\n"


def write_outputs(
    result: Outcome,
    folder: Path,
    *,
    formats: Sequence[TableFormat],
    book: Rulebook,
    prose: Prose,
    quarantined: int = 0,
    new_rows: Callable[[], GrowingRows] = list,
) -> Tally:
    """Everything but the record and the log; the decisions are gone through once.

    `new_rows` makes a place for the rows of a table. Returns the run's figures.
    """
    catalogue, lang = prose.words.catalogue, prose.words.lang
    tally = Tally()
    filled = DecisionTables(book=book, prose=prose, new_rows=new_rows)
    with (
        (folder / "decisions.jsonl").open("wb") as stream,
        (folder / FINGERPRINTS).open("w", encoding="utf-8", newline="\n") as fingerprints,
    ):
        for decision, digest in zip(result.decisions, result.fingerprints, strict=True):
            stream.writelines(decision_lines([decision]))
            fingerprints.write(fingerprint_line(decision.subject_id, digest))
            tally.add(decision)
            filled.add(decision)
    draw = result.draw
    lines = summary_lines(tally, draw, catalogue=catalogue, lang=lang, quarantined=quarantined)
    summary = "\n".join(lines)
    (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8")
    tables = filled.tables(draw)
    for format_ in formats:
        if format_ == "xlsx":
            write_tables(tables, folder / "decisions.xlsx", format="xlsx", lang=lang)
        else:
            write_tables(tables, folder / format_, format=format_, lang=lang)
    if draw.places_drawn:
        form = sample_form(draw, catalogue=catalogue, lang=lang)
        write_tables([form], folder / "sample-form.xlsx", format="xlsx", lang=lang)
    return tally


def sample_form(draw: SampleDraw, *, catalogue: Catalogue, lang: Lang) -> Table:
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
    drawn = sorted((line.subject_id, line.frame) for line in draw.lines if line.drawn)
    rows = [(subject, None, frame, None, None, None, None, None) for subject, frame in drawn]
    return Table(
        name="sample_result",
        title=catalogue.sheet("sample_result", lang),
        columns=columns,
        rows=rows,
    )
