"""What sample visits tell of false greens: those drawn among all greens, by colour, not score."""

from fractions import Fraction

from engine.simulation.report.sections_harm import greens
from engine.simulation.sampling import interval
from engine.simulation.tables import Measure
from tests.simulation.report.synthetic_results import synthetic_tables
from tests.simulation.report.test_summary import changed, summary_of, text_of

HERE = {"kind": "all", "authority": "all"}


def said(tables, lang="en"):
    _, findings = summary_of(tables, lang)
    return text_of(greens(findings).blocks)


def with_level(tables, measure, mean, policy="cut_30_with_samples"):
    where = HERE | {"policy": policy, "measure": measure}
    return changed(tables, "headline", where, mean=mean)


def test_only_visits_drawn_among_all_greens_tell_of_them():
    """Of 260 sample visits 200 are drawn at random, and 14 of these would have another colour."""
    text = said(synthetic_tables(3))
    low, high = interval(frame=6096, drawn=200, changed=14, confidence=Fraction(95, 100))
    assert "200 of its 6,096 greens are drawn at random among all of them and visited" in text
    assert "14 of these would have another colour" in text
    assert f"between {100 * low / 6096:.1f}% and {100 * high / 6096:.1f}% of the greens" in text
    assert "sees only part" in text
    assert "the lower figure beside the model's 6.19 ± 0.04%" in text


def test_a_changed_score_is_no_wrong_colour():
    tables = synthetic_tables(3)
    assert said(with_level(tables, Measure.SAMPLES_CHANGED, 250.0)) == said(tables)


def test_where_every_green_is_drawn_nothing_is_left_to_chance():
    tables = with_level(synthetic_tables(3), Measure.GREENS, 200.0)
    assert "between 7.0% and 7.0% of the greens" in said(tables)


def test_risk_picked_visits_alone_measure_nothing_of_all_greens():
    tables = with_level(synthetic_tables(3), Measure.SAMPLES_RANDOM, 0.0)
    text = said(tables)
    assert "drawn at random among all of them" not in text
    assert (
        "C · 30% fewer hours with sample visits: less than one sample visit a year is drawn among"
        in text
    )


def test_the_page_does_not_call_a_minor_change_a_wrong_assessment():
    for lang in ("da", "en"):
        _, findings = summary_of(synthetic_tables(3), lang)
        name = findings.texts.measure(Measure.SAMPLES_CHANGED)
        assert ("kvalitetsmodellen" if lang == "da" else "quality model") in name
