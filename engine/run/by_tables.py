"""Many subjects at once: what held for each is read from tables, the rest is as in every run.

For what-ifs and large portfolios. The reference looks at every subject, as in every run that writes
decisions: a wrong green must not pass because another green was right.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from engine.backends.reference import ReferenceBackend
from engine.backends.shadow import Difference, ReadingsDisagree, difference_of
from engine.decisions.decide import Decider
from engine.decisions.notice import later_notice_rules
from engine.decisions.reasons import Evaluated
from engine.facts import View
from engine.rulebook.program import Firing
from engine.rulebook.resolve import ResolvedRulebook
from models.conditions import ParameterRef
from models.facts import Dossier
from models.terms import Colour

if TYPE_CHECKING:
    from engine.backends.tables import TablesBackend

__all__ = [
    "ReadTogether",
    "all_at_once",
    "notices_change_on",
    "spark_is_there",
    "tables_are_there",
    "tables_decider",
]

_BATCH = 20_000
"""How many subjects are laid out at a time."""


class ReadTogether(Protocol):
    """A reading of many subjects at a time."""

    @property
    def name(self) -> str:
        """What the run record calls it."""

    def firings(
        self, cases: Iterable[tuple[View, Colour | None]], *, batch: int
    ) -> Iterator[tuple[str, Firing]]:
        """What held for each subject, by its id, in the order given, which is that of the ids."""


def tables_are_there() -> bool:
    """Whether Ibis and DuckDB are installed (the extra `tables`)."""
    return all(importlib.util.find_spec(name) is not None for name in ("ibis", "duckdb", "numpy"))


def spark_is_there() -> bool:
    """Whether pyspark is installed too (the extra `spark`)."""
    return tables_are_there() and importlib.util.find_spec("pyspark") is not None


def notices_change_on(resolved: ResolvedRulebook, *, period_days: int | None = None) -> date | None:
    """The first day of the planning period on which other notice rules decide; None if none do."""
    days = period_days or resolved.number(ParameterRef(parameter="planning.period_days"))
    later = later_notice_rules(
        resolved.book,
        as_of=resolved.as_of,
        until=resolved.as_of + timedelta(days=days),
        make_backend=None,
    )
    return later[0].day if later else None


def tables_decider(
    resolved: ResolvedRulebook, *, period_days: int | None = None, spark_master: str | None = None
) -> tuple[Decider, TablesBackend]:
    """A decider for what the tables find, and the tables: in DuckDB, or in the Spark of a master.
    Notice rules of a later day are read by the reference, as they concern few. Raises SparkError
    if Spark cannot be started."""
    from engine.backends.tables import SparkDatabase, TablesBackend

    decider = Decider(resolved, period_days=period_days)
    database = None if spark_master is None else SparkDatabase(spark_master)
    return decider, TablesBackend(decider.program, database)


def all_at_once(
    decider: Decider, tables: ReadTogether, dossiers: Iterable[Dossier]
) -> Iterator[Evaluated | ReadingsDisagree]:
    """What held for each subject, in the order given, or that the reference says otherwise; so it
    does of a subject without an answer, or with two."""
    name, reference = tables.name, decider.reference
    waiting = iter(dossiers)
    while some := list(islice(waiting, _BATCH)):
        facts = [(decider.view(dossier), decider.override(dossier)) for dossier in some]
        answers = _answers(tables, facts)
        for dossier, (view, override) in zip(some, facts, strict=True):
            expected = reference.evaluate(view, override)
            found = answers.pop(view.subject_id, [])
            if found == [expected]:
                yield Evaluated(dossier, view, expected)
            elif len(found) == 1:
                sides = (name, found[0]), (reference.name, expected)
                yield ReadingsDisagree([difference_of(view.subject_id, *sides)])
            else:
                yield ReadingsDisagree([_of_rows(view.subject_id, len(found), name, reference)])
        if answers:
            nobody = (_of_rows(subject_id, 2, name, reference) for subject_id in sorted(answers))
            raise ReadingsDisagree(nobody)


def _answers(
    tables: ReadTogether, facts: list[tuple[View, Colour | None]]
) -> dict[str, list[Firing]]:
    """All answers about each subject; who is not in the tables has none."""
    found: dict[str, list[Firing]] = {}
    with suppress(LookupError):
        for subject_id, firing in tables.firings(facts, batch=_BATCH):
            found.setdefault(subject_id, []).append(firing)
    return found


def _of_rows(subject_id: str, count: int, name: str, reference: ReferenceBackend) -> Difference:
    """That a subject has no row, or more rows than it is to have."""
    beyond, missing = (("decision",), ()) if count else ((), ("decision",))
    return Difference(subject_id, name, reference.name, beyond, missing, category_differs=False)
