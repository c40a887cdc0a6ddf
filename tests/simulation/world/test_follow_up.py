"""A concern is followed up once, however it came and in whatever month."""

from __future__ import annotations

from datetime import date

import pytest

from engine.simulation.world import counts
from models.terms import Purpose
from tests.simulation.world.worlds import family, lived, ready, standing_still

DAY = date(2028, 1, 1)
FOLLOW_UP = list(Purpose).index(Purpose.FOLLOW_UP)


@pytest.mark.parametrize("severity", ["serious", "acute"])
def test_a_call_about_nothing_costs_one_visit(severity: str) -> None:
    """Families visited lately, of which nothing is amiss; now and then somebody calls. The call is
    taken seriously, the family visited, and the concern closed."""
    calls = {
        "concern_family_satisfactory_percent": 0.5,
        "severity_mild_satisfactory_percent": 0.0,
        "severity_moderate_satisfactory_percent": 0.0,
        "severity_serious_satisfactory_percent": 100.0 if severity == "serious" else 0.0,
        "dialogue_serious_percent": 100.0,
        "closed_percent": 100.0,
    }
    families = [family(1 + number, visited=date(2027, 12, 20)) for number in range(200)]
    world = ready(families, standing_still(calls), as_of=DAY, months=12)
    tallies = lived(world, replicates=4)
    came = sum(tally.month[:-2, ..., counts.CONCERNS_OUTSIDE].sum() for tally in tallies)
    followed = sum(tally.visit[..., FOLLOW_UP, :].sum() for tally in tallies)
    assert came > 50
    assert 0.85 * came < followed < 1.15 * came
