"""Every figure of the page has its Monte Carlo error: curves, stacks, shares, means of years."""

import math

import pytest

from engine.simulation.report.charts_harm import delay_chart
from engine.simulation.report.charts_standing import colour_chart, flow_chart, since_chart
from engine.simulation.report.results import Figure, Results, shared
from engine.simulation.report.sections_harm import flows, harm
from engine.simulation.tables import table_of
from tests.simulation.report.synthetic_results import synthetic_tables
from tests.simulation.report.test_summary import summary_of


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("chart", [delay_chart, since_chart])
def test_a_curve_has_a_band_and_says_its_error(chart):
    _, findings = summary_of(synthetic_tables(2))
    drawn = chart(findings)
    description = plain(drawn.wide_svg.partition("<desc")[2].partition("</desc>")[0])
    assert "12: " in description
    assert "± 0.4%" in description
    assert "two Monte Carlo errors" in drawn.note
    bare = {**synthetic_tables(2)}
    rows = [row | {"mc_error": math.nan} for row in bare["curve"].to_pylist()]
    _, without = summary_of(bare | {"curve": table_of("curve", rows)})
    bands = [len(chart(f).wide_svg.split("fill-opacity: 0.22")) for f in (findings, without)]
    assert bands == [3, 1]


def test_the_sum_of_years_has_an_error_that_is_never_too_small():
    """Years of a replicate hang together: their errors are added as if they were one."""
    tables = synthetic_tables(1)
    rows = tables["visit"].to_pylist()
    results = Results(tables | {"visit": table_of("visit", rows)}, lang="en")
    found = results.folded("visit", results.baseline, ["purpose", "notice"], ["year"])
    assert found["basis", "announced"].error == pytest.approx(4.0)
    assert results.folded("visit", results.baseline, ["purpose"], ["year"])[
        ("basis",)
    ].error == pytest.approx(8.0)


def test_a_share_of_a_whole_has_an_error_that_is_never_too_small():
    part, rest = Figure(75.0, 2.0), Figure(25.0, 1.0)
    share = shared(part, [part, rest])
    assert share.mean == 75.0
    assert share.error == pytest.approx(100 * (0.25 * 2.0 + 0.75 * 1.0) / 100)
    assert shared(part, [part]).error == 0.0


def test_shares_of_stacks_have_their_error_in_a_table():
    _, findings = summary_of(synthetic_tables(2))
    tables = {b.caption: b for b in flows(findings).blocks if b.kind == "table"}
    first = tables["Changes per year on average"].rows[0][1]
    assert plain(first.text) == "5,589 ± 2"
    assert plain(first.below) == "93.00 ± 0.06%"
    blocks = [b for b in harm(findings).blocks if b.kind == "table"]
    months = next(b for b in blocks if b.caption.startswith("Undetected months a year by"))
    assert plain(months.rows[0][1].text) == "2,966 ± 14"
    assert plain(months.rows[0][1].below) == "72.0 ± 0.6%"


def test_titles_of_stacks_say_the_error_of_their_share():
    _, findings = summary_of(synthetic_tables(3))
    assert "Of 100 greens 94.9 ± 0.1 are still" in plain(flow_chart(findings).title)
    assert "72.0 ± 0.6% of the undetected months" in plain(colour_chart(findings).title)
