"""What `--engine postgres` runs: the query from facts as people record them to what fires, inside a
real PostgreSQL, finds what the reference finds. Ages, derived fields and empty deadlines are the
database's own work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.backends.reference import ReferenceBackend
from engine.backends.tables.postgres import PostgresBackend, PostgresQuery, postgres_query
from engine.backends.tables.postgres_address import PostgresAddress
from engine.backends.tables.postgres_facts import PostgresFacts
from engine.decisions.categories import override_in_force
from engine.facts import view_of
from engine.portfolio.budgets import with_deadlines
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import Firing, Program, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.run.database import load_portfolio
from engine.run.stored_facts import stored_tables
from engine.testing import part_of_vocabulary, programs, subjects, subjects_near
from models.facts import Dossier
from tests.backends.tables.postgres_server import PostgresServer
from tests.properties import readings
from tests.properties.readings import DEEP
from tests.properties.recorded import bulk_dossiers, keep_dossier, kept_dossier
from tests.properties.test_facts_from_raw import crowded
from tests.run.official import CATALOGUE

pytestmark = pytest.mark.slow

SEEDS = st.integers(0, 2**32 - 1)
DAYS = (date(2022, 12, 31), date(2024, 7, 1), date(2026, 3, 1))
SCHEMA = "recorded"
EACH = 500 if DEEP else 150
ROUNDS = 200 if DEEP else 2
"""How often so many subjects are held against the shipped rulebook and a random
program."""
BOOK = load_rulebook()
FEW = settings(
    max_examples=1_000 if DEEP else 3,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_KEPT: list[Path] = []


def kept() -> Path:
    return readings.COUNTEREXAMPLES / "recorded"


@cache
def resolved(day: date) -> ResolvedRulebook:
    return resolve(BOOK, as_of=day)


class Asked(NamedTuple):
    """A program, as the reference reads it and as the database is asked."""

    reference: ReferenceBackend
    query: PostgresQuery


def asked_of(program: Program, day: date) -> Asked:
    tables = {table.name: table for table in stored_tables()}
    query = postgres_query(program, resolved(day), schema=SCHEMA, tables=tables)
    return Asked(ReferenceBackend(program), query)


@cache
def shipped(day: date) -> Asked:
    return asked_of(program_of(resolved(day)), day)


def expected(reference: ReferenceBackend, dossier: Dossier, day: date) -> Firing:
    """What the reference finds of a subject, empty deadlines filled in as when facts are read."""
    duty = resolved(day).duty()
    filled = with_deadlines(dossier, BOOK.registers)
    override = override_in_force(filled, day, duty.override_longest_days)
    view = view_of(filled, as_of=day, duty=duty)
    colour = None if override is None else override.colour
    return reference.evaluate(view, colour)


def hold_recorded(
    server: PostgresServer, dossiers: Sequence[Dossier], day: date, asked: Sequence[Asked]
) -> int:
    """Every program finds in the database what the reference finds. A subject on which they differ
    is kept in `fixtures/counterexamples/recorded/`; the last of each run only, which is the
    smallest."""
    load_portfolio(
        dossiers, server.url(), schema=SCHEMA, replace=True, catalogue=CATALOGUE, lang="en"
    )
    looked_at = 0
    for reference, query in asked:
        with PostgresFacts.opened(PostgresAddress(server.url()), SCHEMA, stored_tables()) as facts:
            found = dict(PostgresBackend(facts, query).all_firings())
        assert list(found) == sorted(dossier.subject_id for dossier in dossiers)
        for dossier in dossiers:
            if found[dossier.subject_id] != expected(reference, dossier, day):
                while _KEPT:
                    _KEPT.pop().unlink(missing_ok=True)
                _KEPT.append(keep_dossier(dossier, day, kept()))
                raise AssertionError(f"PostgreSQL and the reference differed; see {_KEPT[0].name}")
            looked_at += 1
    return looked_at


@settings(FEW, max_examples=ROUNDS)
@given(day=st.sampled_from(DAYS), seed=SEEDS, program=part_of_vocabulary().flatmap(programs))
def test_subjects_by_the_hundred(
    postgres: PostgresServer, day: date, seed: int, program: Program
) -> None:
    dossiers = bulk_dossiers(seed=seed, count=EACH, as_of=day)
    assert (
        hold_recorded(postgres, dossiers, day, [shipped(day), asked_of(program, day)]) == 2 * EACH
    )


@FEW
@given(data=st.data(), day=st.sampled_from(DAYS))
def test_any_subjects(postgres: PostgresServer, data: st.DataObject, day: date) -> None:
    anybody = crowded(day) | subjects(as_of=day, most_records=5) | subjects_near(BOOK, as_of=day)
    drawn = data.draw(st.lists(anybody, min_size=1, max_size=12))
    dossiers = list({dossier.subject_id: dossier for dossier in drawn}.values())
    assert hold_recorded(postgres, dossiers, day, [shipped(day)]) == len(dossiers)


def test_no_old_disagreement_comes_back(postgres: PostgresServer) -> None:
    for path in sorted(kept().glob("*.jsonl")):
        dossier, day = kept_dossier(path)
        assert hold_recorded(postgres, [dossier], day, [shipped(day)]) == 1


def test_a_seed_gives_the_same_subjects_of_every_kind() -> None:
    one, two = (bulk_dossiers(seed=7, count=200, as_of=DAYS[1]) for _ in range(2))
    assert one == two
    assert len({dossier.kind for dossier in one}) > 3
    found = {record for dossier in one for record in dossier.records}
    assert found >= {"visit", "concern", "sanction", "score", "lead_decision"}


def test_what_is_found_is_kept_and_replayed(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    day = DAYS[1]
    dossiers = bulk_dossiers(seed=3, count=30, as_of=day)
    right, wrong = expected, dossiers[11].subject_id

    def planted(reference: ReferenceBackend, dossier: Dossier, day: date) -> Firing:
        firing = right(reference, dossier, day)
        return firing._replace(held=frozenset()) if dossier.subject_id == wrong else firing

    monkeypatch.setattr(readings, "COUNTEREXAMPLES", tmp_path)
    with monkeypatch.context() as patched:
        patched.setitem(globals(), "expected", planted)
        for _ in range(2):
            with pytest.raises(AssertionError, match="differed; see 2024-07-01-"):
                hold_recorded(postgres, dossiers, day, [shipped(day)])
        (path,) = kept().iterdir()
        assert kept_dossier(path) == (dossiers[11], day)
        with pytest.raises(AssertionError, match="differed"):
            test_no_old_disagreement_comes_back(postgres)
    test_no_old_disagreement_comes_back(postgres)
