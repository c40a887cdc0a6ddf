"""What every engine of `engines.py` is given: the same few rules, and the same synthetic facts.

The rules are some of the shipped rulebook, as they are. The facts come from a seed, unknown ones
among them, in the columns that these rules test.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from engine.facts import View
from engine.rulebook.program import Program
from models.terms import Kind

__all__ = ["AS_OF", "RULES", "facts_of", "few_of", "views_of"]

AS_OF = date(2022, 12, 31)
RULES = (
    "signals.acute_concern_open",
    "signals.serious_concern_open",
    "signals.several_serious_concerns_open",
    "signals.moderate_concern_open",
    "signals.many_concerns_open",
    "signals.concern_and_low_score_competences",
    "signals.large_score_drop",
    "signals.several_score_drops",
    "signals.order_in_force",
    "signals.order_overdue",
    "signals.intensified_in_force",
    "signals.imminent_risk",
    "signals.declining_quality_suspected",
    "signals.family_surplus_low",
    "signals.child_goals_unclear",
    "category.serious_concern",
    "category.moderate_concern",
    "category.many_concerns",
    "category.concern_and_low_score",
    "category.acute_concern",
    "category.several_serious_concerns",
    "category.serious_concern_and_decline",
    "category.imminent_risk",
    "category.intensified_in_force",
    "category.order_overdue",
    "visits.acute_concern_family",
    "visits.notice_yellow_or_red",
)
_KINDS = tuple(Kind)
_THEMES = ("competences", "health_and_wellbeing", "physical_surroundings")


def few_of(program: Program) -> Program:
    """The program with these rules only."""
    few = tuple(
        (stratum, tuple(item for item in items if item.key in RULES))
        for stratum, items in program.strata
    )
    found = {item.key for _, items in few for item in items}
    if found != set(RULES):
        raise LookupError(f"the rulebook lacks {', '.join(sorted(set(RULES) - found))}")
    return Program(strata=few, content_hash="engines")


class _Draws:
    """Columns of facts out of one seeded generator."""

    def __init__(self, seed: int) -> None:
        self.numbers = np.random.default_rng(seed)

    def words(self, many: int, chances: dict[str | None, float]) -> Any:
        words = list(chances)
        codes = self.numbers.choice(len(words), size=many, p=list(chances.values()))
        return pa.array(words, pa.string()).take(pa.array(codes))

    def flags(self, many: int, yes: float, unknown: float = 0.05) -> Any:
        drawn = self.numbers.random(many)
        return pa.array(drawn < yes, pa.bool_(), mask=drawn >= 1 - unknown)

    def whole(self, many: int, low: int, high: int, unknown: float = 0.05) -> Any:
        values = self.numbers.integers(low, high, size=many, endpoint=True, dtype=np.int32)
        return pa.array(values, pa.int32(), mask=self.numbers.random(many) < unknown)

    def owners(self, each: Sequence[float], among: Any) -> Any:
        """Places of the subjects among those given, each as often as it has records."""
        return np.repeat(among, self.numbers.choice(len(each), size=len(among), p=each))


def facts_of(number: int, *, seed: int) -> dict[str, Any]:
    """Fact tables of so many synthetic subjects, by name, as Arrow."""
    draws = _Draws(seed)
    ids = np.array([f"S{place:06}" for place in range(number)])
    kinds = draws.numbers.choice(len(_KINDS), size=number, p=(0.35, 0.6, 0.03, 0.02))
    every = np.arange(number)
    family = kinds == _KINDS.index(Kind.FOSTER_FAMILY)
    scored = every[family | (kinds == _KINDS.index(Kind.SOCIAL_OFFER))]

    def only_of_families(flags: Any) -> Any:
        return pa.array(
            [flag if own else None for flag, own in zip(flags.to_pylist(), family, strict=True)],
            pa.bool_(),
        )

    risk = {None: 0.92, "potential": 0.05, "imminent": 0.02, "special_effort_needed": 0.01}
    subject = {
        "subject_id": pa.array(ids),
        "override": pa.nulls(number, pa.string()),
        "kind": pa.array([kind.value for kind in _KINDS]).take(pa.array(kinds)),
        "risk_sign": draws.words(number, risk),
        "declining_quality_suspected_age_days": draws.whole(number, 0, 900, unknown=0.95),
        "surplus_of_energy": only_of_families(draws.flags(number, 0.9)),
    }

    def records(owners: Any, **columns: Any) -> Any:
        return pa.table({"subject_id": pa.array(ids[owners]), **columns})

    of = draws.owners((0.55, 0.25, 0.12, 0.05, 0.03), every)
    severity = {"mild": 0.4, "moderate": 0.3, "serious": 0.2, "acute": 0.05, None: 0.05}
    themes = dict.fromkeys(_THEMES, 0.3) | {None: 0.1}
    concern = records(
        of,
        open=draws.flags(len(of), 0.35),
        severity=draws.words(len(of), severity),
        theme=draws.words(len(of), themes),
        visited_since=draws.flags(len(of), 0.5),
    )
    of = draws.owners((0.1, 0.1, 0.2, 0.3, 0.2, 0.1), scored)
    score = records(
        of,
        latest=draws.flags(len(of), 0.6),
        theme=draws.words(len(of), themes),
        score_model=draws.words(len(of), {"one_to_five": 0.85, "binary": 0.1, None: 0.05}),
        value=draws.whole(len(of), 0, 5),
        change=draws.whole(len(of), -2, 4),
        change_from_best=draws.whole(len(of), -3, 9),
    )
    of = draws.owners((0.9, 0.08, 0.02), scored)
    steps = {"order": 0.4, "intensified_with_order": 0.1, "intensified_without_order": 0.1}
    sanction = records(
        of,
        current=draws.flags(len(of), 0.4),
        unmet=draws.flags(len(of), 0.4),
        step=draws.words(len(of), {**steps, "statement": 0.35, None: 0.05}),
        extended_deadline_age_days=draws.whole(len(of), -200, 200, unknown=0.2),
    )
    of = draws.owners((0.2, 0.5, 0.3), every[family])
    placed_child = records(
        of, present=draws.flags(len(of), 0.8), goals_clear=draws.flags(len(of), 0.85)
    )
    return {
        "subject": pa.table(subject),
        "concern": concern,
        "score": score,
        "sanction": sanction,
        "placed_child": placed_child,
    }


def views_of(facts: dict[str, Any]) -> list[View]:
    """The same facts, a subject at a time."""
    views = {}
    for row in facts["subject"].to_pylist():
        name = row.pop("subject_id")
        del row["override"]
        views[name] = View(name, Kind(row["kind"]), AS_OF, row, {})
    for record, table in facts.items():
        if record != "subject":
            for row in table.to_pylist():
                views[row.pop("subject_id")].records.setdefault(record, []).append(row)
    return list(views.values())
