"""The derived fields of scores: each held against those before it of the same indicator."""

from __future__ import annotations

from typing import Any

import ibis

from engine.backends.tables.raw import NUMBER
from engine.backends.tables.schema import SUBJECT_ID
from engine.facts import DutyReading
from models.terms import ScoreModel

__all__ = ["scores"]

Table = Any
_OF_ONE = [SUBJECT_ID, "indicator"]


def scores(table: Table, duty: DutyReading) -> Table:
    """The scores with theme, whether newest, and their changes. An exempt one has no changes."""
    given = table.filter(~table.exempt)
    newest_first = [given.scored_age_days, given[NUMBER].desc()]
    oldest_first = [given.scored_age_days.desc(), given[NUMBER]]
    chain = [*_OF_ONE, "score_model"]
    window = ibis.window(group_by=chain, order_by=oldest_first)
    placed = given.mutate(
        newest=ibis.row_number().over(group_by=_OF_ONE, order_by=newest_first) == 0,
        place=ibis.row_number().over(window),
        from_end=ibis.row_number().over(group_by=chain, order_by=newest_first),
        before=given.value.lag().over(window),
    )
    found = placed.select(
        SUBJECT_ID,
        NUMBER,
        "newest",
        change=placed.value - placed.before,
    )
    best = _best_before(placed, duty)
    old = _best_of_old_scale(placed, duty)
    joined = table
    for number, other in enumerate((found, best, old)):
        names = {f"of_{number}": SUBJECT_ID, f"no_{number}": NUMBER}
        beside = other.rename(names)
        joined = joined.left_join(
            beside,
            [
                joined[SUBJECT_ID] == beside[f"of_{number}"],
                joined[NUMBER] == beside[f"no_{number}"],
            ],
        ).drop(*names)
    themes = [(joined.indicator == word, theme) for word, theme in duty.theme_of_indicator]
    return joined.mutate(
        theme=ibis.cases(*themes) if themes else ibis.null("string"),
        latest=joined.newest.fill_null(False),
        change_from_best=joined.value - joined.best_before,
    ).drop("newest", "best_before")


def _pairs(one: Table, other: Table, *, same_scale: bool) -> Table:
    """Each score beside all others of its indicator."""
    others = other.select(
        other_id=SUBJECT_ID,
        other_indicator="indicator",
        other_model="score_model",
        other_age="scored_age_days",
        other_value="value",
        other_place="place",
        other_from_end="from_end",
    )
    on = [one[SUBJECT_ID] == others.other_id, one.indicator == others.other_indicator]
    if same_scale:
        on.append(one.score_model == others.other_model)
        on.append(others.other_place < one.place)
    return one.join(others, on)


def _best(pairs: Table, fallback: Any, duty: DutyReading) -> Table:
    """The best score within the decline window before each; failing that, the newest one."""
    oldest = pairs.scored_age_days + duty.decline_window_days
    within = pairs.other_age <= oldest
    return pairs.group_by([SUBJECT_ID, NUMBER]).aggregate(
        best_before=ibis.coalesce(
            pairs.other_value.max(where=within), pairs.other_value.max(where=fallback)
        )
    )


def _best_before(placed: Table, duty: DutyReading) -> Table:
    pairs = _pairs(placed, placed, same_scale=True)
    return _best(pairs, pairs.other_place == pairs.place - 1, duty)


def _best_of_old_scale(placed: Table, duty: DutyReading) -> Table:
    new = placed.filter(placed.score_model == ScoreModel.BINARY.value)
    old = placed.filter(placed.score_model == ScoreModel.ONE_TO_FIVE.value)
    pairs = _pairs(new, old, same_scale=False)
    best = _best(pairs, pairs.other_from_end == 0, duty)
    return best.rename({"value_before_reform": "best_before"})
