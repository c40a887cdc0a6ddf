"""The first page: sentences with numbers and errors, the measure of a cut, what is unsure."""

import re

import pytest

from engine.simulation.report.charts_effort import load_chart
from engine.simulation.report.findings import Findings
from engine.simulation.report.results import Results
from engine.simulation.report.sections_decides import decides
from engine.simulation.report.sections_harm import breaches
from engine.simulation.report.summary import Summary
from engine.simulation.report.texts import Texts
from engine.simulation.tables import Measure, table_of
from tests.simulation.report.page_reading import FACTS
from tests.simulation.report.synthetic_results import synthetic_tables


def summary_of(tables, lang="en"):
    findings = Findings(Results(tables, lang=lang), Texts(lang))
    return Summary(findings, FACTS), findings


def text_of(blocks):
    said = []
    for block in blocks:
        said.append(getattr(block, "text", ""))
        said += [f"{bold} {text}" for bold, text in getattr(block, "items", ())]
    return " ".join(said).replace("\u00a0", " ")


def changed(tables, name, where, **values):
    rows = tables[name].to_pylist()
    hit = 0
    for row in rows:
        if all(row[key] == value for key, value in where.items()):
            row.update(values)
            hit += 1
    assert hit
    return tables | {name: table_of(name, rows)}


@pytest.mark.parametrize("policies", range(1, 7))
@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_number_of_policies_gives_a_summary(policies, lang):
    summary, _ = summary_of(synthetic_tables(policies), lang)
    answer = summary.answer()
    assert len(answer[0].items) == max(1, policies - 1)
    assert re.search(r"\d ± \d", text_of(answer))
    assert summary.title()
    assert summary.key_figures()[0].rows


def test_a_cut_always_names_its_measure():
    summary, _ = summary_of(synthetic_tables(4))
    asked = text_of(summary.asked())
    assert "“30% fewer hours” (30% less, measured on the hours)" in asked
    assert "“The law's minimum only” (53% less, measured on the visits)" in asked
    assert "hours −30.0%, visits −32.9%, money −22.5%" in text_of(summary.measured())
    alone, _ = summary_of(synthetic_tables(2), "da")
    assert alone.title().replace("\u00a0", " ") == "Hvad en nedskæring på 30 % af timerne gør"


def test_a_policy_without_a_set_cut_says_that():
    tables = synthetic_tables(2)
    tables = changed(tables, "policy", {"policy": "cut_30"}, cut_percent=None, cut_measure=None)
    summary, _ = summary_of(tables)
    assert "(without a set cut)" in text_of(summary.asked())
    assert summary.title() == "What happens with “30% fewer hours”?"
    assert summary.measured() == []


def test_the_answer_gives_difference_error_and_range():
    summary, _ = summary_of(synthetic_tables(2))
    answer = text_of(summary.answer())
    assert (
        "grows from 4,120 to 6,674 months a year (+2,554 ± 51; nine of ten replicates: " in answer
    )
    assert "6.97 ± 0.04% of the greens are in truth not green (4.30 ± 0.03%)." in answer


def test_what_falls_is_not_said_to_grow():
    tables = changed(
        synthetic_tables(2),
        "difference",
        {"measure": Measure.UNDETECTED_MONTHS, "kind": "all", "authority": "all"},
        mean=-500.0,
    )
    summary, _ = summary_of(tables)
    assert "undetected poor quality falls from" in text_of(summary.answer())


def test_a_robust_answer_is_said_to_hold():
    summary, _ = summary_of(synthetic_tables(2))
    assert list(summary.doubts()) == []
    first = summary.sure()[0]
    assert first.tone == "good"
    assert first.text.startswith("The answer holds")


