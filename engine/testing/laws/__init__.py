"""The laws that any rulebook must keep, each a property tried on facts about its thresholds."""

from __future__ import annotations

from engine.testing.laws.categories import category_laws
from engine.testing.laws.explanations import explanation_laws
from engine.testing.laws.folders import loaded, loads_law, scenario_law
from engine.testing.laws.law import Law, LawBroken
from engine.testing.laws.monotone import monotone_laws
from engine.testing.laws.plans import plan_laws
from engine.testing.laws.proposals import proposal_laws
from engine.testing.laws.readings import reading_laws
from engine.testing.laws.under_test import Case, RulebookUnderTest

__all__ = [
    "Case",
    "Law",
    "LawBroken",
    "RulebookUnderTest",
    "laws_of",
    "loaded",
    "loads_law",
    "scenario_law",
]


def laws_of(under: RulebookUnderTest) -> tuple[Law, ...]:
    """Every law of a rulebook that has been loaded, in the order in which a reader meets them."""
    return (
        *category_laws(under),
        *monotone_laws(under),
        *plan_laws(under),
        *proposal_laws(under),
        *explanation_laws(under),
        *reading_laws(under),
    )
