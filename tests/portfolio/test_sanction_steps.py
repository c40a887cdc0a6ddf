"""Recorded sanction steps are held against the ladder: by kind, by day, by what became of them."""

from datetime import date

import pytest

from engine.portfolio.read import read_portfolio
from tests.portfolio.bad_books import FAMILY, GOOD_FAMILY, GOOD_OFFER, OFFER, book
from tests.portfolio.small_world import AS_OF, ladder, registers

SANCTION = ["Id", "Skridt", "Afgjort den", "Frist", "Opfyldt den", "Status"]
EMPLOYER, SCHOOL = ["BPA-1", "syd", "Aabenraa"], ["SK-1", "syd", "Aabenraa"]


def read(target, *rows, steps=None):
    sheets = {
        "Sociale tilbud": [OFFER, GOOD_OFFER],
        "Plejefamilier": [FAMILY, GOOD_FAMILY],
        "BPA-arbejdsgivere": [["Id", "Socialtilsyn", "Kommune"], EMPLOYER],
        "Behandlings- og specialskoler": [["Id", "Socialtilsyn", "Kommune"], SCHOOL],
        "Sanktioner": [SANCTION, *rows],
    }
    return read_portfolio(
        book(target, sheets),
        registers=registers(),
        ladder=ladder() if steps is None else steps,
        as_of=AS_OF,
    )


@pytest.mark.parametrize(
    ("subject", "step"),
    [
        ("BPA-1", "statement"),
        ("BPA-1", "order"),
        ("ST-1", "reduction_notice"),
        ("ST-1", "report_to_municipality"),
        ("PF-1", "report_to_municipality"),
        ("SK-1", "withdrawal"),
    ],
)
def test_a_step_the_ladder_does_not_know_for_a_kind(subject, step, tmp_path):
    found = read(tmp_path / "f.xlsx", [subject, step, date(2025, 1, 1)])
    (problem,) = found.problems
    assert (problem.code, problem.row, problem.field) == ("step_not_allowed", 2, "step")
    assert found.subjects_with_problems == {subject}


def test_the_steps_that_are_allowed_are_named(tmp_path):
    found = read(tmp_path / "f.xlsx", ["BPA-1", "statement", date(2025, 1, 1)])
    assert (
        found.problems[0]
        .text("en")
        .endswith(
            'cannot be given "statement"; only notice of withdrawal, withdrawal of the approval.'
        )
    )


@pytest.mark.parametrize(
    ("subject", "step", "before", "first"),
    [
        ("ST-1", "intensified_without_order", date(2022, 1, 31), date(2022, 2, 1)),
        ("PF-1", "intensified_without_order", date(2022, 1, 31), date(2022, 2, 1)),
        ("SK-1", "report_to_municipality", date(2024, 6, 30), date(2024, 7, 1)),
    ],
)
def test_a_step_before_its_day(subject, step, before, first, tmp_path):
    (problem,) = read(tmp_path / "f.xlsx", [subject, step, before]).problems
    assert (problem.code, problem.field) == ("not_valid_on", "step")
    assert f"gælder ikke {before}; den gælder fra {first}" in problem.text()
    assert read(tmp_path / "g.xlsx", [subject, step, first]).problems == ()


def test_a_step_after_its_last_day(tmp_path):
    steps = tuple(node.model_copy(update={"valid_until": date(2024, 12, 31)}) for node in ladder())
    (problem,) = read(
        tmp_path / "f.xlsx", ["ST-1", "order", date(2025, 1, 1)], steps=steps
    ).problems
    assert (problem.code, problem.field) == ("not_valid_on", "step")
    assert read(tmp_path / "g.xlsx", ["ST-1", "order", date(2024, 12, 31)], steps=steps).fine


def test_orders_older_than_the_rulebook_are_known(tmp_path):
    assert read(tmp_path / "f.xlsx", ["ST-1", "order", date(2019, 5, 2)]).problems == ()


@pytest.mark.parametrize("status", ["fulfilled", "opfyldt"])
def test_a_fulfilled_sanction_says_when(status, tmp_path):
    row = ["ST-1", "order", date(2025, 1, 1), date(2025, 3, 1), None, status]
    found = read(tmp_path / "f.xlsx", row)
    assert [p.text() for p in found.problems] == [
        'Ark "Sanktioner", række 2, kolonne "Opfyldt den": sanktionen er opfyldt, men dagen '
        "mangler; skriv hvornår, eller ret status."
    ]
    row[4] = date(2025, 2, 1)
    assert read(tmp_path / "g.xlsx", row).problems == ()
