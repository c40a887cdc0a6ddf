"""Whole small rulebooks at random: they load, check clean, and keep the laws.

Each has the parameters that plans need, a signal or two, colours, visits with a notice for every
one, floors, a sample frame, a ladder with a proposal, and a promise it keeps. They shrink towards a
rulebook of one kind of subject with a single rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal

from hypothesis import strategies as st

from engine.facts import FieldSpec, ValueType, Vocabulary, vocabulary
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.load import default_rulebook_folder
from engine.rulebook.needed_numbers import PLANNER_PARAMETERS
from engine.rulebook.registers import load_registers
from engine.testing.rules import conditions
from engine.testing.small_rulebook import SmallRulebook
from models.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Operator,
    ParameterRef,
    Quantified,
    SignalHeld,
)
from models.registers import Registers
from models.rulebook import (
    ColourOutcome,
    CountedFrom,
    DatedValue,
    Floor,
    Frame,
    FrameOutcome,
    LadderStep,
    NoticeOutcome,
    Parameter,
    Place,
    Precondition,
    Promise,
    ProposalOutcome,
    Rule,
    SignalOutcome,
    StepNature,
    Text,
    VisitOutcomeRule,
)
from models.terms import Basis, Colour, Kind, Notice, Purpose, SanctionStep, Severity

__all__ = ["rulebooks"]

_CHANGE = date(2024, 7, 1)
_LAST = date(2025, 12, 31)
_REVIEWED = date(2026, 1, 31)
_SOURCES = ("made up",)
_PROMISED = ("concern", "severity")
_SEVERE: tuple[tuple[str, ...], ...] = (("acute",), ("serious", "acute"))
_WARNED = {
    Kind.SOCIAL_OFFER: (SanctionStep.ORDER_NOTICE, SanctionStep.ORDER),
    Kind.FOSTER_FAMILY: (SanctionStep.ORDER_NOTICE, SanctionStep.ORDER),
    Kind.PERSONAL_ASSISTANCE_EMPLOYER: (SanctionStep.WITHDRAWAL_NOTICE, SanctionStep.WITHDRAWAL),
}


@cache
def _registers() -> Registers:
    return load_registers(default_rulebook_folder())


def _text(words: str) -> Text:
    return Text(da=words, en=words)


def _place(room: str) -> Place:
    return Place(file=f"rules/{room}/all.yaml", line=1)


def _common(room: str, words: str) -> dict[str, Any]:
    return {
        "title": _text(words),
        "basis": Basis.ASSUMPTION,
        "sources": _SOURCES,
        "reviewed": _REVIEWED,
        "place": _place(room),
    }


class _Maker:
    """One rulebook in the making."""

    def __init__(self, draw: st.DrawFn, kinds: tuple[Kind, ...], most_rules: int) -> None:
        self._draw = draw
        self._kinds = kinds
        self._most = most_rules
        self._words = _part_of_vocabulary(draw, kinds)
        self.parameters: dict[str, Parameter] = {}
        self.rules: list[Rule] = []
        self._signals: list[str] = []

    def _flag(self) -> bool:
        return self._draw(st.booleans())

    def _some(self, least: int = 0) -> int:
        return self._draw(st.integers(least, max(least, self._most)))

    def _parameter(self, name: str, unit: str, values: Sequence[bool | int]) -> ParameterRef:
        dated = tuple(
            DatedValue(
                valid_from=day,
                value=value,
                basis=Basis.ASSUMPTION,
                sources=_SOURCES,
                reviewed=_REVIEWED,
            )
            for day, value in zip((FIRST_DAY, _CHANGE), values, strict=False)
        )
        self.parameters[name] = Parameter(
            id=name, title=_text(name), unit=unit, values=dated, place=_place("parameters")
        )
        return ParameterRef(parameter=name)

    def _number(self, name: str, unit: str, low: int, high: int) -> ParameterRef:
        """A parameter of one value, or of two, the second from a later day."""
        values = self._draw(st.lists(st.integers(low, high), min_size=1, max_size=2))
        return self._parameter(name, unit, values)

    def needed_parameters(self) -> None:
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
            value = self._draw(drawn.get(name, st.just(365)))
            self._parameter(name, "flag" if flag else "days", [value])

    def _condition(
        self, *, late: bool = False, words: Vocabulary | None = None, signals: bool = True
    ) -> Condition:
        drawn = conditions(
            words or self._words,
            signals=self._signals if signals else (),
            category=late,
            depth=1,
            writable=True,
        )
        return self._with_parameters(self._draw(drawn), "subject")

    def _with_parameters(self, node: Condition, record: str) -> Condition:
        """Some thresholds become parameters, as they must be in a rulebook that is used."""
        match node:
            case AllOf() | AnyOf():
                parts = tuple(self._with_parameters(part, record) for part in node.parts)
                return node.model_copy(update={"parts": parts})
            case Not():
                return Not(part=self._with_parameters(node.part, record))
            case Quantified():
                where = self._with_parameters(node.where, node.record)
                return node.model_copy(update={"where": where})
            case Comparison(operator=Operator.AT_LEAST | Operator.AT_MOST):
                spec = vocabulary().find(record, node.field)
                if spec is None or self._flag():
                    return node
                low = -5 if spec.minimum is None else max(spec.minimum, -5)
                high = 60 if spec.maximum is None else min(spec.maximum, 60)
                unit = "number"
                if node.field.endswith("_age_days"):
                    unit, low = "days", 0
                name = f"limits.number_{len(self.parameters)}"
                return node.model_copy(update={"operands": (self._number(name, unit, low, high),)})
            case _:
                return node

    def _rule(self, room: str, name: str, when: Condition, then: Any, **others: Any) -> None:
        ends = others.pop("ends", True) and self._flag()
        given = {
            "id": f"{room}.{name}",
            "applies_to": self._kinds,
            "valid_from": FIRST_DAY,
            "valid_until": _LAST if ends else None,
            "when": when,
            "then": then,
        }
        self.rules.append(Rule(**(_common(room, name) | given | others)))

    def signals(self) -> None:
        """Patterns of facts; each is asked for by a colour."""
        for number in range(1, self._some() + 1):
            when = self._condition(signals=False)
            self._rule("signals", f"s{number}", when, SignalOutcome(signal=f"s{number}"))
        self._signals = [f"s{number}" for number in range(1, len(self.rules) + 1)]

    def colours(self) -> tuple[Promise, ...]:
        """What raises a colour, and a promise that is kept."""
        colour = st.sampled_from([Colour.YELLOW, Colour.RED])
        for number in range(1, self._some(least=0 if self._signals else 1) + 1):
            then = ColourOutcome(colour=self._draw(colour))
            self._rule("category", f"c{number}", self._condition(), then)
        if self._signals:
            held = tuple(SignalHeld(signal=name) for name in self._signals)
            when = held[0] if len(held) == 1 else AnyOf(parts=held)
            self._rule("category", "signals", when, ColourOutcome(colour=self._draw(colour)))
        if not self._flag():
            return ()
        words = self._draw(st.sampled_from(_SEVERE))
        then = ColourOutcome(colour=self._draw(colour))
        self._rule("category", "severe", _concern(_is("severity", *words)), then)
        promise = Promise(
            record=_PROMISED[0],
            field=_PROMISED[1],
            words_mild_to_severe=tuple(severity.value for severity in Severity),
            basis=Basis.ASSUMPTION,
            note=_text("worse is worse"),
            place=_place("category"),
        )
        return (promise,)

    def visits(self) -> tuple[Floor, ...]:
        """Recurring visits, follow-ups, floors, and a notice for whatever is planned."""
        window = ParameterRef(parameter="visits.window_days")
        heard = _heard_at(self._kinds)
        common: dict[str, Any] = {
            "window_days": window,
            "methods": ("interview",),
            "hear": heard[:1],
        }
        if heard and self._flag():
            every = self._number("visits.interval_days", "days", 20, 500)
            then = VisitOutcomeRule(
                purpose=Purpose.BASIS,
                every_days=every,
                each_department=self._kinds == (Kind.SOCIAL_OFFER,) and self._flag(),
                **common,
            )
            self._rule("visits", "basis", self._condition(late=True), then)
        if heard and self._flag():
            then = VisitOutcomeRule(
                purpose=Purpose.FOLLOW_UP,
                within_days=self._draw(st.integers(0, 60)),
                counted_from=CountedFrom.TRIGGER,
                trigger_field="received_on",
                **common,
            )
            self._rule("visits", "follow_up", _concern(_is("open", True)), then)
        anybody = _is("kind", *(kind.value for kind in self._kinds))
        unannounced = NoticeOutcome(notice=Notice.UNANNOUNCED, rank=1)
        self._rule("visits", "notice", anybody, unannounced, ends=False)
        for number in range(1, self._some() + 1):
            notice = NoticeOutcome(notice=self._draw(st.sampled_from(Notice)), rank=10 * number)
            self._rule("visits", f"notice_{number}", self._condition(late=True), notice)
        return tuple(self._floors())

    def _floors(self) -> Iterator[Floor]:
        for kind in self._kinds:
            if self._flag():
                yield Floor(
                    id=f"floor.{kind.value}",
                    applies_to=(kind,),
                    interval_days=self._number(f"floor.{kind.value}_days", "days", 20, 1_200),
                    each_department=kind is Kind.SOCIAL_OFFER and self._flag(),
                    **_common("visits", kind.value),
                )

    def frames(self) -> tuple[Frame, ...]:
        """A population of greens that samples are drawn from."""
        heard = _heard_at(self._kinds)
        if not heard or not self._flag():
            return ()
        green: list[Condition] = [_is("category", "green")]
        if self._flag():
            green.append(self._condition(late=True))
        self._rule("samples", "greens", AllOf(parts=tuple(green)), FrameOutcome(frame="greens"))
        return (
            Frame(
                id="greens",
                applies_to=self._kinds,
                valid_from=FIRST_DAY,
                theme=_registers().themes[0].word,
                topic=_text("greens"),
                notice=self._draw(st.sampled_from(Notice)),
                share_percent=self._draw(st.integers(1, 100)),
                at_least_per_stratum=self._draw(st.integers(0, 3)),
                strata=("authority",),
                methods=("interview",),
                hear=heard[:1],
                **_common("samples", "greens"),
            ),
        )

    def sanctions(self) -> tuple[LadderStep, ...]:
        """A warning and what it warns of, and rules that propose them on an open concern."""
        steps: dict[SanctionStep, tuple[StepNature, list[Kind], SanctionStep | None]] = {}
        for kind in self._kinds:
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
            if self._flag():
                self._proposal(step, tuple(kinds))
        return tuple(
            LadderStep(
                step=step,
                nature=nature,
                applies_to=tuple(kinds),
                valid_from=FIRST_DAY,
                follows=() if before is None else (before,),
                warned_by=before,
                **_common("sanctions", step.value),
            )
            for step, (nature, kinds, before) in steps.items()
        )

    def _proposal(self, step: SanctionStep, kinds: tuple[Kind, ...]) -> None:
        when: Condition = _concern(_is("open", True))
        if self._flag():
            when = AllOf(parts=(when, self._condition(late=True)))
        known = Comparison(field="dialogue_age_days", operator=Operator.IS_KNOWN)
        need = Precondition(
            id="dialogue",
            title=_text("dialogue"),
            remedy=_text("hold it"),
            when=_concern(known),
            acute_bypass=self._flag(),
            place=_place("sanctions"),
        )
        then = ProposalOutcome(step=step, needs=(need,), person_must=_text("decide"))
        self._rule("sanctions", step.value, when, then, applies_to=kinds)


def _is(field: str, *values: bool | str) -> Comparison:
    operator = Operator.IS if len(values) == 1 else Operator.IS_ONE_OF
    return Comparison(field=field, operator=operator, operands=values)


def _concern(where: Condition) -> Quantified:
    return Quantified(quantifier="at_least", record="concern", where=where)


def _heard_at(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Sources that can be heard at all of these kinds."""
    words = dict.fromkeys(line.word for line in _registers().sources)
    return tuple(
        word
        for word in words
        if set(kinds)
        <= {kind for line in _registers().sources if line.word == word for kind in line.applies_to}
    )


