"""What a worked case may demand beyond colour and rules: days, notice, floor, missing steps, draws.

A wrong interval or deadline changes no colour; only a case that names the day notices it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from engine.decisions.samples import Sampler
from engine.rulebook.resolve import ResolvedRulebook
from models.decisions import Assessment, Decision, PlannedVisit
from models.facts import Dossier
from models.terms import Notice, PerformedBy, Purpose, SanctionStep

__all__ = [
    "DETAIL_KEYS",
    "CaseDetails",
    "ExpectedDraw",
    "ExpectedVisit",
    "detail_failures",
    "read_details",
]

Path_ = tuple[str | int, ...]

DETAIL_KEYS = frozenset(
    {"first_visits", "floor_due", "assessed", "missing", "at_most_days", "draws"}
)
_VISIT_KEYS = frozenset({"earliest", "latest", "notice", "announce_not_before", "performed_by"})
_DRAW_KEYS = frozenset({"of", "drawn", "latest", "notice", "at_most_minutes"})


class Wrong(Protocol):
    """Notes that something at a path is wrong, by the code of a sentence and its blanks."""

    def __call__(self, path: Path_, what: str, /, **blanks: object) -> None: ...


class ReadDay(Protocol):
    """A day, or one counted from the case's day; None, and noted as wrong, if it is neither."""

    def __call__(self, value: Any, path: Path_, /) -> date | None: ...


@dataclass(frozen=True, slots=True)
class ExpectedVisit:
    """The first planned visit of a purpose; None: the case does not speak of it."""

    earliest: date | None = None
    latest: date | None = None
    notice: Notice | None = None
    announce_not_before: date | None = None
    performed_by: PerformedBy | None = None


@dataclass(frozen=True, slots=True)
class ExpectedDraw:
    """How many of `of` subjects just like this one are drawn, and how they are then visited."""

    of: int
    drawn: int
    latest: date | None = None
    notice: Notice | None = None
    at_most_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """`missing` are all preconditions of a step that are neither met nor bypassed, by whichever
    rule proposes it."""

    first_visits: Mapping[Purpose, ExpectedVisit] = field(default_factory=dict)
    floor_due: date | None = None
    assessed: bool | None = None
    missing: Mapping[SanctionStep, tuple[str, ...]] = field(default_factory=dict)
    at_most_days: Mapping[SanctionStep, int] = field(default_factory=dict)
    draws: Mapping[str, ExpectedDraw] = field(default_factory=dict)


class _DetailReader:
    def __init__(self, data: dict[str, Any], path: Path_, wrong: Wrong, day: ReadDay) -> None:
        self._data = data
        self._path = path
        self._wrong = wrong
        self._day = day

    def mapping(self, key: str) -> Iterator[tuple[str, Any, Path_]]:
        listed = self._data.get(key) or {}
        if not isinstance(listed, dict):
            self._wrong((*self._path, key), "no_lines", key=_shown(key))
            return
        for name, value in listed.items():
            yield name, value, (*self._path, key, name)

    def one_of(self, name: Any, words: list[str], path: Path_) -> bool:
        if name in words:
            return True
        self._wrong(path, "none_of", value=name, allowed=", ".join(words))
        return False

    def inner(self, value: Any, known: frozenset[str], path: Path_) -> dict[str, Any]:
        names = ", ".join(sorted(_shown(name) for name in known))
        if not isinstance(value, dict):
            self._wrong(path, "no_details", allowed=names)
            return {}
        for key in sorted(value.keys() - known):
            self._wrong((*path, key), "none_of", value=_shown(key), allowed=names)
        return value

    def day(self, value: dict[str, Any], key: str, path: Path_) -> date | None:
        return self._day(value[key], (*path, key)) if key in value else None

    def notice(self, value: dict[str, Any], path: Path_) -> Notice | None:
        words = [notice.value for notice in Notice]
        if "notice" in value and self.one_of(value["notice"], words, (*path, "notice")):
            return Notice(value["notice"])
        return None

    def number(self, value: Any, path: Path_) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._wrong(path, "no_number", value=repr(value))
        return 0

    def visits(self) -> Iterator[tuple[Purpose, ExpectedVisit]]:
        purposes = [purpose.value for purpose in Purpose]
        staff = [who.value for who in PerformedBy]
        for name, value, path in self.mapping("first_visits"):
            held = self.inner(value, _VISIT_KEYS, path)
            who = held.get("performed_by")
            if self.one_of(name, purposes, path) and (
                who is None or self.one_of(who, staff, (*path, "performed_by"))
            ):
                yield (
                    Purpose(name),
                    ExpectedVisit(
                        earliest=self.day(held, "earliest", path),
                        latest=self.day(held, "latest", path),
                        notice=self.notice(held, path),
                        announce_not_before=self.day(held, "announce_not_before", path),
                        performed_by=None if who is None else PerformedBy(who),
                    ),
                )

    def steps(self, key: str) -> Iterator[tuple[SanctionStep, Any, Path_]]:
        words = [step.value for step in SanctionStep]
        for name, value, path in self.mapping(key):
            if self.one_of(name, words, path):
                yield SanctionStep(name), value, path

    def missing(self) -> Iterator[tuple[SanctionStep, tuple[str, ...]]]:
        for step, value, path in self.steps("missing"):
            if isinstance(value, list) and all(isinstance(name, str) for name in value):
                yield step, tuple(value)
            else:
                self._wrong(path, "no_missing")

    def draws(self, frames: frozenset[str]) -> Iterator[tuple[str, ExpectedDraw]]:
        for name, value, path in self.mapping("draws"):
            held = self.inner(value, _DRAW_KEYS, path)
            if self.one_of(name, sorted(frames), path):
                minutes = held.get("at_most_minutes")
                of = self.number(held.get("of"), (*path, "of"))
                if of < 1:
                    self._wrong((*path, "of"), "no_population")
                yield (
                    name,
                    ExpectedDraw(
                        of=of,
                        drawn=self.number(held.get("drawn"), (*path, "drawn")),
                        latest=self.day(held, "latest", path),
                        notice=self.notice(held, path),
                        at_most_minutes=None
                        if minutes is None
                        else self.number(minutes, (*path, "at_most_minutes")),
                    ),
                )


