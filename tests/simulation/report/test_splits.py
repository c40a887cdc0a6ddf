"""What is counted by kind and authority stands on the page, not in the workbook alone."""

from engine.simulation.report.sections_harm import flows, greens
from engine.simulation.tables import table_of
from tests.simulation.report.synthetic_results import synthetic_tables
from tests.simulation.report.test_summary import summary_of


def tables_in(section):
    return {block.caption: block for block in section.blocks if block.kind == "table"}


def test_false_greens_are_told_by_kind_and_by_authority():
    _, findings = summary_of(synthetic_tables(2))
    shown = tables_in(greens(findings))
    share = "False greens, share of the greens last year"
    assert [row[0].text for row in shown[f"By authority: {share}"].rows] == [
        "Socialtilsyn Nord",
        "Socialtilsyn Midt",
        "Socialtilsyn Syd",
        "Socialtilsyn Øst",
        "Socialtilsyn Hovedstaden",
    ]
    number = "False greens, last year"
    for caption in (f"By kind: {share}", f"By kind: {number}", f"By authority: {number}"):
        assert all("±" in cell.text for row in shown[caption].rows for cell in row[1:])


def test_changes_of_colour_are_told_by_kind():
    tables = synthetic_tables(2)
    rows = [
        row | {"kind": kind, "mean": row["mean"] * share}
        for row in tables["flow"].to_pylist()
        for kind, share in (("all", 1.0), ("social_offer", 0.25), ("foster_family", 0.75))
    ]
    _, findings = summary_of(tables | {"flow": table_of("flow", rows)})
    shown = tables_in(flows(findings))
    family = shown["Changes per year on average: foster family"]
    whole = shown["Changes per year on average"]
    assert len(family.rows) == len(whole.rows) == 9
    assert whole.rows[0][0].text == family.rows[0][0].text == "green → green"
    assert whole.rows[0][1].text.startswith("5,589")
    assert family.rows[0][1].text.startswith("4,192")


def test_of_a_single_kind_changes_are_told_once():
    _, findings = summary_of(synthetic_tables(2))
    assert [name for name in tables_in(flows(findings)) if name.startswith("Changes")] == [
        "Changes per year on average"
    ]
