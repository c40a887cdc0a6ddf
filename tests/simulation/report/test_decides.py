"""Whether assumptions turn the answer: it holds, it turns, or it cannot be told; what is left."""

import pytest

from engine.simulation.report.charts_assumptions import answers, share_chart, tornado_chart
from engine.simulation.report.sections_decides import decides
from engine.simulation.tables import REST, table_of
from tests.simulation.report.page_reading import page
from tests.simulation.report.synthetic_results import synthetic_tables
from tests.simulation.report.test_summary import changed, summary_of, text_of


def with_outcomes(*outcomes, policies=2):
    """The first assumptions of the first policy with a cut come out like that."""
    tables = synthetic_tables(policies)
    rows = tables["sensitivity"].to_pylist()
    for row, outcome in zip(rows, outcomes, strict=False):
        row["outcome"] = outcome
    return tables | {"sensitivity": table_of("sensitivity", rows)}


def tones(tables, lang="en"):
    summary, _ = summary_of(tables, lang)
    return [(block.tone, block.text.replace("\u00a0", " ")) for block in summary.sure()]


def test_an_answer_that_holds_names_what_was_asked_and_what_was_not():
    tone, text = tones(synthetic_tables(2))[0]
    assert tone == "good"
    assert text == (
        "The answer holds for “30% fewer hours”, undetected months a year: with each of 8 "
        "assumptions at either end of its range, one at a time, the difference keeps its sign "
        "(Student's t, 95%, 40 replicates). No other measure was tried so."
    )


def test_what_cannot_be_told_is_not_said_to_hold():
    found = tones(with_outcomes("untold", "holds"))
    assert found[0] == (
        "doubt",
        "CANNOT BE TOLD: “30% fewer hours”, undetected months a year: 40 replicates do not show "
        "whether the answer turns around if “Declines in quality per place a year” is changed "
        "within what is possible.",
    )
    assert not any(tone == "good" or "holds" in text for tone, text in found)


def test_where_the_answer_itself_is_unsure_nothing_is_told_of_any_assumption():
    found = tones(with_outcomes(*["untold"] * 8), "da")
    assert found[0][1] == (
        "KAN IKKE AFGØRES: »30 % færre timer«, uopdagede måneder om året: følsomheden er regnet "
        "med så få gennemløb (40) eller så få steder, at svaret ikke kan skelnes fra nul. Det kan "
        "derfor ikke siges, om nogen antagelse vender det."
    )
    assert not any(tone == "good" for tone, _ in found)


def test_what_turns_and_what_cannot_be_told_are_both_said():
    found = [text.partition(":")[0] for _, text in tones(with_outcomes("turns", "untold"))]
    assert found[:2] == ["NOT ROBUST", "CANNOT BE TOLD"]


def test_a_policy_that_holds_is_named_beside_one_that_does_not():
    found = tones(with_outcomes("untold", policies=3))
    assert found[0][1].startswith("CANNOT BE TOLD: “30% fewer hours”,")
    good = [text for tone, text in found if tone == "good"]
    assert len(good) == 1
    assert good[0].startswith("The answer holds for “30% fewer hours with sample visits”,")


def test_of_a_difference_that_may_be_chance_it_is_not_said_that_the_answer_holds():
    where = {"measure": "undetected_months", "kind": "all", "authority": "all"}
    tables = changed(synthetic_tables(2), "difference", where, mean=30.0, mc_error=16.0)
    assert not any(tone == "good" for tone, _ in tones(tables))


def test_the_section_names_every_assumption_of_which_nothing_can_be_told():
    summary, findings = summary_of(with_outcomes(*["untold"] * 5))
    text = text_of(decides(findings, summary).blocks)
    assert "or one of 3 more" in tones(with_outcomes(*["untold"] * 5))[0][1]
    for title in ("Sensitivity lost when a visit is made shorter", "An announced visit sees"):
        assert title in text


def test_both_ends_of_the_tornado_have_their_error():
    _, findings = summary_of(synthetic_tables(2))
    policy, measure, rows = answers(findings)[0]
    chart = tornado_chart(findings, policy, measure, rows)
    text = chart.wide_svg.replace("\u00a0", " ")
    assert "low +511 ± 20" in text
    assert "high +5,007 ± 20" in text
    assert "the answer: +2,554 ± 20" in text
    assert "95%" in chart.note


def test_ends_that_overlap_have_a_line_each():
    tables = synthetic_tables(2)
    rows = [
        row | {f"at_{end}_error": 900.0 for end in ("low", "high") if row["at_value"]}
        for row in tables["sensitivity"].to_pylist()
    ]
    _, findings = summary_of(tables)
    _, unsure = summary_of(tables | {"sensitivity": table_of("sensitivity", rows)})
    heights = []
    for one in (findings, unsure):
        chart = tornado_chart(one, *answers(one)[0])
        heights.append(float(chart.wide_svg.partition('viewBox="0 0 720 ')[2].partition('"')[0]))
    assert heights[1] > heights[0] + 100


def test_the_rest_is_shown_where_no_single_share_can_be_told():
    tables = synthetic_tables(2)
    rows = [
        row | {"variance_share_error": 900.0 if row["assumption"] != REST else 4.0}
        for row in tables["sensitivity"].to_pylist()
    ]
    summary, findings = summary_of(tables | {"sensitivity": table_of("sensitivity", rows)})
    table = next(b for b in decides(findings, summary).blocks if b.kind == "table")
    assert [row[-1].text.replace("\u00a0", " ") for row in table.rows[-2:]] == ["–", "11 ± 4%"]


def test_the_rest_stands_beside_the_shares():
    summary, findings = summary_of(synthetic_tables(2))
    policy, measure, rows = answers(findings)[0]
    assert all(row["assumption"] != REST for row in rows)
    chart = share_chart(findings, policy, measure, rows)
    assert "The rest: chance, and what is not linear" in chart.wide_svg
    table = next(b for b in decides(findings, summary).blocks if b.kind == "table")
    last = [cell.text.replace("\u00a0", " ") for cell in table.rows[-1]]
    assert last == ["The rest: chance, and what is not linear", "–", "–", "–", "11 ± 4%"]
    assert "squared linear correlation" in page(2, "en").text


@pytest.mark.parametrize("lang", ["da", "en"])
def test_what_was_not_varied_is_listed(lang):
    tables = synthetic_tables(2)
    left = ("hours.visit_offer", "hours.price", "concern.rate_when_poor")
    rows = [r for r in tables["sensitivity"].to_pylist() if r["assumption"] not in left]
    summary, findings = summary_of(tables | {"sensitivity": table_of("sensitivity", rows)}, lang)
    text = text_of(decides(findings, summary).blocks)
    hours, other = {
        "en": ("2 quantities of hours and prices", "Concerns from outside about a poor place"),
        "da": ("2 størrelser for timer og priser", "Bekymringer udefra fra et dårligt sted"),
    }[lang]
    assert hours in text
    assert other in text
    everything = summary_of(synthetic_tables(2), lang)
    assert hours not in text_of(decides(everything[1], everything[0]).blocks)
