"""The shipped rulebook keeps every law that a rulebook must keep."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from engine.rulebook.load import default_rulebook_folder
from engine.testing import Law, laws_of
from engine.testing.laws import loads_law, scenario_law
from tests.properties.examples import examples
from tests.properties.laws import shipped

LAWS = (
    loads_law(default_rulebook_folder()),
    *laws_of(shipped()),
    *scenario_law(default_rulebook_folder()),
)
MORE = {"readings_agree": 250}
"""Laws tried on more cases than the profile says."""


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_the_shipped_rulebook_keeps_its_laws(law: Law) -> None:
    many = max(examples(30), MORE.get(law.name, 0))
    law.hold(settings(max_examples=many, suppress_health_check=list(HealthCheck)))
    assert law.says


def test_the_laws_are_all_there() -> None:
    names = {law.name.partition("[")[0] for law in LAWS}
    assert names >= {
        "loads",
        "one_colour",
        "one_notice",
        "deterministic",
        "order_independent",
        "monotone",
        "floor",
        "frames_hold_greens",
        "sanctions_of_kind",
        "warned_first",
        "preconditions",
        "explanation_sound",
        "readings_agree",
    }
    promised = {(p.record, p.field) for p in shipped().book.promises}
    assert {("concern", "severity"), ("score", "value")} <= promised
