"""A cut of planned pressure, visit by visit: who loses what, and why it could be taken.

Duty visits are untouchable. The rest goes in a stated order: extra visits to green subjects, then
to yellow, then depth (lighter duty visits with no documents, to green and then yellow), then
sample visits, and extra visits to red last. Follow-up of what is acute or serious goes only where
somebody asks for it. Within a stage a subject's last visits go before its first, and of two
subjects the one that was visited most recently loses first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.simulation.cut_standing import NEVER_TAKEN, Standing
from engine.simulation.hours import HourParts
from engine.simulation.pressure import CountedVisit, Measure, SubjectPressure, pressure_of_visits
from models.terms import Colour

__all__ = ["ORDER", "Cut", "Loss", "Stage", "cut_plan"]


class Stage(StrEnum):
    """Where in the order something is taken."""

    GREEN_EXTRA = "green_extra"
    YELLOW_EXTRA = "yellow_extra"
    DEPTH = "depth"
    SAMPLE = "sample"
    RED_EXTRA = "red_extra"
    SERIOUS_FOLLOW_UP = "serious_follow_up"


ORDER = tuple(Stage)
"""The order in which a cut takes; the last stage only if it is asked for."""

_STAGE_OF = {
    Standing.GREEN_EXTRA: Stage.GREEN_EXTRA,
    Standing.YELLOW_EXTRA: Stage.YELLOW_EXTRA,
    Standing.SAMPLE: Stage.SAMPLE,
    Standing.RED_EXTRA: Stage.RED_EXTRA,
    Standing.SERIOUS_FOLLOW_UP: Stage.SERIOUS_FOLLOW_UP,
}
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Loss:
    """What one subject loses of one planned visit: all of it, or (stage `depth`) a part."""

    subject: SubjectPressure
    visit: CountedVisit
    stage: Stage
    ordinal: int
    hours: float
    documents: int
    gain: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The outcome of a cut. Amounts are in the measure's own unit.

    `untouchable` is what no stage may take (nor shorten); `left_at_most_cut` is what would be left
    if all stages allowed were emptied.
    """

    measure: Measure
    share: float
    baseline: float
    taken: float
    untouchable: float
    left_at_most_cut: float
    losses: tuple[Loss, ...]
    before: tuple[SubjectPressure, ...]
    after: tuple[SubjectPressure, ...]

    @property
    def wanted(self) -> float:
        """How much was to be taken."""
        return self.share * self.baseline

    @property
    def target(self) -> float:
        """How much was to be left."""
        return self.baseline - self.wanted

    @property
    def unmet(self) -> float:
        """How much of the cut could not be met."""
        return max(0.0, self.wanted - self.taken)

    @property
    def slack(self) -> float:
        """Between what cannot be taken and the target: discretionary pressure that is left. Below 0
        the cut asks for more than there is to take."""
        return self.target - self.left_at_most_cut

    def by_stage(self) -> Mapping[Stage, tuple[int, int, float]]:
        """Per stage: losses, subjects that lose, and how much of the measure."""
        counted: Counter[Stage] = Counter()
        gains: dict[Stage, float] = dict.fromkeys(Stage, 0.0)
        who: dict[Stage, set[str]] = {stage: set() for stage in Stage}
        for loss in self.losses:
            counted[loss.stage] += 1
            gains[loss.stage] += loss.gain
            who[loss.stage].add(loss.subject.subject_id)
        return {stage: (counted[stage], len(who[stage]), gains[stage]) for stage in Stage}


