"""What is told of a replicate as a whole and by kind and authority."""

from __future__ import annotations

from engine.simulation.tables import Measure
from engine.simulation.world import counts
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


def test_samples_drawn_among_all_greens_are_told_apart_from_those_picked_by_risk() -> None:
    tally = tally_of()
    tally.month[:, OFFER, NORD, counts.SAMPLES] = 2.0
    tally.month[:, OFFER, NORD, counts.SAMPLES_CHANGED] = 2.0
    tally.month[:, OFFER, NORD, counts.SAMPLES_RANDOM] = 1.0
    tally.month[0, OFFER, NORD, counts.SAMPLES_RANDOM_NOT_GREEN] = 3.0
    tally.month[0, OFFER, NORD, counts.DECLINES_LEFT] = 6.0
    found = summed(tally)
    assert of(found, Measure.SAMPLES_RANDOM) == 12.0
    assert of(found, Measure.SAMPLES_RANDOM_NOT_GREEN, "social_offer", "nord") == 2.0
    assert of(found, Measure.DECLINES_LEFT_UNFOUND) == 4.0
