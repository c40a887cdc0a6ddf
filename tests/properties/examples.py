"""How many examples a test tries: few as the tests are run every day, many in `make fuzz`."""

from __future__ import annotations

from hypothesis import settings

__all__ = ["examples"]

_EVERY_DAY = 60
_MOST = settings.default.max_examples if settings.default else _EVERY_DAY


def examples(every_day: int, *, share: int = 1) -> int:
    """So many every day; in the fuzz the profile's number, or its `share`-th part where an example
    costs queries."""
    return every_day if _MOST <= _EVERY_DAY else _MOST // share