def _part_of_vocabulary(draw: st.DrawFn, kinds: Sequence[Kind]) -> Vocabulary:
    """A few fields that all of the kinds have, of the subject and one or two kinds of record."""

    def shared(record: str, specs: dict[str, FieldSpec]) -> dict[str, FieldSpec]:
        return {
            name: spec
            for name, spec in specs.items()
            if set(kinds) <= spec.kinds
            and (record, name) != _PROMISED
            and (spec.words or spec.register or spec.value_type is not ValueType.WORD)
        }

    whole = {record: shared(record, specs) for record, specs in vocabulary().fields.items()}
    records = [record for record, specs in whole.items() if specs and record != "subject"]
    chosen = draw(st.lists(st.sampled_from(records), min_size=1, max_size=2, unique=True))
    fields = {}
    for record in ("subject", *chosen):
        names = st.sampled_from(list(whole[record]))
        picked = draw(st.lists(names, min_size=1, max_size=3, unique=True))
        fields[record] = {name: whole[record][name] for name in picked}
    return Vocabulary(fields)


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
    maker = _Maker(draw, tuple(sorted(Kind(kind) for kind in kinds)), most_rules)
    maker.needed_parameters()
    maker.signals()
    promises = maker.colours()
    floors = maker.visits()
    frames = maker.frames()
    ladder = maker.sanctions()
    rules = tuple(sorted(maker.rules, key=lambda rule: rule.id))
    entries = (*maker.parameters.values(), *rules, *floors, *frames, *ladder, *promises)
    digest = hashlib.sha256("\n".join(entry.model_dump_json() for entry in entries).encode())
    return SmallRulebook(
        folder=default_rulebook_folder(),
        content_hash=digest.hexdigest(),
        parameters=maker.parameters,
        rules=rules,
        floors=floors,
        frames=frames,
        ladder=ladder,
        promises=promises,
        registers=_registers(),
    )
