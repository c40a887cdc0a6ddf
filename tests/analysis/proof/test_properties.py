"""Every property fails, with what speaks against it, when the rulebook or the engine breaks it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from engine.analysis.proof import questions
from engine.analysis.proof.properties import floor, ladder, scenarios
from engine.analysis.proof.properties.every import PROPERTIES
from engine.analysis.proof.properties.report import Proof
from engine.backends.reference import ReferenceBackend
from engine.decisions import requirements, sanctions, visits
from engine.decisions.reasons import ReasonWriter
from engine.decisions.sanctions import Proposer
from engine.rulebook.book import Rulebook
from engine.rulebook.load import load_rulebook
from engine.rulebook.program import program_of
from engine.rulebook.resolve import resolve
from engine.rulebook.scenarios import applied, load_scenarios
from models.decisions import FactUsed, ProposalStatus
from models.rulebook import DatedValue, ProposalOutcome
from models.scenario import Scenario
from models.terms import Kind, SanctionStep

pytestmark = pytest.mark.slow


@cache
def book() -> Rulebook:
    return load_rulebook()


@cache
def small() -> Rulebook:
    """The shipped rulebook as it stands from 2026 on: one day instead of many."""
    whole = book()
    day = date(2026, 1, 1)
    rules = [r for r in whole.rules if r.valid_until is None or r.valid_until >= day]
    rules = [r.model_copy(update={"valid_from": date(2022, 1, 1)}) for r in rules]
    ladder_now = tuple(s.model_copy(update={"valid_from": date(2022, 1, 1)}) for s in whole.ladder)
    frames = tuple(f for f in whole.frames if f.valid_until is None or f.valid_until >= day)
    frames = tuple(f.model_copy(update={"valid_from": date(2022, 1, 1)}) for f in frames)
    parameters = {
        name: p.model_copy(
            update={
                "values": tuple(
                    v.model_copy(update={"valid_from": date(2022, 1, 1)})
                    for v in [v for v in p.values if v.valid_from <= day][-1:]
                )
            }
        )
        for name, p in whole.parameters.items()
    }
    return dataclasses.replace(
        whole, rules=tuple(rules), ladder=ladder_now, frames=frames, parameters=parameters
    )


def without(book_: Rulebook, *ids: str) -> Rulebook:
    return dataclasses.replace(book_, rules=tuple(r for r in book_.rules if r.id not in ids))


def changed(book_: Rulebook, rule_id: str, **update: Any) -> Rulebook:
    return dataclasses.replace(
        book_,
        rules=tuple(r.model_copy(update=update) if r.id == rule_id else r for r in book_.rules),
    )


def said(proof: Proof) -> str:
    return "\n".join(against.what.text("en") for against in proof.against)


@pytest.mark.parametrize("name", ["frames", "kinds_of_sanction", "baseline_untouched"])
def test_the_shipped_rulebook_has_the_quickly_proved_properties(name: str) -> None:
    proof = PROPERTIES[name](book())
    assert proof.holds, said(proof)
    assert proof.cases
    assert proof.covers


def test_a_visit_without_a_notice_and_two_opposite_notices_speak_against_one_answer() -> None:
    rule = next(r for r in small().rules if r.id == "visits.notice_unannounced_by_law")
    proof = PROPERTIES["one_answer"](without(small(), rule.id))
    assert "a visit of purpose basis without a notice rule" in said(proof)
    special = next(r for r in small().rules if r.id == "visits.notice_predictability_special")
    clash = changed(
        small(),
        rule.id,
        then=rule.then.model_copy(update={"rank": special.then.rank}),  # type: ignore[union-attr]
    )
    proof = PROPERTIES["one_answer"](clash)
    assert f"'{special.id}' and '{rule.id}' say the opposite" in said(proof)
    example = next(a.example for a in proof.against if "opposite" in a.what.text("en"))
    assert example is not None
    held = ReferenceBackend(program_of(resolve(clash, as_of=example.view.as_of))).evaluate(
        example.view, example.override
    )
    assert {special.id, rule.id} <= held.held


def test_a_frame_that_takes_yellow_is_found_with_facts() -> None:
    rule = next(r for r in small().rules if r.id.startswith("samples."))
    proof = PROPERTIES["frames"](changed(small(), rule.id, when=_places_known()))
    assert f"'{rule.id}' takes in a subject that is not green" in said(proof)
    assert all(a.example is not None for a in proof.against)


def _places_known() -> Any:
    from models.conditions import Comparison, Operator

    return Comparison(field="approval_status", operator=Operator.IS, operands=("approved",))


def test_a_frame_for_any_category_is_found() -> None:
    from models.conditions import Comparison, Operator

    rule = next(r for r in small().rules if r.id.startswith("samples."))
    any_colour = Comparison(field="category", operator=Operator.IS_KNOWN)
    proof = PROPERTIES["frames"](changed(small(), rule.id, when=any_colour))
    assert f"'{rule.id}' takes in a subject that is not green" in said(proof)


def test_a_broken_promise_speaks_against_monotone() -> None:
    wrong = without(small(), "category.serious_concern", "category.serious_concern_unanswered")
    proof = PROPERTIES["monotone"](wrong)
    assert "concern.severity grows worse and the colour milder" in said(proof)


def test_a_step_for_the_wrong_kind_speaks_against_kinds_of_sanction() -> None:
    steps = tuple(
        s.model_copy(update={"applies_to": (*s.applies_to, Kind.PERSONAL_ASSISTANCE_EMPLOYER)})
        if s.step is SanctionStep.ORDER_NOTICE
        else s
        for s in book().ladder
    )
    proof = PROPERTIES["kinds_of_sanction"](dataclasses.replace(book(), ladder=steps))
    assert "the ladder has 'order_notice'" in said(proof)
    assert "'order_notice' is proposed" in said(proof)


def test_a_proposer_that_forgets_the_warning_speaks_against_preconditions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Proposer, "_of_the_ladder", lambda *_: [])
    few = dataclasses.replace(
        small(),
        rules=tuple(r for r in small().rules if not isinstance(r.then, ProposalOutcome))
        + tuple(r for r in small().rules if r.id == "sanctions.withdrawal"),
    )
    proof = ladder.prove_preconditions(few)
    assert "'sanctions.withdrawal' is ready though what it needs is not met" in said(proof)


def test_a_proposer_that_always_is_ready_speaks_against_preconditions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original: Callable[..., Any] = Proposer._proposal

    def hasty(self: Proposer, *args: Any) -> Any:
        found = original(self, *args)
        return dataclasses.replace(found, status=ProposalStatus.PROPOSED)

    monkeypatch.setattr(Proposer, "_proposal", hasty)
    few = without(small(), *(r.id for r in small().rules if "order" in r.id))
    assert not ladder.prove_preconditions(few).holds


def _carries_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Proposer, "_is_young", lambda *_: True)


def _carries_whatever_became_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanctions, "still_stands", lambda *_: True)


@pytest.mark.parametrize("careless", [_carries_for_ever, _carries_whatever_became_of_it])
def test_a_notice_that_no_longer_stands_speaks_against_preconditions(
    monkeypatch: pytest.MonkeyPatch, careless: Callable[[pytest.MonkeyPatch], None]
) -> None:
    careless(monkeypatch)
    few = dataclasses.replace(
        small(),
        rules=tuple(r for r in small().rules if not isinstance(r.then, ProposalOutcome))
        + tuple(r for r in small().rules if r.id == "sanctions.withdrawal"),
    )
    proof = ladder.prove_preconditions(few)
    assert "'sanctions.withdrawal' is ready though what it needs is not met" in said(proof)


@pytest.mark.parametrize("late", [1, 30])
def test_a_planner_that_is_late_speaks_against_the_floor(
    monkeypatch: pytest.MonkeyPatch, late: int
) -> None:
    original = visits.last_lawful_day
    monkeypatch.setattr(
        visits, "last_lawful_day", lambda *args: original(*args) + timedelta(days=late)
    )
    monkeypatch.setattr(floor, "_merges", lambda tally: None)
    assert "the plan breaks 'floor." in said(floor.prove_floor(_with_short_intervals()))


def _days(value: DatedValue, days: int) -> DatedValue:
    return value.model_copy(update={"value": days})


def _department_of(which: str) -> tuple[str, Callable[..., Any]]:
    """A planner that goes wrong with departments: the name of what is replaced, and by what."""
    targets, last = visits.Planner._targets, visits.Planner._last_visit
    match which:
        case "none":
            return "_targets", lambda *_, **__: [None]
        case "the first":
            return "_targets", lambda *args, **more: targets(*args, **more)[:1]
        case _:
            return "_last_visit", lambda self, dossier, _: last(self, dossier, None)


@pytest.mark.parametrize("which", ["none", "the first", "any of them"])
def test_a_planner_that_visits_some_department_only_speaks_against_the_floor(
    monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    monkeypatch.setattr(visits.Planner, *_department_of(which))
    monkeypatch.setattr(floor, "_merges", lambda tally: None)
    proof = floor.prove_floor(_with_short_intervals())
    assert "social_offer on 2022-01-01: the plan breaks 'floor." in said(proof)


def _with_short_intervals() -> Rulebook:
    return dataclasses.replace(
        small(),
        parameters={
            name: p.model_copy(update={"values": (_days(p.values[0], 20),)})
            if name.startswith("floors.") or name.endswith("_green_interval_days")
            else p
            for name, p in small().parameters.items()
        },
    )


def test_a_merger_that_takes_the_later_day_speaks_against_the_floor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slack(self: requirements.Draft, other: requirements.Requirement) -> None:
        self.requirements.append(other)
        self.latest = max(self.latest, other.latest)

    monkeypatch.setattr(requirements.Draft, "take", slack)
    monkeypatch.setattr(floor, "_plans", lambda *_: None)
    assert "beyond its last day" in said(floor.prove_floor(small()))


def _scenario(**fields: Any) -> Scenario:
    shipped = load_scenarios(book())[0]
    return shipped.model_copy(update={"changes": (), "switched_off": (), **fields})


def _change(parameter: str, value: int) -> Any:
    from models.scenario import ParameterChange

    day = date(2022, 1, 1)
    return ParameterChange(parameter=parameter, valid_from=day, value=value)


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            {"changes": (_change("visits.offer_red_interval_days", 182),)},
            "loses the visit of 'visits.offer_red'",
        ),
        (
            {"changes": (_change("concerns.many_serious", 9),)},
            "is no longer red",
        ),
        (
            {"changes": (_change("visits.follow_up_serious_days", 60),)},
            "loses the visit of 'visits.",
        ),
        (
            {"changes": (_change("scores.decline_window_days", 1),)},
            "'scores.decline_window_days' is changed",
        ),
        (
            {"changes": (_change("judgement.override_longest_days", 1),)},
            "'judgement.override_longest_days' is changed",
        ),
        (
            {"changes": (_change("planning.period_days", 1),)},
            "'planning.period_days' is changed",
        ),
    ],
)
def test_a_scenario_that_takes_from_red_is_found(
    monkeypatch: pytest.MonkeyPatch, scenario: dict[str, Any], expected: str
) -> None:
    monkeypatch.setattr(scenarios, "load_scenarios", lambda _: (_scenario(**scenario),))
    assert expected in said(scenarios.prove_red_keeps_visits(small()))


def test_a_scenario_that_takes_from_green_only_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    change = _change("visits.offer_yellow_interval_days", 365)
    monkeypatch.setattr(scenarios, "load_scenarios", lambda _: (_scenario(changes=(change,)),))
    proof = scenarios.prove_red_keeps_visits(small())
    assert proof.holds, said(proof)


def test_a_scenario_that_changes_the_rulebook_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def leaky(book_: Rulebook, scenario: Scenario) -> Rulebook:
        book_.parameters.update(applied(book_, scenario).parameters)
        return applied(book_, scenario)

    mine = dataclasses.replace(small(), parameters=dict(small().parameters))
    monkeypatch.setattr(scenarios, "applied", leaky)
    assert "was changed by being used" in said(scenarios.prove_baseline_untouched(mine))


def _only_colour_rule(rule_id: str) -> Rulebook:
    kept = [r for r in small().rules if not r.id.startswith("category.") or r.id == rule_id]
    return dataclasses.replace(small(), rules=tuple(kept))


@pytest.mark.parametrize(
    ("add", "expected"),
    [
        (True, "names subject.places, on which the colour does not rest"),
        (False, "do not give the colour by themselves"),
    ],
)
def test_a_reason_that_names_too_much_or_too_little_is_found(
    monkeypatch: pytest.MonkeyPatch, add: bool, expected: str
) -> None:
    original: Callable[..., Any] = ReasonWriter._write

    def other(self: ReasonWriter, rule_id: str, case: Any) -> Any:
        found = original(self, rule_id, case)
        facts = found.facts
        if add:
            facts = (*facts, FactUsed("subject", None, "places", case.view.subject.get("places")))
        return dataclasses.replace(found, facts=facts if add else facts[1:])

    monkeypatch.setattr(ReasonWriter, "_write", other)
    proof = PROPERTIES["explained"](_only_colour_rule("category.imminent_risk"))
    assert expected in said(proof)


def test_without_the_solver_an_explanation_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "solver_is_there", lambda: False)
    proof = PROPERTIES["explained"](_only_colour_rule("category.imminent_risk"))
    assert proof.undecided
    assert not proof.holds


def test_a_reason_with_a_record_there_and_another_not_is_minimal() -> None:
    from models.conditions import AllOf, Comparison, Operator, Quantified

    night = Comparison(field="purpose", operator=Operator.IS, operands=("night",))
    sample = Comparison(field="purpose", operator=Operator.IS, operands=("sample",))
    seen = Quantified(quantifier="at_least", record="visit", where=night)
    unseen = Quantified(quantifier="none", record="visit", where=sample)
    only = _only_colour_rule("category.imminent_risk")
    both = changed(only, "category.imminent_risk", when=AllOf(parts=(seen, unseen)))
    proof = PROPERTIES["explained"](both)
    assert proof.holds, said(proof)
    assert proof.cases


@pytest.mark.parametrize("absent", ["a record", "a fact"])
def test_a_reason_that_rests_on_what_is_not_there_is_sound(absent: str) -> None:
    from models.conditions import Comparison, Operator, Quantified

    night = Comparison(field="purpose", operator=Operator.IS, operands=("night",))
    unknown = Comparison(field="last_visit_age_days", operator=Operator.IS_UNKNOWN)
    when = Quantified(quantifier="none", record="visit", where=night)
    only = _only_colour_rule("category.imminent_risk")
    rests_on = when if absent == "a record" else unknown
    proof = PROPERTIES["explained"](changed(only, "category.imminent_risk", when=rests_on))
    assert proof.holds, said(proof)
    assert proof.cases


def test_a_rulebook_without_a_floor_for_families_breaks_the_law(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(floor, "_merges", lambda tally: None)
    monkeypatch.setattr(floor, "_histories", lambda *_, **__: iter(()))
    floors = tuple(f for f in small().floors if Kind.FOSTER_FAMILY not in f.applies_to)
    proof = floor.prove_floor(dataclasses.replace(small(), floors=floors))
    assert "foster_family on 2022-01-01: the rulebook has no limit" in said(proof)
    assert "social_offer" not in said(proof)


def test_nothing_to_prove_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = PROPERTIES["monotone"](dataclasses.replace(small(), promises=()))
    assert proof.is_empty
    assert not proof.holds
    monkeypatch.setattr(scenarios, "load_scenarios", lambda _: ())
    assert scenarios.prove_baseline_untouched(small()).is_empty
