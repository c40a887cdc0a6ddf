"""`tilsynstryk schema`: tables of facts that a database checks, named as the sheets are."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
import sqlglot

from engine.portfolio.fact_ddl import quoted_name, quoted_text
from engine.portfolio.row_constraints import allowed_together
from engine.portfolio.sheets import RECORD_SHEETS, SHEETS, sheet_spec
from models.facts.dossier import RECORD_MODELS, Dossier
from models.facts.quality_records import IndicatorScore
from models.terms import ScoreModel
from tests.run.official import read, run, write


def sql(*args: object) -> str:
    result = run("schema", *args, as_of=None)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(sql("--dialect", "duckdb"))
    return connection


def refused(database: duckdb.DuckDBPyConnection, statement: str) -> bool:
    try:
        database.execute(statement)
    except duckdb.ConstraintException:
        return True
    return False


def test_every_sheet_is_a_table_with_its_columns(database: duckdb.DuckDBPyConnection) -> None:
    found: dict[str, list[str]] = {}
    for table, column in database.sql(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'tilsyn' ORDER BY table_name, ordinal_position"
    ).fetchall():
        found.setdefault(table, []).append(column)
    expected = {
        key: [c.name for c in sheet_spec(key).columns] + ([] if key in RECORD_SHEETS else ["kind"])
        for key in SHEETS
    }
    assert found == expected | {"subject": ["subject_id", "kind"]}


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_column_is_explained(lang: str) -> None:
    tree = [s for s in sqlglot.parse(sql("--lang", lang), read="postgres") if s is not None]
    comments = [s for s in tree if s.key == "comment"]
    columns = [c for s in tree if s.key == "create" for c in s.find_all(sqlglot.exp.ColumnDef)]
    assert len(comments) == len(columns) + len(SHEETS) + 1
    assert all(comment.expression.name.strip() for comment in comments)


OFFER = (
    "INSERT INTO tilsyn.social_offer (subject_id, authority, municipality, ownership, segment,"
    " dwelling_form, places) VALUES ('{id}', '{authority}', 'aalborg', 'private', 'adults',"
    " 'residential', {places})"
)
CONCERN = (
    "INSERT INTO tilsyn.concern (subject_id, no, received_on, theme, severity)"
    " VALUES ('{id}', {no}, '{day}', 'economy', '{severity}')"
)


def test_the_database_refuses_what_the_models_refuse(database: duckdb.DuckDBPyConnection) -> None:
    offer = {"id": "ST-1", "authority": "syd", "places": 4}
    concern = {"id": "ST-1", "no": 1, "day": "2025-01-01", "severity": "mild"}
    assert refused(database, OFFER.format(**offer))
    database.execute("INSERT INTO tilsyn.subject VALUES ('ST-1', 'social_offer')")
    database.execute("INSERT INTO tilsyn.subject VALUES ('PF-1', 'foster_family')")
    wrong_offers = ({"authority": "vest"}, {"places": -1}, {"places": "NULL"}, {"id": "PF-1"})
    for wrong in wrong_offers:
        assert refused(database, OFFER.format(**offer | wrong)), wrong
    database.execute(OFFER.format(**offer))
    wrong_concerns = (
        {"id": "ST-2"},
        {"no": 0},
        {"no": "NULL"},
        {"day": "1899-12-31"},
        {"day": "9999-12-31"},
        {"severity": "alvorlig"},
    )
    for wrong in wrong_concerns:
        assert refused(database, CONCERN.format(**concern | wrong)), wrong
    database.execute(CONCERN.format(**concern))
    assert refused(database, CONCERN.format(**concern))
    database.execute(CONCERN.format(**concern | {"no": 2, "day": "2199-12-31"}))
    assert refused(database, "INSERT INTO tilsyn.subject VALUES ('PF-1', 'social_offer')")
    assert refused(database, "INSERT INTO tilsyn.subject VALUES ('x', 'social_offer')")
    approval = database.sql("SELECT approval_status FROM tilsyn.social_offer").fetchone()
    assert approval == ("approved",)


def test_scores_are_those_that_the_model_takes(database: duckdb.DuckDBPyConnection) -> None:
    database.execute("INSERT INTO tilsyn.subject VALUES ('ST-1', 'social_offer')")
    values = [None, *range(-1, 7)]
    taken = 0
    for no, (scale, exempt, value) in enumerate(product(ScoreModel, (True, False), values), 1):
        row = f"('ST-1', {no}, 'offer.6a', '{scale}', {value or ('NULL' if value is None else 0)}"
        statement = f"INSERT INTO tilsyn.score VALUES {row}, {exempt}, '2025-01-01')"
        try:
            IndicatorScore.model_validate(
                {
                    "subject_id": "ST-1",
                    "no": no,
                    "indicator": "offer.6a",
                    "score_model": scale,
                    "exempt": exempt,
                    "value": value,
                    "scored_on": "2025-01-01",
                },
                strict=False,
            )
            allowed = True
        except ValueError:
            allowed = False
        taken += allowed
        assert refused(database, statement) is not allowed, statement
    assert taken == 9


def test_only_scores_ask_something_of_several_fields() -> None:
    asking = [key for key, model in RECORD_MODELS.items() if allowed_together(model) is not None]
    assert asking == ["score"]


def test_names_and_texts_are_quoted() -> None:
    odd = 'Tilsyn "æ"; DROP TABLE x; --'
    text = sql("--schema", odd)
    assert '"Tilsyn ""æ""; DROP TABLE x; --"."subject"' in text
    tables = [t for t in sqlglot.parse(text, read="postgres") if t is not None]
    assert {t.key for t in tables} == {"create", "comment"}
    assert (quoted_name('a"b'), quoted_text("a'b")) == ('"a""b"', "'a''b'")
    for wrong in ("", "x" * 64):
        result = run("schema", "--schema", wrong, as_of=None)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_it_is_the_same_text_every_time_and_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "facts.sql"
    assert str(file) in sql("--out", file)
    assert file.read_text(encoding="utf-8") == sql() == sql("--dialect", "postgres")


def test_parquet_files_carry_the_schema_of_those_that_are_written(
    tmp_path: Path, small_portfolio: tuple[Dossier, ...]
) -> None:
    folder, written = tmp_path / "schema", tmp_path / "written"
    assert "23" in sql("--parquet", folder)
    write(small_portfolio, written, "parquet")
    assert {path.stem for path in folder.iterdir()} == set(SHEETS)
    for path in written.iterdir():
        published = pq.read_schema(folder / path.name)
        assert pq.read_schema(path).names == published.names
        assert pq.read_schema(path).types == published.types
    severity = pq.read_schema(folder / "concern.parquet").field("severity")
    assert severity.metadata[b"words"] == b"mild;moderate;serious;acute"
    assert not severity.nullable
    assert read(written) == small_portfolio


def test_parquet_overwrites_no_facts(tmp_path: Path) -> None:
    (tmp_path / "concern.parquet").write_bytes(b"mine")
    for args in (("--parquet", tmp_path), ("--parquet", tmp_path / "x", "--dialect", "duckdb")):
        result = run("schema", *args, as_of=None)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert (tmp_path / "concern.parquet").read_bytes() == b"mine"
