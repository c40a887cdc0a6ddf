"""Every printed figure that follows from others, worked out again: `tilsynstryk finance check`."""

from __future__ import annotations

from engine.finance.check_authority import check_authority, check_national
from engine.finance.check_printed import check_printed
from engine.finance.findings import Finding
from engine.finance.read import Finance

__all__ = ["check_finance"]


def check_finance(finance: Finance) -> tuple[Finding, ...]:
    """The national file, every authority's, and the pages of printed figures, in that order."""
    found = list(check_national(finance))
    for authority in sorted(finance.authorities):
        found += check_authority(finance, authority)
    found += check_printed(finance)
    return tuple(found)
