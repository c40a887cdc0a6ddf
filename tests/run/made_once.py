"""One official run of the small synthetic portfolio, made once and looked at by many tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.portfolio.read import read_portfolio
from models.facts import Dossier
from tests.run.official import AS_OF, BOOK, PORTFOLIO, run

__all__ = ["output", "small_portfolio"]


@pytest.fixture(scope="session")
def small_portfolio() -> tuple[Dossier, ...]:
    """The small portfolio as dossiers."""
    read = read_portfolio(PORTFOLIO, registers=BOOK.registers, ladder=BOOK.ladder, as_of=AS_OF)
    assert read.fine
    return read.dossiers


@pytest.fixture(scope="session")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with tables in every form."""
    folder = tmp_path_factory.mktemp("run") / "decisions"
    forms = [f"--format={form}" for form in ("xlsx", "csv", "parquet", "json")]
    result = run("evaluate", PORTFOLIO, "--out", folder, *forms)
    assert result.exit_code == 0, result.output
    return folder
