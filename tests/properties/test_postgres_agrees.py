"""A real PostgreSQL finds what the reference finds, on generated subjects by the thousand: on facts
laid out as rules see them. What `--engine postgres` runs is in `test_recorded_facts_agree.py`."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.backends.tables import TablesBackend
from engine.backends.tables.postgres_database import PostgresDatabase
from engine.rulebook.program import Program
from engine.testing import part_of_vocabulary, programs
from engine.testing.bulk import bulk_cases
from tests.backends.tables.postgres_server import PostgresServer
from tests.properties.readings import DEEP, SUBJECTS, Case, hold

pytestmark = pytest.mark.slow

SEEDS = st.integers(0, 2**32 - 1)
EACH = 1_000
ROUNDS = SUBJECTS // EACH if DEEP else 3


@st.composite
def drawn_programs(draw: st.DrawFn) -> tuple[Program, list[Case]]:
    words = draw(part_of_vocabulary())
    program = draw(programs(words))
    return program, list(bulk_cases(program, words, seed=draw(SEEDS), count=EACH))


@settings(
    max_examples=ROUNDS,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(drawn_programs())
def test_random_programs(postgres: PostgresServer, case: tuple[Program, list[Case]]) -> None:
    def in_postgres(program: Program) -> TablesBackend:
        return TablesBackend(program, PostgresDatabase(postgres.url()))

    assert hold(*case, in_postgres, test="postgres") == EACH
