"""Pressure as tables that people open and machines read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from engine.portfolio.tables import Column, ColumnType, Table
from engine.rulebook.catalogue import Catalogue, Lang
from engine.rulebook.problems import said
from engine.simulation.assumptions import AssumedOn
from engine.simulation.pressure import Pressure, SubjectPressure
from engine.simulation.pressure_readings import CutReading
from engine.simulation.pressure_sums import Dimension, Sum
from models.rulebook import Source, Text
from models.terms import Authority, Basis, Colour, Kind, Purpose

__all__ = [
    "assumption_table",
    "column",
    "for_print",
    "headline_table",
    "number_text",
    "reading_lines",
    "reading_table",
    "sources_text",
    "subject_table",
    "sum_table",
    "title",
    "word_column",
]

Row = tuple[Any, ...]
_INTEGER, _DECIMAL = ColumnType.INTEGER, ColumnType.DECIMAL
_MILLION = 1_000_000
_WHOLE_FROM = 1_000
_TENTHS_FROM = 10
_HEADINGS = {
    Dimension.COLOUR: ("Farve", "Colour"),
    Dimension.KIND: ("Art", "Kind"),
    Dimension.AUTHORITY: ("Socialtilsyn", "Authority"),
    Dimension.TEAM: ("Konsulent", "Consultant"),
}
_SETS: dict[Dimension, type[StrEnum]] = {
    Dimension.COLOUR: Colour,
    Dimension.KIND: Kind,
    Dimension.AUTHORITY: Authority,
    Dimension.TEAM: Authority,
}


def column(name: str, da: str, en: str, kind: ColumnType = ColumnType.TEXT) -> Column:
    """A column with its headings."""
    return Column(name=name, heading_da=da, heading_en=en, type=kind)


def word_column(name: str, da: str, en: str, words: type[StrEnum], catalogue: Catalogue) -> Column:
    """A column of a closed set, with the labels of its words."""
    labels = {w.value: (catalogue.word(w, "da"), catalogue.word(w, "en")) for w in words}
    return Column(name=name, heading_da=da, heading_en=en, type=ColumnType.WORD, words=labels)


def title(code: str, lang: Lang, /, **blanks: object) -> str:
    """A heading from the catalogue."""
    return said(f"pressure.{code}", **blanks).text(lang)


def _dimension_column(dimension: Dimension, catalogue: Catalogue) -> Column:
    return word_column(dimension.value, *_HEADINGS[dimension], _SETS[dimension], catalogue)


def headline_table(total: Sum, scenario: Sum | None, *, catalogue: Catalogue, lang: Lang) -> Table:
    """All components for all subjects: what was done, what is planned, and what a scenario plans.
    A component nobody has recorded is empty."""
    periods = [total.done, total.planned] + ([] if scenario is None else [scenario.planned])
    columns = (
        column("component", "Mål", "Measure"),
        column("done", "Gjort, året før", "Done, the year before", _DECIMAL),
        column("planned", "Planlagt, perioden", "Planned, the period", _DECIMAL),
        *(() if scenario is None else (column("scenario", "Scenariet", "Scenario", _DECIMAL),)),
    )
    rows = [
        (label, *(value(pressure) for pressure in periods))
        for label, value in _components(catalogue, lang)
    ]
    kept = [row for row in rows if any(row[1:])]
    return Table(
        "headline",
        title("headline", lang, subjects=number_text(total.subjects, lang)),
        columns,
        kept,
    )


def _components(catalogue: Catalogue, lang: Lang) -> Iterator[tuple[str, Any]]:
    yield title("visits", lang), lambda p: p.visits
    for purpose in Purpose:
        label = f"  {catalogue.word(purpose, lang, 'purpose')}"
        yield label, lambda p, purpose=purpose: p.by_purpose.get(purpose, 0)
    yield title("unannounced", lang), lambda p: p.unannounced
    yield title("unannounced_percent", lang), lambda p: p.unannounced_percent
    yield title("not_met", lang), lambda p: p.not_met
    yield title("overdue", lang), lambda p: p.overdue
    yield title("desk_cases", lang), lambda p: p.desk_cases
    yield title("documents", lang), lambda p: p.documents
    yield title("hours", lang), lambda p: p.hours
    for part in ("preparation", "travel", "on_site", "report"):
        name = f"{part}_hours"
        yield f"  {title(part, lang)}", lambda p, name=name: getattr(p.parts, name)
    yield title("money", lang), lambda p: p.money_dkk / _MILLION


def sum_table(
    sums: Iterable[Sum], by: Sequence[Dimension], *, catalogue: Catalogue, lang: Lang
) -> Table:
    """Pressure summed by some dimensions: done beside planned."""
    columns = (
        *(_dimension_column(dimension, catalogue) for dimension in by),
        column("subjects", "Antal", "Subjects", _INTEGER),
        column("visits_done", "Besøg gjort", "Visits done", _INTEGER),
        column("visits_planned", "Besøg planlagt", "Visits planned", _INTEGER),
        column("visits_per_subject", "Planlagt pr. sag", "Planned per subject", _DECIMAL),
        column("unannounced_percent_done", "Uanmeldt % gjort", "Unannounced % done", _DECIMAL),
        column("unannounced_percent", "Uanmeldt % planlagt", "Unannounced % planned", _DECIMAL),
        column("hours_done", "Timer gjort", "Hours done", _INTEGER),
        column("hours_planned", "Timer planlagt", "Hours planned", _INTEGER),
        column("money_million_dkk", "Mio. kr. planlagt", "Million kr. planned", _DECIMAL),
        column("documents", "Dok. bedt om", "Documents", _INTEGER),
    )
    rows = [
        (
            *one.key,
            one.subjects,
            one.done.visits,
            one.planned.visits,
            one.planned.visits / one.subjects if one.subjects else None,
            one.done.unannounced_percent,
            one.planned.unannounced_percent,
            round(one.done.hours),
            round(one.planned.hours),
            one.planned.money_dkk / _MILLION,
            one.planned.documents,
        )
        for one in sums
    ]
    name = "sum_by_" + "_".join(dimension.value for dimension in by)
    shown = ", ".join(_HEADINGS[dimension][0 if lang == "da" else 1].lower() for dimension in by)
    return Table(name, title("by", lang, by=shown), columns, rows)


def subject_table(
    subjects: Iterable[SubjectPressure],
    scenario: Sequence[SubjectPressure] = (),
    *,
    catalogue: Catalogue,
    lang: Lang,
) -> Table:
    """The vector of every subject and period, a row each: `done`, `planned` and, of a scenario,
    `scenario`."""
    columns = (
        column("subject_id", "Id", "Id"),
        *(_dimension_column(dimension, catalogue) for dimension in Dimension),
        Column(
            name="period",
            heading_da="Periode",
            heading_en="Period",
            type=ColumnType.WORD,
            words={
                "done": ("gjort", "done"),
                "planned": ("planlagt", "planned"),
                "scenario": ("scenariet", "scenario"),
            },
        ),
        column("visits", "Besøg", "Visits", _INTEGER),
        *(
            column(
                f"visits_{purpose.value}",
                f"Heraf {catalogue.word(purpose, 'da', 'purpose')}",
                f"Of these {catalogue.word(purpose, 'en', 'purpose')}",
                _INTEGER,
            )
            for purpose in Purpose
        ),
        column("announced", "Anmeldt", "Announced", _INTEGER),
        column("unannounced", "Uanmeldt", "Unannounced", _INTEGER),
        column("not_met", "Ikke truffet", "Not met", _INTEGER),
        column("overdue", "Frist overskredet", "Overdue", _INTEGER),
        column("desk_cases", "Økonomi ved skrivebordet", "Economy desk", _INTEGER),
        column("preparation_hours", "Forberedelse, timer", "Preparation, hours", _DECIMAL),
        column("travel_hours", "Transport, timer", "Travel, hours", _DECIMAL),
        column("on_site_hours", "På stedet, timer", "On site, hours", _DECIMAL),
        column("report_hours", "Rapport, timer", "Report, hours", _DECIMAL),
        column("money_dkk", "Kroner", "Kroner", _DECIMAL),
        column("documents", "Dokumenter bedt om", "Documents asked for", _INTEGER),
    )
    rows: list[Row] = []
    for subject in subjects:
        rows.append(_vector(subject, "done", subject.done))
        rows.append(_vector(subject, "planned", subject.planned))
    rows += [_vector(subject, "scenario", subject.planned) for subject in scenario]
    return Table("pressure", title("vectors", lang), columns, rows)


def _vector(subject: SubjectPressure, period: str, pressure: Pressure) -> Row:
    return (
        subject.subject_id,
        subject.colour,
        subject.kind,
        subject.authority,
        subject.team or subject.authority,
        period,
        pressure.visits,
        *(pressure.by_purpose.get(purpose, 0) for purpose in Purpose),
        pressure.announced,
        pressure.unannounced,
        pressure.not_met,
        pressure.overdue,
        pressure.desk_cases,
        *pressure.parts,
        pressure.money_dkk,
        pressure.documents,
    )


def reading_table(readings: Iterable[CutReading], *, lang: Lang) -> Table:
    """Every reading of the cut that the documents have, printed beside recomputed."""
    columns = (
        column("reading", "Læsning", "Reading"),
        column("of", "Hos", "At"),
        column("before", "Før", "Before", _DECIMAL),
        column("after", "Efter", "After", _DECIMAL),
        column("unit", "Enhed", "Unit"),
        column("printed_percent", "Trykt %", "Printed %", _DECIMAL),
        column("recomputed_percent", "Regnet %", "Recomputed %", _DECIMAL),
        column("source", "Kilde", "Source"),
        column("note", "Bemærkning", "Note"),
    )
    rows = []
    for reading in readings:
        words, change = _reading_words(reading, lang), reading.change
        printed = change.stated_percent
        rows.append(
            (
                words["title"],
                words["of"],
                float(change.before),
                float(change.after),
                words["unit"],
                None if printed is None else float(printed),
                float(change.percent),
                sources_text(change.sources, lang),
                words["note"] or None,
            )
        )
    return Table("readings", title("readings", lang), columns, rows)


def _reading_words(reading: CutReading, lang: Lang) -> dict[str, str]:
    change, whose = reading.change, reading.authority
    of = said("finance.all_five") if whose is None else said(f"finance_words.authority_{whose}")
    misprint = None if change.stated is None else change.stated.misprint
    return {
        "title": said(f"finance_words.reading_{change.reading.value}").text(lang),
        "of": of.text(lang),
        "unit": said(f"finance_words.unit_{change.measure.value}").text(lang),
        "note": "" if misprint is None else _text(misprint, lang),
    }


def assumption_table(assumed: AssumedOn, *, catalogue: Catalogue, lang: Lang) -> Table:
    """What hours and money rest on: every quantity with its range, basis and source."""
    columns = (
        column("assumption", "Id", "Id"),
        column("title", "Antagelse", "Assumption"),
        column("value", "Værdi", "Value", _DECIMAL),
        column("low", "Mindst", "Low", _DECIMAL),
        column("high", "Højst", "High", _DECIMAL),
        column("unit", "Enhed", "Unit"),
        word_column("basis", "Grundlag", "Basis", Basis, catalogue),
        column("source", "Kilde", "Source"),
        column("place", "Står i", "Stands in"),
    )
    rows: list[Row] = []
    for name, entry in assumed.quantities.items():
        if not name.startswith("hours."):
            continue
        value = assumed.value(name)
        where = f"{entry.place.file}:{entry.place.line}"
        source = sources_text(value.sources, lang)
        text = _text(entry.title, lang)
        numbers = (value.value, value.low, value.high)
        rows.append((name, text, *numbers, entry.unit, value.basis, source, where))
    return Table("assumptions", title("assumptions", lang), columns, rows)


def for_print(table: Table, lang: Lang, *, names: Sequence[str] = (), mixed: bool = False) -> Table:
    """The table as it is printed: the columns named (default: all), decimals as people read them.

    In one column all have the same number of places, unless it is `mixed` (of several units).
    Machines get the numbers as they are.
    """
    places = [i for i, one in enumerate(table.columns) if not names or one.name in names]
    columns = [table.columns[i] for i in places]
    rows = [[row[i] for i in places] for row in table.rows]
    for i, one in enumerate(columns):
        if one.type != _DECIMAL:
            continue
        digits = None if mixed else _digits([row[i] for row in rows if row[i] is not None])
        texts = ["" if row[i] is None else _short(row[i], digits, lang) for row in rows]
        width = max([len(text) for text in texts] + [len(w) for w in one.heading(lang).split()])
        for row, text in zip(rows, texts, strict=True):
            row[i] = text.rjust(width) if text else ""
        columns[i] = replace(one, type=ColumnType.TEXT)
    return replace(table, columns=tuple(columns), rows=[tuple(row) for row in rows])


def _digits(values: Sequence[float]) -> int:
    largest = max((abs(value) for value in values), default=0.0)
    if all(float(value).is_integer() for value in values) or largest >= _WHOLE_FROM:
        return 0
    return 2 if largest < _TENTHS_FROM else 1


def _short(value: float, digits: int | None, lang: Lang) -> str:
    return number_text(value, lang, digits=_digits([value]) if digits is None else digits)


def _exact(value: float, lang: Lang) -> str:
    """A per cent as printed in a document: -30, -18,9, -33,97."""
    text = f"{value:g}"
    return text.replace(".", ",") if lang == "da" else text


def number_text(value: float, lang: Lang, *, digits: int = 0) -> str:
    """A number as people write it: 1.234,5 in Danish; a dash for what is no number."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.{digits}f}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "da" else text


def reading_lines(readings: Iterable[CutReading], *, lang: Lang) -> Iterator[str]:
    """The readings as lines for people: each with what is printed, what is reckoned, and where."""
    yield title("readings", lang)
    for reading in readings:
        words, change = _reading_words(reading, lang), reading.change
        printed = ""
        if change.stated_percent is not None:
            percent = _exact(float(change.stated_percent), lang)
            printed = title("reading_printed", lang, percent=percent)
        yield title(
            "reading",
            lang,
            title=words["title"],
            of=words["of"],
            unit=words["unit"],
            before=number_text(float(change.before), lang),
            after=number_text(float(change.after), lang),
            printed=printed,
            percent=number_text(float(change.percent), lang, digits=1),
        )
        note = f"{words['note']}; " if words["note"] else ""
        yield f"    {note}{sources_text(change.sources, lang)}"


def _text(text: Text, lang: Lang) -> str:
    return text.da if lang == "da" else text.en


def sources_text(sources: Iterable[Source], lang: Lang) -> str:
    """Citations on one line."""
    return "; ".join(s if isinstance(s, str) else _text(s, lang) for s in sources)
