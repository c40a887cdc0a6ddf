"""The synthetic national portfolio: no real subject, but the published margins of 2022."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from pathlib import Path

from engine.portfolio.synthetic import assumed_rates as assumed
from engine.portfolio.synthetic.budgets import BudgetQuotas, add_budgets, budget_quotas
from engine.portfolio.synthetic.common_records import (
    add_condition,
    add_force_reports,
    add_lead_decision,
    add_override,
    add_points,
)
from engine.portfolio.synthetic.concerns import add_concerns
from engine.portfolio.synthetic.families import (
    FamilyDetail,
    add_children_and_places,
    families_details,
    family,
)
from engine.portfolio.synthetic.offer_details import OfferDetail, offer_details
from engine.portfolio.synthetic.offers import (
    SPECIALIST_FUNCTIONS_FROM,
    add_offer_records,
    force_weights,
    offer,
)
from engine.portfolio.synthetic.other_kinds import employers, schools
from engine.portfolio.synthetic.plan import Base, Frame, SubjectPlan, base_plans, numbered
from engine.portfolio.synthetic.published import PublishedFigures, load_published
from engine.portfolio.synthetic.record_book import RecordBook
from engine.portfolio.synthetic.sanction_quotas import planned_sanctions
from engine.portfolio.synthetic.sanctions import add_open_warning, add_sanction
from engine.portfolio.synthetic.scores import add_scores
from engine.portfolio.synthetic.streams import Chance, ranked
from engine.portfolio.synthetic.visits import add_visits
from engine.rulebook.problems import SaidError, said
from models.facts.dossier import Dossier
from models.facts.subjects import SocialOffer
from models.registers import Registers
from models.terms import Authority, DwellingForm, FamilyType, Kind, Segment

__all__ = ["BeforePublishedError", "generate"]

Progress = Callable[[int], None]


class BeforePublishedError(SaidError):
    """The day lies before the division of specialist functions that the figures describe."""

    def __init__(self, day: date) -> None:
        first = SPECIALIST_FUNCTIONS_FROM
        super().__init__(said("run.before_published", first=first, day=day))


def generate(
    *,
    authorities: Collection[Authority],
    as_of: date,
    seed: int,
    published: Path | PublishedFigures,
    registers: Registers,
    with_bpa: bool = False,
    with_schools: bool = False,
    progress: Progress | None = None,
) -> tuple[Dossier, ...]:
    """The dossiers of some or all authorities as they might stand on a day.

    The published year is moved so that it ends on `as_of`. The same arguments give the same
    dossiers, and an authority alone is the same as its part of all. `progress` is called with the
    number of dossiers made so far. BeforePublishedError before 1 July 2022, when the published
    division of specialist functions began.
    """
    if as_of < SPECIALIST_FUNCTIONS_FROM:
        raise BeforePublishedError(as_of)
    figures = load_published(published) if isinstance(published, Path) else published
    base = Base(as_of=as_of, chance=Chance(seed), published=figures, registers=registers)
    made: list[Dossier] = []
    for authority in (a for a in Authority if a in authorities):
        for dossier in _of_authority(base, authority, with_bpa=with_bpa, with_schools=with_schools):
            made.append(dossier)
            if progress is not None:
                progress(len(made))
    return tuple(made)


def _of_authority(
    base: Base, authority: Authority, *, with_bpa: bool, with_schools: bool
) -> Iterator[Dossier]:
    yield from _offers(base, authority)
    yield from _families(base, authority)
    if with_bpa and authority is Authority.NORD:
        yield from employers(base)
    if with_schools:
        yield from schools(base, authority)


def _frame(base: Base, kind: Kind, authority: Authority, departments: dict[str, int]) -> Frame:
    first, ids = numbered(base, kind, authority)
    return Frame(
        kind=kind,
        authority=authority,
        ids=ids,
        first_number=first,
        sanctions=planned_sanctions(base.published, kind, authority),
        departments=departments,
    )


def _few(base: Base, plans: list[SubjectPlan], topic: str, number: int) -> frozenset[str]:
    """A few subjects without a sanction of their own, for a trait that few have."""
    ids = [p.subject_id for p in plans if p.sanction is None]
    return frozenset(ranked(ids, {i: base.chance.level(i, topic) for i in ids})[:number])


class _Handful:
    """Which subjects of an authority have a warning, an override, a lead's decision, force."""

    def __init__(self, base: Base, plans: list[SubjectPlan], force: list[str], share: int) -> None:
        warned = round(len(plans) * assumed.OPEN_WARNINGS_PER_1000 / 1000)
        self.warned = _few(base, plans, "warned", warned)
        self.overridden = _few(base, plans, "overridden", assumed.OVERRIDES_PER_AUTHORITY)
        self.bypassed = _few(base, plans, "bypassed", 1)
        order = ranked(force, {i: base.chance.level(i, "force") for i in force})
        self.force = frozenset(order[: round(len(force) * share / 100)])

    def add(self, base: Base, plan: SubjectPlan, book: RecordBook) -> None:
        if plan.subject_id in self.warned and not plan.newly_approved:
            add_open_warning(base, plan, book)
        if plan.subject_id in self.overridden:
            add_override(base, plan, book)
        if plan.subject_id in self.bypassed and plan.authority in (Authority.NORD, Authority.SYD):
            add_lead_decision(base, plan, book)


