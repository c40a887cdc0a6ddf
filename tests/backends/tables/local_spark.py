"""A real Spark on this machine's Java, one for each process of the tests, quiet as for a user.

Where Java or pyspark is missing its tests are skipped, but never on the CI machine.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.backends.tables import SparkDatabase, SparkError

__all__ = ["LocalSpark", "running_spark"]

MASTER = "local[2]"
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Spends little on compiling what runs for a minute only."""


class LocalSpark:
    """A running Spark, and what it has said on stderr, then and since."""

    def __init__(self, database: SparkDatabase, said: Path) -> None:
        self.database = database
        self.said = said


def _missing(why: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@contextmanager
def running_spark() -> Iterator[LocalSpark]:
    """Spark for as long as it is needed."""
    if importlib.util.find_spec("pyspark") is None:
        _missing("no pyspark here: pip install '.[spark]'")
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "stderr"
        with pytest.MonkeyPatch.context() as changed, said.open("wb") as stream:
            changed.setenv("JAVA_TOOL_OPTIONS", _JAVA)
            was = os.dup(2)
            os.dup2(stream.fileno(), 2)
            try:
                database = SparkDatabase(MASTER)
            except SparkError as error:
                _missing(f"no Spark on this machine: {error}")
            finally:
                os.dup2(was, 2)
                os.close(was)
        yield LocalSpark(database, said)
        database.close()
