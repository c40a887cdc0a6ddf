"""Equal, stricter, milder, neither: of every kind of answer, and confirmed by replay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.analysis.proof import questions
from engine.analysis.rulebook_difference.answers import Finding, Verdict
from engine.analysis.rulebook_difference.levels import What
from engine.analysis.rulebook_difference.meaning import Period, compare_meaning
from engine.analysis.rulebook_difference.report import Report, compare_rulebooks
from engine.analysis.rulebook_difference.sides import two_days, two_rulebooks
from engine.analysis.rulebook_difference.subjects import SubjectComparer
from engine.backends.reference import ReferenceBackend
from engine.portfolio.read import read_portfolio
from engine.rulebook.book import FIRST_DAY, Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import program_of
from engine.rulebook.resolve import resolve
from models.conditions import AllOf, AnyOf, Comparison, Not, Operator, ParameterRef
from models.rulebook import DatedValue
from models.terms import Basis, Kind
from tests.analysis.rulebook_difference.editing import (
    rule_of,
    with_frame,
    with_rule,
    with_step,
    with_value,
    without_rule,
)

DAY = date(2025, 6, 1)
SMALL = Path(__file__).resolve().parents[3] / "fixtures" / "small-portfolio"


@pytest.fixture(scope="module")
def book() -> Rulebook:
    pytest.importorskip("z3")
    return load_rulebook()


def compared(old: Rulebook, new: Rulebook, on: date | None = DAY) -> tuple[Period, ...]:
    return compare_meaning(two_rulebooks(old, new, labels=("old", "new"), on=on))


def differing(old: Rulebook, new: Rulebook, on: date | None = DAY) -> list[Finding]:
    return [
        period.finding
        for period in compared(old, new, on)
        if period.finding.verdict is not Verdict.EQUAL
    ]


def of(findings: list[Finding], what: What, about: str = "") -> list[Finding]:
    return [finding for finding in findings if (finding.what, finding.of) == (what, about)]


def test_a_rulebook_means_what_it_means_on_every_day(book: Rulebook) -> None:
    periods = compared(book, book, None)
    assert {period.finding.verdict for period in periods} == {Verdict.EQUAL}
    assert {period.finding.what for period in periods} >= set(What) - {What.VISIT_CONTENT}
    per_answer = [p for p in periods if p.finding.what is What.CATEGORY]
    assert [(p.first, p.last) for p in per_answer] == [(FIRST_DAY, None)] * len(Kind)


def test_a_longer_wait_is_milder_with_facts_between_the_thresholds(book: Rulebook) -> None:
    later = with_value(book, "concerns.serious_dialogue_days", 21)
    found = differing(book, later)
    category = of(found, What.CATEGORY)
    assert {finding.verdict for finding in category} == {Verdict.MILDER}
    assert {finding.kind for finding in category} >= {Kind.SOCIAL_OFFER, Kind.FOSTER_FAMILY}
    for finding in category:
        (example,) = finding.examples
        (concern,) = example.facts.view.records["concern"]
        assert 14 <= concern["received_age_days"] < 21
        (culprit,) = finding.did
        assert culprit.rule == "signals.serious_dialogue_overdue"
        assert culprit.numbers == (("concerns.serious_dialogue_days", 14, 21),)
    assert {f.verdict for f in of(found, What.VISITS, "basis")} == {Verdict.MILDER}


def test_the_other_way_round_is_stricter(book: Rulebook) -> None:
    later = with_value(book, "concerns.serious_dialogue_days", 21)
    one, other = differing(book, later), differing(later, book)
    assert [(f.what, f.of, f.kind) for f in one] == [(f.what, f.of, f.kind) for f in other]
    assert {finding.verdict for finding in one} == {Verdict.MILDER}
    assert {finding.verdict for finding in other} == {Verdict.STRICTER}


def test_every_example_replays_by_both_rulebooks(book: Rulebook) -> None:
    other = with_value(book, "concerns.serious_dialogue_days", 21)
    other = with_value(other, "staffing.turnover_percent", 5)
    replayed = 0
    for finding in of(differing(book, other), What.CATEGORY):
        for example in finding.examples:
            colours = [
                ReferenceBackend(program_of(resolve(each, as_of=DAY)))
                .evaluate(example.facts.view, example.facts.override)
                .proposed.rank
                for each in (book, other)
            ]
            stricter = example.direction is Verdict.STRICTER
            assert colours[0] < colours[1] if stricter else colours[0] > colours[1]
            replayed += 1
    assert replayed >= 3


def test_stricter_for_some_and_milder_for_others_names_all_who_did_it(book: Rulebook) -> None:
    other = with_value(book, "concerns.serious_dialogue_days", 21)
    other = with_value(other, "concerns.unvisited_days", 10)
    (finding,) = [
        f for f in of(differing(book, other), What.CATEGORY) if f.kind is Kind.FOSTER_FAMILY
    ]
    assert finding.verdict is Verdict.INCOMPARABLE
    assert [example.direction for example in finding.examples] == [
        Verdict.STRICTER,
        Verdict.MILDER,
    ]
    assert {culprit.rule for culprit in finding.did} == {
        "signals.serious_dialogue_overdue",
        "signals.serious_concern_unvisited",
    }


def test_a_rule_under_another_name_or_written_in_another_way_means_the_same(
    book: Rulebook,
) -> None:
    rule = rule_of(book, "category.acute_concern")
    twice = AllOf(parts=(rule.when, AnyOf(parts=(rule.when,)), Not(part=Not(part=rule.when))))
    assert differing(book, with_rule(book, rule.id, id="category.other", when=twice)) == []


def test_a_rule_left_out_is_milder(book: Rulebook) -> None:
    found = of(differing(book, without_rule(book, "category.imminent_risk")), What.CATEGORY)
    assert {finding.verdict for finding in found} == {Verdict.MILDER}
    assert {culprit.rule for f in found for culprit in f.did} == {"category.imminent_risk"}
    assert all(finding.did[0].places[1] is None for finding in found)


def test_a_condition_turned_round_is_neither_stricter_nor_milder(book: Rulebook) -> None:
    rule = rule_of(book, "category.acute_concern")
    found = of(differing(book, with_rule(book, rule.id, when=Not(part=rule.when))), What.CATEGORY)
    assert {finding.verdict for finding in found} == {Verdict.INCOMPARABLE}


def test_a_visit_later_is_milder_and_only_a_visit(book: Rulebook) -> None:
    found = differing(book, with_value(book, "visits.offer_yellow_interval_days", 200))
    (finding,) = found
    assert (finding.what, finding.of, finding.kind) == (What.VISITS, "basis", Kind.SOCIAL_OFFER)
    assert finding.verdict is Verdict.MILDER
    assert [culprit.rule for culprit in finding.did] == ["visits.offer_yellow"]


def test_other_methods_of_a_visit_are_told_where_the_deadlines_are_the_same(
    book: Rulebook,
) -> None:
    other = with_rule(book, "visits.offer_red", then={"methods": ("observation",)})
    (finding,) = differing(book, other)
    assert (finding.what, finding.verdict) == (What.VISIT_CONTENT, Verdict.DIFFERENT)
    assert [culprit.rule for culprit in finding.did] == ["visits.offer_red"]


def test_fewer_announced_visits_are_stricter(book: Rulebook) -> None:
    found = differing(book, without_rule(book, "visits.notice_family"))
    assert {finding.what for finding in found} == {What.NOTICE}
    assert {finding.verdict for finding in found} <= {Verdict.STRICTER, Verdict.MILDER}
    assert {finding.kind for finding in found} == {Kind.FOSTER_FAMILY}


def test_ranks_that_keep_their_order_mean_the_same(book: Rulebook) -> None:
    other = book
    for rule in book.rules:
        if rule.then.leads_to == "notice":
            other = with_rule(other, rule.id, then={"rank": rule.then.rank * 3})
    assert differing(book, other) == []


def test_a_wider_frame_and_a_larger_draw_are_stricter(book: Rulebook) -> None:
    day = date(2026, 6, 1)
    rule = rule_of(book, "samples.offers_random")
    wider = with_rule(book, rule.id, when=AnyOf(parts=(rule.when, _approved())))
    (finding,) = differing(book, wider, day)
    assert (finding.what, finding.of) == (What.FRAME, "offers_random")
    assert finding.verdict is Verdict.STRICTER
    larger = with_frame(book, "offers_random", share_percent=90)
    (drawn,) = differing(book, larger, day)
    assert (drawn.what, drawn.verdict) == (What.DRAW, Verdict.STRICTER)
    other = with_frame(book, "offers_random", theme="economy")
    (about,) = differing(book, other, day)
    assert about.verdict is Verdict.DIFFERENT


def _approved() -> Comparison:
    return Comparison(field="approval_status", operator=Operator.IS, operands=("approved",))


def test_a_precondition_left_out_makes_more_proposals_ready(book: Rulebook) -> None:
    rule = rule_of(book, "sanctions.order_notice_offer")
    for need in rule.then.needs:
        rest = tuple(n for n in rule.then.needs if n.id != need.id) or (
            need.model_copy(update={"when": AllOf(parts=())}),
        )
        found = differing(book, with_rule(book, rule.id, then={"needs": rest}))
        assert {finding.what for finding in found} <= {What.READINESS}
        assert {finding.verdict for finding in found} <= {Verdict.STRICTER}
        if found:
            assert found[0].did[0].rule == rule.id
            return
    pytest.fail("no precondition of the rule matters")


def test_a_step_a_kind_cannot_get_is_no_longer_proposed(book: Rulebook) -> None:
    other = with_step(book, "order_notice", applies_to=(Kind.SOCIAL_OFFER,))
    found = of(differing(book, other), What.PROPOSAL, "order_notice")
    assert {finding.kind for finding in found} == {Kind.FOSTER_FAMILY}
    assert {finding.verdict for finding in found} == {Verdict.MILDER}


def test_a_longer_floor_is_milder(book: Rulebook) -> None:
    found = differing(book, with_value(book, "floors.foster_family_days", 400))
    (finding,) = of(found, What.FLOOR)
    assert (finding.kind, finding.verdict) == (Kind.FOSTER_FAMILY, Verdict.MILDER)
    assert finding.lines == (("interval days", 365, 400, -1),)


@pytest.mark.parametrize(
    ("name", "value"), [("duty.not_met_counts", True), ("planning.period_days", 700)]
)
def test_what_the_engine_reads_by_itself_is_not_said_to_be_equal(
    book: Rulebook, name: str, value: object
) -> None:
    before = resolve(book, as_of=DAY).parameters[name].value
    found = differing(book, with_value(book, name, value))
    (numbers,) = of(found, What.NUMBERS)
    assert numbers.lines == ((name, before, value, 0),)
    assert numbers.verdict is Verdict.DIFFERENT


def test_other_terms_of_a_step_are_told(book: Rulebook) -> None:
    other = with_step(book, "order_notice", stands_days=ParameterRef(parameter="concerns.many"))
    found = of(differing(book, other), What.LADDER)
    assert {finding.verdict for finding in found} == {Verdict.DIFFERENT}
    assert {line.name for finding in found for line in finding.lines} == {
        "order_notice: stands days"
    }


def test_days_with_the_same_difference_are_one_period(book: Rulebook) -> None:
    parameter = book.parameters["concerns.serious_dialogue_days"]
    first = parameter.values[0]
    later = DatedValue(
        valid_from=date(2024, 3, 1),
        value=21,
        basis=Basis.ASSUMPTION,
        sources=first.sources,
        reviewed=first.reviewed,
    )
    changed = parameter.model_copy(update={"values": (first, later)})
    other = replace(book, parameters={**book.parameters, parameter.id: changed})
    found = [
        (period.first, period.last, period.finding.verdict)
        for period in compared(book, other, None)
        if period.finding.what is What.CATEGORY and period.finding.kind is Kind.FOSTER_FAMILY
    ]
    assert found == [
        (FIRST_DAY, date(2024, 2, 29), Verdict.EQUAL),
        (date(2024, 3, 1), None, Verdict.MILDER),
    ]


def test_two_days_of_one_rulebook(book: Rulebook) -> None:
    report = compare_rulebooks(two_days(book, date(2025, 12, 31), date(2026, 1, 1)))
    floors = [p.finding for p in report.differing if p.finding.what is What.FLOOR]
    assert {finding.verdict for finding in floors} == {Verdict.MILDER}
    assert "signals.fallen_to_not_met" in report.rules_that_move_categories()
    assert compare_rulebooks(two_days(book, date(2025, 1, 5), date(2025, 3, 5))).same


def test_without_the_solver_what_needs_no_proof_is_still_said(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "solver_is_there", lambda: False)
    same = Report(two_rulebooks(book, book, labels=("a", "b")), (), compared(book, book))
    assert same.same
    assert not same.undecided
    found = differing(book, with_value(book, "concerns.serious_dialogue_days", 21))
    assert {f.verdict for f in of(found, What.CATEGORY)} == {Verdict.UNDECIDED}
    floor = differing(book, with_value(book, "floors.foster_family_days", 400))
    assert {finding.verdict for finding in floor} == {Verdict.MILDER}


MOVED = (
    ("concerns.many", -1),
    ("concerns.many_serious", 1),
    ("concerns.unvisited_days", -20),
    ("scores.low_level", 1),
    ("scores.large_drop_points", 1),
    ("children.plan_within_days", -60),
    ("assessment.stale_family_days", -200),
    ("staffing.turnover_percent", -20),
)


@pytest.mark.parametrize(("name", "by"), MOVED)
def test_no_real_subject_moves_against_the_verdict(book: Rulebook, name: str, by: int) -> None:
    """What is proven over all facts holds of the subjects of a portfolio."""
    value = resolve(book, as_of=DAY).parameters[name].value
    assert isinstance(value, int)
    other = with_value(book, name, value + by)
    verdicts = {
        period.finding.kind: period.finding.verdict
        for period in compared(book, other)
        if period.finding.what is What.CATEGORY
    }
    assert set(verdicts.values()) != {Verdict.EQUAL}
    comparer = SubjectComparer(two_rulebooks(book, other, labels=("a", "b")), as_of=DAY)
    dossiers = read_portfolio(
        SMALL, registers=book.registers, ladder=book.ladder, as_of=DAY
    ).dossiers
    allowed = {
        Verdict.STRICTER: {0, 1},
        Verdict.MILDER: {0, -1},
        Verdict.INCOMPARABLE: {0, 1, -1},
        Verdict.EQUAL: {0},
    }
    assert len(dossiers) > 50
    for dossier, change in zip(dossiers, comparer.changes(dossiers), strict=True):
        moved = 0 if change is None else change.category
        assert moved in allowed[verdicts[dossier.kind]]
        if moved and change is not None:
            assert any(
                number.id == name
                for part in change.parts
                for culprit in part.did
                for number in culprit.numbers
            )
