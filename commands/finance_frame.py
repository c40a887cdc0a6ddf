"""`tilsynstryk finance frame`: the national frame, an authority's share, and what "30 %" is of."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.finance_output import (
    Report,
    authority_named,
    authority_option,
    deliver,
    finance_options,
    in_words,
    load,
    money,
    named,
    of_two,
    refuse_with,
    rests_on,
    sources_text,
    word_column,
    year_option,
)
from commands.options import language, sentence

if TYPE_CHECKING:
    from engine.finance.frames import AuthorityFrame
    from engine.finance.national_schema import SpendingFrame
    from engine.finance.read import Finance
    from engine.finance.readings import Change
    from engine.portfolio.tables import Table
    from models.terms import Authority

__all__ = ["command"]


@click.command("frame")
@year_option
@authority_option()
@finance_options
def command(
    year: int,
    authority: str | None,
    format_: str,
    out: Path | None,
    authority_files: tuple[Path, ...],
    rules_folder: Path | None,
    lang: str,
) -> None:
    """The national frame, its split, each authority's share, and every reading of "30 %".

    The sources say 30 % of different things: money and visits, gross and net, one authority and all
    five. They stand side by side here, each with its measure; none of them is "the" 30 %.

    \b
    Examples:
      tilsynstryk finance frame --year 2026
      tilsynstryk finance frame --year 2026 --authority syd --format xlsx --out frame.xlsx
    """
    from models.terms import Authority

    finance = load(rules_folder, authority_files)
    whose = tuple(Authority) if authority is None else (authority_named(authority),)
    frame = next((f for f in finance.national.frames if f.year == year), None)
    frames = _authority_frames(finance, whose, year, alone=authority is not None)
    tables = [] if frame is None else [_national(frame)]
    tables.append(_authorities(frames, frame, year))
    readings = _readings(finance, whose, year)
    if readings.rows:
        tables.append(readings)
    foot = [] if frame is None or frame.note is None else [of_two(frame.note)]
    foot += _misprints(finance, whose, year)
    if len(frames) > 1 and frame is not None and not all(found.stated for found in frames):
        total = money(sum(found.total_dkk for found in frames))
        foot.append(sentence("finance.parts_differ", total=total))
    deliver(Report(tuple(tables), foot=tuple(foot)), format_=format_, out=out)


def _authority_frames(
    finance: Finance, whose: tuple[Authority, ...], year: int, *, alone: bool
) -> list[AuthorityFrame]:
    """The frames that are known; all five may be asked for where only some are."""
    from engine.finance.frames import NoFrameError, frame_of

    found = []
    for authority in whose:
        try:
            found.append(frame_of(finance, authority, year))
        except NoFrameError as error:
            if alone or (authority is whose[-1] and not found):
                refuse_with(error)
    return found


def _national(frame: SpendingFrame) -> Table:
    from engine.finance.exact import as_decimal, decimals_of, half_up_dkk
    from engine.finance.frames import frame_parts, per_subject_dkk
    from engine.portfolio.tables import Column, Table

    parts = frame_parts(frame)
    per_offer, per_family = per_subject_dkk(frame)
    cut = as_decimal(frame.cut_percent, decimals=decimals_of(frame.cut_percent))
    rows: list[tuple[str, int, int | None]] = [
        (sentence("finance.spending", year=frame.spending_year), parts.spending_dkk, None),
        (sentence("finance.cut", percent=cut), half_up_dkk(-parts.cut_dkk), None),
        (sentence("finance.given_back"), parts.given_back_dkk, None),
        (sentence("finance.frame"), half_up_dkk(parts.exact_dkk), frame.printed_frame_dkk),
        (
            sentence("finance.reduction"),
            half_up_dkk(parts.exact_dkk - frame.spending_dkk),
            -frame.printed_reduction_dkk,
        ),
        (sentence("finance.by_tariffs"), frame.tariffs_dkk, frame.tariffs_dkk),
        (sentence("finance.by_objective"), frame.objective_dkk, frame.objective_dkk),
        (
            sentence("finance.per_offer", count=money(frame.offers)),
            half_up_dkk(per_offer),
            frame.printed_per_offer_dkk,
        ),
        (
            sentence("finance.per_family", count=money(frame.families)),
            half_up_dkk(per_family),
            frame.printed_per_family_dkk,
        ),
    ]
    columns = (
        Column("item", "Post", "Item", "text"),
        Column("recomputed_dkk", "Beregnet, kr.", "Recomputed, kr.", "integer"),
        Column("stated_dkk", "Oplyst, kr.", "Stated, kr.", "integer"),
        *rests_on(),
    )
    title = sentence("finance.frame_title", year=frame.year)
    origin = (frame.basis.value, sources_text(frame.sources))
    return Table("national", title, columns, [(*row, *origin) for row in rows])


def _authorities(frames: list[AuthorityFrame], frame: SpendingFrame | None, year: int) -> Table:
    from engine.finance.exact import as_decimal
    from engine.portfolio.tables import Column, Table
    from models.terms import Authority

    columns = (
        word_column("authority", ("Socialtilsyn", "Authority"), Authority, "authority"),
        Column("objective_dkk", "Plejefamilier, kr.", "Families, kr.", "integer"),
        Column("tariffs_dkk", "Tilbud, kr.", "Offers, kr.", "integer"),
        Column("total_dkk", "I alt, kr.", "Total, kr.", "integer"),
        Column("share_percent", "Andel af rammen, %", "Part of the frame, %", "decimal"),
        *rests_on(),
    )
    rows = []
    for found in frames:
        share = None
        if frame is not None:
            share = as_decimal(Fraction(100 * found.total_dkk, frame.printed_frame_dkk))
        rows.append(
            (
                found.authority.value,
                found.objective_dkk,
                found.tariffs_dkk,
                found.total_dkk,
                share,
                found.basis.value,
                _origin(found),
            )
        )
    return Table("authorities", sentence("finance.authorities_title", year=year), columns, rows)


def _origin(found: AuthorityFrame) -> str:
    """Where a share stands, or what it was worked out from."""
    sources = sources_text(found.sources)
    return sources if found.stated else f"{found.how.text(language())} ({sources})"


def _changes(
    finance: Finance, whose: tuple[Authority, ...], year: int
) -> Iterator[tuple[str, Change]]:
    """Every reading, national ones once, with whom it is of."""
    from engine.finance.readings import NATIONAL, changes_of

    for number, authority in enumerate(whose):
        for change in changes_of(finance, authority, year):
            if change.reading not in NATIONAL:
                yield named(authority), change
            elif number == 0:
                yield sentence("finance.all_five"), change


def _readings(finance: Finance, whose: tuple[Authority, ...], year: int) -> Table:
    from engine.finance.exact import as_decimal, half_up_dkk
    from engine.finance.readings import Measure
    from engine.finance.schema import Reading
    from engine.portfolio.tables import Column, Table

    columns = (
        word_column("reading", ("Hvad der falder", "What falls"), Reading, "reading"),
        Column("of", "Hos", "At", "text"),
        Column("before", "Før", "Before", "integer"),
        Column("after", "Efter", "After", "integer"),
        word_column("measure", ("Enhed", "Unit"), Measure, "unit"),
        Column("percent", "Ændring, %", "Change, %", "decimal"),
        Column("stated_percent", "Oplyst, %", "Stated, %", "decimal"),
        Column("sources", "Kilder", "Sources", "text"),
    )
    rows = [
        (
            change.reading.value,
            of,
            half_up_dkk(change.before),
            half_up_dkk(change.after),
            change.measure.value,
            as_decimal(change.percent),
            _stated(change),
            sources_text(change.sources),
        )
        for of, change in _changes(finance, whose, year)
    ]
    return Table("readings", sentence("finance.readings_title"), columns, rows)


def _stated(change: Change) -> Decimal | None:
    """As fine as it is stated."""
    from engine.finance.exact import as_decimal, decimals_of

    percent = change.stated_percent
    return None if percent is None else as_decimal(percent, decimals=decimals_of(percent))


def _misprints(finance: Finance, whose: tuple[Authority, ...], year: int) -> Iterator[str]:
    from engine.finance.schema import Reading

    for of, change in _changes(finance, whose, year):
        if change.stated is not None and change.stated.misprint is not None:
            reading = in_words(f"reading_{change.reading.value}")
            why = of_two(change.stated.misprint)
            yield sentence("finance.reading_misprint", of=of, reading=reading, why=why)
        if change.reading is Reading.NATIONAL_MONEY:
            yield sentence("finance.gross_and_net")
