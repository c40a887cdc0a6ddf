"""`tilsynstryk load`: what is put into a database is what comes out of it, or nothing is put in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from engine.portfolio.sheets import EARLIEST_DAY, LAST_DAY, SHEETS
from engine.portfolio.synthetic.generate import generate
from engine.portfolio.write import write_portfolio
from engine.run.database import load_portfolio, opened
from models.facts import RECORD_MODELS, SUBJECT_MODELS, Dossier
from models.facts.course_records import Budget, Concern
from models.terms import Authority, Kind
from tests.backends.tables.postgres_server import PASSWORD, PostgresServer
from tests.portfolio.small_world import AS_OF as SMALL_DAY
from tests.portfolio.small_world import ladder as small_ladder
from tests.portfolio.small_world import portfolios
from tests.portfolio.small_world import registers as small_registers
from tests.run.official import AS_OF, BOOK, CATALOGUE, PORTFOLIO, run, write

PUBLISHED = Path(__file__).resolve().parents[2] / "fixtures" / "published"
UNFILLED = replace(BOOK, registers=BOOK.registers.model_copy(update={"budget_deadlines": ()}))
SMALL_BOOK = replace(BOOK, registers=small_registers(), ladder=small_ladder())


def put(
    dossiers: Any, server: PostgresServer, schema: str, *, over: bool = False
) -> tuple[str, int]:
    url = server.url()
    return load_portfolio(
        dossiers, url, schema=schema, replace=over, catalogue=CATALOGUE, lang="da"
    )


def back(
    server: PostgresServer, schema: str, *, as_of: date = AS_OF, book: Any = UNFILLED
) -> tuple[Dossier, ...]:
    with opened(server.url(), schema) as facts:
        read = facts.read(book=book, as_of=as_of)
    assert [problem.text() for problem in read.problems] == []
    return read.dossiers


def refused(result: Any, *words: str) -> None:
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert [word for word in words if word not in line] == [], line


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=settings.default.max_examples // 2 if settings.default else 30,
)
@given(portfolio=portfolios())
def test_what_goes_in_comes_out(portfolio: tuple[Dossier, ...], postgres: PostgresServer) -> None:
    portfolio = tuple(map(_without_zero_signs, portfolio))
    put(portfolio, postgres, "round_trip", over=True)
    found = back(postgres, "round_trip", as_of=SMALL_DAY, book=SMALL_BOOK)
    assert found == portfolio


def _without_zero_signs(dossier: Dossier) -> Dossier:
    """PostgreSQL has no place for the zero sign; that one is refused has a test of its own."""

    def mended(fact: Any) -> Any:
        texts = {n: v.replace("\0", "_") for n, v in fact.__dict__.items() if type(v) is str}
        return fact.model_copy(update=texts)

    records = {kind: tuple(map(mended, rows)) for kind, rows in dossier.records.items()}
    return Dossier(mended(dossier.subject), records)


def test_a_generated_portfolio_comes_out_as_it_went_in(postgres: PostgresServer) -> None:
    day = date(2022, 12, 31)
    portfolio = generate(
        authorities=[Authority.SYD],
        as_of=day,
        seed=5,
        published=PUBLISHED,
        registers=BOOK.registers,
    )
    schema = postgres.new_schema()
    _, rows = put(portfolio, postgres, schema)
    assert rows > 10_000
    assert back(postgres, schema, as_of=day) == tuple(sorted(portfolio, key=_id))


def _id(dossier: Dossier) -> str:
    return dossier.subject_id


TEXTS = (
    None,
    "",
    " ",
    "æøå ÆØÅ é 👩‍👧",
    "a\nb\r\nc\td",
    "\\N",
    "\\",
    '"',
    "'",
    "''; DROP TABLE subject; --",
    "%s {} $1",
    "NULL",
    "x" * 4000,
)
DAYS = (None, EARLIEST_DAY, date(1999, 12, 31), date(2000, 1, 1), LAST_DAY)


def offer(number: int, **records: list[dict[str, Any]]) -> Dossier:
    subject_id = f"TB-{number}"
    given_ = {
        "subject_id": subject_id,
        "authority": "nord",
        "municipality": "aalborg",
        "ownership": "private",
        "segment": "adults",
        "dwelling_form": "residential",
        "places": 4,
    }
    subject = SUBJECT_MODELS[Kind.SOCIAL_OFFER].model_validate(given_, strict=False)
    return Dossier(
        subject,
        {
            name: tuple(
                RECORD_MODELS[name].model_validate(
                    {"subject_id": subject_id, "no": no, **values}, strict=False
                )
                for no, values in enumerate(rows, start=1)
            )
            for name, rows in records.items()
        },
    )


def test_odd_texts_and_far_days_are_kept(postgres: PostgresServer) -> None:
    concern = {"received_on": EARLIEST_DAY, "theme": "economy", "severity": "mild"}
    condition = {"set_on": EARLIEST_DAY}
    portfolio = (
        offer(
            1,
            concern=[{**concern, "text": text} for text in TEXTS],
            approval_condition=[{**condition, "due_on": day} for day in DAYS],
            sanction=[
                {"step": "order", "decided_on": AS_OF, "themes": themes}
                for themes in ((), ("economy",), ("economy", "competences"))
            ],
        ),
    )
    schema = postgres.new_schema()
    put(portfolio, postgres, schema)
    assert back(postgres, schema) == portfolio
    with postgres.connect() as connection:
        texts = connection.execute(f"SELECT text FROM {schema}.concern ORDER BY no").fetchall()
    assert [text for (text,) in texts] == list(TEXTS)


def test_the_command_says_where_and_how_much(postgres: PostgresServer) -> None:
    schema = postgres.new_schema()
    result = run("load", PORTFOLIO, postgres.url(), "--schema", schema)
    assert result.exit_code == 0, result.output
    assert f'{postgres.url()}, skema "{schema}": 80' in result.stdout
    with postgres.connect() as connection:
        ids = connection.execute(f"SELECT count(*) FROM {schema}.subject").fetchone()
        comment = connection.execute(
            "SELECT obj_description(%s::regclass)", (f"{schema}.concern",)
        ).fetchone()
    assert ids == (80,)
    assert comment is not None
    assert comment[0].startswith("Én bekymring pr. række")


def test_deadlines_stay_as_empty_as_they_were_recorded(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    budget = {"budget_year": 2025}
    source = write([offer(1, budget=[budget])], tmp_path / "facts.jsonl", "jsonl")
    schema = postgres.new_schema()
    assert run("load", source, postgres.url(), "--schema", schema).exit_code == 0
    (dossier,) = back(postgres, schema)
    kept: Budget = dossier.of("budget")[0]
    assert kept.deadline_on is None
    (filled,) = back(postgres, schema, book=BOOK)
    assert filled.of("budget")[0].deadline_on == date(2024, 10, 1)


def test_facts_that_lie_there_are_not_overwritten_unasked(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    schema = postgres.new_schema()
    one = write([offer(1)], tmp_path / "one.jsonl", "jsonl")
    two = write([offer(2)], tmp_path / "two.jsonl", "jsonl")
    assert run("load", one, postgres.url(), "--schema", schema).exit_code == 0
    again = run("load", two, postgres.url(), "--schema", schema)
    refused(again, f"{schema}.social_offer", "--replace")
    assert [d.subject_id for d in back(postgres, schema)] == ["TB-1"]
    assert run("load", two, postgres.url(), "--schema", schema, "--replace").exit_code == 0
    assert [d.subject_id for d in back(postgres, schema)] == ["TB-2"]


def test_all_or_nothing(postgres: PostgresServer) -> None:
    """A row refused at the very end takes everything with it, the schema too."""
    schema = postgres.new_schema()
    bad = offer(2)
    bad.records["sample_result"] = (
        RECORD_MODELS["sample_result"].model_construct(
            subject_id="TB-2", no=0, frame="x", visited_on=AS_OF, score_changed=None,
            indicator=None, proposed_category=None, report_sent_on=None,
        ),
    )  # fmt: skip
    with pytest.raises(Exception, match=r"sample_result_no_check"):
        put((offer(1), bad), postgres, schema)
    with postgres.connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_namespace WHERE nspname = %s", (schema,)
        ).fetchone()
    assert found == (0,)
    put((offer(1),), postgres, schema)
    with pytest.raises(Exception, match=r"sample_result_no_check"):
        put((offer(3), bad), postgres, schema, over=True)
    assert [d.subject_id for d in back(postgres, schema)] == ["TB-1"]


def test_the_sign_that_the_database_cannot_keep_is_refused(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    concern = {"received_on": AS_OF, "theme": "economy", "severity": "mild"}
    plain = offer(1, concern=[{**concern, "text": "@"}])
    source = tmp_path / "facts.jsonl"
    write([plain], source, "jsonl")
    escaped = source.read_text("utf-8").replace('"@"', '"\\u0000"')
    source.write_text(escaped, encoding="utf-8")
    schema = postgres.new_schema()
    result = run("load", source, postgres.url(), "--schema", schema)
    refused(result, "U+0000", f"{schema}.concern", "TB-1/1", '"text"')


def test_missing_tables_are_made_and_others_left(postgres: PostgresServer) -> None:
    schema = postgres.new_schema()
    put((offer(1),), postgres, schema)
    with postgres.connect() as connection:
        connection.execute(f"DROP TABLE {schema}.budget")
        connection.execute(f"CREATE TABLE {schema}.other AS SELECT 1 AS kept")
        connection.execute(f"ALTER TABLE {schema}.concern ADD COLUMN noted_at timestamptz")
    put((offer(2, budget=[{"budget_year": 2025}]),), postgres, schema, over=True)
    with postgres.connect() as connection:
        assert connection.execute(f"SELECT kept FROM {schema}.other").fetchone() == (1,)
    assert [d.subject_id for d in back(postgres, schema)] == ["TB-2"]


def test_tables_of_another_form_are_refused(postgres: PostgresServer, tmp_path: Path) -> None:
    schema = postgres.new_schema()
    with postgres.connect() as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"CREATE TABLE {schema}.concern (subject_id text, no integer)")
    source = write([offer(1)], tmp_path / "facts.jsonl", "jsonl")
    result = run("load", source, postgres.url(), "--schema", schema, "--lang", "en")
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert len(lines) == len(Concern.model_fields) - 2
    assert all(f"{schema}.concern lacks the column" in line for line in lines)


def test_odd_names_of_schemas_are_names(postgres: PostgresServer) -> None:
    schema = 'Tilsyn "ø"; DROP TABLE x; --'
    put((offer(1),), postgres, schema)
    assert [d.subject_id for d in back(postgres, schema)] == ["TB-1"]


def test_bad_facts_are_told_as_ever_and_nothing_is_loaded(postgres: PostgresServer) -> None:
    bad = PORTFOLIO.parent / "bad-portfolio"
    schema = postgres.new_schema()
    result = run("load", bad, postgres.url(), "--schema", schema)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 6
    with postgres.connect() as connection:
        found = connection.execute("SELECT to_regnamespace(%s)", (schema,)).fetchone()
    assert found == (None,)


def test_a_password_is_used_and_never_shown(
    postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "hemmeligt%3A%2F%40ord"
    schema = postgres.new_schema()
    with postgres.connect() as connection:
        connection.execute("GRANT CREATE ON DATABASE facts TO locked")
    url = postgres.url(user="locked", password=secret)
    result = run("load", PORTFOLIO, url, "--schema", schema)
    assert result.exit_code == 0, result.output
    assert "hemmeligt" not in result.output
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    result = run("load", PORTFOLIO, postgres.url(user="locked"), "--schema", schema, "--replace")
    assert result.exit_code == 0, result.output


WRONG = {
    "wrong password": ("postgresql://locked:s3kret@127.0.0.1:{port}/facts", "password"),
    "nobody there": ("postgresql://me:s3kret@127.0.0.1:1/facts", "127.0.0.1:1"),
    "no database": ("postgresql://tester:s3kret@127.0.0.1:{port}/none", "none"),
    "no such host": ("postgresql://me:s3kret@nowhere.invalid/facts", "nowhere.invalid"),
    "spaces": ("postgresql://me:s3kret x@127.0.0.1/facts", "postgresql://"),
    "another scheme": ("mysql://me:s3kret@127.0.0.1/facts", "mysql"),
    "no address": ("host=127.0.0.1 password=s3kret", "postgresql://"),
    "unknown option": ("postgresql://me:s3kret@127.0.0.1/facts?s3kret=1", "postgresql://"),
    "no port": ("postgresql://me:s3kret@127.0.0.1:s3kret/facts", "postgresql://"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_an_address_is_one_line_without_the_password(
    case: str, postgres: PostgresServer, tmp_path: Path
) -> None:
    url, word = WRONG[case]
    source = write([offer(1)], tmp_path / "facts.jsonl", "jsonl")
    for lang in ("da", "en"):
        result = run("load", source, url.format(port=postgres.port), "--lang", lang)
        refused(result, word)
        assert "s3kret" not in result.output


def test_a_schema_is_no_source_to_load_from(postgres: PostgresServer) -> None:
    result = run("load", postgres.url(password="s3kret"), postgres.url())
    refused(result)
    assert "s3kret" not in result.output


def test_every_table_can_be_filled(postgres: PostgresServer) -> None:
    """Each of them has rows in the small or the generated portfolio, or is filled here."""
    schema = postgres.new_schema()
    appeal = {"appealed_on": AS_OF, "sanction": 1, "outcome": "upheld", "decided_on": AS_OF}
    portal = {"reported_on": AS_OF, "group": "economy"}
    force = {"occurred_on": AS_OF, "force_basis": "holding_124"}
    order = {"step": "order", "decided_on": AS_OF}
    portfolio = (
        offer(1, appeal=[appeal], portal_report=[portal], force_report=[force], sanction=[order]),
    )
    put(portfolio, postgres, schema)
    assert back(postgres, schema) == portfolio
    assert len(SHEETS) == 23


def test_writing_needs_no_database(tmp_path: Path) -> None:
    """The same facts written as Parquet have the tables' names."""
    write_portfolio(
        [offer(1)], tmp_path / "p", format="parquet", registers=BOOK.registers, catalogue=CATALOGUE
    )
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["social_offer.parquet"]
