"""What is told of a replicate as a whole and by kind and authority."""

from __future__ import annotations

from engine.simulation.tables import Measure
from tests.simulation.test_run_tables import FAMILY, NORD, OFFER, SYD, of, summed, tally_of


def test_declines_that_nobody_has_found_by_the_end_are_counted_once_each() -> None:
    tally = tally_of()
    tally.unfound[FAMILY, SYD, 1, 0] = 3.0
    tally.unfound[FAMILY, NORD, 2, 2] = 1.0
    tally.unfound[OFFER, SYD, 0, 1] = 2.0
    found = summed(tally)
    assert of(found, Measure.DECLINES_UNFOUND_AT_END) == 6.0
    assert of(found, Measure.DECLINES_UNFOUND_AT_END, "foster_family") == 4.0
    assert of(found, Measure.DECLINES_UNFOUND_AT_END, "foster_family", "syd") == 3.0
