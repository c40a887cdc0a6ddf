"""The readings of a rulebook agree: the reference and the case engine hold the same rules."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st

from engine.backends.shadow import ReadingsDisagree, ShadowedBackend
from engine.facts import View, view_of
from engine.testing.facts import views_near
from engine.testing.laws.law import Law, LawBroken
from engine.testing.laws.under_test import RulebookUnderTest
from engine.testing.telling import facts_of_view
from models.terms import Colour

__all__ = ["reading_laws"]

_SAYS = "the case engine and the reference read the rules alike"


def reading_laws(under: RulebookUnderTest) -> Iterator[Law]:
    """The law of readings, on subjects and on facts drawn straight from the vocabulary."""
    seen = under.cases().map(
        lambda case: view_of(case.dossier, as_of=case.day, duty=under.resolved(case.day).duty())
    )
    drawn = [seen, *(views_near(under.book, as_of=day) for day in under.days)]
    cases = st.tuples(st.one_of(drawn), st.none() | st.sampled_from(Colour))
    yield Law("readings_agree", _SAYS, lambda case: _check(under, *case), cases)


def _check(under: RulebookUnderTest, view: View, override: Colour | None) -> None:
    both = ShadowedBackend(under.durable(view.as_of), under.reference(view.as_of))
    try:
        both.evaluate(view, override)
    except ReadingsDisagree as error:
        (difference,) = error.differences
        rules = [*difference.only_official, *difference.only_shadow]
        raise LawBroken(
            _SAYS,
            difference.text(),
            facts=facts_of_view(view),
            rules=[(rule, under.place_of(rule)) for rule in rules],
        ) from None
