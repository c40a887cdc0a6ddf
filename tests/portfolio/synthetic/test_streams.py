"""Quotas are exact, and chance depends on seed, subject and topic alone."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.portfolio.synthetic.published import load_published
from engine.portfolio.synthetic.sanction_quotas import planned_sanctions
from engine.portfolio.synthetic.streams import Chance, apportion, share_out, spread
from engine.portfolio.synthetic.visit_quotas import visit_counts
from models.terms import Authority, Kind

PUBLISHED = load_published(Path(__file__).parents[3] / "fixtures" / "published")
WEIGHTS = st.dictionaries(st.text(max_size=3), st.floats(0.1, 1000), min_size=1, max_size=8)


@given(total=st.integers(0, 5000), weights=WEIGHTS)
def test_apportioned_parts_add_up_and_lie_beside_the_exact_share(
    total: int, weights: dict[str, float]
) -> None:
    parts = apportion(total, weights)
    assert sum(parts.values()) == total
    whole = sum(weights.values())
    for key, part in parts.items():
        assert abs(part - total * weights[key] / whole) < 1 + 1e-6


@given(number=st.integers(0, 300), weights=WEIGHTS)
def test_every_id_gets_one_label(number: int, weights: dict[str, float]) -> None:
    ids = [f"TB-{n}" for n in range(number)]
    assert list(share_out(ids, weights)) == ids


@given(
    total=st.integers(0, 500),
    groups=st.lists(st.integers(0, 9), min_size=1, max_size=50),
    steepness=st.floats(0, 3),
)
def test_spreading_adds_the_total_and_takes_from_nobody(
    total: int, groups: list[int], steepness: float
) -> None:
    found = spread(total, groups, steepness=steepness)
    assert sum(found) == sum(groups) + total
    assert all(after >= before for after, before in zip(found, groups, strict=True))


@given(seed=st.integers(), subject=st.text(max_size=9), topic=st.text(max_size=9))
def test_chance_repeats(seed: int, subject: str, topic: str) -> None:
    one, two = Chance(seed), Chance(seed)
    assert one.level(subject, topic) == two.level(subject, topic)
    assert one.stream(subject, topic).random() == two.stream(subject, topic).random()
    assert 0 <= one.level(subject, topic) < 1


def test_visits_of_every_authority_add_up_to_its_cell() -> None:
    for kind, word in ((Kind.SOCIAL_OFFER, "offer"), (Kind.FOSTER_FAMILY, "family")):
        plural = "offers" if word == "offer" else "families"
        for authority in Authority:
            subjects = int(PUBLISHED[f"{plural}_active"].values[authority.value])
            counts = visit_counts(PUBLISHED, kind, authority, subjects)
            assert len(counts) == subjects
            assert sum(counts) == PUBLISHED[f"{word}_visits"].values[authority.value]
            assert counts == sorted(counts)


def test_a_decision_names_each_theme_once_and_repeats_only_what_is_left() -> None:
    planned = [
        s
        for kind in (Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY)
        for authority in Authority
        for s in planned_sanctions(PUBLISHED, kind, authority)
    ]
    assert len(planned) == 40 + 11 + 6 + 17
    for sanction in planned:
        assert len(set(sanction.themes)) == len(sanction.themes)
        assert set(sanction.repeated) <= set(sanction.themes)
    assert sum(len(s.repeated) for s in planned) == 4
