"""The solver's answers: the same as trying everything, within budget and law, and never out of
order between colours."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.simulation.optimise.programme import (
    Option,
    Place,
    Solution,
    best_policy,
    cheapest_policy,
    lower_bound,
)

_DAYS = (91, 182, 365, 730, 1095)
_FLOOR = 730
_NEAR = 1e-6


def tried(places: tuple[Place, ...], budget: float) -> tuple[float, float] | None:
    """Harm and cost of the best of all lawful, ordered, affordable choices with one setting."""
    found = []
    for chosen in product(*(place.options for place in places)):
        if len({option.setting for option in chosen}) > 1:
            continue
        if any(
            place.floor_days is not None and (option.interval_days or 0) > place.floor_days
            for place, option in zip(places, chosen, strict=True)
        ):
            continue
        ordered = sorted(zip(places, chosen, strict=True), key=lambda pair: pair[0].rank)
        days = [option.interval_days or 0 for place, option in ordered if place.chain]
        if days != sorted(days, reverse=True):
            continue
        cost = sum(option.cost for option in chosen)
        if cost <= budget + 1e-9:
            found.append((sum(option.harm for option in chosen), cost))
    return min(found, default=None)


@st.composite
def instances(draw: st.DrawFn) -> tuple[Place, ...]:
    """Three colours of one kind, some settings, whole numbers so that nothing is nearly equal."""
    number = draw(st.integers(1, 2))
    places = []
    for rank in range(3):
        days = sorted(draw(st.sets(st.sampled_from(_DAYS), min_size=2, max_size=3)) | {91})
        options = tuple(
            Option(
                interval,
                setting,
                float(draw(st.integers(1, 40))),
                float(draw(st.integers(0, 60))),
            )
            for interval in days
            for setting in range(number)
        )
        places.append(Place(f"place {rank}", options, "kind", rank, _FLOOR, 182))
    return tuple(places)


def check(places: tuple[Place, ...], found: Solution, budget: float) -> None:
    chosen = found.chosen(places)
    assert all(set(share.values()) == {1.0} and len(share) == 1 for share in found.shares)
    assert sum(option.cost for option in chosen) <= budget + _NEAR
    assert found.cost == pytest.approx(sum(option.cost for option in chosen))
    assert len({option.setting for option in chosen}) == 1
    days = [option.interval_days or 0 for option in chosen]
    assert days == sorted(days, reverse=True)
    assert max(days) <= _FLOOR


@settings(max_examples=40, deadline=None)
@given(instances(), st.integers(3, 90))
def test_the_solver_finds_what_trying_everything_finds(
    places: tuple[Place, ...], budget: int
) -> None:
    expected = tried(places, budget)
    found = best_policy(places, budget)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        check(places, found, budget)
        assert found.harm == pytest.approx(expected[0], abs=_NEAR)


@settings(max_examples=30, deadline=None)
@given(instances(), st.integers(3, 90))
def test_the_bound_is_a_bound(places: tuple[Place, ...], budget: int) -> None:
    found = best_policy(places, budget)
    bound = lower_bound(places, budget)
    if found is not None:
        assert bound is not None
        assert bound.harm <= found.harm + _NEAR
        assert bound.cost <= budget + _NEAR
    for place, share in zip(places, bound.shares if bound else (), strict=bound is not None):
        assert all((place.options[at].interval_days or 0) <= _FLOOR for at in share)
        assert sum(share.values()) == pytest.approx(1.0)


@settings(max_examples=20, deadline=None)
@given(instances())
def test_more_to_spend_is_never_worse_and_the_cheapest_is_where_it_ends(
    places: tuple[Place, ...],
) -> None:
    least = cheapest_policy(places).cost
    assert best_policy(places, least - 0.5) is None
    harms = []
    for budget in (least, least + 5, least + 20, least + 100):
        found = best_policy(places, budget)
        assert found is not None
        harms.append(found.harm)
    assert harms == sorted(harms, reverse=True)


def places_of(*colours: list[tuple[int, float, float]]) -> tuple[Place, ...]:
    return tuple(
        Place(
            f"place {rank}",
            tuple(Option(days, 0, cost, harm) for days, cost, harm in options),
            "kind",
            rank,
            _FLOOR,
            182,
        )
        for rank, options in enumerate(colours)
    )


def test_what_is_longer_than_the_law_allows_is_never_taken() -> None:
    places = places_of([(730, 10.0, 5.0), (1095, 1.0, 0.0)])
    found = best_policy(places, 100.0)
    assert found is not None
    assert found.chosen(places)[0].interval_days == 730
    assert best_policy(places, 9.0) is None
    assert lower_bound(places, 9.0) is None
    assert cheapest_policy(places).cost == 10.0


def test_no_lawful_option_at_all_is_said() -> None:
    places = places_of([(1095, 1.0, 0.0)])
    with pytest.raises(ValueError, match="keeps the law"):
        cheapest_policy(places)


def test_a_milder_colour_is_not_visited_oftener_even_where_it_would_pay() -> None:
    green = [(91, 1.0, 0.0), (365, 1.0, 50.0)]
    yellow = [(365, 1.0, 0.0), (182, 5.0, 1.0)]
    places = places_of(green, yellow)
    found = best_policy(places, 100.0)
    assert found is not None
    assert [option.interval_days for option in found.chosen(places)] == [365, 365]


def test_a_change_that_gains_nothing_is_not_made() -> None:
    places = places_of([(91, 1.0, 7.0), (182, 1.0, 7.0), (365, 1.0, 7.0)])
    found = best_policy(places, 5.0)
    assert found is not None
    assert found.chosen(places)[0].interval_days == 182


def test_the_same_question_gets_the_same_answer() -> None:
    places = places_of(
        [(182, 8.0, 3.0), (365, 4.0, 6.0), (730, 2.0, 11.0)],
        [(91, 9.0, 2.0), (182, 5.0, 4.0), (365, 3.0, 7.0)],
    )
    first, second = (best_policy(places, 10.0) for _ in range(2))
    assert first == second
    assert lower_bound(places, 10.0) == lower_bound(places, 10.0)
