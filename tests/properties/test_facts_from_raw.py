"""Facts worked out by the database are those that Python works out, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backends.tables import (
    TablesBackend,
    compile_program,
    facts_from_raw,
    lay_out,
    lay_out_raw,
)
from engine.decisions.categories import override_in_force
from engine.decisions.decide import Decider
from engine.facts import view_of, vocabulary
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.testing import subjects
from models.facts import Dossier
from models.facts.dossier import RECORD_KINDS_OF, RECORD_MODELS, SUBJECT_MODELS
from models.facts.fields import FactModel
from models.terms import Authority, Kind
from tests.generated_portfolio import generated
from tests.properties.examples import examples
from tests.properties.recorded import BACK, HELD_TOGETHER, choices_of, of_its_scale

DAYS = (date(2022, 12, 31), date(2024, 7, 1), date(2026, 3, 1))
BOOK = load_rulebook()
RESOLVED = {day: resolve(BOOK, as_of=day) for day in DAYS}
TABLES = {day: facts_from_raw(as_of=day, duty=RESOLVED[day].duty()) for day in DAYS}
DATABASE = ibis.duckdb.connect()
SQL: dict[tuple[date, str], str] = {
    (day, name): str(DATABASE.compile(table))
    for day, tables in TABLES.items()
    for name, table in tables.items()
}
Row = dict[str, Any]


def by_database(dossiers: Sequence[Dossier], day: date, name: str) -> list[Row]:
    rows: list[Row] = DATABASE.con.sql(SQL[day, name]).to_arrow_table().to_pylist()
    return sorted(rows, key=lambda row: (row["subject_id"], row.get("no") or 0))


def hold_together(dossiers: Sequence[Dossier], resolved: ResolvedRulebook) -> None:
    """The tables of subjects and records are those of the dossiers' views."""
    day, duty = resolved.as_of, resolved.duty()
    for name, table in lay_out_raw(dossiers).items():
        DATABASE.con.register(name, table)
    ordered = sorted(dossiers, key=lambda dossier: dossier.subject_id)
    views = [view_of(dossier, as_of=day, duty=duty) for dossier in ordered]
    found = by_database(dossiers, day, "subject")
    fields = vocabulary().fields["subject"]
    for row, view, dossier in zip(found, views, ordered, strict=True):
        assert {n: row[n] for n in fields} == {n: view.subject.get(n) for n in fields}
        override = override_in_force(dossier, day, duty.override_longest_days)
        assert row["override"] == (None if override is None else override.colour)
    for name in RECORD_MODELS:
        fields = vocabulary().fields.get(name, {})
        expected = [
            {"subject_id": view.subject_id} | {n: row.get(n) for n in ("no", *fields)}
            for view in views
            for row in sorted(view.records.get(name, ()), key=lambda row: row["no"])
        ]
        rows = by_database(dossiers, day, name)
        assert [{n: row[n] for n in ("subject_id", "no", *fields)} for row in rows] == expected


def dense(model: type[FactModel], days: Sequence[date]) -> st.SearchStrategy[Row]:
    """Values of a fact with most of them known, its days out of a few."""
    return st.fixed_dictionaries(
        {name: st.sampled_from(values) for name, values in choices_of(model, days).items()}
    )


@st.composite
def crowded(draw: st.DrawFn, as_of: date) -> Dossier:
    """A subject with several records of the kinds that are held against each other, on few days."""
    back = st.sampled_from(BACK)
    days = [as_of - timedelta(days=n) for n in draw(st.lists(back, min_size=2, max_size=5))]
    kind = draw(st.sampled_from(Kind))
    subject_id = f"TB-{draw(st.integers(1, 9999))}"
    subject = SUBJECT_MODELS[kind](subject_id=subject_id, **draw(dense(SUBJECT_MODELS[kind], days)))
    records: dict[str, tuple[Any, ...]] = {}
    for groups in draw(st.lists(st.sampled_from(HELD_TOGETHER), min_size=1, max_size=2)):
        for name in groups:
            if name in RECORD_KINDS_OF[kind]:
                found = draw(st.lists(dense(RECORD_MODELS[name], days), min_size=1, max_size=4))
                records[name] = tuple(
                    RECORD_MODELS[name](
                        subject_id=subject_id,
                        no=number,
                        **(of_its_scale(values) if name == "score" else values),
                    )
                    for number, values in enumerate(found, start=1)
                )
    return Dossier(subject, records)