def test_an_answer_that_an_assumption_turns_around_is_not_robust():
    summary, _ = summary_of(synthetic_tables(3, flips=True))
    first = summary.sure()[0]
    assert first.tone == "doubt"
    assert first.text == (
        "NOT ROBUST: “30% fewer hours” and “30% fewer hours with sample visits”, undetected months "
        "a year: the answer turns around if “Declines in quality per place a year” is changed "
        "within what is possible."
    )


def test_a_difference_within_two_errors_is_not_sure():
    where = {"measure": Measure.UNDETECTED_MONTHS, "kind": "all", "authority": "all"}
    tables = changed(synthetic_tables(2), "difference", where, mean=30.0, mc_error=16.0)
    summary, findings = summary_of(tables)
    assert any(line.startswith("NOT SURE: “30% fewer hours”") for line in summary.doubts())
    assert "does not change in a way that can be told from chance" in text_of(summary.answer())
    assert "no difference that can be told from chance" in findings.moved(Measure.UNDETECTED_MONTHS)
    surely = changed(synthetic_tables(2), "difference", where, mean=33.0, mc_error=16.0)
    assert list(summary_of(surely)[0].doubts()) == []


def test_many_doubts_are_counted_and_not_all_listed():
    tables = synthetic_tables(6)
    tables = changed(tables, "difference", {"kind": "all", "authority": "all"}, mc_error=1e12)
    summary, _ = summary_of(tables)
    found = summary.sure()
    assert sum(block.tone == "doubt" for block in found) == 4
    assert "And 16 more differences" in text_of(found)


def test_untried_assumptions_are_not_called_robust():
    tables = synthetic_tables(2)
    del tables["sensitivity"]
    summary, _ = summary_of(tables)
    assert summary.sure()[0].tone == "note"
    assert "was not tried in this run" in text_of(summary.sure())


def test_kept_law_is_said_in_words():
    summary, findings = summary_of(synthetic_tables(2), "da")
    said = summary.answer()[-1]
    assert (said.tone, said.sign) == ("good", "✓")
    lines = [block.text for block in breaches(findings).blocks if block.tone == "good"]
    assert (
        lines[1].replace("\u00a0", " ") == "INGEN BRUD. B · 30 % færre timer: 0 i alle gennemløb."
    )


def test_a_breach_of_the_law_stands_out_with_where_it_is():
    tables = synthetic_tables(2)
    where = {"policy": "cut_30", "measure": Measure.BREACHES, "kind": "all"}
    tables = changed(tables, "headline", where | {"authority": "all"}, mean=12.0, mc_error=0.4)
    tables = changed(tables, "headline", where | {"authority": "syd"}, mean=12.0, mc_error=0.4)
    summary, findings = summary_of(tables)
    said = summary.answer()[-1]
    assert (said.tone, said.sign) == ("bad", "✗")
    assert said.text.startswith("THE LAW IS BROKEN with “30% fewer hours”")
    tones = {block.tone: block.text for block in breaches(findings).blocks}
    assert tones["bad"].replace("\u00a0", " ") == (
        "THE LAW IS BROKEN. B · 30% fewer hours: for 12.0 ± 0.4 months in all a place is past the "
        "law's longest time without a visit. B, of these: Socialtilsyn Syd 12."
    )
    assert tones["good"].startswith("NO BREACHES. A · ")


def test_one_breach_in_one_replicate_is_a_breach():
    where = {"policy": "cut_30", "measure": Measure.BREACHES, "kind": "all", "authority": "all"}
    tables = changed(synthetic_tables(2), "headline", where, mean=0.001, mc_error=0.001, high=0.0)
    summary, _ = summary_of(tables)
    assert summary.answer()[-1].tone == "bad"


def test_uncounted_breaches_are_not_taken_for_none():
    tables = synthetic_tables(2)
    rows = [r for r in tables["headline"].to_pylist() if r["measure"] != Measure.BREACHES]
    summary, findings = summary_of(tables | {"headline": table_of("headline", rows)})
    assert summary.answer()[-1].tone == "doubt"
    assert not any(block.tone == "good" for block in breaches(findings).blocks)