def cut_plan(
    subjects: Iterable[SubjectPressure],
    *,
    share: float,
    measure: Measure,
    light_visit_share: float,
    also_serious: bool = False,
) -> Cut:
    """Takes `share` (0 to 1) of a measure from the planned visits, in the stated order, and stops
    as soon as it is met. A lightened visit keeps `light_visit_share` of its preparation, its time
    on site and its report. With `also_serious` follow-up of acute and serious matters may go too.
    """
    before = tuple(subjects)
    baseline = sum(_amount(visit, measure) for s in before for visit in s.planned_visits)
    wanted = share * baseline
    allowed = ORDER if also_serious else ORDER[:-1]
    offered = [
        loss
        for subject in before
        for loss in _offers(subject, measure, light_visit_share)
        if loss.stage in allowed and loss.gain > 0
    ]
    offered.sort(key=_turn)
    losses: list[Loss] = []
    taken = 0.0
    for loss in offered:
        if taken >= wanted - _SLACK:
            break
        losses.append(loss)
        taken += loss.gain
    lost: dict[str, dict[int, Loss]] = {}
    for loss in losses:
        lost.setdefault(loss.subject.subject_id, {})[loss.visit.no] = loss
    return Cut(
        measure=measure,
        share=share,
        baseline=baseline,
        taken=taken,
        untouchable=baseline - sum(loss.gain for loss in offered if loss.stage is not Stage.DEPTH),
        left_at_most_cut=baseline - sum(loss.gain for loss in offered),
        losses=tuple(losses),
        before=before,
        after=tuple(
            _without(subject, lost.get(subject.subject_id, {}), light_visit_share)
            for subject in before
        ),
    )


def _amount(visit: CountedVisit, measure: Measure) -> float:
    return pressure_of_visits([visit]).of(measure)


def _offers(subject: SubjectPressure, measure: Measure, light_visit_share: float) -> Iterator[Loss]:
    """What could be taken of a subject's plan."""
    ordinal = 0
    for visit in sorted(subject.planned_visits, key=lambda visit: (visit.on, visit.no)):
        if visit.desk or visit.standing is None:
            continue
        ordinal += 1
        if visit.standing not in NEVER_TAKEN:
            stage, left = _STAGE_OF[visit.standing], None
        elif _may_be_lighter(subject, visit):
            stage, left = Stage.DEPTH, _lightened(visit, light_visit_share)
        else:
            continue
        kept = 0.0 if left is None else _amount(left, measure)
        hours = 0.0 if left is None else left.parts.total_hours
        yield Loss(
            subject=subject,
            visit=visit,
            stage=stage,
            ordinal=ordinal,
            hours=visit.parts.total_hours - hours,
            documents=visit.documents or 0,
            gain=_amount(visit, measure) - kept,
        )


def _may_be_lighter(subject: SubjectPressure, visit: CountedVisit) -> bool:
    """A duty visit to green or yellow that follows up nothing acute or serious."""
    return (
        visit.standing is Standing.STATUTORY
        and subject.colour is not Colour.RED
        and not visit.serious
    )


def _lightened(visit: CountedVisit, share: float) -> CountedVisit:
    """The same visit, shorter, with nothing asked for beforehand. The travel is as long."""
    parts = visit.parts
    light = HourParts(
        parts.preparation_hours * share,
        parts.travel_hours,
        parts.on_site_hours * share,
        parts.report_hours * share,
    )
    money_dkk = visit.money_dkk * light.total_hours / parts.total_hours
    return replace(visit, parts=light, money_dkk=money_dkk, documents=0)


def _turn(loss: Loss) -> tuple[int, int, int, int, str, int]:
    seen = loss.subject.last_duty_visit_on
    return (
        ORDER.index(loss.stage),
        loss.subject.colour.rank,
        -loss.ordinal,
        -(seen.toordinal() if seen is not None else 0),
        loss.subject.subject_id,
        -loss.visit.no,
    )


def _without(
    subject: SubjectPressure, lost: Mapping[int, Loss], light_visit_share: float
) -> SubjectPressure:
    if not lost:
        return subject
    return replace(
        subject, planned_visits=tuple(_left(subject.planned_visits, lost, light_visit_share))
    )


def _left(
    visits: Sequence[CountedVisit], lost: Mapping[int, Loss], light_visit_share: float
) -> Iterator[CountedVisit]:
    for visit in visits:
        loss = lost.get(visit.no)
        if loss is None:
            yield visit
        elif loss.stage is Stage.DEPTH:
            yield _lightened(visit, light_visit_share)