def _offers(base: Base, authority: Authority) -> Iterator[Dossier]:
    details = offer_details(base, authority)
    departments = {i: d.departments for i, d in details.items()}
    plans = base_plans(base, _frame(base, Kind.SOCIAL_OFFER, authority, departments))
    residential = [i for i, d in details.items() if d.form is DwellingForm.RESIDENTIAL]
    budgets = budget_quotas(base, authority, plans, details)
    handful = _Handful(base, plans, residential, assumed.FORCE_REPORT_OFFERS)
    for plan in plans:
        yield _offer_dossier(base, plan, details[plan.subject_id], handful, budgets)


def _offer_dossier(
    base: Base,
    plan: SubjectPlan,
    detail: OfferDetail,
    handful: _Handful,
    budgets: BudgetQuotas,
) -> Dossier:
    book = RecordBook(plan.subject_id)
    subject: SocialOffer = offer(base, plan, detail, conditional=add_condition(base, plan, book))
    add_offer_records(base, plan, detail, book, subject.places)
    add_budgets(base, plan, detail.ownership, budgets, book)
    rounds = add_visits(
        base,
        plan,
        book,
        residential=detail.form is DwellingForm.RESIDENTIAL,
        registered=detail.registered,
    )
    add_scores(base, plan, book, rounds, offer_types=(detail.offer_type,))
    _add_course(base, plan, book, rounds, handful)
    if plan.subject_id in handful.force:
        children = detail.segment is Segment.CHILDREN
        add_force_reports(base, plan, book, force_weights(detail), child=children)
    return book.dossier(subject)


def _families(base: Base, authority: Authority) -> Iterator[Dossier]:
    plans = base_plans(base, _frame(base, Kind.FOSTER_FAMILY, authority, {}))
    details = families_details(base, authority, plans)
    specialised = [i for i, d in details.items() if d.family_type is FamilyType.SPECIALISED]
    handful = _Handful(base, plans, specialised, assumed.FORCE_REPORT_SPECIALISED_FAMILIES)
    for plan in plans:
        yield _family_dossier(base, plan, details[plan.subject_id], handful)


def _family_dossier(
    base: Base, plan: SubjectPlan, detail: FamilyDetail, handful: _Handful
) -> Dossier:
    book = RecordBook(plan.subject_id)
    conditional = add_condition(base, plan, book)
    gone = add_children_and_places(base, plan, detail, book)
    rounds = add_visits(base, plan, book, residential=False, registered=False)
    add_scores(base, plan, book, rounds)
    _add_course(base, plan, book, rounds, handful)
    if plan.subject_id in handful.force:
        add_force_reports(base, plan, book, assumed.FORCE_BASIS_CHILDREN, child=True)
    subject = family(base, plan, detail, conditional=conditional, last_placed_on=gone)
    return book.dossier(subject)


def _add_course(
    base: Base, plan: SubjectPlan, book: RecordBook, rounds: list[date], handful: _Handful
) -> None:
    add_points(base, plan, book, rounds)
    add_concerns(base, plan, book)
    if plan.sanction is not None:
        add_sanction(base, plan, plan.sanction, book)
    handful.add(base, plan, book)
