"""One Spark for the tests of this folder that need it."""

from collections.abc import Iterator

import pytest

from tests.backends.tables.local_spark import LocalSpark, running_spark


@pytest.fixture(scope="session")
def spark() -> Iterator[LocalSpark]:
    """A Spark on this machine, one for each process of the tests."""
    with running_spark() as found:
        yield found
