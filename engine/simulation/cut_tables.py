"""A cut as tables: what was taken in which order, who loses what, and who is left unvisited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from engine.portfolio.tables import Column, ColumnType, Table
from engine.rulebook.catalogue import Catalogue, Lang
from engine.simulation.cut import ORDER, Cut, Stage
from engine.simulation.cut_tail import Tail, Unvisited
from engine.simulation.pressure_floor import FlatCut
from engine.simulation.pressure_tables import column, title, word_column
from models.terms import Authority, Colour, Kind, Notice

__all__ = ["flat_table", "loss_table", "stage_table", "tail_table", "unvisited_table"]

_INTEGER, _DECIMAL = ColumnType.INTEGER, ColumnType.DECIMAL
_FLAG, _DATE = ColumnType.FLAG, ColumnType.DATE


def stage_table(cut: Cut, *, lang: Lang) -> Table:
    """What each stage gave, in the order in which the stages were emptied."""
    columns = (
        column("stage", "Rækkefølge", "Order", _INTEGER),
        column("why", "Hvad", "What"),
        column("losses", "Besøg berørt", "Visits touched", _INTEGER),
        column("subjects", "Tilbud og familier", "Subjects", _INTEGER),
        column("taken", "Taget", "Taken", _DECIMAL),
    )
    by_stage = cut.by_stage()
    rows = [
        (number, title(f"why_{stage.value}", lang), *by_stage[stage])
        for number, stage in enumerate(ORDER, start=1)
        if stage is not Stage.SERIOUS_FOLLOW_UP or by_stage[stage][0]
    ]
    return Table("cut_stages", title("stages", lang), columns, rows)


def loss_table(cut: Cut, *, catalogue: Catalogue, lang: Lang) -> Table:
    """Everything that is taken, in the order in which it goes: whose visit, why it could go."""
    columns = (
        column("turn", "Nr.", "No.", _INTEGER),
        column("subject_id", "Id", "Id"),
        *_who(catalogue),
        column("visit_no", "Besøg nr.", "Visit no.", _INTEGER),
        column("latest_on", "Senest", "At the latest", _DATE),
        column("purposes", "Formål", "Purposes"),
        word_column("notice", "Varsling", "Notice", Notice, catalogue),
        column("whole_visit", "Hele besøget", "Whole visit", _FLAG),
        column("hours", "Timer mindre", "Hours less", _DECIMAL),
        column("documents", "Dokumenter mindre", "Documents less", _INTEGER),
        column("why", "Kan tages, fordi", "May go because"),
    )
    why = {stage: title(f"why_{stage.value}", lang) for stage in Stage}
    rows = [
        (
            turn,
            loss.subject.subject_id,
            loss.subject.kind,
            loss.subject.authority,
            loss.subject.colour,
            loss.ordinal,
            loss.visit.on,
            ", ".join(catalogue.word(purpose, lang) for purpose in loss.visit.purposes),
            loss.visit.notice,
            loss.stage is not Stage.DEPTH,
            loss.hours,
            loss.documents,
            why[loss.stage],
        )
        for turn, loss in enumerate(cut.losses, start=1)
    ]
    return Table("cut_losses", title("losses", lang), columns, rows)


def _who(catalogue: Catalogue) -> tuple[Column, ...]:
    return (
        word_column("kind", "Art", "Kind", Kind, catalogue),
        word_column("authority", "Socialtilsyn", "Authority", Authority, catalogue),
        word_column("colour", "Farve", "Colour", Colour, catalogue),
    )


def flat_table(cuts: Iterable[FlatCut], *, catalogue: Catalogue, lang: Lang) -> Table:
    """What the same cut taken evenly would do to the law's visits: why it is not taken evenly."""
    found = tuple(cuts)
    columns = (
        word_column("kind", "Art", "Kind", Kind, catalogue),
        word_column("authority", "Socialtilsyn", "Authority", Authority, catalogue),
        column("subjects", "Antal", "Subjects", _INTEGER),
        column("visits", "Besøg planlagt", "Visits planned", _INTEGER),
        column("statutory_visits", "Heraf efter loven", "Of these by law", _INTEGER),
        column("left_per_subject", "Tilbage pr. sag", "Left per subject", _DECIMAL),
        column("breaks_duty", "Bryder loven", "Breaks the law", _FLAG),
        column("largest_percent", "Højst, %", "At most, %", _DECIMAL),
    )
    rows = [
        (
            one.kind,
            one.authority,
            one.subjects,
            one.visits,
            one.statutory_visits,
            one.left_per_subject,
            one.breaks_duty,
            100 * one.largest_share,
        )
        for one in found
    ]
    percent = f"{100 * found[0].share:g}" if found else "0"
    return Table("flat_cut", title("flat", lang, percent=percent), columns, rows)


def tail_table(before: Tail, after: Tail, *, lang: Lang) -> Table:
    """The time without a visit that counts, before and after, in days and by years."""
    columns = (
        column("plan", "Plan", "Plan"),
        column("subjects", "Antal", "Subjects", _INTEGER),
        column("median_days", "Median, dage", "Median, days", _INTEGER),
        column("nine_of_ten_days", "90 %, dage", "90 %, days", _INTEGER),
        column("longest_days", "Længst, dage", "Longest, days", _INTEGER),
        column("over_one_year", "Over 1 år", "Over 1 year", _INTEGER),
        column("over_two_years", "Over 2 år", "Over 2 years", _INTEGER),
        column("over_three_years", "Over 3 år", "Over 3 years", _INTEGER),
    )
    rows = [
        (title(name, lang), *_numbers(tail))
        for name, tail in (("before_cut", before), ("after_cut", after))
    ]
    return Table("unvisited_tail", title("tail", lang), columns, rows)


def _numbers(tail: Tail) -> tuple[Any, ...]:
    return (
        tail.subjects,
        tail.median_days,
        tail.nine_of_ten_days,
        tail.longest_days,
        tail.over_one_year,
        tail.over_two_years,
        tail.over_three_years,
    )


def unvisited_table(items: Sequence[Unvisited], *, catalogue: Catalogue, lang: Lang) -> Table:
    """Those who go longest without a visit that counts, the longest first."""
    columns = (
        column("subject_id", "Id", "Id"),
        *_who(catalogue),
        column("last_visit_on", "Sidst besøgt", "Last visited", _DATE),
        column("next_visit_on", "Næste senest", "Next at the latest", _DATE),
        column("days", "Dage imellem", "Days between", _INTEGER),
    )
    rows = [
        (
            item.subject.subject_id,
            item.subject.kind,
            item.subject.authority,
            item.subject.colour,
            item.last_on,
            item.next_on,
            item.days,
        )
        for item in items
    ]
    return Table("unvisited", title("unvisited", lang), columns, rows)