def test_what_it_rests_on():
    summary, _ = summary_of(synthetic_tables(2))
    rests = text_of(summary.rests())
    assert "8 quantities are assumed, of which 6 are our own" in rests
    assert "“Declines in quality per place a year”: 48 ± 5%" in rests
    assert "Outside tolerance: Whistleblower contacts." in rests


def test_a_made_up_portfolio_is_called_that():
    summary, _ = summary_of(synthetic_tables(2), "da")
    assert "opdigtet" in text_of(summary.asked())


def test_a_cut_that_is_not_reached_is_said():
    where = {"measure": Measure.HOURS, "kind": "all", "authority": "all"}
    tables = changed(synthetic_tables(2), "difference", where, mean=-45000.0, mc_error=200.0)
    summary, _ = summary_of(tables)
    said = summary.measured()[1]
    assert said.tone == "doubt"
    assert said.text.startswith(
        "THE CUT IS NOT REACHED: “30% fewer hours” saves 24.7\u00a0±\u00a00.2% of the hours "
        "in place of 30%."
    )
    assert len(summary_of(synthetic_tables(2))[0].measured()) == 1


def test_policies_that_differ_in_nothing_are_named():
    tables = synthetic_tables(3)
    for name in ("headline", "difference"):
        rows = [r for r in tables[name].to_pylist() if r["policy"] != "cut_30_with_samples"]
        rows += [
            row | {"policy": "cut_30_with_samples"} for row in rows if row["policy"] == "cut_30"
        ]
        tables[name] = table_of(name, rows)
    summary, _ = summary_of(tables)
    assert summary.measured()[-1].text == (
        "“30% fewer hours with sample visits” gives the same as “30% fewer hours” in this run."
    )


def test_of_many_assumptions_that_turn_the_answer_two_are_named():
    tables = synthetic_tables(2)
    rows = [
        row | {"outcome": row["outcome"] and "turns"} for row in tables["sensitivity"].to_pylist()
    ]
    summary, _ = summary_of(tables | {"sensitivity": table_of("sensitivity", rows)})
    assert (
        "“Declines in quality per place a year”, “Chance a month that a decline passes by itself” "
        "or one of 6 more is changed"
    ) in summary.sure()[0].text


def test_shares_that_say_nothing_are_not_said():
    tables = synthetic_tables(2)
    rows = [
        row | {"variance_share_error": 900.0, "at_high": (row["at_high"] or 0) + 1}
        for row in tables["sensitivity"].to_pylist()
    ]
    summary, findings = summary_of(tables | {"sensitivity": table_of("sensitivity", rows)})
    rests = text_of(summary.rests())
    assert "of the answer's uncertainty" not in rests
    assert (
        "“Declines in quality per place a year” moves the answer most when assumptions are tried "
        "one at a time: from +511 ± 20 to +5,008 ± 20 months a year."
    ) in rests
    section = decides(findings, summary)
    assert not any(getattr(block, "name", "").startswith("shares") for block in section.blocks)
    assert "more draws are needed" in text_of(section.blocks)


def test_authorities_without_subjects_are_left_out():
    tables = synthetic_tables(2)
    rows = tables["headline"].to_pylist()
    for row in rows:
        if row["authority"] not in ("all", "nord"):
            row |= {"mean": 0.0, "mc_error": 0.0, "low": 0.0, "high": 0.0}
    _, findings = summary_of(tables | {"headline": table_of("headline", rows)})
    assert findings.results.words_in("authority") == ("nord",)
    table = findings.split("", Measure.UNDETECTED_MONTHS, "authority")
    assert [row[0].text for row in table.rows] == ["Socialtilsyn Nord"]
    chart = load_chart(findings)
    assert "Socialtilsyn Nord: A 1,1" in chart.wide_svg
    assert "All:" not in chart.wide_svg
