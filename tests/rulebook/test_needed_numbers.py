"""A number that a plan, a floor or a draw cannot do without is never silently made up."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from engine.rulebook.book import Rulebook
from engine.rulebook.check import check_rulebook
from engine.rulebook.load import load_rulebook
from models.rulebook import DatedValue, Parameter

BOOK = load_rulebook()


def _with_value(name: str, value: Any) -> Rulebook:
    parameter = BOOK.parameters[name]
    values = tuple(
        DatedValue.model_validate({**dated.model_dump(), "value": value})
        for dated in parameter.values
    )
    changed: Parameter = parameter.model_copy(update={"values": values})
    return dataclasses.replace(BOOK, parameters={**BOOK.parameters, name: changed})


def _wrong(book: Rulebook) -> list[str]:
    return [problem.text for problem in check_rulebook(book) if not problem.warning]


def test_the_shipped_rulebook_has_every_number_it_needs() -> None:
    assert _wrong(BOOK) == []


@pytest.mark.parametrize(
    "name",
    [
        "planning.period_days",
        "visits.window_days",
        "assessment.fresh_days",
        "scores.decline_window_days",
        "duty.not_met_counts",
        "floors.social_offer_days",
        "visits.family_red_interval_days",
        "visits.follow_up_serious_days",
    ],
)
def test_an_unset_number_is_an_error_that_names_it(name: str) -> None:
    assert any(f"'{name}' is unset" in text for text in _wrong(_with_value(name, None)))


def test_an_unset_share_of_a_sample_is_an_error() -> None:
    share = BOOK.frames[0].share_percent
    name = getattr(share, "parameter", None)
    assert name is not None
    assert any(f"'{name}' is unset" in text for text in _wrong(_with_value(name, None)))


@pytest.mark.parametrize("name", ["floors.foster_family_days", "visits.family_red_interval_days"])
def test_an_interval_of_no_days_would_plan_nothing(name: str) -> None:
    assert any(f"'{name}' is 0" in text for text in _wrong(_with_value(name, 0)))


def test_a_flag_of_the_visit_duty_must_be_yes_or_no() -> None:
    assert any(
        "duty.sample_counts" in text for text in _wrong(_with_value("duty.sample_counts", 1))
    )


@pytest.mark.parametrize("name", ["sanctions.hearing_days", "visits.announce_at_most_days"])
def test_what_may_be_unset_stays_a_warning(name: str) -> None:
    assert _wrong(_with_value(name, None)) == []
