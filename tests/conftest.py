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
    "tests/run/test_outcomes_in_database.py",
    "tests/backends/tables/test_published_views.py",
    "tests/backends/tables/test_sql.py",
    "tests/portfolio/synthetic/",
    "tests/analysis/proof/",
    "tests/analysis/rulebook_difference/",
)
"""Tests of many random examples or long queries, which one Python is enough for."""

_EARLY = (*_LONG, "tests/run/", "tests/portfolio/", "tests/backends/", "tests/test_readme.py")
"""Files of more than a minute."""

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, one for each process of the tests."""
    with running_server() as server:
        yield server


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files stay together, since their tests share what is slow to make; one process compiles the
    world and holds Spark, whatever number there are. What takes longest begins first, so that no
    process waits for another at the end. On the second Python of CI the slow ones are left out.

    Before pytest-xdist looks, which takes no notice of a group it learns of later."""
    for item in items:
        compiles = item.nodeid.startswith(_HEAVY)
        together = compiles or "spark" in getattr(item, "fixturenames", ())
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group("heavy" if together else file))
        if compiles or item.nodeid.startswith(_LONG):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    if item.nodeid.startswith(_HEAVY) or "spark" in getattr(item, "fixturenames", ()):
        return 0
    return 1 if item.nodeid.startswith(_EARLY) else 2
