"""Whole small rulebooks at random: they load, check clean, and keep the laws.

Each has the parameters that plans need, a signal or two, colours, visits with a notice for every
one, floors, a sample frame, a ladder with a proposal, and a promise it keeps. They shrink towards a
rulebook of one kind of subject with a single rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from hypothesis import strategies as st

from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS
from engine.testing.draft import (
    PROMISED,
    Draft,
    common,
    concern_where,
    field_is,
    heard_at,
    known_registers,
    made_up_place,
    text,
)
from engine.testing.small_rulebook import SmallRulebook
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Operator,
    ParameterRef,
    SignalHeld,
)
from models.rulebook import (
    ColourOutcome,
    CountedFrom,
    Floor,
    Frame,
    FrameOutcome,
    LadderStep,
    NoticeOutcome,
    Precondition,
    Promise,
    ProposalOutcome,
    SignalOutcome,
    StepNature,
    VisitOutcomeRule,
)
from models.terms import Basis, Colour, Kind, Notice, Purpose, SanctionStep, Severity

__all__ = ["rulebooks"]

_SEVERE: tuple[tuple[str, ...], ...] = (("acute",), ("serious", "acute"))
_WARNED = {
    Kind.SOCIAL_OFFER: (SanctionStep.ORDER_NOTICE, SanctionStep.ORDER),
    Kind.FOSTER_FAMILY: (SanctionStep.ORDER_NOTICE, SanctionStep.ORDER),
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: (SanctionStep.WITHDRAWAL_NOTICE, SanctionStep.WITHDRAWAL),
}


def _needed_parameters(draft: Draft) -> None:
    """What the planner itself asks for."""
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "duty.not_met_counts": st.booleans(),
        "duty.sample_counts": st.booleans(),
        "planning.period_days": st.integers(30, 400),
        "visits.window_days": st.integers(0, 60),
        "visits.announce_at_most_days": st.integers(0, 60),
    }
    for name in sorted(PLANNER_PARAMETERS):
        flag = name.startswith("duty.")
        value = draft.draw(drawn.get(name, st.just(365)))
        draft.parameter(name, "flag" if flag else "days", [value])


def _signals(draft: Draft) -> None:
    """Patterns of facts; each is asked for by a colour."""
    for number in range(1, draft.some() + 1):
        when = draft.condition(signals=False)
        draft.rule("signals", f"s{number}", when, SignalOutcome(signal=f"s{number}"))
    draft.signals = [f"s{number}" for number in range(1, len(draft.rules) + 1)]


def _colours(draft: Draft) -> tuple[Promise, ...]:
    """What raises a colour, and a promise that is kept."""
    colour = st.sampled_from([Colour.YELLOW, Colour.RED])
    for number in range(1, draft.some(least=0 if draft.signals else 1) + 1):
        then = ColourOutcome(colour=draft.draw(colour))
        draft.rule("category", f"c{number}", draft.condition(), then)
    if draft.signals:
        held = tuple(SignalHeld(signal=name) for name in draft.signals)
        when = held[0] if len(held) == 1 else AnyOf(parts=held)
        draft.rule("category", "signals", when, ColourOutcome(colour=draft.draw(colour)))
    if not draft.flag():
        return ()
    words = draft.draw(st.sampled_from(_SEVERE))
    then = ColourOutcome(colour=draft.draw(colour))
    draft.rule("category", "severe", concern_where(field_is("severity", *words)), then)
    promise = Promise(
        record=PROMISED[0],
        field=PROMISED[1],
        words_mild_to_severe=tuple(severity.value for severity in Severity),
        basis=Basis.ASSUMPTION,
        note=text("worse is worse"),
        place=made_up_place("category"),
    )
    return (promise,)


def _visits(draft: Draft) -> tuple[Floor, ...]:
    """Recurring visits, follow-ups, floors, and a notice for whatever is planned."""
    window = ParameterRef(parameter="visits.window_days")
    heard = heard_at(draft.kinds)
    shared: dict[str, Any] = {
        "window_days": window,
        "methods": ("interview",),
        "hear": heard[:1],
    }
    if heard and draft.flag():
        every = draft.number("visits.interval_days", "days", 20, 500)
        then = VisitOutcomeRule(
            purpose=Purpose.BASIS,
            every_days=every,
            each_department=draft.kinds == (Kind.SOCIAL_OFFER,) and draft.flag(),
            **shared,
        )
        draft.rule("visits", "basis", draft.condition(late=True), then)
    if heard and draft.flag():
        then = VisitOutcomeRule(
            purpose=Purpose.FOLLOW_UP,
            within_days=draft.draw(st.integers(0, 60)),
            counted_from=CountedFrom.TRIGGER,
            trigger_field="received_on",
            **shared,
        )
        draft.rule("visits", "follow_up", concern_where(field_is("open", True)), then)
    anybody = field_is("kind", *(kind.value for kind in draft.kinds))
    unannounced = NoticeOutcome(notice=Notice.UNANNOUNCED, rank=1)
    draft.rule("visits", "notice", anybody, unannounced, ends=False)
    for number in range(1, draft.some() + 1):
        notice = NoticeOutcome(notice=draft.draw(st.sampled_from(Notice)), rank=10 * number)
        draft.rule("visits", f"notice_{number}", draft.condition(late=True), notice)
    return tuple(_floors(draft))


def _floors(draft: Draft) -> Iterator[Floor]:
    for kind in draft.kinds:
        if draft.flag():
            yield Floor(
                id=f"floor.{kind.value}",
                applies_to=(kind,),
                interval_days=draft.number(f"floor.{kind.value}_days", "days", 20, 1_200),
                each_department=kind is Kind.SOCIAL_OFFER and draft.flag(),
                **common("visits", kind.value),
            )


def _frames(draft: Draft) -> tuple[Frame, ...]:
    """A population of greens that samples are drawn from."""
    heard = heard_at(draft.kinds)
    if not heard or not draft.flag():
        return ()
    green: list[Condition] = [field_is("category", "green")]
    if draft.flag():
        green.append(draft.condition(late=True))
    draft.rule("samples", "greens", AllOf(parts=tuple(green)), FrameOutcome(frame="greens"))
    return (
        Frame(
            id="greens",
            applies_to=draft.kinds,
            valid_from=FIRST_DAY,
            theme=known_registers().themes[0].word,
            topic=text("greens"),
            notice=draft.draw(st.sampled_from(Notice)),
            share_percent=draft.draw(st.integers(1, 100)),
            at_least_per_stratum=draft.draw(st.integers(0, 3)),
            strata=("authority",),
            methods=("interview",),
            hear=heard[:1],
            **common("samples", "greens"),
        ),
    )


def _sanctions(draft: Draft) -> tuple[LadderStep, ...]:
    """A warning and what it warns of, and rules that propose them on an open concern."""
    steps: dict[SanctionStep, tuple[StepNature, list[Kind], SanctionStep | None]] = {}
    for kind in draft.kinds:
        known: list[tuple[SanctionStep, StepNature, SanctionStep | None]] = [
            (SanctionStep.REPORT_TO_MUNICIPALITY, StepNature.REPORT, None)
        ]
        if kind in _WARNED:
            warning, decision = _WARNED[kind]
            known = [
                (warning, StepNature.WARNING, None),
                (decision, StepNature.DECISION, warning),
            ]
        for step, nature, before in known:
            steps.setdefault(step, (nature, [], before))[1].append(kind)
    for step, (_, kinds, _before) in steps.items():
        if draft.flag():
            _proposal(draft, step, tuple(kinds))
    return tuple(
        LadderStep(
            step=step,
            nature=nature,
            applies_to=tuple(kinds),
            valid_from=FIRST_DAY,
            follows=() if before is None else (before,),
            warned_by=before,
            **common("sanctions", step.value),
        )
        for step, (nature, kinds, before) in steps.items()
    )


def _proposal(draft: Draft, step: SanctionStep, kinds: tuple[Kind, ...]) -> None:
    when: Condition = concern_where(field_is("open", True))
    if draft.flag():
        when = AllOf(parts=(when, draft.condition(late=True)))
    known = Comparison(field="dialogue_age_days", operator=Operator.IS_KNOWN)
    need = Precondition(
        id="dialogue",
        title=text("dialogue"),
        remedy=text("hold it"),
        when=concern_where(known),
        acute_bypass=draft.flag(),
        place=made_up_place("sanctions"),
    )
    then = ProposalOutcome(step=step, needs=(need,), person_must=text("decide"))
    draft.rule("sanctions", step.value, when, then, applies_to=kinds)


@st.composite
def rulebooks(
    draw: st.DrawFn,
    kinds: Sequence[Kind] | Literal["any"] = "any",
    *,
    most_rules: int = 2,
) -> Rulebook:
    """A rulebook for some kinds of subject (one or two of any, or those named), with up to
    `most_rules` random rules a room beside those that hold it together.

    Its registers are the shipped ones. `write_rulebook` makes it a folder.
    """
    if kinds == "any":
        kinds = draw(st.lists(st.sampled_from(Kind), min_size=1, max_size=2, unique=True))
    draft = Draft(draw, tuple(sorted(Kind(kind) for kind in kinds)), most_rules)
    _needed_parameters(draft)
    _signals(draft)
    promises = _colours(draft)
    floors = _visits(draft)
    frames = _frames(draft)
    ladder = _sanctions(draft)
    rules = tuple(sorted(draft.rules, key=lambda rule: rule.id))
    entries = (*draft.parameters.values(), *rules, *floors, *frames, *ladder, *promises)
    digest = hashlib.sha256("\n".join(entry.model_dump_json() for entry in entries).encode())
    return SmallRulebook(
        folder=default_rulebook_folder(),
        content_hash=digest.hexdigest(),
        parameters=draft.parameters,
        rules=rules,
        floors=floors,
        frames=frames,
        ladder=ladder,
        promises=promises,
        registers=known_registers(),
    )
