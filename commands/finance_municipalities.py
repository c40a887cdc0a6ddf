"""`tilsynstryk finance municipalities`: what each municipality pays for the supervision of
families."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.finance_output import (
    Report,
    authority_named,
    authority_option,
    deliver,
    finance_options,
    load,
    money,
    named,
    of_two,
    refuse_year,
    rests_on,
    sources_text,
    year_option,
)
from commands.options import sentence

if TYPE_CHECKING:
    from engine.finance.objective import MunicipalYear
    from engine.portfolio.tables import Table

__all__ = ["command"]


@click.command("municipalities")
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
    """Objective finance: each municipality's part of the family budget.

    With a budget and numbers of 0-17-year-olds in the authority's file the shares are worked out,
    in whole kroner that add up to the budget. Where the sources only print kroner those are shown,
    and it is said; where they print nothing, only who pays.

    \b
    Examples:
      tilsynstryk finance municipalities --authority syd --year 2026
      tilsynstryk finance municipalities --authority midt --year 2027 --authority-file my.yaml
    """
    from engine.finance.objective import municipal_year

    finance = load(rules_folder, authority_files)
    whose = authority_named(authority)
    found = municipal_year(finance.of(whose), year)
    if found is None:
        known = (block.year for block in finance.of(whose).municipal_shares)
        refuse_year("finance.no_shares", authority=whose, year=year, known=known)
    title = sentence("finance.shares_title", authority=named(whose), year=year)
    table = _table(title, found, _titles(rules_folder))
    report = Report((table,), foot=tuple(_foot(found)))
    deliver(report, format_=format_, out=out)


def _titles(rules_folder: Path | None) -> dict[str, tuple[str, str]]:
    """What the register calls the municipalities."""
    from engine.rulebook.load import default_rulebook_folder
    from engine.rulebook.registers import load_registers

    rules = default_rulebook_folder() if rules_folder is None else rules_folder.resolve()
    lines = load_registers(rules).municipalities
    return {line.word: (line.title.da, line.title.en) for line in lines}


def _table(title: str, found: MunicipalYear, titles: dict[str, tuple[str, str]]) -> Table:
    from engine.finance.exact import as_decimal
    from engine.portfolio.tables import Column, Table

    columns = [
        Column("municipality", "Kommune", "Municipality", "word", titles),
        Column("children", "0-17-årige", "0-17-year-olds", "integer"),
        Column("dkk", "Beløb, kr.", "Amount, kr.", "integer"),
        Column("share_percent", "Andel, %", "Part, %", "decimal"),
        Column("earlier_dkk", "Året før, kr.", "Year before, kr.", "integer"),
        Column("change_percent", "Ændring, %", "Change, %", "decimal"),
        *rests_on(),
    ]
    origin = (found.block.basis.value, sources_text(found.block.sources))
    rows = [
        (
            share.municipality,
            share.children,
            share.dkk,
            None if share.share is None else as_decimal(100 * share.share),
            share.earlier_dkk,
            None if share.change_percent is None else as_decimal(share.change_percent),
            *origin,
        )
        for share in found.shares
    ]
    return Table("municipalities", title, tuple(columns), rows)


def _foot(found: MunicipalYear) -> Iterator[str]:
    from engine.finance.objective import price_per_family

    block = found.block
    if found.total_dkk is None:
        yield sentence("finance.no_amounts")
    else:
        yield sentence("finance.collected", total=money(found.total_dkk))
    if block.printed_dkk and not block.children:
        yield sentence("finance.kroner_only")
    if block.misprint is not None and block.printed_total_dkk is not None:
        total = money(block.printed_total_dkk)
        yield sentence("finance.total_misprint", total=total, why=of_two(block.misprint))
    if found.per_family is not None:
        yield sentence(
            "finance.price_per_family",
            dkk=money(price_per_family(found.per_family)),
            amount=money(found.per_family.dkk),
            families=money(found.per_family.families + found.per_family.expected_approvals),
        )
        if found.per_family.note is not None:
            yield of_two(found.per_family.note)
    if block.note is not None:
        yield of_two(block.note)
