"""`tilsynstryk finance bpa`: employers of personal assistants, invoiced as hours times a price."""

from __future__ import annotations

from datetime import date
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
    named,
    refuse_with,
    rests_on,
    sources_text,
    word_column,
    year_option,
)
from commands.options import language, refuse, sentence

if TYPE_CHECKING:
    from engine.finance.hours import CaseCost
    from engine.portfolio.tables import Table

__all__ = ["command"]


@click.command("bpa")
@year_option
@authority_option(default="nord")
@click.option("--supervisions", type=click.IntRange(0), help="Supervisions in the year.")
@click.option("--approvals", type=click.IntRange(0), help="Approvals in the year.")
@finance_options
def command(
    year: int,
    authority: str,
    supervisions: int | None,
    approvals: int | None,
    format_: str,
    out: Path | None,
    authority_files: tuple[Path, ...],
    rules_folder: Path | None,
    lang: str,
) -> None:
    """The tariff of BPA cases: hours times the hourly price, and what a year of them brings.

    \b
    Examples:
      tilsynstryk finance bpa --year 2026
      tilsynstryk finance bpa --year 2026 --supervisions 20 --approvals 3
    """
    from engine.finance.hours import NoHourlyPriceError, case_costs
    from engine.finance.schema import CaseKind

    finance = load(rules_folder, authority_files)
    whose = authority_named(authority)
    try:
        found = case_costs(finance, whose, on=date(year, 1, 1))
    except NoHourlyPriceError as error:
        refuse_with(error)
    if not found:
        refuse("finance.no_case_hours", authority=named(whose))
    numbers = {CaseKind.BPA_SUPERVISION: supervisions, CaseKind.BPA_APPROVAL: approvals}
    title = sentence("finance.bpa_title", authority=named(whose), year=year)
    assumed = [said for cost in found for said in (cost.assumed, cost.cost.price.assumed) if said]
    foot = [
        sentence("finance.assumed", what=said.text(language())) for said in dict.fromkeys(assumed)
    ]
    table = _table(title, found, {case.value: count for case, count in numbers.items()})
    deliver(Report((table,), foot=tuple(foot)), format_=format_, out=out)


def _table(title: str, found: tuple[CaseCost, ...], numbers: dict[str, int | None]) -> Table:
    from engine.finance.exact import as_decimal, decimals_of, half_up_dkk
    from engine.finance.schema import CaseKind
    from engine.portfolio.tables import Column, Table

    columns = (
        word_column("case", ("Sag", "Case"), CaseKind, "case"),
        Column("hours", "Timer", "Hours", "decimal"),
        Column("hourly_price_dkk", "Timepris, kr.", "Hourly price, kr.", "integer"),
        Column("tariff_dkk", "Takst, kr.", "Tariff, kr.", "integer"),
        Column("number", "Antal", "Number", "integer"),
        Column("total_dkk", "I alt, kr.", "Total, kr.", "integer"),
        *rests_on(),
    )
    rows = []
    for case in found:
        price = case.cost.price
        number = numbers[case.case.value]
        hours = as_decimal(case.cost.hours, decimals=decimals_of(case.cost.hours))
        basis = "assumption" if case.assumed or price.assumed else price.basis.value
        rows.append(
            (
                case.case.value,
                hours,
                price.dkk,
                case.cost.dkk,
                number,
                None if number is None else half_up_dkk(number * case.cost.exact_dkk),
                basis,
                sources_text((*case.rule.sources, *price.sources)),
            )
        )
    return Table("bpa", title, columns, rows)
