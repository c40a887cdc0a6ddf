"""A real Spark gives what the reference gives, byte for byte in what a user gets, and is quiet."""

from __future__ import annotations

import importlib.util
import socket
from collections.abc import Iterator, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backends.reference import ReferenceBackend
from engine.backends.tables import (
    SparkDatabase,
    SparkError,
    TablesBackend,
    compile_program,
    facts_from_raw,
    lay_out,
    lay_out_raw,
)
from engine.backends.tables.firings import FiringReader
from engine.backends.tables.layout import Case
from engine.decisions.decide import Decider
from engine.facts import View
from engine.rulebook.program import Item, Program, Stratum, program_of
from engine.rulebook.resolve import resolve
from engine.testing.bulk import bulk_cases
from engine.testing.rules import programs
from models.conditions import AnyOf
from models.terms import Colour, Kind
from tests.backends.building import AS_OF, count, field, item, program
from tests.backends.tables.local_spark import MASTER, LocalSpark
from tests.run.official import AS_OF as PORTFOLIO_DAY
from tests.run.official import BOOK, PORTFOLIO, files, manifest, read, run, write

DAY = date(2025, 9, 1)
SUBJECTS = 200


def together(several: Sequence[Program]) -> Program:
    """One program with the rules of all, so that one query asks them all."""
    strata: dict[Stratum, list[Item]] = {stratum: [] for stratum in Stratum}
    for number, one in enumerate(several):
        for stratum, items in one.strata:
            strata[stratum] += [item._replace(key=f"{number}.{item.key}") for item in items]
    return Program(
        tuple((stratum, tuple(items)) for stratum, items in strata.items()), content_hash="several"
    )


def hold_together(spark: LocalSpark, rules: Program, cases: Sequence[Case]) -> None:
    reference = ReferenceBackend(rules)
    found = dict(TablesBackend(rules, spark.database).firings(cases))
    assert len(found) == len(cases)
    for view, override in cases:
        assert found[view.subject_id] == reference.evaluate(view, override)


@pytest.mark.slow
def test_the_shipped_rulebook_on_subjects_of_every_kind(spark: LocalSpark) -> None:
    rules = program_of(resolve(BOOK, as_of=DAY))
    cases = list(bulk_cases(rules, seed=5, count=600, as_of=DAY))
    assert {view.kind for view, _ in cases} == set(Kind)
    hold_together(spark, rules, cases)


@settings(max_examples=3)
@given(several=st.lists(programs(), min_size=8, max_size=8), seed=st.integers(0, 9999))
@pytest.mark.slow
def test_random_programs_mean_the_same(
    spark: LocalSpark, several: list[Program], seed: int
) -> None:
    rules = together(several)
    assert sum(1 for _ in rules.items()) >= len(several)
    hold_together(spark, rules, list(bulk_cases(rules, seed=seed, count=SUBJECTS)))


@pytest.mark.slow
def test_a_user_gets_the_same_bytes(spark: LocalSpark, tmp_path: Path) -> None:
    one, other = tmp_path / "case", tmp_path / "spark"
    forms = ("--format=csv", "--format=parquet")
    assert run("evaluate", PORTFOLIO, "--out", one, *forms).exit_code == 0
    by_spark = ("--engine", "spark", "--master", MASTER)
    result = run("evaluate", PORTFOLIO, "--out", other, *forms, *by_spark)
    assert result.exit_code == 0, result.output
    record = manifest(other)
    reading = f"tables on Spark {version('pyspark')}"
    assert (record["engine"], record["backend"].partition(",")[0]) == ("spark", reading)
    assert record["versions"].keys() >= {"pyspark", "ibis-framework", "sqlglot"}
    assert record["counts"] == manifest(one)["counts"]
    found, expected = files(other), files(one)
    for name in ("manifest.json", "run-log.jsonl"):
        del found[name], expected[name]
    assert len(expected["decisions.jsonl"].splitlines()) > 50
    assert found == expected


@pytest.mark.slow
def test_a_cluster_works_out_ages_and_derived_fields_itself(spark: LocalSpark) -> None:
    decider = Decider(resolve(BOOK, as_of=PORTFOLIO_DAY))
    some = [(s, items[::6] if s is Stratum.SIGNALS else ()) for s, items in decider.program.strata]
    rules = Program(tuple(some), content_hash="some")
    duty = decider.resolved.duty()
    compiled = compile_program(rules, facts=facts_from_raw(as_of=PORTFOLIO_DAY, duty=duty))
    dossiers = read(PORTFOLIO)
    for name, table in lay_out_raw(dossiers).items():
        spark.database.hold(name, table)
    fired = spark.database.read(spark.database.sql_of(compiled.result))
    found = dict(FiringReader(compiled).read(fired))
    reference = ReferenceBackend(rules)
    assert len(found) == len(dossiers)
    for dossier in dossiers:
        view, override = decider.view(dossier), decider.override(dossier)
        assert found[dossier.subject_id] == reference.evaluate(view, override)
    assert len({firing.signals for firing in found.values()}) > 5


@pytest.mark.slow
def test_a_user_gets_the_same_outcome_tables(spark: LocalSpark, tmp_path: Path) -> None:
    few = write(read(PORTFOLIO)[::8], tmp_path / "few", "csv")
    one, other = tmp_path / "tables", tmp_path / "spark"
    by_spark = ("--engine", "spark", "--master", MASTER)
    for folder, engine in ((one, ()), (other, by_spark)):
        result = run("outcomes", few, "--format", "csv", "--out", folder, *engine)
        assert result.exit_code == 0, result.output
    assert files(other) == files(one)
    assert len(files(one)["decision.csv"].splitlines()) == 11


