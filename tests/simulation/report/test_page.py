"""The page of a report: whole, alone, readable aloud, the same each time."""

import re

import pyarrow as pa
import pytest

from engine.simulation.report.page import page_of
from engine.simulation.report.results import Results
from engine.simulation.report.texts import Texts
from engine.simulation.tables import REST, SCHEMAS, Measure, table_of
from tests.simulation.report.page_reading import FACTS, Page, page, rendered
from tests.simulation.report.synthetic_results import synthetic_tables

SHAPES = [(1, "da", False), (2, "en", False), (3, "da", True), (6, "en", False)]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_page_is_whole(shape):
    read = page(*shape)
    assert read.mistakes == []
    assert read.unclosed == []
    assert len(read.all("h1")) == 1
    assert read.all("html")[0]["lang"] == shape[1]
    assert len(read.all("title")) >= 1
    assert len(read.said_in("h2")) >= 18


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_comes_from_elsewhere(shape):
    text = rendered(*shape)
    assert not re.search(r"""(src|href|xlink:href|data|action)\s*=\s*["'](?!#)""", text)
    assert not re.search(r"@import|url\((?!#)|<script|<link|<iframe|<object|<!ENTITY", text)
    outside = re.findall(r"https?://[^\"' <)]+", text)
    assert set(outside) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("shape", SHAPES)
