"""A real PostgreSQL gives what the reference gives: on facts as rules see them, and as recorded.

Random ones of these are in `tests/properties/test_recorded_facts_agree.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend
from engine.backends.tables.layout import Case
from engine.backends.tables.postgres import PostgresBackend, PostgresQuery, postgres_query
from engine.backends.tables.postgres_address import DatabaseError, PostgresAddress
from engine.backends.tables.postgres_database import PostgresDatabase
from engine.backends.tables.postgres_facts import PostgresFacts
from engine.decisions.decide import Decider
from engine.facts import View
from engine.portfolio.budgets import with_deadlines
from engine.rulebook.program import Program, program_of
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.run.database import load_portfolio
from engine.run.stored_facts import stored_tables
from engine.testing import programs_and_views
from engine.testing.bulk import bulk_cases
from models.facts import Dossier
from models.terms import Colour, Kind
from tests.backends.tables.postgres_server import PostgresServer
from tests.properties.readings import COUNTEREXAMPLES
from tests.run.official import BOOK, CATALOGUE

pytestmark = pytest.mark.slow

MOST = settings.default.max_examples if settings.default else 60
DAYS = (date(2022, 12, 31), date(2024, 7, 1), date(2026, 3, 1))
SCHEMA = "differential"
MANY = settings(
    max_examples=max(10, MOST // 6),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def database(postgres: PostgresServer) -> Iterator[PostgresDatabase]:
    found = PostgresDatabase(postgres.url())
    yield found
    found.close()


def hold_together(database: PostgresDatabase, program: Program, cases: Sequence[Case]) -> None:
    """Facts as rules see them, laid out in tables of the database."""
    numbered = [
        (View(f"ST-{number}", view.kind, view.as_of, view.subject, view.records), override)
        for number, (view, override) in enumerate(cases, start=1)
    ]
    reference = ReferenceBackend(program)
    found = dict(TablesBackend(program, database).firings(numbered))
    assert len(found) == len(cases)
    for view, override in numbered:
        assert found[view.subject_id] == reference.evaluate(view, override)


@MANY
@given(programs_and_views(most_views=12))
def test_random_programs_mean_the_same(
    database: PostgresDatabase, case: tuple[Program, list[Case]]
) -> None:
    hold_together(database, *case)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_shipped_rulebook_on_subjects_of_every_kind(
    database: PostgresDatabase, day: date
) -> None:
    program = program_of(resolve(BOOK, as_of=day))
    cases = list(bulk_cases(program, seed=5, count=800, as_of=day))
    assert {view.kind for view, _ in cases} == set(Kind)
    hold_together(database, program, cases)


def test_no_old_disagreement_comes_back(database: PostgresDatabase) -> None:
    from engine.testing.counterexamples import read

    paths = sorted(COUNTEREXAMPLES.glob("*.json"))
    assert paths
    for path in paths:
        example = read(path)
        hold_together(database, example.program, [(example.view, example.override)])


@cache
def resolved(day: date) -> ResolvedRulebook:
    return resolve(BOOK, as_of=day)


@cache
def query(day: date) -> PostgresQuery:
    tables = {table.name: table for table in stored_tables()}
    program = program_of(resolved(day))
    return postgres_query(program, resolved(day), schema=SCHEMA, tables=tables)


def hold_recorded_together(
    server: PostgresServer, dossiers: Sequence[Dossier], day: date
) -> list[Colour]:
    """Facts as recorded: the database works out ages, derived fields and deadlines itself."""
    load_portfolio(
        dossiers, server.url(), schema=SCHEMA, replace=True, catalogue=CATALOGUE, lang="en"
    )
    decider = Decider(resolved(day))
    address = PostgresAddress(server.url())
    with PostgresFacts.opened(address, SCHEMA, stored_tables()) as facts:
        found = dict(PostgresBackend(facts, query(day)).all_firings())
    assert list(found) == sorted(dossier.subject_id for dossier in dossiers)
    for dossier in dossiers:
        filled = with_deadlines(dossier, BOOK.registers)
        expected = decider.reference.evaluate(decider.view(filled), decider.override(filled))
        assert found[dossier.subject_id] == expected
    return [firing.in_force for firing in found.values()]


def budget(number: int, **values: Any) -> Dossier:
    from models.facts import RECORD_MODELS, SUBJECT_MODELS

    subject_id = f"TB-{number}"
    given_ = {
        "subject_id": subject_id,
        "authority": "nord",
        "municipality": "aalborg",
        "ownership": ("private", "municipal", "regional")[number % 3],
        "segment": "adults",
        "dwelling_form": "residential",
        "places": 4,
    }
    row = {"subject_id": subject_id, "no": 1, "budget_year": 2026, **values}
    record = RECORD_MODELS["budget"].model_validate(row, strict=False)
    subject = SUBJECT_MODELS[Kind.SOCIAL_OFFER].model_validate(given_, strict=False)
    return Dossier(subject, {"budget": (record,)})


def test_empty_deadlines_of_budgets_are_filled_alike(postgres: PostgresServer) -> None:
    """By ownership, over the years, and by the day of filing."""
    years = [budget(number, budget_year=2015 + number % 86) for number in range(1, 90)]
    filings = (date(2025, 9, 30), date(2025, 10, 1), date(2025, 10, 2), date(2025, 11, 15),
               date(2025, 11, 16), date(2026, 1, 1))  # fmt: skip
    filed = [
        budget(number, filed_on=day, deadline_on=deadline)
        for number, (day, deadline) in enumerate(
            ((day, deadline) for day in filings for deadline in (None, date(2025, 10, 15))), 100
        )
    ]
    for day in DAYS:
        found = hold_recorded_together(postgres, [*years, *filed], day)
        assert len(found) == len(years) + len(filed)


def test_an_odd_schema_is_only_a_name(postgres: PostgresServer) -> None:
    schema = 'Tilsyn "æ"; DROP TABLE x; --'
    load_portfolio(
        [budget(1)], postgres.url(), schema=schema, replace=True, catalogue=CATALOGUE, lang="en"
    )
    tables = {table.name: table for table in stored_tables()}
    day = DAYS[0]
    asked = postgres_query(program_of(resolved(day)), resolved(day), schema=schema, tables=tables)
    with PostgresFacts.opened(PostgresAddress(postgres.url()), schema, stored_tables()) as facts:
        found = dict(PostgresBackend(facts, asked).all_firings())
    assert list(found) == ["TB-1"]


def test_an_address_shows_no_secret() -> None:
    address = PostgresAddress("postgresql://me:s3kret@db.example:5433/facts?sslpassword=s3kret2")
    assert address.shown == "postgresql://me@db.example:5433/facts"
    assert "s3kret" not in repr(address)
    with pytest.raises(DatabaseError) as refused:
        PostgresAddress("postgresql://me:s3 kret@db.example/facts")
    assert "s3" not in str(refused.value)
    assert refused.value.__cause__ is refused.value.__context__ is None or (
        refused.value.__suppress_context__
    )


def test_what_is_kept_is_the_last_that_was_given(database: PostgresDatabase) -> None:
    database.keep("kept", "SELECT 1 AS number, true AS flag")
    database.keep("kept", "SELECT 2 AS number, 'æ' AS word, DATE '2025-01-01' AS day")
    rows = database.read("SELECT * FROM kept").to_pylist()
    assert rows == [{"number": 2, "word": "æ", "day": date(2025, 1, 1)}]
    empty = database.read("SELECT * FROM kept WHERE number = 3")
    assert (empty.num_rows, empty.column_names) == (0, ["number", "word", "day"])
    with pytest.raises(DatabaseError, match="nothing_there"):
        database.read("SELECT * FROM nothing_there")
