"""What is used of the frame that a cut leaves, authority by authority."""

from engine.simulation.report.sections_effort import effort
from tests.simulation.report.page_reading import page
from tests.simulation.report.synthetic_results import synthetic_tables
from tests.simulation.report.test_summary import changed, summary_of

SYD = {"policy": "cut_30", "authority": "syd"}


def shown(tables, lang="en"):
    _, findings = summary_of(tables, lang)
    blocks = effort(findings).blocks
    table = next(b for b in blocks if b.kind == "table" and "Used of the frame" in b.caption)
    chart = next(b for b in blocks if b.kind == "chart" and b.name == "frame")
    doubts = [b.text.replace("\u00a0", " ") for b in blocks if getattr(b, "tone", "") == "doubt"]
    return table, chart, doubts


def test_every_authority_has_a_row_and_every_policy_with_a_frame_a_column():
    table, chart, doubts = shown(synthetic_tables(4))
    assert [row[0].text for row in table.rows][:2] == ["Socialtilsyn Nord", "Socialtilsyn Midt"]
    assert [head[0] for head in table.head[1:]] == ["B", "C", "D"]
    hours, visits = table.rows[0][1], table.rows[0][3]
    assert hours.text.replace("\u00a0", " ") == "99.0 ± 0.2%"
    assert hours.below.replace("\u00a0", " ") == "19,008 ± 40 of 19,200 hours"
    assert visits.below.endswith("visits")
    assert "Socialtilsyn Syd uses 102.0\u00a0±\u00a00.1% of it" in chart.title
    assert len(doubts) == 1


def test_frames_that_all_keep_to_are_said_to_be_kept():
    _, chart, doubts = shown(synthetic_tables(2))
    assert "Every authority keeps within its frame; closest is Socialtilsyn" in chart.title
    assert doubts == []


def test_an_authority_that_overspends_is_named_though_all_together_do_not():
    tables = changed(synthetic_tables(2), "frame", SYD, mean=40000.0, mc_error=100.0)
    _, chart, doubts = shown(tables)
    assert chart.title.replace("\u00a0", " ") == (
        "The frame does not hold: Socialtilsyn Syd uses 130.2 ± 0.3% of it with “30% fewer hours”"
    )
    assert doubts == [
        "BEYOND THE FRAME: B · 30% fewer hours: Socialtilsyn Syd (130.2 ± 0.3%). What the law "
        "demands is done even where the frame does not suffice."
    ]


def test_within_two_errors_of_the_frame_nothing_is_claimed():
    tables = changed(synthetic_tables(2), "frame", SYD, mean=30800.0, mc_error=100.0)
    _, chart, doubts = shown(tables)
    assert "close to the frame" in chart.title
    assert doubts == []


def test_money_is_in_kroner():
    where = {"policy": "cut_30"}
    tables = changed(
        synthetic_tables(2), "frame", where, cut_measure="money_dkk", frame_per_year=2e7, mean=1.9e7
    )
    tables = changed(tables, "frame", where, mc_error=1e5)
    table, _, _ = shown(tables)
    assert table.rows[0][1].below.replace("\u00a0", " ") == "DKK 19.0 ± 0.1 m of DKK 20.0 m"


def test_without_a_cut_hours_are_shown_and_no_frame():
    text = page(1, "da").text
    assert "Brugt af rammen" not in text
    assert any("Tilsynstimer om året" in title for title in page(1, "da").said_in("figcaption"))
