"""`tilsynstryk finance tariffs`: an authority's tariffs in a year, and the base they come from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.finance_output import (
    Report,
    authority_named,
    authority_option,
    deliver,
    finance_options,
    fine,
    in_words,
    load,
    money,
    named,
    of_two,
    refuse_year,
    rests_on,
    sources_text,
    word_column,
    year_option,
)
from commands.options import sentence

if TYPE_CHECKING:
    from engine.finance.schema import AuthorityFinance
    from engine.finance.tariffs import Tariffs
    from engine.portfolio.tables import Table

__all__ = ["command"]


@click.command("tariffs")
@authority_option(required=True)
@year_option
@finance_options
def command(
    authority: str,
    year: int,
    format_: str,
    out: Path | None,
    authority_files: tuple[Path, ...],
    rules_folder: Path | None,
    lang: str,
) -> None:
    """Tariffs of offers by size class, printed beside recomputed.

    Every tariff of a row is one unrounded base times the weight of the size class, halves rounded
    up. Where a source prints the row, the bases that give it are worked out backwards; where your
    own file gives a base, or an amount to collect, the row is worked out from it.

    \b
    Examples:
      tilsynstryk finance tariffs --authority syd --year 2024
      tilsynstryk finance tariffs --authority midt --year 2027 --authority-file my.yaml
    """
    from engine.finance.tariffs import tariffs_of

    finance = load(rules_folder, authority_files)
    whose = authority_named(authority)
    own = finance.of(whose)
    found = tariffs_of(own, finance.national, year)
    if not found:
        known = {row.year for row in own.tariffs}
        refuse_year("finance.no_tariffs", authority=whose, year=year, known=known)
    title = sentence("finance.tariffs_title", authority=named(whose), year=year)
    report = Report(
        tables=(_table(title, found), _cells(found)),
        head=tuple(_weights(own, year)),
        foot=tuple(dict.fromkeys(_remarks(found))),
        shown=("tariffs",),
    )
    deliver(report, format_=format_, out=out)


def _weights(own: AuthorityFinance, year: int) -> Iterator[str]:
    """The weights of the year, and what they rest on."""
    from engine.finance.tariffs import weights_on

    weights = weights_on(own, date(year, 1, 1))
    if weights is not None:
        shown = " / ".join(fine(weight) for _, weight in weights.by_size.items())
        basis = in_words(f"basis_{weights.basis.value}")
        sources = sources_text(weights.sources)
        yield sentence("finance.weights", weights=shown, basis=basis, sources=sources)


def _name(tariffs: Tariffs) -> str:
    """`Skærpet tilsyn pr. måned i 2026-priser`."""
    name = in_words(f"product_{tariffs.product.value}")
    if tariffs.rule is not None:
        name += " " + in_words(f"period_{tariffs.rule.per.value}")
    if tariffs.prices_of != tariffs.year:
        name += in_words("in_prices_of", year=tariffs.prices_of)
    return name


def _sources(tariffs: Tariffs) -> tuple[str, str]:
    """Basis and sources: of the row, or of the rule that stands in for one."""
    block: Any = tariffs.row if tariffs.row is not None else tariffs.rule
    return block.basis.value, sources_text(block.sources)


def _table(title: str, found: tuple[Tariffs, ...]) -> Table:
    from engine.finance.blocks import KronerBySize
    from engine.finance.exact import as_decimal
    from engine.finance.schema import IntensifiedPeriod, Product
    from engine.portfolio.tables import Column, Table

    sizes = list(KronerBySize.model_fields)
    columns = (
        word_column("product", ("Ydelse", "Product"), Product, "product"),
        word_column("per", ("Periode", "Period"), IntensifiedPeriod, "period"),
        Column("prices_of", "I priser fra", "In prices of", "text"),
        *(Column(f"{size}_dkk", in_words(size), in_words(size), "integer") for size in sizes),
        Column("base_from_dkk", "Uafrundet grundtakst", "Unrounded base", "decimal"),
        Column("base_below_dkk", "til under", "to below", "decimal"),
        *rests_on(),
    )
    rows = []
    for tariffs in found:
        amounts = tariffs.printed_dkk or tariffs.amounts_dkk
        base = tariffs.base
        rows.append(
            (
                tariffs.product.value,
                None if tariffs.rule is None else tariffs.rule.per.value,
                None if tariffs.prices_of == tariffs.year else str(tariffs.prices_of),
                *(amounts.get(size) for size in sizes),
                None if base is None else as_decimal(base.low),
                None if base is None or base.known else as_decimal(base.high),
                *_sources(tariffs),
            )
        )
    return Table("tariffs", title, columns, rows)


def _cells(found: tuple[Tariffs, ...]) -> Table:
    """A row for every amount, for machines."""
    from engine.finance.blocks import KronerBySize
    from engine.finance.exact import as_decimal
    from engine.finance.schema import Product
    from engine.portfolio.tables import Column, Table

    sizes = {size: (in_words(size), in_words(size)) for size in KronerBySize.model_fields}
    columns = (
        word_column("product", ("Ydelse", "Product"), Product, "product"),
        Column("year", "År", "Year", "text"),
        Column("prices_of", "I priser fra", "In prices of", "text"),
        Column("size", "Størrelsesklasse", "Size class", "word", sizes),
        Column("weight", "Vægt", "Weight", "decimal"),
        Column("printed_dkk", "Trykt, kr.", "Printed, kr.", "integer"),
        Column("recomputed_dkk", "Beregnet, kr.", "Recomputed, kr.", "integer"),
        Column(
            "recomputed_at_most_dkk", "Beregnet højst, kr.", "Recomputed at most, kr.", "integer"
        ),
        Column("same", "Ens", "Same", "flag"),
    )
    rows = [
        (
            tariffs.product.value,
            str(tariffs.year),
            str(tariffs.prices_of),
            size,
            as_decimal(weight, decimals=3),
            tariffs.printed_dkk.get(size),
            tariffs.amounts_dkk.get(size),
            tariffs.most_dkk.get(size),
            None if not tariffs.printed_dkk else size not in tariffs.differing,
        )
        for tariffs in found
        for size, weight in tariffs.weights.items()
    ]
    return Table("tariff_cells", sentence("finance.cells_title"), columns, rows)


def _remarks(found: tuple[Tariffs, ...]) -> Iterator[str]:
    for tariffs in found:
        name = _name(tariffs)
        if tariffs.base is None:
            yield sentence("finance.no_base", product=name)
        for size in tariffs.differing:
            worked_out = tariffs.amounts_dkk.get(size)
            misprint = None if tariffs.row is None else tariffs.row.misprint
            yield sentence(
                "finance.cell_differs",
                product=name,
                size=in_words(size),
                stated=money(tariffs.printed_dkk[size]),
                recomputed="-" if worked_out is None else money(worked_out),
                why="" if misprint is None else f": {of_two(misprint)}",
            )
        unsure = [size for size in tariffs.amounts_dkk if size in tariffs.uncertain]
        if unsure and not tariffs.printed_dkk:
            sizes = ", ".join(in_words(size) for size in unsure)
            yield sentence("finance.one_more", product=name, sizes=sizes)
        if tariffs.row is not None and tariffs.row.note is not None:
            yield f"{name}: {of_two(tariffs.row.note)}"
        if tariffs.rule is not None and tariffs.rule.note is not None:
            yield f"{name}: {of_two(tariffs.rule.note)}"
