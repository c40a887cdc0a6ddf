"""Beside how soon declines are found stands how many nobody finds."""

from engine.simulation.report.sections_harm import harm
from engine.simulation.report.summary import KEY_MEASURES
from engine.simulation.tables import Measure
from tests.simulation.report.synthetic_results import synthetic_tables
from tests.simulation.report.test_summary import summary_of, text_of


def test_months_to_detection_are_said_to_be_of_those_found():
    answer = text_of(summary_of(synthetic_tables(2))[0].answer())
    assert "Of the declines that are found, half are found within 7.94 ± 0.05 months" in answer
    assert "A decline is found after" not in answer
    for lang, of_found in (("en", "found"), ("da", "opdage")):
        texts = summary_of(synthetic_tables(2), lang)[1].texts
        for measure in Measure:
            if measure.startswith("delay_"):
                assert of_found in texts.measure(measure).partition("(")[2], measure


def test_beside_it_stands_how_many_pass_or_are_left_unfound():
    answer = text_of(summary_of(synthetic_tables(2))[0].answer())
    assert (
        "194 ± 1 a year pass without being found (120.0 ± 0.8 at the baseline), and 85.9 ± 0.5 "
        "are unfound at the end (53.0 ± 0.3)."
    ) in answer
    alone = text_of(summary_of(synthetic_tables(1))[0].answer())
    assert "120.0 ± 0.8 a year pass without being found, and 53.0 ± 0.3 are unfound" in alone
    left = {Measure.DECLINES_RECOVERED_UNFOUND, Measure.DECLINES_UNFOUND_AT_END}
    assert left < set(KEY_MEASURES)


def test_the_unfound_stand_in_the_table_of_declines():
    _, findings = summary_of(synthetic_tables(2))
    names = {
        row[0].text
        for block in harm(findings).blocks
        if block.kind == "table"
        for row in block.rows
    }
    assert findings.texts.measure(Measure.DECLINES_UNFOUND_AT_END) in names
