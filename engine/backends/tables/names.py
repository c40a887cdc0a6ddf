"""Column names that every database takes, for keys of rules and names of signals."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["ColumnNames"]

_LONGEST = 60
"""PostgreSQL cuts names off after 63 bytes."""


class ColumnNames:
    """Gives each thing a name of its own: small letters, digits and `_`, also where a database
    does not tell capitals from small letters."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.casefold() for name in taken}

    def give(self, prefix: str, key: str) -> str:
        """`rule`, `visits.yellow#asked` -> `rule_visits_yellow_asked`, with a number where that is
        taken."""
        plain = re.sub(r"[^a-z0-9]+", "_", f"{prefix}_{key}".casefold()).strip("_")[:_LONGEST]
        name, number = plain, 1
        while name in self._taken:
            number += 1
            end = f"_{number}"
            name = plain[: _LONGEST - len(end)] + end
        self._taken.add(name)
        return name
