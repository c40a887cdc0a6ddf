"""Every printed figure of the national file and of an authority's, worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from engine.finance.blocks import Sourced
from engine.finance.exact import decimals_of, half_up, rounded
from engine.finance.findings import Finding, Unit, status_of
from engine.finance.frames import frame_parts, per_subject_dkk, recomputed_frame_dkk
from engine.finance.objective import price_per_family, shares_of
from engine.finance.price_level import price_index
from engine.finance.read import Finance
from engine.finance.readings import changes_of
from engine.finance.schema import AuthorityFinance, TariffRow
from engine.finance.tariffs import tariffs_of
from engine.rulebook.documents import Document
from engine.rulebook.problems import Said, said
from models.rulebook import Text
from models.terms import Authority

__all__ = ["check_authority", "check_national"]


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of a file, where it stands, and what its figures are called after."""

    document: Document
    path: tuple[str | int, ...]
    block: Sourced

    def finding(
        self,
        about: Said | Text,
        stated: Fraction | int,
        recomputed: Fraction | int | None,
        *,
        unit: Unit = Unit.DKK,
        misprint: Text | None = None,
        within: Fraction | int = 0,
    ) -> Finding:
        """The stated figure beside the recomputed one; equal, or within so much."""
        same = recomputed is not None and abs(Fraction(stated) - recomputed) <= within
        return Finding(
            about=about,
            unit=unit,
            stated=Fraction(stated),
            recomputed=None if recomputed is None else Fraction(recomputed),
            status=status_of(same=same, misprint=misprint is not None),
            why=misprint,
            basis=self.block.basis,
            sources=self.block.sources,
            place=self.document.place_of(self.path),
        )


def _blocks(document: Document, name: str, blocks: Iterable[Any]) -> Iterator[tuple[_Block, Any]]:
    for number, block in enumerate(blocks):
        yield _Block(document, (name, number), block), block


def check_national(finance: Finance) -> Iterator[Finding]:
    """The national frame, its reduction, its split, and the amounts per subject."""
    for at, frame in _blocks(finance.national_document, "frames", finance.national.frames):
        near = frame.to_the_nearest_dkk
        reduction = half_up(frame.spending_dkk - frame_parts(frame).exact_dkk, to=near)
        per_offer, per_family = per_subject_dkk(frame)
        parts = frame.tariffs_dkk + frame.objective_dkk
        for code, stated, recomputed in (
            ("national_frame", frame.printed_frame_dkk, recomputed_frame_dkk(frame)),
            ("national_reduction", frame.printed_reduction_dkk, reduction),
            ("national_split", frame.printed_frame_dkk, parts),
            ("national_per_offer", frame.printed_per_offer_dkk, per_offer),
            ("national_per_family", frame.printed_per_family_dkk, per_family),
        ):
            yield at.finding(said(f"finance_words.{code}", year=frame.year), stated, recomputed)


def check_authority(finance: Finance, authority: Authority) -> Iterator[Finding]:
    """Tariffs, portfolios, budgets, stated changes, shares and prices of an authority."""
    own = finance.of(authority)
    document = finance.documents.get(authority)
    if document is None:
        return
    yield from _tariffs(finance, document, own)
    yield from _subjects(document, own)
    yield from _budgets(document, own)
    yield from _changes(finance, document, own)
    yield from _per_family(document, own)
    yield from _shares(document, own)


def _tariffs(finance: Finance, document: Document, own: AuthorityFinance) -> Iterator[Finding]:
    years = sorted({row.year for row in own.tariffs})
    worked_out = {
        id(tariffs.row): tariffs
        for year in years
        for tariffs in tariffs_of(own, finance.national, year)
        if tariffs.row is not None
    }
    for at, row in _blocks(document, "tariffs", own.tariffs):
        tariffs = worked_out[id(row)]
        earlier = _before_forwarding(own, row)
        for size, dkk in tariffs.printed_dkk.items():
            amount: int | None = tariffs.amounts_dkk.get(size)
            if earlier is not None:
                index = price_index(finance.national, row.year, row.prices_of)
                own_dkk = getattr(earlier.printed_dkk, size)
                amount = int(rounded(own_dkk * index, row.forwarding_rounds))
            about = said(
                "finance_words.tariff_cell",
                product=said(f"finance_words.product_{row.product.value}"),
                year=row.year,
                prices=_prices(row),
                size=said(f"finance_words.{size}"),
            )
            misprint = row.misprint if size in row.misprinted else None
            yield at.finding(about, dkk, amount, misprint=misprint)


def _prices(row: TariffRow) -> Said:
    if row.prices_of == row.year:
        return Said("")
    return said("finance_words.in_prices_of", year=row.prices_of)


def _before_forwarding(own: AuthorityFinance, row: TariffRow) -> TariffRow | None:
    """The same row in the prices of its own year, if that is printed too."""
    if row.prices_of == row.year:
        return None
    for other in own.tariffs:
        if (other.product, other.year, other.prices_of) == (row.product, row.year, row.year):
            return other if other.printed_dkk is not None else None
    return None


def _subjects(document: Document, own: AuthorityFinance) -> Iterator[Finding]:
    for at, counts in _blocks(document, "subjects", own.subjects):
        if counts.printed_offers is not None:
            about = said("finance_words.all_offers", year=counts.year)
            yield at.finding(
                about,
                counts.printed_offers,
                counts.all_offers,
                unit=Unit.OFFERS,
                misprint=counts.misprint,
            )


def _budgets(document: Document, own: AuthorityFinance) -> Iterator[Finding]:
    for at, budget in _blocks(document, "budgets", own.budgets):
        if budget.printed_total_dkk is not None:
            about = said("finance_words.budget_total", year=budget.year)
            yield at.finding(about, budget.printed_total_dkk, budget.total_dkk)


def _changes(finance: Finance, document: Document, own: AuthorityFinance) -> Iterator[Finding]:
    for at, stated in _blocks(document, "stated_changes", own.stated_changes):
        found = changes_of(finance, own.authority, stated.year)
        change = next((c for c in found if c.reading is stated.reading), None)
        fine = Fraction(1, 10 ** decimals_of(stated.percent))
        percent = None if change is None else half_up(change.percent, to=fine)
        reading = said(f"finance_words.reading_{stated.reading.value}")
        about = said("finance_words.stated_change", reading=reading, year=stated.year)
        yield at.finding(
            about, stated.percent, percent, unit=Unit.PERCENT, misprint=stated.misprint
        )


def _per_family(document: Document, own: AuthorityFinance) -> Iterator[Finding]:
    for at, price in _blocks(document, "prices_per_family", own.prices_per_family):
        if price.printed_dkk is not None:
            about = said("finance_words.per_family", year=price.year)
            yield at.finding(about, price.printed_dkk, price_per_family(price))


def _shares(document: Document, own: AuthorityFinance) -> Iterator[Finding]:
    for at, block in _blocks(document, "municipal_shares", own.municipal_shares):
        if block.printed_dkk and block.printed_total_dkk is not None:
            about = said("finance_words.municipal_total", year=block.year)
            yield at.finding(
                about,
                block.printed_total_dkk,
                sum(block.printed_dkk.values()),
                misprint=block.misprint,
                within=block.rounding_left_dkk,
            )
        if block.children and block.printed_dkk:
            worked_out = shares_of(block)
            for word, dkk in block.printed_dkk.items():
                about = said("finance_words.municipal_share", name=word, year=block.year)
                yield at.finding(about, dkk, worked_out.get(word), within=1)