def test_ids_are_unique_and_all_that_leads_somewhere_arrives(shape):
    read, text = page(*shape), rendered(*shape)
    ids = [attrs["id"] for _, attrs in read.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    led_to = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    named = {one for attrs in read.all("svg") for one in attrs.get("aria-labelledby", "").split()}
    assert led_to | named <= set(ids)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_chart_has_a_name_and_says_its_values_aloud(shape):
    read = page(*shape)
    charts = [attrs for attrs in read.all("svg") if "aria-hidden" not in attrs]
    assert len(charts) == 2 * len(read.all("figure")) > 10
    titles, descriptions = read.said_in("title"), read.said_in("desc")
    assert len(titles) == len(charts) + 1
    assert len(descriptions) == len(charts)
    assert all(attrs["role"] == "img" and attrs["aria-labelledby"] for attrs in charts)
    assert all(re.search(r"\d", text) for text in descriptions)
    assert sorted(set(titles[1:])) == sorted(set(read.said_in("figcaption")))


def test_titles_of_charts_say_a_finding():
    assert all(re.search(r"\d", title) for title in page(2, "en").said_in("figcaption"))
    captions = " ".join(page(3, "da", True).said_in("figcaption"))
    assert "op fra 4,9 til 7,9 med »30 % færre timer«" in captions.replace("\u00a0", " ")


def test_every_chart_is_drawn_for_wide_and_for_narrow_pages():
    classes = [attrs.get("class") for attrs in page(2, "en").all("div")]
    assert classes.count("wide-chart") == classes.count("narrow-chart") > 10
    boxes = {attrs["viewbox"].split()[2] for attrs in page(2, "en").all("svg") if "role" in attrs}
    assert boxes == {"720", "340"}


def test_policies_are_told_apart_without_colour():
    text = rendered(6, "en")
    delay = text[text.index('id="chart-delay"') :]
    chart = delay[: delay.index("</figure>")]
    dashes = set(re.findall(r"stroke-dasharray: ([^;\"]+)", chart[: chart.index("wide-chart")]))
    assert len(dashes) == 5
    assert {letter for letter in "ABCDEF" if f">{letter}</text>" in chart} == set("ABCDEF")
    key = re.search(r'<ul class="key">.*?</ul>', text[text.index('id="chart-theme"') :], re.S)
    assert key is not None
    patterns = re.findall(r"<pattern.*?</pattern>", key[0], re.S)
    assert len({re.sub(r'id="[^"]+"|#[0-9a-f]{6}', "", one) for one in patterns}) == 5


def test_the_same_tables_give_the_same_bytes():
    again = page_of(Results(synthetic_tables(2), lang="en"), FACTS)
    assert again == rendered(2, "en")


def test_a_users_own_settings_of_charts_change_nothing():
    import matplotlib as mpl

    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path"}):
        again = page_of(Results(synthetic_tables(2), lang="en"), FACTS)
        assert mpl.rcParams["font.size"] == 30
    assert again == rendered(2, "en")


@pytest.mark.parametrize("shape", SHAPES)
def test_no_code_and_no_blank_is_left_in_the_text(shape):
    text = page(*shape).text
    assert not re.search(r"[{}]|\bnan\b|\bNone\b|_months|_percent|\binf\b", text)


def test_numbers_are_written_in_their_language():
    assert "4.120" in page(3, "da", True).text
    assert "4,120" not in page(3, "da", True).text
    assert "4,120" in page(2, "en").text
    assert "DKK 214" in page(2, "en").text
    assert "mio. kr." in page(3, "da", True).text


def test_names_are_text_and_never_markup():
    tables = synthetic_tables(2)
    bad = '<script>alert("x")</script> & $x_1$ {ud}'
    rows = tables["policy"].to_pylist()
    rows[1] |= {"title_da": bad, "title_en": bad}
    lines = [row | {"title_en": bad, "source_en": bad} for row in tables["assumption"].to_pylist()]
    changed = tables | {
        "policy": table_of("policy", rows),
        "assumption": table_of("assumption", lines),
    }
    text = page_of(Results(changed, lang="en"), FACTS)
    read = Page(text)
    assert "<script" not in text
    assert read.all("script") == []
    assert read.mistakes == []
    assert bad in " ".join(read.said_in("strong"))
    assert f"B · {bad}" in read.said_in("th")


def test_a_run_without_sensitivity_and_fit_says_so():
    tables = {k: v for k, v in synthetic_tables(2).items() if k in ("policy", "headline")}
    empty = {name: SCHEMAS[name].empty_table() for name in ("sensitivity", "fit", "assumption")}
    read = Page(page_of(Results(tables | empty, lang="en"), FACTS))
    assert read.mistakes == []
    assert "Sensitivity was not reckoned in this run." in read.text
    assert "This run was not held against published figures." in read.text
    assert "The run has no list of assumptions." in read.text


def test_sensitivity_on_a_part_of_the_portfolio_is_said_and_its_rows_are_bounded():
    tables = synthetic_tables(2)
    rows = [
        row | {"assumption": f"{row['assumption']}_{number}", "at_value": 500.0, "at_low": 400.0}
        for number in range(5)
        for row in tables["sensitivity"].to_pylist()
        if row["assumption"] != REST
    ]
    changed = tables | {"sensitivity": table_of("sensitivity", rows)}
    read = Page(page_of(Results(changed, lang="en"), FACTS))
    text = read.text
    assert "the answer here is +500 ± 20, while the whole run gives +2,554 ± 51." in text
    assert "25 assumptions that move the answer less are in the sheet Sensitivity" in text
    assert "the answer here is" not in page(2, "en").text


def test_assumptions_that_are_ours_are_marked():
    read = page(2, "en")
    assert read.said_in("mark") == ["assumption"] * 6
    assert "0.08 – 0.32" in [text.replace("\u00a0", " ") for text in read.said_in("td")]
    assert "made up: after no source" in read.said_in("td")


def test_the_fit_shows_every_residual_and_what_is_outside():
    read = page(2, "en")
    cells = [text.replace("\u00a0", " ") for text in read.said_in("td")]
    assert "+7.0%" in cells
    assert "−2.1%" in cells
    assert cells.count("✗ no") == 1
    assert cells.count("✓ yes") == 4
    assert "4 of 5 published figures are given back within tolerance" in read.said_in("figcaption")


def test_a_frame_that_does_not_hold_is_said():
    captions = " ".join(page(3, "da", True).said_in("figcaption")).replace("\u00a0", " ")
    assert (
        "Rammen holder ikke: Socialtilsyn Syd bruger 102,0 ± 0,1 % af den med »30 % færre timer "
        "med stikprøver«"
    ) in captions
    assert "Every authority keeps within its frame" in " ".join(page(2, "en").said_in("figcaption"))


def test_the_sections_of_the_report_are_all_there():
    names = {attrs["id"] for attrs in page(1, "da").all("section")}
    wanted = ["compared", "harm", "greens", "effort", "breaches", "since", "flows", "load"]
    wanted += ["sanctions", "decides", "assumptions", "fit", "reading", "limits"]
    assert {f"section-{name}" for name in wanted} <= names


def test_figures_by_colour_theme_kind_and_authority_are_shown():
    text = page(2, "en").text
    for word in ("The citizens' or children's daily life", "foster family", "Socialtilsyn Øst"):
        assert word in text
    assert "green 2,966" in text
    assert "night visit, unannounced" in text
    assert text.count("Socialtilsyn Syd") >= 4


def test_what_charts_show_stands_in_tables_with_its_error():
    cells = [text.replace("\u00a0", " ") for text in page(2, "en").said_in("td")]
    assert "−30.0 ± 0.6%" in cells
    assert "2,966 ± 14" in cells
    assert "5,589 ± 2" in cells
    assert "4,190 ± 4" in cells


def test_every_measure_is_somewhere_on_the_page():
    shown, texts = page(2, "en").text, Texts("en")
    missing = [measure for measure in Measure if texts.measure(measure) not in shown]
    assert missing == [Measure.OVERDUE_AT_START]
    assert "84 were past the law's time already at the start" in shown


def test_a_single_replicate_has_no_errors_and_nothing_can_be_told():
    tables = synthetic_tables(2)
    for name, table in tables.items():
        if "mc_error" in table.column_names:
            place = table.column_names.index("mc_error")
            nan = pa.array([float("nan")] * table.num_rows, pa.float64())
            tables[name] = table.set_column(place, "mc_error", nan)
    read = Page(page_of(Results(tables, lang="en"), FACTS))
    assert read.mistakes == []
    assert not re.search(r"\bnan\b", read.text)
    assert "does not change in a way that can be told from chance" in read.text
    assert len(read.all("figure")) == len(page(2, "en").all("figure"))
