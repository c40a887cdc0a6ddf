"""A real PostgreSQL finds what the reference finds, on generated subjects by the thousand."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from engine.backends.reference import ReferenceBackend
from engine.backends.tables import TablesBackend
from engine.backends.tables.postgres_database import PostgresDatabase
from engine.rulebook.program import Program
from engine.testing import part_of_vocabulary, programs
from engine.testing.bulk import bulk_cases
from engine.testing.counterexamples import Counterexample, as_text
from tests.backends.tables.postgres_server import PostgresServer
from tests.properties.readings import DEEP, SUBJECTS, Case

pytestmark = pytest.mark.slow

SEEDS = st.integers(0, 2**32 - 1)
EACH = 1_000
ROUNDS = max(3, SUBJECTS // EACH // (1 if DEEP else 8))


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
    program, cases = case
    reference = ReferenceBackend(program)
    with TablesBackend(program, PostgresDatabase(postgres.url())) as tables:
        found = dict(tables.firings(cases))
    assert len(found) == EACH
    for view, override in cases:
        expected = reference.evaluate(view, override)
        if found[view.subject_id] != expected:
            note("save this in fixtures/counterexamples/:")
            note(as_text(Counterexample("PostgreSQL differed", program, view, override)))
        assert found[view.subject_id] == expected
