"""Bad facts in PostgreSQL are named by table, key and column, and do not stop the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.run.database import opened
from tests.backends.tables.postgres_server import PostgresServer
from tests.run.official import AS_OF, BOOK, run

pytestmark = pytest.mark.slow


PROBLEMS = {
    "a Danish word": (
        "UPDATE concern SET severity = 'alvorlig' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"severity"', "serious"),
    ),
    "a title for a word": (
        "UPDATE foster_family SET municipality = 'Aalborg' WHERE subject_id = 'PF-02613'",
        ("foster_family", "PF-02613", '"municipality"', "aalborg"),
    ),
    "no word at all": (
        "UPDATE foster_family SET municipality = 'odnse' WHERE subject_id = 'PF-02613'",
        ("foster_family", "PF-02613", '"municipality"', "odnse"),
    ),
    "a day without end": (
        "UPDATE concern SET received_on = 'infinity' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "infinity"),
    ),
    "the first of all days": (
        "UPDATE concern SET received_on = '0001-01-01' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "0001-01-01"),
    ),
    "the last of all days": (
        "UPDATE override SET expires_on = '9999-12-31' WHERE subject_id ="
        " (SELECT min(subject_id) FROM override)",
        ("override", '"expires_on"', "9999-12-31"),
    ),
    "a day before our era": (
        "UPDATE concern SET received_on = '0044-03-15 BC' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "BC"),
    ),
    "a day after to-day": (
        "UPDATE concern SET received_on = '2025-06-02' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"received_on"', "2025-06-02"),
    ),
    "too large a number": (
        "UPDATE social_offer SET places = 2147483647 WHERE subject_id ="
        " (SELECT min(subject_id) FROM social_offer)",
        ("social_offer", '"places"', "2147483647"),
    ),
    "no number": (
        "UPDATE concern SET no = NULL WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/?", '"no"'),
    ),
    "a number twice": (
        "INSERT INTO concern SELECT * FROM concern WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-02613/2", '"no"'),
    ),
    "nobody": (
        "UPDATE concern SET subject_id = 'PF-9' WHERE subject_id = 'PF-02613' AND no = 2",
        ("concern", "PF-9/2", '"subject_id"'),
    ),
    "no id": (
        "UPDATE foster_family SET subject_id = NULL WHERE subject_id ="
        " (SELECT f.subject_id FROM foster_family f LIMIT 1)",
        ("foster_family", '"subject_id"'),
    ),
    "an id that says nothing": (
        "INSERT INTO subject VALUES ('PF-9', 'foster_family')",
        ("subject", "PF-9", "foster_family"),
    ),
    "a score that cannot be": (
        "UPDATE score SET exempt = true WHERE (subject_id, no) ="
        " (SELECT s.subject_id, s.no FROM score s WHERE value IS NOT NULL LIMIT 1)",
        ("score", '"value"'),
    ),
    "an unknown theme": (
        "UPDATE sanction SET themes = ARRAY['economy', 'nothing'] WHERE (subject_id, no) ="
        " (SELECT s.subject_id, s.no FROM sanction s LIMIT 1)",
        ("sanction", '"themes"', "nothing"),
    ),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_bad_facts_are_named_by_table_key_and_column(
    case: str, postgres: PostgresServer, altered: Any, tmp_path: Path
) -> None:
    schema, execute = altered
    statement, words = PROBLEMS[case]
    assert execute(statement).rowcount == 1
    where: tuple[object, ...] = ("--schema", schema, "--out", tmp_path / "out")
    where += ("--lang", "en", "--streaming") if len(case) % 2 else ("--lang", "da")
    result = run("evaluate", postgres.url(), *where)
    assert result.exit_code == 2, result.output
    told = [line for line in result.stderr.splitlines() if f'"{schema}.{words[0]}"' in line]
    assert [line for line in told if all(word in line for word in words)], result.stderr
    assert not (tmp_path / "out").exists()


def categories(folder: Path) -> dict[str, Any]:
    lines = (folder / "decisions.jsonl").read_text("utf-8").splitlines()
    return {decision["subject_id"]: decision["category"] for decision in map(json.loads, lines)}


def test_bad_facts_of_one_do_not_stop_the_others(
    postgres: PostgresServer, altered: Any, tmp_path: Path, output: Path
) -> None:
    schema, execute = altered
    execute("UPDATE concern SET received_on = 'infinity' WHERE subject_id = 'PF-02613' AND no = 2")
    execute("UPDATE budget SET budget_year = -2147483648 WHERE subject_id ="
            " (SELECT min(subject_id) FROM budget)")  # fmt: skip
    execute("UPDATE staffing SET sickness_days_of_peers = -2147483648,"
            " sickness_days_per_employee = 2147483647 WHERE (subject_id, no) ="
            " (SELECT s.subject_id, s.no FROM staffing s LIMIT 1)")  # fmt: skip
    aside = tmp_path / "aside.jsonl"
    where = ("--schema", schema, "--out", tmp_path / "out", "--quarantine", aside)
    result = run("evaluate", postgres.url(), *where)
    assert result.exit_code == 0, result.output
    left_out = {json.loads(line)["subject_id"] for line in aside.read_text("utf-8").splitlines()}
    assert "PF-02613" in left_out
    assert 2 <= len(left_out) <= 3
    # Nobody else's category or plan is another; only the sample may be drawn anew.
    with opened(postgres.url(), schema) as database:
        read = database.read(book=BOOK, as_of=AS_OF)
    assert {d.subject_id for d in read.dossiers}.isdisjoint(left_out)
    expected, found = categories(output), categories(tmp_path / "out")
    assert found == {name: value for name, value in expected.items() if name not in left_out}
