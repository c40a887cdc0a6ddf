"""Scores of a synthetic subject: two rounds, moving the way its quota says."""

from __future__ import annotations

import random
from datetime import date

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.plan import Base, Direction, SubjectPlan
from engine.portfolio.synthetic.record_book import RecordBook
from models.registers import Indicator
from models.terms import ScoreModel

__all__ = ["add_scores"]

_LEVELS = (5, 4, 3, 2)


def add_scores(
    base: Base,
    plan: SubjectPlan,
    book: RecordBook,
    rounds: list[date],
    *,
    offer_types: tuple[str, ...] = (),
) -> None:
    """Adds the last two rounds of scores, one indicator of every theme that holds on the day.

    Offers are scored on 6a or 6b besides, the two through which use of force is judged.
    """
    stream = base.chance.stream(plan.subject_id, "scores")
    preference = {i.word: stream.random() for i in base.registers.indicators}
    scored: list[tuple[date, list[Indicator]]] = [
        (day, _indicators(base, plan, day, preference)) for day in rounds[-2:]
    ]
    values: list[dict[str, int]] = []
    for _, indicators in scored:
        weighed = [i for i in indicators if not _exempt(i, offer_types)]
        values.append({i.word: _first_value(plan, i, stream) for i in weighed})
    if len(scored) == 2 and plan.direction is not None:
        models = {i.score_model for _, indicators in scored for i in indicators}
        if models == {ScoreModel.ONE_TO_FIVE}:
            both = [word for word in values[1] if word in values[0]]
            _move(plan.direction, values, both, stream, drop=plan.drops_by_two)
    for (day, indicators), found in zip(scored, values, strict=True):
        for indicator in indicators:
            book.add(
                "score",
                {
                    "indicator": indicator.word,
                    "score_model": indicator.score_model,
                    "value": found.get(indicator.word),
                    "exempt": indicator.word not in found,
                    "scored_on": day,
                },
            )


def _indicators(
    base: Base, plan: SubjectPlan, day: date, preference: dict[str, float]
) -> list[Indicator]:
    holding = [
        i for i in base.registers.indicators if plan.kind in i.applies_to and i.holds_on(day)
    ]
    best: dict[str, Indicator] = {}
    for indicator in holding:
        found = best.get(indicator.theme)
        if found is None or preference[indicator.word] > preference[found.word]:
            best[indicator.theme] = indicator
    force = [i for i in holding if i.word in ("offer.6a", "offer.6b")]
    chosen = list(best.values())
    if force and not any(i in chosen for i in force):
        chosen.append(max(force, key=lambda i: preference[i.word]))
    return sorted(chosen, key=lambda i: i.word)


def _exempt(indicator: Indicator, offer_types: tuple[str, ...]) -> bool:
    return bool(offer_types) and all(t in indicator.exempt_offer_types for t in offer_types)


def _first_value(plan: SubjectPlan, indicator: Indicator, stream: random.Random) -> int:
    troubled = plan.trouble >= assumed.TROUBLED_FROM
    if indicator.score_model is ScoreModel.BINARY:
        met = assumed.TROUBLED_BINARY_MET_CHANCE if troubled else assumed.BINARY_MET_CHANCE
        return int(stream.random() < met)
    weights = assumed.TROUBLED_SCORE_WEIGHTS if troubled else assumed.SCORE_WEIGHTS
    return stream.choices(_LEVELS, weights)[0]


def _move(
    direction: Direction,
    values: list[dict[str, int]],
    both: list[str],
    stream: random.Random,
    *,
    drop: bool,
) -> None:
    """Makes the second round the first one, moved: one score up, or one down, or two steps down."""
    before, after = values
    after.update({word: before[word] for word in both})
    if direction is Direction.SAME:
        return
    if direction is Direction.UP:
        low = [word for word in both if before[word] < 5]
        if not low:
            low = [stream.choice(both)]
            before[low[0]] = 4
        word = stream.choice(low)
        after[word] = before[word] + 1
        return
    step = 2 if drop else 1
    high = [word for word in both if before[word] > 3]
    if not high:
        high = [stream.choice(both)]
        before[high[0]] = 4
    word = stream.choice(high)
    after[word] = before[word] - step
