"""Printed figures of `rules/finance/printed/`, worked out again: formulas, sums, examples."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.finance.exact import decimals_of, half_up_dkk, rounded
from engine.finance.findings import Finding, Unit, status_of
from engine.finance.formula import value_of
from engine.finance.post_adjustment import (
    beyond_limit,
    closure_parts,
    rate_adjustment,
    spread_after_budgets,
    takeover_parts,
)
from engine.finance.printed_schema import (
    ClosureExample,
    Example,
    Figure,
    PrintedFigures,
    PrintedTable,
    RateExample,
    SpreadExample,
)
from engine.finance.read import Finance
from engine.rulebook.documents import Document
from engine.rulebook.problems import said
from models.rulebook import Place, Text

__all__ = ["check_printed", "recomputed_figure"]


def check_printed(finance: Finance) -> Iterator[Finding]:
    """Everything that is worked out again on every page of printed figures."""
    limit = max(finance.national.carried_results, key=lambda rule: rule.valid_from).percent
    for document, page in finance.printed:
        yield from _figures(document, page)
        for number, table in enumerate(page.tables):
            yield from _table(document, number, table)
        for number, example in enumerate(page.examples):
            place = document.place_of(("examples", number))
            yield from _example(example, place, limit)


def recomputed_figure(figure: Figure, known: dict[str, Fraction]) -> Fraction | None:
    """What a figure follows to, rounded as it is printed; None if it follows from nothing."""
    if figure.follows_from is None:
        return None
    exact = value_of(figure.follows_from, known)
    if figure.within_percent is not None:
        return exact
    fine = figure.to or Fraction(1, 10 ** decimals_of(figure.value))
    return rounded(exact, figure.rounds, to=fine)


def _figures(document: Document, page: PrintedFigures) -> Iterator[Finding]:
    known: dict[str, Fraction] = {}
    for number, figure in enumerate(page.figures):
        recomputed = recomputed_figure(figure, known)
        known[figure.id] = figure.value
        if recomputed is None:
            continue
        near = abs(figure.value) * (figure.within_percent or 0) / 100
        same = abs(recomputed - figure.value) <= near
        yield Finding(
            about=figure.title,
            unit=figure.unit,
            stated=figure.value,
            recomputed=recomputed,
            status=status_of(same=same, misprint=figure.misprint is not None),
            why=figure.misprint,
            basis=figure.basis,
            sources=figure.sources,
            place=document.place_of(("figures", number)),
        )


def _table(document: Document, number: int, table: PrintedTable) -> Iterator[Finding]:
    place = document.place_of(("tables", number, "total_row"))
    misprints = {misprint.column: misprint.why for misprint in table.misprints}
    for position, column in enumerate(table.columns):
        stated = table.total_row[position]
        total = sum((row[position] for row in table.rows.values()), Fraction(0))
        why = misprints.get(column)
        yield Finding(
            about=Text(
                da=said("finance_words.total_of", table=table.title.da, column=column).text("da"),
                en=said("finance_words.total_of", table=table.title.en, column=column).text("en"),
            ),
            unit=table.unit,
            stated=stated,
            recomputed=total,
            status=status_of(same=total == stated, misprint=why is not None),
            why=why,
            basis=table.basis,
            sources=table.sources,
            place=place,
        )


def _example(example: Example, place: Place, limit_percent: Fraction) -> Iterator[Finding]:
    unit = Unit.DKK if isinstance(example, RateExample) else Unit.THOUSAND_DKK
    for code, stated, recomputed in _worked(example, limit_percent):
        said_of = f"finance_words.{code}"
        yield Finding(
            about=Text(
                da=said(said_of, title=example.title.da).text("da"),
                en=said(said_of, title=example.title.en).text("en"),
            ),
            unit=unit,
            stated=Fraction(stated),
            recomputed=Fraction(recomputed),
            status=status_of(same=stated == recomputed, misprint=False),
            why=None,
            basis=example.basis,
            sources=example.sources,
            place=place,
        )


def _worked(example: Example, limit_percent: Fraction) -> Iterator[tuple[str, int, Fraction | int]]:
    """What an example prints, beside what it comes to."""
    if isinstance(example, RateExample):
        found = rate_adjustment(
            proceeds_dkk=example.proceeds_dkk,
            cost_dkk=example.cost_dkk,
            carried_over_dkk=example.carried_over_dkk,
            granted_again_dkk=example.granted_again_dkk,
        )
        yield "into_the_rate", example.printed_adjustment_dkk, found.into_rate_dkk
    elif isinstance(example, SpreadExample):
        shares = spread_after_budgets(example.result, example.budgets)
        for stated, share in zip(example.printed_shares, shares, strict=True):
            yield "spread_share", stated, share
        carried = zip(example.printed_carried, example.own_results, shares, strict=True)
        for stated, own, share in carried:
            yield "spread_carried", stated, own + share
    else:
        on_unit, rest = _parts(example, limit_percent)
        yield "on_the_unit", example.printed_on_the_unit, half_up_dkk(on_unit)
        yield "the_rest", example.printed_rest, half_up_dkk(rest)


def _parts(example: ClosureExample, limit_percent: Fraction) -> tuple[Fraction, Fraction]:
    """What falls on the unit (with a region: on its other units), and what is left."""
    if example.kind == "takeover":
        return takeover_parts(
            example.common_result,
            unit_budget=example.unit_budget,
            common_budget=example.common_budget,
        )
    if example.kind == "municipal_closure":
        return closure_parts(
            example.common_result,
            unit_budget=example.unit_budget,
            common_budget=example.common_budget,
            limit_percent=limit_percent,
        )
    over = beyond_limit(example.common_result, example.common_budget, limit_percent=limit_percent)
    return over, example.common_result - over
