"""What a portfolio holds, counted the way the published figures count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from engine.portfolio.synthetic.budgets import budget_year
from engine.portfolio.synthetic.plan import YEAR_DAYS
from models.facts.course_records import Budget, Sanction, Visit
from models.facts.dossier import Dossier
from models.facts.quality_records import IndicatorScore
from models.facts.subjects import FosterFamily, SocialOffer
from models.terms import (
    Authority,
    Kind,
    Notice,
    Ownership,
    Purpose,
    SanctionStep,
    ScoreModel,
    SpecialistFunction,
    VisitOutcome,
)

__all__ = [
    "Counts",
    "budget_share",
    "consultants_of",
    "count",
    "decisions",
    "movement",
    "orders",
    "theme_mark_counts",
    "visit_share",
]

_STEP_NAMES = {
    SanctionStep.INTENSIFIED_WITHOUT_ORDER: "intensified_without_order",
    SanctionStep.INTENSIFIED_WITH_ORDER: "intensified_with_order",
    SanctionStep.ORDER: "orders",
    SanctionStep.WITHDRAWAL: "withdrawals",
}
_FEWEST_MOVEMENTS = 50
Place = tuple[Authority, Kind]


@dataclass
class Counts:
    """Counts of a portfolio by authority and kind, for the year that ends on `as_of`."""

    as_of: date
    subjects: Counter[Place] = field(default_factory=Counter)
    new: Counter[Place] = field(default_factory=Counter)
    specialist: Counter[Authority] = field(default_factory=Counter)
    consultants: defaultdict[Authority, set[str]] = field(default_factory=lambda: defaultdict(set))
    visits: defaultdict[Place, list[int]] = field(default_factory=lambda: defaultdict(list))
    unannounced: Counter[Place] = field(default_factory=Counter)
    decided: Counter[tuple[Authority, Kind, str]] = field(default_factory=Counter)
    marks: Counter[tuple[Authority, Kind, str, str]] = field(default_factory=Counter)
    issued: Counter[Kind] = field(default_factory=Counter)
    sanctioned: defaultdict[Kind, set[str]] = field(default_factory=lambda: defaultdict(set))
    moved: Counter[tuple[Kind, str]] = field(default_factory=Counter)
    budgets: Counter[tuple[str, Authority, str]] = field(default_factory=Counter)
    recategorised: int = 0

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """The authorities that occur, in their usual order."""
        found = {authority for authority, _ in self.subjects}
        return tuple(a for a in Authority if a in found)

    @property
    def whole(self) -> bool:
        """Whether all five authorities are there."""
        return len(self.authorities) == len(Authority)

    def budget_share_is_known(self, owner: str, outcome: str) -> bool:
        """Whether the day has come on which the published share was taken."""
        year = budget_year(self.as_of)
        if outcome == "on_time":
            return True
        taken = date(year - 1, 12, 31) if owner == "private" else date(year, 4, 1)
        return self.as_of >= taken


def count(dossiers: Iterable[Dossier], as_of: date) -> Counts:
    """Counts offers and families; the other kinds stand outside the published tables."""
    counts = Counts(as_of)
    start = as_of - timedelta(days=YEAR_DAYS - 1)
    for dossier in dossiers:
        subject = dossier.subject
        if not isinstance(subject, SocialOffer | FosterFamily):
            continue
        place = (subject.authority, subject.kind)
        counts.subjects[place] += 1
        counts.new[place] += subject.approved_on is not None and subject.approved_on >= start
        if subject.consultant is not None:
            counts.consultants[subject.authority].add(subject.consultant)
        _count_visits(counts, place, dossier.of("visit"), start)
        _count_sanctions(counts, place, dossier.of("sanction"), start)
        _count_movement(counts, subject.kind, dossier.of("score"))
        if isinstance(subject, SocialOffer):
            gathered = subject.specialist_function is not SpecialistFunction.NONE
            counts.specialist[subject.authority] += gathered
            _count_budgets(counts, subject, dossier.of("budget"))
        else:
            counts.recategorised += subject.recategorised_on is not None
    return counts


def _count_visits(counts: Counts, place: Place, visits: tuple[Visit, ...], start: date) -> None:
    """Visits of the year at which somebody was met; samples are beside the published count."""
    found = [
        v
        for v in visits
        if v.held_on >= start and v.outcome is VisitOutcome.MET and v.purpose is not Purpose.SAMPLE
    ]
    counts.visits[place].append(len(found))
    counts.unannounced[place] += sum(v.notice is Notice.UNANNOUNCED for v in found)


def _count_sanctions(
    counts: Counts, place: Place, sanctions: tuple[Sanction, ...], start: date
) -> None:
    """Decisions of the year. An order in the same decision as intensified supervision is no
    decision of its own, but its themes and orders count with it."""
    authority, kind = place
    year = [s for s in sanctions if s.decided_on >= start and s.step in _STEP_NAMES]
    intensified = {s.decision for s in year if s.step is SanctionStep.INTENSIFIED_WITH_ORDER}
    for sanction in year:
        part = sanction.step is SanctionStep.ORDER and sanction.decision in intensified
        if not part:
            counts.decided[authority, kind, _STEP_NAMES[sanction.step]] += 1
        if sanction.step is not SanctionStep.WITHDRAWAL:
            counts.sanctioned[kind].add(sanction.subject_id)
        if sanction.step in (SanctionStep.ORDER, SanctionStep.INTENSIFIED_WITH_ORDER):
            table = "with" if sanction.decision in intensified else "without"
            counts.issued[kind] += sanction.number_of_orders or 0
            for theme in sanction.themes:
                counts.marks[authority, kind, table, theme] += 1


def _count_movement(counts: Counts, kind: Kind, scores: tuple[IndicatorScore, ...]) -> None:
    """Which way the mean of the indicators moved that were scored in both of the last rounds."""
    rounds: dict[date, dict[str, int]] = {}
    for score in scores:
        if score.score_model is ScoreModel.ONE_TO_FIVE and score.value is not None:
            rounds.setdefault(score.scored_on, {})[score.indicator] = score.value
    if len(rounds) < 2:
        return
    before, after = (rounds[day] for day in sorted(rounds)[-2:])
    both = before.keys() & after.keys()
    change = sum(after[i] for i in both) - sum(before[i] for i in both)
    counts.moved[kind, "up" if change > 0 else "down" if change < 0 else "same"] += 1


def _count_budgets(counts: Counts, subject: SocialOffer, budgets: tuple[Budget, ...]) -> None:
    owner = "private" if subject.ownership is Ownership.PRIVATE else "public"
    year = budget_year(counts.as_of)
    last = date(year - 1, 12, 31) if owner == "private" else date(year, 4, 1)
    for budget in budgets:
        if budget.budget_year != year or budget.deadline_on is None:
            continue
        place = subject.authority
        counts.budgets[owner, place, "all"] += 1
        filed = budget.filed_on is not None and budget.filed_on <= budget.deadline_on
        counts.budgets[owner, place, "on_time"] += filed
        approved = budget.approved_on is not None and budget.approved_on <= last
        counts.budgets[owner, place, "approved"] += approved


def visit_share(visits: list[int], low: int, high: int | None) -> float:
    """Percentage of subjects with at least `low` and at most `high` visits."""
    hits = sum(n >= low and (high is None or n <= high) for n in visits)
    return 100 * hits / len(visits)


def decisions(counts: Counts, authority: Authority, kind: Kind, name: str) -> int:
    """Decisions of one sort."""
    return counts.decided[authority, kind, name]


def orders(counts: Counts, kind: Kind) -> int:
    """Single orders in all decisions."""
    return counts.issued[kind]


def theme_mark_counts(
    counts: Counts, authority: Authority, kind: Kind, table: str
) -> dict[str, int]:
    """Theme marks of orders `with` or `without` intensified supervision."""
    return {
        theme: number
        for (a, k, t, theme), number in counts.marks.items()
        if (a, k, t) == (authority, kind, table)
    }


def movement(counts: Counts, kind: Kind) -> dict[str, float] | None:
    """Percentages up, same and down; None where too few subjects have two comparable rounds."""
    found = {word: counts.moved[kind, word] for word in ("up", "same", "down")}
    total = sum(found.values())
    if total < _FEWEST_MOVEMENTS:
        return None
    return {word: 100 * number / total for word, number in found.items()}


def budget_share(
    counts: Counts, owner: str, outcome: str, authorities: tuple[Authority, ...]
) -> float:
    """Percentage of due budgets that were filed on time, or approved by the published day."""
    due = sum(counts.budgets[owner, a, "all"] for a in authorities)
    hits = sum(counts.budgets[owner, a, outcome] for a in authorities)
    return 100 * hits / due


def consultants_of(counts: Counts, authority: Authority) -> int:
    """Different consultants with offers or families."""
    return len(counts.consultants[authority])
