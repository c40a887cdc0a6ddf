"""Hypothesis profiles, chosen by HYPOTHESIS_PROFILE.

The default tries the same examples on every run; `fuzz` tries many random ones. Neither keeps a
database of examples: what is found becomes a test."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.backends.tables.postgres_server import PostgresServer, running_server

settings.register_profile(
    "default",
    deadline=None,
    derandomize=True,
    max_examples=60,
    print_blob=True,
    database=None,
)
settings.register_profile(
    "fuzz",
    deadline=None,
    derandomize=False,
    max_examples=20_000,
    print_blob=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
_HEAVY = (
    "tests/simulation/world/",
    "tests/simulation/test_run_",
    "tests/simulation/test_sensitivity.py",
    "tests/commands/test_simulate.py",
    "tests/commands/test_optimise.py",
)
"""Tests that compile the simulated world."""
_LONG = (
    "tests/properties/",
    "tests/testing/",
    "tests/backends/kernel/",
    "tests/run/test_streaming.py",
)
"""Tests of many random examples, which one Python is enough for."""

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, one for each process of the tests."""
    with running_server() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process compiles the world and holds Spark, whatever number there are; on the second
    Python of CI the world is not compiled at all."""
    for item in items:
        compiles = item.nodeid.startswith(_HEAVY)
        if compiles or "spark" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("heavy"))
        if compiles or item.nodeid.startswith(_LONG):
            item.add_marker(pytest.mark.slow)
