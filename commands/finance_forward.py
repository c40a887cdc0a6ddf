"""`tilsynstryk finance forward`: an amount of one year in the prices of another."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

import click

from commands.finance_output import (
    Report,
    deliver,
    finance_options,
    load,
    refuse_with,
    rests_on,
    sources_text,
)
from commands.options import refuse, sentence

__all__ = ["command"]


@click.command("forward")
@click.argument("amount", metavar="KRONER")
@click.option("--from-year", type=click.IntRange(2014, 2100), required=True, metavar="YEAR")
@click.option("--to-year", type=click.IntRange(2014, 2100), required=True, metavar="YEAR")
@finance_options
def command(
    amount: str,
    from_year: int,
    to_year: int,
    format_: str,
    out: Path | None,
    authority_files: tuple[Path, ...],
    rules_folder: Path | None,
    lang: str,
) -> None:
    """KRONER of one year in the prices of another, by the price-level index (PL).

    KRONER is written without a thousands separator, e.g. 57562 or 57562.25.

    \b
    Example:
      tilsynstryk finance forward 57562 --from-year 2025 --to-year 2026
    """
    from engine.finance.exact import as_decimal, half_up_dkk
    from engine.finance.price_level import NoPriceStepError, price_index, price_steps
    from engine.portfolio.tables import Column, Table
    from models.terms import Basis

    finance = load(rules_folder, authority_files)
    exact = _kroner(amount)
    try:
        index = price_index(finance.national, from_year, to_year)
        steps = price_steps(finance.national, from_year, to_year)
    except NoPriceStepError as error:
        refuse_with(error)
    columns = (
        Column("from_year", "Fra år", "From year", "text"),
        Column("to_year", "Til år", "To year", "text"),
        Column("amount_dkk", "Beløb, kr.", "Amount, kr.", "decimal"),
        Column("index", "Indeks", "Index", "text"),
        Column("exact_dkk", "Nøjagtigt, kr.", "Exactly, kr.", "decimal"),
        Column("forwarded_dkk", "Fremskrevet, kr.", "Forwarded, kr.", "integer"),
        *rests_on(),
    )
    weakest = max((step.basis for step in steps), key=list(Basis).index, default=Basis.PRACTICE)
    row = (
        str(from_year),
        str(to_year),
        as_decimal(exact),
        str(as_decimal(index, decimals=6).normalize()),
        as_decimal(exact * index),
        half_up_dkk(exact * index),
        weakest.value,
        sources_text([source for step in steps for source in step.sources]),
    )
    title = sentence("finance.forward_title", from_year=from_year, to_year=to_year)
    deliver(Report((Table("forwarded", title, columns, [row]),)), format_=format_, out=out)


def _kroner(amount: str) -> Fraction:
    try:
        value = Decimal(amount)
    except InvalidOperation:
        refuse("finance.not_kroner", value=amount)
    if not value.is_finite():
        refuse("finance.not_kroner", value=amount)
    return Fraction(value)
