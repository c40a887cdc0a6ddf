"""The sample draw: repeatable by anyone, independent of order, fair within a stratum."""

from __future__ import annotations

import hashlib
import random
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decisions.samples import Candidate, Sampler, rank_key
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import resolve

AS_OF = date(2024, 9, 1)


@pytest.fixture(scope="module")
def sampler() -> Sampler:
    return Sampler(resolve(load_rulebook(), as_of=AS_OF))


@pytest.fixture(scope="module")
def frame(sampler: Sampler) -> str:
    return sorted(sampler.frames)[0]


def _candidates(frame: str, sizes: list[int]) -> list[Candidate]:
    return [
        Candidate(f"PF-{stratum:02}{number:03}", frame, (f"stratum {stratum}",))
        for stratum, size in enumerate(sizes)
        for number in range(size)
    ]


@given(data=st.data(), sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_order_of_the_portfolio_does_not_matter(
    sampler: Sampler, frame: str, data: Any, sizes: list[int]
) -> None:
    candidates = _candidates(frame, sizes)
    shuffled = data.draw(st.permutations(candidates))
    assert sampler.draw(candidates, seed=7) == sampler.draw(shuffled, seed=7)


@given(sizes=st.lists(st.integers(1, 200), min_size=1, max_size=4), seed=st.integers(0, 2**31))
def test_every_stratum_gives_its_share_and_everybody_in_it_has_the_same_chance(
    sampler: Sampler, frame: str, sizes: list[int], seed: int
) -> None:
    draw = sampler.draw(_candidates(frame, sizes), seed=seed)
    for stratum, size in enumerate(sizes):
        lines = [line for line in draw.lines if line.stratum == (f"stratum {stratum}",)]
        drawn = sum(line.drawn for line in lines)
        assert len(lines) == size
        assert 0 < drawn <= size
        assert {line.inclusion_probability for line in lines} == {Fraction(drawn, size)}


def test_anyone_can_repeat_the_draw_from_the_printed_frame(sampler: Sampler, frame: str) -> None:
    draw = sampler.draw(_candidates(frame, [50]), seed=42)
    ranked = sorted(
        (hashlib.sha256(f"42|{frame}|{line.subject_id}".encode()).hexdigest(), line.subject_id)
        for line in draw.lines
    )
    drawn = [line.subject_id for line in draw.lines if line.drawn]
    assert [subject_id for _, subject_id in ranked[: len(drawn)]] == drawn


def test_over_many_seeds_everybody_is_drawn_about_as_often(sampler: Sampler, frame: str) -> None:
    candidates = _candidates(frame, [20])
    seeds = 2_000
    times = {candidate.subject_id: 0 for candidate in candidates}
    share = Fraction(0)
    for seed in range(seeds):
        for line in sampler.draw(candidates, seed=seed).lines:
            times[line.subject_id] += line.drawn
            share = line.inclusion_probability
    expected = float(share) * seeds
    spread = (seeds * float(share) * (1 - float(share))) ** 0.5
    assert all(abs(count - expected) < 5 * spread for count in times.values())


def test_the_rank_key_depends_on_seed_frame_and_subject() -> None:
    keys = {rank_key(s, f, i) for s in (1, 2) for f in ("a", "b") for i in ("PF-1", "PF-2")}
    assert len(keys) == 8


def test_adding_a_subject_to_one_stratum_leaves_the_others_as_they_were(
    sampler: Sampler, frame: str
) -> None:
    generator = random.Random(3)
    sizes = [generator.randint(5, 30) for _ in range(3)]
    before = sampler.draw(_candidates(frame, sizes), seed=1)
    after = sampler.draw(
        [*_candidates(frame, sizes), Candidate("PF-99999", frame, ("stratum 0",))], seed=1
    )

    def others(draw: Any) -> list[Any]:
        return [line for line in draw.lines if line.stratum != ("stratum 0",)]

    assert others(before) == others(after)
