"""Many subjects at once: what held for each is read from tables, the rest is as in every run.

For what-ifs and large portfolios. The reference looks at the first subject of every kind and set of
fired rules; whatever rests on single facts (reasons, plans) is still made from each subject's own.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from engine.backends.shadow import ReadingsDisagree, difference_of
from engine.decisions.decide import Decider
from engine.decisions.reasons import Evaluated
from engine.rulebook.program import Firing
from engine.rulebook.resolve import ResolvedRulebook
from models.facts import Dossier
from models.terms import Kind

if TYPE_CHECKING:
    from engine.backends.tables import TablesBackend

__all__ = ["all_at_once", "tables_are_there", "tables_decider"]

_BATCH = 20_000
"""How many subjects are laid out at a time."""


def tables_are_there() -> bool:
    """Whether Ibis and DuckDB are installed (the extra `tables`)."""
    return all(importlib.util.find_spec(name) is not None for name in ("ibis", "duckdb", "numpy"))


def tables_decider(
    resolved: ResolvedRulebook, *, period_days: int | None = None
) -> tuple[Decider, TablesBackend]:
    """A decider for what the tables find, and the tables. Notice rules of a later day are read by
    the reference, as they concern few."""
    from engine.backends.tables import TablesBackend

    decider = Decider(resolved, period_days=period_days)
    return decider, TablesBackend(decider.program)


def all_at_once(
    decider: Decider, tables: TablesBackend, dossiers: Iterable[Dossier]
) -> Iterator[Evaluated | ReadingsDisagree]:
    """What held for each subject, in the order given, or that the reference says otherwise."""
    checked: set[tuple[Kind, Firing]] = set()
    waiting = iter(dossiers)
    while some := list(islice(waiting, _BATCH)):
        facts = [(decider.view(dossier), decider.override(dossier)) for dossier in some]
        found = tables.firings(facts, batch=_BATCH)
        for dossier, (view, override), (_, firing) in zip(some, facts, found, strict=True):
            if (view.kind, firing) not in checked:
                checked.add((view.kind, firing))
                expected = decider.reference.evaluate(view, override)
                if expected != firing:
                    sides = (tables.name, firing), (decider.reference.name, expected)
                    yield ReadingsDisagree([difference_of(view.subject_id, *sides)])
                    continue
            yield Evaluated(dossier, view, firing)
