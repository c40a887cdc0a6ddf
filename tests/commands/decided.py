"""The decisions of official runs of the small synthetic portfolio, read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.facts import Dossier
from tests.run.official import run

__all__ = ["decided", "decisions", "ids", "lines"]


def lines(content: bytes | str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def decided(*args: object, stdin: bytes | None = None) -> bytes:
    """The decisions of a run as JSON lines."""
    result = run("evaluate", *args, "--out", "-", stdin=stdin)
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes


@pytest.fixture(scope="session")
def decisions(output: Path) -> bytes:
    return (output / "decisions.jsonl").read_bytes()


@pytest.fixture(scope="session")
def ids(small_portfolio: tuple[Dossier, ...]) -> list[str]:
    return [dossier.subject_id for dossier in small_portfolio]
