"""The rules of `engines_facts.py` written by hand: as Python functions, as SQL, and in Polars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from engines_facts import RULES

from engine.facts import View

__all__ = ["SQL", "fired_by_functions", "with_polars"]

_BOTH = ("social_offer", "foster_family")
_INTENSIFIED = ("intensified_with_order", "intensified_without_order")


def _signals(kind: str, facts: Mapping[str, Any], of: Mapping[str, Any]) -> Iterator[str]:
    concerns = [concern for concern in of.get("concern", ()) if concern["open"]]
    severities = [concern["severity"] for concern in concerns]
    serious = sum(severity in ("serious", "acute") for severity in severities)
    if "acute" in severities:
        yield "signals.acute_concern_open"
    if serious >= 1:
        yield "signals.serious_concern_open"
    if serious >= 2:
        yield "signals.several_serious_concerns_open"
    if "moderate" in severities:
        yield "signals.moderate_concern_open"
    if len(concerns) >= 3:
        yield "signals.many_concerns_open"
    if facts["risk_sign"] in ("imminent", "special_effort_needed"):
        yield "signals.imminent_risk"
    if kind == "foster_family":
        if facts["surplus_of_energy"] is False:
            yield "signals.family_surplus_low"
        children = of.get("placed_child", ())
        if any(child["present"] and child["goals_clear"] is False for child in children):
            yield "signals.child_goals_unclear"
    if kind in _BOTH:
        yield from _signals_of_both(facts, of, concerns)


def _signals_of_both(
    facts: Mapping[str, Any], of: Mapping[str, Any], concerns: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Those of offers and families only."""
    if facts["declining_quality_suspected_age_days"] is not None:
        yield "signals.declining_quality_suspected"
    scores = [score for score in of.get("score", ()) if score["latest"]]
    if any(concern["theme"] == "competences" for concern in concerns) and any(
        score["theme"] == "competences" and _is_low(score) for score in scores
    ):
        yield "signals.concern_and_low_score_competences"
    graded = [score for score in scores if score["score_model"] == "one_to_five"]
    if any(_at_most(score["change_from_best"], -2) for score in graded):
        yield "signals.large_score_drop"
    if sum(_at_most(score["change"], -1) for score in graded) >= 2:
        yield "signals.several_score_drops"
    for step in of.get("sanction", ()):
        overdue = step["extended_deadline_age_days"]
        if step["current"] and step["step"] == "order":
            yield "signals.order_in_force"
        if step["current"] and step["step"] in _INTENSIFIED:
            yield "signals.intensified_in_force"
        if (
            step["unmet"]
            and step["step"] in ("order", "intensified_with_order")
            and overdue is not None
            and overdue >= 1
        ):
            yield "signals.order_overdue"


def _at_most(value: int | None, bound: int) -> bool:
    return value is not None and value <= bound


def _is_low(score: Mapping[str, Any]) -> bool:
    bound = {"one_to_five": 2, "binary": 0}.get(score["score_model"])
    return bound is not None and _at_most(score["value"], bound)


