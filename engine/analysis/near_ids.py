"""The ids in a portfolio that look most like one that is not there."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

__all__ = ["near_ids"]

_ID = re.compile(rb"\b[A-Z]{2,4}-[0-9]{1,9}\b")
_TEXT_FILES = frozenset({".csv", ".jsonl", ".json"})


def near_ids(portfolio: Path, wanted: str, *, at_most: int = 3) -> tuple[str, ...]:
    """The nearest ids; none where the portfolio is no text (a workbook, Parquet)."""
    files = sorted(portfolio.iterdir()) if portfolio.is_dir() else [portfolio]
    known: set[str] = set()
    for path in files:
        if path.suffix.casefold() in _TEXT_FILES:
            known |= {found.decode("ascii") for found in _ID.findall(path.read_bytes())}
    by_number = {_canonical(item): item for item in sorted(known)}
    exact = by_number.get(_canonical(wanted))
    near = difflib.get_close_matches(wanted.upper(), sorted(known), n=at_most, cutoff=0.6)
    return tuple(dict.fromkeys([*([exact] if exact else []), *near]))[:at_most]


def _canonical(text: str) -> str:
    """`pf-1042` and `PF-01042` are the same to a person."""
    letters, _, digits = text.strip().upper().partition("-")
    return f"{letters}-{digits.lstrip('0')}"
