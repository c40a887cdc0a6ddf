"""Where a simulation begins: the portfolio's own facts, in rows with room for what comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from engine.backends.kernel import UNKNOWN, KernelLayout, fill_all
from engine.decisions.categories import override_in_force
from engine.facts import View, view_of
from engine.facts.derived import is_duty_visit, override_ends_on
from engine.rulebook.resolve import ResolvedRulebook
from engine.simulation.world.places import Places
from engine.simulation.world.rates import KINDS
from engine.simulation.world.state import State
from models.facts import Dossier
from models.terms import ApprovalStatus, Authority

__all__ = ["AUTHORITIES", "Portfolio", "capacity_of", "laid_out", "supervised", "views_at"]

AUTHORITIES = tuple(Authority)
_SUPERVISED = (ApprovalStatus.APPROVED, ApprovalStatus.APPROVED_WITH_CONDITIONS)
_VISITS_KEPT = 10
_CONCERNS_ADDED = 3
_SANCTIONS_ADDED = 4
_FAR = date.max.toordinal()
_LONG_AGO = date.min.toordinal()
"""Whoever was never visited, and nobody knows when it was approved, is due at once."""
_MOVED = frozenset(
    {
        "last_visit_age_days",
        "last_assessed_age_days",
        "lawful_day_age_days",
        "last_night_visit_age_days",
    }
)
"""Days of a subject that the world itself moves."""
_MOVING_RECORDS = frozenset({"concern", "sanction", "visit", "sample_result", "score"})
"""Records whose days run on. The days of all others stand as far back as they did at the start."""
_CLOCKS = frozenset({("department", "lawful_day_age_days"), ("budget", "deadline_age_days")})


@dataclass(frozen=True)
class Portfolio:
    """The subjects at the start, in order of their ids. `rows` [n, width]; the rest by subject, and
    `department_start` [n, departments]."""

    ids: tuple[str, ...]
    as_of: date
    rows: Any
    kind: Any
    authority: Any
    supervised: Any
    start: Any
    department_start: Any
    visited: Any
    override_ends: Any
    frozen: Any

    def state(self, groups: int, slots: int) -> State:
        """A state to begin a replicate with; its arrays are its own."""
        number = len(self.ids)

        def zeros(*shape: int, type_: Any = np.int32) -> Any:
            return np.zeros(shape, dtype=type_)

        return State(
            rows=self.rows.copy(),
            quality=zeros(number, groups, type_=np.uint8),
            declined=zeros(number, groups),
            found=zeros(number, groups),
            declined_colour=zeros(number, groups, type_=np.uint8),
            known=zeros(number, groups, type_=np.uint8),
            force_reports=zeros(number),
            start=self.start.copy(),
            department_start=self.department_start.copy(),
            fired_since=zeros(number, max(slots, 1)),
            colour=zeros(number, type_=np.uint8),
            colour_before=zeros(number, type_=np.uint8),
            sample_month=np.full(number, -1, dtype=np.int8),
            sample_frame=np.full(number, -1, dtype=np.int8),
            visited=self.visited.copy(),
            override_ends=self.override_ends,
            kind=self.kind,
            authority=self.authority,
            frozen=self.frozen,
        )


def supervised(dossiers: Iterable[Dossier]) -> list[Dossier]:
    """Those who are approved, in order of their ids. Nobody else is visited on the law's behalf,
    and who comes to be approved later is not simulated."""
    found = [d for d in dossiers if d.subject.approval_status in _SUPERVISED]
    return sorted(found, key=lambda dossier: dossier.subject_id)


def views_at(
    dossiers: Sequence[Dossier], resolved: ResolvedRulebook, *, as_of: date
) -> list[tuple[View, Any]]:
    """The facts as the rules see them on the day, with a person's colour where one holds. Only what
    the future can still turn on is kept of scores (the newest), visits (the newest) and sanction
    steps (those not yet met)."""
    duty = resolved.duty()
    cases = []
    for dossier in dossiers:
        view = view_of(dossier, as_of=as_of, duty=duty)
        override = override_in_force(dossier, as_of, duty.override_longest_days)
        cases.append((_kept(view), None if override is None else override.colour))
    return cases


def _kept(view: View) -> View:
    records = dict(view.records)
    if "score" in records:
        records["score"] = [row for row in records["score"] if row["latest"]]
    if "visit" in records:
        newest = sorted(records["visit"], key=lambda row: row["held_age_days"])
        records["visit"] = newest[:_VISITS_KEPT]
    if "sanction" in records:
        records["sanction"] = [row for row in records["sanction"] if row["unmet"]]
    return View(view.subject_id, view.kind, view.as_of, view.subject, records)


def capacity_of(cases: Iterable[tuple[View, Any]]) -> dict[str, int]:
    """Room for each kind of record: what the portfolio has, and what the world may add."""
    most: dict[str, int] = {}
    for view, _ in cases:
        for record, rows in view.records.items():
            most[record] = max(most.get(record, 0), len(rows))
    most["concern"] = most.get("concern", 0) + _CONCERNS_ADDED
    most["sanction"] = most.get("sanction", 0) + _SANCTIONS_ADDED
    most["visit"] = max(most.get("visit", 0), _VISITS_KEPT)
    most["sample_result"] = max(most.get("sample_result", 0), 1)
    most["budget"] = most.get("budget", 0) + 1
    return most


def laid_out(
    dossiers: Sequence[Dossier],
    cases: Sequence[tuple[View, Any]],
    layout: KernelLayout,
    places: Places,
    resolved: ResolvedRulebook,
    *,
    as_of: date,
) -> Portfolio:
    """The portfolio in rows, with the clocks that visits are planned by."""
    duty = resolved.duty()
    rows = fill_all(layout, cases, as_of)
    number = len(dossiers)
    departments = max(
        (view.records.get("department", []) for view, _ in cases), key=len, default=[]
    )
    start = np.zeros(number, dtype=np.int32)
    visited = np.zeros(number, dtype=np.int32)
    department_start = np.zeros((number, max(len(departments), 1)), dtype=np.int32)
    ends = np.full(number, _FAR, dtype=np.int32)
    for index, dossier in enumerate(dossiers):
        approved = dossier.subject.approved_on
        held = [v for v in dossier.of("visit") if is_duty_visit(v, duty)]
        last = max((v.held_on for v in held), default=approved)
        start[index] = _LONG_AGO if last is None else last.toordinal()
        visited[index] = (last or as_of).toordinal()
        for place, department in enumerate(dossier.of("department")):
            own = [v.held_on.toordinal() for v in held if v.department == department.no]
            opened = department.opened_on or approved
            since = _LONG_AGO if opened is None else opened.toordinal()
            department_start[index, place] = max(own, default=since)
        override = override_in_force(dossier, as_of, duty.override_longest_days)
        if override is not None:
            ends[index] = override_ends_on(override, duty.override_longest_days).toordinal()
    return Portfolio(
        ids=tuple(dossier.subject_id for dossier in dossiers),
        as_of=as_of,
        rows=rows,
        kind=np.array([KINDS.index(d.kind) for d in dossiers], dtype=np.int32),
        authority=np.array(
            [AUTHORITIES.index(d.subject.authority) for d in dossiers], dtype=np.int32
        ),
        supervised=np.array(
            [d.subject.approval_status in _SUPERVISED for d in dossiers], dtype=np.uint8
        ),
        start=start,
        department_start=department_start,
        visited=visited,
        override_ends=ends,
        frozen=_frozen(layout, places, rows),
    )


def _frozen(layout: KernelLayout, places: Places, rows: Any) -> Any:
    """The columns of days that the world does not move, of those that hold a day for somebody."""
    suspicion = places.subject.declining_quality_suspected_age_days
    found = [
        index
        for name, index in layout.subject.items()
        if index in layout.days and name not in _MOVED and index != suspicion
    ]
    for record, block in layout.records.items():
        if record in _MOVING_RECORDS:
            continue
        names = {offset: name for name, offset in block.fields.items()}
        for offset in sorted(block.days):
            if (record, names[offset]) in _CLOCKS:
                continue
            found += [
                block.first + place * block.stride + offset for place in range(block.capacity)
            ]
    held = [index for index in found if len(rows) and (rows[:, index] != UNKNOWN).any()]
    return np.array(held, dtype=np.int32)