def _colours(kind: str, held: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The rules on colours that hold, each with its colour."""
    if "signals.serious_concern_open" in held:
        yield "category.serious_concern", "yellow"
    if "signals.moderate_concern_open" in held:
        yield "category.moderate_concern", "yellow"
    if "signals.many_concerns_open" in held:
        yield "category.many_concerns", "yellow"
    if "signals.acute_concern_open" in held:
        yield "category.acute_concern", "red"
    if "signals.several_serious_concerns_open" in held:
        yield "category.several_serious_concerns", "red"
    if "signals.imminent_risk" in held:
        yield "category.imminent_risk", "red"
    if kind not in _BOTH:
        return
    if "signals.concern_and_low_score_competences" in held:
        yield "category.concern_and_low_score", "yellow"
    declines = (
        "signals.large_score_drop",
        "signals.several_score_drops",
        "signals.declining_quality_suspected",
    )
    if "signals.serious_concern_open" in held and not held.isdisjoint(declines):
        yield "category.serious_concern_and_decline", "red"
    if "signals.intensified_in_force" in held:
        yield "category.intensified_in_force", "red"
    if "signals.order_overdue" in held:
        yield "category.order_overdue", "red"


def _fired(view: View) -> tuple[frozenset[str], str]:
    kind, of = view.kind.value, view.records
    signals = frozenset(_signals(kind, view.subject, of))
    raised = dict(_colours(kind, signals))
    colour = max(raised.values(), key=("green", "yellow", "red").index, default="green")
    held = {*signals, *raised}
    if kind == "foster_family" and any(
        concern["open"] and concern["severity"] == "acute" and concern["visited_since"] is False
        for concern in of.get("concern", ())
    ):
        held.add("visits.acute_concern_family")
    if kind in _BOTH and colour != "green":
        held.add("visits.notice_yellow_or_red")
    return frozenset(held), colour


def fired_by_functions(views: Sequence[View]) -> list[tuple[frozenset[str], str]]:
    """Plain Python, a subject at a time: the rules that hold, and the colour."""
    return [_fired(view) for view in views]


SQL = """
WITH concerns AS (
    SELECT subject_id,
        count(*) FILTER (severity = 'acute') AS acute,
        count(*) FILTER (severity IN ('serious', 'acute')) AS serious,
        count(*) FILTER (severity = 'moderate') AS moderate,
        count(*) AS many,
        count(*) FILTER (theme = 'competences') AS competences,
        count(*) FILTER (severity = 'acute' AND NOT visited_since) AS unvisited
    FROM concern WHERE open GROUP BY subject_id
), scores AS (
    SELECT subject_id,
        count(*) FILTER (theme = 'competences' AND (score_model = 'one_to_five' AND value <= 2
            OR score_model = 'binary' AND value <= 0)) AS low,
        count(*) FILTER (score_model = 'one_to_five' AND change_from_best <= -2) AS fallen_far,
        count(*) FILTER (score_model = 'one_to_five' AND change <= -1) AS fallen
    FROM score WHERE latest GROUP BY subject_id
), steps AS (
    SELECT subject_id,
        count(*) FILTER (current AND step = 'order') AS ordered,
        count(*) FILTER (current
            AND step IN ('intensified_with_order', 'intensified_without_order')) AS intensified,
        count(*) FILTER (unmet AND step IN ('order', 'intensified_with_order')
            AND extended_deadline_age_days >= 1) AS overdue
    FROM sanction GROUP BY subject_id
), children AS (
    SELECT subject_id, count(*) AS unclear
    FROM placed_child WHERE present AND NOT goals_clear GROUP BY subject_id
), joined AS (
    SELECT subject.*,
        kind IN ('social_offer', 'foster_family') AS is_both,
        coalesce(acute >= 1, false) AS r0,
        coalesce(serious >= 1, false) AS r1,
        coalesce(serious >= 2, false) AS r2,
        coalesce(moderate >= 1, false) AS r3,
        coalesce(many >= 3, false) AS r4,
        is_both AND coalesce(competences >= 1 AND low >= 1, false) AS r5,
        is_both AND coalesce(fallen_far >= 1, false) AS r6,
        is_both AND coalesce(fallen >= 2, false) AS r7,
        is_both AND coalesce(ordered >= 1, false) AS r8,
        is_both AND coalesce(overdue >= 1, false) AS r9,
        is_both AND coalesce(intensified >= 1, false) AS r10,
        coalesce(risk_sign IN ('imminent', 'special_effort_needed'), false) AS r11,
        is_both AND declining_quality_suspected_age_days IS NOT NULL AS r12,
        kind = 'foster_family' AND coalesce(NOT surplus_of_energy, false) AS r13,
        kind = 'foster_family' AND coalesce(unclear >= 1, false) AS r14,
        kind = 'foster_family' AND coalesce(unvisited >= 1, false) AS r25
    FROM subject
        LEFT JOIN concerns USING (subject_id)
        LEFT JOIN scores USING (subject_id)
        LEFT JOIN steps USING (subject_id)
        LEFT JOIN children USING (subject_id)
), coloured AS (
    SELECT *,
        CASE WHEN r0 OR r2 OR r11 OR is_both AND (r1 AND (r6 OR r7 OR r12) OR r10 OR r9) THEN 'red'
            WHEN r1 OR r3 OR r4 OR is_both AND r5 THEN 'yellow' ELSE 'green' END AS proposed
    FROM joined
)
SELECT subject_id, coalesce(override, proposed) AS colour,
    r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14,
    r1 AS r15, r3 AS r16, r4 AS r17, r5 AS r18, r0 AS r19, r2 AS r20,
    is_both AND r1 AND (r6 OR r7 OR r12) AS r21, r11 AS r22, r10 AS r23, r9 AS r24, r25,
    is_both AND colour IN ('yellow', 'red') AS r26
FROM coloured
"""
"""The rules as one query, by somebody who knows SQL and these tables: one pass a table. `r` and a
number is the rule of that place in `RULES`."""


def _sum(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(False).sum()


def with_polars(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The same as a lazy query of Polars, with the columns of `SQL`."""
    col = pl.col
    lazy = {name: table.lazy() for name, table in tables.items()}
    graded = col("score_model") == "one_to_five"
    binary = col("score_model") == "binary"
    low = (graded & (col("value") <= 2)) | (binary & (col("value") <= 0))
    acute = col("severity") == "acute"
    concerns = (
        lazy["concern"]
        .filter("open")
        .group_by("subject_id")
        .agg(
            acute=_sum(acute),
            serious=_sum(col("severity").is_in(["serious", "acute"])),
            moderate=_sum(col("severity") == "moderate"),
            many=pl.len(),
            competences=_sum(col("theme") == "competences"),
            unvisited=_sum(acute & ~col("visited_since")),
        )
    )
    scores = (
        lazy["score"]
        .filter("latest")
        .group_by("subject_id")
        .agg(
            low=_sum((col("theme") == "competences") & low),
            fallen_far=_sum(graded & (col("change_from_best") <= -2)),
            fallen=_sum(graded & (col("change") <= -1)),
        )
    )
    ordered = col("step").is_in(["order", "intensified_with_order"])
    steps = (
        lazy["sanction"]
        .group_by("subject_id")
        .agg(
            ordered=_sum(col("current") & (col("step") == "order")),
            intensified=_sum(col("current") & col("step").is_in(list(_INTENSIFIED))),
            overdue=_sum(col("unmet") & ordered & (col("extended_deadline_age_days") >= 1)),
        )
    )
    children = (
        lazy["placed_child"]
        .filter(col("present") & ~col("goals_clear"))
        .group_by("subject_id")
        .agg(unclear=pl.len())
    )
    wide = lazy["subject"]
    for beside in (concerns, scores, steps, children):
        wide = wide.join(beside, on="subject_id", how="left")
    both, family = col("kind").is_in(list(_BOTH)), col("kind") == "foster_family"

    def at_least(name: str, bound: int) -> pl.Expr:
        return (col(name) >= bound).fill_null(False)

    risky = col("risk_sign").is_in(["imminent", "special_effort_needed"]).fill_null(False)
    signals = wide.with_columns(
        r0=at_least("acute", 1),
        r1=at_least("serious", 1),
        r2=at_least("serious", 2),
        r3=at_least("moderate", 1),
        r4=at_least("many", 3),
        r5=both & at_least("competences", 1) & at_least("low", 1),
        r6=both & at_least("fallen_far", 1),
        r7=both & at_least("fallen", 2),
        r8=both & at_least("ordered", 1),
        r9=both & at_least("overdue", 1),
        r10=both & at_least("intensified", 1),
        r11=risky,
        r12=both & col("declining_quality_suspected_age_days").is_not_null(),
        r13=family & (~col("surplus_of_energy")).fill_null(False),
        r14=family & at_least("unclear", 1),
        r25=family & at_least("unvisited", 1),
    )
    rules = signals.with_columns(
        r15="r1", r16="r3", r17="r4", r18="r5", r19="r0", r20="r2", r22="r11", r23="r10", r24="r9"
    ).with_columns(r21=both & col("r1") & (col("r6") | col("r7") | col("r12")))
    red = pl.any_horizontal("r19", "r20", "r21", "r22", "r23", "r24")
    yellow = pl.any_horizontal("r15", "r16", "r17", "r18")
    proposed = pl.when(red).then(pl.lit("red")).when(yellow).then(pl.lit("yellow"))
    colour = pl.coalesce(col("override"), proposed.otherwise(pl.lit("green")))
    found = rules.with_columns(colour=colour).with_columns(
        r26=both & col("colour").is_in(["yellow", "red"])
    )
    columns = [f"r{place}" for place in range(len(RULES))]
    return found.select("subject_id", "colour", *columns).collect()
