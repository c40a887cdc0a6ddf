"""Synthetic subjects and their pressure, and the small portfolio of the fixtures, measured."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from engine.decisions.decide import Decider
from engine.portfolio.read import read_portfolio
from engine.rulebook.load import load_rulebook
from engine.rulebook.resolve import ResolvedRulebook, resolve
from engine.run.evaluate import evaluate_portfolio
from engine.simulation.assumptions import load_assumptions
from engine.simulation.cut_standing import Standing
from engine.simulation.hours import visit_parts
from engine.simulation.pressure import CountedVisit, PressureMeter, SubjectPressure
from models.decisions import Decision
from models.facts import Dossier
from models.terms import Authority, Colour, Kind, Notice, Purpose

SMALL = Path(__file__).resolve().parents[2] / "fixtures" / "small-portfolio"
DAY = date(2025, 6, 1)
ASSUMED = load_assumptions().on(DAY)


@cache
def resolved_on(day: date) -> ResolvedRulebook:
    return resolve(load_rulebook(), as_of=day)


@cache
def small(day: date = DAY) -> tuple[tuple[Dossier, Decision, SubjectPressure], ...]:
    """Every subject of the small portfolio, decided and measured on a day."""
    book = load_rulebook()
    read = read_portfolio(SMALL, registers=book.registers, ladder=book.ladder, as_of=day)
    assert not read.problems
    resolved = resolved_on(day)
    result = evaluate_portfolio(read.dossiers, Decider(resolved), seed=1)
    meter = PressureMeter(
        resolved, load_assumptions().on(day), price_dkk=dict.fromkeys(Authority, 626.0)
    )
    return tuple(
        (dossier, decision, meter.measure(dossier, decision))
        for dossier, decision in zip(read.dossiers, result.decisions, strict=True)
    )


def visit(
    no: int,
    standing: Standing,
    *,
    kind: Kind = Kind.FOSTER_FAMILY,
    purpose: Purpose = Purpose.BASIS,
    on: date | None = None,
    notice: Notice = Notice.UNANNOUNCED,
    documents: int = 1,
    desk: bool = False,
) -> CountedVisit:
    """A planned visit; by default one a month."""
    parts = visit_parts(ASSUMED, kind=kind, purposes=[purpose])
    return CountedVisit(
        no=no,
        on=on or date(2025, 6 + no // 2, 1 + no),
        purposes=(purpose,),
        notice=notice,
        met=True,
        desk=desk,
        department=None,
        parts=parts,
        money_dkk=626 * parts.total_hours,
        documents=documents,
        standing=standing,
    )


def subject(
    number: int,
    *planned: CountedVisit,
    colour: Colour = Colour.GREEN,
    kind: Kind = Kind.FOSTER_FAMILY,
    authority: Authority = Authority.SYD,
    team: str | None = None,
    last: date | None = date(2024, 9, 1),
) -> SubjectPressure:
    """A subject with this plan and nothing done before."""
    return SubjectPressure(
        subject_id=f"PF-{number:05}",
        kind=kind,
        authority=authority,
        colour=colour,
        team=team,
        approved_on=date(2020, 1, 1),
        last_duty_visit_on=last,
        floor_targets=1,
        done_visits=(),
        planned_visits=planned,
    )
