"""What a flat cut does to the law's least number of visits, and how low that floor itself lies.

The documents state floors and rates but never hold one against the other; these are the reckonings
(national notes, 4.3; Syd, F25).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.rulebook.resolve import ResolvedRulebook
from engine.simulation.cut_standing import Standing
from engine.simulation.pressure import SubjectPressure
from models.terms import Authority, Kind

__all__ = [
    "FlatCut",
    "after_flat_cut",
    "flat_cuts",
    "floor_targets",
    "floor_visits_a_year",
    "largest_flat_cut",
    "statutory_visits",
]

_DAYS_A_YEAR = 365


def after_flat_cut(visits_per_target: float, share: float) -> float:
    """Visits per family, offer or department when everybody loses the same share of visits."""
    return visits_per_target * (1 - share)


def largest_flat_cut(visits_per_target: float, *, least: float = 1.0) -> float:
    """The largest share that can go from everybody while `least` visits each are left."""
    return max(0.0, 1 - least / visits_per_target) if visits_per_target > 0 else 0.0


def floor_targets(subjects: Iterable[SubjectPressure]) -> dict[Kind, int]:
    """How many offers' departments and families the law wants visited, kind by kind."""
    counted: Counter[Kind] = Counter()
    for subject in subjects:
        counted[subject.kind] += subject.floor_targets
    return dict(counted)


def floor_visits_a_year(resolved: ResolvedRulebook, targets: Mapping[Kind, int]) -> float:
    """Visits a year if every target (offer, department, family) is visited exactly as often as the
    law demands on this day, and nobody oftener. Kinds without a floor count nothing."""
    visits = 0.0
    for floor in resolved.floors:
        days = resolved.number(floor.interval_days)
        visits += sum(targets.get(kind, 0) * _DAYS_A_YEAR / days for kind in floor.applies_to)
    return visits


def statutory_visits(subjects: Iterable[SubjectPressure]) -> int:
    """How many visits of the plan the law demands. In the year after the law's interval grew these
    are few: nearly all have their last day later."""
    return sum(
        visit.standing is Standing.STATUTORY
        for subject in subjects
        for visit in subject.planned_visits
    )


@dataclass(frozen=True, slots=True)
class FlatCut:
    """What taking the same share from everybody's visits would do to one kind at one authority.

    `statutory_visits` are those the law demands within the period; `breaks_duty` tells that fewer
    visits than these would be left.
    """

    kind: Kind
    authority: Authority
    subjects: int
    visits: int
    statutory_visits: int
    share: float

    @property
    def left_per_subject(self) -> float:
        """Visits per subject after the cut."""
        return after_flat_cut(self.visits / self.subjects, self.share)

    @property
    def breaks_duty(self) -> bool:
        """Whether the law's visits no longer fit in what is left."""
        return after_flat_cut(self.visits, self.share) < self.statutory_visits - 1e-9

    @property
    def largest_share(self) -> float:
        """The largest flat cut that leaves the law's visits."""
        return largest_flat_cut(self.visits, least=self.statutory_visits)


def flat_cuts(subjects: Iterable[SubjectPressure], *, share: float) -> tuple[FlatCut, ...]:
    """A flat cut of the planned visits, kind by kind and authority by authority, of all that the
    law wants visited, also where none of its visits falls due within the period."""
    groups: dict[tuple[Kind, Authority], list[SubjectPressure]] = {}
    for subject in subjects:
        groups.setdefault((subject.kind, subject.authority), []).append(subject)
    found = [
        _flat_cut(kind, authority, groups[kind, authority], share)
        for kind in Kind
        for authority in Authority
        if any(subject.floor_targets for subject in groups.get((kind, authority), ()))
    ]
    return tuple(found)


def _flat_cut(
    kind: Kind, authority: Authority, subjects: Sequence[SubjectPressure], share: float
) -> FlatCut:
    visits = [v for subject in subjects for v in subject.planned_visits if not v.desk]
    statutory = sum(visit.standing is Standing.STATUTORY for visit in visits)
    return FlatCut(kind, authority, len(subjects), len(visits), statutory, share)