def _shown(key: str) -> str:
    return key.replace("_", " ")


def read_details(
    data: dict[str, Any], path: Path_, *, frames: frozenset[str], wrong: Wrong, day: ReadDay
) -> CaseDetails:
    """The detailed expectations among a case's; what is malformed goes to `wrong`."""
    reader = _DetailReader(data, path, wrong, day)
    assessed = data.get("assessed")
    if assessed is not None and not isinstance(assessed, bool):
        wrong((*path, "assessed"), "no_yes_or_no", value=repr(assessed))
        assessed = None
    return CaseDetails(
        first_visits=dict(reader.visits()),
        floor_due=reader.day(data, "floor_due", path),
        assessed=assessed,
        missing=dict(reader.missing()),
        at_most_days={
            step: reader.number(value, where) for step, value, where in reader.steps("at_most_days")
        },
        draws=dict(reader.draws(frames)),
    )


def detail_failures(
    details: CaseDetails, dossier: Dossier, decision: Decision, resolved: ResolvedRulebook
) -> Iterator[str]:
    """Each way in which a decision differs from the details that a case demands."""
    for purpose, visit in details.first_visits.items():
        yield from _visit_failures(purpose, visit, decision)
    floor = decision.plan.floor_due_on
    if details.floor_due is not None and floor != details.floor_due:
        yield f"floor due: expected {details.floor_due}, got {floor or 'none'}"
    assessed = decision.category.assessment is Assessment.ASSESSED
    if details.assessed not in (None, assessed):
        yield f"assessed: expected {_yes(not assessed)}, got {_yes(assessed)}"
    yield from _step_failures(details, decision)
    for frame, draw in details.draws.items():
        yield from _draw_failures(frame, draw, dossier, decision, resolved)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _visit_failures(purpose: Purpose, wanted: ExpectedVisit, decision: Decision) -> Iterator[str]:
    first = next((v for v in decision.plan.visits if purpose in v.purposes), None)
    if first is None:
        yield f"first visits: expected {purpose.value}, none planned"
        return
    yield from _different(f"first visit {purpose.value}", wanted, first)


def _different(
    what: str, wanted: ExpectedVisit | ExpectedDraw, visit: PlannedVisit
) -> Iterator[str]:
    for name in (
        "earliest",
        "latest",
        "notice",
        "announce_not_before",
        "performed_by",
        "at_most_minutes",
    ):
        expected = getattr(wanted, name, None)
        found = getattr(visit, name)
        if expected is not None and found != expected:
            yield f"{what}, {_shown(name)}: expected {expected}, got {found}"


def _step_failures(details: CaseDetails, decision: Decision) -> Iterator[str]:
    for step, wanted in details.missing.items():
        proposals = [proposal for proposal in decision.proposals if proposal.step is step]
        found = {
            state.id
            for proposal in proposals
            for state in proposal.preconditions
            if not (state.met or state.bypassed)
        }
        if not proposals or found != set(wanted):
            shown = ", ".join(sorted(found)) or "nothing"
            got = shown if proposals else "no such proposal"
            yield f"missing for {step.value}: expected {', '.join(wanted) or 'nothing'}, got {got}"
    for step, days in details.at_most_days.items():
        limits = [p.at_most_days for p in decision.proposals if p.step is step]
        if days not in limits:
            got = " or ".join(str(limit) for limit in limits) or "no such proposal"
            yield f"at most days of {step.value}: expected {days}, got {got}"


def _draw_failures(
    frame: str,
    wanted: ExpectedDraw,
    dossier: Dossier,
    decision: Decision,
    resolved: ResolvedRulebook,
) -> Iterator[str]:
    """Draws from so many subjects that differ in their id only."""
    sampler = Sampler(resolved)
    if frame not in decision.frames or frame not in sampler.frames:
        yield f"draws: expected a place in {frame}, has none"
        return
    words = dossier.subject.__dict__
    candidates = [
        candidate
        for number in range(wanted.of)
        for candidate in sampler.candidates(f"{decision.subject_id}-{number}", (frame,), words)
    ]
    drawn = sampler.draw(candidates, seed=1).places_drawn
    if drawn != wanted.drawn:
        yield f"draws: expected {wanted.drawn} of {wanted.of} in {frame}, got {drawn}"
    visit = sampler.visit(frame, no=1, until=decision.plan.period_until)
    yield from _different(f"draw in {frame}", wanted, visit)
