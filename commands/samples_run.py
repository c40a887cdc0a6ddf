"""What the sample commands answer, as sentences or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from commands.options import language, load_book, refuse, resolved_on, sentence
from commands.portfolio_input import dossiers_of
from commands.progress import progress
from engine.decisions.decide import Decider
from engine.decisions.notice import NoticeError
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.catalogue import load_catalogue
from engine.run.evaluate import evaluate_portfolio
from engine.simulation.assumptions import AssumptionError, load_assumptions
from engine.simulation.hours import price_per_hour_dkk, visit_hours
from engine.simulation.pressure_tables import number_text
from engine.simulation.sampling import (
    Arm,
    Estimate,
    Lift,
    chance_of_finding,
    estimate,
    lift,
    sample_size,
)
from engine.simulation.sampling_records import FrameResult, frame_results, lifts
from models.terms import Kind, Purpose

__all__ = ["show_estimate", "show_estimates", "show_lift", "show_power", "show_size"]

_SHARES = tuple(Fraction(percent, 1000) for percent in (5, 10, 20, 50, 100, 190))
_A_YEAR = timedelta(days=365)
_ALMOST = Fraction(999, 1000)
_MINUTES = "samples.minutes"


@dataclass(frozen=True)
class _Cost:
    """Hours and kroner of some sample visits to one kind of subject."""

    hours: float
    money_dkk: float

    @classmethod
    def of(cls, visits: int, kind: str, rules: Path | None) -> _Cost:
        book = load_book(rules)
        day = max(book.days_of_change(), default=FIRST_DAY)
        try:
            assumed = load_assumptions(rules).on(day)
            offer = kind == Kind.SOCIAL_OFFER.value
            minutes = resolved_on(book, day).parameters.get(_MINUTES) if offer else None
            hours = visits * visit_hours(
                assumed,
                Kind(kind),
                Purpose.SAMPLE,
                at_most_minutes=minutes.value if minutes is not None else None,
            )
            return cls(hours, hours * price_per_hour_dkk(assumed))
        except AssumptionError as error:
            refuse(error.what)

    def line(self, visits: int) -> str:
        return sentence(
            "samples.cost",
            visits=_number(visits),
            hours=_number(self.hours),
            money=_number(self.money_dkk),
        )

    def data(self) -> dict[str, float]:
        return {"hours": round(self.hours, 2), "money_dkk": round(self.money_dkk)}


def _number(value: float, digits: int = 0) -> str:
    return number_text(value, language(), digits=digits)


def _percent(share: float | Fraction, digits: int = 1) -> str:
    return _number(100 * float(share), 0 if (100 * share) == int(100 * share) else digits)


def _say(lines: Iterable[str], data: Any, form: str) -> None:
    if form == "json":
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for line in lines:
        click.echo(line)


def show_size(
    frame: int,
    bound: Fraction,
    confidence: Fraction,
    *,
    changed: int,
    kind: str,
    rules: Path | None,
    form: str,
) -> None:
    """The size of a draw, what it costs, and the bound that it gives."""
    try:
        drawn = sample_size(frame=frame, bound=bound, confidence=confidence, changed=changed)
    except ValueError:
        refuse("samples.beyond_bound", changed=changed, frame=frame, bound=_percent(bound))
    cost = _Cost.of(drawn, kind, rules)
    found = estimate(frame=frame, drawn=drawn, changed=changed, confidence=confidence)
    lines = [
        sentence(
            "samples.size",
            drawn=_number(drawn),
            frame=_number(frame),
            percent=_percent(Fraction(drawn, frame)),
        ),
        sentence(
            "samples.size_means" if changed else "samples.size_means_none",
            changed=changed,
            at_most=_number(found.at_most),
            share=_percent(found.at_most_share),
            confidence=_percent(confidence),
        ),
        cost.line(drawn),
        sentence("samples.can_see"),
    ]
    data = {
        "frame": frame,
        "bound": float(bound),
        "confidence": float(confidence),
        "changed": changed,
        "drawn": drawn,
        "at_most": found.at_most,
        "at_most_share": found.at_most_share,
        **cost.data(),
    }
    _say(lines, data, form)


def show_power(
    frame: int,
    drawn: int,
    shares: tuple[Fraction, ...],
    *,
    kind: str,
    rules: Path | None,
    form: str,
) -> None:
    """The chances of finding at least one, two and three, for several true shares."""
    if drawn > frame:
        refuse("samples.cannot_be", changed=0, drawn=drawn, frame=frame)
    wanted = shares or _SHARES
    rows = [(share, round(share * frame), _chances(frame, drawn, share)) for share in wanted]
    cost = _Cost.of(drawn, kind, rules)
    lines = [sentence("samples.power", drawn=_number(drawn), frame=_number(frame))]
    for share, bad, chances in rows:
        one, two, three = (_chance(chance) for chance in chances)
        blanks = {"share": _percent(share), "bad": _number(bad)}
        lines.append(sentence("samples.power_row", **blanks, one=one, two=two, three=three))
    lines += [cost.line(drawn), sentence("samples.can_see")]
    data = {
        "frame": frame,
        "drawn": drawn,
        "rows": [
            {"share": float(share), "wrong_greens": bad, "chances": [float(c) for c in chances]}
            for share, bad, chances in rows
        ],
        **cost.data(),
    }
    _say(lines, data, form)


def _chances(frame: int, drawn: int, share: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    bad = round(share * frame)
    one, two, three = (
        chance_of_finding(frame=frame, bad=bad, drawn=drawn, at_least=least) for least in (1, 2, 3)
    )
    return one, two, three


def _chance(chance: Fraction) -> str:
    """What is not certain is not shown as 100 %."""
    almost = chance < 1 and chance > _ALMOST
    return f"> {_percent(_ALMOST)}" if almost else _percent(chance)


def _estimate_lines(found: Estimate, what: str) -> Iterator[str]:
    yield sentence(
        f"samples.{what}",
        changed=_number(found.changed),
        drawn=_number(found.drawn),
        share=_percent(found.share),
    )
    yield sentence(
        "samples.interval",
        frame=_number(found.frame),
        low=_number(found.low),
        high=_number(found.high),
        low_share=_percent(found.low_share),
        high_share=_percent(found.high_share),
        at_most=_number(found.at_most),
        at_most_share=_percent(found.at_most_share),
        confidence=_percent(found.confidence),
    )


def _estimate_data(found: Estimate) -> dict[str, float]:
    return {
        "frame": found.frame,
        "drawn": found.drawn,
        "changed": found.changed,
        "share": found.share,
        "confidence": float(found.confidence),
        "low": found.low,
        "high": found.high,
        "low_share": found.low_share,
        "high_share": found.high_share,
        "at_most": found.at_most,
        "at_most_share": found.at_most_share,
    }


def show_estimate(
    drawn: int,
    changed: int,
    frame: int,
    confidence: Fraction,
    *,
    kind: str,
    rules: Path | None,
    form: str,
) -> None:
    """What a draw given in numbers tells of its frame, and what it cost."""
    found = estimate(frame=frame, drawn=drawn, changed=changed, confidence=confidence)
    cost = _Cost.of(drawn, kind, rules)
    lines = [*_estimate_lines(found, "changed"), cost.line(drawn), sentence("samples.can_see")]
    _say(lines, {**_estimate_data(found), **cost.data()}, form)


def show_lift(
    picked: tuple[int, int, int], random: tuple[int, int, int], confidence: Fraction, *, form: str
) -> None:
    """How many times oftener risk-picked visits changed something."""
    arms = Arm(*picked), Arm(*random)
    found = lift(picked=arms[0], random=arms[1], confidence=confidence)
    _say([_lift_line(*arms, found, confidence)], _lift_data(*arms, found), form)


def _lift_line(picked: Arm, random: Arm, found: Lift, confidence: Fraction) -> str:
    unknown = sentence("samples.not_known")
    return sentence(
        "samples.lift",
        picked=_percent(Fraction(picked.changed, picked.drawn)),
        random=_percent(Fraction(random.changed, random.drawn)),
        ratio=unknown if found.ratio is None else _number(found.ratio, 1),
        low=_number(found.low, 2),
        high=unknown if found.high is None else _number(found.high, 1),
        confidence=_percent(confidence),
    )


def _lift_data(picked: Arm, random: Arm, found: Lift) -> dict[str, Any]:
    return {
        "picked": {"frame": picked.frame, "drawn": picked.drawn, "changed": picked.changed},
        "random": {"frame": random.frame, "drawn": random.drawn, "changed": random.changed},
        "ratio": found.ratio,
        "low": found.low,
        "high": found.high,
    }


def show_estimates(
    source: str,
    *,
    as_of: date,
    since: date | None,
    confidence: Fraction,
    forms: tuple[Path, ...],
    ignore_later: bool,
    rules: Path | None,
    form: str,
) -> None:
    """What the results recorded in a portfolio tell, frame by frame, and the lift kind by kind."""
    book: Rulebook = load_book(rules)
    resolved = resolved_on(book, as_of)
    catalogue = load_catalogue(book.folder)
    dossiers = dossiers_of(
        source,
        book=book,
        as_of=as_of,
        ignore_later=ignore_later,
        catalogue=catalogue,
        sample_forms=forms,
    )
    try:
        with progress(sentence("commands.evaluating"), len(dossiers)) as done:
            result = evaluate_portfolio(dossiers, Decider(resolved), seed=1, progress=done)
    except NoticeError as error:
        refuse(error.what)
    ordered = sorted(dossiers, key=lambda dossier: dossier.subject_id)
    first = since or as_of - _A_YEAR
    found = frame_results(resolved, zip(ordered, result.decisions, strict=True), since=first)
    of_kinds = lifts(found, confidence=confidence)
    lines = [sentence("samples.results", since=first, day=as_of)]
    if not found:
        lines.append(sentence("samples.no_results"))
    for one in found:
        lines += _frame_lines(one, confidence)
    for of_kind in of_kinds:
        kind = catalogue.word(of_kind.kind, language())
        line = _lift_line(of_kind.picked, of_kind.random, of_kind.lift, confidence)
        lines.append(f"{kind}: {line}")
    if found and not of_kinds:
        lines.append(sentence("samples.no_lift"))
    if found:
        lines += [sentence("samples.strata"), sentence("samples.can_see")]
    data = {
        "as_of": as_of.isoformat(),
        "since": first.isoformat(),
        "frames": [
            {
                "frame_id": one.frame.id,
                "random": one.random,
                "members_known": one.members_known,
                "changed": _estimate_data(one.estimate_of(one.changed, confidence)),
                "not_green": _estimate_data(one.estimate_of(one.not_green, confidence)),
            }
            for one in found
        ],
        "lifts": [
            {"kind": of.kind.value, **_lift_data(of.picked, of.random, of.lift)} for of in of_kinds
        ],
    }
    _say(lines, data, form)


def _frame_lines(result: FrameResult, confidence: Fraction) -> Iterator[str]:
    title = result.frame.title
    arm = sentence("samples.arm_random" if result.random else "samples.arm_picked")
    yield ""
    yield f"{title.da if language() == 'da' else title.en} ({result.frame.id}; {arm})"
    if not result.members_known:
        yield "  " + sentence("samples.members_unknown")
    for what, found in (("changed", result.changed), ("not_green", result.not_green)):
        for line in _estimate_lines(result.estimate_of(found, confidence), what):
            yield f"  {line}"
