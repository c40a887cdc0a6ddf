"""Small synthetic worlds to live through: rates that stand still but for what a test moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from engine.portfolio.read import read_portfolio
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.simulation.assumptions import Assumptions, load_assumptions
from engine.simulation.prepared import Policy, Prepared, baseline_policy, prepared
from engine.simulation.priorities import load_priorities
from engine.simulation.replicate import run_replicate
from engine.simulation.world.counts import Tally
from models.facts import Dossier
from models.facts.course_records import Visit
from models.facts.subjects import FosterFamily
from models.rulebook import Text
from models.scenario import Cut, CutMeasure
from models.terms import Authority, FamilyType, Notice, Purpose

BOOK: Rulebook = load_rulebook()
ASSUMED: Assumptions = load_assumptions()
SMALL = Path(__file__).resolve().parents[3] / "fixtures" / "small-portfolio"
SMALL_DAY = date(2025, 6, 1)
YEAR = 12

_MOVING = (
    "decline_",
    "initial_",
    "concern_",
    "false_finding",
    "minor_change",
    "not_met_",
    "worsening",
    "recovery_unfound",
    "recovery_known",
    "recovery_order",
    "recovery_intensified",
    "budget_late_",
    "budget_filed",
    "condition_fulfilled",
    "notice_taken_",
    "order_taken_",
    "intensified_taken_",
    "withdrawal_taken_",
    "lead_days",
)


def standing_still(moved: Mapping[str, float] | None = None) -> Assumptions:
    """A world in which nothing happens of itself and visits are made in the month they fall due,
    but for what is given (without `world.`)."""
    values = {
        name: 0.0
        for name in ASSUMED.quantities
        if name.removeprefix("world.").startswith(_MOVING) and name.startswith("world.")
    }
    values |= {f"world.{name}": value for name, value in (moved or {}).items()}
    return ASSUMED.with_values(values)


def changed(values: Mapping[str, float]) -> Assumptions:
    """The shipped world with other numbers (without `world.`)."""
    return ASSUMED.with_values({f"world.{name}": value for name, value in values.items()})


@cache
def small() -> tuple[Dossier, ...]:
    """The small synthetic portfolio of the fixtures."""
    read = read_portfolio(SMALL, registers=BOOK.registers, ladder=BOOK.ladder, as_of=SMALL_DAY)
    assert read.fine
    return read.dossiers


def family(number: int, *, visited: date, authority: Authority = Authority.SYD) -> Dossier:
    """A synthetic foster family with nothing amiss, visited on a day."""
    name = f"PF-{number:05}"
    subject = FosterFamily(
        subject_id=name,
        authority=authority,
        municipality="561",
        approved_on=date(2015, 1, 1),
        family_type=FamilyType.GENERAL,
    )
    visit = Visit(
        subject_id=name,
        no=1,
        held_on=visited,
        purpose=Purpose.BASIS,
        notice=Notice.ANNOUNCED,
    )
    return Dossier(subject, {"visit": (visit,)})


def families_in_step(a_month: int) -> list[Dossier]:
    """So many families last visited in each of the 24 months of 2026 and 2027."""
    return [
        family(1 + place * a_month + number, visited=date(2026 + place // 12, 1 + place % 12, 10))
        for place in range(24)
        for number in range(a_month)
    ]


def ready(
    dossiers: Iterable[Dossier],
    assumptions: Assumptions = ASSUMED,
    *,
    as_of: date,
    months: int,
    policies: Sequence[Policy] | None = None,
    jit: bool = True,
) -> Prepared:
    """Policies (by default the rules as they are) made ready."""
    return prepared(
        policies or [baseline_policy(BOOK)],
        tuple(dossiers),
        assumptions,
        load_priorities(BOOK),
        as_of=as_of,
        months=months,
        jit=jit,
    )


def lived(
    world: Prepared,
    *,
    replicates: int,
    seed: int = 1,
    policy: str = "baseline",
    frame: Any | None = None,
) -> list[Tally]:
    """What each replicate came to; `frame` is what each authority has a year."""
    plan = world.plan(policy, frame)
    return [
        run_replicate(world.world, plan, seed=seed, replicate=number)
        for number in range(replicates)
    ]


def cut(percent: int, measure: CutMeasure = CutMeasure.HOURS, depth_percent: int = 100) -> Policy:
    """The rules as they are with less of something."""
    title = Text(da=f"{percent} % færre", en=f"{percent} % fewer")
    name = f"{measure.value}_{percent}"
    return Policy(name, title, BOOK, Cut(measure=measure, percent=percent), depth_percent)
