"""What is typed for an id, or for a fact, and can be none, is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import PORTFOLIO, read, run, write

UNREADABLE = "\udcff"
"""What Python makes of a byte that is no UTF-8."""
WRONG = (UNREADABLE, f"PF-{UNREADABLE}", "PF-0\x01", "PF-0\x00", "", " ")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("places")
    few = read(PORTFOLIO)[:2]
    others = [write(few, folder / "p", "parquet"), write(few, folder / "f.jsonl", "jsonl")]
    return [PORTFOLIO, *others]


def refused(*args: object, stdin: bytes | None = None) -> str:
    result = run(*map(str, args), stdin=stdin)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("wrong", WRONG, ids=ascii)
def test_what_is_no_id(wrong: str, places: list[Path]) -> None:
    for place in places:
        assert "PF-01042" in refused("category", wrong, "--portfolio", place)
        what_if = ("what-if", wrong, "--set", "places=1", "--portfolio", place)
        assert "PF-01042" in refused(*what_if)


def test_what_is_no_id_in_a_database(postgres: PostgresServer) -> None:
    schema = postgres.new_schema()
    loaded = run("load", PORTFOLIO, postgres.url(), "--schema", schema)
    assert loaded.exit_code == 0, loaded.output
    there = ("--portfolio", postgres.url(), "--schema", schema)
    for wrong in WRONG:
        assert "PF-01042" in refused("category", wrong, *there)


def test_what_is_no_id_on_stdin() -> None:
    line = refused("category", "-", "--portfolio", PORTFOLIO, stdin=b"PF-0\x01\n")
    assert "PF-01042" in line


def test_what_is_no_fact() -> None:
    for option, change in (
        ("--set", f"places={UNREADABLE}"),
        ("--set", f"{UNREADABLE}=1"),
        ("--add", f"concern: text={UNREADABLE}"),
        ("--drop", UNREADABLE),
    ):
        refused("what-if", "PF-02613", option, change, "--portfolio", PORTFOLIO)