def test_a_spark_that_was_there_before_is_left_running(spark: LocalSpark) -> None:
    spark.database.read("SELECT 1 AS one")
    second = SparkDatabase(MASTER)
    second.hold("second_only", pa.table({"number": [1]}))
    second.keep("second_kept", "SELECT number FROM second_only")
    second.close()
    assert spark.database.read("SELECT 2 AS two").to_pylist() == [{"two": 2}]
    for name in ("second_only", "second_kept"):
        with pytest.raises(SparkError):
            spark.database.read(f"SELECT * FROM {name}")


def test_another_master_is_refused_while_one_runs(spark: LocalSpark) -> None:
    line = refused("--engine", "spark", "--master", "local[1]")
    assert MASTER in line
    assert "local[1]" in line


@pytest.fixture
def other_settings(spark: LocalSpark) -> Iterator[None]:
    """A cluster whose own settings are others than ours."""
    from pyspark.sql import SparkSession

    session = SparkSession.getActiveSession()
    assert session is not None
    others = {"spark.sql.ansi.enabled": "false", "spark.sql.caseSensitive": "true"}
    before = {name: session.conf.get(name) for name in others}
    assert before == {"spark.sql.ansi.enabled": "true", "spark.sql.caseSensitive": "false"}
    for name, value in others.items():
        session.conf.set(name, value)
    yield
    for name, value in before.items():
        session.conf.set(name, str(value))


WORDS = ("Æble", "æble", "it's", "a\\b", 'a"b', "", " æble")
MOST = 2**31 - 1


def odd_cases() -> list[Case]:
    """Words that differ in capitals or signs only, and the ends of the whole numbers."""
    cases = []
    for number, word in enumerate((*WORDS, None), start=1):
        facts = {"kind": Kind.SOCIAL_OFFER, "risk_sign": word, "places": (MOST, -MOST)[number % 2]}
        records = {"concern": [{"open": None, "theme": word}]}
        cases.append((View(f"TB-{number}", Kind.SOCIAL_OFFER, AS_OF, facts, records), None))
    return cases


ODD = program(
    *(item(f"w{number}", field("risk_sign", "is", word)) for number, word in enumerate(WORDS)),
    item("most", field("places", "at_least", MOST)),
    item("least", field("places", "at_most", -MOST)),
    item("theme", count("concern", AnyOf(parts=(field("theme", "is", "Æble"),)))),
    colours=(item("c", field("risk_sign", "is_unknown"), colour=Colour.RED),),
)


def test_words_and_numbers_are_told_apart(spark: LocalSpark) -> None:
    hold_together(spark, ODD, odd_cases())


def test_the_settings_of_a_cluster_change_no_answer(
    spark: LocalSpark, other_settings: None
) -> None:
    hold_together(spark, ODD, odd_cases())


def test_what_is_kept_is_the_last_that_was_given(spark: LocalSpark) -> None:
    compiled = compile_program(ODD)
    database = spark.database
    for some in (odd_cases()[:2], odd_cases()[3:]):
        for name, table in lay_out(compiled.fact_tables, some).items():
            database.hold(name, table)
        database.keep("kept", "SELECT subject_id FROM subject")
        found = database.read("SELECT subject_id FROM kept ORDER BY subject_id").to_pylist()
        assert [row["subject_id"] for row in found] == [view.subject_id for view, _ in some]


def test_nothing_of_spark_reaches_the_user(spark: LocalSpark) -> None:
    assert spark.database.read("SELECT 1 AS one").to_pylist() == [{"one": 1}]
    assert spark.said.read_text(encoding="utf-8") == ""


def test_a_query_that_spark_cannot_answer_is_said_in_one_line(spark: LocalSpark) -> None:
    with pytest.raises(SparkError) as error:
        spark.database.read("SELECT nothing FROM nowhere_at_all")
    assert "nowhere_at_all" in str(error.value)
    assert "\n" not in str(error.value)


def refused(*args: object) -> str:
    result = run("evaluate", PORTFOLIO, "--out", "-", *args)
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if not line.startswith("advarsel")]
    assert len(lines) == 1
    return lines[0]


def test_a_master_is_of_spark_only() -> None:
    assert "--master hører til --engine spark" in refused("--master", MASTER)


def test_without_pyspark_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pyspark" else there(name)
    )
    assert "pip install '.[spark]'" in refused("--engine", "spark")


def test_without_java_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert "Java 17" in refused("--engine", "spark", "--master", MASTER)


@pytest.mark.parametrize(("told", "version"), [("1.8.0_402", 8), ("11.0.2", 11)])
def test_a_java_that_is_too_old_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str, version: int
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{told}\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert f"her er Java {version};" in refused("--engine", "spark", "--master", MASTER)


@pytest.mark.parametrize("master", ["local[x]", "local[0]", "localhost", "local[2"])
def test_what_is_no_master_is_refused(spark: LocalSpark, master: str) -> None:
    assert f"'{master}' er ikke en Spark-klynge" in refused("--engine", "spark", "--master", master)


def test_a_cluster_that_does_not_answer_is_found_out_at_once(spark: LocalSpark) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{probe.getsockname()[1]}"
    assert f"{master} svarer ikke" in refused("--engine", "spark", "--master", master)
