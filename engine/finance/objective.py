"""Objective finance: what each municipality pays for the supervision of families, after its share
of the 0-17-year-olds (004_3585adfe5f8acb0c.txt:4172-4176)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from engine.finance.exact import rounded, shared_out
from engine.finance.schema import AuthorityFinance, MunicipalShares, PricePerFamily

__all__ = [
    "MunicipalShare",
    "MunicipalYear",
    "collected_dkk",
    "municipal_year",
    "price_per_family",
    "shares_of",
]


@dataclass(frozen=True, slots=True)
class MunicipalShare:
    """One municipality's part.

    `dkk`: worked out from children if they are given, else as printed; None where neither is known.
    `share`: its part of all that is collected. `earlier_dkk`: the year before.
    """

    municipality: str
    children: int | None
    dkk: int | None
    printed_dkk: int | None
    share: Fraction | None
    earlier_dkk: int | None

    @property
    def change_percent(self) -> Fraction | None:
        """From the year before."""
        if self.dkk is None or not self.earlier_dkk:
            return None
        return Fraction(self.dkk - self.earlier_dkk, self.earlier_dkk) * 100


@dataclass(frozen=True, slots=True)
class MunicipalYear:
    """A year's shares, with the block they came from and the price of a family, if known."""

    block: MunicipalShares
    shares: tuple[MunicipalShare, ...]
    earlier_year: int | None
    per_family: PricePerFamily | None

    @property
    def total_dkk(self) -> int | None:
        """All that is collected; None where no amounts are known."""
        known = [share.dkk for share in self.shares if share.dkk is not None]
        return sum(known) if known else None


def shares_of(block: MunicipalShares) -> dict[str, int]:
    """Each municipality's amount, worked out from its children or else as printed."""
    if block.children and block.budget_dkk is not None:
        return shared_out(block.budget_dkk, block.children)
    return dict(block.printed_dkk)


def collected_dkk(authority: AuthorityFinance, year: int) -> int | None:
    """All that the municipalities pay in a year, if it is known."""
    block = _block(authority, year)
    amounts = {} if block is None else shares_of(block)
    return sum(amounts.values()) if amounts else None


def price_per_family(block: PricePerFamily) -> int:
    """Kroner a family: the amount over the families, and over those expected to be approved."""
    exact = Fraction(block.dkk, block.families + block.expected_approvals)
    return int(rounded(exact, block.rounds))


def _block(authority: AuthorityFinance, year: int) -> MunicipalShares | None:
    return next((block for block in authority.municipal_shares if block.year == year), None)


def municipal_year(authority: AuthorityFinance, year: int) -> MunicipalYear | None:
    """The shares of a year, beside those of the year before; None where nothing is known."""
    block = _block(authority, year)
    if block is None:
        return None
    amounts = shares_of(block)
    earlier = _block(authority, year - 1)
    before = {} if earlier is None else shares_of(earlier)
    total = sum(amounts.values())
    return MunicipalYear(
        block=block,
        shares=tuple(
            MunicipalShare(
                municipality=word,
                children=block.children.get(word),
                dkk=amounts.get(word),
                printed_dkk=block.printed_dkk.get(word),
                share=Fraction(amounts[word], total) if word in amounts and total else None,
                earlier_dkk=before.get(word),
            )
            for word in block.municipalities
        ),
        earlier_year=None if not before else year - 1,
        per_family=next((p for p in authority.prices_per_family if p.year == year), None),
    )
