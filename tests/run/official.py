"""Runs commands as a user does, and holds them to never showing a traceback."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from cli import tilsynstryk
from engine.portfolio.read import read_portfolio
from engine.portfolio.write import write_portfolio
from engine.rulebook.catalogue import load_catalogue
from engine.rulebook.load import load_rulebook
from models.facts import Dossier

AS_OF = date(2025, 6, 1)
PORTFOLIO = Path(__file__).parents[2] / "fixtures" / "small-portfolio"
BOOK = load_rulebook()
CATALOGUE = load_catalogue()


def run(
    command: str, *args: object, stdin: bytes | None = None, as_of: str | None = "2025-06-01"
) -> Result:
    """A command with --as-of (left out if None); an exception that reaches the user fails."""
    day = ["--as-of", as_of] if as_of is not None else []
    result = CliRunner().invoke(tilsynstryk, [command, *map(str, args), *day], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def write(dossiers: tuple[Dossier, ...] | list[Dossier], target: Path, form: Any) -> Path:
    """A portfolio in one of its forms."""
    write_portfolio(dossiers, target, format=form, registers=BOOK.registers, catalogue=CATALOGUE)
    return target


def read(source: Path) -> tuple[Dossier, ...]:
    """A portfolio without mistakes."""
    found = read_portfolio(source, registers=BOOK.registers, ladder=BOOK.ladder, as_of=AS_OF)
    assert found.fine, found.problems
    return found.dossiers


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its name there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def manifest(folder: Path) -> dict[str, Any]:
    """The record of a run."""
    data: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return data


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
