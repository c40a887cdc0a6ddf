"""The synthetic portfolio: exact sizes, published margins, plausible dates, the same every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.portfolio.synthetic import (
    BeforePublishedError,
    generate,
    load_published,
    margin_report,
    margin_table,
)
from engine.rulebook.registers import load_registers
from models.facts.dossier import RECORD_KINDS_OF, Dossier
from models.facts.subjects import FosterFamily, SocialOffer
from models.terms import (
    Authority,
    FamilyType,
    Kind,
    Purpose,
    ScoreModel,
    SpecialistFunction,
    VisitOutcome,
)

ROOT = Path(__file__).parents[3]
PUBLISHED = load_published(ROOT / "fixtures" / "published")
REGISTERS = load_registers(ROOT / "rules")
DAY = date(2022, 12, 31)
DAYS = (DAY, date(2022, 7, 1), date(2024, 7, 20), date(2025, 6, 1), date(2026, 6, 1))
ALL = tuple(Authority)
_MAY_LIE_AHEAD = {
    "due_on",
    "deadline_on",
    "statement_due_on",
    "approval_deadline_on",
    "ends_on",
    "expires_on",
}


@cache
def portfolio(
    day: date = DAY, seed: int = 1, authorities: tuple[Authority, ...] = ALL
) -> tuple[Dossier, ...]:
    return generate(
        authorities=authorities,
        as_of=day,
        seed=seed,
        published=PUBLISHED,
        registers=REGISTERS,
    )


def _bytes(dossiers: tuple[Dossier, ...]) -> bytes:
    digest = hashlib.sha256()
    for dossier in dossiers:
        digest.update(dossier.subject.model_dump_json().encode())
        for kind, records in dossier.records.items():
            digest.update(kind.encode())
            for record in records:
                digest.update(record.model_dump_json().encode())
    return digest.digest()


def test_there_are_1999_offers_and_5337_families() -> None:
    kinds = Counter(d.kind for d in portfolio())
    assert kinds == {Kind.SOCIAL_OFFER: 1999, Kind.FOSTER_FAMILY: 5337}
    assert len({d.subject_id for d in portfolio()}) == 7336


@pytest.mark.parametrize("seed", [1, 2])
def test_every_margin_of_2022_is_within_its_tolerance(seed: int) -> None:
    lines = margin_report(portfolio(seed=seed), PUBLISHED, as_of=DAY)
    assert len(lines) > 150
    assert [line for line in lines if not line.within] == []
    exact = {line.figure for line in lines if line.tolerance == 0}
    assert {"offer_visits", "family_visits", "consultants", "offer_withdrawals"} <= exact


@pytest.mark.parametrize("day", [date(2025, 6, 1), date(2026, 6, 1)])
def test_margins_hold_on_later_days(day: date) -> None:
    lines = margin_report(portfolio(day), PUBLISHED, as_of=day)
    assert [line for line in lines if not line.within] == []
    assert "syd_families_recategorised" in {line.figure for line in lines}


def test_a_margin_that_is_missed_says_so() -> None:
    fewer = portfolio()[1:]
    missed = [line for line in margin_report(fewer, PUBLISHED, as_of=DAY) if not line.within]
    first = next(line for line in missed if line.figure == "offers_active")
    assert (first.key, first.target, first.result, first.difference) == ("nord", 260, 259, -1)


def test_no_printed_figure_that_does_not_reproduce_is_a_target() -> None:
    lines = margin_report(portfolio(), PUBLISHED, as_of=DAY)
    for line in lines:
        figure = PUBLISHED[line.figure]
        if not figure.reproduces:
            assert figure.id == "offer_orders_hovedstaden"
            assert line.target == figure.recomputed
    assert not any(line.figure == "offer_visits_total" for line in lines)


def test_same_seed_same_bytes_in_another_process() -> None:
    small = portfolio(authorities=(Authority.NORD,))
    again = generate(
        authorities=[Authority.NORD],
        as_of=DAY,
        seed=1,
        published=ROOT / "fixtures" / "published",
        registers=REGISTERS,
    )
    assert _bytes(small) == _bytes(again)
    code = (
        "from tests.portfolio.synthetic.test_generate import _bytes, portfolio, Authority\n"
        "print(_bytes(portfolio(authorities=(Authority.NORD,))).hex())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == _bytes(small).hex()


def test_another_seed_gives_another_portfolio() -> None:
    one, two = portfolio(), portfolio(seed=2)
    assert [d.subject_id for d in one] == [d.subject_id for d in two]
    assert sum(a == b for a, b in zip(one, two, strict=True)) == 0


def test_an_authority_alone_is_its_part_of_the_whole() -> None:
    part = tuple(d for d in portfolio() if d.subject.authority is Authority.NORD)
    assert portfolio(authorities=(Authority.NORD,)) == part


def _dates(model: Any) -> list[tuple[str, date]]:
    return [(name, value) for name, value in model if isinstance(value, date)]


@pytest.mark.parametrize("day", DAYS)
def test_nothing_has_happened_after_the_day(day: date) -> None:
    for dossier in portfolio(day, authorities=(Authority.NORD, Authority.SYD)):
        for model in (dossier.subject, *(r for rs in dossier.records.values() for r in rs)):
            late = [
                (name, value)
                for name, value in _dates(model)
                if value > day and name not in _MAY_LIE_AHEAD
            ]
            assert late == [], (dossier.subject_id, type(model).__name__)


@pytest.mark.parametrize("day", DAYS)
def test_events_come_in_a_plausible_order(day: date) -> None:
    for dossier in portfolio(day, authorities=(Authority.NORD, Authority.SYD)):
        subject = dossier.subject
        assert subject.applied_on is not None
        assert subject.approved_on is not None
        assert subject.applied_on < subject.approved_on
        for visit in dossier.of("visit"):
            if visit.purpose is not Purpose.APPROVAL:
                assert visit.held_on >= subject.approved_on
            else:
                assert visit.held_on < subject.approved_on
                assert visit.announced_on is not None
        held = [v.held_on for v in dossier.of("visit")]
        assert held == sorted(held)
        for kind, name in (("concern", "received_on"), ("sanction", "decided_on")):
            assert all(getattr(r, name) >= subject.approved_on for r in dossier.of(kind))
        for child in dossier.of("placed_child"):
            assert child.placed_on >= subject.approved_on
            if child.child_plan_updated_on is not None:
                assert child.child_plan_updated_on >= child.placed_on
        for concern in dossier.of("concern"):
            course = [
                concern.received_on,
                concern.dialogue_on,
                concern.statement_requested_on,
                concern.statement_received_on,
                concern.effect_confirmed_on,
                concern.closed_on,
            ]
            known = [d for d in course if d is not None]
            assert known == sorted(known)
        for budget in dossier.of("budget"):
            for decided in (budget.approved_on, budget.rejected_on):
                assert decided is None or decided > budget.filed_on


@pytest.mark.parametrize("day", DAYS)
def test_words_stand_in_the_registers_on_their_day(day: date) -> None:
    indicators = {
        (i.word, i.score_model): i
        for i in REGISTERS.indicators
        if i.valid_until is None or i.valid_until > date(2017, 1, 1)
    }
    themes = {t.word: t for t in REGISTERS.themes}
    sources = {s.word: s for s in REGISTERS.sources}
    municipality = {m.word: m.authority for m in REGISTERS.municipalities}
    types = {o.word for o in REGISTERS.offer_types if o.holds_on(day)}
    for dossier in portfolio(day, authorities=(Authority.NORD, Authority.SYD)):
        kind = dossier.kind
        assert dossier.records.keys() <= RECORD_KINDS_OF[kind]
        assert municipality[dossier.subject.municipality] is dossier.subject.authority
        for score in dossier.of("score"):
            indicator = indicators[score.indicator, score.score_model]
            assert indicator.holds_on(score.scored_on)
            assert kind in indicator.applies_to
        marked = [(t, s.decided_on) for s in dossier.of("sanction") for t in s.themes]
        marked += [(c.theme, c.received_on) for c in dossier.of("concern")]
        marked += [(p.theme, p.raised_on) for p in dossier.of("improvement_point")]
        for word, when in marked:
            assert themes[word].holds_on(when)
            assert kind in themes[word].applies_to
        for visit in dossier.of("visit"):
            assert all(kind in sources[word].applies_to for word in visit.sources)
        assert {o.offer_type for o in dossier.of("offer_type")} <= types


def test_scores_are_binary_after_the_reform_and_few_themes_remain() -> None:
    after = [
        s
        for d in portfolio(date(2026, 6, 1), authorities=(Authority.NORD,))
        for s in d.of("score")
        if s.scored_on >= date(2026, 1, 1)
    ]
    assert after
    assert {s.score_model for s in after} == {ScoreModel.BINARY}
    repealed = {"education_and_employment", "independence_and_relations"}
    theme = {i.word: i.theme for i in REGISTERS.indicators}
    assert not {theme[s.indicator] for s in after} & repealed


def test_scores_are_high_and_some_drop_by_two() -> None:
    values = Counter(s.value for d in portfolio() for s in d.of("score") if s.value is not None)
    assert 4.4 < sum(v * n for v, n in values.items()) / sum(values.values()) < 4.7
    drops = 0
    for dossier in portfolio():
        found: dict[str, list[int]] = {}
        for score in dossier.of("score"):
            if score.value is not None:
                found.setdefault(score.indicator, []).append(score.value)
        drops += any(len(v) == 2 and v[1] <= v[0] - 2 for v in found.values())
    assert 50 < drops < 200


def test_syds_families_are_widened_in_summer_2024_and_not_before() -> None:
    before = [d.subject for d in portfolio(DAY, authorities=(Authority.NORD, Authority.SYD))]
    assert all(s.previous_approved_need is None for s in before if isinstance(s, FosterFamily))
    later = portfolio(date(2025, 6, 1), authorities=(Authority.NORD, Authority.SYD))
    widened = [d for d in later if getattr(d.subject, "previous_approved_need", None) is not None]
    assert len(widened) == 400
    above = 0
    for dossier in widened:
        family = dossier.subject
        assert isinstance(family, FosterFamily)
        assert family.authority is Authority.SYD
        assert family.approved_need is not None
        assert family.previous_approved_need is not None
        assert family.approved_need.rank > family.previous_approved_need.rank
        above += any(
            c.need.rank > family.previous_approved_need.rank for c in dossier.of("placed_child")
        )
    assert 30 < above < 200


def test_a_family_has_the_highest_type_of_its_places() -> None:
    order = tuple(FamilyType)
    types: Counter[FamilyType] = Counter()
    for dossier in portfolio():
        family = dossier.subject
        if isinstance(family, FosterFamily):
            places = [order.index(p.family_type) for p in dossier.of("family_place")]
            assert max(places) == order.index(family.family_type)
            assert len(dossier.of("placed_child")) <= len(places)
            types[family.family_type] += 1
    assert types[FamilyType.REINFORCED] > types[FamilyType.GENERAL]
    assert types[FamilyType.SPECIALISED] < types[FamilyType.GENERAL] / 2


def test_every_department_is_numbered_and_most_are_visited() -> None:
    departments = visited = 0
    for dossier in portfolio():
        numbers = {d.no for d in dossier.of("department")}
        seen = {v.department for v in dossier.of("visit") if v.department is not None}
        assert seen <= numbers
        departments += len(numbers)
        visited += len(seen)
    assert 3300 < departments < 3900
    assert visited > 0.85 * departments


def test_families_not_at_home_are_beside_the_published_visits() -> None:
    families = [d for d in portfolio() if d.kind is Kind.FOSTER_FAMILY]
    outcomes = Counter(v.outcome for d in families for v in d.of("visit"))
    assert outcomes[VisitOutcome.NOT_MET] > 100


def test_a_sanction_follows_a_concern_with_dialogue_and_a_warning() -> None:
    decided = 0
    for dossier in portfolio():
        for sanction in dossier.of("sanction"):
            if sanction.step.value.endswith("_notice"):
                continue
            decided += 1
            talks = [c.dialogue_on for c in dossier.of("concern") if c.dialogue_on is not None]
            assert min(talks) < sanction.decided_on
            assert any(
                s.step.value.endswith("_notice") and s.decided_on < sanction.decided_on
                for s in dossier.of("sanction")
            )
    assert decided == 40 + 11 + 6 + 17 + 4


def test_specialist_offers_have_what_their_function_asks() -> None:
    for dossier in portfolio():
        offer = dossier.subject
        if isinstance(offer, SocialOffer):
            if offer.specialist_function is SpecialistFunction.CORPORATE_GROUP:
                assert offer.ownership.value == "private"
            if offer.specialist_function is SpecialistFunction.BOARDING_SCHOOL_OR_SHIP:
                assert (offer.placement_places_at_school or 0) > 8
            assert (offer.places == 0) == (offer.dwelling_form.value == "outpatient")


def test_names_are_labels() -> None:
    assert all(str(d.subject.name).startswith("Syntetisk ") for d in portfolio())


def test_employers_and_schools_come_when_asked_for() -> None:
    seen: list[int] = []
    found = generate(
        authorities=[Authority.NORD],
        as_of=DAY,
        seed=1,
        published=PUBLISHED,
        registers=REGISTERS,
        with_bpa=True,
        with_schools=True,
        progress=seen.append,
    )
    kinds = Counter(d.kind for d in found)
    assert kinds[Kind.PERSONAL_ASSISTANCE_EMPLOYER] == 20
    assert kinds[Kind.TREATMENT_SCHOOL] == 15
    assert seen == list(range(1, len(found) + 1))
    assert all(d.records.keys() <= RECORD_KINDS_OF[d.kind] for d in found)


def test_a_day_before_the_specialist_functions_is_refused() -> None:
    with pytest.raises(BeforePublishedError, match="2022-07-01"):
        portfolio(date(2022, 6, 30))


def test_the_page_shows_the_table_of_seed_1() -> None:
    page = (ROOT / "docs" / "synthetic-portfolio.md").read_text("utf-8")
    table = margin_table(margin_report(portfolio(), PUBLISHED, as_of=DAY))
    assert table in page, "the page is out of date; put the new table into it"