@settings(max_examples=examples(30))
@given(data=st.data(), day=st.sampled_from(DAYS))
def test_facts_that_fall_together(data: st.DataObject, day: date) -> None:
    drawn = data.draw(st.lists(crowded(day), min_size=1, max_size=6))
    dossiers = {dossier.subject_id: dossier for dossier in drawn}
    hold_together(list(dossiers.values()), RESOLVED[day])


@settings(max_examples=examples(20))
@given(data=st.data(), day=st.sampled_from(DAYS))
def test_any_facts(data: st.DataObject, day: date) -> None:
    drawn = data.draw(st.lists(subjects(as_of=day, most_records=5), min_size=1, max_size=4))
    dossiers = {dossier.subject_id: dossier for dossier in drawn}
    hold_together(list(dossiers.values()), RESOLVED[day])


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_generated_portfolio(day: date) -> None:
    dossiers = generated(Authority.SYD, as_of=DAYS[0], seed=3, every=3)
    assert len(dossiers) > 500
    hold_together(dossiers, RESOLVED[day])


def on(days_ago: int) -> date:
    return DAYS[1] - timedelta(days=days_ago)


def offer(number: int, **records: list[Row]) -> Dossier:
    subject_id = f"TB-{number}"
    given = {
        "subject_id": subject_id,
        "authority": "syd",
        "municipality": "aalborg",
        "ownership": "private",
        "segment": "adults",
        "dwelling_form": "residential",
        "places": 4,
    }
    subject = SUBJECT_MODELS[Kind.SOCIAL_OFFER].model_validate(given, strict=False)
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


def test_the_corners_of_derived_fields() -> None:
    order = {"step": "order", "decided_on": on(90), "deadline_on": on(10)}
    extends = {
        "decision": "extend_deadline",
        "decided_by": "a",
        "decided_on": on(20),
        "expires_on": on(-30),
        "reason": "b",
    }
    running = {"step": "intensified_without_order", "decided_on": on(180)}
    score = {"indicator": "offer.6a", "scored_on": on(0)}
    approval = {"held_on": on(3), "purpose": "approval", "notice": "announced"}
    hold_together(
        [
            offer(1, sanction=[order], lead_decision=[extends]),
            offer(2, sanction=[order, order], lead_decision=[extends]),
            offer(3, sanction=[order, order], lead_decision=[{**extends, "sanction": 2}]),
            offer(4, sanction=[order, {**order, "fulfilled_on": on(25)}], lead_decision=[extends]),
            offer(5, sanction=[{**running, "ends_on": on(n)} for n in (-1, 0, 1)]),
            offer(6, budget=[{"budget_year": 2024, "approved_on": on(5), "rejected_on": on(5)}]),
            offer(
                7,
                visit=[approval, {**approval, "held_on": on(9), "purpose": "basis"}],
                concern=[{"received_on": on(6), "theme": "economy", "severity": "mild"}],
            ),
            offer(
                8,
                score=[
                    {**score, "value": 2, "scored_on": on(5000)},
                    {**score, "value": 5, "scored_on": on(4000)},
                    {**score, "value": 3, "scored_on": on(3000)},
                    {**score, "value": 4, "scored_on": on(3000)},
                    {**score, "value": 0, "score_model": "binary"},
                ],
            ),
            *(
                offer(number, visit=[{**approval, "held_on": date(2025, 1, 1) + timedelta(days=n)}])
                for number, n in enumerate((-2, -1, 0, 1, 2), start=9)
            ),
        ],
        RESOLVED[DAYS[1]],
    )


def test_rules_run_on_facts_as_recorded() -> None:
    day = DAYS[1]
    dossiers = generated(Authority.HOVEDSTADEN, as_of=DAYS[0], seed=4, every=2)
    decider = Decider(RESOLVED[day])
    compiled = compile_program(decider.program, facts=TABLES[day])
    for name, table in lay_out_raw(dossiers).items():
        DATABASE.con.register(name, table)
    query = str(DATABASE.compile(compiled.result))
    found = DATABASE.con.sql(query).to_arrow_table().sort_by("subject_id")
    cases = [(decider.view(dossier), decider.override(dossier)) for dossier in dossiers]
    with TablesBackend(decider.program) as tables:
        expected = tables.fired(lay_out(compiled.fact_tables, cases)).sort_by("subject_id")
    assert found.num_rows == len(dossiers) > 400
    assert found.to_pylist() == expected.to_pylist()


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark"])
def test_every_table_is_sql_in_every_dialect(dialect: str) -> None:
    for name, table in TABLES[DAYS[2]].items():
        assert str(ibis.to_sql(table, dialect=dialect)).startswith(("SELECT", "WITH")), name
