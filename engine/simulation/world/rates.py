"""The rates by which the world moves, per month unless the name says otherwise.

All are assumptions in `rules/simulation/world.yaml`; some are fitted to published figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from engine.simulation.assumptions import WORLD_PREFIX
from models.terms import Kind

__all__ = ["GROUPS", "KINDS", "PREFIX", "Rates", "rates_of"]

PREFIX = WORLD_PREFIX
KINDS = tuple(Kind)
GROUPS = ("daily_life", "organisation", "frame")
"""Theme groups that quality is followed in: citizens' or children's daily life; organisation,
family structure and competences; physical surroundings and economy."""
_STATES = ("satisfactory", "declined", "serious")


class Rates(NamedTuple):
    """Chances per month (0 to 1), shares (0 to 1) and days. Arrays: `decline` by kind and group,
    `concern`, `force_report` and `severity` by true state (severity: mild, moderate, serious; the
    rest acute)."""

    decline: Any
    worsening: float
    recovery_unfound: float
    recovery_known: float
    recovery_order: float
    recovery_intensified: float
    recovery_serious_factor: float
    concern: Any
    whistleblower: float
    severity: Any
    sensitivity: Any
    sensitivity_elsewhere: float
    serious_visibility: float
    false_finding: float
    minor_change: float
    not_met: Any
    dialogue: float
    dialogue_serious: float
    statement_requested: float
    statement_due_days: int
    statement_received: float
    statement_adequate: float
    closed: float
    doubt_settled: float
    proposal_taken: Any
    order_deadline_days: int
    intensified_days: int
    budget_late: Any
    budget_month: int
    budget_filed: float
    force_report: Any
    score_in_order: int
    score_declined: int
    score_serious: int
    condition_fulfilled: float
    initial: Any
    depth: float
    binary_from: int


_KIND_NAMES = {
    Kind.SOCIAL_OFFER: "offer",
    Kind.FOSTER_FAMILY: "family",
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: "offer",
    Kind.TREATMENT_SCHOOL: "offer",
}
_STEPS = ("notice", "order", "intensified", "withdrawal")
_PURPOSES = ("basis", "follow_up", "night", "sample")


def rates_of(number: Callable[[str], float], *, depth_percent: float, binary_from: int) -> Rates:
    """Rates out of assumed quantities, asked for by id. `depth_percent` is the share of a visit's
    usual length that is spent on it; `binary_from` the day from which scores are met or not met."""

    def share(name: str) -> float:
        return number(f"{PREFIX}{name}_percent") / 100

    def array(values: list[Any]) -> Any:
        return np.array(values, dtype=np.float64)

    def of_one_whole(rows: list[Any]) -> Any:
        """Where the shares in a row come to more than 1, as at an end of a range, each gives way in
        proportion."""
        shares = array(rows)
        return shares / np.maximum(shares.sum(axis=1, keepdims=True), 1.0)

    return Rates(
        decline=array(
            [[share(f"decline_{_KIND_NAMES[kind]}_{group}") for group in GROUPS] for kind in KINDS]
        ),
        worsening=share("worsening"),
        recovery_unfound=share("recovery_unfound"),
        recovery_known=share("recovery_known"),
        recovery_order=share("recovery_order"),
        recovery_intensified=share("recovery_intensified"),
        recovery_serious_factor=share("recovery_serious_factor"),
        concern=array(
            [[share(f"concern_{_KIND_NAMES[kind]}_{state}") for state in _STATES] for kind in KINDS]
        ),
        whistleblower=share("whistleblower"),
        severity=of_one_whole(
            [
                [share(f"severity_{level}_{state}") for level in ("mild", "moderate", "serious")]
                for state in _STATES
            ]
        ),
        sensitivity=array(
            [
                [
                    share(f"sensitivity_{purpose}_{notice}")
                    for notice in ("announced", "unannounced")
                ]
                for purpose in _PURPOSES
            ]
        ),
        sensitivity_elsewhere=share("sensitivity_elsewhere"),
        serious_visibility=number(f"{PREFIX}serious_visibility"),
        false_finding=share("false_finding"),
        minor_change=share("minor_change"),
        not_met=array([share(f"not_met_{_KIND_NAMES[kind]}") for kind in KINDS]),
        dialogue=share("dialogue"),
        dialogue_serious=share("dialogue_serious"),
        statement_requested=share("statement_requested"),
        statement_due_days=round(number(f"{PREFIX}statement_due_days")),
        statement_received=share("statement_received"),
        statement_adequate=share("statement_adequate"),
        closed=share("closed"),
        doubt_settled=share("doubt_settled"),
        proposal_taken=array(
            [[share(f"{step}_taken_{_KIND_NAMES[kind]}") for step in _STEPS] for kind in KINDS]
        ),
        order_deadline_days=round(number(f"{PREFIX}order_deadline_days")),
        intensified_days=round(number(f"{PREFIX}intensified_days")),
        budget_late=array([share("budget_late_satisfactory"), share("budget_late_declined")]),
        budget_month=round(number(f"{PREFIX}budget_month")),
        budget_filed=share("budget_filed"),
        force_report=array([share(f"force_report_{state}") for state in _STATES]),
        score_in_order=round(number(f"{PREFIX}score_in_order_points")),
        score_declined=round(number(f"{PREFIX}score_declined_points")),
        score_serious=round(number(f"{PREFIX}score_serious_points")),
        condition_fulfilled=share("condition_fulfilled"),
        initial=of_one_whole(
            [
                [share(f"initial_{colour}_{state}") for state in _STATES[1:]]
                for colour in ("green", "yellow", "red")
            ]
        ),
        depth=depth_percent / 100,
        binary_from=binary_from,
    )
