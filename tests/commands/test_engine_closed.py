"""A run closes the databases it has opened, however it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.backends.tables import SparkError
from engine.backends.tables.database import DuckDatabase
from engine.rulebook.problems import said
from tests.run.official import PORTFOLIO, read, run, write

ENGINES = {"tables": (), "spark": ("--master", "local[3]")}


class Watched(DuckDatabase):
    """A database that counts those that are open; it stands in for Spark, too."""

    open: int = 0
    opened: int = 0
    masters: tuple[str, ...] = ()

    def __init__(self, *masters: str) -> None:
        super().__init__()
        Watched.open += 1
        Watched.opened += 1
        Watched.masters += masters

    def close(self) -> None:
        super().close()
        Watched.open -= 1


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    monkeypatch.setattr(Watched, "open", 0)
    monkeypatch.setattr(Watched, "opened", 0)
    monkeypatch.setattr(Watched, "masters", ())
    monkeypatch.setattr("engine.backends.tables.backend.DuckDatabase", Watched)
    monkeypatch.setattr("engine.backends.tables.outcome_tables.DuckDatabase", Watched)
    monkeypatch.setattr("engine.backends.tables.SparkDatabase", Watched)
    return Watched


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(read(PORTFOLIO)[:3], tmp_path_factory.mktemp("few") / "facts.jsonl", "jsonl")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("how", [(), ("--streaming",)], ids=["held", "streamed"])
def test_evaluate(
    engine: str, how: tuple[str, ...], watched: type[Watched], few: Path, tmp_path: Path
) -> None:
    asked = ("--engine", engine, *ENGINES[engine], *how)
    assert run("evaluate", few, "--out", tmp_path / "out", *asked).exit_code == 0
    assert run("evaluate", few, "--out", "-", *asked).exit_code == 0
    assert (watched.opened, watched.open) == (2, 0)
    assert watched.masters == ENGINES[engine][1:] * 2


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: DuckDatabase, query: str) -> None:
        raise SparkError(said("spark.failed", reason="gone"))

    monkeypatch.setattr(Watched, "read", fail)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("command", ["evaluate", "outcomes"])
@pytest.mark.usefixtures("broken")
def test_a_run_that_is_stopped(
    command: str, engine: str, watched: type[Watched], few: Path, tmp_path: Path
) -> None:
    asked = ("--engine", engine, *ENGINES[engine])
    result = run(command, few, "--out", tmp_path / "out", *asked)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1), result.output
    assert "gone" in result.stderr
    assert (watched.opened, watched.open) == (1, 0)
    assert list(tmp_path.iterdir()) == []
